"""Reports that a previous version of the review, made elsewhere, had included.

An updated review tells how many studies it had included before (PRISMA 2020, the
diagrams of updated reviews); here they are entered one by one, so that the number
opens into them. What is removed is kept and can be restored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.flow import again
from reviews.models import PreviousReport, Review, Role, User

LONGEST_LABEL = 200


class ThereAlready(ValueError):
    """The report is in the list already."""


class NotReadable(ValueError):
    """A line is not a study and a citation; the message names each such line."""


@dataclass(frozen=True)
class Line:
    """A report as it was typed, with the number of its line."""

    number: int
    study_label: str
    citation: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line."""

    number: int
    message: str
    text: str

    def __str__(self) -> str:
        return f"Line {self.number}: {self.message}"


@dataclass(frozen=True)
class Reading:
    """Every line that is not empty: as a report, or as a problem."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]

    @property
    def studies(self) -> int:
        return len({again.key(line.study_label) for line in self.lines})


def read(text: str, *, present: Sequence[tuple[str, str]] = ()) -> Reading:
    """Read lines of "Study label: citation"; `present` are those in the list."""
    lines: list[Line] = []
    problems: list[Problem] = []
    seen = {_folded(label, citation): 0 for label, citation in present}
    for number, typed in enumerate(text.splitlines(), start=1):
        if not typed.strip():
            continue
        label, _, citation = (" ".join(part.split()) for part in typed.partition(":"))
        message = _wrong(label, citation)
        earlier = seen.get(_folded(label, citation))
        if not message and earlier is not None:
            message = (
                f"the same as line {earlier}." if earlier else "in the list already."
            )
        if message:
            problems.append(Problem(number, message, typed.strip()))
            continue
        seen[_folded(label, citation)] = number
        lines.append(Line(number, label, citation))
    return Reading(tuple(lines), tuple(problems))


def _wrong(label: str, citation: str) -> str:
    if not citation:
        return "no citation; write the study, a colon, and the citation."
    if not label:
        return "no study before the colon."
    if len(label) > LONGEST_LABEL:
        return f"the name of the study is longer than {LONGEST_LABEL} characters."
    return ""


def _folded(label: str, citation: str) -> tuple[str, str]:
    return label.casefold(), citation.casefold()


def listed(review: Review) -> QuerySet[PreviousReport]:
    """Return the reports of the previous version, those of a study together."""
    return _in_order(review).filter(removed_at=None)


def removed(review: Review) -> QuerySet[PreviousReport]:
    """Return the reports that were taken off the list and can be restored."""
    return _in_order(review).exclude(removed_at=None)


def _in_order(review: Review) -> QuerySet[PreviousReport]:
    return review.previous_reports.order_by("study_label", "pk")


def count_studies(review: Review) -> int:
    """Return of how many studies the reports in the list are."""
    reports = listed(review).values_list("pk", "study_label")
    return len(again.first_of_each(reports))


def look_at(review: Review, text: str) -> Reading:
    """Read lines against what is in the list of the review; nothing is written."""
    present = listed(review).values_list("study_label", "citation")
    return read(text, present=list(present))


@transaction.atomic
def add(
    review: Review, text: str, *, by: User, at: datetime | None = None
) -> Sequence[PreviousReport]:
    """Add every line to the list, or none.

    Raises WrongRole or NotReadable.
    """
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    reading = look_at(review, text)
    if reading.problems or not reading.lines:
        told = " ".join(str(problem) for problem in reading.problems)
        raise NotReadable(told or "Write at least one line.")
    made = PreviousReport.objects.bulk_create(
        PreviousReport(
            review=review,
            study_label=line.study_label,
            citation=line.citation,
            added_at=at or timezone.now(),
        )
        for line in reading.lines
    )
    number = len(made)
    events.record(
        review,
        "previous_report.added",
        f"Added {number:,} report{'' if number == 1 else 's'} of a previous version",
        by=by,
        new=[{"study": line.study_label, "citation": line.citation} for line in made],
        at=at,
    )
    return made


def remove(
    report: PreviousReport, *, by: User, at: datetime | None = None
) -> PreviousReport:
    """Take a report off the list; it is kept. Raises WrongRole."""
    return _set_removed(report, at or timezone.now(), by=by, at=at)


def restore(
    report: PreviousReport, *, by: User, at: datetime | None = None
) -> PreviousReport:
    """Put a report back on the list. Raises WrongRole or ThereAlready."""
    return _set_removed(report, None, by=by, at=at)


@transaction.atomic
def _set_removed(
    report: PreviousReport,
    removed_at: datetime | None,
    *,
    by: User,
    at: datetime | None,
) -> PreviousReport:
    review = Review.objects.select_for_update(no_key=True).get(pk=report.review_id)
    access.require(review, by, Role.OWNER)
    report = PreviousReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if (report.removed_at is None) == (removed_at is None):
        return report
    if removed_at is None:
        _refuse_twice(report)
    report.removed_at = removed_at
    report.save(update_fields=["removed_at"])
    removed = removed_at is not None
    events.record(
        review,
        f"previous_report.{'removed' if removed else 'restored'}",
        f"{'Removed' if removed else 'Restored'} the report of a previous version: "
        f"{report}",
        by=by,
        subject=report,
        at=at,
    )
    return report


def _refuse_twice(report: PreviousReport) -> None:
    # Folded here, as adding does: SQLite folds the letters of ASCII alone.
    listed = PreviousReport.objects.filter(review=report.review_id, removed_at=None)
    present = listed.values_list("study_label", "citation")
    if _folded(report.study_label, report.citation) in (
        _folded(*each) for each in present.iterator()
    ):
        raise ThereAlready("The list has this report already.")
