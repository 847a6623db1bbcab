"""Files: validators of fields that take files, which are held against a file before any of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from babel.numbers import format_decimal
from flask_wtf.file import FileSize
from wtforms import Field, FileField, Form, ValidationError

from ..files.kinds import IMAGES, KINDS
from ..files.stored import files_in
from ..flow.fields import Rule
from ..flow.files import takes_many
from ..languages import conventions, gettext, listed

#: How many bytes a file may have whose field does not say it, how many files such a field takes, and how many bytes
#: all files of one page have together, unless a field says more.
MOST_OF_A_FILE, MOST_FILES, MOST_OF_A_PAGE = 20_000_000, 10, 100_000_000


class FileKinds(Rule):
    """The kinds of file that are taken, by their MIME types. A file is known by its content, whatever its name says.

    :param kinds: of :data:`wizard.files.kinds.KINDS`, such as ``"application/pdf"``; ``"image"`` stands for all
        pictures.
    :param message: what is said instead; ``%(kinds)s`` are those that are taken.

    >>> from wtforms import FileField, Form
    >>> class Job(Form):
    ...     cv = FileField("Your CV", [FileKinds("application/pdf"), FileLimit(megabytes=5)])
    ...     photo = FileField("A photo", [FileKinds("image")])
    """

    def __init__(self, *kinds: str, message: Any = None) -> None:
        self.kinds = tuple(one for kind in kinds for one in (sorted(IMAGES) if kind == "image" else [kind]))
        self.message = message

    def mistake(self, beside: Mapping[str, Field], field: Field) -> str:
        if not isinstance(field, FileField):
            return "it takes no files. Remove its FileKinds."
        wrong = next((one for one in self.kinds if one not in KINDS), None if self.kinds else "nothing")
        known = ", ".join(sorted(KINDS))
        return "" if wrong is None else f"its FileKinds names {wrong!r}, which is not known. Use of: image, {known}."

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse a file of another kind.

        :raises ValidationError: where there is one.
        """
        if any(one.type not in self.kinds for one in files_in(field.data)):
            raise ValidationError(self.said())

    def said(self) -> str:
        """Return what is said of a file of another kind."""
        words = list(dict.fromkeys(KINDS[one].words for one in self.kinds))
        return str(self.message or gettext("Choose a file in one of these formats: %(kinds)s")) % {
            "kinds": listed(words)
        }


class FileLimit(Rule):
    """How large a file may be, and how many files there may be.

    :param megabytes: the size of each, in millions of bytes.
    :param files: how many a MultipleFileField takes.
    :param least: how many it must have.

    >>> from wtforms import Form, MultipleFileField
    >>> class Claim(Form):
    ...     receipts = MultipleFileField("Receipts", [FileLimit(megabytes=2, files=4)])
    """

    def __init__(self, megabytes: float = MOST_OF_A_FILE / 1_000_000, files: int = MOST_FILES, least: int = 0) -> None:
        self.size, self.files, self.least = round(megabytes * 1_000_000), files, least

    def mistake(self, beside: Mapping[str, Field], field: Field) -> str:
        if not isinstance(field, FileField):
            return "it takes no files. Remove its FileLimit."
        if self.size <= 0 or self.files < 1 or self.least > self.files:
            return "its FileLimit lets no file pass. Use FileLimit(megabytes=5, files=3)."
        return ""

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse files that are too large, too many or too few.

        :raises ValidationError: where they are.
        """
        files = files_in(field.data)
        if (large := next((one for one in files if one.size > self.size), None)) is not None:
            raise ValidationError(too_large(large.name, self.size))
        if takes_many(field) and len(files) > self.files:
            raise ValidationError(too_many(self.files))
        if takes_many(field) and len(files) < self.least:
            raise ValidationError(gettext("Choose at least %(least)s files", least=self.least))


def too_large(name: str, most: int) -> str:
    """Return what is said of a file of more than ``most`` bytes."""
    return gettext("“%(name)s” is too large. Choose a file of up to %(most)s", name=name, most=size_in_words(most))


def too_many(most: int) -> str:
    """Return what is said of more than ``most`` files."""
    return gettext("You can upload up to %(most)s files", most=most)


def size_in_words(size: int) -> str:
    """Return a number of bytes as people write it: 48 kB, 1.5 MB."""
    number, unit = (size / 1_000_000, "MB") if size >= 999_500 else (max(1, size / 1_000), "kB")
    pattern = "0.#" if unit == "MB" and number < 100 else "0"
    return f"{format_decimal(number, pattern, conventions())} {unit}"


class Limits(NamedTuple):
    """What a field takes.

    :param size: how many bytes a file may have.
    :param files: how many files there may be.
    :param kinds: the rule that says of which kinds.
    :param is_own: whether the field itself says how large.
    """

    size: int
    files: int
    kinds: FileKinds | None
    is_own: bool


def limits_of(field: Field) -> Limits:
    """Return what ``field`` takes, by its validators and else by default."""
    rules: list[Any] = list(field.validators)
    sizes = [one.size for one in rules if isinstance(one, FileLimit)]
    sizes += [int(one.max_size) for one in rules if isinstance(one, FileSize)]
    counts = [one.files for one in rules if isinstance(one, FileLimit)] or [MOST_FILES]
    kinds = next((one for one in rules if isinstance(one, FileKinds)), None)
    count = min(counts) if takes_many(field) else 1
    return Limits(min(sizes, default=MOST_OF_A_FILE), count, kinds, bool(sizes))


def room(fields: Mapping[str, Field]) -> int:
    """Return how many bytes the files of one page may have together."""
    limits = [limits_of(one) for one in fields.values()]
    said = sum(one.size * one.files for one in limits if one.is_own)
    return max(said, min(sum(one.size * one.files for one in limits), MOST_OF_A_PAGE))
