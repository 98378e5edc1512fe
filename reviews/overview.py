"""Where a review stands: its boxes in the order of the flow, and what comes next.

It is read off settled facts alone, so that any member may see it at any time.
"""

from dataclasses import dataclass
from datetime import datetime

from reviews import members
from reviews.models import DuplicateSet, Review, Stage


@dataclass(frozen=True)
class Figure:
    """A number, and the list that opens it: a page and a state of its filter."""

    label: str
    number: int
    page: str
    state: str = ""


@dataclass(frozen=True)
class Phase:
    """A part of the flow, with its figures."""

    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Step:
    """What comes next: on a page of this app, or where a stage is judged."""

    title: str
    text: str
    page: str = ""
    query: str = ""
    stage: str = ""
    is_for_owner: bool = False


@dataclass(frozen=True)
class AfterStop:
    """What waits to be screened though screening was stopped, and when it was."""

    stopped_at: datetime
    waiting: int


def after_stop(review: Review) -> AfterStop | None:
    """Return what waits that the last stop did not cover; None where nothing does."""
    standing = review.joint_removals.filter(restored_at=None)
    last = standing.order_by("-removed_at", "-pk").first()
    if last is None:
        return None
    waiting = review.records.awaiting_screening().count()
    return AfterStop(last.removed_at, waiting) if waiting else None


def phases(review: Review) -> tuple[Phase, ...]:
    """Return the figures of the review, by part of the flow."""
    return (
        Phase(
            "Identified",
            (
                Figure(
                    "records identified", review.records.count(), "reviews:record_list"
                ),
                _records(review, "removed as duplicates", "duplicates"),
                _records(review, "to be screened in all", "to_screen"),
            ),
        ),
        Phase(
            "Titles and abstracts",
            (
                _records(review, "await screening", "awaiting_screening"),
                _records(review, "excluded", "excluded"),
                _records(review, "go on to full text", "included"),
            ),
        ),
        Phase(
            "Full texts",
            (
                _reports(review, "reports sought", "sought"),
                _reports(review, "await retrieval", "awaiting_retrieval"),
                _reports(review, "not retrieved", "not_retrieved"),
                _reports(review, "await a decision", "awaiting_decision"),
                _reports(review, "excluded", "excluded"),
            ),
        ),
        Phase(
            "Included",
            (
                _reports(review, "reports included", "included"),
                Figure(
                    "studies included",
                    review.studies.included().count(),
                    "reviews:study_list",
                ),
            ),
        ),
    )


def next_step(review: Review) -> Step:
    """Return the first thing in the order of the flow that is still to be done."""
    return _planning(review) or _identifying(review) or _assessing(review)


def _records(review: Review, label: str, state: str) -> Figure:
    number = getattr(review.records.all(), state)().count()
    return Figure(label, number, "reviews:record_list", state)


def _reports(review: Review, label: str, state: str) -> Figure:
    number = getattr(review.reports.all(), state)().count()
    return Figure(label, number, "reviews:report_list", state)


def _planning(review: Review) -> Step | None:
    if not review.criteria.in_force().exists():
        return Step(
            "Write the protocol",
            "Say what the review asks, and which criteria decide what is included.",
            page="reviews:protocol_detail",
            is_for_owner=True,
        )
    needed = review.reviewers_required(Stage.TITLE_ABSTRACT)
    there = members.reviewers(review, Stage.TITLE_ABSTRACT).count()
    if there < needed:
        return Step(
            "Bring the team together",
            f"Titles and abstracts are judged by {_people(needed)}; the team has "
            f"{there or 'none'} so far.",
            page="reviews:member_list",
            is_for_owner=True,
        )
    return None


def _identifying(review: Review) -> Step | None:
    if not review.records.exists():
        return Step(
            "Record a search and import what it found",
            "One entry for each source, with its strategy; then the file of records.",
            page="reviews:search_list",
            is_for_owner=True,
        )
    waiting = review.duplicate_sets.filter(state=DuplicateSet.State.FOUND).count()
    if waiting:
        return Step(
            "Look at the duplicates",
            f"Sets of records that may be copies of one another: {waiting:,}.",
            page="reviews:duplicate_list",
            is_for_owner=True,
        )
    waiting = review.records.awaiting_screening().count()
    if waiting:
        return Step(
            "Screen titles and abstracts",
            f"Records that await screening: {waiting:,}.",
            stage=Stage.TITLE_ABSTRACT,
        )
    return None


def _assessing(review: Review) -> Step:
    waiting = review.reports.awaiting_retrieval().count()
    if waiting:
        return Step(
            "Retrieve the full texts",
            f"Reports that are sought and not yet retrieved: {waiting:,}.",
            page="reviews:report_list",
            query="state=awaiting_retrieval",
        )
    waiting = review.reports.awaiting_decision().count()
    if waiting:
        return Step(
            "Assess the full texts",
            f"Reports that await a decision: {waiting:,}.",
            stage=Stage.FULL_TEXT,
        )
    waiting = review.reports.without_study().count()
    if waiting:
        return Step(
            "Group the included reports into studies",
            f"Included reports that belong to no study yet: {waiting:,}.",
            page="reviews:study_list",
        )
    return Step(
        "Read the flow",
        "Nothing waits between the search and the included studies. Appraise and "
        "extract them, then read the numbers off the flow diagram.",
        page="reviews:flow",
    )


def _people(number: int) -> str:
    people = {1: "one reviewer", 2: "two reviewers", 3: "three reviewers"}[number]
    return people + (", independently" if number > 1 else "")
