"""EntriesPage: a list whose entries are asked in several pages, with lists in them, and pages for each of them."""

from __future__ import annotations

import pytest

from tests.conftest import Visitor, hidden, shown

from .census import serve


@pytest.fixture
def given():
    """What ``on_finish`` was given."""
    return []


@pytest.fixture
def app(database, given):
    """The census."""
    return serve(database, given)


@pytest.fixture
def visitor(app):
    """A visitor who has come to the list."""
    visitor = Visitor(app.test_client(), "/census")
    visitor.answer("home", kind="house")
    return visitor


def press(visitor, page, action=""):
    """Press a button, and return where it leads."""
    response = visitor.post(page, **({"_action": action} if action else {}))
    assert response.status_code == 303, shown(response)
    return response.location.removeprefix("/census/")


def add(visitor, first, year=2015, query=""):
    """Add a person, and return where that leads."""
    place = press(visitor, f"people{query}", "add")
    number = place.split("/")[1]
    marks = place.partition("?")[2]
    visitor.answer(f"people/{number}/name?{marks}", first=first)
    return visitor.post(f"people/{number}/birth?{marks}", year=year).location.removeprefix("/census/")


def record(visitor):
    """What is stored."""
    with visitor.client.session_transaction() as session:
        return session["census"]


def names(visitor):
    """Who is in the answers."""
    return [one["name"]["first"] for one in record(visitor)["answers"].get("people", [])]


def test_an_entry_is_asked_page_by_page_and_leads_back_to_the_list(visitor):
    """Its pages say whose they are, and the list says what has become of it."""
    assert press(visitor, "people", "add") == "people/1/name"
    assert "People: Number 1 Name" in shown(visitor.get("people/1/name"))
    assert visitor.post("people/1/name", first="Ada").location == "/census/people/1/birth"
    page = visitor.get("people/1/birth")
    assert "<title>Step 2 of 5, People: Ada: Birth - Form</title>" in page.text
    assert visitor.post("people/1/birth", year="2015").location == "/census/people"
    assert "Added: Ada Ada Change Ada Remove Ada Add a person" in shown(visitor.get("people"))
    assert press(visitor, "people") == "diets"


def test_the_progress_leads_out_of_an_entry_and_keeps_what_is_typed(visitor):
    """And from the page of all its answers."""
    press(visitor, "people", "add")
    assert 'value="go.home"' in visitor.get("people/1/name").text
    response = visitor.post("people/1/name", first="Ad", _action="go.home")
    assert response.location == "/census/home"
    assert 'value="Ad"' in visitor.get("people/1/name").text
    assert visitor.post("people/1/name", first="Ada", _action="go.sure").location == "/census/people/1/name"
    visitor.answer("people/1/name", first="Ada")
    visitor.answer("people/1/birth", year="2000")
    assert 'value="go.home"' in visitor.get("people/1/jobs").text
    assert press(visitor, "people/1/jobs", "go.home") == "home"
    press(visitor, "people/1/jobs")
    assert '<a href="/census/home">' in visitor.get("people/1").text


def test_a_half_filled_entry_is_resumed_and_holds_up_the_list(visitor):
    """It is listed as not finished, and in no answer, also while there is no more of it than a Draft."""
    add(visitor, "Ada")
    press(visitor, "people", "add")
    assert visitor.post("people/2/name", first="Gr", _action="back").location == "/census/people"
    assert "Number 2 Not finished Finish Number 2" in shown(visitor.get("people"))
    assert names(visitor) == ["Ada"]
    assert visitor.get("diets").location == "/census/people"
    refused = visitor.post("people")
    assert refused.status_code == 422
    assert 'href="#entry-2"' in refused.text
    assert "Number 2: Finish this one or remove it" in shown(refused)
    assert visitor.get("people/2").location == "/census/people/2/name"
    assert 'value="Gr"' in visitor.get("people/2/name").text
    visitor.answer("people/2/name", first="Grace")
    assert visitor.get("people/2").location == "/census/people/2/birth"
    visitor.answer("people/2/birth", year="2015")
    assert names(visitor) == ["Ada", "Grace"]


def test_an_entry_in_which_nothing_was_typed_is_none(visitor):
    """Add was pressed, and Back: nothing is listed, and the list can be left."""
    add(visitor, "Ada")
    press(visitor, "people", "add")
    assert visitor.post("people/2/name", first="", _action="back").location == "/census/people"
    assert "Number 2" not in shown(visitor.get("people"))
    assert press(visitor, "people") == "diets"


def test_lists_stand_in_lists(visitor, given):
    """A job belongs to its person: in the address, in the answers, and when it is changed."""
    add(visitor, "Ada", 1990)
    assert press(visitor, "people/1/jobs", "add") == "people/1/jobs/1/job"
    assert "People: Ada Jobs: Number 1" in shown(visitor.get("people/1/jobs/1/job"))
    visitor.answer("people/1/jobs/1/job", work="Poet")
    assert "Added: Poet" in shown(visitor.get("people/1/jobs"))
    assert press(visitor, "people/1/jobs") == "people"
    assert press(visitor, "people") == "diets"
    visitor.answer("diets/1/diet", eats="soup")
    visitor.answer("sure", sure="y")
    visitor.answer("summary")
    assert given[0]["people"] == [
        {"name": {"first": "Ada"}, "birth": {"year": 1990}, "jobs": [{"job": {"work": "Poet"}}]}
    ]
    assert given[0]["diets"] == [{"diet": {"eats": "soup"}}]


