"""A postal address."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..flow.parts import Part, PartsField
from ..languages import conventions, gettext

#: What an address can be asked for, in the order in which English writes it, and what browsers call each.
_TOKENS = {
    "line1": "address-line1",
    "line2": "address-line2",
    "town": "address-level2",
    "region": "address-level1",
    "postcode": "postal-code",
    "country": "country-name",
}

#: The languages in whose countries the postcode comes behind the town. Elsewhere it stands before it.
_POSTCODE_BEHIND = frozenset({"en", "cy", "ga", "gd", "hi", "id", "ms", "pt", "th", "vi"})

#: No line of an address is longer, and no postcode.
_LONGEST, _LONGEST_POSTCODE = 100, 12


class AddressField(PartsField):
    """A postal address. Its value is a dictionary of texts: ``{"line1": "12 High Street", "line2": "", …}``.

    Each part has an input, in the order in which an address is written where the page's language is spoken, and says to
    the browser what it is (``autocomplete``). ``autocomplete="shipping"`` in ``render_kw`` becomes ``shipping
    postal-code`` and so on. Under its own name it takes one text, as programs send it: each part that is asked, or
    each that is not optional, with a comma between them; a semicolon, where a part itself has a comma.

    What is wrong with one part, a validator of yours says with :meth:`~wizard.fields.PartsField.refuse`.

    :param asks: which parts are asked: of ``line1``, ``line2``, ``town``, ``region``, ``postcode`` and ``country``.
    :param optional_parts: those of them that may be empty.
    :param invalid_value_message: what is said of one text that is no address, such as a program's.
    :raises ValueError: for parts that there are not, or if all are optional.

    >>> from wtforms import Form
    >>> class Delivery(Form):
    ...     home = AddressField("Where do you live?", render_kw={"autocomplete": "shipping"})
    """

    is_verbatim = True

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        asks: Collection[str] = ("line1", "line2", "town", "postcode"),
        optional_parts: Collection[str] = ("line2", "region"),
        **options: Any,
    ) -> None:
        wrong = [part for part in (*asks, *optional_parts) if part not in _TOKENS]
        if wrong or isinstance(asks, str) or not set(asks) - set(optional_parts):
            raise ValueError(f"An address has {', '.join(_TOKENS)}: use some of these, at least one not optional.")
        self.part_names = tuple(part for part in _TOKENS if part in asks)
        self.optional_parts = tuple(part for part in self.part_names if part in optional_parts)
        super().__init__(label, validators, **options)

    def _order(self) -> list[str]:
        order = list(self.part_names)
        if "postcode" in order and conventions().language not in _POSTCODE_BEHIND:
            order.remove("postcode")
            order.insert(order.index("town") if "town" in order else len(order), "postcode")
        return order

    def parts(self) -> Sequence[Part]:
        labels = {
            "line1": gettext("Address line 1"),
            "line2": gettext("Address line 2"),
            "town": gettext("Town or city"),
            "region": gettext("Region"),
            "postcode": gettext("Postcode"),
            "country": gettext("Country"),
        }
        return [
            Part(part, labels[part], 10 if part == "postcode" else 40, optional=part in self.optional_parts)
            for part in self._order()
        ]

    def completes(self, part: str, said: str) -> str:
        return said if said in ("on", "off") else f"{said} {_TOKENS[part]}".strip()

    def read(self, part: str, text: str) -> str:
        if len(text) > (_LONGEST_POSTCODE if part == "postcode" else _LONGEST):
            raise ValueError(text)
        return text

    def combine(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {part: values.get(part, "") for part in self.part_names}

    def split(self, text: str) -> Mapping[str, str] | None:
        texts = [one.strip() for one in text.split(";" if ";" in text else ",")]
        needed = [part for part in self.part_names if part not in self.optional_parts]
        asked = next((parts for parts in (self.part_names, needed) if len(parts) == len(texts)), None)
        return None if asked is None else dict(zip(asked, texts, strict=True))

    def schema(self) -> Mapping[str, Any]:
        most = {part: _LONGEST_POSTCODE if part == "postcode" else _LONGEST for part in self.part_names}
        return {
            "type": "object",
            "properties": {
                part: {"type": "string", "minLength": int(part not in self.optional_parts), "maxLength": size}
                for part, size in most.items()
            },
            "required": [part for part in self.part_names if part not in self.optional_parts],
            "additionalProperties": False,
        }

    def join(self, texts: Mapping[str, str]) -> str:
        lines = [texts.get(part, "").strip() for part in self.part_names]
        return ("; " if any("," in line for line in lines) else ", ").join(lines)

    def take_apart(self, value: Mapping[str, str]) -> Mapping[str, str]:
        return {part: str(value.get(part) or "") for part in self.part_names}

    def words(self, value: Any) -> str:
        if not isinstance(value, Mapping):
            return ""
        texts = {part: text for part, text in self.take_apart(value).items() if text}
        order = [part for part in self._order() if part in texts]
        lines: dict[str, str] = {}
        for before, part in zip(["", *order], order, strict=False):
            if (before, part) == ("postcode", "town"):
                # A postcode that stands before the town is in one line with it.
                lines[before] += f" {texts[part]}"
            else:
                lines[part] = texts[part]
        return ", ".join(lines.values())

    def complaint(self, part: str, text: str) -> str:
        if text:
            most = _LONGEST_POSTCODE if part == "postcode" else _LONGEST
            return gettext("Enter %(count)s characters or fewer", count=most)
        return {
            "line1": gettext("Enter address line 1"),
            "line2": gettext("Enter address line 2"),
            "town": gettext("Enter a town or city"),
            "region": gettext("Enter a region"),
            "postcode": gettext("Enter a postcode"),
            "country": gettext("Enter a country"),
        }[part]

    def complaint_of_whole(self, text: str) -> str:
        own: Any = vars(self)["invalid_value_message"]
        return str(own or gettext("Enter each part of the address"))
