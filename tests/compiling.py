"""The signup, which says on standard error what a process compiles after it was forked."""

from __future__ import annotations

import os
import sys
from typing import Any

from flask import Flask

from wizard import app


def create_app() -> Flask:
    """The signup, as ``wizard.app`` makes it."""
    made, before = app.create_app(), os.getpid()
    env: Any = made.jinja_env
    compile_template = env.compile

    def compile_and_say(source: Any, name: str | None = None, *args: Any, **options: Any) -> Any:
        if os.getpid() != before:
            sys.stderr.write(f"compiled {name}\n")
        return compile_template(source, name, *args, **options)

    env.compile = compile_and_say
    return made
