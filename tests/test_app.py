"""create_app(): the settings, the error pages, and what stands on every response."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest
from sqlalchemy.exc import OperationalError

from tests.conftest import ACCOUNT, Visitor, shown
from wizard import StoreError
from wizard.app import CONTENT_SECURITY_POLICY, create_app


def test_the_front_page_starts_or_resumes_the_signup(visitor):
    """A visitor who has begun is asked to go on."""
    assert "Create an account" in shown(visitor.client.get("/"))
    visitor.answer("account", **ACCOUNT)
    assert "Continue your signup" in shown(visitor.client.get("/"))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/signup/account", 200),
        ("/signup/nowhere", 404),
        ("/nowhere", 404),
        ("/signup/", 303),
        ("/healthz", 200),
        ("/wizard-assets/wizard.css", 200),
    ],
)
def test_every_response_has_a_strict_policy(visitor, path, status):
    """Nothing inline and nothing evaluated, on the first page as on the last."""
    with visitor.client.get(path) as response:
        assert response.status_code == status
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_page_is_styled(visitor):
    """The visitor is led back."""
    for response in (visitor.get("nowhere"), visitor.client.get("/nowhere"), visitor.client.post("/")):
        assert "Page not found" in shown(response)
        assert "/wizard-assets/wizard." in response.text


def test_too_much_is_a_styled_413(app, visitor):
    """A body over 1 MB is refused, one below is read."""
    response = visitor.client.post("/signup/account", data={"email": "x" * 1_000_001})
    assert response.status_code == 413
    assert "too much to send" in shown(response)
    assert visitor.client.post("/signup/account", data={"email": "x" * 900_000}).status_code == 422


def test_a_mistake_of_ours_is_a_styled_500(app, visitor, monkeypatch):
    """The visitor is told that the answers are kept."""
    app.testing = False
    monkeypatch.setattr("wizard.pages.base.Answers", None)
    response = visitor.get("account")
    assert response.status_code == 500
    assert "Something went wrong" in shown(response)


@pytest.mark.parametrize("path", ["/signup/account", "/healthz"])
def test_a_store_that_is_gone_is_a_503_and_one_line_in_the_log(app, visitor, monkeypatch, caplog, path):
    """No traceback: the cause, and which request met it."""
    visitor.answer("account", **ACCOUNT)

    def gone(*args, **kwargs):
        raise OperationalError("select", {}, Exception("the disk is gone\nat line 7"))

    monkeypatch.setattr("sqlalchemy.Engine.begin", gone)
    app.testing = False
    response = visitor.client.get(path)
    assert response.status_code == 503
    [record] = caplog.records
    assert record.getMessage() == f"GET {path}: the store does not answer: sqlite: the disk is gone"
    assert record.exc_info is None
    if path == "/healthz":
        assert response.json == {"status": "unavailable"}
    else:
        assert "Your answers are kept" in shown(response)
        assert "/wizard-assets/wizard." in response.text


def test_a_store_that_fails_while_saving_is_a_503_too(app, visitor, monkeypatch, caplog):
    """What fails at the very end of a request is told no worse, and once."""
    app.testing = False
    token = visitor.token("account")

    def gone(*args, **kwargs):
        raise StoreError("gone")

    monkeypatch.setattr(app.session_interface.store, "save", gone)
    response = visitor.client.post("/signup/account", data={**ACCOUNT, "csrf_token": token})
    assert response.status_code == 503
    assert [record.exc_info for record in caplog.records] == [None]


def test_health_is_told(visitor):
    """200 when the stores answer."""
    assert visitor.client.get("/healthz").json == {"status": "ok"}


def environment(**settings):
    """The environment of a process of its own, with these settings alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FLASK_")}
    return {**kept, **{f"FLASK_{name}": str(value) for name, value in settings.items()}}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "wizard: DATABASE_URL: the database does not answer"),
        ({"DATABASE_URL": "nonsense"}, "wizard: DATABASE_URL: no database driver for this URL"),
        ({"DATABASE_URL": "sqlite://", "SESSION_URL": "nonsense"}, "wizard: SESSION_URL: no database driver"),
        ({"DATABASE_URL": "sqlite://", "PERMANENT_SESSION_LIFETIME": 0}, "wizard: PERMANENT_SESSION_LIFETIME: not a"),
        (
            {"DATABASE_URL": "sqlite://", "PERMANENT_SESSION_LIFETIME": "day"},
            "wizard: PERMANENT_SESSION_LIFETIME: not a",
        ),
    ],
)
def test_a_setting_that_cannot_work_fails_at_start_in_one_line(settings, line):
    """The line names the setting; no traceback."""
    code = "from wizard.app import create_app; create_app()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(SECRET_KEY="k", **settings), capture_output=True, text=True
    )
    assert done.returncode == 3
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """An empty instance folder, and no settings."""
    for name in [name for name in os.environ if name.startswith("FLASK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("flask.sansio.app.App.auto_find_instance_path", lambda self: str(tmp_path / "instance"))
    return tmp_path / "instance"


def test_without_settings_all_is_kept_in_the_instance_folder(instance):
    """The database and the key are made on the first start, and are there for the second."""
    first, second = create_app(), create_app()
    assert first.config["DATABASE_URL"] == f"sqlite:///{instance / 'wizard.db'}"
    assert (instance / "wizard.db").exists()
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert {path.name for path in instance.iterdir()} >= {"secret_key", "wizard.db"}


def test_the_key_is_readable_by_its_owner_alone(instance):
    """Whoever reads the key can be any visitor."""
    create_app()
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600


def test_a_key_of_digits_is_a_key(instance, monkeypatch):
    """The environment's settings are read as JSON where they can be."""
    monkeypatch.setenv("FLASK_SECRET_KEY", "12345")
    assert create_app().secret_key == "12345"
    assert not (instance / "secret_key").exists()


def test_an_instance_folder_that_cannot_be_made_is_told(instance, capsys):
    """The cure is in the line."""
    instance.write_text("a file is in the way")
    with pytest.raises(SystemExit):
        create_app()
    assert "Make it writable, or set FLASK_DATABASE_URL and FLASK_SECRET_KEY" in capsys.readouterr().err


@pytest.mark.slow
def test_two_processes_that_start_at_once_use_one_key(instance, tmp_path):
    """The key of the process that was first is that of all."""
    instance.mkdir()
    code = "import pathlib, sys; from wizard.app import _secret_key; print(_secret_key(pathlib.Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(instance / "secret_key")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    keys = {process.communicate()[0] for process in processes}
    assert len(keys) == 1
    assert [path.name for path in instance.iterdir()] == ["secret_key"]


def test_a_visitor_without_cookies_is_told(app):
    """Each POST comes without the token's other half; the message says what to allow."""
    visitor = Visitor(app.test_client(use_cookies=False))
    response = visitor.post("account", **ACCOUNT)
    assert response.status_code == 422
    assert "allow cookies" in shown(response)


@pytest.mark.parametrize("setting", ["DATABASE_URL", "SESSION_URL"])
def test_a_shared_store_needs_a_key_that_is_given(setting, postgres_server, database, capsys, instance):
    """A key that one machine makes for itself would sign out the visitors of the others."""
    with pytest.raises(SystemExit):
        create_app({"DATABASE_URL": database, setting: postgres_server.url})
    assert "wizard: SECRET_KEY: must be given" in (line := capsys.readouterr().err)
    assert "python3 -c 'import secrets; print(secrets.token_hex(32))'" in line
    assert line.count("\n") == 1


def test_redis_needs_a_key_that_is_given_too(redis_server, database, capsys, instance):
    """Redis is there to be shared."""
    with pytest.raises(SystemExit):
        create_app({"DATABASE_URL": database, "SESSION_URL": redis_server.url})
    assert "wizard: SECRET_KEY: must be given" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("setting", "value", "line"),
    [
        ("SECRET_KEY_FALLBACKS", "old", "wizard: SECRET_KEY_FALLBACKS: not a list. Write the old keys like this"),
        ("TRUSTED_PROXIES", "nginx", "wizard: TRUSTED_PROXIES: not a number. Use how many proxies"),
        ("TRUSTED_PROXIES", -1, "wizard: TRUSTED_PROXIES: not a number. Use how many proxies"),
    ],
)
def test_more_settings_that_cannot_work(setting, value, line, database, capsys):
    """Each says what to write instead."""
    with pytest.raises(SystemExit):
        create_app({"DATABASE_URL": database, "SECRET_KEY": "k", setting: value})
    assert capsys.readouterr().err.startswith(line)
