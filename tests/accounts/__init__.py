"""Tests of ``wizard.accounts``."""
