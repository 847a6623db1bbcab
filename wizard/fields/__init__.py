"""Fields: what WTForms has no field for. Each works in any form, enclosed ones and lists included."""

from __future__ import annotations

from ..flow.parts import Part, PartsField
from .address import AddressField
from .combobox import Combobox
from .dates import DatePartsField, MemorableDateField, MonthYearField
from .duration import DurationField
from .files import FileKinds, FileLimit
from .rules import Alone, NotBefore
from .year import YearField

__all__ = [
    "AddressField",
    "Alone",
    "Combobox",
    "DatePartsField",
    "DurationField",
    "FileKinds",
    "FileLimit",
    "MemorableDateField",
    "MonthYearField",
    "NotBefore",
    "Part",
    "PartsField",
    "YearField",
]
