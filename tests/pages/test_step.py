"""StepPage: what is accepted, refused and kept."""

from __future__ import annotations

import pytest
from flask import abort
from wtforms import (
    DateField,
    DecimalField,
    DecimalRangeField,
    FieldList,
    Form,
    IntegerField,
    IntegerRangeField,
    MonthField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import InputRequired

from tests.conftest import Visitor, hidden, shown
from wizard import Flow, FlowError, Step

from .cars import Driver, Size, fill, models, serve, stored


def test_computed_choices_follow_the_earlier_answer(visitor):
    """Only what is offered now can be chosen; anything else is a field error that loses nothing."""
    visitor.answer("size", size="small", seats="4")
    page = visitor.get("model").text
    assert "Up!" in page
    assert "Transit" not in page
    response = visitor.post("model", model="l1", plate="A 1")
    assert response.status_code == 422
    assert "We do not have this one" in shown(response)
    assert 'value="A 1"' in response.text


def test_a_choice_that_another_tab_has_taken_away_is_a_field_error(visitor):
    """The page was opened while it was still offered."""
    visitor.answer("size", size="small", seats="4")
    page = visitor.open("model")
    visitor.answer("size", size="large", seats="4")
    response = visitor.send("model", page, model="s1", plate="A 1")
    assert response.status_code == 422
    assert "We do not have this one" in shown(response)


@pytest.mark.parametrize("field", [SelectField, RadioField, SelectMultipleField])
def test_a_choice_that_is_no_longer_offered_is_said_to_be_that(database, field):
    """Where the field has no words of its own; nothing chosen is another mistake, which WTForms has words for."""
    form = type("Asks", (Form,), {"model": field("Model")})
    flow = Flow(Step("size", Size, title="Size"), Step("model", form, title="Model", choices={"model": models}))
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    visitor.answer("size", size="small", seats="4")
    visitor.answer("model", model="s1")
    visitor.answer("size", size="large", seats="4")
    said = "This is no longer available. Choose something else"
    assert said in shown(visitor.get("model"))
    response = visitor.post("model", model="s1")
    assert response.status_code == 422
    assert said in shown(response)
    assert said not in shown(visitor.post("model"))


# An answer is what was typed


def test_a_page_sent_unchanged_changes_nothing(visitor):
    """It shows what was typed, not what that came to, and makes the same answer of it any number of times."""
    visitor.answer("size", size="large", seats=" 04 ")
    before = stored(visitor)
    assert before["answers"]["size"] == {"size": "large", "seats": 4}
    for _ in range(2):
        assert 'value="04"' in visitor.get("size").text
        visitor.answer("size", size="large", seats="04")
        after = stored(visitor)
        for record in (before, after):
            record["notes"]["size"].pop("revision", None)
        assert after == before


@pytest.mark.parametrize("blanks", ["   ", "\t\u2003", "\u200b\u2060"])
def test_blanks_are_no_text(visitor, blanks):
    """A name of nothing but blanks, visible or not, is a name that is missing."""
    fill(visitor)
    response = visitor.post("payer", name=blanks)
    assert response.status_code == 422
    assert "Enter a name" in shown(response)


def test_text_is_trimmed_before_anything_sees_it(visitor):
    """What was pasted with a blank at its end is right, and stored without it."""
    visitor.answer("size", size="large", seats="4")
    visitor.answer("model", model="s2", plate="\u00a0A 1\r\n")
    assert stored(visitor)["answers"]["model"]["plate"] == "A 1"


@pytest.mark.parametrize("plate", ["A\x001", "A\x1b1", "A\n1"])
def test_a_control_character_is_refused_at_its_field(visitor, plate):
    """It can neither be seen nor stored; the rest of the page is kept."""
    visitor.answer("size", size="large", seats="4")
    response = visitor.post("model", model="s2", plate=plate)
    assert response.status_code == 422
    assert "This contains a hidden character" in shown(response)
    assert 'href="#plate"' in response.text
    assert 'value="s2" selected' in response.text


@pytest.mark.parametrize(("length", "message"), [(20_001, "This is too long"), (200_001, "too much for one page")])
def test_what_is_too_long_is_refused_with_words(visitor, length, message):
    """Before any validator sees it, and what was accepted before stays."""
    visitor.answer("size", size="large", seats="4")
    visitor.answer("model", model="s2", plate="A 1")
    response = visitor.post("model", model="s2", plate="A" * length)
    assert response.status_code == 422
    assert message in shown(response)
    assert "A" * length in response.text
    assert stored(visitor)["answers"]["model"]["plate"] == "A 1"


# What is refused


def test_what_is_refused_is_kept_as_a_draft(visitor):
    """A reload after the error shows what was typed, and what was accepted before still counts."""
    fill(visitor)
    assert visitor.post("size", size="huge", seats="many").status_code == 422
    page = visitor.get("size").text
    assert 'value="many"' in page
    assert 'value="huge" checked' in page
    assert stored(visitor)["answers"]["size"] == {"size": "large", "seats": 4}
    visitor.answer("size", size="large", seats="5")
    assert 'value="many"' not in visitor.get("size").text
    assert "drafts" not in stored(visitor)


def test_a_new_visitor_whose_first_page_is_refused_finds_it_again(visitor):
    """The first thing typed begins the run, be it right or wrong."""
    assert visitor.post("size", size="large", seats="many").status_code == 422
    assert 'value="many"' in visitor.get("size").text
    assert visitor.get("model").location == "/car/size"


def test_a_page_with_a_bad_token_keeps_nothing(visitor):
    """Who sent it is not known, so that a stranger's form leaves no trace."""
    response = visitor.post("size", csrf_token="nonsense", size="large", seats="many")
    assert response.status_code == 422
    assert 'value="many"' in response.text
    assert stored(visitor) == {}


def test_a_button_that_is_not_in_the_table_is_a_400(visitor):
    """It is never taken for Continue."""
    assert visitor.post("size", _action="delete", size="large", seats="4").status_code == 400
    assert stored(visitor) == {}


# What is sent to a step that is not open


def test_what_is_sent_to_a_step_that_is_not_open_is_a_draft_that_nobody_validates(database):
    """Validators and choices may need the answers before it; it is shown when its turn comes."""
    asked = []

    def is_known(form, field):
        asked.append(field.data)

    class Licence(Form):
        number = StringField("Number", [is_known])

    flow = Flow(Step("driver", Driver, title="Driver"), Step("licence", Licence, title="Licence"))
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    assert visitor.post("licence", number="17").location == "/car/driver"
    assert asked == []
    visitor.answer("driver", name="Ada")
    assert asked == []
    assert visitor.get("summary").location == "/car/licence"
    assert 'value="17"' in visitor.get("licence").text


def test_a_step_whose_choices_cannot_be_known_is_kept_as_a_draft(visitor):
    """The answers that it depends on are missing, so there is nothing to choose from yet."""
    assert visitor.post("model", model="s1", plate="A 1").location == "/car/size"
    visitor.answer("size", size="small", seats="4")
    page = visitor.get("model").text
    assert 'value="A 1"' in page
    assert 'value="s1" selected' in page


@pytest.mark.parametrize("pressed", ["", "back", "language"])
def test_what_is_sent_before_its_turn_is_said_to_be_kept(visitor, pressed):
    """On the page that it leads to, whichever button was pressed; after the next answer it is said no more."""
    said = "We’ve saved what you typed in “Payer”. You’ll find it there when you get to it"
    sent = {"_language": "en"} if pressed == "language" else {"_action": pressed}
    visitor.post("payer", name="Ada", **sent)
    assert said in shown(visitor.get("", follow_redirects=True))
    visitor.post("model", plate="A 1")
    assert "We’ve saved what you typed in “Payer” and “Model”" in shown(visitor.get("size"))
    visitor.answer("size", size="small", seats="4")
    assert "is kept" not in shown(visitor.get("model"))
    visitor.answer("model", model="s2")
    assert 'value="Ada"' in visitor.get("payer").text


@pytest.mark.parametrize("typed", [{"name": ""}, {"code": "1234"}])
def test_what_is_not_kept_is_not_said_to_be(visitor, typed):
    """Nothing was typed before its turn, or nothing that may be stored."""
    visitor.post("code" if "code" in typed else "payer", **typed)
    assert "is kept" not in shown(visitor.get("size"))


def test_the_entry_of_a_list_sent_before_its_turn_is_said_to_be_kept(visitor):
    """As is what was typed on any other page."""
    visitor.post("drivers", _action="add", name="Bob")
    assert "We’ve saved what you typed in “Drivers”" in shown(visitor.get("size"))


def test_too_much_sent_before_its_turn_is_still_there(visitor):
    """It cannot be kept, so that nothing else is shown in its place."""
    response = visitor.post("payer", name="A" * 200_001)
    assert response.status_code == 422
    assert "A" * 200_001 in response.text


# Secrets


def test_a_secret_left_empty_keeps_what_is_stored(visitor):
    """The page says so; what is typed into it replaces it, and is never shown."""
    fill(visitor)
    before = stored(visitor)["answers"]["code"]
    page = visitor.get("code")
    assert "Leave this empty to keep it" in shown(page)
    assert "1234" not in page.text
    assert "####" not in page.text
    visitor.answer("code", code="")
    assert stored(visitor)["answers"]["code"] == before == {"code": "####"}
    visitor.answer("code", code="12")
    assert stored(visitor)["answers"]["code"] == {"code": "##"}


def test_the_terms_can_be_changed_without_the_password(database):
    """Its validators are not asked of a password that is not there."""

    class Terms(Form):
        password = PasswordField("Password", [InputRequired("Enter a password")])
        word = StringField("Word")

    flow = Flow(Step("terms", Terms, title="Terms", keep={"password": lambda password: password[::-1]}))
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    assert visitor.post("terms", word="one").status_code == 422
    visitor.answer("terms", password="abc", word="one")
    visitor.answer("terms", password="", word="two")
    assert stored(visitor)["answers"]["terms"] == {"password": "cba", "word": "two"}
    assert visitor.post("summary").location == "/car/done"


def test_keep_may_refuse(database):
    """What it says stands at its field, and nothing is stored."""

    def refuse(code):
        raise ValidationError("This code was stolen")

    class Code(Form):
        code = PasswordField("Code")

    flow = Flow(Step("code", Code, title="Code", keep={"code": refuse}))
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    response = visitor.post("code", code="1234")
    assert response.status_code == 422
    assert 'href="#code"' in response.text
    assert "This code was stolen" in shown(response)
    assert "answers" not in stored(visitor)


def test_the_query_of_the_start_reaches_the_first_step(visitor):
    """An address such as one of an advertisement is kept as far as the first page is sent."""
    assert visitor.get("?ref=ad").location == "/car/size?ref=ad"
    page = visitor.get("size?ref=ad")
    assert 'action="/car/size?ref=ad"' in page.text
    assert hidden(page.text)["_run"] == ""


@pytest.mark.parametrize("name", ["endpoint", "step", "self", "_step", "_scheme", "_external", "_anchor", "_method"])
def test_the_query_cannot_say_where_an_address_leads(visitor, name):
    """Whatever its names are, and however often each comes."""
    query = f"{name}=http&{name}=1"
    assert visitor.get(f"?{query}").location == f"/car/size?{query}"
    assert f'action="/car/size?{query.replace("&", "&amp;")}"' in visitor.get(f"size?{query}").text


def test_an_error_in_a_rule_of_the_authors_says_where_it_was_met(database):
    """The wizard and the step; it is still the error that it was, for whoever handles it."""

    class Bad(Form):
        name = StringField("Name", [lambda form, field: 1 / 0])

    visitor = Visitor(serve(Flow(Step("bad", Bad, title="Bad")), database).test_client(), "/car")
    with pytest.raises(ZeroDivisionError) as raised:
        visitor.post("bad", name="Ada")
    assert raised.value.__notes__ == ["The wizard 'car', step 'bad': its own code failed here."]


@pytest.mark.parametrize("where", ["validator", "filter", "keep"])
def test_where_the_authors_own_code_fails_nothing_is_lost(database, caplog, where):
    """One line says where, and nothing of what was typed; that is there again if the page can be shown with it."""

    def fail(*args):
        if where != "filter" or args == ("Ada",):
            raise TypeError("Ada")
        return args[0]

    class Bad(Form):
        name = StringField("Name", [fail] if where == "validator" else [], filters=[fail] if where == "filter" else [])
        code = PasswordField("Code")

    step = Step("bad", Bad, title="Bad", keep={"code": fail if where == "keep" else len})
    visitor = Visitor(serve(Flow(step), database).test_client(), "/car")
    visitor.client.application.testing = False
    assert visitor.post("bad", name="Ada", code="1234").status_code == 500
    [line] = [record.getMessage() for record in caplog.records if "own code" in record.getMessage()]
    assert line.startswith("The wizard 'car', step 'bad': its own code failed: TypeError in ")
    assert "Ada" not in line
    page = visitor.get("bad")
    assert page.status_code == 200
    assert ('value="Ada"' in page.text) == (where != "filter")
    assert "1234" not in str(stored(visitor))


def test_a_mistake_of_the_authors_names_the_wizard(database):
    """Beside the step, as an application may have several; this one cannot be known when the Flow is built."""
    flow = Flow(
        Step("driver", Driver, title="Driver"),
        Step("payer", Driver, title="Payer", defaults=lambda answers: {"nme": answers["driver"]["name"]}),
    )
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    visitor.answer("driver", name="Ada")
    with pytest.raises(FlowError, match="The wizard 'car': Step 'payer': its 'defaults' names 'nme'"):
        visitor.get("payer")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (DateField("When"), "2026-01-31", "'when' is str, which DateField cannot show"),
        (TimeField("When"), "9:00", "'when' is str, which TimeField cannot show"),
        (MonthField("When"), 5, "'when' is int, which MonthField cannot show"),
        (IntegerField("When"), "soon", "'when' is str, which IntegerField cannot show"),
        (DecimalField("When"), "1.5", "'when' is str, which DecimalField cannot show"),
        (DateField("When"), {"day": 1}, "'when' is dict, which DateField cannot show"),
        (FieldList(DateField("When"), min_entries=1), ["2026-01-31"], "'when-0' is str, which DateField cannot show"),
    ],
)
def test_a_default_of_the_wrong_type_is_the_authors_mistake(database, field, value, said):
    """Told with the wizard, the step and the field, when its page is asked for."""
    kind = type("When", (Form,), {"when": field})
    flow = Flow(
        Step("driver", Driver, title="Driver"),
        Step("day", kind, title="Day", defaults=lambda answers: {"when": answers["driver"]["name"] and value}),
    )
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    visitor.answer("driver", name="Ada")
    with pytest.raises(FlowError, match=f"The wizard 'car': Step 'day': the default of field {said}"):
        visitor.get("day")


@pytest.mark.parametrize("number", ["1e999999", "-1e999999", "1e-999999", "9" * 400, "0." + "9" * 400, "0e999999"])
@pytest.mark.parametrize("field", [DecimalField, DecimalRangeField, IntegerField, IntegerRangeField])
def test_a_number_that_nobody_writes_out_is_refused(database, field, number):
    """It is short where it is typed, and a megabyte where somebody writes it out; so no answer is one."""
    kind = type("Number", (Form,), {"number": field("Number")})
    visitor = Visitor(serve(Flow(Step("number", kind, title="Number")), database).test_client(), "/car")
    response = visitor.post("number", number=number)
    assert response.status_code == 422
    assert "Not a valid" in shown(response)


def test_a_function_of_earlier_answers_may_abort(database):
    """It is for the author to say that something is not found."""
    flow = Flow(
        Step("driver", Driver, title="Driver"),
        Step(
            "payer", Driver, title="Payer", defaults=lambda answers: answers["driver"]["name"] == "Eve" and abort(404)
        ),
    )
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    visitor.answer("driver", name="Eve")
    assert visitor.get("payer").status_code == 404
