"""The list of countries."""

from __future__ import annotations

import re

import pycountry
import pytest
from sqlalchemy import create_engine, text

from tests.conftest import PROFILE, Visitor
from wizard.signup.countries import aliases, countries


def test_the_list_is_that_of_iso_3166():
    """Every country, and nothing that is none."""
    assert countries().keys() == {country.alpha_2 for country in pycountry.countries}


def test_the_list_is_sorted_by_name_as_a_reader_expects():
    """An accent does not send a country to the end."""
    names = list(countries().values())
    assert names[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert names[-1] == "Zimbabwe"


def test_the_names_are_those_that_people_use():
    """Nobody looks for the Islamic Republic under I."""
    assert countries()["GB"] == "United Kingdom"
    assert countries("de")["DE"] == "Deutschland"


def test_each_country_is_known_by_other_names():
    """By its code, in the other languages, and as people say it; none by that of another."""
    known = aliases("en", "de", "es")
    assert known.keys() == countries().keys()
    for code, names in {
        "GB": ["GB", "UK", "Great Britain", "England", "Vereinigtes Königreich", "Reino Unido"],
        "NL": ["Holland", "Niederlande"],
        "US": ["USA", "America", "Estados Unidos"],
        "DE": ["Deutschland", "Alemania"],
        "TT": ["Trinidad and Tobago"],
        "LC": ["Saint Lucia"],
    }.items():
        assert set(names) <= set(known[code])
    named = [name.casefold() for names in known.values() for name in {name.casefold() for name in names}]
    assert len(named) == len(set(named)), {name for name in named if named.count(name) > 1}


def test_the_aliases_are_fetched_once_and_kept(app):
    """By an address that changes with them; under any other they are not kept."""
    visitor = Visitor(app.test_client())
    visitor.answer_all()
    address = re.search('data-combobox="(/countries[^"]+)"', visitor.get("profile").text)[1]
    found = visitor.client.get(address)
    assert found.json == aliases("en", "de", "es")
    assert found.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert "Set-Cookie" not in found.headers
    assert visitor.client.get("/countries.json?v=old").headers["Cache-Control"] == "no-cache"


AUSTRIA = {"Accept-Language": "de-AT,en;q=0.5"}


def chosen(page):
    """The values of the countries that are chosen on a page."""
    return re.findall(r'<option value="(\w*)" selected', page.text)


@pytest.fixture
def new(visitor):
    """A visitor who has confirmed an address, and answered nothing else."""
    visitor.answer("account", email="ada@example.com", username="ada")
    visitor.answer("verify", code=visitor.code())
    return visitor


def test_the_country_of_the_browser_is_a_suggestion(app, database, new):
    """To look at it is no answer and changes nothing; to send it unchanged is one."""
    engine = create_engine(database)

    def rows():
        with engine.connect() as connection:
            return connection.execute(text("select * from sessions")).all()

    before = rows()
    assert chosen(new.get("profile")) == []
    page = new.get("profile", headers=AUSTRIA)
    assert chosen(page) == ["AT"]
    assert rows() == before
    # Back from a page that was left as it stood leaves no draft.
    new.post("profile", headers=AUSTRIA, _action="back", country="AT")
    assert chosen(new.get("profile")) == []
    assert new.post("profile", headers=AUSTRIA, **{**PROFILE, "country": "AT"}).status_code == 303
    assert chosen(new.get("profile")) == ["AT"]
    assert chosen(new.get("profile", headers={"Accept-Language": "de-CH"})) == ["AT"]
    engine.dispose()


def test_a_suggestion_that_was_taken_away_does_not_come_back(new):
    """Neither while it is refused, nor on the way back."""
    refused = new.post("profile", headers=AUSTRIA, **{**PROFILE, "country": ""})
    assert refused.status_code == 422
    assert chosen(refused) == [""]
    assert chosen(new.get("profile", headers=AUSTRIA)) == [""]


def test_a_country_that_is_in_no_list_is_no_suggestion(new):
    """Browsers know regions that are none."""
    assert chosen(new.get("profile", headers={"Accept-Language": "sq-XK"})) == []