@pytest.fixture
def done(visitor):
    """A visitor who has come to the summary, with Ada, who is a poet, and Bo."""
    add(visitor, "Ada", 1990)
    press(visitor, "people/1/jobs", "add")
    visitor.answer("people/1/jobs/1/job", work="Poet")
    press(visitor, "people/1/jobs")
    add(visitor, "Bo")
    for number, food in (("1", "soup"), ("2", "bread")):
        visitor.answer(f"diets/{number}/diet", eats=food)
    visitor.answer("sure", sure="y")
    return visitor


def test_the_summary_shows_every_answer_of_every_entry(done):
    """In words, under the title of its entry, and each with a link that says what it changes, and whose."""
    text = shown(done.get("summary"))
    assert "People Ada First name Ada Change first name, Ada Year of birth 1990 Change year of birth, Ada" in text
    assert "Jobs: Poet Job Poet Change job, Poet, Ada Jobs 1 Change jobs, Ada Bo First name Bo" in text
    assert "How many 2 Change people Diets Ada Food soup Change food, Ada Bo Food bread Change food, Bo" in text
    assert 'href="/census/people/1/jobs/1/job?from=summary#work"' in done.get("summary").text


def test_a_change_from_the_summary_leads_back_there(done):
    """Straight, and the line is marked; by way of the list as well."""
    assert done.post("people/2/name?from=summary", first="Bob").location == "/census/summary"
    assert "First name Bob Changed" in shown(done.get("summary"))
    assert done.post("people/1/jobs/1/job?from=summary", work="Painter").location == "/census/summary"
    assert add(done, "Cy", query="?from=summary") == "people?from=summary"
    assert press(done, "people?from=summary") == "diets?from=summary"
    assert done.get("diets?from=summary").location == "/census/diets/3/diet?from=summary&from=1"


def test_an_entry_has_a_page_of_its_own(done):
    """With all its answers; each is changed there, and leads back, and from there to the list."""
    page = done.get("people/1?from=summary")
    assert "People Ada Name First name Ada" in shown(page)
    assert 'href="/census/people/1/name?from=summary&amp;from=2#first"' in page.text
    assert done.post("people/1/name?from=summary&from=2", first="Adah").location == "/census/people/1?from=summary"
    assert "First name Adah Changed" in shown(done.get("people/1?from=summary"))
    assert 'href="/census/people?from=summary"' in page.text


def test_a_change_that_leads_to_more_questions_asks_them_before_it_counts(done):
    """The entry is not finished until then, and neither is what depends on it; nothing is lost."""
    assert done.post("people/2/birth?from=summary", year="1990").location == "/census/people/2/jobs?from=summary"
    assert names(done) == ["Ada"]
    assert done.get("summary").location == "/census/people"
    assert press(done, "people/2/jobs?from=summary") == "summary"
    assert names(done) == ["Ada", "Bo"]
    assert [one["diet"]["eats"] for one in record(done)["answers"]["diets"]] == ["soup", "bread"]


def test_removing_and_undoing_keep_together_what_belongs_together(done):
    """The jobs and the diet go with their person, and come back."""
    press(done, "people", "remove.1")
    text = shown(done.get("people"))
    assert "Removed: Ada Undo Ada Bo Change Bo" in text
    assert "again" not in text
    assert names(done) == ["Bo"]
    assert record(done)["answers"]["diets"] == [{"diet": {"eats": "bread"}}]
    assert done.get("summary").status_code == 200
    press(done, "people", "undo")
    assert "Back in the list: Ada Ada" in shown(done.get("people"))
    answers = record(done)["answers"]
    assert answers["people"][0]["jobs"] == [{"job": {"work": "Poet"}}]
    assert [one["diet"]["eats"] for one in answers["diets"]] == ["soup", "bread"]
    press(done, "people", "remove.1")
    done.answer("people/2/name", first="Bob")
    assert "Undo" not in shown(done.get("people"))
    assert "soup" not in str(record(done))


def test_an_entry_can_be_moved_up(done):
    """With all that belongs to it, and its address stays."""
    press(done, "people", "up.2")
    assert names(done) == ["Bo", "Ada"]
    assert [one["diet"]["eats"] for one in record(done)["answers"]["diets"]] == ["bread", "soup"]
    assert 'value="Bo"' in done.get("people/2/name").text
    press(done, "people", "up.2")
    assert names(done) == ["Bo", "Ada"]


def test_a_list_has_as_many_entries_as_it_may(visitor):
    """Neither fewer nor more."""
    assert "Add at least 1." in shown(visitor.post("people"))
    for first in ("Ada", "Bo", "Cy"):
        add(visitor, first)
    assert "You have reached the limit of 3." in shown(visitor.get("people"))
    assert "You can add up to 3." in shown(visitor.post("people", _action="add"))


