"""The step with a list: people are added, changed and removed one by one, and none is lost or mistaken for another."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .journey import Journey, only_htmx
from .test_network import Gate
from .watch import Watch


def test_people_are_added_changed_and_removed(journey: Journey, page: Page) -> None:
    """Each leads back to the list, and the summary shows them in their order."""
    journey.go_to("members", plan="team")
    for name in ("Bob", "Carol", "Dan"):
        journey.invite(name)
        journey.at("members")
        expect(journey.field("name")).to_have_value("")
    journey.sees_invited("Bob", "Carol", "Dan")
    page.get_by_role("button", name="Change Carol, carol@example.com").click()
    expect(journey.heading).to_have_text("Change Carol: Invitations")
    expect(page).to_have_title("Change Carol: Invitations - Sign up - Acme")
    expect(journey.field("email")).to_have_value("carol@example.com")
    journey.invite("Carla", "Save")
    journey.at("members")
    page.get_by_role("button", name="Remove Bob, bob@example.com").press("Enter")
    journey.at("members")
    journey.sees_invited("Carla", "Dan")
    journey.press("Continue")
    journey.answer("photo")
    journey.answer("security")
    journey.at("summary")
    people = ["Carla, carla@example.com", "Dan, dan@example.com"]
    expect(journey.summary_of("Added").get_by_role("listitem")).to_have_text(people)
    page.get_by_role("link", name="Change invitations").click()
    journey.at("members")
    journey.press("Save and return")
    journey.at("summary")


def test_a_person_who_is_typed_is_added_on_the_way_on(journey: Journey) -> None:
    """Continue loses nobody."""
    journey.go_to("members", plan="team")
    journey.invite("Bob", "Continue")
    journey.at("photo")
    journey.press("Back")
    journey.at("members")
    journey.sees_invited("Bob")


def test_a_mistake_keeps_what_is_typed_and_who_is_there(journey: Journey, page: Page, watch: Watch) -> None:
    """The message stands in the summary, with a link to the field, as on every step."""
    watch.provokes(422)
    journey.go_to("members", plan="team")
    journey.invite("Bob")
    journey.sees_invited("Bob")
    journey.fill(name="Carol", email="nobody")
    journey.press("Add this person")
    expect(page.locator("#error-summary")).to_contain_text("Enter an email address like name@example.com")
    expect(page).to_have_title("Error: Step 6 of 9: Invite your team - Sign up - Acme")
    if journey.htmx:
        expect(page.locator("#error-summary")).to_be_focused()
    expect(journey.field("name")).to_have_value("Carol")
    journey.sees_invited("Bob")
    journey.fill(email="carol@example.com")
    journey.press("Add this person")
    journey.sees_invited("Bob", "Carol")


def test_a_mistake_in_a_change_keeps_who_was_there(journey: Journey, page: Page, watch: Watch) -> None:
    """The page of the one person is shown again with what was typed, and can still be left as it was."""
    watch.provokes(422)
    journey.go_to("members", plan="team")
    journey.invite("Bob")
    journey.sees_invited("Bob")
    page.get_by_role("button", name="Change Bob, bob@example.com").click()
    expect(journey.heading).to_have_text("Change Bob: Invitations")
    journey.fill(name="Robert", email="nobody")
    assert journey.send("Save").status == 422
    expect(page).to_have_title("Error: Change Bob: Invitations - Sign up - Acme")
    expect(page).to_have_url(re.compile("/signup/members/1$"))
    if journey.htmx:
        expect(page.locator("#error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter an email address like name@example.com").click()
    expect(journey.field("email")).to_be_focused()
    expect(journey.field("email")).to_have_value("nobody")
    expect(journey.field("name")).to_have_value("Robert")
    page.get_by_role("link", name="Cancel").click()
    journey.at("members")
    journey.sees_invited("Bob")


def test_back_keeps_a_half_typed_person(journey: Journey) -> None:
    """As a draft, which is nobody yet."""
    journey.go_to("members", plan="team")
    journey.fill(name="Bo")
    journey.press("Back")
    journey.answer("team")
    journey.at("members")
    expect(journey.field("name")).to_have_value("Bo")
    journey.sees_invited()


@pytest.mark.parametrize("pressed", ["Change", "Remove"])
def test_a_button_beside_a_person_keeps_a_half_typed_one(journey: Journey, page: Page, pressed: str) -> None:
    """Whoever changes or removes one while the next is being typed finds that one as it was left."""
    journey.go_to("members", plan="team")
    journey.invite("Bob")
    journey.sees_invited("Bob")
    journey.fill(name="Carol", email="car")
    page.get_by_role("button", name=f"{pressed} Bob, bob@example.com").click()
    if pressed == "Change":
        expect(journey.heading).to_have_text("Change Bob: Invitations")
        journey.invite("Rob", "Save")
    journey.at("members")
    journey.sees_invited(*(["Rob"] if pressed == "Change" else []))
    expect(journey.field("name")).to_have_value("Carol")
    expect(journey.field("email")).to_have_value("car")


def test_enter_adds_the_person_who_is_typed(journey: Journey) -> None:
    """And presses none of the buttons that stand above."""
    journey.go_to("members", plan="team")
    for name in ("Bob", "Carol"):
        journey.fill(name=name, email=f"{name.lower()}@example.com")
        journey.field("email").press("Enter")
        expect(journey.field("name")).to_have_value("")
    journey.sees_invited("Bob", "Carol")


def test_one_more_than_there_are_seats_is_refused_and_stays_typed(journey: Journey, page: Page, watch: Watch) -> None:
    """The message says the cure; with one removed there is room again."""
    watch.provokes(422)
    journey.go_to("members", plan="team")
    journey.invite_at_once(*(f"Person{number}" for number in range(1, 11)))
    expect(page.locator(".entries li")).to_have_count(10)
    other = page.context.new_page()
    other.goto("/signup/members")
    other.locator("#name").fill("Late")
    other.locator("#email").fill("late@example.com")
    journey.invite("Eleventh")
    expect(page.locator(".entries li")).to_have_count(11)
    expect(page.locator("main")).to_contain_text("You have reached the limit of 11")
    other.get_by_role("button", name="Add this person").click()
    expect(other.locator("#error-summary")).to_contain_text("You can add up to 11. Remove one before you add another.")
    expect(other.locator("#name")).to_have_value("Late")
    other.get_by_role("button", name="Remove Person1, person1@example.com").click()
    expect(other.locator(".entries li")).to_have_count(10)


def test_somebody_else_removed_meanwhile_hinders_no_change(journey: Journey, page: Page) -> None:
    """Another tab has removed somebody: whoever is changed or removed here is still the one that was meant."""
    journey.go_to("members", plan="team")
    for name in ("Bob", "Carol", "Dan", "Eve"):
        journey.invite(name)
        expect(journey.field("name")).to_have_value("")
    other = page.context.new_page()
    other.goto("/signup/members")
    page.get_by_role("button", name="Change Carol, carol@example.com").click()
    expect(journey.heading).to_have_text("Change Carol: Invitations")
    other.get_by_role("button", name="Remove Bob, bob@example.com").click()
    expect(other.locator(".entries li")).to_have_count(3)
    journey.invite("Carla", "Save")
    journey.sees_invited("Carla", "Dan", "Eve")
    other.get_by_role("button", name="Remove Dan, dan@example.com").click()
    expect(other.locator(".entries li > span")).to_have_text(["Carla, carla@example.com", "Eve, eve@example.com"])


def test_a_change_of_somebody_who_was_removed_meanwhile_loses_nothing(
    journey: Journey, page: Page, watch: Watch
) -> None:
    """The list is shown as it is now, and what was typed is offered as somebody new."""
    watch.provokes(409)
    journey.go_to("members", plan="team")
    for name in ("Bob", "Carol"):
        journey.invite(name)
        expect(journey.field("name")).to_have_value("")
    page.get_by_role("button", name="Change Bob, bob@example.com").click()
    expect(journey.heading).to_have_text("Change Bob: Invitations")
    journey.fill(name="Robert")
    other = page.context.new_page()
    other.goto("/signup/members")
    other.get_by_role("button", name="Remove Bob, bob@example.com").click()
    expect(other.locator(".entries li")).to_have_count(1)
    journey.press("Save")
    expect(page.locator("#error-summary")).to_contain_text("This list was changed in another tab")
    journey.sees_invited("Carol")
    expect(journey.field("name")).to_have_value("Robert")
    journey.press("Add this person")
    expect(page.locator(".entries li > span")).to_have_text(["Carol, carol@example.com", "Robert, bob@example.com"])


def test_a_removal_of_somebody_who_was_removed_meanwhile_removes_nobody(
    journey: Journey, page: Page, watch: Watch
) -> None:
    """The list is shown as it is now."""
    watch.provokes(409)
    journey.go_to("members", plan="team")
    for name in ("Bob", "Carol", "Dan"):
        journey.invite(name)
        expect(journey.field("name")).to_have_value("")
    other = page.context.new_page()
    other.goto("/signup/members")
    other.get_by_role("button", name="Remove Bob, bob@example.com").click()
    expect(other.locator(".entries li")).to_have_count(2)
    page.get_by_role("button", name="Remove Bob, bob@example.com").click()
    expect(page.locator("#error-summary")).to_contain_text("This list was changed in another tab")
    journey.sees_invited("Carol", "Dan")
    page.get_by_role("button", name="Remove Carol, carol@example.com").click()
    journey.sees_invited("Dan")


def test_a_person_who_is_not_there_is_a_styled_404(journey: Journey, page: Page, watch: Watch) -> None:
    """The number in an address is no promise."""
    watch.provokes(404)
    journey.go_to("members", plan="team")
    journey.open("members/99")
    expect(journey.heading).to_have_text("Page not found")
    expect(page.get_by_role("link", name="Acme")).to_be_visible()


def test_history_shows_what_the_address_says(journey: Journey, page: Page) -> None:
    """Back and Forward between the list, an entry, and the list again."""
    journey.go_to("members", plan="team")
    journey.invite("Bob")
    journey.sees_invited("Bob")
    page.get_by_role("button", name="Change Bob, bob@example.com").click()
    expect(page).to_have_url(f"{page.url.partition('/signup/')[0]}/signup/members/1")
    page.go_back()
    journey.at("members")
    journey.sees_invited("Bob")
    page.go_forward()
    expect(journey.heading).to_have_text("Change Bob: Invitations")
    expect(journey.field("name")).to_have_value("Bob")
    page.get_by_role("link", name="Cancel").click()
    journey.at("members")
    journey.sees_invited("Bob")


def test_history_never_shows_a_list_of_before(journey: Journey, page: Page) -> None:
    """Back after people were added and removed shows who is there by now, and nobody is added or removed again."""
    journey.go_to("members", plan="team")
    for name in ("Bob", "Carol"):
        journey.invite(name)
        expect(journey.field("name")).to_have_value("")
    page.get_by_role("button", name="Remove Bob, bob@example.com").click()
    journey.sees_invited("Carol")
    for go in (page.go_back, page.go_forward):
        page.locator("#wizard").evaluate("wizard => wizard.classList.add('before')")
        go()
        expect(page.locator(".before")).to_have_count(0)
        journey.at("members")
        journey.sees_invited("Carol")


def test_a_row_has_room_on_a_narrow_screen(journey: Journey, page: Page) -> None:
    """The words take the whole row beside the initials, what can be done stands below, and a thumb can hit it."""
    page.set_viewport_size({"width": 320, "height": 800})
    journey.go_to("members", plan="team")
    journey.invite("Bob")
    journey.sees_invited("Bob")
    row, words, *targets = (
        page.locator(f".entries li{part}").bounding_box()
        for part in ("", " > span", " > button >> nth=0", " > button >> nth=1")
    )
    assert row is not None
    assert words is not None
    initials = page.locator(".entries .initials").evaluate("one => parseFloat(getComputedStyle(one, '::before').width)")
    assert row["width"] - 1.5 * initials < words["width"] < row["width"] - initials
    for target in targets:
        assert target is not None
        assert min(target["width"], target["height"]) >= 24
        assert words["y"] + words["height"] <= target["y"]
        assert target["x"] + target["width"] <= row["x"] + row["width"]


def test_a_removal_can_be_undone(journey: Journey, page: Page) -> None:
    """The page says who was removed, and Undo brings them back to their place, under their old address."""
    journey.go_to("members", plan="team")
    for name in ("Bob", "Carol", "Dan"):
        journey.invite(name)
        expect(journey.field("name")).to_have_value("")
    page.get_by_role("button", name="Remove Carol, carol@example.com").click()
    journey.sees_invited("Bob", "Dan")
    journey.fill(name="Er")
    expect(page.get_by_role("status").filter(has_text="Removed: Carol, carol@example.com")).to_have_count(1)
    journey.button("Undo Carol, carol@example.com").click()
    journey.sees_invited("Bob", "Carol", "Dan")
    expect(page.get_by_text("Removed:")).to_have_count(0)
    expect(journey.field("name")).to_have_value("Er")
    page.get_by_role("button", name="Change Carol, carol@example.com").click()
    expect(page).to_have_url(re.compile("/signup/members/2$"))


def test_a_removal_can_be_undone_until_the_next_change(journey: Journey, page: Page) -> None:
    """As long as nothing else was changed, also after a reload; then it is final, and nothing speaks of it."""
    journey.go_to("members", plan="team")
    for name in ("Bob", "Carol"):
        journey.invite(name)
        expect(journey.field("name")).to_have_value("")
    page.get_by_role("button", name="Remove Bob, bob@example.com").click()
    journey.sees_invited("Carol")
    page.reload()
    expect(journey.button("Undo Bob, bob@example.com")).to_be_visible()
    journey.invite("Dan")
    journey.sees_invited("Carol", "Dan")
    expect(page.get_by_text("Removed:")).to_have_count(0)
    expect(journey.button("Undo Bob, bob@example.com")).to_have_count(0)


def test_an_id_is_never_given_to_another(journey: Journey, page: Page, watch: Watch) -> None:
    """The address of somebody who was removed leads to nobody else."""
    watch.provokes(404)
    journey.go_to("members", plan="team")
    journey.invite("Bob")
    journey.sees_invited("Bob")
    page.get_by_role("button", name="Remove Bob, bob@example.com").click()
    journey.sees_invited()
    journey.invite("Carol")
    journey.sees_invited("Carol")
    journey.open("members/1")
    expect(journey.heading).to_have_text("Page not found")


@only_htmx
def test_a_removal_is_announced_and_undo_is_the_next_stop(journey: Journey, page: Page) -> None:
    """In the status that was on the page before, as a new one is not read out; the eye sees it in one place only."""
    journey.go_to("members", plan="team")
    journey.invite("Bob")
    journey.sees_invited("Bob")
    page.get_by_role("button", name="Remove Bob, bob@example.com").press("Enter")
    status = page.get_by_role("status")
    expect(status).to_have_text("Removed: Bob, bob@example.com")
    expect(status).to_have_class("visually-hidden")
    expect(journey.heading).to_be_focused()
    page.keyboard.press("Tab")
    expect(journey.button("Undo Bob, bob@example.com")).to_be_focused()
    page.keyboard.press("Enter")
    journey.sees_invited("Bob")
    expect(journey.heading).to_be_focused()
    expect(status).to_have_text("Back in the list: Bob, bob@example.com")
    journey.invite("Carol")
    expect(status).to_have_text("Added: Carol, carol@example.com")
    expect(page.locator(".notice")).to_have_text(["", "Added: Carol, carol@example.com"])
    expect(page.locator("#counted")).to_have_text("3 of 12 seats taken, including yours")
    expect(page.locator(".entries strong")).to_have_text(["Bob", "Carol"])
    expect(page.locator(".entries .part")).to_have_text(["bob@example.com", "carol@example.com"])


@only_htmx
def test_a_double_click_adds_once(journey: Journey, page: Page, watch: Watch) -> None:
    """Whatever the network does."""
    journey.go_to("members", plan="team")
    journey.fill(name="Bob", email="bob@example.com")
    gate = Gate(page)
    with page.expect_request(lambda request: request.method == "POST"):
        journey.button("Add this person").dblclick()
    gate.open()
    journey.sees_invited("Bob")
    assert len(watch.posts("/signup/members")) == 1


@only_htmx
def test_the_focus_is_on_the_heading_after_each_change(journey: Journey, page: Page) -> None:
    """And the page was never loaded anew."""
    journey.go_to("members", plan="team")
    page.evaluate("window.same = true")
    journey.invite("Bob")
    journey.sees_invited("Bob")
    expect(journey.heading).to_be_focused()
    page.get_by_role("button", name="Remove Bob, bob@example.com").click()
    journey.sees_invited()
    expect(journey.heading).to_be_focused()
    assert page.evaluate("window.same")
