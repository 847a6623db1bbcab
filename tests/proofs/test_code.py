"""Code: whoever can read the mail goes on, after few tries, and nobody is flooded with mails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from wizard import Code, Flow, FlowError, Mail, Outbox, SettingError, Step, Wizard
from wizard.errors import StoreError
from wizard.pages.code import digits
from wizard.proofs.bounds import GOOD_FOR, MAILS_AN_HOUR, PAUSE, TRIES, TRIES_AN_HOUR, TooOften
from wizard.proofs.codes import Codes
from wizard.sessions import open_sessions
from wizard.testing import walk

from .conftest import AccountForm, Shop

ADA = "ada@example.com"


@pytest.fixture
def visitor(shop):
    """A visitor to whom a code was just sent."""
    return shop.visitor().answer("account", email=ADA)


def other_than(code):
    """A code that was not sent."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def mail_of(code):
    """The mail of a code."""
    return Mail(ADA, code, code)


def test_it_is_sent_when_the_step_before_is_accepted(shop, visitor):
    """To the address that was given, and once, however often the page is looked at or sent."""
    for _ in range(2):
        text = visitor.client.get("/shop/verify").text
        visitor.answer("account", email=ADA)
    [letter] = shop.outbox.letters()
    assert (letter.mail.to, letter.mail.subject) == (ADA, f"{shop.codes[0]} is your code")
    assert shop.codes[0] in letter.mail.text
    assert 'autocomplete="one-time-code"' in text
    assert 'inputmode="numeric"' in text
    assert shop.codes[0] not in text


def test_a_get_sends_nothing(shop, visitor):
    """Who comes by another way has a button."""
    shop.clock.now += GOOD_FOR
    text = visitor.client.get("/shop/verify").text
    assert "Send the code" in text
    assert 'name="code"' not in text
    assert len(shop.codes) == 1
    assert visitor.send("verify", "send").location == "/shop/verify"
    assert len(shop.codes) == 2


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:.3} {}", "{:.3}-{}"])
def test_the_code_is_taken_as_it_is_pasted(shop, visitor, typed):
    """With blanks and dashes."""
    code = shop.codes[0]
    typed = typed.format(code) if typed.count("{") == 1 else typed.format(code, code[3:])
    visitor.answer("verify", code=typed)
    assert visitor.answers["verify"] == {"address": ADA}
    assert visitor.at == "order"


def test_digits_of_other_scripts_are_digits():
    """As a keyboard has them."""
    assert digits("١٢٣ ٤٥٦") == digits("\N{FULLWIDTH DIGIT ONE}23456"[:6]) == "123456"
    assert digits("12a²") == "12a²"


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Enter the code from the email"), ("12345", "six digits"), ("1234567", "six digits")]
)
def test_what_is_no_code_costs_no_try(shop, visitor, typed, said):
    """It is said what is wrong, and stays as it was typed."""
    for _ in range(TRIES + 1):
        status, text = visitor.said("verify", code=typed)
        assert status == 422
        assert said in text
    visitor.answer("verify", code=shop.codes[0])


def test_a_wrong_code_is_not_taken(shop, visitor):
    """Nor a right one after five tries; another one is."""
    wrong = other_than(shop.codes[0])
    for _ in range(TRIES):
        assert "not the code we sent last" in visitor.said("verify", code=wrong)[1]
    assert "This code has expired or was tried too often" in visitor.said("verify", code=shop.codes[0])[1]
    shop.clock.now += PAUSE
    visitor.send("verify", "send")
    assert "A new code is on its way" in visitor.client.get("/shop/verify").text
    visitor.answer("verify", code=shop.codes[0])


def test_five_tries_at_once_are_five(url):
    """They are counted before they are compared, however many come together."""
    shop = Shop(url)
    with shop.app.app_context():
        codes = Codes(shop.app.extensions["wizard_proofs"])
        codes.send("key", ADA, mail_of)
        wrong = other_than(shop.codes[0])
        with ThreadPoolExecutor(TRIES + 3) as threads:
            found = list(threads.map(lambda _: codes.check("key", ADA, wrong), range(TRIES + 3)))
        assert sorted(found, key=str) == [False] * TRIES + [None] * 3
        assert codes.check("key", ADA, shop.codes[0]) is None


def test_a_code_works_for_ten_minutes(shop, visitor):
    """And no longer."""
    shop.clock.now += GOOD_FOR - 1
    assert visitor.client.get("/shop/verify").text.count('name="code"') == 1
    shop.clock.now += 1
    page = {"code": shop.codes[0], "_run": "", "csrf_token": ""}
    assert visitor.client.get("/shop/verify").text.count('name="code"') == 0
    values = visitor._open("/shop/verify").sheet("/shop/verify").values.to_dict()
    response = visitor.client.post("/shop/verify", data={**values, "code": page["code"]})
    assert response.status_code == 422
    assert "Ask for another one" in response.text


