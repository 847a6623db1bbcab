"""Fields that are asked for each entry of a list, on one page: what belongs to an entry stays with it."""

from __future__ import annotations

import json
import re
from functools import partial

import pytest
from hypothesis import settings as Settings  # noqa: N812  (walk() has a parameter of its own name)
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, NumberRange, ValidationError

from tests.conftest import shown
from wizard import Flow, FlowError, Refused, Repeat, Step, Value
from wizard.picture import mermaid, svg, table
from wizard.schema import schema
from wizard.testing import Journey, walk
from wizard.testing.page import Page as Seen

from .census import serve


class Shop(Form):
    """Where people buy."""

    name = StringField("Name", [InputRequired("Enter a name")])
    most = IntegerField("At most", [InputRequired("Enter how much")], default=100)


class Shares(Form):
    """How much they buy at each, and elsewhere."""

    share = IntegerField(
        "Percentage of shopping", [InputRequired("Enter a percentage"), NumberRange(0, 100, "Enter 0 to 100")]
    )
    other = IntegerField("Elsewhere", default=0)


def whole(answers, data):
    """The percentages come to 100, and none is 13."""
    thirteen = {"share": ["Not 13" if one == 13 else "" for one in data["share"]]}
    return thirteen if 13 in data["share"] else {} if sum(data["share"]) + data["other"] <= 100 else {"": "Over 100"}


shops = Repeat("shops", Shop, title="Shops")
shares = Step(
    "shares",
    Shares,
    title="Shares",
    for_each={"share": "shops"},
    labels={"share": lambda answers: f"At {answers['entry']['name']}"},
    bounds={"share": {"max": lambda answers: answers["entry"]["most"], "message": "Too much"}},
    check=whole,
    live=["share"],
)
total = Value("total", lambda answers: sum(answers["shares"]["share"]), title="Total")
FLOW = Flow(shops, shares, total)


@pytest.fixture
def journey(database):
    """A visitor who has named three shops, and said how much they buy at each."""
    journey = Journey(serve(database, flow=FLOW))
    for name in "ABC":
        journey.add("shops", name=name)
    return journey.answer("shops").answer("shares", share=[10, 20, 30], other=5)


def labelled(page):
    """The labels of the inputs of a page, with what is in each."""
    found = re.findall(r'<label for="([\w-]+)">(.*?)</label>.*?<input[^>]*?value="(\d*)"', page.text, re.DOTALL)
    return {re.sub(r"\s*<.*?>.*|\s+$", "", label).strip(): value for _, label, value in found}


def opened(journey):
    """What stands on the page."""
    return labelled(journey.client.get(journey.url("shares")))


def test_there_is_a_field_for_each_entry(journey):
    """Called by what is asked for, filled in with what was answered, with the others beside it."""
    assert journey.answers["shares"] == {"share": [10, 20, 30], "other": 5}
    assert opened(journey) == {"At A": "10", "At B": "20", "At C": "30", "Elsewhere": "5"}
    assert journey.values == {"total": 60}
    assert journey.at == "summary"


def test_the_summary_has_a_row_for_each(journey):
    """With the title of its entry, and a link to its field."""
    page = journey.client.get(journey.url("summary"))
    assert "At A 10 Change at a At B 20 Change at b At C 30 Change at c Elsewhere 5" in shown(page)
    assert "/shares?from=summary#share-2" in page.text


def test_the_summary_marks_what_was_changed(journey):
    """That entry alone."""
    url = journey.url("shares", **{"from": "summary"})
    values = journey._open(url).filled(url, {"share-2": "21"}, "")
    page = journey.client.post(url, data=values, follow_redirects=True)
    assert "At A 10 Change at a At B 21 Changed Change at b At C 30 Change at c" in shown(page)


def test_what_belongs_to_an_entry_goes_with_it(journey):
    """And nothing is asked again; with Undo, it comes back."""
    journey.remove("shops", 2)
    assert journey.answers["shares"] == {"share": [10, 30], "other": 5}
    assert journey.at == "summary"
    assert opened(journey) == {"At A": "10", "At C": "30", "Elsewhere": "5"}
    journey.undo("shops")
    assert journey.answers["shares"]["share"] == [10, 20, 30]
    assert journey.at == "summary"


