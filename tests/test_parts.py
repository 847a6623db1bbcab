"""Fields that WTForms does not have: a month, a year, a duration and an address, and rules between fields."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask, render_template_string
from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation

from tests.conftest import shown
from wizard import Flow, FlowError, Repeat, Step, Wizard, languages
from wizard.fields import (
    AddressField,
    Alone,
    DurationField,
    MemorableDateField,
    MonthYearField,
    NotBefore,
    YearField,
)
from wizard.flow.earlier import Earlier
from wizard.pages.drawing import views
from wizard.pages.site import page_context
from wizard.pages.words import words
from wizard.sessions import codec, open_sessions
from wizard.testing import Journey
from wizard.testing.page import Page

ADDRESS = {"line1": "12 High Street", "line2": "", "town": "Leeds", "postcode": "LS1 4DT"}
FULL = ("line1", "line2", "town", "region", "postcode", "country")


class Home(Form):
    """Asks one of each."""

    moved = MonthYearField("When did you move in?", [InputRequired("Enter when you moved in")])
    built = YearField("When was it built?", [Optional()])
    stay = DurationField("How long will you stay?", [Optional()])
    place = AddressField("Where is it?", [Optional()])


HOME = Step("home", Home, title="Your home")


@pytest.fixture(scope="module")
def app():
    """An application that speaks several languages."""
    app = Flask("parts")
    app.secret_key = "only for these tests, and long enough"
    app.config["LANGUAGES"] = ["en", "de", "es", "ja", "it"]
    languages.init_app(app)
    app.register_blueprint(Wizard("w", Flow(HOME), on_finish=lambda *_: "R"), url_prefix="/w")
    return app


@pytest.fixture
def speak(app):
    """Enter a request in one language."""

    def enter(language):
        context = app.test_request_context(headers={"Accept-Language": language})
        context.push()
        entered.append(context)

    entered = []
    yield enter
    for context in reversed(entered):
        context.pop()


def form_of(field, **others):
    """A form with one field, and perhaps others."""
    return type("Asked", (Form,), {**others, "f": field})


def read(field, *, f=None, **typed):
    """What is read in what was typed into the field, and its parts; or what is wrong with it."""
    step = Step("s", form_of(field), title="S")
    sent = {f"f-{part}": [text] for part, text in typed.items()} | ({} if f is None else {"f": [f]})
    bound = step.open(Earlier("s", (), {}), sent)
    errors = step.validate(bound, {})
    if errors:
        return errors
    assert codec.decode(codec.encode({"": bound.f.data})) == {"": bound.f.data}
    return bound.f.data


def said(field, value):
    """What the summary says of a value."""
    return words(form_of(field)().f, value)


# A month of a year


@pytest.mark.parametrize(
    ("language", "order", "hint", "summary"),
    [
        ("en", ["Month", "Year"], "For example, 3 1980", "March 2024"),
        ("de", ["Monat", "Jahr"], "Zum Beispiel 3 1980", "März 2024"),
        ("es", ["Mes", "Año"], "Por ejemplo, 3 1980", "marzo de 2024"),
        ("ja", ["Year", "Month"], "For example, 1980 3", "2024年3月"),
    ],
)
def test_a_month_is_asked_and_said_as_the_language_of_the_page_does(speak, language, order, hint, summary):
    """Its inputs, the example in its hint, and its words on the summary."""
    speak(language)
    [view, *_] = views(HOME.open(), {})
    assert [child.label for child in view.children] == order
    assert view.hint == hint
    assert said(MonthYearField("F"), date(2024, 3, 1)) == summary


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        *(("en", {"month": month, "year": "2024"}) for month in ("3", "03", "March", "mar.")),
        ("de", {"month": "März", "year": "2024"}),
        *(
            ("en", {"f": text})
            for text in ("2024-03", "2024-03-01", "2024-3", "3 2024", "3/2024", "March 2024", "2024 march")
        ),
        ("es", {"f": "marzo de 2024"}),
        ("ja", {"f": "2024年3月"}),
    ],
)
def test_a_month_is_a_number_or_a_name(speak, language, typed):
    """In two inputs, or in one text; its value is the first of that month."""
    speak(language)
    assert read(MonthYearField("F"), **typed) == date(2024, 3, 1)


def test_what_is_wrong_with_a_month_is_said_of_its_part(speak):
    """What is no month of a year at all, of the whole."""
    speak("en")
    wrong = "Enter the month as a number from 1 to 12 or by its name"
    assert read(MonthYearField("F"), month="13", year="24") == {
        "f-month": wrong,
        "f-year": "Enter the year with four digits",
    }
    assert read(MonthYearField("F"), month="3", year="") == {"f-year": "Enter a year"}
    for text in ("2024-03-31", "2024", "31 3 2024"):
        assert read(MonthYearField("F"), f=text) == {"f": "Enter a month and a year"}
    own = MonthYearField("F", invalid_value_message="Like 3 2024", render_kw={"autocomplete": "cc-exp"})
    assert read(own, f="soon") == {"f": "Like 3 2024"}
    [view] = views(Step("s", form_of(own), title="S").open(), {})
    assert re.findall('autocomplete="([^"]*)"', str(view.children)) == ["cc-exp-month", "cc-exp-year"]


# A year


@pytest.mark.parametrize("text", ["1998", " 1998", "\uff11\uff19\uff19\uff18"])
def test_a_year_has_four_digits(speak, text):
    """Of whatever alphabet."""
    speak("en")
    assert read(YearField("F"), f=text) == 1998


@pytest.mark.parametrize("text", ["98", "0", "0000", "19980", "1,998", "1e3", "-198", "year"])
def test_what_is_no_year_is_said_to_be_none(speak, text):
    """Nobody guesses which century was meant."""
    speak("en")
    assert read(YearField("F"), f=text) == {"f": "Enter the year with four digits"}
    assert read(YearField("F", invalid_value_message="Like 1998"), f=text) == {"f": "Like 1998"}


def test_a_year_is_a_number_without_a_comma(speak):
    """On its page and on the summary, also one of the Romans."""
    speak("de")
    [view] = views(Step("s", form_of(YearField("F", default=476, description="Ungefähr")), title="S").open(), {})
    assert view.value == "0476"
    assert view.hint == "Ungefähr. Zum Beispiel 1998"
    assert 'inputmode="numeric"' in view.attributes
    assert 'type="text"' in view.attributes
    assert said(YearField("F"), 1998) == "1998"
    own = YearField("F", example=None, render_kw={"inputmode": "text"})
    [view] = views(Step("s", form_of(own), title="S").open(), {})
    assert view.hint == ""
    assert 'inputmode="text"' in view.attributes


# A duration


@pytest.mark.parametrize(
    ("typed", "months"),
    [
        ({"years": "2", "months": "6"}, 30),
        ({"years": "2", "months": ""}, 24),
        ({"years": "", "months": "18"}, 18),
        ({"years": "0", "months": "0"}, 0),
        ({"years": "1"}, 12),
        *(({"f": text}, 30) for text in ("P2Y6M", "P30M", "2 6", "2 years and 6 months")),
        ({"f": "P2Y"}, 24),
    ],
)
def test_a_duration_is_a_number_of_months(speak, typed, months):
    """One of its two inputs may stay empty."""
    speak("en")
    assert read(DurationField("F"), **typed) == months


@pytest.mark.parametrize("typed", [{"years": "", "months": ""}, {"years": " "}, {"f": ""}])
def test_a_duration_that_was_left_empty_is_none(speak, typed):
    """It is not one of no months, which nobody has typed; one that is required is refused."""
    speak("en")
    assert read(DurationField("F"), **typed) is None
    assert read(DurationField("F", [NumberRange(max=6, message="Half a year, at most")]), **typed) == {
        "f": "Half a year, at most"
    }


def test_what_is_wrong_with_a_duration_is_said_of_its_part(speak):
    """Also where the other part is right, or may stay empty."""
    speak("en")
    months = "Enter the months as a whole number, such as 6"
    assert read(DurationField("F"), years="", months="half") == {"f-months": months}
    assert read(DurationField("F"), years="-1", months="1.5") == {
        "f-years": "Enter the years as a whole number, such as 2",
        "f-months": months,
    }
    for text in ("P", "2", "long", "P2Y6M3D"):
        assert read(DurationField("F"), f=text) == {"f": "Enter years and months"}
    assert read(DurationField("F", invalid_value_message="Like P2Y"), f="x") == {"f": "Like P2Y"}
    assert read(DurationField("F", [NumberRange(6, message="Half a year, at least")]), months="5", years="") == {
        "f": "Half a year, at least"
    }


@pytest.mark.parametrize(
    ("language", "hint", "summaries"),
    [
        ("en", "For example, 2 years and 6 months", ["0 months", "1 month", "1 year", "2 years and 6 months"]),
        ("de", "Zum Beispiel 2 Jahre und 6 Monate", ["0 Monate", "1 Monat", "1 Jahr", "2 Jahre und 6 Monate"]),
        ("es", "Por ejemplo, 2 años y 6 meses", ["0 meses", "1 mes", "1 año", "2 años y 6 meses"]),
        ("it", "For example, 2 anni e 6 mesi", ["0 mesi", "1 mese", "1 anno", "2 anni e 6 mesi"]),
    ],
)
def test_a_duration_is_said_in_years_and_months(speak, language, hint, summaries):
    """In the language of the page."""
    speak(language)
    assert form_of(DurationField("F"))().f.description == hint
    assert [said(DurationField("F"), months) for months in (0, 1, 12, 30)] == summaries


# An address


@pytest.mark.parametrize(
    ("language", "order", "summary"),
    [
        ("en", ["line1", "line2", "town", "region", "postcode", "country"], "1 Main St, Leeds, LS1, UK"),
        ("de", ["line1", "line2", "postcode", "town", "region", "country"], "1 Main St, LS1 Leeds, UK"),
        ("es", ["line1", "line2", "postcode", "town", "region", "country"], "1 Main St, LS1 Leeds, UK"),
    ],
)
def test_an_address_is_asked_and_said_as_the_language_of_the_page_does(speak, language, order, summary):
    """Where the postcode stands depends on where the language is spoken."""
    speak(language)
    [view] = views(Step("s", form_of(AddressField("F", asks=FULL)), title="S").open(), {})
    assert [child.name.removeprefix("f-") for child in view.children] == order
    answer = dict.fromkeys(FULL, "") | {"line1": "1 Main St", "town": "Leeds", "postcode": "LS1", "country": "UK"}
    assert said(AddressField("F", asks=FULL), answer) == summary
    assert said(AddressField("F"), {**ADDRESS, "town": ""}) == "12 High Street, LS1 4DT"
    assert said(AddressField("F"), {**ADDRESS, "postcode": ""}) == "12 High Street, Leeds"


def test_an_address_is_one_value_with_a_text_for_each_part(speak):
    """Each part that may stay empty says so, and each that is missing is named."""
    speak("en")
    assert read(AddressField("F"), **ADDRESS) == ADDRESS
    assert read(AddressField("F"), **{**ADDRESS, "line1": "", "town": " "}) == {
        "f-line1": "Enter address line 1",
        "f-town": "Enter a town or city",
    }
    assert read(AddressField("F"), **{**ADDRESS, "postcode": "1" * 13, "line2": "x" * 101}) == {
        "f-line2": "Enter 100 characters or fewer",
        "f-postcode": "Enter 12 characters or fewer",
    }
    everything = AddressField("F", asks=FULL, optional_parts=())
    assert read(everything, postcode="LS1") == {
        f"f-{part}": f"Enter {text}"
        for part, text in {
            "line1": "address line 1",
            "line2": "address line 2",
            "town": "a town or city",
            "region": "a region",
            "country": "a country",
        }.items()
    }
    [view] = views(Step("s", form_of(AddressField("F")), title="S").open(), {})
    assert [child.optional for child in view.children] == [False, True, False, False]


@pytest.mark.parametrize(
    "text",
    ["12 High Street, Leeds, LS1 4DT", "12 High Street, , Leeds, LS1 4DT", "12 High Street; Leeds;LS1 4DT"],
)
def test_an_address_in_one_text_is_taken_under_the_name_of_the_field(speak, text):
    """As a program sends it: what is asked, or what is not optional."""
    speak("en")
    assert read(AddressField("F"), f=text) == ADDRESS


def test_a_text_that_is_no_address_is_said_to_be_none(speak):
    """And an address with commas in it can be written in one text too."""
    speak("en")
    for text in ("12 High Street", "a, b", "a, b, c, d, e"):
        assert read(AddressField("F"), f=text) == {"f": "Enter each part of the address"}
    assert read(AddressField("F", invalid_value_message="In full"), f="x") == {"f": "In full"}
    hidden = AddressField("F", default={**ADDRESS, "line1": "Flat 1, 12 High Street"}, render_kw={"type": "hidden"})
    [view] = views(Step("s", form_of(hidden), title="S").open(), {})
    assert view.held == ("Flat 1, 12 High Street; ; Leeds; LS1 4DT",)
    assert read(AddressField("F"), f=view.held[0])["line1"] == "Flat 1, 12 High Street"


@pytest.mark.parametrize(
    ("given", "tokens"),
    [
        (None, ["address-line1", "address-line2", "address-level2", "postal-code"]),
        (
            "shipping",
            [f"shipping {one}" for one in ("address-line1", "address-line2", "address-level2", "postal-code")],
        ),
        ("off", ["off"] * 4),
    ],
)
def test_a_browser_is_told_which_part_of_an_address_an_input_is(speak, given, tokens):
    """Whether there is one address on the page or two."""
    speak("en")
    field = AddressField("F", render_kw={"autocomplete": given} if given else None)
    [view] = views(Step("s", form_of(field), title="S").open(), {})
    assert [re.search('autocomplete="([^"]*)"', child.attributes)[1] for child in view.children] == tokens


def test_a_rule_of_the_author_can_name_the_part_that_is_wrong(speak):
    """As the field itself does."""
    speak("en")

    def only_leeds(_form, field):
        if field.data["town"] != "Leeds":
            field.refuse({field.inputs["town"]: "We deliver in Leeds alone"})
            raise StopValidation

    assert read(AddressField("F", [only_leeds]), **{**ADDRESS, "town": "York"}) == {
        "f-town": "We deliver in Leeds alone"
    }
    assert read(AddressField("F", [only_leeds]), **ADDRESS) == ADDRESS


@pytest.mark.parametrize(
    "options", [{"asks": ["street"]}, {"asks": "line1"}, {"asks": ["line2"]}, {"optional_parts": ["x"]}]
)
def test_an_address_of_parts_that_there_are_not_is_a_mistake(options):
    """It is found as soon as the form is looked at."""
    with pytest.raises(ValueError, match="An address has line1, line2, town, region, postcode, country"):
        Step("s", form_of(AddressField("F", **options)), title="S")


# Choices that exclude each other


PETS = {"cat": "A cat", "dog": "A dog", "none": "None of these", "secret": "I will not say"}


def pets(*rules, **options):
    """A field with choices of which two stand alone."""
    return SelectMultipleField("Pets", [Alone("none", "secret"), *rules], choices=PETS, **options)


def choose(field, *values):
    """What is wrong with a choice, or what it comes to."""
    step = Step("s", form_of(field), title="S")
    bound = step.open(Earlier("s", (), {}), {"f": list(values)})
    return step.validate(bound, {}) or bound.f.data


def test_a_choice_that_stands_alone_is_refused_beside_another(speak):
    """The message says what to do."""
    speak("en")
    assert choose(pets(), "cat", "dog") == ["cat", "dog"]
    assert choose(pets(), "none") == ["none"]
    assert choose(pets()) == []
    said = "Select “{}” or other options, not both"
    assert choose(pets(), "cat", "none") == {"f": said.format("None of these")}
    assert choose(pets(), "none", "secret") == {"f": said.format("None of these")}
    assert choose(pets(), "dog", "secret") == {"f": said.format("I will not say")}
    own = SelectMultipleField("F", [Alone(0, message="%(choice)s is alone")], choices={0: "Zero", 1: "One"}, coerce=int)
    assert choose(own, "1", "00") == {"f": "Zero is alone"}
    assert choose(own, "1") == [1]


def test_what_is_wrong_with_a_choice_is_said_in_the_language_of_the_page(speak):
    """The label is the author's."""
    speak("de")
    assert choose(pets(), "cat", "none") == {"f": "Wählen Sie „None of these“ oder etwas anderes, nicht beides"}


