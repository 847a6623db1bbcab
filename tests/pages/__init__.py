"""Tests of ``wizard.pages``."""
