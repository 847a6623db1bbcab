"""The guide in ``docs/``, whose pages build one application: each sample is run, and does what is said of it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from werkzeug.security import check_password_hash

import wizard
from tests.conftest import shown
from tests.docs.pages import DOCS, Sample, samples
from tests.installed import environment
from wizard.testing import Journey

#: The pages of the guide, in the order in which they are read.
GUIDE = [
    "first-flow",
    "steps",
    "sections",
    "earlier-answers",
    "dependent-fields",
    "lists",
    "passwords",
    "several-runs",
    "signals",
    "importing",
    "prefill",
    "changing-a-flow",
    "testing",
    "templates",
]

#: A ``conftest.py`` by which ``walk`` takes seconds, and is not cut short where all takes longer.
QUICKLY = """
from functools import partial

from hypothesis import settings

from wizard import testing
from wizard.testing import walks

walks.SECONDS = 60
quickly = settings(max_examples=10, stateful_step_count=15, deadline=None, database=None, derandomize=True)
testing.walk = partial(testing.walk, settings=quickly)
"""


def samples_of_booking() -> list[Sample]:
    """All of the guide, in order."""
    return [one for name in GUIDE for one in samples(DOCS / f"{name}.md")]


def parts_of_booking() -> list[str]:
    """What stands in the guide's ``booking.py``, in order."""
    return [one.text for one in samples_of_booking() if one.language == "python" and not one.file]


@pytest.fixture
def booking(tmp_path, database, monkeypatch):
    """Makes the application of the first few samples of the guide; of all, unless it is told how many."""
    for one in samples_of_booking():
        if one.file:
            one.write(tmp_path)
    (tmp_path / "booking.py").write_text("\n\n".join(parts_of_booking()))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("FLASK_SECRET_KEY", "for the tests")
    monkeypatch.setenv("FLASK_SESSION_URL", database)

    def make(count=None):
        names = {"__name__": "booking"}
        exec("\n\n".join(parts_of_booking()[:count]), names)  # noqa: S102  (that is what it is for)
        return names

    return make


@pytest.mark.slow
def test_the_guide_works_after_each_sample(booking):
    """Whoever stops there has an application that asks. The first sample alone is no application yet."""
    for count in range(2, len(parts_of_booking()) + 1):
        client = booking(count)["create_app"]().test_client()
        page = client.get("/booking/", follow_redirects=True)
        assert page.status_code == 200
        assert "Book a ticket" in page.text


def test_the_guide_ends_in_an_application_that_books(booking):
    """With all that was added on the way, from the first page to the last."""
    names = booking()
    app = names["create_app"]()
    app.blueprints["booking"].layout = "conference.html"
    journey = Journey(app)
    journey.answer("person", name="Ada", email="ada@example.com")
    journey.answer("ticket", ticket="day")
    journey.answer("day", day="fri")
    page = journey.client.get(journey.url("workshop")).text
    assert "Baking bread" in page
    assert "Keeping bees" not in page
    assert 'value="Ada"' in page
    journey.answer("workshop", workshop="bread", badge="Ada")
    journey.add("company", name="Grace")
    journey.answer("company")
    journey.answer("account", password="three random words")
    assert journey.at == "summary"
    journey.answer("person", name="Ada", email="countess@example.com")
    assert journey.at == "summary"
    journey.answer("day", day="sat")
    assert journey.at == "workshop"
    journey.answer("workshop", workshop="bees", badge="Ada")
    assert journey.finish() == "B-1"
    page = shown(journey.client.get(journey.url("done")))
    assert "The conference See you there Say this at the door: B-1 From Friday to Sunday" in page
    [(_, answers)] = names["bookings"].values()
    assert answers["company"] == [{"name": "Grace"}]
    assert check_password_hash(answers["account"]["password"], "three random words")
    assert names["answered"]["workshop"] == 2


def test_the_guide_imports_an_order_once(booking):
    """And says what is missing in another."""
    names = booking()
    order = {
        "person": {"name": "Ada", "email": "ada@example.com"},
        "ticket": {"ticket": "all"},
        "workshop": {"workshop": "bees", "badge": "Ada"},
        "company": [{"name": "Grace"}],
        "account": {"password": "three random words"},
    }
    assert [names["import_order"](order, number) for number in (1, 1, 2)] == ["B-1", "B-1", "B-2"]
    assert names["import_order"]({**order, "ticket": {"ticket": "day"}}, 3) == ["day"]


def test_the_guide_books_again_from_a_link_that_asks_first(booking, tmp_path):
    """Looking at the page changes nothing; its button begins, with each page to be confirmed."""
    names = booking()
    app = names["create_app"]()
    app.template_folder = str(tmp_path / "templates")
    app.config["WTF_CSRF_ENABLED"] = False
    app.register_blueprint(names["again"])
    client = app.test_client()
    address = "/again?name=Ada&email=ada@example.com"
    assert "Book for Ada?" in client.get(address).text
    with client.session_transaction() as now:
        assert not [key for key in now if key.startswith("booking")]
    response = client.post(address, follow_redirects=True)
    assert response.request.path.endswith("/person")
    assert 'value="ada@example.com"' in response.text


def up_to(text: str) -> int:
    """How many samples there are up to the one that has this ``text``."""
    [number] = [number for number, part in enumerate(parts_of_booking(), 1) if text in part]
    return number


@pytest.mark.parametrize(("ticket", "name"), [("day", "lunch"), ("all", "lunches")])
def test_the_guide_asks_about_lunch_in_one_way(booking, ticket, name):
    """Under one title."""
    journey = Journey(booking(up_to("lunches = Step("))["create_app"]())
    journey.given(person={"name": "Ada", "email": "ada@example.com"}, ticket={"ticket": ticket}, day={"day": "fri"})
    assert journey.at == name
    assert [one.title for one in journey.wizard.flow.path(journey.answers).ahead].count("Lunch") == 1


