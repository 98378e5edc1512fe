"""Questions about duplicates: by keys, without JavaScript, for everybody to read."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.duplicates import finding
from reviews.models import DuplicateSet, Review
from tests.browser.axe import problems
from tests.browser.conftest import follow, sign_in
from tests.cast import PASSWORD
from tests.factories import create_record, create_search, create_staffed_review

pytestmark = pytest.mark.django_db(transaction=True)

MERGED, SPLIT = DuplicateSet.State.MERGED, DuplicateSet.State.SPLIT


@pytest.fixture
def review() -> Review:
    """Return a review with three questions, a certain set and a related pair."""
    review, _ = create_staffed_review(slug="copies")
    searches = [create_search(review=review, name=each) for each in ("Ovid", "Scopus")]
    subjects = ("Walking for back pain", "Yoga for poor sleep", "Massage for migraine")
    for number, subject in enumerate((*subjects, "Ketamine for depression")):
        for at, search in enumerate(searches):
            create_record(
                review=review,
                search=search,
                title=f"{subject} among nurses who work at night in hospitals",
                authors=["Okafor, Ngozi", "Sato, Yui"],
                year=2018,
                journal="Sleep" if not at or number == 3 else "Work and Health",
                volume=str(number + 10),
                pages="" if at and number < 3 else "210-219",
            )
    create_record(
        review=review,
        search=searches[1],
        title="Ketamine for depression among nurses who work at night in hospitals",
        authors=["Okafor, Ngozi", "Sato, Yui"],
        year=2017,
        journal="medRxiv",
    )
    finding.find(review, by=None)
    return review


def states(review: Review) -> list[str]:
    sets = review.duplicate_sets.order_by("number")
    return [str(each.state) for each in sets]


def test_an_owner_answers_by_keys(review: Review, person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "alice", PASSWORD)
    page.goto(reverse("reviews:duplicate_check", args=["copies"]))
    lead = page.locator(".tf-lead")
    expect(lead).to_contain_text("Question 1 of 3")
    press(page, "s")
    expect(lead).to_contain_text("Question 2 of 3")
    press(page, "n")
    expect(page.get_by_text("Your last answer:")).to_be_visible()
    assert states(review).count(SPLIT) == 1
    press(page, "u")
    assert SPLIT not in states(review)
    expect(lead).to_contain_text("of 3")
    merged = states(review).count(MERGED)
    press(page, "d")
    assert states(review).count(MERGED) == merged + 1
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("d")
    page.reload()
    assert states(review).count(MERGED) == merged + 1


def press(page: Page, key: str) -> None:
    page.wait_for_load_state("load")
    with page.expect_event("load"):
        page.keyboard.press(key)


def test_an_owner_answers_without_javascript(
    review: Review, person: Callable[..., Page]
) -> None:
    page = person(java_script_enabled=False, viewport={"width": 390, "height": 844})
    sign_in(page, "alice", PASSWORD)
    page.goto(reverse("reviews:duplicate_check", args=["copies"]))
    follow(page.get_by_role("link", name="Skip", exact=True))
    follow(page.get_by_role("button", name="Not duplicates"))
    assert states(review).count(SPLIT) == 1
    follow(page.get_by_role("button", name="Undo last answer"))
    assert SPLIT not in states(review)
    merged = states(review).count(MERGED)
    page.get_by_label("Keep this copy of Scopus").check()
    follow(page.get_by_role("button", name="Duplicates", exact=True))
    assert states(review).count(MERGED) == merged + 1
    last = review.duplicate_sets.order_by("settled_at").last()
    assert last is not None
    kept = last.records.get(duplicate_of=None)
    assert kept.search.name == "Scopus"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_duplicates(
    review: Review, person: Callable[..., Page], width: int
) -> None:
    page = person(viewport={"width": width, "height": 844})
    sign_in(page, "alice", PASSWORD)
    found: list[str] = []
    record = review.records.earliest("pk")
    for url in (
        *(
            reverse(f"reviews:duplicate_{name}", args=["copies"])
            for name in ("list", "check", "related", "distinct", "merge_all")
        ),
        reverse("reviews:duplicate_add", args=["copies", record.pk]),
        reverse("reviews:record_detail", args=["copies", record.pk]),
        reverse("reviews:overlap_figure", args=["copies"]),
    ):
        page.goto(url)
        found += problems(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, url
    # A pair that was told apart, and nothing left to ask.
    for _ in range(3):
        page.goto(reverse("reviews:duplicate_check", args=["copies"]))
        follow(page.get_by_role("button", name="Not duplicates"))
    expect(
        page.get_by_role("heading", name="Every question is answered")
    ).to_be_visible()
    found += problems(page)
    page.goto(reverse("reviews:duplicate_distinct", args=["copies"]))
    expect(page.get_by_role("button", name="Merge after all").first).to_be_visible()
    found += problems(page)
    assert found == []
