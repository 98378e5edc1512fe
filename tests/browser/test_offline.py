"""The line, the server, the session or the tab is lost while somebody judges.

Decisions wait in the browser and are sent in order: none is lost, none counts twice.
"""

import json
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from reviews.models import Criterion, Review
from screening import decisions
from screening.labels import vocabulary
from screening.models import Choice, Decision, Labelling
from tests.browser.conftest import expect_all_sent, follow, sign_in
from tests.cast import PASSWORD, Cast
from tests.factories import create_criterion, create_record, create_staffed_review

pytestmark = pytest.mark.django_db(transaction=True)

# What the browser writes where no answer comes.
NO_ANSWER = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
NUMBER = 8


@pytest.fixture
def team() -> tuple[Review, Cast]:
    review, cast = create_staffed_review(slug="cut-off")
    create_criterion(review=review, code="E1", text="Animals were treated")
    for number in range(NUMBER):
        create_record(review=review, title=f"Record {number}")
    return review, cast


@pytest.fixture
def bob(team: tuple[Review, Cast], person: Callable[..., Page]) -> Page:
    """Return bob's page with the first record on it and the next ones at hand."""
    page = person(tolerates=NO_ANSWER)
    sign_in(page, "bob", PASSWORD)
    to_the_desk(page)
    expect(page.locator("#item-title")).to_have_text("Record 0")
    return page


def to_the_desk(page: Page) -> None:
    # The page asks for more cards once it stands.
    page.goto(reverse("screening:screen", args=["cut-off"]), wait_until="networkidle")


def judge(page: Page, keys: str, first: int = 0) -> None:
    for number, key in enumerate(keys, first):
        expect(page.locator("#item-title")).to_have_text(f"Record {number}")
        page.keyboard.press(key)


def stored() -> list[tuple[str, str]]:
    """Return what was said, in the order in which it was written."""
    made = Decision.objects.order_by("pk").select_related("record")
    return [(each.record.title, each.choice) for each in made if each.record]


def queued(page: Page) -> list[str]:
    keys = page.evaluate("() => Object.keys(localStorage)")
    return sorted(key for key in keys if key.startswith("twofold.queue."))


def test_offline_for_a_while_and_back(bob: Page) -> None:
    bob.context.set_offline(True)
    judge(bob, "i")
    expect(bob.locator("#item-title")).to_have_text("Record 1")
    bob.fill("#id_note", "Typed without a line")
    bob.keyboard.press("Escape")
    bob.locator("#item-title").focus()
    judge(bob, "emi", first=1)
    expect(bob.locator("#waiting")).to_contain_text("4 decisions wait to be sent.")
    expect(bob.locator("#waiting")).to_contain_text("You are offline")
    expect(bob.locator("#item-title")).to_have_text("Record 4")
    # Undone on the way: it is sent in order all the same.
    bob.keyboard.press("u")
    judge(bob, "e", first=3)
    assert stored() == []
    bob.context.set_offline(False)
    expect_all_sent(bob)
    assert stored() == [
        ("Record 0", "include"),
        ("Record 1", "exclude"),
        ("Record 2", "maybe"),
        ("Record 3", "include"),
        ("Record 3", "withdrawn"),
        ("Record 3", "exclude"),
    ]
    assert Decision.objects.get(record__title="Record 1").note == "Typed without a line"
    expect(bob.locator("#own-progress")).to_contain_text(f"4 of {NUMBER}")
    expect(bob.locator("#item-title")).to_have_text("Record 4")


def test_all_at_hand_is_judged_and_the_next_come_with_the_line(bob: Page) -> None:
    bob.context.set_offline(True)
    judge(bob, "i" * NUMBER)
    expect(bob.get_by_text("The next ones are on their way")).to_be_visible()
    bob.context.set_offline(False)
    expect_all_sent(bob)
    expect(bob.get_by_text("Nothing waits for you here")).to_be_visible()
    assert len(stored()) == NUMBER


def test_an_answer_that_was_lost_and_a_slow_server_count_once(bob: Page) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        route.fetch(max_redirects=0)
        if len(lost) < 2:
            lost.append(route.request.url)
            route.abort()
        else:
            route.fallback()

    bob.route("**/decide/", lose_the_first)
    judge(bob, "iem")
    expect(bob.locator("#item-title")).to_have_text("Record 3")
    expect_all_sent(bob)
    assert len(lost) == 2
    assert stored() == [
        ("Record 0", "include"),
        ("Record 1", "exclude"),
        ("Record 2", "maybe"),
    ]


