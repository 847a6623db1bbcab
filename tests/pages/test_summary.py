"""SummaryPage: what is validated again at the end, and what is read out."""

from __future__ import annotations

import pytest
from wtforms import Form, FormField, HiddenField, PasswordField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from tests.conftest import Visitor, hidden, shown
from wizard import Flow, Repeat, Step

from .cars import fill, serve, stored


@pytest.fixture
def taken():
    """What nobody can have any more."""
    return set()


def summary_of(url, form, kind=Step):
    """A visitor on the summary of a flow with one step, in which they have typed a name."""
    app = serve(Flow(kind("seat", form, title="Seat")), url)
    visitor = Visitor(app.test_client(), "/car")
    visitor.answer("seat", number="7", **({"_action": "add"} if kind is Repeat else {}))
    if kind is Repeat:
        visitor.answer("seat")
    return visitor


def test_a_rule_of_a_field_is_checked_at_the_end(database, taken):
    """The message stands beside the answer, and leads to where it is mended."""

    class Seat(Form):
        number = StringField("Number")

        def validate_number(self, field):
            if field.data in taken:
                raise ValidationError("This seat is taken")

    visitor = summary_of(database, Seat)
    taken.add("7")
    response = visitor.post("summary")
    assert response.status_code == 422
    assert 'href="/car/seat?from=summary#number"' in response.text
    assert shown(response).count("This seat is taken") == 2
    assert visitor.client.application.finished == []
    assert visitor.post("seat?from=summary", number="8").location == "/car/summary"
    assert visitor.post("summary").location == "/car/done"


@pytest.mark.parametrize(("said", "expected"), [("All is full", "All is full"), ("", "do not go together")])
def test_a_rule_of_the_whole_form_is_checked_at_the_end(database, taken, said, expected):
    """Also one that refuses and does not say why."""

    class Seat(Form):
        number = StringField("Number")

        def validate(self, extra_validators=None):
            if said and self.number.data in taken:
                self.form_errors.append(said)
            return super().validate(extra_validators) and self.number.data not in taken

    visitor = summary_of(database, Seat)
    taken.add("7")
    response = visitor.post("summary")
    assert response.status_code == 422
    assert expected in shown(response)
    assert 'href="/car/seat?from=summary"' in response.text
    assert expected in shown(visitor.get("seat?from=summary"))
    assert visitor.client.application.finished == []


def test_an_entry_of_a_list_is_checked_at_the_end(database, taken):
    """The link leads to the entry."""

    class Seat(Form):
        number = StringField("Number")

        def validate_number(self, field):
            if field.data in taken:
                raise ValidationError("This seat is taken")

    visitor = summary_of(database, Seat, Repeat)
    taken.add("7")
    response = visitor.post("summary")
    assert response.status_code == 422
    assert 'href="/car/seat/1?from=summary#number"' in response.text
    assert "This seat is taken" in shown(response)


def test_what_comes_to_another_answer_by_now_is_asked_again(database):
    """The visitor has seen the one, and would have sent the other."""
    prefix = ["A"]

    class Seat(Form):
        number = StringField("Number", filters=[lambda text: text and prefix[0] + text])

    visitor = summary_of(database, Seat)
    assert stored(visitor)["answers"]["seat"] == {"number": "A7"}
    prefix[0] = "B"
    response = visitor.post("summary")
    assert response.status_code == 422
    assert "This answer has changed since you gave it" in shown(response)
    assert 'value="7"' in visitor.get("seat").text
    visitor.answer("seat", number="7")
    assert visitor.post("summary").location == "/car/done"
    assert visitor.client.application.finished == [{"seat": {"number": "B7"}}]


def test_what_was_accepted_is_finished_as_it_is(visitor):
    """Filled in once, and not asked for again."""
    fill(visitor)
    answers = stored(visitor)["answers"]
    assert visitor.post("summary").location == "/car/done"
    assert visitor.client.application.finished == [answers]


def test_what_is_typed_and_not_accepted_is_not_on_the_summary(visitor):
    """A Draft is no answer, and keeps nobody from finishing."""
    fill(visitor)
    visitor.post("payer", name="Half", _action="back")
    page = shown(visitor.get("summary"))
    assert "Half" not in page
    assert visitor.post("summary").location == "/car/done"
    assert visitor.client.application.finished[0]["payer"] == {"name": "Ada"}


def test_hidden_fields_and_secrets_are_not_read_out(visitor, database):
    """The one is for programs, the other for nobody; that there is a secret is said."""
    fill(visitor)
    page = shown(visitor.get("summary"))
    assert "Code Hidden" in page
    assert "####" not in page

    class Seat(Form):
        number = StringField("Number", [InputRequired()])
        source = HiddenField("Source", default="advertisement")

    page = shown(summary_of(database, Seat).get("summary"))
    assert "Number 7" in page
    assert "Source" not in page


def test_a_secret_of_which_nothing_is_stored_has_no_line(database):
    """It was typed, so "Not provided" would be wrong."""

    class Login(Form):
        password = PasswordField("Password")
        again = PasswordField("The same again")

    step = Step("login", Login, title="Login", keep={"password": len, "again": None})
    visitor = Visitor(serve(Flow(step), database).test_client(), "/car")
    visitor.answer("login", password="three words", again="three words")
    page = shown(visitor.get("summary"))
    assert "Password Hidden" in page
    assert "The same again" not in page


@pytest.mark.parametrize(("keep", "said"), [(None, None), (len, "Login Hidden"), (lambda code: "", "Login Hidden")])
def test_an_enclosed_secret_reads_as_one_that_is_not(database, keep, said):
    """It has no line where nothing of it is stored, and is said to be there where something is."""
    inner = type("Login", (Form,), {"code": PasswordField("Code")})
    form = type("Asks", (Form,), {"name": StringField("Name"), "login": FormField(inner)})
    flow = Flow(Step("one", form, title="One", keep={"login.code": keep}))
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    visitor.answer("one", **{"name": "Ada", "login-code": "1234"})
    page = shown(visitor.get("summary"))
    assert "Name Ada" in page
    assert ("Login" in page) == (said is not None)
    assert (said or "") in page
    assert "Not provided" not in page


def test_what_was_chosen_is_read_out_in_the_order_of_the_choices(database):
    """Whatever order it was sent in."""
    choices = [SelectChoice(value, value.title()) for value in ("red", "green", "blue")]
    form = type("Asks", (Form,), {"colours": SelectMultipleField("Colours", choices=choices)})
    visitor = Visitor(serve(Flow(Step("one", form, title="One")), database).test_client(), "/car")
    visitor.answer("one", colours=["blue", "red"])
    assert "Colours Red, Blue" in shown(visitor.get("summary"))


def test_what_another_tab_has_changed_is_not_sent_unseen(visitor):
    """The page is shown again as it is by now; what was saved again unchanged, or is sent twice, is no change."""
    fill(visitor, "small")
    page = visitor.open("summary")
    visitor.answer("payer", name="Ada")
    assert visitor.open("summary")["_revision"] == page["_revision"]
    visitor.answer("payer", name="Bob")
    response = visitor.send("summary", page)
    assert response.status_code == 409
    assert "Your answers were changed in another tab or window" in shown(response)
    assert not visitor.client.application.finished
    page = hidden(response.text)
    assert [visitor.send("summary", page).location for _ in range(2)] == ["/car/done"] * 2
    assert [one["payer"]["name"] for one in visitor.client.application.finished] == ["Bob"]
