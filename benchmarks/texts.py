"""The words that the pages of all peers share."""

from __future__ import annotations

from babel import Locale

TITLES = {
    "account": "Your account",
    "profile": "About you",
    "plan": "Choose a plan",
    "security": "Secure your account",
}

LABELS = {
    "email": "Email address",
    "username": "Username",
    "full_name": "Full name",
    "date_of_birth": "Date of birth",
    "country": "Country",
    "plan": "Plan",
    "password": "Password",
    "accept_terms": "I accept the terms of use",
    "text": "Your answer",
}

HINTS = {
    "email": "We use it to sign you in and to contact you about your account",
    "username": "How you’ll appear in Acme. Use 3 to 30 letters, numbers, dots, hyphens or underscores",
    "password": "Use at least 8 characters. Three random words make a good password",
}

#: 250 options: a blank one, and so many of the territories that Unicode names, by their English names.
COUNTRIES = [
    ("", "Select a country"),
    *sorted(
        [(code, name) for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()],
        key=lambda country: country[1],
    ),
][:250]

PLANS = [("personal", "Personal, free"), ("team", "Team, paid monthly")]