def test_the_page_says_or_before_a_choice_that_stands_alone(speak):
    """And marks it for the script, which unticks what it excludes."""
    speak("en")
    [view] = views(Step("s", form_of(pets()), title="S").open(), {})
    template = '{% import "wizard/parts.html" as parts with context %}{{ parts.draw(view) }}'
    page = render_template_string(template, **page_context(view=view))
    assert re.findall(r'value="(\w+)" data-alone|data-alone value="(\w+)"', page) == [("", "none"), ("", "secret")]
    assert page.count('<p class="or">or</p>') == 2
    assert [option.alone for option in view.options] == [False, False, True, True]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (RadioField("F", [Alone("a")], choices=["a", "b"]), "only one of its choices can be chosen anyway"),
        (SelectMultipleField("F", [Alone("non")], choices=PETS), "its Alone names 'non', which is no choice of it"),
        (DateField("F", [NotBefore("day")]), "its NotBefore names 'day', which is no field beside it of its kind"),
        (
            IntegerField("F", [NotBefore("other")]),
            "its NotBefore names 'other', which is no field beside it of its kind",
        ),
        (StringField("F", [NotBefore("other")]), "its NotBefore compares dates, times and numbers, and it is none"),
    ],
)
def test_a_rule_that_cannot_work_is_a_mistake(field, text):
    """Found when the step is built, also inside another field."""
    inner = form_of(field, other=DateField("Other"))
    with pytest.raises(FlowError, match=f"^Step 's': field 'f': {text}"):
        Step("s", inner, title="S")
    with pytest.raises(FlowError, match=f"^Step 's': field 'in.f': {text}"):
        Step("s", type("Outer", (Form,), {"in": FormField(inner)}), title="S")


