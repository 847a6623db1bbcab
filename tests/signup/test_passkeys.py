"""Passkeys: added on the page of the account, used to sign in, and worth nothing to anybody else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from tests.conftest import hidden, shown
from tests.signup.authenticator import THERE, Authenticator
from tests.signup.people import make_account
from wizard.accounts.tables import passkeys

HERE = "http://localhost"


def browser(app, email="ada@example.com"):
    """Somebody who is signed in."""
    client = app.test_client()
    page = hidden(client.get("/sign-in").text)
    client.post("/sign-in", data={**page, "email": email, "password": "three random words"})
    return client


def options(client, page, address):
    """What a script is given at an address."""
    return json.loads(client.post(address, data=hidden(client.get(page).text)).text)


def add(client, device, **more):
    """Add the passkey of a device."""
    given = device.create(options(client, "/account", "/account/passkeys/options"))
    return client.post("/account/passkeys", data={**hidden(client.get("/account").text), "credential": given, **more})


def use(client, device):
    """Sign in with it."""
    given = device.get(options(client, "/sign-in", "/sign-in/passkey/options"))
    return client.post("/sign-in/passkey", data={**hidden(client.get("/sign-in").text), "credential": given})


def kept(app):
    """The passkeys that are kept."""
    with app.extensions["accounts"].engine.connect() as connection:
        return connection.execute(select(passkeys)).all()


@pytest.fixture
def ada(app):
    """Somebody with an account, who is signed in."""
    make_account(app.extensions["accounts"].engine)
    return browser(app)


@pytest.fixture
def device(app, ada):
    """A device with a passkey of hers."""
    found = Authenticator(HERE)
    assert add(ada, found, name="My phone").location == "/account"
    return found


def test_a_passkey_signs_in(app, device):
    """Without an address and a password; the account's page shows which there are."""
    client = app.test_client()
    assert use(client, device).location == "/account"
    page = shown(client.get("/account"))
    for said in ("ada@example.com", "My phone", "Last used on"):
        assert said in page


def test_its_owner_is_told(app, device):
    """By mail, as somebody else may have found the account open."""
    [letter] = app.extensions["wizard.outbox"].letters()
    assert (letter.mail.to, letter.mail.subject) == ("ada@example.com", "A passkey was added to your account")


def test_the_session_has_a_new_id_then(app, device):
    """As with a password: an id that somebody has planted opens nothing."""
    client = app.test_client()
    options(client, "/sign-in", "/sign-in/passkey/options")
    before = client.get_cookie("session").value
    use(client, device)
    with client.session_transaction() as session:
        assert session["_user_id"]
    assert client.get_cookie("session").value != before


def test_what_was_signed_once_counts_once(app, device):
    """Whoever has seen it go by gets nothing of it."""
    client = app.test_client()
    given = device.get(options(client, "/sign-in", "/sign-in/passkey/options"))
    sent = {**hidden(client.get("/sign-in").text), "credential": given}
    assert client.post("/sign-in/passkey", data=sent).status_code == 303
    other = app.test_client()
    for asked in (False, True):
        if asked:
            options(other, "/sign-in", "/sign-in/passkey/options")
        again = {**hidden(other.get("/sign-in").text), "credential": given}
        assert other.post("/sign-in/passkey", data=again).status_code == 422


def test_a_copy_of_a_device_is_noticed(app, device):
    """One that has counted less than was counted here."""
    use(app.test_client(), device)
    device.count = 0
    assert use(app.test_client(), device).status_code == 422


@pytest.mark.parametrize("origin", ["http://localhost:8080", "https://localhost", "http://evil.example"])
def test_what_was_made_for_another_place_is_none(app, ada, device, origin):
    """A site that looks like ours gets nothing that we take."""
    other = Authenticator(origin)
    assert add(ada, other).status_code == 422
    device.origin = origin
    assert use(app.test_client(), device).status_code == 422
    assert len(kept(app)) == 1


def test_one_that_does_not_see_who_uses_it_is_none(app, ada):
    """It stands in place of a password, and is no second factor."""
    assert add(ada, Authenticator(HERE, THERE)).status_code == 422
    assert kept(app) == []


@pytest.mark.parametrize(
    "given", ["", "{}", "[]", "null", '{"id": 1}', "x" * 100_000, '{"id":"a","rawId":"a","type":"x"}']
)
def test_what_is_no_passkey_is_refused(app, ada, given):
    """With the way on, and no error of ours."""
    for client, page in ((ada, "/account"), (app.test_client(), "/sign-in")):
        action = "/account/passkeys" if page == "/account" else "/sign-in/passkey"
        options(client, page, f"{action}/options")
        refused = client.post(action, data={**hidden(client.get(page).text), "credential": given})
        assert refused.status_code == 422
        assert "There is a problem" in shown(refused)


def test_the_same_passkey_is_added_once(app, ada, device):
    """Whoever sends it."""
    assert add(ada, device).status_code == 422
    assert len(kept(app)) == 1


def test_a_passkey_that_was_removed_signs_nobody_in(app, ada, device):
    """It says so, and how to go on. Nobody removes those of others."""
    [row] = kept(app)
    make_account(app.extensions["accounts"].engine, "eve@example.com")
    eve = browser(app, "eve@example.com")
    address = f"/account/passkeys/{row.id}/remove"
    eve.post(address, data=hidden(eve.get("/account").text))
    assert len(kept(app)) == 1
    ada.post(address, data=hidden(ada.get("/account").text))
    assert kept(app) == []
    refused = use(app.test_client(), device)
    assert refused.status_code == 422
    assert "We do not recognise this passkey. Sign in with your password" in shown(refused)


def test_nobody_adds_one_who_is_not_signed_in(app):
    """And nothing is done without a token."""
    client = app.test_client()
    token = hidden(client.get("/sign-in").text)
    for address in ("/account/passkeys/options", "/account/passkeys"):
        assert "/sign-in" in client.post(address, data=token).location
    for address in ("/sign-in/passkey/options", "/sign-in/passkey"):
        assert client.post(address).status_code == 422


def test_a_host_that_is_a_number_has_none(app, ada):
    """Browsers refuse them there, and so the page does not offer them."""
    assert "data-passkey" in app.test_client().get("/sign-in").text
    assert "data-passkey" not in app.test_client().get("/sign-in", base_url="http://127.0.0.1:5000").text
    assert "data-passkey" not in app.test_client().get("/sign-in", base_url="http://example.com").text
