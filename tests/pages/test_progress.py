"""The progress: every step of a short way is named, and of a long one those near the page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from markupsafe import Markup
from wtforms import Form, StringField

from tests.conftest import Visitor
from wizard import Flow, Step, Wizard
from wizard.pages.progress import MOST_BARS, _drawn, marks
from wizard.sessions import open_sessions


class Text(Form):
    """Asks for a text."""

    text = StringField("Text")


def flow_of(count):
    """A flow of so many steps; the last but one is asked only of those who write "more" in the first."""
    return Flow(
        *(
            Step(
                f"s{number}",
                Text,
                title=f"Question {number}",
                when=(lambda answers: answers["s1"]["text"] == "more") if number == count - 1 else None,
            )
            for number in range(1, count + 1)
        )
    )


def bars(count, answered, here):
    """What stands on each bar of that page, with how many of its steps are answered."""
    flow = flow_of(count)
    answers = {f"s{number}": {"text": "more"} for number in range(1, answered + 1)}
    found = list(marks(flow.path(answers), flow.get(here)))
    assert [mark.title for mark in found if mark.is_here] == ([flow.get(here).title] if here else [])
    return [f"{mark.title.removeprefix('Question ') or f'{mark.steps} steps'}: {int(mark.done)}" for mark in found]


def test_every_step_of_a_short_way_is_named():
    """As many as a phone has room for, with the summary."""
    found = bars(MOST_BARS - 1, 2, "s3")
    assert found == ["1: 1", "2: 1", *(f"{number}: 0" for number in range(3, MOST_BARS))]


@pytest.mark.parametrize(
    ("here", "found"),
    [
        ("s1", ["1: 1", "2: 1", "98 steps: 38"]),
        ("s2", ["1: 1", "2: 1", "3: 1", "97 steps: 37"]),
        ("s3", ["1: 1", "2: 1", "3: 1", "4: 1", "96 steps: 36"]),
        ("s4", ["1: 1", "2: 1", "3: 1", "4: 1", "5: 1", "95 steps: 35"]),
        ("s5", ["1: 1", "2 steps: 2", "4: 1", "5: 1", "6: 1", "94 steps: 34"]),
        ("s41", ["1: 1", "38 steps: 38", "40: 1", "41: 0", "42: 0", "58 steps: 0"]),
        ("s98", ["1: 1", "95 steps: 39", "97: 0", "98: 0", "99: 0", "100: 0"]),
        ("s100", ["1: 1", "97 steps: 39", "99: 0", "100: 0"]),
        ("", ["1: 1", "98 steps: 39", "100: 0"]),
    ],
)
def test_of_a_long_way_the_steps_near_the_page_are_named(here, found):
    """And the others are counted, with those that are answered; none is left out, and none stands there twice."""
    assert bars(100, 40, here) == found
    assert sum(int(one.split()[0]) if "steps" in one else 1 for one in found) == 100


def test_what_may_come_is_counted_on_a_long_way_too():
    """As it is by the words above the bars."""
    flow = flow_of(50)
    path = flow.path({})
    found = list(marks(path, flow.get("s1")))
    assert sum(mark.steps for mark in found) == path.count - 1 == 50
    assert [mark.is_sure for mark in marks(path, flow.get("s49"))][-3:] == [True, False, True]


@pytest.fixture
def visitor(database):
    """A visitor of a long flow in German."""
    app = Flask(__name__)
    app.config |= {"SECRET_KEY": "only for this test, and long enough", "LANGUAGES": ["de"]}
    app.session_interface = open_sessions(database)
    wizard = Wizard("long", flow_of(40), on_finish=lambda answers, key: "reference")
    app.register_blueprint(wizard, url_prefix="/long")
    return Visitor(app.test_client(), "/long")


def test_a_page_says_how_many_steps_it_does_not_name(visitor):
    """In the language of the page, for eyes and for ears."""
    page = visitor.get("s1").text
    said = [re.sub(r"<[^>]*>", "", one) for one in re.findall(r"<li.*</li>", page)]
    assert said == ["Question 1 noch offen", "Question 2 noch offen", "38 Schritte 0 erledigt", said[-1]]
    assert page.count('<li class="several">') == 1


def visitor_of(count):
    """A visitor of a flow of so many steps."""
    app = Flask(__name__)
    app.secret_key = "a key for tests, long enough"
    app.register_blueprint(Wizard("short", flow_of(count), on_finish=lambda answers, key: "done"), url_prefix="/short")
    return Visitor(app.test_client(), "/short")


def leads(page):
    """The steps that the progress of a page leads to."""
    return re.findall(r'name="_action" value="go\.(\w+)"', page)


def test_the_progress_leads_back_to_what_is_answered_and_keeps_what_is_typed():
    """To no step that is still to come, nor to the one that is shown."""
    visitor = visitor_of(4)
    assert leads(visitor.get("s1").text) == []
    visitor.answer("s1", text="a")
    visitor.answer("s2", text="b")
    assert leads(visitor.get("s4").text) == ["s1", "s2"]
    assert leads(visitor.get("s2").text) == ["s1"]
    response = visitor.post("s4", text="half", _action="go.s1")
    assert response.status_code == 303
    assert response.location == "/short/s1"
    assert 'value="half"' in visitor.get("s4").text
    with visitor.client.session_transaction() as session:
        assert "s4" not in session["short"]["answers"]


@pytest.mark.parametrize("name", ["s4", "nobody", ""])
def test_what_the_progress_does_not_lead_to_leads_on(name):
    """As after a deploy, or another tab's change; what was typed is kept there too."""
    visitor = visitor_of(4)
    visitor.answer("s1", text="a")
    response = visitor.post("s2", text="half", _action=f"go.{name}")
    assert response.location == "/short/s2"
    assert 'value="half"' in visitor.get("s2").text


