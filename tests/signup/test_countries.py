"""The list of countries."""

from __future__ import annotations

import pycountry

from wizard.signup.countries import countries


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
