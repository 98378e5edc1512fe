"""The flow of an earlier day: the slider replays it, and two days are compared."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from reviews import records
from reviews.models import Settlement, Verdict
from tests.browser.conftest import follow, sign_in
from tests.cast import PASSWORD
from tests.factories import create_record, create_search, create_staffed_review

pytestmark = pytest.mark.django_db(transaction=True)

FLOW = reverse("reviews:flow", args=["dated"])


def day(number: int) -> datetime:
    return datetime(2025, 3, number, 12, tzinfo=UTC)


@pytest.fixture
def alice(person: Callable[..., Page]) -> Page:
    """Return her page; of three records one was settled on each of three days."""
    review, cast = create_staffed_review(slug="dated")
    search = create_search(review=review, name="MEDLINE", created_at=day(1))
    for number in (1, 2, 3):
        records.settle(
            create_record(review=review, search=search, added_at=day(1)),
            Verdict.EXCLUDE,
            settlement=Settlement.AGREEMENT,
            counted_reason=None,
            by=cast.alice,
            at=day(number),
        )
    page = person()
    sign_in(page, "alice", PASSWORD)
    return page


def screened(page: Page, number: int) -> Locator:
    diagram = page.get_by_role("figure").get_by_role("group")
    name = f"Records screened (n = {number})"
    return diagram.get_by_role("link", name=name, exact=True)


def test_the_slider_replays_the_flow_of_each_day(alice: Page) -> None:
    alice.goto(FLOW)
    slider = alice.get_by_label("Days on which something happened")
    # It comes with the days, which the script asks for.
    expect(slider).to_be_visible()
    expect(slider).to_have_attribute("aria-valuetext", "today")
    expect(screened(alice, 3)).to_be_visible()

    slider.press("Home")
    expect(alice).to_have_url(alice.url.split("?")[0] + "?as_of=2025-03-01")
    expect(screened(alice, 1)).to_be_visible()
    expect(alice.get_by_text("As it stood on 1 March 2025.").last).to_be_visible()
    expect(alice.locator("#id_as_of")).to_have_value("2025-03-01")
    slider.press("ArrowRight")
    expect(screened(alice, 2)).to_be_visible()
    expect(slider).to_be_focused()

    # The address shows the same to whoever is sent it.
    alice.reload()
    expect(screened(alice, 2)).to_be_visible()
    expect(slider).to_have_attribute("aria-valuetext", "2025-03-02")
    slider.press("End")
    expect(screened(alice, 3)).to_be_visible()
    expect(alice).to_have_url(alice.url.split("?")[0])


def test_a_number_of_an_earlier_day_opens_what_stood_in_it(alice: Page) -> None:
    alice.goto(f"{FLOW}?as_of=2025-03-02")
    screened(alice, 2).press("Enter")
    expect(alice.get_by_role("heading", level=1)).to_have_text("Records screened")
    expect(alice.locator("tbody tr")).to_have_count(2)
    follow(alice.get_by_role("main").get_by_role("link", name="Flow", exact=True))
    expect(alice.locator("#id_as_of")).to_have_value("2025-03-02")


def test_two_days_are_compared_down_to_the_records(alice: Page) -> None:
    alice.goto(FLOW)
    follow(alice.get_by_role("link", name="Compare two dates"))
    alice.get_by_label("Before").fill("2025-03-02")
    follow(alice.get_by_role("button", name="Compare", exact=True))
    numbers = alice.get_by_role("region", name="The numbers at both dates")
    row = numbers.get_by_role("row").filter(has_text="Records excluded")
    expect(row.get_by_role("cell").last).to_have_text("+1")
    expect(numbers).to_contain_text("2 March 2025")

    moved = alice.get_by_role("link", name="1 record")
    expect(moved).to_be_visible()
    follow(moved)
    expect(alice.get_by_role("heading", level=1)).to_contain_text("From")
    expect(alice.locator("tbody tr")).to_have_count(1)
