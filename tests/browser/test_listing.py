"""Titles and abstracts as a list, and saved filters: by thumb, 390 px wide."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from reviews.models import Review, SavedFilter, ScreeningPlan
from screening import postponements
from screening.models import Choice, Decision
from screening.words import lists
from tests.browser.axe import problems
from tests.browser.conftest import follow, sign_in
from tests.cast import PASSWORD, Cast
from tests.factories import create_criterion, create_record, create_staffed_review

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
SMALL_TARGETS = """() => {
  const tooSmall = [];
  const pressed = "a, button, input, summary, select, textarea";
  for (const each of document.querySelector("main").querySelectorAll(pressed)) {
    // A label beside a box is pressed as well.
    const boxes = [each, each.labels?.[0] || each].map((one) =>
      one.getBoundingClientRect());
    const { width, height } = boxes[0];
    const isLarge = boxes.some((box) => box.width >= 24 && box.height >= 24);
    const inText = each.matches("p a, li a, h2 a, td a");
    if (width && height && !inText && !isLarge) {
      tooSmall.push(`${each.outerHTML.slice(0, 90)} ${width}x${height}`);
    }
  }
  return tooSmall;
}"""


def create_list() -> tuple[Review, Cast]:
    review, cast = create_staffed_review(slug="by-thumb")
    create_criterion(review=review, code="E1", text="Not in people")
    for each in range(30):
        create_record(
            review=review,
            title=f"Ketamine in {'mice' if each % 3 else 'adults'}, trial {each}",
            abstract="METHODS: Ketamine was given. RESULTS: Mood rose. " * 6,
            year=2000 + each,
        )
    ScreeningPlan.objects.filter(review=review).update(bulk_decisions=True)
    facts = lists.Facts("Animals", "exclude", "red", "mice\nrat*")
    lists.create(review, facts, by=cast.bob)
    return review, cast


def open_on_phone(person: Callable[..., Page], review: Review) -> Page:
    page = person(**PHONE)
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen_list", args=[review.slug]))
    return page


def expect_fits(page: Page) -> None:
    """Nothing is wider than the screen, and a thumb hits what can be pressed."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, wide
    assert page.evaluate(SMALL_TARGETS) == []


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox", name="Search").fill(text)
    follow(page.get_by_role("button", name="Filter", exact=True))


def row(page: Page, number: int) -> Locator:
    return page.get_by_role("article").nth(number)


def test_a_list_is_searched_and_judged_by_thumb(person: Callable[..., Page]) -> None:
    review, cast = create_list()
    postponements.postpone(review.records.get(title__endswith=" 5"), reviewer=cast.bob)
    page = open_on_phone(person, review)
    expect(page.get_by_text("30 records", exact=True)).to_be_visible()
    expect_fits(page)
    assert problems(page) == []

    search(page, '"in mice" -title:29')
    expect(page.get_by_text("19 records", exact=True)).to_be_visible()
    expect(row(page, 0).locator("[data-meant=against]")).to_have_count(1)
    row(page, 0).get_by_text("Abstract").tap()
    expect(row(page, 0).get_by_text("Mood rose").first).to_be_visible()
    expect_fits(page)

    first = row(page, 0)
    name = first.get_by_role("heading").inner_text()
    first.get_by_text("Criteria and note").tap()
    first.get_by_role("checkbox", name="Not in people").tap()
    first.get_by_label("Private note").fill("Of no use")
    first.get_by_role("button", name="Exclude").tap()
    expect(first.get_by_role("status")).to_contain_text("Exclude")
    first.get_by_role("button", name="Take back").tap()
    expect(first.get_by_role("status")).to_be_empty()
    first.get_by_role("button", name="Maybe").tap()
    expect(first.get_by_role("status")).to_contain_text("Maybe")
    assert Decision.objects.filter(record__title=name).count() == 3

    page.get_by_role("combobox", name="Show").select_option("Put off for later")
    page.get_by_role("searchbox", name="Search").fill("")
    follow(page.get_by_role("button", name="Filter", exact=True))
    expect(page.get_by_role("article")).to_have_count(1)


def test_several_are_decided_by_thumb_and_taken_back(
    person: Callable[..., Page],
) -> None:
    review, _ = create_list()
    page = open_on_phone(person, review)
    search(page, "adults")
    for number in range(2):
        row(page, number).get_by_role("checkbox").first.tap()
    several = page.get_by_role("region", name="Decide several at once")
    follow(several.get_by_role("button", name="Exclude"))
    expect(page.get_by_role("heading", name="Exclude 2 records?")).to_be_visible()
    expect_fits(page)
    assert not Decision.objects.exists()
    follow(page.get_by_role("button", name="Exclude these records"))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "2 records decided at once"
    )
    expect_fits(page)
    assert Decision.objects.filter(choice=Choice.EXCLUDE).count() == 2
    follow(page.get_by_role("button", name="Take all of them back"))
    expect(page.get_by_text("Taken back: 2 decisions.")).to_be_visible()
    page.goto(reverse("screening:screen_list", args=[review.slug]))
    expect(page.get_by_text("30 records", exact=True)).to_be_visible()


def test_a_filter_is_saved_opened_renamed_shared_and_removed(
    person: Callable[..., Page],
) -> None:
    review, _ = create_list()
    page = open_on_phone(person, review)
    search(page, "adults year:>=2010")
    page.get_by_text("Save this filter").tap()
    expect_fits(page)
    page.get_by_label("Name", exact=True).fill("Grown up")
    follow(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("Saved as “Grown up”.")).to_be_visible()
    expect_fits(page)

    page.goto(reverse("screening:screen_list", args=[review.slug]))
    follow(page.get_by_role("link", name="Grown up", exact=True))
    expect(page.get_by_text("Looked for “adults” and from 2010")).to_be_visible()
    opened = page.get_by_role("link", name="Grown up", exact=True)
    expect(opened).to_have_attribute("aria-current", "true")
    found = page.get_by_role("article").count()

    follow(page.get_by_role("link", name="Change the filter Grown up"))
    expect_fits(page)
    page.get_by_label("Name").fill("Adults since 2010")
    page.get_by_label("Shared with the team").check()
    follow(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("The filter is “Adults since 2010” now.")).to_be_visible()
    assert page.get_by_role("article").count() == found

    # Carol opens it, and cannot change it.
    other = person(**PHONE)
    sign_in(other, "carol", PASSWORD)
    other.goto(reverse("screening:screen_list", args=[review.slug]))
    follow(other.get_by_role("link", name="Adults since 2010"))
    expect(other.get_by_role("article")).to_have_count(found)
    expect(other.get_by_role("link", name="Change the filter")).to_have_count(0)

    follow(page.get_by_role("link", name="Change the filter Adults since 2010"))
    follow(page.get_by_role("button", name="Remove this filter"))
    expect(page.get_by_text("This filter was removed.")).to_be_visible()
    expect_fits(page)
    assert SavedFilter.objects.filter(removed_at=None).count() == 0
    other.goto(reverse("screening:screen_list", args=[review.slug]))
    expect(other.get_by_role("link", name="Adults since 2010")).to_have_count(0)
    follow(page.get_by_role("button", name="Put it back"))
    back = page.get_by_role("link", name="Adults since 2010 (team)", exact=True)
    expect(back).to_be_visible()