def test_a_code_works_once(url):
    """And in its own run alone, for its own address."""
    shop = Shop(url)
    with shop.app.app_context():
        codes = Codes(shop.app.extensions["wizard_proofs"])
        codes.send("key", ADA, mail_of)
        [code] = shop.codes
        assert codes.check("another", ADA, code) is None
        assert codes.check("key", "bob@example.com", code) is False
        assert codes.check("key", ADA, code) is True
        assert codes.check("key", ADA, code) is None
        assert codes.sent("key") is None


def test_a_code_of_another_visitor_does_nothing(shop, visitor):
    """Though it was sent to the same address."""
    other = shop.visitor().answer("account", email=ADA)
    newest, first = shop.codes
    assert visitor.said("verify", code=newest)[0] == 422
    visitor.answer("verify", code=first)
    other.answer("verify", code=newest)


def test_two_clicks_are_one(shop, visitor):
    """The second finds it answered."""
    page = visitor._open("/shop/verify").filled("/shop/verify", {"code": shop.codes[0]}, "")
    assert [visitor.client.post("/shop/verify", data=page).location for _ in range(2)] == ["/shop/order"] * 2


def test_another_address_needs_another_code(shop, visitor):
    """The page leads to where it is changed, and what was proven of the first lapses, and comes back with it."""
    assert 'href="/shop/account">Change address</a>' in visitor.client.get("/shop/verify").text
    old = shop.codes[0]
    visitor.answer("verify", code=old)
    visitor.answer("account", email="bob@example.com")
    assert visitor.at == "verify"
    assert [one.mail.to for one in shop.outbox.letters()] == ["bob@example.com", ADA]
    assert visitor.said("verify", code=old)[0] == 422
    visitor.answer("account", email=ADA)
    assert visitor.at == "order"


def test_another_one_is_sent_after_a_while(shop, visitor):
    """Of two clicks the second is too early, and the first code still works."""
    response = visitor.send("verify", "send")
    assert (response.status_code, response.headers["Retry-After"]) == (429, str(PAUSE))
    assert "Wait 30 seconds before you ask for another" in response.text
    visitor.answer("verify", code=shop.codes[0])


def test_nobody_is_flooded(url):
    """Five mails an hour to one address, whatever runs and sessions they are of; and the last code still works."""
    shop = Shop(url)
    visitors = [shop.visitor().answer("account", email=one) for one in [ADA, ADA.upper()] * MAILS_AN_HOUR]
    assert len(shop.codes) == MAILS_AN_HOUR
    shop.clock.now += PAUSE
    response = visitors[0].send("verify", "send")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) == 3600 - PAUSE
    visitors[0].answer("verify", code=shop.codes[-1])
    assert "Send the code" in visitors[-1].client.get("/shop/verify").text
    shop.visitor().answer("account", email="bob@example.com")
    assert len(shop.codes) == MAILS_AN_HOUR + 1
    shop.clock.now += 3600
    assert visitors[-1].send("verify", "send").status_code == 303


def test_nobody_guesses(shop):
    """Ten tries an hour for one address, whatever runs they are of."""
    with shop.app.app_context():
        codes = Codes(shop.app.extensions["wizard_proofs"])
        for number in range(TRIES_AN_HOUR):
            assert codes.check(f"key {number}", ADA, "123456") is None
        visitor = shop.visitor().answer("account", email=ADA)
        status, said = visitor.said("verify", code=shop.codes[0])
        assert status == 429
        assert "try again in 1 hour" in said
        with pytest.raises(TooOften):
            codes.check("key", ADA, "123456")
        assert codes.check("key", "bob@example.com", "123456") is None


def test_a_code_is_there_if_its_mail_is(url, monkeypatch):
    """They are of one transaction: what dies between the two leaves neither."""
    shop = Shop(url)
    with shop.app.app_context():
        codes = Codes(shop.app.extensions["wizard_proofs"])
        put = shop.outbox.put

        def die(connection, what):
            put(connection, what)
            assert isinstance(connection, Connection)
            raise KeyboardInterrupt

        monkeypatch.setattr(shop.outbox, "put", die)
        with pytest.raises(KeyboardInterrupt):
            codes.send("key", ADA, mail_of)
        assert (codes.sent("key"), shop.codes) == (None, [])
        monkeypatch.undo()
        codes.send("key", ADA, mail_of)
        assert codes.sent("key").again == PAUSE


def test_an_answer_is_accepted_though_no_mail_can_be_put(shop, monkeypatch):
    """The page has a button for later."""

    def fail(*_):
        raise StoreError("it is away")

    monkeypatch.setattr(Codes, "send", fail)
    visitor = shop.visitor().answer("account", email=ADA)
    assert "Send the code" in visitor.client.get("/shop/verify").text


