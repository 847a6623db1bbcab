"""What the doctor says of keys, HTTPS, proxies, hosts, limits and languages."""

from __future__ import annotations

import re

import pytest


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"TESTING": True}, "debug mode: FLASK_TESTING is on"),
        ({"SECRET_KEY": "k" * 64}, "key: SECRET_KEY repeats itself, so that it can be guessed. Make one with: python3"),
        ({"SECRET_KEY": b"0123456789" * 5}, "key: SECRET_KEY repeats itself"),
        ({"SECRET_KEY_FALLBACKS": ["short"]}, "key: SECRET_KEY_FALLBACKS holds a key shorter than 32 bytes"),
        (
            {"PUBLIC_URL": None, "HTTPS_ONLY": False, "SESSION_COOKIE_SECURE": True},
            "HTTPS: PUBLIC_URL is not set: what visitors type must go over HTTPS.",
        ),
        (
            {"PUBLIC_URL": "http://example.com", "HTTPS_ONLY": False, "SESSION_COOKIE_SECURE": True},
            "HTTPS: PUBLIC_URL is HTTP: what visitors type must go over HTTPS.",
        ),
        ({"HTTPS_ONLY": False}, "HTTPS: whoever comes over HTTP is served"),
        ({"SESSION_COOKIE_HTTPONLY": False}, "HTTPS: a script can read the cookie"),
        ({"TRUSTED_PROXIES": 0}, "proxies: TRUSTED_PROXIES is 0, so that HTTPS is taken for HTTP"),
        ({"TRUSTED_PROXIES": 12}, "proxies: TRUSTED_PROXIES is 12: if a request passes fewer"),
        (
            {"TRUSTED_HOSTS": None},
            """hosts: TRUSTED_HOSTS is not set: any host is answered. Set FLASK_TRUSTED_HOSTS=""",
        ),
        ({"TRUSTED_HOSTS": ["example.org"]}, "hosts: TRUSTED_HOSTS does not hold example.com, the host of PUBLIC_URL"),
        ({"MAX_CONTENT_LENGTH": 10**9}, "requests: MAX_CONTENT_LENGTH is 1000000000: a few visitors can fill"),
        ({"MAX_FORM_MEMORY_SIZE": 100}, "requests: MAX_FORM_MEMORY_SIZE is 100: a step of a flow does not fit in"),
        ({"WIZARD_SESSION_BYTES": 10**9}, "requests: WIZARD_SESSION_BYTES is 1000000000: a few visitors can fill"),
        ({"RATELIMIT_ENABLED": False}, "limits: RATELIMIT_ENABLED is off"),
        ({"LANGUAGES": ["en", "fr"]}, "languages: there are no words for fr"),
    ],
)
def test_each_setting_that_is_wrong_is_told_with_its_cure(examine, given, said):
    """In one line, and nothing beside it."""
    [line] = examine(**given)
    assert line.startswith(said)
    assert re.search(r"\. (Set|Unset|Take|Add|Make|Put) [^.]+", line)


def test_debug_mode_is_told(examine, monkeypatch):
    """It is a matter of the environment, whatever the application says."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    [line] = examine()
    assert line.startswith("debug mode: FLASK_DEBUG is on: who meets an error can read the code and run their own.")


@pytest.mark.parametrize(
    "given",
    [
        {"HTTPS_ONLY": False, "SESSION_COOKIE_SECURE": True},
        {"TRUSTED_HOSTS": [".example.com"]},
        {"TRUSTED_HOSTS": ["example.com"], "PUBLIC_URL": "https://example.com:8443/signup"},
        {"SECRET_KEY_FALLBACKS": ["an old key, and as long as keys have to be"]},
        {"SECRET_KEY": "a key that a person has made up of words"},
        {"LANGUAGES": ["de-CH", "es-419", "en-GB"]},
        {"TRUSTED_PROXIES": 2},
    ],
)
def test_what_is_another_way_to_do_it_is_not_wrong(examine, given):
    """There is more than one good deployment."""
    assert examine(**given) == []


def test_a_key_that_was_made_here_is_good_while_nobody_else_can_read_it(examine, make, tmp_path, monkeypatch):
    """It stands in the instance folder."""
    monkeypatch.setattr("flask.sansio.app.App.auto_find_instance_path", lambda self: str(tmp_path))
    app = make(SECRET_KEY=None)
    assert examine(app=app) == []
    (tmp_path / "secret_key").chmod(0o640)
    [line] = examine(app=app)
    assert (
        line == f"key: others on this machine can read {tmp_path}/secret_key. Close it: chmod 600 {tmp_path}/secret_key"
    )
    # Where another one is given, nobody signs with it.
    assert examine() == []


def test_a_language_of_the_application_is_spoken(examine, tmp_path):
    """Its own catalogue goes first, and so it will do."""
    (tmp_path / "fr" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "fr" / "LC_MESSAGES" / "messages.mo").touch()
    assert examine(LANGUAGES=["en", "fr"], BABEL_TRANSLATION_DIRECTORIES=str(tmp_path)) == []
