"""Unit and integration tests. The folders and files mirror those of ``wizard/``."""
