"""Names: which names a field cannot have, because WTForms or a browser needs them."""

from __future__ import annotations

from collections.abc import Collection

#: In a browser, ``form.elements`` is the field of that name or id where there is one, and no longer the list of all
#: fields. These are the properties of a form that htmx relies on. ``e2e/test_names.py`` finds out whether the list is
#: whole: it sends a form with a field of every other name on the prototype chain of ``HTMLFormElement``. A form itself
#: has no ``form``; htmx asks whether it is a field, which has one. ``attributes`` and ``cloneNode`` break a form that
#: has a field ``id`` as well, for which htmx takes the old form and the new one for the same.
BREAKS_BROWSER = frozenset(
    {
        "addEventListener",
        "attributes",
        "classList",
        "cloneNode",
        "closest",
        "dispatchEvent",
        "elements",
        "form",
        "getAttribute",
        "getRootNode",
        "hasAttribute",
        "insertBefore",
        "isConnected",
        "matches",
        "removeAttribute",
        "removeEventListener",
        "setAttribute",
        "tagName",
    }
)

#: The ids that the page around a form has. A label, or a link to the field, would lead there.
TAKEN_BY_PAGE = frozenset({"changes", "live", "main", "wizard"})

#: What a ``wtforms.Form`` or a ``flask_wtf.FlaskForm`` has of its own. A field takes its place, as WTForms makes an
#: attribute of every field.
BREAKS_WTFORMS = frozenset(
    {
        "Meta",
        "data",
        "errors",
        "form_errors",
        "hidden_tag",
        "is_submitted",
        "meta",
        "populate_obj",
        "post_process",
        "process",
        "validate",
        "validate_on_submit",
    }
)

#: The parameters of a form. A FormField hands its data over as keyword arguments, next to these.
BREAKS_ENCLOSED = frozenset({"cls", "extra_filters", "formdata", "obj", "prefix", "self"})

#: What WTForms calls with the name of another field behind it.
INLINE = ("validate_", "filter_")


def complaint(name: str, beside: Collection[str] = (), *, enclosed: bool = False) -> str | None:
    """Return why no field can be called ``name``, and the cure; ``None`` when one can.

    :param name: the name of the field, or its id where that is another.
    :param beside: the names of all fields of its form.
    :param enclosed: whether its form is that of a FormField, which puts its own name in front.

    >>> complaint("items")
    >>> complaint("process")
    "field 'process': WTForms needs this name for the form itself. Call it something else, such as 'process_'."
    """
    reason = _reason(name, beside, enclosed)
    other = f"{name.strip('_') or 'field'}_"
    return reason and f"field {name!r}: {reason}. Call it something else, such as {other!r}."


def _reason(name: str, beside: Collection[str], enclosed: bool) -> str | None:
    if name in BREAKS_WTFORMS:
        return "WTForms needs this name for the form itself"
    for prefix in INLINE:
        field = name.removeprefix(prefix)
        if field != name and field in beside:
            return f"WTForms takes it for a function that it calls for field {field!r}"
    if enclosed:
        return "WTForms cannot fill in an enclosed form that has it" if name in BREAKS_ENCLOSED else None
    if name.startswith("_"):
        return "names that begin with an underscore belong to the page's own inputs"
    if name == "csrf_token":
        return "this is the name of the CSRF token"
    if name in BREAKS_BROWSER:
        return "a browser would take it for a property of the form, which then cannot be sent"
    if name in TAKEN_BY_PAGE:
        return "a part of the page has this id"
    return None
