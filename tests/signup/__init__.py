"""Tests of ``wizard.signup``."""
