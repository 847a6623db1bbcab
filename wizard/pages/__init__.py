"""The pages of a Wizard."""
