"""Answers that were saved for later: another device goes on with them by a link and a code, once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex

import pytest
from flask import Flask, session
from wtforms import EmailField, Form, IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired

from tests.conftest import Visitor, shown, stored
from tests.docs.pages import ROOT, samples
from wizard import Flow, FlowError, Outbox, Repeat, SettingError, Step, Wizard
from wizard.proofs.bounds import MAILS_AN_HOUR, TRIES
from wizard.sessions import open_sessions

ADA = "ada@example.com"


class NameForm(Form):
    """Who it is."""

    first = StringField("First name", [InputRequired("Enter a first name")])
    email = EmailField("Email")


class SecretForm(Form):
    """With a secret beside what is none."""

    hint = StringField("Hint")
    password = PasswordField("Password")


class AgeForm(Form):
    """And how old."""

    age = IntegerField("Age", [InputRequired("Enter an age")])


FLOW = Flow(
    Step("name", NameForm, title="Name"),
    Step("secret", SecretForm, title="Secret", keep={"password": lambda password: f"hash of {password}"}),
    Step("age", AgeForm, title="Age"),
)


def make(url, database, **options):
    """An application with a survey that can be saved for later."""
    app = Flask(__name__)
    app.name = token_hex(4)
    app.testing = True
    app.secret_key = f"for the tests, and as long as it has to be {app.name}"
    app.session_interface = open_sessions(url)
    Outbox(app, url=database)
    finished = app.extensions["finished"] = {}

    def finish(answers, key):
        finished.setdefault(key, dict(answers))
        return f"R-{len(finished)}"

    options = {"resume": lambda answers: answers["name"]["email"], **options}
    app.register_blueprint(Wizard("survey", FLOW, on_finish=finish, **options), url_prefix="/survey")
    return app


@pytest.fixture
def app(store_url, database):
    """The same over each store."""
    return make(store_url, database)


def device(app, page="name"):
    """A browser, with a token that is good on a page without a form too."""
    visitor = Visitor(app.test_client(), "/survey")
    visitor._token = visitor.token(page)
    return visitor


def letters(app):
    """The mails, the newest first."""
    return [one.mail for one in app.extensions["wizard.outbox"].letters()]


def save(browser, email=ADA):
    """Save for later; return what stands in the mail, and the code that the page shows."""
    assert browser.post("save", email=email).location == "/survey/save"
    code = re.search(r'id="return-code">(\d{6})<', browser.get("save").text)[1]
    [newest, *_] = letters(browser.client.application)
    return re.search(r"/survey/(return/\S+)", newest.text)[1], code


def begun(app):
    """A device on which two steps are answered, and a third is half typed."""
    browser = device(app)
    browser.answer("name", first="Ada", email=ADA)
    browser.answer("secret", hint="pet", password="rex")
    return browser


def other_than(code):
    """A code that is not shown."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_another_device_goes_on(app):
    """With the answers and what was half typed; secrets are asked again, and the old device is told."""
    old, new = begun(app), device(app)
    assert old.post("age", age="3x", _action="save").location == "/survey/save"
    assert f'value="{ADA}"' in old.get("save").text
    link, code = save(old)
    page = new.open(link)
    before = new.client.get_cookie("session").value
    assert new.send(link, page, code=code).location == "/survey/"
    assert new.client.get_cookie("session").value != before
    assert new.client.get("/survey/").location == "/survey/secret"
    assert 'value="pet"' in new.get("secret").text
    assert "rex" not in new.get("secret").text
    new.answer("secret", hint="pet", password="max")
    assert 'value="3x"' in new.get("age").text
    new.answer("age", age="36")
    new.post("summary")
    [answers] = app.extensions["finished"].values()
    assert answers["secret"]["password"] == "hash of max"
    assert (answers["name"]["first"], answers["age"]) == ("Ada", {"age": 36})

    for page in ("name", "age", "summary", ""):
        assert "You’ve continued on another device" in shown(old.client.get(f"/survey/{page}", follow_redirects=True))
    sent = old.post("name", first="Augusta")
    assert (sent.status_code, "Augusta" in shown(sent)) == (409, True)
    assert old.post("clear").status_code == 303
    assert old.client.get("/survey/", follow_redirects=True).request.path == "/survey/name"
    old.answer("name", first="Eve")
    assert "R-1" in shown(new.get("done"))


