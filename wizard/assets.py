"""What all Wizards of an application share: the templates, the style sheet and the scripts."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint
from flask_wtf.csrf import generate_csrf

from . import fields
from .flow import first_message


def _folder(name: str) -> str:
    """``templates`` or ``static``: beside the package's files in a wheel, one level up in a checkout."""
    here = Path(__file__).parent
    return str(here / name if (here / name).is_dir() else here.parent / name)


class Assets(Blueprint):
    """Registered by the first Wizard of an application. Its templates give way to the application's own."""

    def __init__(self) -> None:
        super().__init__(
            "wizard_assets",
            __name__,
            template_folder=_folder("templates"),
            static_folder=_folder("static"),
            static_url_path="/wizard-assets",
        )
        self.add_app_template_filter(fields.words, "words")
        self.add_app_template_filter(fields.typed, "typed")
        self.add_app_template_filter(fields.choices, "choices")
        self.add_app_template_filter(fields.kind, "kind")
        self.add_app_template_test(fields.is_secret, "secret")
        self.add_app_template_filter(first_message, "first_message")
        self.add_app_template_global(generate_csrf, "csrf_token")
