"""Pages: what all pages of one Wizard share. Their addresses, their templates, and where their answers are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, session, url_for
from flask_wtf.csrf import generate_csrf

from .. import htmx, languages
from ..flow import Answer, Answers, Flow, Path, Step, fields
from .field import FieldView
from .words import entry_words, words


def page_context() -> dict[str, Any]:
    """Return what each of our templates needs. None of it is a global of the application, which may have its own."""
    return {
        "_": languages.gettext,
        "csrf_token": generate_csrf,
        "entry_words": entry_words,
        "inside": languages.inside,
        "listed": languages.listed,
        "words": words,
    }


class Pages(Blueprint):
    """The base of :class:`~wizard.blueprint.Wizard`, which says what the parameters are."""

    def __init__(
        self,
        name: str,
        flow: Flow,
        *,
        on_finish: Callable[[Mapping[str, Answer], str], str],
        title: str,
        finish: str,
        layout: str,
        many: bool,
    ) -> None:
        super().__init__(name, __name__)
        self.flow = flow
        self.on_finish = on_finish
        self.title = title
        self.finish = finish
        self.layout = layout
        self.many = many

    @property
    def key(self) -> str:
        """The key of the session under which the answers of this request are kept."""
        return self.key_of((request.view_args or {}).get("instance"))

    def key_of(self, instance: str | None) -> str:
        """The key of one instance; of the Wizard itself where there are not several."""
        return self.name if instance is None else f"{self.name}.{instance}"

    def answers_of(self, key: str, session: MutableMapping[str, Any] = session) -> Answers:
        """The answers under ``key``. Of several instances, each expires by itself."""
        return Answers(session, key, current_app.permanent_session_lifetime if self.many else None)

    def keys(self) -> list[str]:
        """The keys of all instances in this visitor's session."""
        return [key for key in session if self.many and key.startswith(f"{self.name}.")]

    def runs(self) -> list[tuple[str, Answers, Path]]:
        """The instances that have not expired, the oldest first: id, answers, and the path they lead along."""
        found = []
        for key in self.keys():
            answers = self.answers_of(key, {key: session[key]})
            answers.settle(self.flow)
            if not answers.expired:
                found.append((key.removeprefix(f"{self.name}."), answers, self.flow.path(answers, answers.reads)))
        # A session may have its keys in any order.
        return sorted(found, key=lambda run: run[1].begun)

    def name_of(self, answers: Answers, path: Path) -> str:
        """What tells one instance from another: the first thing that was answered."""
        for step in path.steps:
            for field in fields.questions(step.open(path.earlier(step))):
                if (
                    not step.repeats
                    and not fields.is_secret(field)
                    and answers.get(step.name, {}).get(field.short_name)
                ):
                    return words(field, answers[step.name][field.short_name])
        return ""

    def url_of(self, endpoint: str, **values: Any) -> str:
        """The address of a page of this flow, and of this instance of it."""
        if self.many and endpoint != "start":
            values.setdefault("instance", (request.view_args or {}).get("instance"))
        return url_for(f"{self.name}.{endpoint}", **values)

    def url(self, step: Step | None, number: int | None = None) -> str:
        """The address of ``step``, of its entry of that number, or of the summary.

        Who came from the summary is led back to it in the end.
        """
        if step is None:
            return self.url_of("summary")
        values = {"from": "summary"} if self.from_summary else {}
        if number is not None:
            return self.url_of("entry", name=step.name, number=number, **values)
        return self.url_of("step", name=step.name, **values)

    def url_to_change(self, step: Step, field: str) -> str:
        """The address at which ``field`` is changed from the summary; ``2.name`` is one of the second entry."""
        number, dot, name = field.rpartition(".")
        if dot:
            return self.url_of("entry", name=step.name, number=int(number), **{"from": "summary"}) + f"#{name}"
        return self.url_of("step", name=step.name, **{"from": "summary"}) + (f"#{name}" if name else "")

    @property
    def from_summary(self) -> bool:
        """Whether the visitor came from the summary, to change something."""
        return request.args.get("from") == "summary"

    def render_field(self, view: FieldView) -> Response:
        """One field alone."""
        return make_response(render_template("wizard/field.html", **page_context(), wizard=self, view=view))

    def render(self, page: str, status: int = 200, **context: Any) -> Response:
        """One page: the application's own template for it, else the one that comes with the package."""
        return htmx.render(
            [f"{self.name}/{page}.html", f"wizard/{page}.html"],
            status,
            **page_context(),
            **{"alert": "", "problems": (), "run": "", **context},
            wizard=self,
            layout=self.layout,
            url_of=self.url_of,
        )