def test_the_old_device_goes_on_until_the_link_is_used(app):
    """And what it answers then is there on the other."""
    old, new = begun(app), device(app)
    link, code = save(old)
    old.answer("age", age="37")
    assert old.client.get(f"/survey/{link}").location == "/survey/"
    new.post(link, code=code)
    assert 'value="37"' in new.get("age", follow_redirects=True).text or "37" in stored_of(app, new)


def stored_of(app, browser):
    """What a browser's pages read."""
    with browser.client:
        browser.get("name")
        return str(dict(session))


def test_a_look_changes_nothing(app):
    """However often a scanner follows the link."""
    old, new = begun(app), device(app)
    link, code = save(old)
    for _ in range(2 * TRIES):
        assert app.test_client().get(f"/survey/{link}").status_code == 200
    assert "continued on another device" not in old.get("name").text
    assert new.post(link, code=code).location == "/survey/"


def test_a_link_opens_once(app):
    """Who comes later learns nothing else than of a link that never was."""
    old = begun(app)
    link, code = save(old)
    browsers = [device(app) for _ in range(3)]
    opened = [(browser, browser.open(link)) for browser in browsers]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda one: one[0].send(link, one[1], code=code), opened))
    assert sorted(one.status_code for one in answers) == [303, 422, 422]
    later = device(app)
    used, never = later.get(link), later.get("return/never")
    assert (used.status_code, never.status_code) == (404, 404)
    assert "This link does not work" in shown(used)
    assert shown(used) == shown(never)


def test_the_newest_link_wins(app):
    """Both that it opens, and that no other does."""
    old, new = begun(app), device(app)
    first, first_code = save(old)
    second, second_code = save(old)
    assert new.get(first).status_code == 404
    assert new.post(first, code=first_code).status_code == 422
    assert new.post(second, code=second_code).location == "/survey/"


@pytest.mark.parametrize("at_once", [False, True])
def test_a_code_is_tried_five_times(app, at_once):
    """Counted before it is looked at: the right one opens nothing after that."""
    old = begun(app)
    link, code = save(old)
    browsers = [device(app) for _ in range(TRIES + 2)]
    opened = [(browser, browser.open(link)) for browser in browsers]
    typed = [other_than(code)] * (len(browsers) - 1) + ([other_than(code)] if at_once else [code])
    with ThreadPoolExecutor(len(browsers) if at_once else 1) as pool:
        answers = list(
            pool.map(lambda one: one[0][0].send(link, one[0][1], code=one[1]), zip(opened, typed, strict=True))
        )
    assert {one.status_code for one in answers} == {422}
    assert device(app).get(link).status_code == 404
    assert device(app).post(link, code=code).status_code == 422
    # The device that has saved it has another one sent.
    link, code = save(old)
    assert device(app).post(link, code=code).location == "/survey/"


def test_the_last_try_may_be_right(app):
    """After wrong ones, and those that are no code, which count for nothing."""
    old, new = begun(app), device(app)
    link, code = save(old)
    for wrong in (*[other_than(code)] * (TRIES - 1), "", "12", "abcdef"):
        assert new.post(link, code=wrong).status_code == 422
    assert new.post(link, code=f" {code[:3]}-{code[3:]} ").location == "/survey/"


def test_neither_the_mail_nor_the_store_is_enough(app):
    """The code is not in the mail; what is in the link is nowhere in clear."""
    old = begun(app)
    link, code = save(old)
    [letter] = letters(app)
    assert letter.to == ADA
    assert code not in letter.subject + letter.text
    store = app.session_interface.store
    token, kept = link.partition("/")[2], []

    def spy(row_id, data, *args, **kwargs):
        kept.append(f"{row_id} {data}")
        return type(store).save(store, row_id, data, *args, **kwargs)

    store.save = spy
    link, code = save(old)
    del store.save
    assert kept
    assert not any(token in one or code in one.split() or link.partition("/")[2] in one for one in kept)
    assert "Ada" not in stored(app, old.client)


def test_a_run_that_is_over_opens_nothing(app):
    """It was cleared, or finished, on the device that had saved it."""
    for end in ("clear", "summary"):
        old = begun(app)
        link, code = save(old)
        old.answer("age", age="36")
        old.post(end)
        assert device(app).get(link).status_code == 404
        assert device(app).post(link, code=code).status_code == 422


def test_an_expired_run_opens_nothing(app):
    """The link says that it is over."""
    old = begun(app)
    link, _ = save(old)
    sealed = app.session_interface.sealed(app)
    with old.client.session_transaction() as own:
        secret = own["survey saved"]["secret"]
    from wizard.sessions.sealed import owned_id

    sealed.delete(owned_id("survey", f"saved {secret}"))
    assert "saved answers may have expired" in shown(device(app).get(link))


