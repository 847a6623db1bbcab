"""What the project raises of its own: one root, and a narrow class for each thing a caller may want to catch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn


class WizardError(Exception):
    """The root of all errors that this package raises.

    >>> from wizard import Flow
    >>> try:
    ...     Flow()
    ... except WizardError as error:
    ...     print(error)
    A Flow needs at least one Step.
    """


class FlowError(WizardError):
    """A mistake in a Flow. Raised when the Flow is built, where it can be known then; the message says the cure.

    >>> from wtforms import Form, StringField
    >>> from wizard import Step
    >>> class NameForm(Form):
    ...     name = StringField("Your name")
    >>> Step("Your name", NameForm, title="Your name")
    Traceback (most recent call last):
    ...
    wizard.errors.FlowError: Step 'Your name': a step's name is part of its URL. Use small letters, digits, '-' and '_'.
    """


class Unfinished(WizardError):
    """A journey without a browser that cannot be finished. It names steps and inputs, and no value.

    :param missing: the names of the steps that have to be answered.
    :param errors: what is wrong, for each step by the names of its inputs.

    >>> from wizard import Flow, Step
    >>> from wtforms import Form, StringField
    >>> class Name(Form):
    ...     name = StringField("Name")
    >>> try:
    ...     Flow(Step("you", Name, title="You")).run({}).finish(print)
    ... except Unfinished as error:
    ...     print(error.missing)
    ['you']
    """

    def __init__(self, missing: Sequence[str], errors: Mapping[str, Mapping[str, str]]) -> None:
        self.missing = list(missing)
        self.errors = {step: dict(found) for step, found in errors.items()}
        wrong = [f"{step}.{name}" if name else step for step, found in self.errors.items() for name in found]
        parts = [f"missing is {', '.join(missing)}"] * bool(missing) + [f"wrong is {', '.join(wrong)}"] * bool(wrong)
        super().__init__(f"It cannot be finished: {'; '.join(parts)}. See 'missing' and 'errors'.")


class SettingError(WizardError):
    """A setting that cannot work. Raised at start; the message names the setting and the cure.

    >>> from wizard.sessions import open_sessions
    >>> open_sessions("memcached://localhost")
    Traceback (most recent call last):
    ...
    wizard.errors.SettingError: SESSION_URL: no database driver for this URL (...). Use sqlite:////path/to/file, ...
    """


class StoreError(WizardError):
    """A store did not answer. The visitor sees a 503, and tries again later.

    The signup has a page for it. An application of your own says it in its own words:

    >>> from flask import Flask
    >>> app = Flask("shop")
    >>> @app.errorhandler(StoreError)
    ... def show_store_error(error):
    ...     return "Not available just now. Your answers are kept: try again in a minute.", 503
    """


class FilesAway(StoreError):
    """The store of files did not answer. What else a form holds is kept."""


class FileGone(WizardError):
    """A file that is not in the store any more, or was damaged there.

    >>> raise FileGone("the file b2x… is not in the store any more")
    Traceback (most recent call last):
    ...
    wizard.errors.FileGone: the file b2x… is not in the store any more
    """


class Duplicate(StoreError):
    """A store has a row with the same key already."""


class TooLarge(WizardError):
    """A session that does not fit into its store. The visitor is told, and nothing is saved."""


class Conflict(WizardError):
    """The session was saved by another request after this one had loaded it. Load it again, and redo the change."""


class Refused(WizardError):
    """What ``on_finish`` raises when it cannot finish with these answers.

    :param errors: what the visitor reads: for each step, for each of its fields (by the name of the input); a text for
        a step as a whole; or one text for all of it. For a field that is asked for each entry of a list, a list has
        one for each of them, ``""`` for one that is right. The answers are kept, and the summary shows every message
        with a link to where it is mended.

    >>> raise Refused({"account": {"email": "An account with this email address exists already"}})
    Traceback (most recent call last):
    ...
    wizard.errors.Refused: account.email: An account with this email address exists already
    >>> Refused("The card was declined").errors
    {'': {'': 'The card was declined'}}
    """

    def __init__(self, errors: object) -> None:
        #: For each step (``""`` for the whole), for each of its fields (``""`` for the step), what is wrong.
        self.errors: dict[str, dict[str, str]] = {
            str(step): {str(name): _first(text) for name, text in _by_name(said).items()}
            for step, said in _by_name(errors).items()
        }
        #: The same of the fields of which a list was given: all of it, as the first stands above.
        self.lists: dict[str, dict[str, list[str]]] = {
            str(step): {
                str(name): [*map(_first, text)]
                for name, text in _by_name(said).items()
                if isinstance(text, (list, tuple))
            }
            for step, said in _by_name(errors).items()
        }
        said = [
            (".".join(filter(None, [step, name])), text)
            for step, one in self.errors.items()
            for name, text in one.items()
        ]
        super().__init__("; ".join(f"{where}: {text}" if where else text for where, text in said))


def _by_name(said: object) -> Mapping[object, object]:
    """Return what is said of each by its name; what is said of the whole is under ``""``."""
    return said if isinstance(said, Mapping) else {"": said}


def _first(said: object) -> str:
    """Return the first of several messages, as a form of WTForms has them for each of its fields: of a FieldList, for
    each entry, and nothing for one that is valid."""
    if isinstance(said, (list, tuple, Mapping)):
        each = said.values() if isinstance(said, Mapping) else said
        return next(filter(None, map(_first, each)), "")
    return "" if said is None else str(said)


def raise_anew(error: Exception) -> NoReturn:
    """Raise ``error`` in place of the one that is being handled, and without it: that one may hold answers."""
    try:
        raise error from None
    finally:
        # "from None" hides it only from a traceback.
        error.__context__ = None
