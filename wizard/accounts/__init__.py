"""Accounts: what is kept of the people who have signed up, and the rules for it. It has no pages."""
