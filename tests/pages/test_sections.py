"""Sections: a list of them from which each is done, summaries of one and of all, and the progress."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from jinja2 import DictLoader
from wtforms import Form, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired

from tests.conftest import hidden, shown
from wizard import Exit, Flow, ForEach, Page, Repeat, Section, Step, Wizard, signals
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk


class Name(Form):
    """Asks a name."""

    name = StringField("Name", [InputRequired("Enter a name")])


class Age(Form):
    """Asks an age."""

    age = IntegerField("Age", [InputRequired("Enter an age")])


class Kind(Form):
    """Asks for one of two."""

    kind = RadioField("Kind", [InputRequired("Select one")], choices={"house": "House", "flat": "Flat"})


class Job(Form):
    """Asks for a job."""

    job = StringField("Job", [InputRequired("Enter a job")])


def is_adult(answers):
    """Whether the visitor is old enough."""
    return answers["age"]["age"] >= 18


SECTIONS = (
    Section(
        "you",
        Step("name", Name, title="Name"),
        Step("age", Age, title="Your age"),
        Exit("baby", title="You are too young", template="baby.html", when=lambda answers: answers["age"]["age"] < 3),
        title="About you",
    ),
    Section(
        "home",
        Page("before", title="What counts", template="before.html"),
        Step("kind", Kind, title="Your house"),
        Step("floor", Age, title="The floor", when=lambda answers: answers["kind"]["kind"] == "flat"),
        Step("home-name", Name, title="Name"),
        title="Your home",
        summary=True,
    ),
    Section("work", Step("job", Job, title="Your job"), title="Your work", when=is_adult),
    Section(
        "more",
        Step(
            "pet",
            Name,
            title="Your pet",
            defaults=lambda answers: {"name": answers["name"]["name"]},
        ),
        title="And then",
    ),
)
TEXTS = {
    "baby.html": "<p>Come back later.</p>",
    "before.html": "<p>A tent counts, {{ answers.get('name', {}).name }}.</p>",
}


@pytest.fixture
def given():
    """What ``on_finish`` was given."""
    return []


@pytest.fixture
def make(database, given):
    """Makes an application with these sections."""

    def make(*sections, any_order=True, **how):
        app = Flask("census")
        app.secret_key = "for the tests, and as long as it has to be"
        app.testing = True
        app.jinja_loader = DictLoader(TEXTS)
        app.session_interface = open_sessions(database)
        flow = Flow(*(sections or SECTIONS), any_order=any_order)

        def finish(answers, key):
            given.append(answers)
            return "done"

        app.register_blueprint(Wizard("census", flow, on_finish=finish, title="Census", **how), url_prefix="/census")
        return app

    return make


@pytest.fixture
def journey(make):
    """A visitor of sections in any order."""
    return Journey(make())


def get(journey, page, **query):
    """What a page says."""
    return shown(journey.client.get(journey.url(page, **query)))


def listed(journey):
    """For each section on the list, its state, and where it leads."""
    text = journey.client.get(journey.url("tasks")).text
    found = {}
    for item in re.findall(r"<li>(.*?)</li>", text.partition('<ul class="tasks">')[2].partition("</ul>")[0], re.S):
        title = re.search(r"<(?:a|span)[^>]*>([^<]+)</", item)[1]
        url = re.search(r'href="/census/([^"]*)"', item)
        found[title] = shown(re.search(r'<span class="state.*', item, re.S)[0]), url and url[1]
    return found


def send(journey, page, action="", where="", **typed):
    """Send a page, and return where it leads."""
    url = f"/census/{page}{where}"
    opened = hidden(journey.client.get(url).text)
    response = journey.client.post(url, data={**opened, **typed, **({"_action": action} if action else {})})
    assert response.status_code == 303, shown(response)
    return response.location.removeprefix("/census/")


def complete(journey):
    """Answer everything."""
    journey.answer("name", name="Ada")
    journey.answer("age", age=36)
    journey.answer("before")
    journey.answer("kind", kind="flat")
    journey.answer("floor", age=2)
    journey.answer("home-name", name="Rose Cottage")
    journey.answer("job", job="Countess")
    journey.answer("pet")


def test_it_begins_at_a_list_that_says_what_can_be_done(journey):
    """Each section leads to its first step; one that reads others says which."""
    assert journey.at == "tasks"
    assert listed(journey) == {
        "About you": ("Not started", "name"),
        "Your home": ("Not started", "before"),
        "Your work": ("Cannot start yet Complete first: About you", None),
        "And then": ("Cannot start yet Complete first: About you", None),
    }
    assert "You have completed 0 of 4 sections." in get(journey, "tasks")


def test_sections_are_done_in_any_order(journey, given):
    """After each the visitor is at the list again, and the last leads on from there to the summary."""
    assert send(journey, "before") == "kind"
    assert send(journey, "kind", kind="house") == "home-name"
    assert listed(journey)["Your home"] == ("In progress", "home-name")
    assert send(journey, "home-name", name="Rose Cottage") == "summary/home"
    assert listed(journey)["Your home"] == ("Completed", "summary/home")
    assert send(journey, "name", name="Ada") == "age"
    assert listed(journey)["And then"] == ("Not started", "pet")
    assert send(journey, "age", age="36") == "tasks"
    assert listed(journey)["About you"] == ("Completed", "name")
    assert send(journey, "pet", name="Ada") == "tasks"
    assert 'href="/census/summary"' not in journey.client.get("/census/tasks").text
    assert journey.client.get("/census/summary").location == "/census/tasks"
    assert send(journey, "job", job="Countess") == "tasks"
    assert 'href="/census/summary"' in journey.client.get("/census/tasks").text
    assert journey.at == "tasks"
    assert journey.finish() == "done"
    assert list(given[0]) == ["name", "age", "before", "kind", "home-name", "job", "pet"]


def test_a_section_that_does_not_apply_is_not_listed(journey, given):
    """It is not waited for."""
    complete(journey)
    journey.answer("age", age=17)
    assert list(listed(journey)) == ["About you", "Your home", "And then"]
    assert "You have completed 3 of 3 sections." in get(journey, "tasks")
    assert "We no longer need “Your job”. Your answers are kept in case you change your mind." in get(journey, "tasks")
    journey.finish()
    assert "job" not in given[0]


def test_a_step_that_is_not_open_leads_to_the_list_and_what_was_typed_is_kept(journey):
    """By GET and by POST; a section that has to wait is closed as a whole."""
    assert journey.client.get("/census/job").location == "/census/tasks"
    assert journey.client.get("/census/age").location == "/census/tasks"
    token = hidden(journey.client.get("/census/name").text)
    response = journey.client.post("/census/pet", data={**token, "name": "Rex"})
    assert response.location == "/census/tasks"
    assert not journey.answers
    assert "We’ve saved what you typed in “Your pet”" in get(journey, "tasks")
    journey.answer("name", name="Ada")
    assert listed(journey)["And then"] == ("In progress", "pet")
    assert 'value="Rex"' in journey.client.get("/census/pet").text


def test_back_leads_to_the_step_before_and_from_the_first_one_to_the_list(journey):
    """With what was typed kept as a Draft, so that the section is in progress."""
    assert send(journey, "name", "back", name="Ada") == "tasks"
    assert listed(journey)["About you"] == ("In progress", "name")
    journey.answer("name", name="Ada")
    assert send(journey, "age", "back", age="3") == "name"
    assert send(journey, "before", "back") == "tasks"


def test_a_change_in_one_section_asks_the_steps_of_others_again(journey):
    """They are in progress until they are answered once more; taking it back restores them."""
    complete(journey)
    assert "You have completed 4 of 4 sections." in get(journey, "tasks")
    assert send(journey, "name", name="Grace") == "age"
    assert listed(journey)["And then"] == ("In progress", "pet")
    assert "Check “Your pet” again" in get(journey, "age")
    assert listed(journey)["Your work"] == ("Completed", "job")
    send(journey, "name", name="Ada")
    assert listed(journey)["And then"] == ("Completed", "pet")


def test_the_summary_of_all_is_grouped_by_sections(journey):
    """A heading for each, and below it those of its steps. A change comes back to it."""
    complete(journey)
    text = journey.client.get("/census/summary").text
    headings = [(level, shown(title)) for level, title in re.findall(r"<h([23])[^>]*>(.*?)</h", text)]
    assert headings == [
        ("2", "About you"),
        ("3", "Name"),
        ("3", "Your age"),
        ("2", "Your home"),
        ("3", "Your house"),
        ("3", "The floor"),
        ("3", "Name"),
        ("2", "Your work"),
        ("3", "Your job"),
        ("2", "And then"),
        ("3", "Your pet"),
    ]
    assert 'href="/census/tasks"' in text
    assert send(journey, "job", where="?from=summary", job="Programmer") == "summary"
    assert send(journey, "job", "back", where="?from=summary") == "summary"
    # What the change asks again is asked first, and leads back too.
    assert send(journey, "name", where="?from=summary", name="Grace") == "pet?from=summary"
    assert send(journey, "pet", where="?from=summary", name="Rex") == "summary"


def test_the_summary_of_a_section_shows_its_answers_alone(journey):
    """A change comes back to it, also where other sections are not completed."""
    assert journey.client.get("/census/summary/home").location == "/census/tasks"
    journey.answer("before").answer("kind", kind="house").answer("home-name", name="Rose Cottage")
    page = journey.client.get("/census/summary/home")
    assert "Check your answers: Your home" in shown(page)
    assert "Rose Cottage" in shown(page)
    assert "What counts" not in shown(page)
    assert re.search(r'<a class="button button-main"[^>]* href="/census/tasks">Continue</a>', page.text)
    assert re.findall(r'href="/census/([^"]*from[^"]*)"', page.text) == [
        "kind?from=section#kind",
        "home-name?from=section#name",
    ]
    assert send(journey, "kind", where="?from=section", kind="flat") == "floor?from=section"
    assert send(journey, "floor", "back", where="?from=section") == "kind?from=section"
    assert send(journey, "floor", where="?from=section", age="2") == "summary/home"
    assert send(journey, "home-name", "back", where="?from=section") == "summary/home"
    assert send(journey, "home-name", where="?from=section", name="Ivy Cottage") == "summary/home"
    assert 'class="changed" tabindex="-1" autofocus' in journey.client.get("/census/summary/home").text
    # The next change is one of its own.
    send(journey, "floor", where="?from=section", age="3")
    assert journey.client.get("/census/summary/home").text.count('class="changed"') == 1


@pytest.mark.parametrize("page", ["summary/nowhere", "summary/you", "tasks/you"])
def test_a_section_without_such_a_page_is_not_found(journey, page):
    """Whether it is there or not."""
    assert journey.client.get(f"/census/{page}").status_code == 404


def test_an_exit_ends_its_section_and_the_whole(journey, given):
    """Other sections can be done, and nothing be finished. Back leads out of it."""
    complete(journey)
    assert send(journey, "age", age="2") == "baby"
    assert "Come back later." in get(journey, "baby")
    assert listed(journey)["About you"] == ("In progress", "baby")
    assert listed(journey)["Your home"] == ("Completed", "summary/home")
    assert journey.client.get("/census/summary").location == "/census/tasks"
    assert 'href="/census/age"' in journey.client.get("/census/baby").text
    assert send(journey, "baby", "back") == "age"
    send(journey, "age", age="36")
    assert journey.finish() == "done"


def test_two_tabs_in_different_sections_both_count(journey):
    """And in the same step, it is asked which is meant; Keep leads on within the section."""
    one, two = (hidden(journey.client.get("/census/name").text) for _ in range(2))
    other = hidden(journey.client.get("/census/before").text)
    journey.client.post("/census/name", data={**one, "name": "Ada"})
    assert journey.client.post("/census/before", data=other).location == "/census/kind"
    response = journey.client.post("/census/name", data={**two, "name": "Grace"})
    assert response.status_code == 409
    assert 'href="/census/age"' in response.text
    assert set(journey.answers) == {"name", "before"}


def test_a_page_to_read_knows_what_was_answered_in_earlier_sections(journey):
    """It is part of its section."""
    assert "A tent counts, ." in get(journey, "before")
    journey.answer("name", name="Ada")
    assert "A tent counts, Ada." in get(journey, "before")


def test_the_title_of_every_list_says_its_section(database):
    """Two sections may each have a list of the same title."""
    app = Flask(__name__)
    app.secret_key = "only for this test, and long enough"
    app.session_interface = open_sessions(database)
    flow = Flow(
        Section(
            "pets",
            Repeat("pets", Step("pet", Name, title="Pet"), title="Pets", each=lambda pet: pet["pet"]["name"]),
            ForEach("toys", Step("toy", Name, title="Toy"), over="pets", title="Toys"),
            title="At home",
        ),
        any_order=True,
    )
    app.register_blueprint(Wizard("w", flow, on_finish=lambda answers, key: "done", title="Zoo"), url_prefix="/w")
    journey = Journey(app)
    journey.begin("pets").answer("pet", name="Rex")
    assert "<title>Step 1 of 2: Pets - At home - Zoo</title>" in journey.client.get("/w/pets").text
    assert "<title>Step 1 of 2: Pets, Rex - At home - Zoo</title>" in journey.client.get("/w/pets/1").text
    journey.answer("pets").entry("toys", 1).answer("toy", name="Bone")
    page = journey.client.get("/w/toys").text
    assert "<title>Step 2 of 2: Toys - At home - Zoo</title>" in page
    assert 'value="go.pets"' in page


def test_the_progress_names_the_steps_of_the_section(journey):
    """And the title of the page its section, so that no two pages have the same."""
    journey.answer("before").answer("kind", kind="house")
    text = journey.client.get("/census/home-name").text
    assert "<title>Step 3 of 3: Name - Your home - Census</title>" in text
    progress = text.partition('<nav class="progress"')[2].partition("</nav>")[0]
    assert re.findall(r"<li([^>]*)><(?:span|button)[^>]*>([^<]*)", progress) == [
        (' class="completed"', "What counts"),
        (' class="completed"', "Your house"),
        (' class="here" aria-current="step"', "Name"),
    ]
    assert "Your home: step 3 of 3" in shown(progress)
    assert "<title>Step 1 of 2: Name - About you - Census</title>" in journey.client.get("/census/name").text


def test_in_order_the_progress_names_the_sections(make):
    """However many steps they have; the summary is grouped by them too."""
    journey = Journey(make(any_order=False))
    assert journey.at == "name"
    assert journey.client.get("/census/tasks").status_code == 404
    journey.answer("name", name="Ada").answer("age", age=36)
    assert send(journey, "before") == "kind"
    text = journey.client.get("/census/kind").text
    progress = text.partition('<nav class="progress"')[2].partition("</nav>")[0]
    assert re.findall(r"<li([^>]*)><span>([^<]*)", progress) == [
        (' class="completed"', "About you"),
        (' class="here" aria-current="step"', "Your home"),
        ("", "Your work"),
        ("", "And then"),
        ("", "Check your answers"),
    ]
    assert "<title>Step 2 of 4: Your house - Your home - Census</title>" in text
    assert send(journey, "kind", "back") == "before"
    assert send(journey, "before", "back") == "age"
    journey.answer("kind", kind="house")
    assert send(journey, "home-name", name="Rose Cottage") == "summary/home"
    page = journey.client.get("/census/summary/home")
    assert re.search(r'href="/census/job">Continue</a>', page.text)
    journey.answer("job", job="Countess")
    assert send(journey, "pet", name="Ada") == "summary"
    text = journey.client.get("/census/summary").text
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", text) == ["About you", "Your home", "Your work", "And then"]
    assert send(journey, "kind", where="?from=section", kind="flat") == "floor?from=section"


def test_a_section_that_may_not_come_is_open_in_the_progress(make):
    """Until it is known whether it applies."""
    journey = Journey(make(any_order=False))
    progress = journey.client.get("/census/name").text.partition('<nav class="progress"')[2].partition("</nav>")[0]
    assert re.findall(r"<li([^>]*)><span>Your work", progress) == [' class="open"']


def test_the_query_of_the_first_address_is_kept_as_far_as_a_step(journey):
    """For an author's functions to read."""
    location = journey.client.get("/census/?ref=letter").location
    assert location == "/census/tasks?ref=letter"
    assert 'href="/census/name?ref=letter"' in journey.client.get(location).text


