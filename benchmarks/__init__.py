"""Measures what a wizard costs, beside a signup written by hand and the form wizards of Django."""
