"""The same signup for the form wizards of Django: settings, forms and templates. Only one of them is in a process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django import forms
from django.conf import settings
from django.core.management import call_command
from django.core.validators import RegexValidator
from django.core.wsgi import get_wsgi_application

from . import answers
from .texts import COUNTRIES, HINTS, LABELS, PLANS


def set_up(database: str, *, cookie: bool, urls: str) -> None:
    """Configure Django.

    :param database: a file for SQLite, with the pragmas that ours has.
    :param cookie: whether sessions are kept in the signed cookie, else in the database.
    :param urls: the module that has ``urlpatterns``.
    """
    settings.configure(
        SECRET_KEY=answers.KEY,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=urls,
        USE_I18N=False,
        INSTALLED_APPS=["django.contrib.sessions", "django.contrib.staticfiles", "formtools", "gandalf"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
        ],
        SESSION_ENGINE=f"django.contrib.sessions.backends.{'signed_cookies' if cookie else 'db'}",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": database,
                "CONN_MAX_AGE": None,
                "OPTIONS": {"init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"},
            }
        },
        STATIC_URL="/static/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [Path(__file__).parent / "templates" / "django"],
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
    )
    django.setup()
    call_command("migrate", verbosity=0)


def application() -> Callable[..., Any]:
    """Return what a server would call."""
    found: Callable[..., Any] = get_wsgi_application()
    return found


class AccountForm(forms.Form):
    """How the account is reached, and what it is called."""

    email = forms.EmailField(
        label=LABELS["email"],
        max_length=254,
        help_text=HINTS["email"],
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}),
    )
    username = forms.CharField(
        label=LABELS["username"],
        min_length=3,
        max_length=30,
        help_text=HINTS["username"],
        validators=[RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9._-]*\Z", "Enter a username of letters and digits")],
        widget=forms.TextInput({"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}),
    )


class ProfileForm(forms.Form):
    """Who the account is for. The country is one of 250."""

    full_name = forms.CharField(
        label=LABELS["full_name"], max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    date_of_birth = forms.DateField(
        label=LABELS["date_of_birth"], widget=forms.DateInput({"type": "date", "autocomplete": "bday"})
    )
    country = forms.ChoiceField(
        label=LABELS["country"], choices=COUNTRIES, widget=forms.Select({"autocomplete": "country"})
    )


class PlanForm(forms.Form):
    """What the account can do."""

    plan = forms.ChoiceField(label=LABELS["plan"], choices=PLANS, widget=forms.RadioSelect)


class SecurityForm(forms.Form):
    """What keeps the account safe."""

    password = forms.CharField(
        label=LABELS["password"],
        min_length=8,
        max_length=200,
        help_text=HINTS["password"],
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    accept_terms = forms.BooleanField(label=LABELS["accept_terms"])


class TextForm(forms.Form):
    """The form of every step of a long flow."""

    text = forms.CharField(label=LABELS["text"], max_length=200)


class SummaryForm(forms.Form):
    """The summary asks nothing: its button is the answer."""


SIGNUP: dict[str, type[forms.Form]] = {
    "account": AccountForm,
    "profile": ProfileForm,
    "plan": PlanForm,
    "security": SecurityForm,
}
