"""What is written in the README and in ``docs/`` works."""
