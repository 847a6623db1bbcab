"""The command: what it prints, and how it ends."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask.cli import FlaskGroup

from tests.conftest import SECRET_KEY
from wizard.app import create_app


def test_a_good_deployment_is_told_in_few_lines(make):
    """What was looked at stands in one of them; with one process, there is nothing else to know but of mails."""
    result = make().test_cli_runner().invoke(args=["doctor", "--workers", "1"])
    note, _, rest = result.output.partition("\n")
    assert note.startswith("note   mail: MAIL_URL is not set, so that nobody gets a mail")
    assert rest == (
        "Nothing is wrong. Looked at: debug mode, key, HTTPS, proxies, hosts, requests, limits, languages, accounts, "
        "sessions, files, connections, clock, mail.\n"
    )
    assert result.exit_code == 0


def test_what_is_good_to_know_is_not_wrong(make, monkeypatch):
    """As many processes are counted as gunicorn would start."""
    monkeypatch.setenv("WEB_CONCURRENCY", "3")
    result = make().test_cli_runner().invoke(args=["doctor", "--machines", "1"])
    assert result.output.startswith("note   limits: each of 3 processes counts for itself")
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("given", "last"),
    [({"RATELIMIT_ENABLED": False}, "1 thing is wrong."), ({"TRUSTED_PROXIES": 0, "TRUSTED_HOSTS": None}, "2 things")],
)
def test_what_is_wrong_is_counted_and_ends_with_status_1(make, given, last):
    """A script can stop there."""
    result = make(**given).test_cli_runner().invoke(args=["doctor"])
    assert result.output.splitlines()[-1].startswith(last)
    assert result.exit_code == 1


@pytest.mark.parametrize("name", ["--workers", "--threads", "--machines"])
def test_a_number_that_is_none_is_a_mistake(make, name):
    """As with any command."""
    result = make().test_cli_runner().invoke(args=["doctor", name, "0"])
    assert result.exit_code == 2
    assert f"Invalid value for '{name}'" in result.output


def test_settings_that_cannot_work_are_one_line_as_at_any_start(tmp_path):
    """The doctor does not get that far."""
    given = {"DATABASE_URL": f"sqlite:///{tmp_path}/none/wizard.db", "SECRET_KEY": SECRET_KEY}
    result = CliRunner().invoke(FlaskGroup(create_app=lambda: create_app(given)), ["doctor"])
    assert result.exit_code == 3
    assert result.output.startswith(
        "wizard: DATABASE_URL: the database does not answer (unable to open database file)."
    )
    assert result.output.count("\n") == 1
