"""Tests of ``wizard.sessions``."""