def test_choices_that_are_computed_may_stand_alone(speak):
    """There is nothing to check while there are none yet."""
    speak("en")
    field = SelectMultipleField("F", [Alone("none")])
    step = Step("s", form_of(field), title="S", choices={"f": lambda _: PETS})
    bound = step.open(Earlier("s", (), {}), {"f": ["none", "cat"]})
    assert "None of these" in step.validate(bound, {})["f"]


# A range of two


@pytest.mark.parametrize(
    ("kind", "first", "before", "words"),
    [
        (MemorableDateField, "2026-05-03", "2026-05-02", "3 May 2026"),
        (DateField, "2026-05-03", "2026-05-02", "3 May 2026"),
        (MonthYearField, "2026-05", "2026-04", "May 2026"),
        (YearField, "1998", "1997", "1998"),
        (DurationField, "P1Y6M", "P1Y5M", "1 year and 6 months"),
    ],
)
def test_an_end_must_not_be_before_its_beginning(speak, kind, first, before, words):
    """It may be the same; and where either is missing, there is nothing to say."""
    speak("en")
    form = form_of(kind("To", [Optional(), NotBefore("begins")]), begins=kind("From", [Optional()]))
    step = Step("s", form, title="S")

    def wrong(begins, ends):
        return step.validate(step.open(Earlier("s", (), {}), {"begins": [begins], "f": [ends]}), {})

    assert wrong(first, before) == {"f": f"This must not be before “From”: {words}"}
    assert wrong(first, first) == wrong(before, first) == wrong("", before) == wrong(first, "") == {}
    own = form_of(kind("To", [NotBefore("begins", "After %(value)s, as “%(label)s”")]), begins=kind("From"))
    step = Step("s", own, title="S")
    assert wrong(first, before) == {"f": f"After {words}, as “From”"}