def test_the_page_of_the_guide_is_read_first(booking):
    """Its text is the template beside it."""
    journey = Journey(booking(up_to("before = Page("))["create_app"]())
    assert "What you need Have a card at hand to pay with." in shown(journey.client.get("/booking/before"))
    journey.answer("before").answer("person", name="Ada", email="ada@example.com")
    assert journey.at == "ticket"


def test_the_exit_of_the_guide_ends_the_journey(booking):
    """Until the visitor comes on another day."""
    journey = Journey(booking(up_to("full = Exit("))["create_app"]())
    journey.answer("person", name="Ada", email="ada@example.com").answer("ticket", ticket="day").answer(
        "day", day="sun"
    )
    assert "All places for Sunday are taken, Ada." in shown(journey.client.get(journey.url("full")))
    assert journey.answer("day", day="sat").at == "summary"


def test_the_texts_of_the_guide_say_the_name(booking):
    """That was given before; when it changes, nothing is asked again."""
    journey = Journey(booking(up_to("dinner = Step("))["create_app"]())
    journey.answer("person", name="Ada", email="ada@example.com")
    assert "Dinner for Ada" in shown(journey.client.get(journey.url("ticket")))
    page = shown(journey.answer("ticket", ticket="all").client.get(journey.url("dinner")))
    for text in ("It is on Saturday.", "Will you come to dinner, Ada?", "A seat for Ada", "Go on, Ada"):
        assert text in page
    journey.answer("dinner", dinner="no").answer("person", name="Eve", email="ada@example.com")
    assert journey.at == "summary"


def test_the_values_of_the_guide_are_computed(booking):
    """A change that comes to the same asks nothing again."""
    names = booking(up_to("cost = Value("))
    journey = Journey(names["create_app"]())
    journey.answer("person", name="Ada", email="ada@example.com").answer("ticket", ticket="all").answer(
        "room", price=80
    )
    assert "2 nights for €160 You pay the €160 at the hotel." in shown(journey.client.get(journey.url("last")))
    page = shown(journey.answer("last").client.get(journey.url("summary")))
    assert "Price of a night in euros 80 Change price of a night in euros What the room costs €160" in page
    journey.finish()
    [[_, answers]] = names["bookings"].values()
    assert [answers["nights"], answers["cost"]] == [2, 160]


def test_the_guide_leads_back_to_the_room(booking):
    """Until the price is right."""
    journey = Journey(booking(up_to("right = Step("))["create_app"]())
    journey.answer("person", name="Ada", email="ada@example.com").answer("ticket", ticket="all").answer(
        "room", price=80
    )
    assert "Your room costs €160" in shown(journey.client.get(journey.url("right")))
    assert journey.answer("right", right="no").at == "right"
    journey.answer("room", price=70)
    assert "Your room costs €140" in shown(journey.client.get(journey.url("right")))
    assert journey.answer("right", right="yes").at == "summary"


def test_the_rules_of_the_guide_hold_across_steps(booking):
    """And what they have read is noted."""
    journey = Journey(booking(up_to("check=name_children"))["create_app"]())
    journey.answer("person", name="Ada", email="ada@example.com").answer("seats", seats=3)
    assert journey.refused("children", children=4) == {"children": "Enter 3 at most"}
    assert journey.refused("children", children=3) == {"": "A child needs somebody who comes along"}
    assert journey.refused("children", children=2) == {"names": "Enter their names"}
    assert journey.answer("children", children=2, names="Bo and Cy").at == "summary"
    assert journey.answer("seats", seats=2).at == "children"


def test_the_guides_deploy_keeps_the_answers_of_the_step_that_it_renames(booking):
    """Who was on the old list before is on the new one after it."""
    [deploy] = [number for number, text in enumerate(parts_of_booking()) if "def migrate" in text]
    before, after = Journey(booking(deploy)["create_app"]()), Journey(booking()["create_app"]())
    before.given(
        person={"name": "Ada", "email": "ada@example.com"},
        ticket={"ticket": "all"},
        workshop={"workshop": "bees", "badge": "Ada"},
        guests=[{"name": "Grace"}],
    )
    after.client.set_cookie("session", before.client.get_cookie("session").value)
    page = after.client.get(before.url("").rstrip("/") + "/company")
    assert "Grace" in page.text


def test_the_mistake_that_the_guide_shows_is_said_so(booking):
    """Word for word."""
    names = booking()
    with pytest.raises(wizard.FlowError) as error:
        wizard.Flow(
            names["ticket"],
            wizard.Step("day", names["DayForm"], title="Day", when=lambda answers: answers["ticket"]["tickte"]),
        )
    assert str(error.value) in " ".join((DOCS / "steps.md").read_text().split())


@pytest.mark.slow
def test_the_tests_of_the_guide_pass(booking, tmp_path):
    """They are run as an author runs them, but for walks that are fewer, shorter, and the same each time."""
    (tmp_path / "conftest.py").write_text(QUICKLY)
    # A hash that is made to be slow, a thousand times, is no part of what is shown.
    file = tmp_path / "booking.py"
    slow = 'keep={"password": generate_password_hash}'
    fast = 'keep={"password": lambda text: generate_password_hash(text, "pbkdf2:sha256:1")}'
    assert slow in file.read_text()
    file.write_text(file.read_text().replace(slow, fast))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_booking.py"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
    )
    assert "2 passed" in run.stdout, run.stdout
