"""The signup as a good developer would write it by hand: Flask, Flask-WTF, and Flask's signed cookie.

All other costs are ratios to the cost of this.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from flask import Flask, Response, abort, redirect, render_template, session, url_for
from flask_wtf import FlaskForm
from wtforms import DateField, PasswordField

from . import answers, forms, texts


class Step(NamedTuple):
    """One page of the signup."""

    name: str
    title: str
    form: type[FlaskForm]
    when: Callable[[dict[str, Any]], bool] | None = None


SIGNUP = [Step(name, texts.TITLES[name], form) for name, form in forms.SIGNUP.items()]


def long_flow(count: int) -> list[Step]:
    """Return so many steps of one field each."""
    return [
        Step(
            f"s{number}", f"Question {number}", forms.TextForm, _asks(number) if answers.has_condition(number) else None
        )
        for number in range(1, count + 1)
    ]


def _asks(number: int) -> Callable[[dict[str, Any]], bool]:
    return lambda data: bool(data[f"s{number - 1}"]["text"] != "skip")


def create_app(steps: int = 0) -> Flask:
    """The application.

    :param steps: how many a long flow has; 0 for the signup.
    """
    app = Flask(__name__, template_folder="templates/by_hand")
    app.config["SECRET_KEY"] = answers.KEY
    flow = long_flow(steps) if steps else SIGNUP
    forms_by_name = {step.name: step.form for step in flow}

    def on_path() -> list[Step]:
        """The steps that are asked, as far as it is known."""
        data = session.get("signup", {})
        found = []
        for step in flow:
            if step.when is None or step.when(data):
                found.append(step)
                if step.name not in data:
                    break
        return found

    def first_missing(path: list[Step]) -> str:
        data = session.get("signup", {})
        missing = next((step.name for step in path if step.name not in data), None)
        return url_for("step", name=missing) if missing else url_for("summary")

    @app.get("/signup/")
    def start() -> Response:
        return redirect(first_missing(on_path()), 303)

    @app.route("/signup/<name>", methods=["GET", "POST"])
    def step(name: str) -> Any:
        if name not in forms_by_name:
            abort(404)
        path = on_path()
        data = session.get("signup", {})
        place = next((place for place, one in enumerate(path) if one.name == name), None)
        if place is None:
            return redirect(first_missing(path), 303)
        step = path[place]
        form = step.form(data=_read(step.form, data.get(name, {})))
        if form.validate_on_submit():
            session["signup"] = {**data, name: _kept(form)}
            path = on_path()
            return redirect(
                url_for("step", name=path[place + 1].name) if path[place + 1 :] else url_for("summary"), 303
            )
        page = render_template(
            "step.html",
            step=step,
            form=form,
            number=place + 1,
            steps=flow,
            data=data,
            back=path[place - 1] if place else None,
        )
        return page, 422 if form.is_submitted() else 200

    @app.route("/signup/summary", methods=["GET", "POST"])
    def summary() -> Any:
        path = on_path()
        data = session.get("signup", {})
        if any(step.name not in data for step in path):
            return redirect(first_missing(path), 303)
        form = FlaskForm()
        if form.validate_on_submit():
            # Here the account would be created.
            del session["signup"]
            session["reference"] = secrets.token_hex(4)
            return redirect(url_for("done"), 303)
        fields = {step.name: step.form() for step in path}
        return render_template("summary.html", path=path, fields=fields, data=data, form=form)

    @app.get("/signup/done")
    def done() -> Any:
        if "reference" not in session:
            return redirect(url_for("start"), 303)
        return render_template("done.html", reference=session["reference"], form=FlaskForm())

    @app.route("/signup/clear", methods=["GET", "POST"])
    def clear() -> Any:
        session.clear()
        return redirect(url_for("start"), 303)

    return app


def _kept(form: FlaskForm) -> dict[str, Any]:
    """What the session keeps of a valid form: no password, and a date as a text."""
    return {
        field.name: field.data.isoformat() if isinstance(field, DateField) else field.data
        for field in form
        if field.name != "csrf_token" and not isinstance(field, PasswordField)
    }


def _read(form: type[FlaskForm], kept: dict[str, Any]) -> dict[str, Any]:
    """The data of a form, of what the session has kept of it."""
    return {**kept, "date_of_birth": date.fromisoformat(kept["date_of_birth"])} if "date_of_birth" in kept else kept
