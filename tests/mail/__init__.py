"""Tests of ``wizard.mail``."""
