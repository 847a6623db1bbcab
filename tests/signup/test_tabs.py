"""Tabs: the same visitor in two of them, which share one cookie, on every store."""

from __future__ import annotations

import re
from threading import Barrier, Thread
from urllib.parse import urlencode

import pytest

from tests.conftest import ACCOUNT, PROFILE, SECURITY, Visitor, hidden, shown


@pytest.fixture
def app(app_over_store):
    """The application over each store."""
    return app_over_store


def test_two_tabs_on_different_steps_do_not_meet(visitor):
    """Each page saves its own step."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    first, second = hidden(visitor.get("account").text), hidden(visitor.get("profile").text)
    assert visitor.post("profile", **{**PROFILE, "full_name": "Ada King"}, **second).status_code == 303
    assert visitor.post("account", **{**ACCOUNT, "username": "king"}, **first).status_code == 303
    visitor.answer("plan", plan="personal")
    visitor.answer("security", **SECURITY)
    page = shown(visitor.get("summary"))
    assert "Ada King" in page
    assert " king " in page


def test_the_same_step_in_two_tabs_is_asked_about(visitor):
    """Nothing is overwritten: what differs is shown, and the visitor says which to keep. It is no error."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    first, second = (hidden(visitor.get("profile").text) for _ in range(2))
    visitor.answer("profile", **{**PROFILE, "full_name": "Ada in tab one"}, **first)
    response = visitor.post("profile", **{**PROFILE, "full_name": "Ada in tab two"}, **second)
    assert response.status_code == 409
    page = shown(response)
    assert page.startswith("Two versions: About you - ")
    assert "What you typed here Full name Ada in tab two Use what I typed here" in page
    assert "What was saved in the other tab Full name Ada in tab one Keep what was saved" in page
    assert "Country" not in page
    assert "There is a problem" not in page
    assert 'href="/signup/plan"' in response.text
    assert "Clear answers" in page
    assert "Ada in tab one" in visitor.get("profile").text
    again = visitor.client.post("/signup/profile", data=hidden(response.text))
    assert again.location == "/signup/plan"
    assert "Ada in tab two" in visitor.get("profile").text


def test_the_first_answer_in_two_tabs_is_asked_about_too(visitor):
    """Both pages were empty when they were opened; the second to be sent meets an answer."""
    first, second = (hidden(visitor.get("account").text) for _ in range(2))
    visitor.answer("account", **ACCOUNT, **first)
    assert visitor.post("account", email="b@example.com", username="bob", **second).status_code == 409


def test_the_same_answer_in_two_tabs_is_no_conflict(visitor):
    """Nothing would be lost."""
    first, second = (hidden(visitor.get("account").text) for _ in range(2))
    visitor.answer("account", **ACCOUNT, **first)
    assert visitor.post("account", **ACCOUNT, **second).status_code == 303


