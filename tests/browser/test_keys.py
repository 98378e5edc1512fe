"""Screening by keys alone: what one presses, where the focus goes, what is kept."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Dialog, Page, expect

from reviews.models import Review
from screening.models import Decision
from tests.browser.conftest import follow, sign_in
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
    page.keyboard.press("m")
    expect(title).to_have_text("Title number 2")
    # A key pressed before the focus is on what is new decides nothing.
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
    said = Decision.objects.order_by("pk").values_list("choice", flat=True)
    assert list(said) == ["exclude", "maybe", "withdrawn", "withdrawn"]


def test_what_was_typed_stays_when_one_was_signed_out_meanwhile(
    team: tuple[Review, Cast], person: Callable[..., Page]
) -> None:
    page = person()
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["keys"]))
    page.fill("#id_note", "Precious words")
    page.context.clear_cookies(name="sessionid")
    page.click("button[value=exclude]")
    expect(page.locator("#trouble")).to_be_visible()
    expect(page.locator("#id_note")).to_have_value("Precious words")
    expect(page.locator("#item-title")).to_have_text("Title number 0")
    assert not Decision.objects.exists()


def test_asks_before_a_note_that_was_not_sent_is_lost(
    team: tuple[Review, Cast], person: Callable[..., Page]
) -> None:
    page = person()
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["keys"]))
    page.keyboard.press("n")
    page.keyboard.type("half a note")
    follow(page.get_by_role("link", name="Desk"))
    assert asked == ["beforeunload"]
    page.goto(reverse("screening:screen", args=["keys"]))
    page.keyboard.press("n")
    page.keyboard.type("a whole note")
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    expect(page.locator("#item-title")).to_have_text("Title number 1")
    expect(page.locator("#item-title")).to_be_focused()
    follow(page.get_by_role("link", name="Desk"))
    assert asked == ["beforeunload"]
