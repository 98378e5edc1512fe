"""The work with small means: no JavaScript, and a telephone in one hand."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import Review
from screening.models import Decision
from tests.browser.conftest import expect_all_sent, follow, sign_in
from tests.cast import PASSWORD
from tests.factories import create_criterion, create_record, create_staffed_review

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def review() -> Review:
    made, _ = create_staffed_review(slug="small")
    create_criterion(review=made, code="E1", text="Animals were treated")
    for title in ("First record", "Second record"):
        create_record(review=made, title=title, abstract="Ketamine was given. " * 60)
    return made


def test_two_screen_and_settle_without_javascript(
    review: Review, person: Callable[..., Page]
) -> None:
    for name, first in (("bob", "Include"), ("carol", "Exclude")):
        page = person(java_script_enabled=False)
        sign_in(page, name, PASSWORD)
        follow(page.get_by_role("link", name=re.compile("^Screen.*Titles")))
        expect(page.get_by_role("heading", name="First record")).to_be_visible()
        if first == "Exclude":
            page.get_by_label("Animals were treated").check()
        page.get_by_label("Private note").fill(f"{name} was here")
        follow(page.get_by_role("button", name=first))
        expect(page.get_by_role("heading", name="Second record")).to_be_visible()
        follow(page.get_by_role("button", name="Maybe"))
        expect(page.get_by_text("Nothing waits for you here")).to_be_visible()
        # Taken back, and judged again.
        follow(page.get_by_role("button", name="Undo"))
        expect(page.get_by_role("heading", name="Second record")).to_be_visible()
        follow(page.get_by_role("button", name="Include"))
        expect(page.get_by_text("Nothing waits for you here")).to_be_visible()

    dan = person(java_script_enabled=False)
    sign_in(dan, "dan", PASSWORD)
    follow(dan.get_by_role("link", name=re.compile("^Settle.*Conflicts")))
    follow(dan.get_by_role("link", name="First record"))
    for name in ("bob", "carol"):
        expect(dan.get_by_text(f"{name} was here")).to_be_visible()
    dan.get_by_role("radio", name="Exclude").check()
    dan.get_by_role("radio", name="E1").check()
    # What it came from is always told: without it the form is not sent.
    dan.get_by_role("radio", name="Somebody misread it").check()
    dan.get_by_label("Why").fill("Mice only.")
    follow(dan.get_by_role("button", name="Settle it"))
    expect(dan.get_by_text("The conflict is settled.")).to_be_visible()
    verdicts = review.records.order_by("pk").values_list("verdict", flat=True)
    assert list(verdicts) == ["exclude", "include"]


def test_a_record_is_screened_with_the_thumb(
    review: Review, person: Callable[..., Page]
) -> None:
    page = person(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        device_scale_factor=3,
    )
    sign_in(page, "bob", PASSWORD)
    expect_no_sideways_scroll(page)
    with page.expect_event("load"):
        page.get_by_role("link", name=re.compile("^Screen.*Titles")).tap()
    expect(page.get_by_role("heading", name="First record")).to_be_visible()
    expect_no_sideways_scroll(page)
    # The buttons are at hand however long the abstract is.
    for name in ("Include", "Maybe", "Exclude"):
        button = page.get_by_role("button", name=name)
        expect(button).to_be_in_viewport(ratio=1)
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, name
    page.get_by_label("Animals were treated").tap()
    page.get_by_role("button", name="Exclude").tap()
    expect(page.get_by_role("heading", name="Second record")).to_be_visible()
    expect_all_sent(page)
    made = Decision.objects.get()
    assert made.choice == "exclude"
    assert made.ticks.count() == 1
    page.get_by_role("button", name="Menu").tap()
    menu = page.get_by_role("navigation", name="This review")
    with page.expect_event("load"):
        menu.get_by_role("link", name="Flow").tap()
    expect(page.get_by_role("heading", name="Flow", exact=True)).to_be_visible()
    for path in ("records/", "reports/", "conflicts/", "history/", ""):
        page.goto(reverse("reviews:review_detail", args=["small"]) + path)
        expect_no_sideways_scroll(page)


def expect_no_sideways_scroll(page: Page) -> None:
    wide = page.evaluate(
        "() => document.documentElement.scrollWidth - window.innerWidth"
    )
    assert wide <= 0, page.url
