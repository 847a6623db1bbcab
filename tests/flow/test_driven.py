"""A flow that is gone through without a browser: what is accepted, what is missing, what is wrong, and how it ends."""

from __future__ import annotations

from datetime import date

import pytest
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange

from wizard import BaseStep, Exit, Flow, Page, Refused, Repeat, Step, Unfinished, WizardError
from wizard.fields import AddressField, MemorableDateField
from wizard.flow.for_each import ForEach
from wizard.flow.section import Section


class Name(Form):
    """One text."""

    name = StringField("Name", [InputRequired("Enter a name"), Length(max=10, message="Too long")])


class Ticket(Form):
    """One choice."""

    ticket = RadioField("Ticket", [InputRequired("Select a ticket")], choices=["day", "all"])


class Street(Form):
    """Enclosed by another."""

    street = StringField("Street", [InputRequired("Enter a street")])
    lift = BooleanField("Lift")


class Everything(Form):
    """Fields of each kind."""

    age = IntegerField("Age", [NumberRange(0, 150, "Enter an age")])
    born = MemorableDateField("Born")
    home = AddressField("Home")
    work = FormField(Street)
    tags = FieldList(StringField("Tag"))
    pets = SelectMultipleField("Pets", choices=["cat", "dog"])
    terms = BooleanField("Terms", name="agreed")


class Secret(Form):
    """A password."""

    password = PasswordField("Password", [InputRequired("Enter a password")])


name = Step("name", Name, title="Name")
ticket = Step("ticket", Ticket, title="Ticket")
day = Step("day", Name, title="Day", when=lambda answers: answers["ticket"]["ticket"] == "day")
guests = Repeat("guests", Name, title="Guests", least=1, most=2)
booking = Flow(Page("before", title="Before", template="before.html"), name, ticket, day, guests)

ADA = {"name": {"name": "Ada"}, "ticket": {"ticket": "all"}, "guests": [{"name": "Grace"}]}


def keep(answers, key):
    """Return what it was called with."""
    return answers, key


def test_what_a_browser_would_send_is_validated_and_finished():
    """Trimmed and clean; a page to read counts as read."""
    run = booking.run({**ADA, "name": {"name": " Ada "}}, key="row 7")
    assert run.missing == []
    assert run.errors == {}
    answers = {"before": {"read": True}, "name": {"name": "Ada"}, "ticket": {"ticket": "all"}}
    assert run.finish(keep) == ({**answers, "guests": [{"name": "Grace"}]}, "row 7")
    assert booking.run(ADA).key != booking.run(ADA).key != ""


def test_what_is_missing_and_wrong_is_said_and_can_be_mended():
    """What comes too early waits for what comes before it."""
    run = booking.run({"ticket": {"ticket": "day"}, "guests": [{"name": ""}, {"name": "Grace"}, {"name": "Alan"}]})
    assert run.missing == ["name"]
    assert run.errors == {}
    run.give({"name": {"name": "Ada Lovelace"}})
    assert run.errors == {"name": {"name": "Too long"}}
    run.give({"name": {"name": "Ada"}})
    assert run.missing == ["day"]
    assert run.errors == {}
    run.give({"day": {"name": "Friday"}})
    assert run.errors == {"guests": {"1.name": "Enter a name"}}
    with pytest.raises(
        Unfinished, match=r"^It cannot be finished: wrong is guests\.1\.name\. See 'missing' and 'errors'"
    ) as error:
        run.finish(keep)
    assert error.value.errors == run.errors
    run.give({"guests": [{"name": "Grace"}, {"name": "Alan"}, {"name": "Joan"}]})
    assert run.errors == {"guests": {"": "There can be 2 at most"}}
    run.give({"guests": []})
    assert run.errors == {}
    with pytest.raises(Unfinished, match=r"^It cannot be finished: missing is guests\. See") as error:
        run.finish(keep)
    assert error.value.missing == ["guests"]
    assert run.give({"guests": [{"name": "Grace"}]}).finish(keep)[0]["day"] == {"name": "Friday"}


def test_what_depends_on_a_change_is_asked_again():
    """A value for a step that is not asked is said to be unused, and used when it is."""
    run = booking.run({**ADA, "day": {"name": "Friday"}})
    assert run.unused == ["day"]
    assert "day" not in run.answers
    run.give({"ticket": {"ticket": "day"}})
    assert run.unused == []
    assert run.answers["day"] == {"name": "Friday"}
    assert run.missing == []


