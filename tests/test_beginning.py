"""A run that is begun from given answers: what is kept, as what, and where it leads."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask, redirect, session
from wtforms import Form, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from wizard import Flow, FlowError, Page, Repeat, Run, Section, Step, Wizard, WizardError, signals
from wizard.sessions import open_sessions
from wizard.testing import Journey
from wizard.testing.page import Page as Shown


class Name(Form):
    """One text."""

    name = StringField("Name", [InputRequired("Enter a name"), Length(max=10, message="Too long")])


class Ticket(Form):
    """One choice."""

    ticket = RadioField("Ticket", [InputRequired("Select a ticket")], choices=["day", "all"])


class Secret(Form):
    """A password beside something else."""

    pin = PasswordField("PIN", [InputRequired("Enter a PIN")])
    hint = StringField("Hint")


name = Step("name", Name, title="Name")
ticket = Step("ticket", Ticket, title="Ticket")
day = Step("day", Name, title="Day", when=lambda answers: answers["ticket"]["ticket"] == "day")
guests = Repeat("guests", Name, title="Guests", most=2)
secret = Step("secret", Secret, title="Secret", keep={"pin": len})
before = Page("before", title="Before", template="before.html")

RECORD = {
    "name": {"name": "Ada"},
    "ticket": {"ticket": "day"},
    "day": {"name": "Friday"},
    "guests": [{"name": "Grace"}],
    "secret": {"hint": "none"},
}


@pytest.fixture
def make(tmp_path):
    """Makes a visitor of an application whose page begins with what it is told, and the wizard."""

    def make(*steps, prefix="/w", methods=("POST",), nested=False, **options):
        app = Flask("begin", template_folder=str(tmp_path))
        (tmp_path / "before.html").write_text("Read this.")
        app.config.update(SECRET_KEY="only for these tests, and long enough", TESTING=True)
        app.session_interface = open_sessions(f"sqlite:///{tmp_path}/sessions.db")
        wizard = Wizard(
            "w", Flow(*(steps or (name, ticket, day, guests, secret))), on_finish=lambda *_: "R-1", **options
        )
        if nested:
            outer = Blueprint("outer", __name__)
            outer.register_blueprint(wizard, url_prefix=prefix)
            app.register_blueprint(outer)
        else:
            app.register_blueprint(wizard, url_prefix=prefix)
        app.extensions["values"] = {}

        @app.route("/begin", methods=list(methods))
        def begin():
            given = app.extensions["values"]
            return redirect(wizard.begin(given["values"], **given["how"]), 303)

        return Journey(app) if prefix == "/w" else app

    return make


def begin(journey, values, **how):
    """Begin, and return where it leads."""
    journey.app.extensions["values"] = {"values": values, "how": how}
    response = journey.client.post("/begin")
    assert response.status_code == 303
    return response.location


def drafts(journey):
    """What is kept and not accepted."""
    with journey.client.session_transaction() as now:
        return now["w"].get("drafts", {})


def test_what_holds_is_an_answer_and_the_rest_is_asked(make):
    """A step with a password is asked, filled in; a page to read is not read by anybody."""
    journey = make(name, ticket, day, guests, secret)
    assert begin(journey, RECORD) == "/w/"
    accepted = {step: one for step, one in RECORD.items() if step != "secret"}
    assert journey.answers == accepted
    assert journey.at == "secret"
    assert drafts(journey) == {"secret": {"hint": ["none"]}}
    assert 'value="none"' in journey.client.get("/w/secret").text
    journey.answer("secret", pin="12345")
    assert journey.finish() == "R-1"


def test_what_is_an_answer_is_told_of(make):
    """Each step once, after it was saved; not what the visitor had answered, and no Draft."""
    journey = make()
    journey.answer("name", name="Bo")
    told = []

    def hear(wizard, run, step, path):
        saved = Journey(journey.app).client
        saved.set_cookie("session", journey.client.get_cookie("session").value)
        with saved.session_transaction() as now:
            told.append((wizard.name, run == now["w"]["run"], step, step in now["w"]["answers"], path))

    with signals.step_answered.connected_to(hear):
        begin(journey, RECORD)
        begin(journey, {"day": {"name": "Monday"}})
    path = ["name", "ticket", "day", "guests", "secret"]
    assert told == [("w", True, step, True, path) for step in ("ticket", "day", "guests")]


def test_the_path_is_derived_anew_after_it(tmp_path):
    """By the next answer, whichever version of the code has noted the one before."""
    app = Flask("begin")
    app.config.update(SECRET_KEY="only for these tests, and long enough", TESTING=True)
    app.session_interface = open_sessions(f"sqlite:///{tmp_path}/sessions.db")
    flow = Flow(Section("a", name, title="A"), Section("b", ticket, day, title="B"), any_order=True)
    wizard = Wizard("w", flow, on_finish=lambda *_: "R-1")
    app.register_blueprint(wizard, url_prefix="/w")
    app.add_url_rule("/begin", "begin", lambda: wizard.begin({"ticket": {"ticket": "day"}}), methods=["POST"])
    journey = Journey(app).answer("name", name="Ada")

    def record():
        with journey.client.session_transaction() as now:
            return now["w"]

    assert record()["order"] == flow.order.touched.stamp
    journey.client.post("/begin")
    assert "order" not in record()
    journey.answer("day", name="Friday")
    assert record()["path"] == ["name", "ticket", "day"]
    assert record()["order"] == flow.order.touched.stamp


def test_a_page_to_read_is_read_by_the_visitor(make):
    """What comes after it is answered none the less."""
    journey = make(before, name, ticket, guests)
    begin(journey, {"name": RECORD["name"], "ticket": {"ticket": "all"}})
    assert journey.answers == {"name": {"name": "Ada"}, "ticket": {"ticket": "all"}}
    assert journey.at == "before"


def test_what_does_not_hold_stands_on_its_page_and_is_asked(make):
    """Also what comes after it: nobody jumps ahead."""
    journey = make()
    begin(journey, {**RECORD, "ticket": {"ticket": "week"}, "guests": [{"name": "Grace"}, {"name": ""}]})
    assert journey.answers == {"name": {"name": "Ada"}, "guests": [{"name": "Grace"}]}
    assert journey.at == "ticket"
    assert drafts(journey)["day"] == {"name": ["Friday"]}
    journey.answer("ticket", ticket="day")
    assert journey.at == "day"
    assert 'value="Friday"' in journey.client.get("/w/day").text
    journey.answer("day")
    assert journey.at == "guests"
    assert "Grace" in journey.client.get("/w/guests").text
    journey.answer("guests", name="")
    assert journey.at == "secret"


def test_an_author_may_have_everything_confirmed(make):
    """Each page is filled in, and counts when the visitor has sent it."""
    journey = make(name, ticket, guests)
    begin(journey, {"name": {"name": "Ada"}, "ticket": {"ticket": "all"}, "guests": [{"name": "Grace"}]}, confirm=True)
    assert set(drafts(journey)) == {"name", "ticket"}
    for step in ("name", "ticket"):
        assert journey.at == step
        journey.answer(step)
    assert journey.at == "guests"
    journey.answer("guests", name="")
    assert journey.at == "summary"
    assert journey.answers == {"name": {"name": "Ada"}, "ticket": {"ticket": "all"}, "guests": [{"name": "Grace"}]}


def test_what_the_visitor_has_given_stays(make):
    """An answer and a Draft alike, unless the author says that the visitor wants it replaced."""
    journey = make(name, ticket, guests)
    journey.answer("name", name="Alan")
    journey.back("ticket", ticket="all")
    begin(journey, {"name": {"name": "Ada"}, "ticket": {"ticket": "day"}, "guests": [{"name": "Grace"}]})
    assert journey.answers["name"] == {"name": "Alan"}
    assert drafts(journey)["ticket"] == {"ticket": ["all"]}
    old = Shown(journey.client.get("/w/name")).filled("/w/name", {"name": "Old"}, "")
    begin(journey, {"name": {"name": "Ada"}}, replace=True)
    assert journey.answers == {"name": {"name": "Ada"}}
    assert drafts(journey) == {}
    assert journey.client.post("/w/name", data=old).status_code == 409
    assert journey.answers == {"name": {"name": "Ada"}}


def test_with_several_runs_each_is_one_more(make):
    """As many as there may be; then the list of them says so."""
    journey = make(name, ticket, many=True)
    journey.app.config["WIZARD_MOST_RUNS"] = 2
    first, second = begin(journey, RECORD_OF_TWO), begin(journey, {"name": {"name": "Grace"}})
    assert first != second
    assert journey.client.get(first).location == f"{first}summary"
    assert journey.client.get(second).location == f"{second}ticket"
    assert begin(journey, RECORD_OF_TWO) == "/w/"
    with journey.client.session_transaction() as now:
        assert len([key for key in now if key.startswith("w:")]) == 2


RECORD_OF_TWO = {"name": {"name": "Ada"}, "ticket": {"ticket": "all"}}


def test_a_wizard_in_a_nested_blueprint_is_found(make):
    """And one that is registered below a variable keeps answers apart by it."""
    journey = make(name, nested=True)
    assert begin(journey, {"name": {"name": "Ada"}}) == "/w/"
    assert journey.at == "summary"
    app = make(name, prefix="/<shop>/w")
    app.extensions["values"] = {"values": {"name": {"name": "Ada"}}, "how": {"shop": "north"}}
    client = app.test_client()
    assert client.post("/begin").location == "/north/w/"
    assert client.get("/north/w/").location == "/north/w/summary"
    assert client.get("/south/w/").location == "/south/w/name"


def test_a_wizard_that_is_registered_twice_is_named(make):
    """Or nobody knows which is meant."""
    journey = make(name)
    wizard = journey.wizard
    journey.app.register_blueprint(wizard, name="again", url_prefix="/again")
    with journey.app.test_request_context(method="POST"):
        with pytest.raises(
            WizardError, match=r"is registered under 'w', 'again'. Say which: begin\(values, name='w'\)"
        ):
            wizard.begin({"name": {"name": "Ada"}})
        assert wizard.begin({"name": {"name": "Ada"}}, name="again") == "/again/"
        assert Run(session, "again")["name"] == {"name": "Ada"}
    other = Wizard("other", Flow(name), on_finish=lambda *_: "R")
    with journey.app.test_request_context(method="POST"), pytest.raises(WizardError, match="is registered nowhere"):
        other.begin({})


def test_a_get_changes_nothing(make):
    """No link, prefetch or crawler begins anything."""
    journey = make(name, methods=("GET", "POST"))
    journey.app.extensions["values"] = {"values": {"name": {"name": "Ada"}}, "how": {}}
    with pytest.raises(WizardError, match=r"only a request with POST may do so\. Show a page that asks first"):
        journey.client.get("/begin")
    with pytest.raises(WizardError, match="only a request with POST"):
        journey.wizard.begin({})
    assert journey.answers == {}


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {"secret": {"pin": "12345"}},
            "Step 'secret': 'pin' is a secret, which only the visitor may give. Leave it out.",
        ),
        ({"pin": {"pin": "12345"}}, "There is no step 'pin'."),
    ],
)
def test_a_secret_or_a_step_that_there_is_not_is_refused(make, values, text):
    """And nothing else of what was given is kept."""
    journey = make(name, secret)
    with pytest.raises(WizardError) as error:
        begin(journey, {"name": {"name": "Ada"}, **values})
    assert str(error.value).startswith(text)
    assert "12345" not in str(error.value)
    assert journey.answers == {}


def test_it_is_bounded_as_everything_that_is_sent(make):
    """A text that is too long is no answer; what is too much for a step is not kept at all; nor is too much in all."""
    journey = make(*(Step(f"step{number}", Name, title=f"Step {number}") for number in range(3)))
    begin(journey, {"step0": {"name": "Ada"}, "step1": {"name": "x" * 20_001}, "step2": {"name": "x" * 200_001}})
    assert journey.answers == {"step0": {"name": "Ada"}}
    assert set(drafts(journey)) == {"step1"}
    assert begin(journey, {}) == "/w/"


def test_nothing_is_changed_while_somebody_is_finishing(make):
    """What is handed over stays as it is."""
    journey = make(name)
    journey.answer("name", name="Alan")
    with journey.client.session_transaction() as now:
        now["w"] = {**now["w"], "claim": {"1": [9_999_999_999, "live"]}}
    begin(journey, {"name": {"name": "Ada"}}, replace=True)
    assert journey.answers == {"name": {"name": "Alan"}}


def test_what_no_session_can_hold_is_a_mistake_of_the_author(make):
    """As it is when a visitor sends it."""

    class Odd(Form):
        thing = StringField("Thing", filters=[lambda text: object() if text else text])

    journey = make(Step("odd", Odd, title="Odd"))
    with pytest.raises(FlowError, match=r"^The wizard .w.: A session cannot hold a builtins\.object under odd\.thing"):
        begin(journey, {"odd": {"thing": "x"}})


def test_what_is_given_is_kept_as_it_was_given(make):
    """A page that is sent unchanged changes nothing."""
    journey = make(name, guests)
    begin(journey, {"name": {"name": " Ada "}, "guests": [{"name": "Grace"}]})
    with journey.client.session_transaction() as now:
        kept = now["w"]
    journey.answer("name")
    with journey.client.session_transaction() as now:
        assert {part: now["w"][part] for part in ("answers", "run")} == {
            part: kept[part] for part in ("answers", "run")
        }
    journey.change("guests", 1, name="Grace H")
    assert journey.finish() == "R-1"