def test_bounds_from_earlier_answers_hold_for_each_of_them(tmp_path):
    """Of a date, a date; of a duration, a number of months."""

    class First(Form):
        year = YearField("Year")

    class Then(Form):
        moved = MonthYearField("Moved", [Optional()])
        built = YearField("Built", [Optional()])
        stay = DurationField("Stay", [Optional()])

    year = lambda answers: answers["first"]["year"]  # noqa: E731
    bounds = {
        "moved": {"min": lambda answers: date(year(answers), 1, 1), "message": "Later"},
        "built": {"max": year},
        "stay": {"min": lambda answers: year(answers) - 1988, "message": "Longer"},
    }
    journey = visit(tmp_path, Step("first", First, title="First"), Step("then", Then, title="Then", bounds=bounds))
    journey.answer("first", year=1998)
    assert journey.refused("then", moved="1997-12", built="1999", stay="P9M") == {
        "moved": "Later",
        "built": "Number must be at most 1998.",
        "stay": "Longer",
    }
    journey.answer("then", moved="1998-01", built="1998", stay="P10M")
    assert journey.answers["then"] == {"moved": date(1998, 1, 1), "built": 1998, "stay": 10}
    with pytest.raises(FlowError, match="its 'bounds' for 'stay' has no message"):
        Step("s", Then, title="S", bounds={"stay": {"min": lambda _: 1}})
    with pytest.raises(FlowError, match=r"its 'bounds' for 'stay' returned date\. Let it return a number of months"):
        Flow(Step("s", Then, title="S", bounds={"stay": {"min": lambda _: date(2000, 1, 1), "message": "x"}}))
    with pytest.raises(FlowError, match="its 'bounds' names 'f', which is no field of a number, a date or a time"):
        Step("s", form_of(AddressField("F")), title="S", bounds={"f": {"min": lambda _: 1, "message": "x"}})


