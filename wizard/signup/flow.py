"""The steps of the signup, in their order."""

from __future__ import annotations

from collections.abc import Mapping

from ..accounts.invitations import OWN
from ..accounts.passwords import hash_password
from ..flow import Answer, Code, Flow, Repeat, Step
from ..languages import gettext
from ..languages import lazy_gettext as _
from . import mails
from .forms import AccountForm, MemberForm, PhotoForm, PlanForm, ProfileForm, SecurityForm, TeamForm


def is_for_team(answers: Mapping[str, Answer]) -> bool:
    """Whether the plan is for more than one person."""
    return bool(answers["plan"]["plan"] == "team")


def seats_taken(answers: Mapping[str, Answer], count: int) -> str:
    """How many of the seats are given to somebody: one is that of the account itself."""
    return gettext(
        "%(count)s of %(seats)s seats taken, including yours", count=count + 1, seats=answers["team"]["seats"]
    )


def most_invitations(answers: Mapping[str, Answer]) -> int:
    """How many people can be invited: as many as there are seats left, and no more than fit on one page."""
    return min(20, int(answers["team"]["seats"]) - 1)


def invites_themselves(answers: Mapping[str, Answer], member: Mapping[str, Answer]) -> dict[str, str]:
    """Say so where somebody invites their own address."""
    is_own = member["email"].casefold() == answers["account"]["email"].casefold()
    return {"email": str(OWN)} if is_own else {}


flow = Flow(
    Step("account", AccountForm, title=_("Your account"), brief="email", live=["email", "username"]),
    Code(
        "verify",
        title=_("Check your email"),
        short=_("Email confirmation"),
        to=lambda answers: answers["account"]["email"],
        mail=mails.known,
    ),
    Step("profile", ProfileForm, title=_("About you"), brief="full_name"),
    Step(
        "plan",
        PlanForm,
        title=_("Choose a plan"),
        short=_("Plan"),
        intro=_("You can change your plan at any time on your account page."),
        template="signup/plan.html",
        brief="plan",
    ),
    Step("team", TeamForm, title=_("Your team"), brief="organisation", when=is_for_team),
    Repeat(
        "members",
        MemberForm,
        title=_("Invite your team"),
        short=_("Invitations"),
        intro=_("Add the people you work with. We’ll email them an invitation once your account is created."),
        when=is_for_team,
        most=most_invitations,
        unique="email",
        brief="name",
        check=invites_themselves,
        add=_("Add this person"),
        counted=seats_taken,
    ),
    Step("photo", PhotoForm, title=_("Your photo"), optional=True),
    Step(
        "security",
        SecurityForm,
        title=_("Secure your account"),
        short=_("Security"),
        template="signup/security.html",
        live=["password"],
        sign_in="account.email",
        keep={"password": hash_password},
    ),
)
