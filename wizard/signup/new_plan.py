"""New plan: the flow by which who is signed in changes their plan, or its seats, at ``/account/plan/``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from ..accounts import plans
from ..accounts.people import Person
from ..flow import Answer, Flow, Step
from ..languages import gettext
from ..languages import lazy_gettext as _
from . import mails, own
from .account import somebody
from .flow import is_for_team
from .forms import PlanForm, TeamForm


def what_ends(_answers: Mapping[str, Answer]) -> str:
    """Say what becomes of a team, where there is one."""
    person = somebody()
    if person is None or not person.row["seats"]:
        return ""
    return gettext(
        "If you choose Personal, your team ends. People who have joined keep their own accounts, and open invitations "
        "stop working."
    )


def seats_are_enough(_answers: Mapping[str, Answer], team: Mapping[str, Any]) -> dict[str, str]:
    """Say so where more people are in the team than there would be seats."""
    person = somebody()
    too_few = plans.says_too_few(plans.seats_taken(person), team["seats"]) if person else ""
    return {"seats": too_few} if too_few else {}


flow = Flow(
    Step(
        "plan",
        PlanForm,
        title=_("Change your plan"),
        short=_("Plan"),
        intro=what_ends,
        template="signup/plan.html",
        brief="plan",
    ),
    Step("team", TeamForm, title=_("Your team"), brief="organisation", when=is_for_team, check=seats_are_enough),
)


def init_app(app: Flask) -> None:
    """Serve the flow in ``app``."""
    own.serve(
        app,
        "new_plan",
        flow,
        change_plan,
        at="plan",
        now=plan_now,
        alone=True,
        title=_("Your plan - Acme"),
        finish=_("Change plan"),
    )


def plan_now(person: Person) -> dict[str, Any]:
    """Return the answers that the flow begins with."""
    row = person.row
    team = {"organisation": row["organisation"], "seats": row["seats"]}
    return {"plan": {"plan": row["plan"]}} | ({"team": team} if row["seats"] else {})


def change_plan(person: Person, answers: Mapping[str, Answer], _key: str) -> str:
    """Keep the new plan, and say so by mail."""
    team = answers.get("team", {})
    plan = {"plan": answers["plan"]["plan"], "organisation": team.get("organisation"), "seats": team.get("seats")}
    if plan != plans.plan_of(person):
        plans.choose(person, plan, mails.plan_changed(person.email))
    return "plan"