def test_the_table_says_nothing_of_it(shop, visitor):
    """Neither the address, nor the code, nor the run."""
    with shop.outbox.rows.engine.connect() as connection:
        rows = repr(connection.exec_driver_sql("select * from wizard_proofs").all())
    with visitor._stored() as run:
        for one in (ADA, shop.codes[0], run.key):
            assert one not in rows


def test_the_page_has_a_way_on_for_who_gets_no_mail(shop, visitor):
    """Where there is no mail server, also to the mailbox."""
    text = visitor.client.get("/shop/verify").text
    for one in ("spam folder", "Send another code", "Call us", 'href="/mailbox"'):
        assert one in text
    assert "account" not in text.partition("<h1")[2].partition("<footer")[0].replace("/shop/account", "")


def test_how_many_are_sent_from_one_place_is_limited(database):
    """To however many addresses."""
    shop = Shop(database, WIZARD_LIMIT_BEGIN={"address": "2 per hour"})
    for number in range(4):
        visitor = shop.visitor()
        visitor.client.environ_base.pop("wizard.unlimited")
        visitor.answer("account", email=f"{number}@example.com")
    assert len(shop.codes) == 2
    assert visitor.send("verify", "send").status_code == 429


def test_it_can_be_the_first_step(database):
    """As where the address is that of who is signed in."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for the tests, and long enough", TESTING=True)
    outbox = Outbox(app, database)
    app.session_interface = open_sessions(database)
    flow = Flow(Code("verify", title="Check your email", to=lambda _: ADA))
    app.register_blueprint(Wizard("shop", flow, on_finish=lambda *_: "R"), url_prefix="/shop")
    from .conftest import Visitor

    visitor = Visitor(app)
    assert visitor.send("verify", "send").status_code == 303
    visitor.answer("verify", code=outbox.letters()[0].mail.subject[:6])
    assert visitor.finish() == "R"


def test_a_test_proves_it_without_reading_mails(shop):
    """And a program gives it."""
    visitor = shop.visitor().answer("account", email=ADA).prove("verify")
    assert visitor.answers["verify"] == {"address": ADA}
    run = shop.wizard.flow.run({"account": {"email": ADA}, "verify": True})
    assert run.answers["verify"] == {"address": ADA}


def test_an_author_writes_the_mail(database):
    """For an address and its code; where there is none, it is the usual one."""
    shop = Shop(database, mail=lambda address, code: Mail(address, "Hello", code) if address == ADA else None)
    shop.visitor().answer("account", email=ADA).answer("verify", code=shop.codes[0])
    shop.visitor().answer("account", email="bob@example.com").answer("verify", code=shop.codes[0])
    assert [letter.mail.subject for letter in shop.outbox.letters()][1:] == ["Hello"]
    shop = Shop(database, mail=lambda address, code: code)
    with pytest.raises(FlowError, match=r"its 'mail' returned '\d{6}'. Return a Mail, or None for the usual one"):
        shop.visitor().answer("account", email="eve@example.com")


def test_it_needs_an_outbox(database):
    """In the database of all proofs."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for the tests, and long enough")
    app.session_interface = open_sessions(database)
    flow = Flow(Code("verify", title="Check your email", to=lambda _: ADA))
    with pytest.raises(SettingError, match=r"there is no outbox .* Make one before the wizard is registered: Outbox"):
        app.register_blueprint(Wizard("shop", flow, on_finish=lambda *_: "R"))


def test_a_mistake_is_found_when_it_is_built():
    """The message says the cure."""
    with pytest.raises(FlowError, match=r"its 'to' is 'ada@example.com'. Use a function, such as to=lambda answers"):
        Code("verify", title="Check your email", to=ADA)
    with pytest.raises(FlowError, match=r"its 'mail' must take two arguments. Begin it with: lambda address, code"):
        Code("verify", title="Check your email", to=lambda _: ADA, mail=lambda address: None)
    with pytest.raises(FlowError, match=r"it reads account.mail, and the step 'account' has no such field"):
        Flow(
            Step("account", AccountForm, title="You"),
            Code("verify", title="Check your email", to=lambda answers: answers["account"]["mail"]),
        )


def test_no_visitor_breaks_the_flow(tmp_path):
    """Codes and payments are proven by the walk itself."""
    numbers = iter(range(1000))
    walk(
        lambda: Shop(f"sqlite:///{tmp_path}/{next(numbers)}.db").app,
        answers={
            "account": st.sampled_from([{"email": ADA}, {"email": "bob@example.com"}]),
            "order": st.integers(1, 3).map(lambda amount: {"amount": amount}),
            "payment": st.just({"reference": "P-1"}),
        },
        settings=settings(max_examples=10, stateful_step_count=12, deadline=None, database=None, derandomize=True),
    )