def test_a_field_takes_a_text_or_what_is_written_as_one():
    """What a field encloses, as it is in the answers or by the names of its inputs; an empty box, nothing."""
    flow = Flow(Step("all", Everything, title="All"))
    home = {"line1": "12 High Street", "line2": "", "town": "Leeds", "postcode": "LS1 4DT"}
    found = {
        "age": 36,
        "born": date(1980, 3, 31),
        "home": home,
        "work": {"street": "Main", "lift": True},
        "tags": ["quiet", "old"],
        "pets": ["cat"],
        "terms": False,
    }
    assert flow.run({"all": found}).answers == {"all": found}
    texts = {
        "age": "36",
        "born-day": "31",
        "born-month": "March",
        "born-year": "1980",
        "home": "12 High Street, Leeds, LS1 4DT",
        "work-street": "Main",
        "work-lift": "y",
        "tags-0": "quiet",
        "tags-1": "old",
        "pets": "cat",
    }
    assert flow.run({"all": texts}).answers == {"all": found}
    assert flow.run({"all": {**texts, "agreed": True}}).answers["all"]["terms"] is True
    assert flow.run({"all": {**texts, "terms": ["y"]}}).answers["all"]["terms"] is True
    assert flow.run({"all": {**found, "work": {"street": ""}, "age": -1}}).errors == {
        "all": {"work-street": "Enter a street", "age": "Enter an age"}
    }
    wrong = flow.run({"all": {**found, "colour": "red", "work": {"floor": "1"}}}).errors
    assert wrong == {"all": {"colour": "There is no such field", "work-floor": "There is no such field"}}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x" * 20_001, "This is too long. Shorten it"),
        ("\0", "This contains a hidden character that we cannot save. Type it instead of pasting it"),
    ],
)
def test_what_no_validator_may_see_reaches_none(value, text):
    """As from a browser."""
    assert Flow(name).run({"name": {"name": value}}).errors == {"name": {"name": text}}
    assert Flow(name).run({"name": {"name": ["y" * 10_000] * 21}}).errors == {
        "name": {"": "This is too long. Shorten it"}
    }
    assert Flow(ticket).run({"ticket": {"ticket": "week"}}).errors == {
        "ticket": {"ticket": "This is no longer available. Choose something else"}
    }


def test_a_secret_is_kept_as_a_visitors_is():
    """Its function may refuse it."""

    def pin(text):
        if text == "1234":
            raise ValidationError("Everybody has that")
        if text == "4321":
            raise Refused("Try another")
        return f"hash of {len(text)}"

    flow = Flow(Step("secret", Secret, title="Secret", keep={"password": pin}))
    assert flow.run({"secret": {"password": "three words"}}).answers == {"secret": {"password": "hash of 11"}}
    assert flow.run({"secret": {"password": "1234"}}).errors == {"secret": {"password": "Everybody has that"}}
    assert flow.run({"secret": {"password": "4321"}}).errors == {"secret": {"": "Try another"}}


def test_a_rule_of_the_form_without_words_has_some():
    """As on a page."""

    class Never(Name):
        def validate(self, **_):
            return False

    assert Flow(Step("name", Never, title="Name")).run({"name": {"name": "Ada"}}).errors == {
        "name": {"": "These answers do not go together. Check them"}
    }


def test_a_journey_that_ends_early_cannot_be_finished():
    """Behind an exit, nothing is asked."""
    full = Exit("full", title="Full", template="full.html", when=lambda answers: answers["ticket"]["ticket"] == "all")
    run = Flow(ticket, full, name).run({"ticket": {"ticket": "all"}, "name": {"name": "Ada"}})
    assert run.missing == ["full"]
    assert run.unused == ["name"]
    with pytest.raises(Unfinished):
        run.finish(keep)


