"""Screening by keys alone: what one presses, where the focus goes, what is kept."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.models import Review
from screening import decisions
from screening.models import Choice, Decision, SelfCheck, SelfCheckSetting
from screening.self_checks import drawing
from tests.browser.conftest import expect_all_sent, follow, sign_in
from tests.cast import PASSWORD, Cast
from tests.factories import (
    create_criterion,
    create_record,
    create_staffed_review,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team() -> tuple[Review, Cast]:
    review, cast = create_staffed_review(slug="keys")
    create_criterion(review=review, code="P", text="Adults only")
    for number in range(4):
        create_record(review=review, title=f"Title number {number}")
    return review, cast


def test_a_reviewer_screens_by_keys(
    team: tuple[Review, Cast], person: Callable[..., Page]
) -> None:
    page = person()
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["keys"]))
    title = page.locator("#item-title")
    expect(title).to_have_text("Title number 0")
    page.keyboard.press("1")
    page.keyboard.press("n")
    # In a note every key writes.
    page.keyboard.type("i am in a note")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(title).to_have_text("Title number 1")
    expect(title).to_be_focused()
    expect(page.locator("#last-decision")).to_contain_text("Title number 0")
    expect(page.locator("#own-progress")).to_contain_text("1 of 4 judged by you")
    expect_all_sent(page)
    page.keyboard.press("m")
    expect(title).to_have_text("Title number 2")
    expect(title).to_be_focused()
    page.keyboard.press("u")
    expect(title).to_have_text("Title number 1")
    expect(title).to_be_focused()
    page.keyboard.press("u")
    expect(title).to_have_text("Title number 0")
    expect(title).to_be_focused()
    expect(page.locator("#id_note")).to_have_value("i am in a note")
    expect(page.get_by_label("Adults only")).to_be_checked()
    page.keyboard.press("?")
    expect(page.get_by_label("Use these keys")).to_be_visible()
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    title.focus()
    page.keyboard.press("i")
    expect(title).to_have_text("Title number 0")
    expect(page.locator("#own-progress")).to_contain_text("0 of 4")
    expect_all_sent(page)
    said = Decision.objects.order_by("pk").values_list("choice", flat=True)
    assert list(said) == ["exclude", "maybe", "withdrawn", "withdrawn"]


def test_a_half_written_note_and_ticks_survive_whatever_happens_to_the_page(
    team: tuple[Review, Cast], person: Callable[..., Page]
) -> None:
    page = person()
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["keys"]))
    page.keyboard.press("1")
    page.keyboard.press("n")
    page.keyboard.type("half a note")
    follow(page.get_by_role("link", name="Desk"))
    page.goto(reverse("screening:screen", args=["keys"]))
    expect(page.locator("#id_note")).to_have_value("half a note")
    expect(page.get_by_label("Adults only")).to_be_checked()
    # Undoing what was judged before does not take the half note away.
    page.keyboard.press("s")
    expect(page.locator("#item-title")).to_have_text("Title number 1")
    page.fill("#id_note", "another half")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(page.locator("#item-title")).to_have_text("Title number 0")
    expect(page.locator("#id_note")).to_have_value("half a note")
    expect(page.locator("#last-decision")).to_contain_text("Taken back")
    page.keyboard.press("e")
    expect(page.locator("#item-title")).to_have_text("Title number 1")
    expect(page.locator("#id_note")).to_have_value("another half")
    expect(page.locator("#own-progress")).to_contain_text("1 of 4")
    expect_all_sent(page)
    made = Decision.objects.get()
    assert (made.choice, made.note) == ("exclude", "half a note")
    assert made.ticks.count() == 1


def test_a_key_pressed_twice_or_held_down_decides_once(
    team: tuple[Review, Cast], person: Callable[..., Page]
) -> None:
    page = person()
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["keys"]))
    page.evaluate(
        """() => {
          for (const repeat of [false, false, true, true]) {
            const event = { key: "i", repeat, bubbles: true };
            document.body.dispatchEvent(new KeyboardEvent("keydown", event));
          }
        }"""
    )
    expect(page.locator("#item-title")).to_have_text("Title number 1")
    expect(page.locator("#own-progress")).to_contain_text("1 of 4")
    expect_all_sent(page)
    page.locator("button[value=include]").dblclick()
    expect(page.locator("#item-title")).to_have_text("Title number 2")
    expect(page.locator("#own-progress")).to_contain_text("2 of 4")
    expect_all_sent(page)
    assert Decision.objects.count() == 2


def test_what_is_put_off_comes_again_after_all_else(
    team: tuple[Review, Cast], person: Callable[..., Page]
) -> None:
    page = person()
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["keys"]))
    title = page.locator("#item-title")
    for number, key in enumerate("siii"):
        expect(title).to_have_text(f"Title number {number}")
        page.keyboard.press(key)
    expect(title).to_have_text("Title number 0")
    expect(page.locator("#own-progress")).to_contain_text("3 of 4")
    expect_all_sent(page)
    follow(page.get_by_role("link", name="For later"))
    expect(page.get_by_role("link", name="Title number 0")).to_be_visible()
    page.goto(reverse("screening:screen", args=["keys"]))
    page.keyboard.press("i")
    expect(page.get_by_text("Nothing waits for you here")).to_be_visible()
    assert Decision.objects.count() == 4
    page.goto(reverse("screening:later", args=["keys"]))
    expect(page.get_by_text("You have put nothing off")).to_be_visible()


def test_what_comes_back_unmarked_changes_no_decision(
    team: tuple[Review, Cast], person: Callable[..., Page]
) -> None:
    review, cast = team
    long_ago = timezone.now() - timedelta(days=30)
    first = review.records.earliest("pk")
    decisions.decide(first, Choice.INCLUDE, reviewer=cast.bob, at=long_ago)
    second = review.records.exclude(pk=first.pk).earliest("pk")
    decisions.decide(second, Choice.INCLUDE, reviewer=cast.bob)
    SelfCheckSetting.objects.create(review=review, user=cast.bob, share=20)
    # One after each, so that the test need not wait for chance.
    with patch.object(drawing, "share_of", lambda review, reviewer: 100):
        page = person()
        sign_in(page, "bob", PASSWORD)
        page.goto(reverse("screening:screen", args=["keys"]))
        title = page.locator("#item-title")
        expect(title).to_have_text("Title number 0")
        page.keyboard.press("e")
        expect(title).to_have_text("Title number 2")
        expect_all_sent(page)
        assert Decision.objects.count() == 2
        assert SelfCheck.objects.get().choice == Choice.EXCLUDE
        # Undone it comes again, and is as little a decision as before.
        page.keyboard.press("u")
        expect(title).to_have_text("Title number 0")
        page.keyboard.press("m")
        expect(title).to_have_text("Title number 2")
        expect_all_sent(page)
    assert Decision.objects.count() == 2
    assert SelfCheck.objects.get().choice == Choice.MAYBE