def test_a_new_entry_is_asked_for(journey):
    """The others are as they were, and nobody reads what is not whole."""
    journey.add("shops", name="D").answer("shops")
    assert journey.at == "shares"
    assert journey.values == {}
    assert opened(journey) == {"At A": "10", "At B": "20", "At C": "30", "At D": "", "Elsewhere": "5"}
    assert journey.refused("shares") == {"share-4": "Enter a percentage"}
    journey.answer("shares", **{"share-4": 4})
    assert journey.answers["shares"]["share"] == [10, 20, 30, 4]
    journey.add("shops", name="E").remove("shops", 5).answer("shops")
    assert journey.at == "summary"


def test_an_entry_that_is_changed_keeps_what_belongs_to_it(journey):
    """Its title follows. A bound that was read asks again."""
    journey.change("shops", 1, name="Z").answer("shops")
    assert journey.at == "summary"
    assert opened(journey)["At Z"] == "10"
    journey.change("shops", 2, most=19).answer("shops")
    assert journey.at == "shares"
    assert journey.refused("shares") == {"share-2": "Too much"}
    assert 'max="19"' in journey.client.get(journey.url("shares")).text


def test_what_is_left_is_held_against_the_rules(database):
    """Where an entry is gone without which they are broken, the step is asked again."""
    at_least = Step(
        "shares",
        Shares,
        title="Shares",
        for_each={"share": "shops"},
        labels={"share": lambda answers: answers["entry"]["name"]},
        check=lambda answers, data: {} if sum(data["share"]) == 100 else {"share": "Together 100"},
    )
    journey = Journey(serve(database, flow=Flow(shops, at_least)))
    journey.add("shops", name="A").add("shops", name="B").answer("shops").answer("shares", share=[60, 40])
    journey.remove("shops", 2)
    assert journey.at == "shares"
    assert journey.refused("shares") == {"share": "Together 100"}
    journey.undo("shops")
    assert journey.at == "summary"


def test_messages_stand_at_the_fields(journey):
    """Of one entry, or of the whole."""
    assert journey.refused("shares", share=[10, 13, 13]) == {"share-2": "Not 13", "share-3": "Not 13"}
    assert journey.refused("shares", share=[90, 90, 90]) == {"": "Over 100"}


def test_what_is_refused_at_the_end_names_the_entry(database):
    """Its line says it, with a link to its input; a text is said of all of them."""
    said = [["", "Closed", "Closed"], "Over 100", []]

    def refuse(answers, key):
        if said:
            raise Refused({"shares": {"share": said.pop(0)}})
        return "R-1"

    app = serve(database, flow=Flow(shops, shares))
    app.blueprints["census"].on_finish = refuse
    journey = Journey(app)
    for name in "ABC":
        journey.add("shops", name=name)
    journey.answer("shops").answer("shares", share=[10, 20, 30], other=5)
    url = journey.url("summary")

    def finish():
        return journey.client.post(url, data=journey._open(url).filled(url, {}, ""))

    response = finish()
    assert response.status_code == 422
    for key in "23":
        assert f'<a href="/census/shares?from=summary#share-{key}">' in response.text
    assert "At A 10 Change at a At B Error: Closed 20 Change at b At C Error: Closed 30" in shown(response)
    page = journey.client.get("/census/shares?from=summary")
    assert Seen(page).said == {"share-2": "Closed", "share-3": "Closed"}
    assert 'id="share-3-error"' in page.text
    assert "At A Error: Over 100 10" in shown(finish())
    assert "do not go together" in shown(finish())
    assert journey.finish() == "R-1"


def test_a_button_and_what_is_kept_name_the_entry_too(database):
    """On the page of the step, at the input; and where no browser is."""

    def refuse(*_):
        raise Refused({"shares": {"share": ["", "Closed"]}})

    step = Step(
        "shares",
        Shares,
        title="Shares",
        for_each={"share": "shops"},
        labels={"share": lambda answers: answers["entry"]["name"]},
        actions={"look": ("Look", refuse)},
    )
    journey = Journey(serve(database, flow=Flow(shops, step)))
    journey.add("shops", name="A").add("shops", name="B").answer("shops")
    url = journey.url("shares")
    response = journey.client.post(url, data=journey._open(url).filled(url, {}, "do.look"))
    assert Seen(response).said == {"share-2": "Closed"}
    assert 'id="share-2-error"' in response.text


