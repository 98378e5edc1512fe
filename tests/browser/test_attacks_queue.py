"""The queue of decisions in the browser, where the browser or the server is unwell.

A store that is full, a server that fails while it is asked why it refused, and another
person who signs in beside: no decision is lost, held up for ever or mixed with theirs.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from reviews.models import Review
from screening import decisions
from screening.models import Choice, Decision
from tests.browser.conftest import expect_all_sent, sign_in
from tests.cast import PASSWORD, Cast
from tests.factories import create_criterion, create_record, create_staffed_review

pytestmark = pytest.mark.django_db(transaction=True)

NO_ANSWER = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
UNWELL = ("status 403", "status 503", "status of 403", "status of 503")
NUMBER = 24
FULL = """() => {
  let part = "x".repeat(1 << 20);
  for (let number = 0; part; number += 1) {
    try {
      localStorage.setItem(`full.${number}`, part);
    } catch {
      part = part.slice(part.length >> 1 || 1);
    }
  }
}"""


@pytest.fixture
def team() -> tuple[Review, Cast]:
    review, cast = create_staffed_review(slug="unwell")
    create_criterion(review=review, code="E1", text="Animals were treated")
    for number in range(NUMBER):
        create_record(review=review, title=f"Record {number}")
    return review, cast


@pytest.fixture
def bob(team: tuple[Review, Cast], person: Callable[..., Page]) -> Page:
    page = person(tolerates=NO_ANSWER + UNWELL)
    sign_in(page, "bob", PASSWORD)
    to_the_desk(page)
    expect(page.locator("#item-title")).to_have_text("Record 0")
    return page


def to_the_desk(page: Page) -> None:
    page.goto(reverse("screening:screen", args=["unwell"]), wait_until="networkidle")


def judge(page: Page, keys: str, first: int = 0) -> None:
    for number, key in enumerate(keys, first):
        expect(page.locator("#item-title")).to_have_text(f"Record {number}")
        page.keyboard.press(key)


def stored() -> list[tuple[str, str]]:
    made = Decision.objects.order_by("pk").select_related("record")
    return [(each.record.title, each.choice) for each in made if each.record]


def test_a_full_store_holds_up_no_decision_behind_one_that_is_refused(
    bob: Page, team: tuple[Review, Cast]
) -> None:
    review, cast = team
    bob.context.set_offline(True)
    bob.fill("#id_note", "Typed in vain")
    bob.locator("#item-title").focus()
    judge(bob, "im")
    bob.evaluate(FULL)
    # The first comes too late: two others have judged it.
    record = review.records.get(title="Record 0")
    for person in (cast.carol, cast.alice):
        review.members.get(user=person).roles.get_or_create(role="reviewer")
        decisions.decide(record, Choice.EXCLUDE, reviewer=person)
    bob.context.set_offline(False)
    expect_all_sent(bob)
    assert stored()[2:] == [("Record 1", "maybe")]
    told = bob.locator("#refused")
    expect(told).to_contain_text("Not counted: Include, “Record 0”.")
    expect(told).to_contain_text("Typed in vain")
    to_the_desk(bob)
    expect(told).to_contain_text("Typed in vain")


def test_with_a_full_store_all_is_sent_as_pages_and_can_be_undone(bob: Page) -> None:
    bob.evaluate(FULL)
    with bob.expect_navigation():
        bob.keyboard.press("i")
    expect(bob.locator("#item-title")).to_have_text("Record 1")
    with bob.expect_navigation():
        bob.keyboard.press("u")
    expect(bob.locator("#item-title")).to_have_text("Record 0")
    assert stored() == [("Record 0", "include"), ("Record 0", "withdrawn")]


def test_what_cannot_be_undone_as_the_store_is_full_is_told(bob: Page) -> None:
    judge(bob, "i")
    expect(bob.locator("#item-title")).to_have_text("Record 1")
    expect_all_sent(bob)
    bob.evaluate(FULL)
    bob.keyboard.press("u")
    expect(bob.locator("#trouble")).to_be_visible()
    expect(bob.locator("#last-decision")).to_contain_text("Record 0")
    assert stored() == [("Record 0", "include")]


def test_a_server_that_fails_while_it_is_asked_refuses_nothing(bob: Page) -> None:
    failed: list[str] = []

    def fail(route: Route) -> None:
        is_decision = route.request.method == "POST"
        if len(failed) < 2:
            failed.append(route.request.url)
            route.fulfill(status=403 if is_decision else 503, body="Unwell")
        else:
            route.fallback()

    bob.route("**/decide/", fail)
    bob.route("**/screen/?person=*", fail)
    judge(bob, "i")
    expect_all_sent(bob)
    assert len(failed) == 2
    assert stored() == [("Record 0", "include")]
    expect(bob.locator("#refused")).to_be_empty()


def test_nothing_of_another_person_comes_onto_a_page_that_stayed_open(
    bob: Page, team: tuple[Review, Cast]
) -> None:
    review, cast = team
    for record in review.records.all():
        made = decisions.decide(
            record, Choice.INCLUDE, reviewer=cast.carol, note="Words of carol"
        )
        decisions.take_back(made, reviewer=cast.carol)
    bob.context.clear_cookies()
    other = bob.context.new_page()
    sign_in(other, "carol", PASSWORD)
    held = bob.evaluate("() => twofold.queue.entries().length")
    assert held == 0
    # All that bob's page holds is judged, and it asks for more.
    for _ in range(16):
        if bob.locator("#decision").count() == 0:
            break
        assert bob.locator("#id_note").input_value() == ""
        before = bob.locator("#item-title").text_content()
        bob.keyboard.press("i")
        bob.wait_for_function(
            "(before) => document.querySelector('#item-title')?.textContent !== before",
            arg=before,
        )
    bob.wait_for_load_state("networkidle")
    expect(bob.get_by_text("The next ones are on their way")).to_be_visible()
    assert "Words of carol" not in bob.content()
    assert not Decision.objects.filter(reviewer=cast.bob).exists()
