"""django-gandalf: a WizardViewSet, with its own summary as the last step."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.shortcuts import render
from django.urls import include, path
from gandalf.form_views import StepFormView
from gandalf.summary import SummaryMixin
from gandalf.viewsets import WizardViewSet
from gandalf.wizard import Wizard, condition

from . import answers, texts
from .django_site import SIGNUP, SummaryForm, TextForm, application, set_up

urlpatterns: list[Any] = []


class Summary(SummaryMixin, StepFormView):  # type: ignore[misc]
    """The page that shows the answers."""

    form_class = SummaryForm
    template_name = "summary.html"


def _asks(number: int) -> Callable[[Any], bool]:
    def predicate(context: Any) -> bool:
        return bool(context.run.path.find_step(name=f"s{number - 1}").form.cleaned_data["text"] != "skip")

    return predicate


def create_app(steps: int = 0, *, database: str, cookie: bool) -> Callable[..., Any]:
    """The application; the parameters are those of the other peers."""
    set_up(database, cookie=cookie, urls=__name__)
    flow = Wizard()
    for name, form in ({} if steps else SIGNUP).items():
        flow = flow.step(form, name=name, label=texts.TITLES[name])
    for number in range(1, steps + 1):
        name = f"s{number}"
        if answers.has_condition(number):
            flow = flow.branch(condition(_asks(number), Wizard().step(TextForm, name=name)))
        else:
            flow = flow.step(TextForm, name=name)
    flow = flow.step(Summary, name="summary")

    class Signup(WizardViewSet):  # type: ignore[misc]
        """The view of every step."""

        url_name = "signup"
        template_name = "step.html"
        wizard = flow

        def done(self, run: Any) -> Any:
            return render(self.request, "done.html", {"reference": secrets.token_hex(4), "action": "/signup/"})

    urlpatterns[:] = [path("signup/", include(Signup.urls()))]
    return application()
