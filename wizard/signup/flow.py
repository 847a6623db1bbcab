"""The steps of the signup, in their order."""

from __future__ import annotations

from ..flow import Flow, Step
from .accounts import hash_password
from .forms import AccountForm, PlanForm, ProfileForm, SecurityForm, TeamForm

flow = Flow(
    Step("account", AccountForm, title="Your account"),
    Step("profile", ProfileForm, title="About you"),
    Step("plan", PlanForm, title="Choose a plan"),
    Step("team", TeamForm, title="Your team", when=lambda answers: answers["plan"]["plan"] == "team"),
    Step("security", SecurityForm, title="Secure your account", keep=hash_password),
)
