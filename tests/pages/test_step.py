"""StepPage: what is accepted, refused and kept."""

from __future__ import annotations

import pytest

from tests.conftest import hidden, shown

from .cars import fill, stored


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
    page = hidden(visitor.get("model").text)
    visitor.answer("size", size="large", seats="4")
    response = visitor.post("model", **page, model="s1", plate="A 1")
    assert response.status_code == 422
    assert "We do not have this one" in shown(response)


def test_a_step_whose_choices_cannot_be_known_is_kept_as_a_draft(visitor):
    """The answers that it depends on have been cleared in another tab."""
    visitor.answer("size", size="small", seats="4")
    page = hidden(visitor.get("model").text)
    visitor.post("clear")
    token = visitor.token("size")
    response = visitor.client.post("/car/model", data={**page, "csrf_token": token, "model": "s1", "plate": "A 1"})
    assert response.location == "/car/size"
    visitor.answer("size", size="small", seats="4")
    page = visitor.get("model").text
    assert 'value="A 1"' in page
    assert 'value="s1" selected' in page
