"""The doctor: looks at a deployment as it is, and says what is wrong with it and the cure."""

from .command import doctor

__all__ = ["doctor"]
