"""The connection is lost while somebody judges: no vote is lost, and none doubled."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from screening.models import Decision
from tests.browser.conftest import sign_in
from tests.cast import PASSWORD
from tests.factories import create_record, create_staffed_review

pytestmark = pytest.mark.django_db(transaction=True)

# What the browser and htmx write where no answer comes.
NO_ANSWER = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")


@pytest.fixture
def bob(person: Callable[..., Page]) -> Page:
    """Return bob's page with the first of two records on it."""
    review, _ = create_staffed_review(slug="cut-off")
    for title in ("First record", "Second record"):
        create_record(review=review, title=title)
    page = person(tolerates=NO_ANSWER)
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["cut-off"]))
    expect(page.locator("#item-title")).to_have_text("First record")
    return page


def test_a_decision_made_offline_is_told_and_made_again(bob: Page) -> None:
    bob.locator("#id_note").fill("Words that nobody wants to type twice")
    bob.keyboard.press("Escape")
    bob.context.set_offline(True)
    bob.keyboard.press("i")
    expect_told_and_kept(bob)
    bob.keyboard.press("i")
    expect_told_and_kept(bob)
    assert not Decision.objects.exists()

    bob.context.set_offline(False)
    bob.keyboard.press("i")
    expect(bob.locator("#item-title")).to_have_text("Second record")
    expect(bob.get_by_text("This was not saved.")).to_be_hidden()
    made = Decision.objects.get()
    assert (made.choice, made.note[:5]) == ("include", "Words")


def test_a_decision_whose_answer_was_lost_counts_once(bob: Page) -> None:
    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    bob.locator("#id_note").fill("Words that nobody wants to type twice")
    bob.keyboard.press("Escape")
    bob.route("**/decide/", lose_the_answer)
    bob.keyboard.press("i")
    expect_told_and_kept(bob)
    assert Decision.objects.count() == 1

    bob.unroute("**/decide/")
    bob.keyboard.press("i")
    expect(bob.locator("#item-title")).to_have_text("Second record")
    expect(bob.locator("#own-progress")).to_contain_text("1 of 2")
    assert Decision.objects.count() == 1


def expect_told_and_kept(page: Page) -> None:
    expect(page.get_by_text("This was not saved.")).to_be_visible()
    expect(page.locator("#id_note")).to_have_value(
        "Words that nobody wants to type twice"
    )
    expect(page.locator("#item-title")).to_have_text("First record")
