"""A date that one knows by heart: its inputs, what is understood in them, and what is said when it is not."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask, render_template_string
from wtforms import FieldList, Form, FormField, StringField, ValidationError
from wtforms.validators import InputRequired, Optional, ReadOnly
from wtforms.widgets import TextInput

from tests.conftest import shown
from wizard import Flow, Repeat, Step, Wizard, languages
from wizard.fields import MemorableDateField
from wizard.flow import fields
from wizard.flow.earlier import Earlier
from wizard.flow.typed import in_parts
from wizard.pages.drawing import views
from wizard.pages.field import find
from wizard.pages.site import page_context
from wizard.sessions import open_sessions
from wizard.testing import Journey
from wizard.testing.page import Page

BORN = date(1980, 3, 31)


class Profile(Form):
    """Asks for a day that must be given, and for one that need not."""

    born = MemorableDateField("Date of birth", [InputRequired("Enter your date of birth")])
    wed = MemorableDateField("Wedding", [Optional()], description="If you are married")

    def validate_born(self, field):
        if field.data > date(2020, 1, 1):
            raise ValidationError("Enter a date before 2020")


STEP = Step("profile", Profile, title="About you", live=["born"])


@pytest.fixture(scope="module")
def app():
    """An application that speaks many languages."""
    app = Flask("dates")
    app.secret_key = "only for these tests, and long enough"
    app.config["LANGUAGES"] = ["en", "de", "es", "en-US", "ja", "tr", "hu", "eu"]
    app.register_blueprint(Wizard("w", Flow(STEP), on_finish=lambda *_: "R"), url_prefix="/w")
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


def parts(day, month, year, name="born"):
    """What a browser sends of a date."""
    return {f"{name}-day": [day], f"{name}-month": [month], f"{name}-year": [year]}


def read(typed, form=Profile):
    """The date that is read in what was typed, or what is wrong with it."""
    step = Step("s", form, title="S")
    bound = step.open(Earlier("s", (), {}), typed)
    return step.validate(bound, {}) or bound.born.data


@pytest.mark.parametrize(
    ("language", "order", "hint"),
    [
        ("en", "Day Month Year", "For example, 31 3 1980"),
        ("en-US", "Month Day Year", "For example, 3 31 1980"),
        ("de", "Tag Monat Jahr", "Zum Beispiel 31 3 1980"),
        ("es", "Día Mes Año", "Por ejemplo, 31 3 1980"),
        ("ja", "Year Month Day", "For example, 1980 3 31"),
        ("hu", "Year Month Day", "For example, 1980 3 31"),
        ("eu", "Year Month Day", "For example, 1980 3 31"),
    ],
)
def test_the_inputs_are_in_the_order_in_which_the_language_of_the_page_writes_a_date(speak, language, order, hint):
    """And so is the example in the hint."""
    speak(language)
    view, wed = views(STEP.open(), {})
    assert " ".join(child.label for child in view.children) == order
    assert view.hint == hint
    assert wed.hint == f"If you are married. {hint}"


@pytest.mark.parametrize(
    ("language", "month"),
    [
        *(("en", text) for text in ("3", "03", "3.", "March", "march", "MARCH", "Mar", "mar.", "Marc")),
        *(("de", text) for text in ("März", "märz", "MÄRZ", "Mär", "März.", "marz", "3.", "Ma\u0308rz")),
        *(("es", text) for text in ("marzo", "Marzo", "mar", "mar.")),
        *(("ja", text) for text in ("3月", "\uff13", "3")),
        *(("tr", text) for text in ("Mart", "MART")),
    ],
)
def test_a_month_is_a_number_or_a_name_in_the_language_of_the_page(speak, language, month):
    """In full or cut short, in any case, with a dot, with or without accents."""
    speak(language)
    assert read(parts("31", month, "1980")) == BORN


def test_a_capital_letter_of_another_alphabet_is_no_other_name(speak):
    """In Turkish, i and I are two letters, each with a form for capitals."""
    speak("tr")
    assert read(parts("1", "NİSAN", "1980")) == read(parts("1", "nisan", "1980")) == date(1980, 4, 1)
    assert (
        read(parts("1", "KASIM", "1980"))
        == read(parts("1", "kas\N{LATIN SMALL LETTER DOTLESS I}m", "1980"))
        == date(1980, 11, 1)
    )


@pytest.mark.parametrize("month", ["Ma", "Ju", "J", "Mai", "Januario", "13", "0", "x", "-3", "3 4", "²"])
def test_what_may_be_two_months_or_is_none_is_not_guessed_at(speak, month):
    """Whether it is June or July, only the visitor knows."""
    speak("en")
    assert read(parts("1", month, "1980")) == {"born-month": "Enter the month as a number from 1 to 12 or by its name"}


DAY, YEAR = "Enter the day as a number from 1 to 31", "Enter the year with four digits"


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (("", "", ""), {"born": "Enter your date of birth"}),
        (("31", "", "1980"), {"born-month": "Enter a month"}),
        (("", "3", ""), {"born-day": "Enter a day", "born-year": "Enter a year"}),
        (("32", "3", "80"), {"born-day": DAY, "born-year": YEAR}),
        (("0", "3", "0000"), {"born-day": DAY, "born-year": YEAR}),
        (("one", "3", "19800"), {"born-day": DAY, "born-year": YEAR}),
        (("31", "Feb", "1980"), {"born-day": "31 February does not exist: February 1980 has 29 days"}),
        (("29", "2", "1981"), {"born-day": "29 February does not exist: February 1981 has 28 days"}),
        (("31", "april", "1980"), {"born-day": "31 April does not exist: April 1980 has 30 days"}),
        (("1", "1", "2021"), {"born": "Enter a date before 2020"}),
    ],
)
def test_what_is_wrong_is_said_of_the_part_that_is_wrong(speak, typed, errors):
    """What is wrong with the whole is said of the whole."""
    speak("en")
    assert read(parts(*typed)) == errors
    wrong = {name.replace("born", "wed"): text for name, text in errors.items() if name != "born"}
    assert STEP.validate(STEP.open(typed=parts("1", "1", "1980") | parts(*typed, name="wed")), {}) == wrong


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Den 31. Februar gibt es nicht: Der Februar 1980 hat 29 Tage"),
        ("es", "El 31 de febrero no existe: febrero de 1980 tiene 29 días"),
    ],
)
def test_a_day_that_does_not_exist_is_named_in_the_language_of_the_page(speak, language, said):
    """As people write it there."""
    speak(language)
    assert read(parts("31", "2", "1980")) == {"born-day": said}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "1980-03-31"),
        ("en", "1980-3-31"),
        ("en", "31 March 1980"),
        ("en", "March 31, 1980"),
        ("en", "31st Mar 1980"),
        ("en", "1980 March 31"),
        ("en", "31/3/1980"),
        ("en-US", "3/31/1980"),
        ("en-US", "1980-03-31"),
        ("de", "31. März 1980"),
        ("de", "31.3.1980"),
        ("es", "31 de marzo de 1980"),
        ("ja", "1980年3月31日"),
    ],
)
def test_a_date_in_one_text_is_taken_under_the_name_of_the_field(speak, language, text):
    """As a program sends it, or whoever has no three inputs. It is kept as it was sent, and shown in the parts."""
    speak(language)
    assert read({"born": [text]}) == BORN
    assert read({"born": [text]} | parts("", "", "")) == BORN
    assert read({"born": [text]} | parts("1", "2", "1990")) == date(1990, 2, 1)
    [view, _] = views(STEP.open(typed={"born": [text]}), {})
    assert {child.name.rpartition("-")[2] for child in view.children if child.value} == {"day", "month", "year"}


@pytest.mark.parametrize("text", ["some day", "1 2 3 4", "1980 1981 3", "March April 1980", "31", "²"])
def test_a_text_that_is_no_date_is_said_to_be_none_and_is_still_there(speak, text):
    """It stands in the first input, to be mended."""
    speak("en")
    assert read({"born": [text]}) == {"born": "Enter a day, a month and a year"}
    [view, _] = views(STEP.open(typed={"born": [text]}), {})
    assert [child.value for child in view.children] == [text, "", ""]
    form = type("F", (Form,), {"born": MemorableDateField(invalid_value_message="Like 31 March 1980")})
    assert read({"born": [text]}, form) == {"born": "Like 31 March 1980"}


def test_each_input_has_a_label_and_fits_what_is_typed_there(speak):
    """Digits have a keyboard of digits; a month may have letters. What is wrong is marked, and says why."""
    speak("en")
    born = MemorableDateField("Born", render_kw={"autocomplete": "bday", "data-x": "1"}, example=None)
    step = Step("s", type("F", (Form,), {"born": born}), title="S")
    [view] = views(step.open(), {"born-month": "Enter a month", "born-year": YEAR})
    template = '{% import "wizard/parts.html" as parts with context %}{{ parts.draw_all(views, "form") }}'
    page = render_template_string(template, **page_context(views=[view]))
    assert re.findall(r'<label for="born-(\w+)">(\w+)</label>', page) == [
        ("day", "Day"),
        ("month", "Month"),
        ("year", "Year"),
    ]
    tags = dict(re.findall(r'<input ([^>]*name="born-(\w+)"[^>]*)>', page))
    day, month, year = (tag for tag, _ in ((tag, name) for tag, name in tags.items()))
    for tag, part, size in ((day, "day", 2), (month, "month", 2), (year, "year", 4)):
        assert f'autocomplete="bday-{part}"' in tag
        assert f'size="{size}"' in tag
        assert 'data-x="1"' in tag
        assert ('inputmode="numeric"' in tag) == (part != "month")
        assert ('aria-invalid="true"' in tag) == (part != "day")
        assert (f'aria-describedby="born-{part}-error"' in tag) == (part != "day")
    assert page.count("<legend>Born</legend>") == page.count('<p class="error" id="born-month-error">') == 1
    assert 'id="born" tabindex="-1" class="field field-error"' in page
    assert view.link == "born-month"
    assert [find([view], f"born-{part}").id for part in ("day", "year")] == ["born-day", "born-year"]
    [whole] = views(step.open(), {"born": "Enter it"})
    assert whole.link == "born-day"
    assert all('aria-invalid="true"' in child.attributes for child in whole.children)
    assert all('aria-describedby="born-error"' in child.attributes for child in whole.children)


def test_a_default_and_a_field_that_nobody_can_change_are_shown_in_the_parts(speak):
    """What a browser sends of them unchanged is the same day, of whatever year."""
    speak("en")
    form = type("F", (Form,), {"born": MemorableDateField(default=date(476, 9, 4), validators=[ReadOnly()])})
    [view] = views(Step("s", form, title="S").open(), {})
    assert [child.held for child in view.children] == [("4",), ("9",), ("0476",)]
    assert all("readonly" in child.attributes for child in view.children)
    assert read(parts("4", "9", "0476"), form) == date(476, 9, 4)
    assert read({}, form) == date(476, 9, 4)


def test_a_widget_of_the_author_may_draw_one_input(speak):
    """It then has the name of the field, and takes a date as one text."""
    speak("en")
    form = type("F", (Form,), {"born": MemorableDateField(widget=type("Own", (TextInput,), {})())})
    for typed, value in ({"born": ["31 Feb 1980"]}, "31 Feb 1980"), (None, ""):
        drawn = views(Step("s", form, title="S").open(typed=typed), read(typed, form) if typed else {})
        assert f'name="born" type="text" value="{value}"' in drawn[0].drawn
        assert ('aria-invalid="true"' in drawn[0].drawn) == bool(typed)
        assert drawn[0].error.startswith("31 February does not exist") == bool(typed)
        assert find(drawn, "born-day").link == "born"
    hidden = type("F", (Form,), {"born": MemorableDateField(default=BORN, render_kw={"type": "hidden"})})
    [view] = views(Step("s", hidden, title="S").open(), {})
    assert (view.kind, view.held) == ("hidden", ("31 3 1980",))
    assert read({"born": list(view.held)}, hidden) == BORN


def test_filters_see_the_date(speak):
    """Also one that was read in two languages."""
    speak("en")
    born = MemorableDateField(filters=[lambda day: day and day.replace(day=1)])
    step = Step("s", type("F", (Form,), {"born": born}), title="S")
    typed = {"": ["en", "de born-month"], **parts("31", "Mai", "1980")}
    assert step.read(Earlier("s", (), {}), typed, languages.speaking).born.data == date(1980, 5, 1)
    typed = {"": ["en", "de born"], "born": ["31. Mai 1980"]}
    assert step.read(Earlier("s", (), {}), typed, languages.speaking).born.data == date(1980, 5, 1)
    # Who has typed German on the English page, and then switched to German, is understood.
    typed = {"": ["de", "en born-month"], **parts("31", "Mai", "1980")}
    assert step.read(Earlier("s", (), {}), typed, languages.speaking).born.data == date(1980, 5, 1)
    typed = {"": ["de", "en born"], "born": ["31. Mai 1980"]}
    assert step.read(Earlier("s", (), {}), typed, languages.speaking).born.data == date(1980, 5, 1)
    typed = {"": ["de", "es born-month"], **parts("31", "Mai", "1980")}
    assert step.read(Earlier("s", (), {}), typed | {"": ["en", "es born-month"]}, languages.speaking).born.data is None


class Inner(Form):
    """Enclosed by other fields."""

    born = MemorableDateField("Born", [InputRequired("Enter the day")])


class Everywhere(Form):
    """Has dates wherever a field can be."""

    born = MemorableDateField("Born", name="birthday")
    home = FormField(Inner, label="Home")
    dotted = FormField(Inner, label="Dotted", separator=".")
    days = FieldList(MemorableDateField("Day", [InputRequired("Enter the day")]), min_entries=1, label="Days")
    forms = FieldList(FormField(Inner), min_entries=1, label="Forms")


EVERYWHERE = ("birthday", "home-born", "dotted.born", "days-0", "forms-0-born")


def visit(tmp_path, *steps, codes=("en", "de")):
    """A visitor of a flow of these steps."""
    app = Flask("dates")
    app.config.update(SECRET_KEY="only for these tests, and long enough", TESTING=True, LANGUAGES=list(codes))
    app.session_interface = open_sessions(f"sqlite:///{tmp_path}/sessions.db")
    app.register_blueprint(Wizard("w", Flow(*steps), on_finish=lambda answers, key: "R-1"), url_prefix="/w")
    return Journey(app)


def test_it_works_wherever_a_field_can_be(tmp_path):
    """Enclosed, in a list, of another name; each part is found by the name of its input, and mended there."""
    journey = visit(tmp_path, Step("all", Everywhere, title="All"), Repeat("more", Inner, title="More"))
    halves = {f"{name}-day": "31" for name in EVERYWHERE}
    wrong = {f"{name}-{part}": f"Enter a {part}" for name in EVERYWHERE for part in ("month", "year")}
    assert journey.refused("all", **halves) == wrong
    page = Page(journey.client.get("/w/all")).sheet("/w/all").values
    assert {name: page[name] for name in halves} == halves
    journey.answer("all", **dict.fromkeys(EVERYWHERE, BORN))
    inner = {"born": BORN}
    found = {"born": BORN, "home": inner, "dotted": inner, "days": [BORN], "forms": [inner]}
    assert journey.answers["all"] == found
    with journey.client.session_transaction() as session:
        typed = session["w"]["typed"]["all"]
        assert {name for name in typed if name} == {
            f"{name}-{part}" for name in EVERYWHERE for part in ("day", "month", "year")
        }
    page = Page(journey.client.get("/w/all"))
    response = journey.client.post("/w/all", data=page.filled("/w/all", {}, "add.days"))
    page = Page(journey.client.get(response.location))
    assert "days-1-day" in page.sheet("/w/all").values
    response = journey.client.post("/w/all", data=page.filled("/w/all", {"days-1-day": "1"}, "remove.days-0"))
    page = Page(journey.client.get(response.location)).sheet("/w/all").values
    assert (page["days-0-day"], page["days-0-month"], page.get("days-1-day")) == ("1", "", None)
    journey.add("more", born="31 March 1980").change("more", 1, born=date(1980, 3, 30))
    assert journey.answers["more"] == [{"born": date(1980, 3, 30)}]


def test_the_engine_takes_it_for_one_field(tmp_path):
    """On the summary, in the link that changes it, and where two tabs have changed it."""
    journey = visit(tmp_path, STEP, Step("more", Inner, title="More"))
    journey.answer("profile", born="1980-03-31")
    old = Page(journey.client.get("/w/profile")).filled("/w/profile", {"born-day": "1"}, "")
    journey.answer("profile", born=date(1980, 3, 30)).answer("more", born="1 January 1990")
    summary = journey.client.get("/w/summary").text
    assert shown(summary_row := re.search(r"<dt>Date of birth</dt>.*?</div>", summary, re.S)[0]).startswith(
        "Date of birth 30 March 1980"
    )
    assert '/w/profile?from=summary#born-day"' in summary_row
    response = journey.client.post("/w/profile", data=old)
    assert response.status_code == 409
    assert "1 March 1980" in (both := response.text)
    assert "30 March 1980" in both
    assert '<input type="hidden" name="born-day" value="1">' in both


def test_a_program_sends_one_text_and_a_page_that_is_sent_unchanged_changes_nothing(tmp_path):
    """Neither the answer, nor what is kept of how it was given, nor a Draft."""
    journey = visit(tmp_path, STEP, Step("more", Inner, title="More"))
    page = Page(journey.client.get("/w/profile"))
    values = page.sheet("/w/profile").values.copy()
    for name in [name for name in values if "-" in name]:
        del values[name]
    values["born"] = "1980-03-31"
    assert journey.client.post("/w/profile", data=values).location == "/w/more"
    with journey.client.session_transaction() as session:
        assert session["w"]["typed"]["profile"]["born"] == ["1980-03-31"]
    page = Page(journey.client.get("/w/profile"))
    assert [page.sheet("/w/profile").values[f"born-{part}"] for part in ("day", "month", "year")] == [
        "31",
        "03",
        "1980",
    ]
    journey.client.post("/w/profile", data=page.filled("/w/profile", {"_language": "de"}, ""))
    with journey.client.session_transaction() as session:
        assert not session["w"].get("drafts")
    journey.answer("profile")
    assert journey.answers["profile"]["born"] == BORN


def test_a_name_of_one_language_is_still_understood_in_another(tmp_path):
    """A month that was typed in German is that month on the English page too, when the day is mended there."""
    journey = visit(tmp_path, STEP)
    german, english = {"Accept-Language": "de"}, {"Accept-Language": "en"}
    page = Page(journey.client.get("/w/profile", headers=german))
    typed = {"born-day": "32", "born-month": "Mai", "born-year": "1980"}
    response = journey.client.post("/w/profile", data=page.filled("/w/profile", typed, ""), headers=german)
    assert Page(response).said == {"born-day": "Geben Sie den Tag als Zahl von 1 bis 31 ein"}
    page = Page(journey.client.get("/w/profile", headers=english))
    filled = page.filled("/w/profile", {"born-day": "31"}, "")
    assert filled["born-month"] == "Mai"
    assert journey.client.post("/w/profile", data=filled, headers=english).location == "/w/summary"
    assert journey.answers["profile"]["born"] == date(1980, 5, 31)
    assert "31 May 1980" in journey.client.get("/w/summary", headers=english).text
    assert journey.finish() == "R-1"


def test_a_name_that_is_understood_after_a_switch_stays_understood(tmp_path):
    """A German month, typed on the English page, means something in German alone: it is of that language from then."""
    journey = visit(tmp_path, STEP)
    german, english = {"Accept-Language": "de"}, {"Accept-Language": "en"}
    page = Page(journey.client.get("/w/profile", headers=english))
    typed = page.filled("/w/profile", {"born-day": "31", "born-month": "Mai", "born-year": "1980"}, "")
    assert journey.client.post("/w/profile", data=typed, headers=english).status_code == 422
    for headers in (german, english, german, english):
        page = Page(journey.client.get("/w/profile", headers=headers))
        response = journey.client.post("/w/profile", data=page.filled("/w/profile", {}, ""), headers=headers)
        assert response.location == "/w/summary"
        assert journey.answers["profile"]["born"] == date(1980, 5, 31)
    assert journey.finish() == "R-1"


def test_a_check_while_the_visitor_types_does_not_ask_for_what_comes_next(tmp_path):
    """It says what is wrong with a part that is filled in; of the whole only when it is whole."""
    journey = visit(tmp_path, STEP)

    def check(*typed):
        data = {name: values[0] for name, values in parts(*typed).items()}
        return Page(journey.client.post("/w/profile/check/born", data=data)).said

    assert check("31", "", "") == check("", "", "") == check("31", "3", "1980") == {}
    assert check("32", "", "") == {"born-day": DAY}
    assert check("31", "2", "1980") == {"born-day": "31 February does not exist: February 1980 has 29 days"}
    assert check("1", "1", "2021") == {"born": "Enter a date before 2020"}
    page = journey.client.get("/w/profile").text
    assert page.count('hx-post="/w/profile/check/born"') == 3
    assert page.count('hx-target="#born"') == 3


def test_what_no_validator_may_see_is_said_of_its_part(tmp_path):
    """As of any other input: too long, or with a character that nobody can see."""
    journey = visit(tmp_path, STEP)
    assert journey.refused("profile", **{"born-day": "3" * 20_001, "born-month": "\0"}) == {
        "born-day": "This is too long. Shorten it",
        "born-month": "This contains a hidden character that we cannot save. Type it instead of pasting it",
    }


def test_one_text_is_split_into_what_the_page_would_send(app):
    """What has no parts of a date stays as it is."""
    with app.test_request_context():
        assert in_parts(Profile, {"born": ["1980-3-31"], "wed-day": ["1"], "": ["en"], "x": ["y"]}) == {
            **parts("31", "3", "1980"),
            "wed-day": ["1"],
            "": ["en"],
            "x": ["y"],
        }
        assert in_parts(Profile, {"born": ["x"]}) == {**parts("", "", ""), "born": ["x"]}
        assert in_parts(Profile, {"born": []}) == {name: [] for name in parts("", "", "")}


def test_a_field_beside_it_may_have_a_name_that_begins_alike():
    """Each input belongs to one field."""
    form = type("F", (Form,), {"born": MemorableDateField(), "born_day": StringField()})
    assert fields.find(form, "born-day").name == "born"
    assert fields.find(form, "born_day").name == "born_day"
    assert fields.find(form, "born-hour") is None
