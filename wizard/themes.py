"""Themes: how pages look. Three of them have colours and fonts of ours, two the classes of a CSS framework.

A theme of a framework is a folder of templates of that name, which has what the framework builds in a way of its own,
and the tables below, which say for all other elements and inputs which classes they have there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from flask.sansio.app import App

#: Those that are a file of custom properties for our own style sheet.
OURS = ("trail", "plain", "contrast")

# A tag of a template, in which what Jinja reads may hold a ">"; what its classes are; and what of that Jinja reads.
_TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\{\{.*?\}\}|\{%.*?%\}|[^>])*)>", re.DOTALL)
_CLASS = re.compile(r'(?<= class=")(?:\{%.*?%\}|[^"{])+(?=")')
_JINJA = re.compile(r"(\{%.*?%\})")
# A line of a summary, which has a class only where it was changed.
_ROW = re.compile(r'<div(\{% if row\.is_changed %\}) class="changed"(\{% endif %\})|<div(?=>\s*<dt>)')


@dataclass(frozen=True)
class Theme:
    """The classes of a CSS framework.

    :param elements: those of an element of our templates, beside its own: by its classes (``.button button-main``),
        these in one kind of element (``dd.words``), or by its name where it has none (``p``).
    :param inputs: those of an input, by its type or by the kind of its field, as
        :class:`~wizard.pages.field.FieldView` has them. ``box`` is the fieldset around several, ``part`` one input of
        several, whose ``{size}`` is known.
    :param wrong: those that are added where something is wrong.
    """

    elements: Mapping[str, str]
    inputs: Mapping[str, str]
    wrong: Mapping[str, str]

    def classes(self, *kinds: str, is_wrong: bool = False) -> str:
        """Return the classes of an input: those of the first of these ``kinds`` that is known."""
        kind = next((one for one in kinds if one in self.inputs), "")
        return f"{self.inputs.get(kind, '')} {self.wrong.get(kind, '') if is_wrong else ''}".strip()

    def dress(self, source: str) -> str:
        """Return the source of one of our templates, with the classes of the framework beside ours."""
        return _TAG.sub(self._tag, _ROW.sub(_named, source))

    def _tag(self, found: re.Match[str]) -> str:
        name, rest = found.groups()
        if _CLASS.search(rest):
            return f"<{name}{_CLASS.sub(lambda one: self._beside(name, one[0]), rest)}>"
        # What the page writes as a whole has its classes already.
        is_plain = name in self.elements and 'type="hidden"' not in rest and "attributes }}" not in rest
        return f'<{name} class="{self.elements[name]}"{rest}>' if is_plain and " class=" not in rest else found[0]

    def _beside(self, name: str, words: str) -> str:
        """Return classes with those of the framework beside each run of them."""
        dressed = ""
        for run in _JINJA.split(words):
            plain = run.strip()
            more = self.elements.get(f"{name}.{plain}") or self.elements.get(f".{plain}")
            dressed += f"{run} {more}" if more and not run.startswith("{%") else run
        return dressed


def _named(row: re.Match[str]) -> str:
    """Return the beginning of a line of a summary, with the class by which the tables know it."""
    changed = f"{row[1]} changed{row[2]}" if row[1] else ""
    return f'<div class="answer{changed}"'


def current() -> Theme | None:
    """Return the theme of this application; ``None`` where it is one of ours, and outside of any application."""
    return current_app.extensions.get("wizard_theme") if current_app else None


def use(app: App, name: str) -> None:
    """Let ``app`` have the theme of that ``name``."""
    app.jinja_env.globals["wizard_theme"] = name
    app.extensions["wizard_theme"] = FRAMEWORKS.get(name)


BOOTSTRAP = Theme(
    elements={
        ".answer": "row border-bottom py-2 mx-0",
        ".answers": "mb-4",
        ".button": "btn btn-secondary",
        ".button button-danger": "btn btn-danger",
        ".button button-main": "btn btn-primary",
        ".button-link": "btn btn-link p-0 align-baseline",
        ".buttons": "hstack flex-wrap gap-2 mb-3",
        ".caption": "text-body-secondary mb-1",
        ".card": "card-body",
        ".change": "col-auto mb-0 px-0",
        ".delete": "text-danger-emphasis",
        ".entries": "list-unstyled border-top mb-4",
        ".entries entries-of-steps": "list-unstyled border-top mb-4",
        ".error": "invalid-feedback d-block",
        ".files": "list-unstyled",
        ".foot": "border-top mt-5 pt-3 small text-body-secondary",
        ".hint": "form-text",
        ".intro": "lead",
        ".languages": "hstack gap-3 justify-content-end mb-3",
        ".mail-text": "border rounded p-3",
        ".note": "form-text",
        ".notice": "alert alert-info",
        ".notice notice-error": "alert alert-danger",
        ".optional": "text-body-secondary fw-normal",
        ".or": "my-2",
        ".panel": "p-4 p-md-5 mb-4 text-center rounded-3 text-success-emphasis bg-success-subtle",
        ".part": "d-block text-body-secondary small",
        ".picture": "img-thumbnail",
        ".reference": "fs-4",
        ".reveal": "btn btn-secondary",
        ".runs": "list-unstyled",
        ".secret": "input-group",
        ".size": "text-body-secondary",
        ".tag": "badge text-bg-secondary",
        "dd": "col-12 col-sm mb-0 px-0 order-last order-sm-0",
        "dd.words": "col-12 mb-0 px-0",
        "dl": "border-top mb-0",
        "dt": "col col-sm-4 ps-0",
        "h1": "mb-4",
        "input": "form-control{% if error %} is-invalid{% endif %}",
        "label": "form-label",
        "legend": "form-label fs-6",
    },
    inputs={
        "checkbox": "form-check-input",
        "checkboxes": "form-check-input",
        "color": "form-control form-control-color",
        "file": "form-control",
        "input": "form-control",
        "part": "form-control",
        "radio": "form-check-input",
        "range": "form-range",
        "select": "form-select",
        "textarea": "form-control",
    },
    wrong=dict.fromkeys(
        ("checkbox", "checkboxes", "color", "file", "input", "part", "radio", "select", "textarea"), "is-invalid"
    ),
)

GOVUK = Theme(
    elements={
        ".answer": "govuk-summary-list__row",
        ".button": "govuk-button govuk-button--secondary",
        ".button button-danger": "govuk-button govuk-button--warning",
        ".button button-main": "govuk-button",
        ".button-link": "govuk-link",
        ".buttons": "govuk-button-group",
        ".caption": "govuk-caption-l",
        ".change": "govuk-summary-list__actions",
        ".delete": "govuk-link",
        ".entries": "govuk-list",
        ".entries entries-of-steps": "govuk-list",
        ".error": "govuk-error-message",
        ".field": "govuk-form-group",
        ".field-error": "govuk-form-group--error",
        ".files": "govuk-list",
        ".hint": "govuk-hint",
        ".intro": "govuk-body",
        ".languages": "govuk-body",
        ".mail-text": "govuk-body",
        ".note": "govuk-hint",
        ".notice": "govuk-inset-text",
        ".notice notice-error": "govuk-error-summary",
        ".panel": "govuk-panel govuk-panel--confirmation",
        ".reveal": "govuk-button govuk-button--secondary govuk-password-input__toggle",
        ".runs": "govuk-list",
        ".secret": "govuk-input__wrapper govuk-password-input__wrapper",
        ".tag": "govuk-tag",
        ".visually-hidden": "govuk-visually-hidden",
        "a": "govuk-link",
        "dd": "govuk-summary-list__value",
        "dd.words": "govuk-summary-list__value",
        "dl": "govuk-summary-list",
        "dt": "govuk-summary-list__key",
        "h1": "govuk-heading-l",
        "h2": "govuk-heading-m",
        "h3": "govuk-heading-s",
        "input": "govuk-input{% if error %} govuk-input--error{% endif %}",
        "label": "govuk-label govuk-label--s",
        "ol": "govuk-list govuk-list--number",
        "p": "govuk-body",
        "ul": "govuk-list govuk-list--bullet",
    },
    inputs={
        "box": "govuk-form-group govuk-fieldset",
        "checkbox": "govuk-checkboxes__input",
        "checkboxes": "govuk-checkboxes__input",
        "file": "govuk-file-upload",
        "input": "govuk-input",
        "part": "govuk-input govuk-date-input__input govuk-input--width-{size}",
        "password": "govuk-input govuk-password-input__input",
        "radio": "govuk-radios__input",
        "select": "govuk-select",
        "textarea": "govuk-textarea",
    },
    wrong={
        "box": "govuk-form-group--error",
        "file": "govuk-file-upload--error",
        "input": "govuk-input--error",
        "part": "govuk-input--error",
        "password": "govuk-input--error",
        "select": "govuk-select--error",
        "textarea": "govuk-textarea--error",
    },
)

#: Those of a CSS framework, whose style sheet an application brings itself.
FRAMEWORKS = {"bootstrap": BOOTSTRAP, "govuk": GOVUK}