# Wherever a field can be


class Inner(Form):
    """Enclosed by other fields."""

    moved = MonthYearField("Moved")
    stay = DurationField("Stay")
    place = AddressField("Place")
    built = YearField("Built")


class Everywhere(Form):
    """Has one of each wherever a field can be."""

    home = FormField(Inner, label="Home")
    stays = FieldList(DurationField("Stay"), min_entries=1, label="Stays")
    places = FieldList(AddressField("Place"), min_entries=1, label="Places")
    forms = FieldList(FormField(Inner), min_entries=1, label="Forms")


INNER = {"moved": "2024-03", "stay": "P1Y", "place": "12 High Street, Leeds, LS1 4DT", "built": "1998"}
FOUND = {"moved": date(2024, 3, 1), "stay": 12, "place": ADDRESS, "built": 1998}


def visit(tmp_path, *steps):
    """A visitor of a flow of these steps."""
    app = Flask("parts")
    app.config.update(SECRET_KEY="only for these tests, and long enough", TESTING=True, LANGUAGES=["en", "de"])
    app.session_interface = open_sessions(f"sqlite:///{tmp_path}/sessions.db")
    app.register_blueprint(Wizard("w", Flow(*steps), on_finish=lambda answers, key: "R-1"), url_prefix="/w")
    return Journey(app)


