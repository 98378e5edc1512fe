"""The pages keep WCAG 2.2 A and AA, as far as a machine can tell."""

from collections.abc import Callable, Iterable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import Report, Review, Stage, Study, User
from screening import decisions, demo
from screening.models import Choice
from tests.browser.axe import problems
from tests.browser.conftest import sign_in
from tests.cast import PASSWORD
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_included_report,
    create_instrument,
    create_record,
    create_report,
    create_staffed_review,
    create_study,
)

pytestmark = pytest.mark.django_db(transaction=True)

ANYBODY = ("account_login", "account_signup", "account_reset_password")
SETTLED = (
    "review_detail",
    "review_settings",
    "protocol_detail",
    "protocol_edit",
    "criterion_create",
    "field_create",
    "instrument_list",
    "member_list",
    "member_add",
    "search_list",
    "search_create",
    "record_list",
    "duplicate_list",
    "report_list",
    "study_list",
)
JUDGED = (
    "screen",
    "full_text_queue",
    "my_decisions",
    "conflict_list",
    "appraisal_list",
    "extraction_list",
    "export_list",
)


def test_the_pages_of_the_demo(person: Callable[..., Page]) -> None:
    review = demo.load()
    page = person()
    found: list[str] = []
    for name in ANYBODY:
        page.goto(reverse(name))
        found += problems(page)
    sign_in(page, "owner", demo.PASSWORD)
    found += problems(page)
    for url in (
        reverse("reviews:review_create"),
        reverse("account_email"),
        *urls("reviews", SETTLED, review),
        *(
            reverse(f"reviews:{name}", args=[review.slug, made.pk])
            for name, made in (
                ("record_detail", review.records.earliest("pk")),
                ("report_detail", review.reports.earliest("pk")),
                ("search_detail", review.searches.earliest("pk")),
                ("study_detail", review.studies.earliest("pk")),
            )
        ),
        reverse("screening:appraisal_list", args=[review.slug]),
    ):
        page.goto(url)
        found += problems(page)
    assert found == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_those_who_judge(person: Callable[..., Page], width: int) -> None:
    review, report, study = create_review_underway()
    page = person(viewport={"width": width, "height": 844})
    found: list[str] = []
    sign_in(page, "bob", PASSWORD)
    found += problems(page)
    for url in (
        *urls("screening", JUDGED, review),
        reverse("screening:conflict_report", args=[review.slug, report.pk]),
        reverse("screening:extract", args=[review.slug, study.pk]),
        reverse("reviews:study_list", args=[review.slug]),
        reverse("reviews:report_detail", args=[review.slug, report.pk]),
    ):
        page.goto(url)
        found += problems(page)
    # What a refused decision looks like.
    page.goto(reverse("screening:full_text_queue", args=[review.slug]))
    page.keyboard.press("e")
    expect(page.get_by_role("alert").first).to_be_visible()
    found += problems(page)
    assert found == []


def create_review_underway() -> tuple[Review, Report, Study]:
    """Create a review with something to do on every page of bob's."""
    review, cast = create_staffed_review(slug="underway")
    create_criterion(review=review, code="E1", text="Animals were treated")
    for number in range(3):
        create_record(review=review, title=f"Title {number}", abstract="Ketamine.")
    for kind in ("text", "number", "choice", "multiple", "date"):
        choices = ["One", "Two"] if kind in ("choice", "multiple") else []
        create_extraction_field(review=review, kind=kind, choices=choices)
    create_instrument(review=review)
    study = create_study(review=review)
    create_included_report(review=review)
    disputed = create_report(review=review, title="A disputed report")
    create_report(review=review, title="A waiting report")
    judge(disputed, Choice.INCLUDE, cast.bob)
    judge(disputed, Choice.EXCLUDE, cast.carol)
    return review, disputed, study


def judge(report: Report, choice: Choice, person: User) -> None:
    criteria = list(report.review.criteria.in_force())
    decisions.decide(
        report,
        choice,
        reviewer=person,
        criteria=criteria if choice == Choice.EXCLUDE else [],
        note="Read twice.",
    )
    assert decisions.stage_of(report) == Stage.FULL_TEXT


def urls(app: str, names: Iterable[str], review: Review) -> list[str]:
    return [reverse(f"{app}:{name}", args=[review.slug]) for name in names]
