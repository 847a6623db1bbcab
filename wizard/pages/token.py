"""The CSRF token."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError


def is_stale() -> bool:
    """Return whether the form that was sent carries no token, or one that has expired."""
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return False
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return True
    return False


def name() -> str:
    return "csrf_token"


def value() -> str:
    return generate_csrf()


def exempt(app: Any, blueprint: Any) -> None:
    pass