@pytest.mark.parametrize(
    "page",
    ["people/9", "people/9/name", "people/1/x", "people/1/name/x", "people/x", "diets/9", "diets/1/x", "home/1/name"],
)
def test_what_does_not_exist_is_a_404_page(done, page):
    """An entry, a step of one, and what is no list."""
    assert done.get(page).status_code == 404
    assert done.get("people/1/jobs/9/job").status_code == 404
    assert done.get("people/1/jobs/9").status_code == 404


def test_what_is_sent_for_an_entry_that_is_gone_is_kept_in_a_new_one(done):
    """It was removed in another tab."""
    opened = done.open("people/2/name")
    press(done, "people", "remove.2")
    response = done.send("people/2/name", opened, first="Bobby")
    assert response.status_code == 409
    assert "This list was changed in another tab" in shown(response)
    assert "Number 2 Not finished" in shown(response)
    assert 'value="Bobby"' in done.get("people/3/name").text
    assert names(done) == ["Ada"]


def test_two_tabs_add_two_entries(visitor):
    """Each has an id of its own from the beginning."""
    assert press(visitor, "people", "add") == "people/1/name"
    assert press(visitor, "people", "add") == "people/2/name"
    pages = [visitor.open(f"people/{number}/name") for number in (1, 2)]
    for number, page in enumerate(pages, 1):
        assert visitor.send(f"people/{number}/name", page, first=f"Nr. {number}").status_code == 303
    assert "Nr. 1 Not finished" in shown(visitor.get("people"))
    assert "Nr. 2 Not finished" in shown(visitor.get("people"))


def test_another_tab_is_asked_which_of_two_answers_is_meant(done):
    """As on any step; what is on other steps of the entry stays."""
    first, second = (done.open("people/2/name") for _ in range(2))
    done.send("people/2/name", first, first="Bob")
    response = done.send("people/2/name", second, first="Rob")
    assert response.status_code == 409
    assert "Which answers do you want to keep?" in shown(response)
    assert names(done) == ["Ada", "Bob"]
    assert done.send("people/2/name", hidden(response.text), first="Rob").status_code == 303
    assert names(done) == ["Ada", "Rob"]


def test_a_page_that_was_left_open_says_that_its_answers_were_cleared(done):
    """With what was typed, and nothing starts by itself."""
    opened = done.open("people/2/name")
    page = done.open("clear")
    done.send("clear", page)
    response = done.send("people/2/name", opened, first="Bobby")
    assert response.status_code == 409
    assert "Bobby" in response.text
    assert "entries" not in record(done)


def test_a_field_is_checked_while_it_is_typed(done):
    """At an address within its entry."""
    assert 'hx-post="/census/people/2/name/check/first"' in done.get("people/2/name").text
    token = done.open("people/2/name")["csrf_token"]
    response = done.client.post("/census/people/2/name/check/first", data={"csrf_token": token, "first": "X"})
    assert response.status_code == 200
    assert 'value="X"' in response.text


def test_pages_for_each_follow_each_other(visitor):
    """On to the next who is not answered for, and back to the one before."""
    for first in ("Ada", "Bo"):
        add(visitor, first)
    assert visitor.get("diets").location == "/census/diets/1/diet"
    assert "Diets: Ada" in shown(visitor.get("diets/1/diet"))
    assert visitor.post("diets/1/diet", eats="soup").location == "/census/diets/2/diet"
    assert press(visitor, "diets/2/diet", "back") == "diets/1/diet"
    assert press(visitor, "diets/1/diet", "back") == "people"
    assert visitor.post("diets/2/diet", eats="bread").location == "/census/sure"
    assert "Diets Ada Change Ada Bo Change Bo" in shown(visitor.get("diets"))
    assert press(visitor, "diets") == "sure"
    assert press(visitor, "sure", "back") == "diets"
    visitor.answer("sure", sure="y")
    assert visitor.post("diets/1/diet?from=summary", eats="egg").location == "/census/summary"


def test_every_answer_is_validated_again_at_the_end(done):
    """Those of entries, too; the message leads to where it is mended."""
    with done.client.session_transaction() as session:
        kept = session["census"]
        answers = kept["answers"]
        wrong = {**answers["people"][1], "name": {"first": ""}}
        session["census"] = {**kept, "answers": {**answers, "people": [answers["people"][0], wrong]}}
    response = done.post("summary")
    assert response.status_code == 422
    assert "Enter a name" in shown(response)
    assert 'href="/census/people/2/name?from=summary#first"' in response.text


def test_answers_are_frozen_while_they_are_sent(done):
    """A list cannot be changed then."""
    with done.client.session_transaction() as session:
        session["census"] = {**session["census"], "claim": {"x": 32503680000.0}}
    for action in ("add", "remove.1", "undo", "up.2", ""):
        response = done.post("people", _action=action)
        assert response.status_code == 422, action
        assert "right now and cannot be changed" in shown(response)
    assert done.post("people/1/name", first="X").status_code == 422
    assert names(done) == ["Ada", "Bo"]
