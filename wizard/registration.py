"""Registration: what is wrong with a Wizard, or with the application that it joins, found before any visitor comes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from . import extras, htmx, settings
from .errors import FlowError, SettingError
from .fields.files import limits_of
from .files import opening
from .files.kinds import IMAGES
from .files.opening import SETTING
from .files.shelf import Shelf
from .flow import Code, Proven, Repeat, Step, fields
from .flow.files import file_inputs
from .flow.functions import is_async
from .pages.filing import asks_for_files, largest_body
from .pages.site import Site
from .proofs import open_proofs as open_table
from .sessions import CookieInterface, StoreInterface
from .sessions.fit import misfits
from .sessions.purging import purger

#: The name of a variable in an address, whatever its converter.
_VARIABLE = re.compile(r"<(?:[^<>]*:)?(\w+)>")


def check_function(name: str, what: str, function: object, given: str) -> None:
    """Check that ``function``, what an author gave the wizard ``name`` as ``what``, takes the arguments ``given``."""
    if not callable(function):
        raise FlowError(f"The wizard {name!r}: its {what} is {function!r}. Use a function: def {what}({given}): ....")
    try:
        inspect.signature(function).bind(*_names(given))
    except TypeError:
        count = ("no argument", "one argument", "two arguments")[len(_names(given))]
        raise FlowError(f"The wizard {name!r}: its {what} must take {count}. Use def {what}({given}): ....") from None
    except ValueError:
        # A function that is not written in Python does not always say what it takes.
        pass


def _names(given: str) -> list[str]:
    return list(filter(None, given.split(", ")))


def check_names(wizard: Site, app: Flask) -> None:
    """Check that no field has the name of the CSRF token."""
    taken = app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    for step in wizard.flow.every:
        if isinstance(step, Step) and fields.find(step.form, taken) is not None:
            step.wrong(f"field {taken!r}: this is the name of the CSRF token. Call it something else.")


def check_place(wizard: Site, app: Flask, options: Mapping[str, Any]) -> None:
    """Check the name and the address under which ``wizard`` is registered."""
    name = ".".join(filter(None, [options.get("name_prefix"), options.get("name", wizard.name)]))
    if name.startswith("_") or name == app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token"):
        raise FlowError(
            f"The wizard {name!r}: the session keeps something else under this name. Call it something else, such "
            "as 'signup'."
        )
    where = [options.get(one) or getattr(wizard, one) or "" for one in ("url_prefix", "subdomain")]
    for variable in _VARIABLE.findall(" ".join(where)):
        if variable == "endpoint" or variable.startswith("_"):
            raise FlowError(
                f"The wizard {name!r}: its address has the variable {variable!r}, a name that Flask or the wizard "
                f"needs for itself. Call it something else, such as {variable.strip('_') + '_id'!r}."
            )


def check_async(wizard: Site, app: Flask) -> None:
    """Check that ``app`` can wait for what is async."""
    function: Any
    for what, function in (("on_finish", wizard.on_finish), ("find", wizard.find)):
        if function is None or not is_async(function):
            continue
        try:
            app.async_to_sync(function)
        except RuntimeError:
            if line := extras.missing("async", f"The wizard {wizard.name!r}: its {what} is async"):
                raise FlowError(line) from None
            raise


def check_sessions(wizard: Site, app: Flask) -> None:
    """Check whether the answers may and can be kept where ``app`` keeps its sessions."""
    secrets = [
        f"{step.name}.{name}"
        for step in wizard.flow.every
        if isinstance(step, Step)
        for name in step.secrets
        if step.keep[name] is not None
    ]
    if isinstance(app.session_interface, SecureCookieSessionInterface) and secrets:
        raise SettingError(
            f"SESSION_URL: the wizard {wizard.name!r} keeps a secret ({secrets[0]}), and a session in the cookie "
            "can be read by whoever has the cookie. Use a database or Redis: "
            "app.session_interface = open_sessions(url)."
        )
    if wizard.owner and not isinstance(app.session_interface, StoreInterface):
        raise SettingError(
            f"SESSION_URL: the wizard {wizard.name!r} has an owner=, whose answers another device finds, and a "
            "session in the cookie stays in one browser. Use a database or Redis: "
            "app.session_interface = open_sessions(url)."
        )
    if isinstance(app.session_interface, SecureCookieSessionInterface):
        own = isinstance(app.session_interface, CookieInterface)
        for misfit in misfits(wizard.flow, by_flask=not own):
            app.logger.warning(
                "The wizard %r keeps its answers in the cookie: %s. Use app.session_interface = open_sessions(url).",
                wizard.name,
                misfit,
            )


def open_files(wizard: Site, app: Flask) -> None:
    """Give ``app`` a store of files, if ``wizard`` asks for files and there is none yet."""
    asked = asks_for_files(wizard.flow)
    if not asked:
        return
    url = settings.read(app, SETTING)
    if type(app.session_interface) is SecureCookieSessionInterface:
        raise SettingError(
            f"SESSION_URL: the wizard {wizard.name!r} asks for a file ({asked[0]}), and Flask's own session does not "
            "know of files. Use app.session_interface = open_sessions(url)."
        )
    if "wizard_files" not in app.extensions:
        try:
            app.extensions["wizard_files"] = Shelf(opening.open_files(url, app.session_interface))
        except SettingError as error:
            raise SettingError(f"{error} The wizard {wizard.name!r} asks for a file ({asked[0]}).") from None
        settings.settle(app, SETTING, "the first wizard that asks for a file is registered")
        purger.add(app.extensions["wizard_files"].store)
    largest = app.config.get("MAX_CONTENT_LENGTH") or 0
    app.extensions["wizard_body_bytes"] = max(
        app.extensions.get("wizard_body_bytes", 0), largest + largest_body(wizard.flow)
    )
    for step in wizard.flow.every:
        for name, field in file_inputs(step.form).items() if isinstance(step, Step) else ():
            rule = limits_of(field).kinds
            line = extras.missing("files", f"field {name!r} takes pictures")
            if line and (rule is None or IMAGES & set(rule.kinds)):
                step.wrong(f"{line} Or say which files it takes: FileKinds('application/pdf').")


def open_proofs(wizard: Site, app: Flask) -> None:
    """Give ``app`` a table for what is proven elsewhere, if ``wizard`` asks for that and there is none yet.

    :raises SettingError: when there is no database for it, or no outbox for the mails; the message says the cure.
    """
    asked = [step for step in wizard.flow.every if isinstance(step, Proven)]
    if not asked:
        return
    codes = [step for step in asked if isinstance(step, Code)]
    outbox: Any = app.extensions.get("wizard.outbox")
    if codes and outbox is None:
        raise SettingError(
            f"MAIL_URL: the wizard {wizard.name!r} sends a code by mail ({codes[0].name}), and there is no outbox to "
            "put it into. Make one before the wizard is registered: Outbox(app)."
        )
    made: Any = open_table(app, f"a step of the wizard {wizard.name!r} ({asked[0].name})")
    if codes and made.rows.engine is not outbox.rows.engine:
        raise SettingError(
            f"MAIL_URL: the wizard {wizard.name!r} sends a code by mail ({codes[0].name}), in the transaction in which "
            "it is stored, and another wizard was registered before there was an outbox. Make it before the first."
        )
    purger.add(made.rows)


def check_resume(wizard: Site) -> None:
    """Check whether the answers can be saved for later."""
    if not wizard.resume:
        return
    if wizard.resume is not True:
        check_function(wizard.name, "resume", wizard.resume, "answers")
    if wizard.owner:
        raise FlowError(
            f"The wizard {wizard.name!r}: it has resume= and owner= too. Who signs in finds the answers on each device "
            "anyway: leave either out."
        )
    for step in wizard.flow.every:
        if step.name in ("save", "return"):
            step.wrong("with resume=, a page that saves the answers has this name. Use another.")
        if isinstance(step, Step) and step.secrets and (isinstance(step, Repeat) or step not in wizard.flow.steps):
            step.wrong(
                f"with resume=, secrets are asked again on another device, and {step.secrets[0]!r} is in a list. Ask "
                "it in a step of its own, or leave resume= out."
            )


def open_links(wizard: Site, app: Flask) -> None:
    """Give ``app`` what the links need by which a run is opened on another device.

    :raises SettingError: where the sessions are in the cookie, or there is no outbox; the message says the cure.
    """
    if not wizard.resume:
        return
    if not isinstance(app.session_interface, StoreInterface):
        raise SettingError(
            f"SESSION_URL: the wizard {wizard.name!r} has resume=, by which another device goes on, and a session in "
            "the cookie stays in one browser. Use a database or Redis: app.session_interface = open_sessions(url)."
        )
    if app.extensions.get("wizard.outbox") is None:
        raise SettingError(
            f"MAIL_URL: the wizard {wizard.name!r} has resume=, which sends a link by mail, and there is no outbox to "
            "put it into. Make one before the wizard is registered: Outbox(app)."
        )
    made: Any = open_table(app, f"a link of the wizard {wizard.name!r}")
    purger.add(made.rows)


def check_layout(wizard: Site, app: Flask) -> None:
    """Check that the layout has the blocks that are filled."""
    is_settled = "jinja_loader" in vars(app)
    missing = {"title", "wizard"} - htmx.blocks(app, wizard.layout)
    if not is_settled:
        # Flask settles where the templates are at the first look, and the application may yet say where.
        vars(app).pop("jinja_loader", None)
    if missing:
        raise FlowError(
            f"The wizard {wizard.name!r}: its layout {wizard.layout!r} has no block {min(missing)!r}. Write "
            f"{{% block {min(missing)} %}}{{% endblock %}} where it belongs."
        )