def test_each_of_several_runs_has_a_list_of_its_own(make):
    """At an address of its own, and the start page says where it goes on."""
    journey = Journey(make(many=True))
    journey.answer("name", name="Ada")
    url = journey.url("tasks")
    assert re.fullmatch(r"/census/[\w-]+/tasks", url)
    text = journey.client.get(url).text
    assert re.search(rf'href="{url.removesuffix("tasks")}age"', text)
    assert "Next: Your age, step 2 of 2" in shown(journey.client.get("/census/"))


def test_a_list_without_answers_offers_nothing_to_clear(journey):
    """With some it does, and what was cleared is gone."""
    assert "Clear answers" not in get(journey, "tasks")
    journey.answer("name", name="Ada")
    assert "Clear answers" in get(journey, "tasks")
    journey.clear()
    assert listed(journey)["About you"] == ("Not started", "name")


def test_a_finished_run_says_so_on_the_list(journey):
    """And the list begins another."""
    complete(journey)
    journey.finish()
    assert "You’ve already finished. Your reference is done" in get(journey, "tasks")


def test_signals_say_where_the_whole_path_leads(journey):
    """With the steps of all sections."""
    heard = []
    with signals.step_answered.connected_to(lambda _, **said: heard.append(said["path"])):
        journey.answer("before")
    assert heard == [["name", "age", "before", "kind", "home-name", "pet"]]


def test_a_partial_request_gets_the_list_alone(journey):
    """With its heading in focus."""
    partial = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#wizard"}
    text = journey.client.get("/census/tasks", headers=partial).text
    assert "<html" not in text
    assert '<h1 tabindex="-1" autofocus>Census</h1>' in text


def test_a_walk_keeps_to_the_rules(make):
    """Whatever a visitor does, in whichever order."""
    walk(make)
