"""The examples: each is completed from its first page to the end, and shows what it is there to show."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from tests.conftest import shown
from wizard.testing import Journey, walk

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted(file.stem for file in (ROOT / "examples").glob("*.py") if file.stem != "__init__")

TRAIN = {"day": "2024-05-02", "what": "Train", "category": "travel", "amount": "129.90"}
HOTEL = {"day": "2024-05-03", "what": "Hotel", "category": "room", "amount": "240"}


@pytest.fixture
def make(tmp_path):
    """Makes the application of an example, with its files in a folder of the test."""

    def make(name):
        app = import_module(f"examples.{name}").create_app(str(tmp_path))
        app.testing = True
        return app

    return make


def get(journey, address):
    """What a page says."""
    return shown(journey.client.get(address, follow_redirects=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_starts_with_the_command_that_it_says(name, tmp_path):
    """From the root of a checkout, with nothing installed but what ``wizard`` needs."""
    assert f"\nflask --app examples/{name}.py run\n" in import_module(f"examples.{name}").__doc__
    flask = Path(sys.executable).with_name("flask")
    application = f"examples/{name}.py:create_app({str(tmp_path)!r})"
    run = subprocess.run([flask, "--app", application, "flow", name], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.startswith("step "), run.stderr


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_address_that_nobody_has_leads_on(name, make):
    """Whatever it looks like."""
    for address in ("/nowhere", "/no/such/page/at/all"):
        response = make(name).test_client().get(address)
        assert response.status_code == 404
        assert "Continue with the form" in shown(response)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_key_stands_in_the_code_of_an_example(name, make, monkeypatch):
    """Each start makes another, unless the environment has one."""
    assert len({make(name).secret_key for _ in range(2)}) == 2
    monkeypatch.setenv("FLASK_SECRET_KEY", "mine")
    assert make(name).secret_key == "mine"


def test_an_onboarding_goes_on_from_another_device_and_an_admin_sees_it(make):
    """Whoever else uses the same browser finds nothing of it."""
    app = make("onboarding")
    app.config["WTF_CSRF_ENABLED"] = False
    first, second, admin = (Journey(app) for _ in range(3))
    for one, person in ((first, "ada"), (second, "ada"), (admin, "mary")):
        one.client.post(f"/sign-in/{person}")
    first.answer("contact", phone="1", emergency="Charles, 2")
    assert "Ada Lovelace: Your desk" in get(admin, "/progress")
    assert first.client.get("/progress").status_code == 404
    first.client.post("/sign-out")
    first.client.post("/sign-in/grace")
    assert "Charles" not in get(first, "/onboarding/contact")
    second.answer("desk", where="home", needs=["chair"])
    second.answer("rules", read="y")
    second.finish()
    assert "Welcome aboard, Ada Lovelace" in get(second, "/onboarding/done")
    assert "Nobody is on the way." in get(admin, "/progress")


@pytest.mark.parametrize("theme", ["bootstrap", "govuk"])
def test_a_permit_is_applied_for_in_each_framework(make, monkeypatch, theme):
    """Whose style sheet npm has put where the example says."""
    monkeypatch.setenv("FLASK_WIZARD_THEME", theme)
    journey = Journey(make("permit"))
    assert 'href="/framework.css"' in journey.client.get("/what").text
    journey.answer("what", what="other", other="A concert")
    journey.answer("when", day="2027-05-04")
    journey.answer("where", street="Castle Hill", district="old", needs=["power"])
    journey.answer("who", name="Ada", email="ada@example.com", agrees="y")
    journey.add("helpers", name="Grace", task="Music").answer("helpers")
    assert "A concert" in get(journey, "/summary")
    assert f"Your reference is {journey.finish()}" in get(journey, "/done").replace("\n", " ")


def test_the_survey_asks_for_a_wish_only_whom_it_can_be_better_for(make, tmp_path):
    """And writes down what was answered, once."""
    journey = Journey(make("survey"))
    assert "How often do you come to the library?" in get(journey, "/")
    journey.answer("visits", often="weekly", what=["books", "events"])
    journey.answer("opinion", opinion="good")
    assert journey.at == "summary"
    journey.answer("opinion", opinion="better")
    assert journey.at == "wish"
    journey.answer("wish", wish="More chairs")
    assert "Books, Events" in get(journey, "/summary")
    reference = journey.finish()
    [file] = (tmp_path / "survey").iterdir()
    assert file.stem == reference
    assert json.loads(file.read_text())["wish"] == {"wish": "More chairs"}


def test_the_quote_offers_what_fits_to_the_earlier_answers(make):
    """Papers and usual copies by the product, deliveries by the copies."""
    journey = Journey(make("quote"))
    journey.answer("product", product="cards")
    page = journey.client.get("/print").text
    assert "Cotton, 450 g" in page
    assert "Photo" not in page
    assert 'value="250"' in page
    assert "paper" in journey.refused("print", paper="photo", copies=250)
    assert "Before folding and delivery, that is €37.50 ." in get(journey, "/print")
    journey.answer("print", paper="cotton", copies=250)
    assert journey.at == "delivery"
    assert "In a week: €75.00" in get(journey, "/delivery")
    assert "The day after tomorrow: €112.50" in get(journey, "/delivery")
    journey.answer("print", paper="cotton", copies=6000)
    assert "The day after tomorrow" not in get(journey, "/delivery")


def test_the_quote_asks_again_what_depends_on_a_change(make):
    """What was typed is still there where it can be; what no longer applies is not part of the price."""
    journey = Journey(make("quote"))
    journey.answer("product", product="flyers")
    journey.answer("print", paper="light", copies=1000)
    journey.answer("fold", fold="half")
    journey.answer("delivery", speed="express")
    assert "€130.50" in get(journey, "/summary")
    journey.answer("product", product="posters")
    assert journey.at == "print"
    assert "We no longer need “Folding”. Your answers are kept in case you change your mind." in get(journey, "/print")
    assert 'value="1000"' in journey.client.get("/print").text
    journey.answer("print", paper="photo", copies=30)
    assert journey.at == "delivery"
    journey.answer("delivery", speed="express")
    assert journey.finish().endswith(" for €108.00")


def test_the_entries_of_a_claim_are_added_changed_and_removed(make, tmp_path):
    """The total is exact, and what is handed in is what stands in the list by then."""
    journey = Journey(make("expenses"))
    journey.answer("claim", occasion="Oslo", payment="salary")
    assert "Add at least 1." in journey.refused("entries").values()
    tomorrow = date.today() + timedelta(days=1)
    errors = journey.refused("entries", **{**TRAIN, "day": tomorrow})
    assert errors["day"] == "Enter a date that is not in the future"
    journey.add("entries", **TRAIN)
    journey.add("entries", **HOTEL)
    journey.add("entries", **{**HOTEL, "what": "Hotel again"})
    journey.change("entries", 1, amount="0.10")
    journey.remove("entries", 3)
    # A browser sends the first choice of a list from which nothing was chosen.
    journey.answer("entries", day="", what="", category="", amount="")
    assert journey.at == "summary"
    assert "2 May 2024 , What for: Train , Category: Travel , Amount in euros: 0.10" in get(
        journey, journey.url("summary")
    )
    receipt = journey.finish()
    assert receipt.endswith(" for €240.10")
    [file] = (tmp_path / "expenses").iterdir()
    assert receipt.startswith(file.stem)
    assert [entry["what"] for entry in json.loads(file.read_text())["entries"]] == ["Train", "Hotel"]


def test_two_claims_of_one_visitor_keep_apart(make):
    """Each goes on where it was, and the first page names both."""
    first = Journey(make("expenses"))
    second = Journey(first.app)
    second.client = first.client
    first.answer("claim", occasion="Oslo", payment="salary")
    second.answer("claim", occasion="Rome", payment="transfer")
    first.add("entries", **TRAIN)
    second.add("entries", **HOTEL)
    assert (first.at, second.at) == ("summary", "bank")
    assert first.finish().endswith(" for €129.90")
    second.answer("bank", iban="NO9386011117947")
    page = get(second, "/")
    assert "Number 1: finished" in page
    assert "Continue with number 2: Rome Ready to check and send" in page
    assert second.finish().endswith(" for €240.00")


def test_a_grant_ends_early_where_nobody_can_apply(make):
    """At an exit that leads back; a group is asked something else than a person, under the same title."""
    journey = Journey(make("grant"))
    assert "What you need" in get(journey, "/")
    journey.answer("before").answer("who", who="company")
    assert "Companies cannot apply This money is for people and groups." in get(journey, "/")
    assert "Change “Who is applying”" in get(journey, "/company")
    assert journey.answer("who", who="group").at == "group"
    assert journey.answer("who", who="person").at == "person"
    assert journey.answer("person", name="Ada").refused("reply", how="text") == {"phone": "Enter a mobile number"}
    journey.answer("reply", how="email", email="ada@example.com")
    journey.answer("project", name="Lab", what="Teach", total=50_000)
    assert "A project of €50,000 is larger" in get(journey, "/")


def test_a_grant_keeps_its_rules_across_steps(make):
    """The parts come to the whole, half of that is the most, and a change asks for both again."""
    journey = Journey(make("grant"))
    read = {"read": True}
    project = {"name": "Lab", "what": "Teach", "total": 900}
    reply = {"how": "letter", "address": "Mill Lane 1"}
    journey.given(before=read, who={"who": "person"}, person={"name": "Ada"}, reply=reply, project=project)
    wrong = journey.refused("place", part="North", neighbourhood="Meadow")
    assert wrong == {"neighbourhood": "This is no longer available. Choose something else"}
    journey.answer("place", part="South", neighbourhood="Meadow")
    assert "What “Lab” costs" in get(journey, "/costs")
    costs = {"materials": "600", "rent": "299.50", "people": 0}
    assert journey.refused("costs", **costs) == {"": "These come to €899.50, and you said €900 in all"}
    assert ">Put what is left under materials<" in journey.client.get("/costs").text
    journey.answer("costs", **{**costs, "rent": 300})
    assert 'max="450"' in journey.client.get("/asked").text
    assert journey.refused("asked", amount=451) == {"amount": "Ask for €450 or less"}
    journey.answer("asked", amount=449).answer("right", right="no")
    journey.answer("asked", amount=450)
    assert "You find €450 elsewhere" in get(journey, "/right")
    journey.answer("right", right="yes")
    assert "You ask for €450 towards “Lab”, and find €450 elsewhere." in get(journey, "/")
    journey.answer("after").answer("project", **{**project, "total": 800})
    assert journey.at == "costs"
    journey.answer("costs", materials=500, rent=300, people=0)
    assert journey.at == "asked"
    journey.answer("asked", amount=400)
    assert journey.at == "right"
    journey.answer("right", right="yes")
    assert journey.finish()


ENTRY = st.fixed_dictionaries(
    {
        "day": st.sampled_from(["2026-01-05", "2026-02-30", "2999-01-01"]),
        "what": st.sampled_from(["Train", "Hotel", ""]),
        "category": st.sampled_from(["travel", "room", ""]),
        "amount": st.sampled_from(["12.50", "80", "a lot"]),
    }
)


#: What often comes to 30 in all.
GRANT = {
    "project": st.fixed_dictionaries(
        {"name": st.just("Lab"), "what": st.just("Teach"), "total": st.sampled_from([30, 30, 30, 60, 30_000])}
    ),
    "costs": st.fixed_dictionaries(
        {"materials": st.sampled_from([10, 10, 20]), "rent": st.just(10), "people": st.sampled_from([10, 10, 0])}
    ),
    "asked": st.fixed_dictionaries({"amount": st.integers(0, 31)}),
}


def test_policies_are_imported_by_the_rules_that_visitors_meet(make, tmp_path):
    """A line that is wrong says what; one that is right gets the same policy each time."""
    right = {
        "home": {"place": {"line1": "12 High Street", "town": "Leeds", "postcode": "LS1 4DT"}, "built": 1998},
        "life": {"moved": "1998-12", "unharmed": 30},
        "locks": {"locks": ["safe"]},
        "away": None,
    }
    wrong = {**right, "life": {"moved": "1997-12", "unharmed": "P1Y"}}
    file = tmp_path / "policies.jsonl"
    file.write_text(
        f"{json.dumps({**right, 'life': {'moved': '1998-12', 'unharmed': 'P2Y6M'}})}\n{json.dumps(wrong)}\n"
    )
    runner = make("insurance").test_cli_runner()
    said = runner.invoke(args=["import", str(file)]).output.splitlines()
    assert re.fullmatch("1: policy [0-9A-F]{8}", said[0])
    assert said[1] == "2: It cannot be finished: wrong is life.moved. See 'missing' and 'errors'."
    assert runner.invoke(args=["import", str(file)]).output.splitlines() == said


def test_an_insurance_is_renewed_with_the_answers_of_last_year(make):
    """Once its owner says so; what has been answered since stays."""
    journey = Journey(make("insurance"))
    journey.app.config["WTF_CSRF_ENABLED"] = False
    assert "Take over what you told us last year about policy AD36?" in get(journey, "/renew/AD36")
    assert journey.at == "home"
    assert journey.client.post("/renew/AD36").location == "/"
    assert journey.at == "away"
    assert journey.answers["life"]["unharmed"] == 30
    journey.answer("home", **{"place-line1": "13 High Street"})
    assert journey.client.post("/renew/AD36").location == "/"
    assert journey.answers["home"]["place"]["line1"] == "13 High Street"
    assert journey.client.get("/renew/XX00").status_code == 404


def test_an_insurance_says_what_does_not_go_together(make):
    """A month before the house was built, a lock beside none, and a day without the other."""
    journey = Journey(make("insurance"))
    journey.answer("home", place="12 High Street, Leeds, LS1 4DT", built="1998")
    later = "Your home was not built then. Enter a later month"
    assert journey.refused("life", moved="1997-12", unharmed="P2Y6M") == {"moved": later}
    journey.answer("life", moved="1998-12")
    assert "Select “None of these” or other options" in str(journey.refused("locks", locks=["none", "safe"]))
    journey.answer("locks", locks=["safe"])
    assert journey.refused("away", first="2027-07-27") == {"last": "Enter the last day"}
    assert "on or after the first: 27 July 2027" in journey.refused("away", last="2027-07-26")["last"]
    journey.answer("away", last="2027-07-27")
    page = get(journey, "/summary")
    for answer in ("12 High Street, Leeds, LS1 4DT", "1998", "December 1998", "2 years and 6 months", "27 July 2027"):
        assert answer in page
    assert journey.finish()


def test_a_census_is_filled_in_from_its_last_section_to_its_first(make):
    """As far as one does not read another: whoever is too young is asked for no work, and for no way to it."""
    journey = Journey(make("census"))
    assert journey.at == "tasks"
    assert "Your work Cannot start yet Complete first: About you" in get(journey, "/tasks")
    journey.answer("name", name="Ada").answer("age", age=36)
    journey.answer("work", work="away").answer("job", job="Programmer")
    journey.answer("vehicles", vehicles=["bicycle"]).answer("count", count=[3]).answer("travel", travel="bicycle")
    journey.answer("age", age=12)
    assert "Your work" not in get(journey, "/tasks").partition("You have completed")[2]
    journey.answer("home", home="flat").answer("floor", floor=3).answer("home-name").answer("rooms", rooms=4)
    assert "Check your answers: Your home" in get(journey, "/summary/home")
    journey.answer("before").answer("others", others="yes")
    grace = journey.begin("people").answer("person", name="Grace", age=40)
    grace.begin("jobs").answer("task", task="Admiral", hours=40)
    grace.answer("jobs")
    journey.begin("people").answer("person", name="Bo", age=1)
    journey.answer("people")
    assert "Grace Change Grace" in get(journey, "/away")
    journey.begin("away").answer("person", name="Cy", age=19, where="At sea")
    journey.answer("away")
    assert "What does Grace speak at home?" in get(journey, "/languages")
    journey.entry("languages", 1).answer("language", language="english")
    journey.entry("languages", 3).answer("language", language="welsh")
    assert "You have completed 4 of 4 sections." in get(journey, "/tasks")
    household = ["before", "others", "people", "away", "languages"]
    assert journey.path == [*household, "home", "floor", "home-name", "rooms", "name", "age", "vehicles", "count"]
    english, welsh = ({"language": {"language": language}} for language in ("english", "welsh"))
    assert journey.answers["languages"] == [english, {}, welsh]
    assert [one["person"]["name"] for one in journey.values["household"]] == ["Grace", "Bo", "Cy"]
    assert journey.values["size"] == 4
    assert "People in your household 4" in get(journey, "/summary")
    journey.answer("others", others="no")
    assert journey.values == {"household": [], "size": 1}
    assert "people" not in journey.path
    assert journey.finish()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("example", "typed"),
    [
        ("survey", {}),
        ("quote", {}),
        ("expenses", {"entries": ENTRY}),
        ("grant", GRANT),
        ("insurance", {}),
        ("census", {}),
    ],
)
def test_no_visitor_breaks_an_example(make, example, typed):
    """Whatever they do, in whatever order."""
    quickly = settings(max_examples=15, stateful_step_count=15, deadline=None, database=None, derandomize=True)
    walk(lambda: make(example), answers=typed, settings=quickly)


def test_a_claim_that_was_begun_can_be_deleted(make):
    """From the list of them, by the page that asks; the title stands on the page, and the end says what is done."""
    journey = Journey(make("expenses"))
    journey.answer("claim", occasion="Oslo", payment="salary")
    page = journey.client.get("/").text
    assert '<span class="site-name">Expense claims</span>' in page
    assert f'<a class="delete" href="{journey.url("clear")}">' in page
    journey.clear()
    assert "Oslo" not in get(journey, "/")
    survey = Journey(make("survey"))
    survey.answer("visits", often="weekly", what=["books"]).answer("opinion", opinion="good").finish()
    assert "Thank you for your answers" in get(survey, "/done")


def test_the_checkout_believes_the_bank_and_nobody_else(make):
    """What is paid is paid once, and for the order that it was paid for."""
    app = make("checkout")
    journey = Journey(app)
    journey.answer("order", jars=2)
    journey.answer("buyer", email="ada@example.com")
    assert "You pay €13.00 at our bank" in get(journey, "/payment")
    bank = journey._submit("payment", {}, "begin").location
    assert journey.client.get(bank.replace("1300", "13")).status_code == 403
    assert "asks for €13.00" in shown(journey.client.get(bank))
    assert journey.client.post("/paid", data={"order": "x", "signature": "x"}).status_code == 403
    sent = dict(parse_qsl(urlsplit(bank).query))
    back = journey.client.post("/bank/pay", data={**sent, "answer": "cancel"}).location
    assert "We’re waiting for the confirmation" in get(journey, back)
    assert "It is confirmed" not in get(journey, "/payment?status=pay")
    for _ in range(2):
        back = journey.client.post("/bank/pay", data={**sent, "answer": "pay"}).location
    assert "It is confirmed" in get(journey, back)
    journey.answer("payment")
    assert "€13.00 paid, number" in get(journey, "/summary")
    journey.answer("order", jars=3)
    assert journey.at == "payment"
    journey.answer("order", jars=2)
    assert journey.finish().endswith(", €13.00 paid")


def test_the_event_sends_a_code_and_then_a_ticket(make):
    """To the address that the code was sent to. The mails are read in the browser."""
    app = make("event")
    journey = Journey(app)
    journey.answer("guest", name="Ada", email="ada@example.com")
    assert "Read the email in the mailbox" in get(journey, "/verify")
    code = re.search(r"Your code is (\d{6})", get(journey, "/mailbox"))[1]
    journey.answer("verify", code=code)
    journey.answer("talk", talk="evening")
    reference = journey.finish()
    assert f"Your ticket is {reference}." in get(journey, "/mailbox")
