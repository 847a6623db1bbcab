"""Tests of ``wizard.metrics``."""