def test_lists_of_several_pages_are_lists_of_what_each_page_takes():
    """Nested, and with steps for each entry of another list."""
    people = Repeat(
        "people",
        Step("who", Name, title="Who"),
        Page("note", title="Note", template="note.html"),
        Repeat("jobs", Step("job", Name, title="Job"), Step("pay", Ticket, title="Pay"), title="Jobs"),
        title="People",
        most=2,
    )
    flow = Flow(people, ForEach("diets", Step("diet", Name, title="Diet"), over="people", title="Diets"), name)
    job = {"job": {"name": "Poet"}, "pay": {"ticket": "day"}}
    values = {
        "people": [{"who": {"name": "Ada"}, "jobs": [job]}, {"who": {"name": "Alan"}, "jobs": []}],
        "diets": [{"diet": {"name": "All"}}, {"diet": {"name": "Vegan"}}],
        "name": {"name": "Home"},
    }
    run = flow.run(values)
    assert run.errors == {}
    assert run.missing == []
    answers, _ = run.finish(keep)
    read = {"note": {"read": True}}
    assert answers["people"] == [
        {"who": {"name": "Ada"}, **read, "jobs": [job]},
        {"who": {"name": "Alan"}, **read, "jobs": []},
    ]
    assert answers["diets"] == values["diets"]
    half = {"who": {"name": "Ada"}, "jobs": [{"job": {"name": "Poet"}, "pay": {"ticket": "week"}}]}
    run = flow.run({**values, "people": [half]})
    assert list(run.errors["people"]) == ["1.jobs.1.pay.ticket"]
    assert run.missing == []
    assert flow.run({**values, "people": [{"who": {"name": "A"}, "jobs": []}] * 3}).errors == {
        "people": {"": "There can be 2 at most"}
    }
    half = [{"who": {"name": "Ada"}, "jobs": [job, {"job": {"name": "Poet"}}]}, {"jobs": []}]
    assert flow.run({**values, "people": half}).missing == ["people/1/jobs/2/pay", "people/2/who"]
    assert flow.run({**values, "diets": [{"diet": {"name": "All"}}]}).missing == ["diets/2/diet"]


def test_sections_may_be_given_in_any_order():
    """Each in the order of the flow, with what it reads."""
    flow = Flow(Section("a", name, ticket, title="A"), Section("b", day, guests, title="B"), any_order=True)
    run = flow.run({**ADA, "day": {"name": "Friday"}, "ticket": {"ticket": "day"}})
    assert run.missing == []
    assert flow.run({"guests": ADA["guests"]}).missing == ["name", "ticket"]


class Sign(BaseStep):
    """A kind of step of the author's own."""


def test_what_is_given_to_a_step_of_another_kind_is_its_answer():
    """Nobody else knows what it takes."""
    run = Flow(name, Sign("sign", title="Sign")).run({"name": {"name": "Ada"}, "sign": {"signed": True}})
    assert run.finish(keep)[0]["sign"] == {"signed": True}


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"guest": []}, "There is no step 'guest'. There is 'before', 'name', 'ticket', 'day', 'guests'."),
        ({**ADA, "guests": {"name": "Ada"}}, "Step 'guests' is a list, and was given dict. Give it a list."),
        (["Ada"], "The flow was given list. Give it a dictionary by its steps."),
        ({"name": "Ada"}, "Step 'name' was given str. Give it a dictionary by its fields."),
        ({**ADA, "guests": ["Ada"]}, "Step 'guests' was given str. Give it a dictionary by its fields."),
    ],
)
def test_what_fits_no_step_is_a_mistake(values, text):
    """The message says the cure."""
    with pytest.raises(WizardError) as error:
        booking.run(values)
    assert str(error.value) == text


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("Ada", "An entry of 'people' was given str. Give it a dictionary by its steps."),
        ({"name": "Ada"}, "There is no step 'name'. There is 'who'."),
    ],
)
def test_what_fits_no_step_of_an_entry_is_a_mistake_too(entry, text):
    """And not left out without a word."""
    flow = Flow(Repeat("people", Step("who", Name, title="Who"), title="People"))
    with pytest.raises(WizardError) as error:
        flow.run({"people": [entry]})
    assert str(error.value) == text


def test_a_field_that_encloses_nothing_takes_no_dictionary():
    """Its text would be how Python writes one."""
    assert Flow(name).run({"name": {"name": {"first": "Ada"}}}).errors == {
        "name": {"name-first": "There is no such field"}
    }


def test_everything_is_validated_once_more_at_the_end():
    """As before a visitor finishes: a rule may read what has changed meanwhile."""
    taken = set()

    class Free(Name):
        def validate_name(self, field):
            if field.data in taken:
                raise ValidationError("Taken by now")

    run = Flow(Step("name", Free, title="Name")).run({"name": {"name": "Ada"}})
    assert run.missing == []
    taken.add("Ada")
    with pytest.raises(Unfinished) as error:
        run.finish(keep)
    assert error.value.errors == {"name": {"name": "Taken by now"}}
    assert error.value.missing == []


def test_what_on_finish_refuses_is_raised_as_it_is():
    """The caller says what becomes of it."""

    def never(answers, key):
        raise Refused({"ticket": "Sold out"})

    with pytest.raises(Refused):
        booking.run(ADA).finish(never)
