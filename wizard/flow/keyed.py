"""Keyed: a field that a form declares once, and that is asked once for each entry of a list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from wtforms import Field, FieldList, Form
from wtforms.utils import unset_value

#: Under which name the meta of a form has the keys of the entries, for each field.
KEYS = "wizard_keys"

#: For each field the keys, where no field is asked for each entry of a list.
NO_KEYS: Mapping[str, Sequence[str]] = {}

#: A key, and what follows it in the name of an input. A key is a number, or a hash.
_KEY = re.compile(r"([0-9a-f]{1,16})(-.*)?", re.DOTALL)


class Keyed(FieldList):  # type: ignore[type-arg]
    """One field for each entry of a list, under the key of that entry: ``share-3`` belongs to the entry 3.

    Unlike in a FieldList, what is sent does not say how many there are: the ``meta`` of the form has their keys.

    :param unbound_field: the field, as it is declared.
    :param label: the legend of all of them.
    """

    _separator: str
    _translations: Any
    _form: Any

    def __init__(self, unbound_field: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(unbound_field, label, **kwargs)
        #: The keys of the entries, in their order.
        self.keys: Sequence[str] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Make a field for each key, with the inline filters of the declared one."""
        given = list(data) if isinstance(data, (list, tuple)) else []
        self.object_data = given
        self.entries = []
        self.keys = getattr(self.meta, KEYS, {}).get(self.short_name, ())
        for at, key in enumerate(self.keys):
            self._add_entry(formdata, given[at] if at < len(given) else unset_value, key, extra_filters)

    def _add_entry(
        self, formdata: Any = None, data: Any = unset_value, index: Any = None, extra_filters: Any = None
    ) -> Field:
        key = "0" if index is None else index
        ends = f"{self._separator}{key}"
        options = {
            "name": self.name + ends,
            "id": self.id + ends,
            "_meta": self.meta,
            "translations": self._translations,
        }
        field: Field = self.meta.bind_field(self._form, self.unbound_field, options)
        field.process(formdata, data, extra_filters)
        self.entries.append(field)
        return field

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Validate each of the fields, with the inline validator of the declared one."""
        valid = [entry.validate(form, extra_validators) for entry in self.entries]
        self.errors = [] if all(valid) else [entry.errors for entry in self.entries]
        return all(valid)

    def key_of(self, name: str, called: str = "") -> tuple[str, str] | None:
        """Return the key of the entry that the input ``name`` is for, and the rest of the name.

        :param called: the name of all of them, where that is another.
        """
        start = (called or self.name) + self._separator
        found = _KEY.fullmatch(name, len(start)) if name.startswith(start) else None
        return (found[1], found[2] or "") if found else None


def with_keyed(form: type[Form], names: Mapping[str, Any], labels: Mapping[str, Any]) -> type[Form]:
    """Return a class derived from ``form`` in which each field of these ``names`` is one for each entry of a list.

    :param labels: the label of each of them, as it is declared.
    """
    keyed = {}
    for name in names:
        declared = getattr(form, name)
        # The copy has the place of the declared one among the fields.
        field = copy(declared)
        field.field_class, field.args, field.kwargs = Keyed, (declared,), {"label": labels[name]}
        keyed[name] = field
    return type(form.__name__, (form,), {"__module__": form.__module__, **keyed})
