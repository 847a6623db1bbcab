"""Tests of SQL engines, transactions and tables."""
