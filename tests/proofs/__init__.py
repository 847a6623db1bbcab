"""Tests of ``wizard.proofs``, and of the steps whose answer comes from elsewhere."""