def test_the_same_message_of_several_says_of_which(journey):
    """At the top of the page, where the fields are not seen."""
    url = journey.url("shares")
    page = journey.client.post(url, data=journey._open(url).filled(url, {"share-1": "", "share-3": ""}, ""))
    assert "There is a problem At A: Enter a percentage At C: Enter a percentage" in shown(page)


def test_without_entries_there_are_no_fields(database):
    """The rest of the form is asked all the same."""
    journey = Journey(serve(database, flow=FLOW)).answer("shops")
    page = journey.client.get(journey.url("shares"))
    assert "Percentage" not in page.text
    journey.answer("shares", other=7)
    assert journey.answers["shares"] == {"share": [], "other": 7}
    assert "Percentage" not in journey.client.get(journey.url("summary")).text


def test_what_is_sent_for_no_entry_is_dropped(journey):
    """It is neither kept nor there when an entry gets that id."""
    page = journey._open(journey.url("shares"))
    values = page.filled(journey.url("shares"), {}, "")
    values["share-4"] = values["share-x"] = "44"
    assert journey.client.post(journey.url("shares"), data=values).status_code == 303
    with journey._stored() as run:
        assert list(run.typed(shares)) == ["share-1", "share-2", "share-3", "other"]
    journey.add("shops", name="D")
    assert opened(journey)["At D"] == ""


def test_a_draft_stays_with_its_entry(journey):
    """What was typed for one that is gone is not shown, and comes back with it."""
    journey.back("shares", share=[1, 2, 3])
    journey.remove("shops", 1)
    assert opened(journey) == {"At B": "2", "At C": "3", "Elsewhere": "5"}


def test_a_field_is_checked_alone(journey):
    """The check names one of them, and is told of no other."""
    url = f"{journey.url('shares')}/check/share-2"
    assert url in journey.client.get(journey.url("shares")).text
    response = journey.client.post(url, data={"share-2": "101", "share-1": "x"})
    assert "Enter 0 to 100" in response.text
    assert "At B" in response.text
    assert "At A" not in response.text
    assert journey.client.post(f"{journey.url('shares')}/check/share-9", data={}).status_code == 404


def test_two_tabs_mean_the_same_entries(journey):
    """A page that was opened before an entry went is taken for those that are left."""
    values = journey._open(journey.url("shares")).filled(journey.url("shares"), {"share-3": "33"}, "")
    journey.remove("shops", 2)
    assert journey.client.post(journey.url("shares"), data=values).status_code == 303
    assert journey.answers["shares"]["share"] == [10, 33]


class Likes(Form):
    """Choices that go by the entry, and others that go by these."""

    like = SelectMultipleField("Like")
    best = RadioField("Best")


def test_the_page_goes_by_what_is_typed(database):
    """As a list, entry by entry, when it is drawn again."""
    step = Step(
        "likes",
        Likes,
        title="Likes",
        for_each={"like": "shops"},
        labels={"like": lambda answers: answers["entry"]["name"]},
        choices={
            "like": lambda answers: [answers["entry"]["name"], "all"],
            "best": lambda answers, typed: [one for likes in typed["like"] for one in likes or ()] or ["none"],
        },
        refresh=["like"],
    )
    journey = Journey(serve(database, flow=Flow(shops, step)))
    journey.add("shops", name="A").add("shops", name="B").answer("shops")
    url = journey.url("likes")
    values = journey._open(url).filled(url, {"like-2": ["B"]}, "refresh")
    assert journey.client.post(url, data=values).status_code == 303
    assert journey._open(url).sheet(url).offered["best"] == {"B"}
    assert journey._open(url).sheet(url).offered["like-1"] == {"A", "all"}
    journey.answer("likes", like=[["A"], ["B"]], best="B")
    assert journey.answers["likes"] == {"like": [["A"], ["B"]], "best": "B"}


# Choices


class Used(Form):
    """Which shops people use."""

    shops = SelectMultipleField("Shops", choices={"t": "Tesco’s", "a": "Aldi", "o": "Other & more"})


NAMES = dict(Used.shops.kwargs["choices"])
chosen = Flow(
    Step("used", Used, title="Used"),
    Step(
        "shares",
        Shares,
        title="Shares",
        for_each={"share": "used.shops"},
        labels={"share": lambda answers: NAMES[answers["entry"]]},
        hints={"share": lambda answers: f"of {len(answers['used']['shops'])}"},
    ),
)