def test_what_waits_survives_a_reload_and_a_closed_tab(bob: Page) -> None:
    bob.route("**/decide/", lambda route: route.abort())
    judge(bob, "ie")
    to_the_desk(bob)
    expect(bob.locator("#item-title")).to_have_text("Record 2")
    expect(bob.locator("#last-decision")).to_contain_text("Record 1")
    context = bob.context
    bob.close()
    page = context.new_page()
    # From whatever page of the site is opened next.
    page.goto("/")
    expect_all_sent(page)
    assert stored() == [("Record 0", "include"), ("Record 1", "exclude")]


def test_a_label_ticked_or_half_typed_survives_a_reload_and_is_saved(
    bob: Page, team: tuple[Review, Cast]
) -> None:
    review, cast = team
    for name in ("Sleep", "Animals"):
        vocabulary.create(review, name, by=cast.alice)
    to_the_desk(bob)
    record = review.records.get(title="Record 0")
    address = f"**{reverse('screening:label_record', args=['cut-off', record.pk])}"
    bob.route(address, lambda route: route.abort())
    bob.keyboard.press("l")
    bob.get_by_role("checkbox", name="Sleep").check()
    expect(bob.locator("#trouble")).to_be_visible()
    bob.fill("#id_new_label", "Half a wor")
    to_the_desk(bob)
    expect(bob.get_by_role("checkbox", name="Sleep")).to_be_checked()
    expect(bob.locator("#id_new_label")).to_have_value("Half a wor")
    expect(bob.locator("#id_new_label")).not_to_be_focused()
    expect(bob.locator("#trouble")).to_be_hidden()
    bob.unroute(address)
    to_the_desk(bob)
    on_it = bob.get_by_role("list", name="On it")
    expect(on_it).to_have_text("Sleep")
    assert [each.label.name for each in Labelling.objects.all()] == ["Sleep"]
    # Another record has nothing of it.
    bob.locator("#item-title").focus()
    judge(bob, "i")
    expect(bob.locator("#id_new_label")).to_have_value("")
    expect_all_sent(bob)


def test_the_session_ends_and_nothing_is_lost(bob: Page) -> None:
    Session.objects.all().delete()
    bob.fill("#id_note", "Precious words")
    bob.keyboard.press("Escape")
    bob.locator("#item-title").focus()
    judge(bob, "im")
    expect(bob.locator("#waiting")).to_contain_text("You are signed out.")
    expect(bob.locator("#item-title")).to_have_text("Record 2")
    bob.fill("#id_note", "Half a note")
    follow(bob.locator("#waiting").get_by_role("link", name="Sign in"))
    bob.locator("[name=login]").fill("bob")
    bob.locator("[name=password]").fill(PASSWORD)
    follow(bob.get_by_role("button", name="Sign in"))
    expect(bob.locator("#item-title")).to_have_text("Record 2")
    expect(bob.locator("#id_note")).to_have_value("Half a note")
    expect_all_sent(bob)
    assert stored() == [("Record 0", "include"), ("Record 1", "maybe")]
    assert Decision.objects.earliest("pk").note == "Precious words"


def test_another_person_in_the_same_browser_neither_sends_nor_sees_them(
    bob: Page,
) -> None:
    bob.route("**/decide/", lambda route: route.abort())
    judge(bob, "ie")
    bob.fill("#id_note", "Words of bob")
    bob.context.clear_cookies()
    other = bob.context.new_page()
    sign_in(other, "carol", PASSWORD)
    to_the_desk(other)
    expect(other.locator("#waiting")).to_be_hidden()
    expect(other.locator("#id_note")).to_have_value("")
    judge(other, "m")
    other.wait_for_load_state("networkidle")
    # The tab of bob is still open, and sends by the session of carol: refused.
    bob.unroute("**/decide/")
    bob.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(bob.locator("#waiting")).to_contain_text("Somebody else is signed in")
    bobs = queued(bob)[0].rpartition(".")[0]
    bob.wait_for_function(
        """() => Object.keys(localStorage)
            .filter(key => key.startsWith('twofold.queue.')).length === 2"""
    )
    assert all(key.startswith(bobs) for key in queued(bob))
    made = Decision.objects.get()
    assert (made.reviewer.username, made.choice) == ("carol", "maybe")
    # Signing out asks nothing of carol; bob signs in again, and they are sent.
    other.context.clear_cookies(name="sessionid")
    sign_in(bob, "bob", PASSWORD)
    expect_all_sent(bob)
    assert Decision.objects.filter(reviewer__username="bob").count() == 2