def test_what_was_begun_there_is_kept(app):
    """As a Draft, beside the answer that has come."""
    old, new = begun(app), device(app)
    new.answer("name", first="Eve")
    link, code = save(old)
    assert "There are already answers in this browser" in shown(new.get(link))
    new.post(link, code=code)
    new.post("secret", hint="", password="")
    assert 'value="Eve"' in new.get("name").text
    assert "Ada" in stored_of(app, new)


def test_two_tabs_see_each_other_after_it_was_saved(app):
    """A page that was opened before is outdated by what another tab sends."""
    old = begun(app)
    pages = old.open("name"), old.open("name")
    save(old)
    assert old.send("name", pages[0], first="Augusta").status_code == 303
    assert old.send("name", pages[1], first="Byron").status_code == 409


def test_an_address_that_is_none_is_refused(app):
    """And nothing is sent; nor is it before anything was typed."""
    old = device(app)
    assert old.client.get("/survey/save").location == "/survey/name"
    assert old.post("save", email=ADA).location == "/survey/name"
    old.answer("name", first="Ada")
    for wrong in ("", "ada", "ada@", f"{'a' * 400}@example.com", "ada@example.com, eve@example.com"):
        sent = old.post("save", email=wrong)
        assert (sent.status_code, "Enter an email address" in shown(sent)) == (422, True)
    assert letters(app) == []


def test_nobody_is_flooded_with_mails(app):
    """So many to one address in an hour, whoever asks."""
    for _ in range(MAILS_AN_HOUR):
        save(begun(app))
    sent = begun(app).post("save", email=ADA.title())
    assert (sent.status_code, len(letters(app))) == (429, MAILS_AN_HOUR)
    assert int(sent.headers["Retry-After"]) > 0


def test_a_mistake_is_found_at_the_start(store_url, database):
    """Each with its cure."""
    app = Flask(__name__)
    app.secret_key = "for the tests, and as long as it has to be"

    def wizard(flow=FLOW, **options):
        return Wizard("survey", flow, on_finish=lambda answers, key: key, **{"resume": True, **options})

    with pytest.raises(SettingError, match=r"resume=.*Use a database or Redis"):
        app.register_blueprint(wizard(Flow(Step("name", NameForm, title="Name"))))
    app.session_interface = open_sessions(store_url)
    with pytest.raises(SettingError, match=r"there is no outbox.*Outbox\(app\)"):
        app.register_blueprint(wizard())
    with pytest.raises(FlowError, match=r"resume= and owner= too"):
        wizard(owner=lambda: "ada")
    with pytest.raises(FlowError, match="its resume must take one argument"):
        wizard(resume=lambda: ADA)
    with pytest.raises(FlowError, match="has this name"):
        wizard(Flow(Step("save", NameForm, title="Save")))
    listed = Repeat("people", SecretForm, title="People", keep={"password": None})
    with pytest.raises(FlowError, match="'password' is in a list"):
        wizard(Flow(listed))


def test_a_wizard_without_it_offers_nothing(store_url, database):
    """Neither a button nor an address."""
    app = make(store_url, database, resume=False)
    browser = begun(app)
    assert "Save and finish later" not in browser.get("age").text
    assert browser.get("save").location == "/survey/age"
    assert browser.post("age", _action="save").status_code == 400
    assert "Save and finish later" in begun(make(store_url, database)).get("age").text


@pytest.mark.checkout
def test_the_samples_run(database):
    """What the document says of itself."""
    names = {"__name__": "work", "url": database}
    for sample in samples(ROOT / "docs" / "resume.md"):
        exec(sample.text, names)  # noqa: S102  (that is what it is for)
    app = names["app"]
    app.testing = True
    visitor = Visitor(app.test_client(), "/application")
    visitor.answer("contact", email=ADA)
    visitor.post("letter", letter="I am", _action="save")
    assert f'value="{ADA}"' in visitor.get("save").text
    visitor.post("save", email=ADA)
    code = re.search(r'id="return-code">(\d{6})<', visitor.get("save").text)[1]
    link = re.search(r"/application/(return/\S+)", letters(app)[0].text)[1]
    other = Visitor(app.test_client(), "/application")
    assert other.post(link, code=code).status_code == 303
    assert "I am" in other.get("letter").text