def test_there_is_a_field_for_each_choice(database):
    """What is said of one stays with it, whatever else is chosen."""
    journey = Journey(serve(database, flow=chosen))
    journey.answer("used", shops=["t", "o"]).answer("shares", share=[7, 9])
    assert "Other & more 9" in shown(journey.client.get(journey.url("summary"))).replace("&amp;", "&")
    journey.answer("used", shops=["a", "o"])
    assert journey.at == "shares"
    assert opened(journey) == {"Aldi": "", "Other &amp; more": "9", "Elsewhere": "0"}
    journey.answer("used", shops=["o"])
    assert journey.at == "summary"
    assert journey.answers["shares"]["share"] == [9]


# Within an entry, several lists, other kinds of fields


class Place(Form):
    """Two inputs, one of them a box."""

    town = StringField("Town", [InputRequired("Enter a town")])
    far = BooleanField("Far")


class Places(Form):
    """A form for each, and a box for each."""

    place = FormField(Place, "Where they are")
    open = BooleanField("Open on Sundays")

    def validate_open(self, field):
        """Refuse what is far and open."""
        if field.data and self.place.entries[0].data["far"]:
            raise ValidationError("Not that far")


def named(answers):
    """Call a field by the name of its entry."""
    return answers["entry"]["name"]["name"]


class Name(Form):
    """A name."""

    name = StringField("Name")


street = Repeat("street", Step("name", Name, title="Name"), title="Street", into="all")
mall = Repeat("mall", Step("name", Name, title="Name"), title="Mall", into="all", sortable=True)
places = Step(
    "places",
    Places,
    title="Places",
    for_each={"place": "all", "open": "all"},
    labels={"place": named, "open": named},
)
NESTED = Flow(Repeat("towns", street, mall, places, title="Towns"))


def test_within_an_entry_over_two_lists(database):
    """Forms and boxes, which stay with their entry when that is moved."""
    journey = Journey(serve(database, flow=NESTED)).begin("towns")
    journey.begin("street").answer("name", name="A")
    journey = journey.answer("street") if False else journey
    journey.answer("street").begin("mall").answer("name", name="B")
    journey.begin("mall").answer("name", name="C")
    journey.answer("mall")
    sent = [{"town": "a"}, {"town": "b", "far": True}, {"town": "c"}]
    journey.answer("places", place=sent, open=[False, False, True])
    assert journey.answers["places"] == {
        "place": [{"town": "a", "far": False}, {"town": "b", "far": True}, {"town": "c", "far": False}],
        "open": [False, False, True],
    }
    journey.move_up("mall", 2)
    assert [one["town"] for one in journey.answers["places"]["place"]] == ["a", "c", "b"]
    assert journey.answers["places"]["open"] == [False, True, False]


def test_the_kit_walks_it(database):
    """With every button, and all that may follow."""
    quickly = Settings(max_examples=6, stateful_step_count=20, deadline=None, database=None, derandomize=True)
    for flow in (FLOW, chosen, NESTED):
        walk(partial(serve, database, flow=flow), settings=quickly)


def test_a_journey_is_given_what_was_answered(database):
    """As a list in the order of the entries."""
    journey = Journey(serve(database, flow=FLOW))
    journey.given(shops=[{"name": "A"}, {"name": "B"}], shares={"share": [1, 2]})
    assert journey.answers["shares"] == {"share": [1, 2], "other": 0}
    with pytest.raises(AssertionError, match="Give a list of as many"):
        journey.answer("shares", share=[1])


def test_it_is_driven_without_a_browser():
    """What is missing and what is too much is said."""
    two = [{"name": "A", "most": 9}, {"name": "B", "most": 9}]
    run = FLOW.run({"shops": two, "shares": {"share": [1, 2], "other": 3}})
    assert run.answers["shares"] == {"share": [1, 2], "other": 3}
    assert run.give({"shares": {"share": [1], "other": 3}}).errors == {"shares": {"share-2": "Enter a percentage"}}
    run.give({"shares": {"share": [1, 2, 3], "other": 3}})
    assert run.errors == {"shares": {"share-more": "There is no such field"}}
    run.give({"shares": {"share": [1, 2], "share-7": "9", "other": 3}})
    assert run.errors == {"shares": {"share-7": "There is no such field"}}
    run.give({"shares": {"share": [3, 4], "other": 3}}).give({"shops": two[:1]})
    assert run.answers["shares"]["share"] == [3]