def test_they_work_wherever_a_field_can_be(tmp_path):
    """Enclosed, in a list, and in a step that repeats; and can be finished."""
    journey = visit(tmp_path, Step("all", Everywhere, title="All"), Repeat("more", Inner, title="More"))
    inner = {f"{start}-{name}": text for start in ("home", "forms-0") for name, text in INNER.items()}
    journey.answer("all", **inner, **{"stays-0": INNER["stay"], "places-0": INNER["place"]})
    assert journey.answers["all"] == {"home": FOUND, "stays": [12], "places": [ADDRESS], "forms": [FOUND]}
    journey.add("more", **INNER)
    assert journey.answers["more"] == [FOUND]
    assert journey.refused("all", **{"home-place-town": "", "places-0-line1": ""}) == {
        "home-place-town": "Enter a town or city",
        "places-0-line1": "Enter address line 1",
    }
    journey.answer("all", **{"home-place-town": "Leeds", "places-0-line1": "12 High Street"})
    journey.answer("more", **dict.fromkeys(INNER, ""))
    page = shown(journey.client.get("/w/summary"))
    assert "Moved: March 2024, Stay: 1 year, Place: 12 High Street, Leeds, LS1 4DT , Built: 1998" in page
    assert journey.finish() == "R-1"


def test_they_are_checked_while_the_visitor_types(tmp_path):
    """A part that is wrong at once, and one that is still empty when the step is sent."""
    live = ["moved", "built", "stay", "place"]
    journey = visit(tmp_path, Step("home", Home, title="Home", live=live))

    def check(name, **typed):
        sent = {f"{name}-{part}" if part != name else name: text for part, text in typed.items()}
        return Page(journey.client.post(f"/w/home/check/{name}", data=sent)).said

    assert check("moved", month="13", year="") == {
        "moved-month": "Enter the month as a number from 1 to 12 or by its name"
    }
    assert check("built", built="98") == {"built": "Enter the year with four digits"}
    assert check("stay", years="x", months="") == {"stay-years": "Enter the years as a whole number, such as 2"}
    assert check("place", line1="12 High Street", town="") == {}
    assert check("place", **ADDRESS) == {}


def test_what_a_name_meant_in_one_language_it_means_in_another(tmp_path):
    """A month that was typed in German, when something else is mended on the English page."""
    journey = visit(tmp_path, HOME)
    german, english = {"Accept-Language": "de"}, {"Accept-Language": "en"}
    page = Page(journey.client.get("/w/home", headers=german))
    typed = page.filled("/w/home", {"moved-month": "Mai", "moved-year": "24", "stay-years": "1"}, "")
    assert Page(journey.client.post("/w/home", data=typed, headers=german)).said == {
        "moved-year": "Geben Sie das Jahr mit vier Ziffern ein"
    }
    page = Page(journey.client.get("/w/home", headers=english))
    response = journey.client.post("/w/home", data=page.filled("/w/home", {"moved-year": "2024"}, ""), headers=english)
    assert response.location == "/w/summary"
    assert journey.answers["home"] == {"moved": date(2024, 5, 1), "built": None, "stay": 12, "place": None}


def test_a_rule_of_the_author_may_refuse_the_whole(speak):
    """As of any field."""
    speak("en")

    def never(_form, _field):
        raise ValidationError("No")

    assert read(AddressField("F", [never]), **ADDRESS) == {"f": "No"}
