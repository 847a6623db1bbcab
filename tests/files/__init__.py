"""Tests of what visitors upload."""