def test_it_is_drawn():
    """In all three forms, and as JSON Schema."""
    said = "share (computed bounds) (for each of shops)"
    assert said in table(FLOW)
    assert said in mermaid(FLOW)
    assert "for each of shops" in svg(FLOW)
    found = schema(FLOW)["properties"]["shares"]
    assert found["required"] == ["share"]
    assert found["properties"]["share"]["type"] == "array"
    assert found["properties"]["share"]["items"]["maximum"] == 100
    assert found["properties"]["share"]["$comment"] == "One for each of shops. Depends on other answers: bounds."
    json.dumps(found)


# Mistakes


class Odd(Form):
    """Fields that cannot be asked for each."""

    share = IntegerField("Share")
    seen = HiddenField()
    many = FieldList(StringField("One"), "Many")


LABELS = {"share": lambda answers: "Share", "seen": "Seen", "many": "Many"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"for_each": ["share"]}, "its 'for_each' is no dictionary"),
        ({"for_each": {"shares": "shops"}}, "names 'shares', which is no field that a visitor sees. Name one of"),
        ({"for_each": {"seen": "shops"}}, "names 'seen', which is no field that a visitor sees"),
        ({"for_each": {"many": "shops"}}, "'many', which is a list by itself. Declare the field of one entry"),
        ({"for_each": {"share": None}}, "is None. Name an earlier list: for_each={'share': 'shops'}"),
        ({"for_each": {"share": "shops"}, "labels": {}}, "would be called the same. Say what each is: labels={'share'"),
        ({"for_each": {"share": "shop"}}, "for each of 'shop', which is no list before it. Name one of 'shops'"),
        ({"for_each": {"share": "later"}}, "for each of 'later', which is no list before it. Name one of 'shops'"),
        ({"for_each": {"share": "used.name"}}, "no field of 'used' before it that takes several choices. Name one of"),
        ({"for_each": {"share": "shops"}, "brief": "share"}, "its 'brief' is 'share'"),
        ({"for_each": {"share": "shops"}, "labels": {"share": lambda answers: answers["entry"]["x"]}}, "no such field"),
    ],
)
def test_a_mistake_is_found_when_it_is_built(given, said):
    """With the cure."""
    with pytest.raises(FlowError, match=re.escape(said)):
        Flow(
            Step("used", Used, title="Used"),
            shops,
            Step("odd", Odd, title="Odd", **{"labels": LABELS, **given}),
            Repeat("later", Shop, title="Later"),
        )


def test_within_an_entry_a_list_around_it_is_none():
    """Though it stands before it: which is why the message says where one has to stand."""
    inner = Step("odd", Odd, title="Odd", labels=LABELS, for_each={"share": "shops"})
    with pytest.raises(FlowError, match="which is no list before it in its own entry"):
        Flow(shops, Repeat("people", inner, title="People"))


def test_without_a_list_one_is_asked_for():
    """There is none to name."""
    with pytest.raises(FlowError, match="Put a Repeat before it, and name that"):
        Flow(Step("odd", Odd, title="Odd", for_each={"share": "shops"}, labels=LABELS))


def test_an_entry_of_one_page_has_none():
    """It is asked in a step of its own."""
    with pytest.raises(FlowError, match="an entry of it is asked on one page"):
        Repeat("odd", Odd, title="Odd", for_each={"share": "shops"}, labels=LABELS)


def test_it_is_begun_from_what_is_known(database):
    """As answers, or as Drafts that the visitor confirms."""
    app = serve(database, flow=FLOW)
    wizard = app.blueprints["census"]
    given = {"shops": [{"name": "A", "most": 9}, {"name": "B", "most": 9}], "shares": {"share": [1, 2], "other": 3}}

    @app.post("/begin/<confirms>")
    def begin(confirms):
        return wizard.begin(given, confirm=confirms == "yes")

    journey = Journey(app)
    journey.client.post("/begin/no")
    assert journey.answers["shares"] == {"share": [1, 2], "other": 3}
    journey = Journey(app)
    journey.client.post("/begin/yes")
    assert journey.answers.keys() == {"shops"}
    journey.answer("shops")
    assert opened(journey) == {"At A": "1", "At B": "2", "Elsewhere": "3"}