def test_two_tabs_share_what_is_judged(bob: Page) -> None:
    other = bob.context.new_page()
    to_the_desk(other)
    expect(other.locator("#item-title")).to_have_text("Record 0")
    judge(bob, "i")
    expect(other.locator("#item-title")).to_have_text("Record 1")
    other.keyboard.press("m")
    expect(bob.locator("#item-title")).to_have_text("Record 2")
    judge(bob, "e", first=2)
    expect(other.locator("#item-title")).to_have_text("Record 3")
    expect_all_sent(other)
    assert stored() == [
        ("Record 0", "include"),
        ("Record 1", "maybe"),
        ("Record 2", "exclude"),
    ]


def test_a_decision_that_comes_too_late_is_told_and_nothing_typed_is_lost(
    bob: Page, team: tuple[Review, Cast]
) -> None:
    review, _ = team
    bob.context.set_offline(True)
    bob.fill("#id_note", "Typed in vain")
    bob.keyboard.press("Escape")
    bob.locator("#item-title").focus()
    judge(bob, "im")
    Criterion.objects.filter(review=review).update(version=2)
    bob.context.set_offline(False)
    expect(bob.get_by_text("The criteria were changed").first).to_be_visible()
    told = bob.locator("#refused")
    expect(told).to_contain_text("Not counted: Include, “Record 0”.")
    expect(told).to_contain_text("Typed in vain")
    expect(told).to_contain_text("Not counted: Maybe, “Record 1”.")
    assert stored() == []
    follow(told.get_by_role("link", name="Open it again").first)
    expect(bob.locator("#id_note")).to_have_value("Typed in vain")
    with bob.expect_navigation():
        bob.keyboard.press("i")
    assert stored() == [("Record 0", "include")]
    for _ in range(2):
        bob.get_by_role("button", name="Put this message away").first.click()
    expect(told).to_be_empty()


def test_a_full_store_holds_nothing_up_for_good(
    bob: Page, team: tuple[Review, Cast]
) -> None:
    review, _ = team
    bob.evaluate(
        """() => {
          const kept = Storage.prototype.setItem;
          Storage.prototype.setItem = function (key, value) {
            if (window.isFull && key.startsWith("twofold.refused.")) {
              throw new DOMException("Full", "QuotaExceededError");
            }
            kept.call(this, key, value);
          };
          window.isFull = true;
        }"""
    )
    Criterion.objects.filter(review=review).update(version=2)
    judge(bob, "i")
    expect(bob.locator("#waiting")).to_contain_text("no room")
    assert len(queued(bob)) == 1
    bob.evaluate("() => { window.isFull = false; }")
    expect(bob.locator("#refused")).to_contain_text("Not counted: Include, “Record 0”.")
    assert queued(bob) == []


def test_the_last_of_an_earlier_visit_is_undone(
    team: tuple[Review, Cast], bob: Page
) -> None:
    review, cast = team
    record = review.records.get(title="Record 0")
    decisions.decide(record, Choice.EXCLUDE, reviewer=cast.bob, note="Before")
    to_the_desk(bob)
    expect(bob.locator("#item-title")).to_have_text("Record 1")
    bob.keyboard.press("u")
    expect(bob.locator("#item-title")).to_have_text("Record 0")
    expect(bob.locator("#id_note")).to_have_value("Before")
    judge(bob, "i")
    expect(bob.locator("#item-title")).to_have_text("Record 1")
    expect_all_sent(bob)
    assert [said for _, said in stored()] == ["exclude", "withdrawn", "include"]


def test_signing_out_warns_of_what_waits(bob: Page) -> None:
    bob.route("**/decide/", lambda route: route.abort())
    judge(bob, "i")
    bob.get_by_role("button", name="Bob").click()
    bob.get_by_role("button", name="Sign out", exact=True).click()
    warning = bob.get_by_role("dialog")
    expect(warning).to_contain_text("1 decision waits to be sent")
    warning.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()
    bob.get_by_role("button", name="Bob").click()
    bob.get_by_role("button", name="Sign out", exact=True).click()
    follow(warning.get_by_role("button", name="Sign out all the same"))
    assert "/accounts/login/" in bob.url
    assert len(queued(bob)) == 1


def test_every_entry_stands_in_the_store_before_the_next_record_is_shown(
    bob: Page,
) -> None:
    bob.route("**/decide/", lambda route: route.abort())
    judge(bob, "i")
    kept = bob.evaluate("key => localStorage.getItem(key)", queued(bob)[0])
    entry = json.loads(kept)
    assert entry["kind"] == "decide"
    assert entry["title"] == "Record 0"
    assert ["choice", "include"] in entry["body"]
