"""django-formtools: a NamedUrlSessionWizardView, with a last step that shows the answers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.shortcuts import render
from django.urls import path
from formtools.wizard.views import NamedUrlSessionWizardView

from . import answers, texts
from .django_site import SIGNUP, SummaryForm, TextForm, application, set_up

urlpatterns: list[Any] = []


def _asks(number: int) -> Callable[[Any], bool]:
    def condition(wizard: Any) -> bool:
        data = wizard.get_cleaned_data_for_step(f"s{number - 1}") or {}
        return bool(data.get("text") != "skip")

    return condition


class Signup(NamedUrlSessionWizardView):  # type: ignore[misc]
    """The view of every step."""

    def get_template_names(self) -> list[str]:
        return ["summary.html" if self.steps.current == "summary" else "step.html"]

    def get_context_data(self, form: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(form, **kwargs)
        current = self.steps.current
        context |= {
            "title": texts.TITLES.get(current, current),
            "action": self.get_step_url(current),
            "number": self.steps.step1,
            "names": self.steps.all,
            "management": context["wizard"]["management_form"],
            "back": self.steps.prev and self.get_step_url(self.steps.prev),
        }
        if current == "summary":
            context["sections"] = [self._section(name) for name in self.steps.all if name != "summary"]
        return context

    def _section(self, name: str) -> dict[str, Any]:
        # As its documentation does: the data that is shown is what is valid now.
        data = self.get_cleaned_data_for_step(name) or {}
        fields = self.get_form_list()[name].base_fields
        rows = [
            {"label": fields[one].label, "value": value, "url": self.get_step_url(name)}
            for one, value in data.items()
            if one != "password"
        ]
        return {"title": texts.TITLES.get(name, name), "rows": rows}

    def done(self, form_list: Any, **kwargs: Any) -> Any:
        return render(self.request, "done.html", {"reference": secrets.token_hex(4), "action": "/signup/account"})


def create_app(steps: int = 0, *, database: str, cookie: bool) -> Callable[..., Any]:
    """The application; the parameters are those of the other peers."""
    numbers = range(1, steps + 1)
    forms = [(f"s{number}", TextForm) for number in numbers] if steps else list(SIGNUP.items())
    conditions = {f"s{number}": _asks(number) for number in numbers if answers.has_condition(number)}
    set_up(database, cookie=cookie, urls=__name__)
    view = Signup.as_view([*forms, ("summary", SummaryForm)], url_name="step", condition_dict=conditions)
    urlpatterns[:] = [path("signup/<step>", view, name="step")]
    return application()
