"""Gone: the address of a step that the flow has no more, as after a deploy."""

from __future__ import annotations

from tests.conftest import shown
from wizard import Flow, Step

from .cars import Driver, fill, stored
from .test_deploy import deployed, without


def test_looking_leads_to_where_the_visitor_goes_on(visitor, database):
    """A bookmark or the Back of the browser is no dead end."""
    fill(visitor)
    after = deployed(visitor, database, Flow(*without("licence", "payer")))
    assert after.get("licence").location == "/car/summary"
    assert after.get("licence/1").location == "/car/summary"


def test_what_was_sent_is_kept_where_it_fits(visitor, database):
    """The step has another name now; the visitor reads that, and presses again."""
    visitor.answer("size", size="small", seats="4")
    visitor.answer("model", model="s2")
    page = visitor.open("payer")
    flow = Flow(*without("licence", "payer"), Step("holder", Driver, title="Holder"))
    after = deployed(visitor, database, flow)
    response = after.send("payer", page, name="Ada")
    assert response.location == "/car/drivers"
    assert "This form has changed since you opened it" in shown(after.get("drivers"))
    assert 'value="Ada"' in after.get("drivers").text


def test_what_fits_nowhere_changes_no_answer(visitor, database):
    """The visitor is told, and goes on."""
    fill(visitor)
    page = visitor.open("licence")
    after = deployed(visitor, database, Flow(*without("licence", "payer")))
    before = stored(after)["answers"]
    assert after.send("licence", page, name="Eve").location == "/car/summary"
    assert "This form has changed since you opened it" in shown(after.get("summary"))
    assert stored(after)["answers"] == before


def test_a_visitor_who_has_not_begun_gets_a_404(visitor):
    """For looking and for sending alike."""
    assert visitor.get("nowhere").status_code == 404
    token = visitor.token("size")
    assert visitor.client.post("/car/nowhere", data={"csrf_token": token, "name": "x"}).status_code == 404