def test_the_progress_on_the_summary_leads_to_each_step():
    """And back, once it is sent."""
    visitor = visitor_of(3)
    for name in ("s1", "s2", "s3"):
        visitor.answer(name, text="more")
    page = visitor.get("summary").text
    progress = page.partition("<ol>")[2].partition("</ol>")[0]
    links = re.findall(r'<a href="([^"]+)">', progress)
    assert links == [f"/short/{name}?from=summary" for name in ("s1", "s2", "s3")]
    assert visitor.post("s2?from=summary", text="other").location == "/short/summary"


def test_enter_sends_the_page_and_follows_no_lead():
    """The first button of the form is the one that goes on."""
    visitor = visitor_of(4)
    visitor.answer("s1", text="a")
    page = visitor.get("s2").text
    buttons = re.findall(r"<button[^>]*\bform=[^>]*>", page)
    assert "_action" not in buttons[0]
    assert "go.s1" in buttons[1]


def test_bars_without_room_for_names_lead_nowhere():
    """A button without a name on it would be a riddle."""
    visitor = visitor_of(12)
    visitor.answer("s1", text="a")
    assert leads(visitor.get("s2").text) == []


def titled(*titles):
    """An application in two languages, with a step for each of these titles."""
    app = Flask("titled")
    app.config |= {"SECRET_KEY": "x" * 32, "LANGUAGES": ["en", "de"], "WTF_CSRF_ENABLED": False}
    flow = Flow(*(Step(f"s{number}", Text, title=title) for number, title in enumerate(titles, 1)))
    app.register_blueprint(Wizard("w", flow, on_finish=lambda answers, key: None), url_prefix="/w")
    return app


def progress_of(app, step, typed, language="en"):
    """The progress that a new visitor, who has typed that in the first step, sees at another one."""
    client = app.test_client()
    client.post("/w/s1", data={"text": typed})
    page = client.get(f"/w/{step}", headers={"Accept-Language": language}).text
    [form] = re.findall(r'<form id="([^"]+)"', page)
    [found] = re.findall(r'<nav class="progress".*?</nav>', page, re.DOTALL)
    return found, form


def test_the_progress_of_another_visitor_leads_by_the_own_form():
    """What one page has drawn is drawn no second time; the id of the form is that of this page."""
    app = titled("One", "Two")
    before = _drawn.cache_info().hits
    (first, one), (second, other) = progress_of(app, "s2", "a"), progress_of(app, "s2", "b")
    assert _drawn.cache_info().hits == before + 1
    assert one != other
    assert f'form="{one}"' in first
    assert first.replace(one, other) == second


def test_the_progress_is_drawn_anew_in_another_language():
    """Whoever asks first."""
    app = titled("One", "Two")
    assert "Fortschritt" not in progress_of(app, "s2", "a")[0]
    assert "Fortschritt" in progress_of(app, "s2", "a", "de")[0]
    assert "Fortschritt" not in progress_of(app, "s2", "a")[0]


def test_a_title_that_is_made_of_answers_is_not_remembered():
    """What a visitor has typed is not kept where another's page could come by it."""
    app = titled("One", lambda answers: f"About {answers['s1']['text']}")
    before = _drawn.cache_info()
    assert "About Ada" in progress_of(app, "s2", "Ada")[0]
    assert "About Grace" in progress_of(app, "s2", "Grace")[0]
    assert _drawn.cache_info() == before


def test_markup_in_a_title_is_no_text_that_looks_like_it():
    """The two are equal, and drawn in another way."""
    assert "&lt;b&gt;" in progress_of(titled("<b>One</b>", "Two"), "s2", "a")[0]
    assert "<b>One</b>" in progress_of(titled(Markup("<b>One</b>"), "Two"), "s2", "a")[0]