def test_the_same_page_sent_twice_is_no_conflict(visitor):
    """A double click, or a retry after a lost answer, even where a hash differs each time."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    visitor.answer("plan", plan="personal")
    page = hidden(visitor.get("security").text)
    assert visitor.post("security", **SECURITY, **page).status_code == 303
    assert visitor.post("security", **SECURITY, **page).status_code == 303


def test_a_page_sent_twice_hides_nothing_from_another_tab(visitor):
    """What the first page made of its step after the second was opened, the second has not seen."""
    first = hidden(visitor.get("account").text)
    visitor.answer("account", **ACCOUNT, **first)
    second = hidden(visitor.get("account").text)
    for _ in range(3):
        visitor.answer("account", email="b@example.com", username="bob", **first)
    assert visitor.post("account", email="c@example.com", username="carol", **second).status_code == 409
    visitor.answer("account", email="d@example.com", username="dan", **first)


def test_a_password_changed_in_two_tabs_is_asked_about_and_typed_again(visitor):
    """The page that asks carries no password."""
    visitor.answer_all()
    first, second = (visitor.open("security") for _ in range(2))
    visitor.answer("security", **{**SECURITY, "password": "in the first tab"}, **first)
    response = visitor.post("security", **{**SECURITY, "password": "in the second tab"}, **second)
    assert response.status_code == 409
    assert "in the second tab" not in response.text
    assert 'type="password"' in response.text
    again = {**hidden(response.text), "password": "typed again"}
    assert visitor.client.post("/signup/security", data=again).location == "/signup/summary"


def test_a_mistake_does_not_hide_a_conflict(visitor):
    """A page that was shown again because of an error still knows what it was opened from."""
    visitor.answer("account", **ACCOUNT)
    first, second = (hidden(visitor.get("account").text) for _ in range(2))
    refused = visitor.post("account", email="x", username="carol", **second)
    visitor.answer("account", email="b@example.com", username="bob", **first)
    sent = {**hidden(refused.text), "email": "c@example.com", "username": "carol"}
    assert visitor.client.post("/signup/account", data=sent).status_code == 409


# The end in one tab


def test_finishing_in_two_tabs_leads_to_one_receipt(visitor):
    """The second is told the same as the first, and no second account is begun."""
    visitor.answer_all()
    first, second = visitor.open("summary"), visitor.open("summary")
    assert visitor.send("summary", first).location == "/signup/done"
    receipt = shown(visitor.get("done"))
    assert visitor.send("summary", second).location == "/signup/done"
    assert shown(visitor.get("done")) == receipt


@pytest.mark.parametrize("pressed", ["", "back"])
def test_a_step_that_was_open_when_another_tab_finished_leads_to_the_receipt(visitor, pressed):
    """It belongs to a run that is over, so that it starts nothing."""
    visitor.answer_all()
    step, summary = visitor.open("profile"), visitor.open("summary")
    visitor.send("summary", summary)
    assert visitor.send("profile", step, **PROFILE, _action=pressed).location == "/signup/done"
    with visitor.client.session_transaction() as session:
        assert sorted(session["signup"]) == ["format", "receipts"]


def test_a_language_that_is_chosen_after_the_end_is_that_of_the_receipt(visitor):
    """With htmx, it is loaded as a whole: what stands around the block is in another language, too."""
    visitor.answer_all()
    step, summary = visitor.open("profile"), visitor.open("summary")
    visitor.send("summary", summary)
    assert visitor.send("profile", step, **PROFILE, _language="de").location == "/signup/done"
    assert "Konto angelegt" in shown(visitor.get("done"))
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    response = visitor.send("profile", step, headers, **PROFILE, _language="es")
    assert response.headers["HX-Redirect"] == "/signup/done"
    assert "Cuenta creada" in shown(visitor.get("done"))


def test_the_receipt_says_what_was_sent_too_late(visitor):
    """And of what was sent in time it says nothing."""
    visitor.answer_all()
    step, summary = visitor.open("profile"), visitor.open("summary")
    visitor.send("summary", summary)
    said = "already been sent, so what you typed for “About you” in another tab or window was not used."
    assert said not in shown(visitor.get("done"))
    visitor.send("profile", step, **PROFILE)
    assert said in shown(visitor.get("done"))
    visitor.send("summary", summary)
    assert said in shown(visitor.get("done"))


def test_a_page_of_an_earlier_run_leads_to_the_receipt_of_that_run(visitor):
    """Another run has been finished since, and a third is under way, which is left as it is."""
    pages = []
    for name in ("ada", "bob"):
        visitor.answer_all(email=f"{name}@example.com", username=name)
        pages.append(visitor.open("summary"))
        visitor.send("summary", pages[-1])
    with visitor.client.session_transaction() as session:
        first, second = (receipt["reference"] for receipt in session["signup"]["receipts"])
    visitor.answer("account", email="carol@example.com", username="carol")
    old = visitor.send("account", pages[0], **ACCOUNT).location
    assert first in shown(visitor.client.get(old))
    assert second in shown(visitor.client.get(visitor.send("account", pages[1], **ACCOUNT).location))
    assert 'value="carol"' in visitor.get("account").text


def test_a_retry_of_the_finish_whose_answer_was_lost_gets_the_same_receipt(visitor):
    """With the cookie that the browser had before."""
    visitor.answer_all()
    page, cookie = visitor.open("summary"), visitor.client.get_cookie("session").value
    visitor.send("summary", page)
    receipt = re.search('class="reference".*?</strong>', visitor.get("done").text)[0]
    visitor.client.set_cookie("session", cookie)
    assert "You’ve already finished" in shown(visitor.get("account"))
    assert visitor.send("summary", page).location == "/signup/done"
    assert receipt in visitor.get("done").text


@pytest.mark.parametrize(("name", "status"), [("profile", 422), ("summary", 303)])
def test_a_page_that_was_open_for_too_long_still_belongs_to_its_finished_run(app, visitor, name, status):
    """Shown again with a fresh token and sent once more, it leads to the Receipt, and starts nothing."""
    visitor.answer_all()
    page = visitor.open(name)
    visitor.send("summary", visitor.open("summary"))
    app.config["WTF_CSRF_TIME_LIMIT"] = -1
    response = visitor.send(name, page, **PROFILE)
    assert response.status_code == status
    app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    led = response.location if status == 303 else visitor.send(name, hidden(response.text), **PROFILE).location
    assert led == "/signup/done"
    with visitor.client.session_transaction() as session:
        assert sorted(session["signup"]) == ["format", "receipts"]


def test_a_page_that_was_open_when_another_tab_finished_clears_no_receipt(visitor):
    """Without JavaScript too, where Clear leads to a page that asks: it names the run that it is about."""
    visitor.answer_all()
    old = asks_to_clear(visitor.get("profile"))
    visitor.send("summary", visitor.open("summary"))
    assert visitor.get(old).location == "/signup/done"
    visitor.answer("account", email="bob@example.com", username="bob")
    assert visitor.get(old).location == "/signup/done"
    new = asks_to_clear(visitor.get("account"))
    assert "Clear all your answers?" in shown(visitor.get(new))
    visitor.post("clear")
    for over in (old, new):
        assert visitor.get(over).location == "/signup/"


def asks_to_clear(page):
    """The address that the button Clear answers leads to."""
    form = page.text.partition('<form class="clear"')[2].partition("</form>")[0]
    return "clear?" + urlencode(re.findall('<input type="hidden" name="([^"]+)" value="([^"]+)"', form))


@pytest.mark.parametrize("is_open_before", [True, False])
def test_to_start_again_erases_nothing_unasked_that_was_begun_since(visitor, is_open_before):
    """On the Receipt, opened before the new run or after it."""
    visitor.answer_all()
    visitor.send("summary", visitor.open("summary"))
    done = visitor.open("done")
    visitor.answer("account", email="bob@example.com", username="bob")
    if not is_open_before:
        done = visitor.open("done")
    assert visitor.send("clear", done).location == "/signup/clear"
    assert 'value="bob"' in visitor.get("account").text
    assert visitor.send("clear", visitor.open("clear")).location == "/signup/"
    assert 'value="bob"' not in visitor.get("account").text


# Clearing in one tab


@pytest.mark.parametrize("page", ["profile", "team?from=summary", "members", "summary"])
def test_who_keeps_the_answers_goes_on_where_that_was_asked(visitor, page):
    """And not where the first answer is missing, which may be another step."""
    visitor.answer_all("team")
    asks = visitor.get(asks_to_clear(visitor.get(page))).text
    assert f'href="/signup/{page}">Keep my answers</a>' in asks
    for address in ("clear", "clear?at=nowhere"):
        assert 'href="/signup/">Keep my answers</a>' in visitor.get(address).text


@pytest.mark.parametrize("button", [{"_action": "back"}, {"_language": "de"}])
def test_a_draft_typed_on_what_another_tab_has_changed_overwrites_nothing_unasked(visitor, button):
    """However it came to be kept: the page that shows it again knows what it was opened with."""
    visitor.answer_all()
    page = visitor.open("profile")
    visitor.answer("profile", **{**PROFILE, "full_name": "Grace Hopper"})
    visitor.send("profile", page, **{**PROFILE, "full_name": "Ada King"}, **button)
    again = visitor.get("profile").text
    assert "Ada King" in again
    asked = visitor.send("profile", hidden(again), **{**PROFILE, "full_name": "Ada King"})
    assert asked.status_code == 409
    # To read the question in another language is no answer to it.
    visitor.send("profile", hidden(asked.text), **{**PROFILE, "full_name": "Ada King"}, _language="de")
    again = visitor.get("profile").text
    asked = visitor.send("profile", hidden(again), **{**PROFILE, "full_name": "Ada King"})
    assert asked.status_code == 409
    assert visitor.send("profile", hidden(asked.text), **{**PROFILE, "full_name": "Ada King"}).status_code == 303
    assert "Ada King" in shown(visitor.get("summary"))


def test_a_page_that_was_open_for_too_long_still_belongs_to_its_cleared_run(app, visitor):
    """Shown again with a fresh token and sent once more, it begins nothing by itself."""
    visitor.answer("account", **ACCOUNT)
    page = visitor.open("account")
    visitor.post("clear")
    app.config["WTF_CSRF_TIME_LIMIT"] = -1
    response = visitor.send("account", page, email="eve@example.com", username="eve")
    app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    response = visitor.send("account", hidden(response.text), email="eve@example.com", username="eve")
    assert response.status_code == 409
    assert "Start again with what I typed here" in shown(response)


def test_a_language_that_is_chosen_on_the_page_that_says_so_keeps_what_was_typed(visitor):
    """It stands in the step then, and an answer that was cleared stays so."""
    visitor.answer_all()
    page = visitor.open("profile")
    visitor.post("clear")
    asked = visitor.send("profile", page, **PROFILE)
    assert asked.status_code == 409
    form = asked.text.partition('<form id="')[2].partition('"')[0]
    assert f'value="de" lang="de" form="{form}"' in asked.text
    typed = hidden(asked.text) | PROFILE
    assert visitor.send("profile", typed, _language="de").location == "/signup/profile"
    assert visitor.get("profile").location == "/signup/account"
    assert "Ihre Eingaben bei „Über Sie“ sind gespeichert" in shown(visitor.get("account"))
    visitor.answer("account", **ACCOUNT)
    assert 'value="Ada Lovelace"' in visitor.get("profile").text


def test_a_step_that_was_open_when_another_tab_cleared_says_so(visitor):
    """What was typed is kept on the page, and begins anew only when the visitor presses the button for it."""
    visitor.answer("account", **ACCOUNT)
    page = visitor.open("account")
    visitor.post("clear")
    response = visitor.send("account", page, email="eve@example.com", username="eve")
    assert response.status_code == 409
    assert "Your answers were cleared in another tab or window" in shown(response)
    assert "Start again with what I typed here" in shown(response)
    with visitor.client.session_transaction() as session:
        assert sorted(session["signup"]) == ["cleared", "format"]
    anew = hidden(response.text)
    assert (anew["_run"], anew["email"], anew["username"]) == ("", "eve@example.com", "eve")
    assert visitor.send("account", anew).location == "/signup/verify"
    page = visitor.get("account").text
    assert 'value="eve"' in page
    assert "ada@example.com" not in page


def test_a_later_step_that_was_open_when_another_tab_cleared_is_kept_as_a_draft(visitor):
    """Begun anew, it waits for its turn."""
    visitor.answer("account", **ACCOUNT)
    page = visitor.open("profile")
    visitor.post("clear")
    response = visitor.send("profile", page, **PROFILE)
    assert response.status_code == 409
    assert "Ada Lovelace" in shown(response)
    assert visitor.send("profile", hidden(response.text)).location == "/signup/account"
    assert "We’ve saved what you typed in “About you”. You’ll find it there" in shown(visitor.get("account"))
    visitor.answer("account", **ACCOUNT)
    assert 'value="Ada Lovelace"' in visitor.get("profile").text


def test_a_password_is_not_carried_over_a_clearing(visitor):
    """It stands on no page, shown or hidden."""
    visitor.answer_all()
    page = visitor.open("security")
    visitor.post("clear")
    response = visitor.send("security", page, **SECURITY)
    assert response.status_code == 409
    assert SECURITY["password"] not in response.text


def test_clearing_leaves_nothing_to_finish(visitor):
    """A finish that comes after a clear has nothing to finish, and begins nothing."""
    visitor.answer_all()
    page = visitor.open("summary")
    visitor.post("clear")
    assert visitor.send("summary", page).location == "/signup/account"
    with visitor.client.session_transaction() as session:
        assert sorted(session["signup"]) == ["cleared", "format"]


def test_clearing_in_a_tab_that_is_left_over_clears_no_other_run(visitor):
    """Its page was opened for answers that are gone by now."""
    visitor.answer("account", **ACCOUNT)
    page = visitor.open("clear")
    visitor.send("clear", page)
    visitor.answer("account", email="eve@example.com", username="eve")
    visitor.send("clear", page)
    assert 'value="eve"' in visitor.get("account").text


# The beginning


def test_a_double_click_on_the_first_continue_makes_one_run(app, visitor):
    """Both are on their way before either is answered, with the same cookie."""
    page, cookie = visitor.open("account"), visitor.client.get_cookie("session").value
    together, led = Barrier(2), []

    def press():
        tab = Visitor(app.test_client())
        tab.client.set_cookie("session", cookie)
        together.wait()
        led.append(tab.send("account", page, **ACCOUNT))

    clicks = [Thread(target=press) for _ in range(2)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert [response.location for response in led] == ["/signup/verify"] * 2
    keys = set()
    sent = [response.headers["Set-Cookie"].partition("=")[2].partition(";")[0] for response in led]
    for one in (cookie, *sent):
        visitor.client.set_cookie("session", one)
        keys.add(visitor.open("profile")["_run"])
        assert 'value="ada"' in visitor.get("account").text
    assert len(keys) == 1


def test_two_tabs_that_were_opened_before_there_was_a_cookie_both_go_on(app, visitor):
    """The browser keeps the cookie that came last; what is typed in either tab is accepted."""
    pages, cookies = [], []
    for _ in range(2):
        tab = Visitor(app.test_client())
        pages.append(tab.open("account"))
        cookies.append(tab.client.get_cookie("session").value)
    visitor.client.set_cookie("session", cookies[1])
    assert visitor.send("account", pages[0], **ACCOUNT).location == "/signup/verify"
    response = visitor.send("account", pages[1], **ACCOUNT)
    assert response.location == "/signup/verify"
    assert 'value="ada"' in visitor.get("account").text
