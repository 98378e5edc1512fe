"""Appraising a study: a question that is not asked is out of sight."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from reviews import targets
from screening.models import AppraisalAnswer
from tests.browser.conftest import sign_in
from tests.cast import PASSWORD
from tests.factories import create_instrument, create_staffed_review, create_study

pytestmark = pytest.mark.django_db(transaction=True)

# Once the participants knew what they got, 2.3 is asked.
KNEW, DEPARTED = "2.1 ", "2.3 "


@pytest.fixture
def domain(person: Callable[..., Page]) -> Locator:
    """Return the second domain of RoB 2 on the page of bob."""
    review, cast = create_staffed_review(slug="appraised")
    study = create_study(review=review, label="Brody 2024", design="rct_parallel")
    instrument = create_instrument(review=review, key="rob2")
    target = targets.create(study, instrument, by=cast.alice, outcome="Depression")
    page = person()
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:appraise", args=["appraised", target.pk]))
    return page.locator("#domain-D2a")


def question(domain: Locator, number: str) -> Locator:
    return domain.locator("fieldset").filter(
        has=domain.page.locator("legend", has_text=number)
    )


def answer(domain: Locator, number: str, said: str) -> Locator:
    return question(domain, number).get_by_label(said, exact=True)


def test_a_question_is_shown_while_it_is_asked(domain: Locator) -> None:
    expect(question(domain, KNEW)).to_be_visible()
    expect(question(domain, DEPARTED)).to_be_hidden()
    answer(domain, KNEW, "Yes").check()
    expect(question(domain, DEPARTED)).to_be_visible()
    for number in (KNEW, "2.2 "):
        answer(domain, number, "No").check()
    expect(question(domain, DEPARTED)).to_be_hidden()
    # What comes back unfinished hides the same.
    answer(domain, KNEW, "Yes").check()
    domain.get_by_role("button", name="Save this domain").click()
    expect(domain.get_by_text("Not saved yet.")).to_be_visible()
    expect(question(domain, DEPARTED)).to_be_visible()
    expect(question(domain, "2.4 ")).to_be_hidden()
    assert not AppraisalAnswer.objects.exists()
