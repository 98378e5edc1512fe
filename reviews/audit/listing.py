"""The findings as a page lists them: by severity, each with the things it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from reviews.audit import registry, running
from reviews.audit.finding import Kind, Subject
from reviews.audit.running import Judged, Outcome
from reviews.models import Dismissal, Review

SHOWN = 12
_PAGES: Mapping[Kind, str] = {
    Kind.RECORD: "reviews:record_detail",
    Kind.REPORT: "reviews:report_detail",
    Kind.STUDY: "reviews:study_detail",
    Kind.SEARCH: "reviews:search_detail",
    Kind.CRITERION: "reviews:criterion_detail",
    Kind.FIELD: "reviews:field_detail",
}


@dataclass(frozen=True)
class Link:
    """A thing that a finding is about, with its page."""

    label: str
    name: str
    url: str


@dataclass(frozen=True)
class Line:
    """A finding as it is listed."""

    judged: Judged
    title: str
    links: tuple[Link, ...]
    more: int

    @property
    def is_told_twice(self) -> bool:
        """Tell whether the arithmetic only repeats the sentence."""
        return self.judged.finding.arithmetic in ("", self.judged.finding.what)


@dataclass(frozen=True)
class Group:
    """The findings of one severity."""

    severity: str
    label: str
    lines: tuple[Line, ...]

    @property
    def open_count(self) -> int:
        return sum(line.judged.dismissal is None for line in self.lines)


def groups(
    review: Review,
    outcomes: Sequence[Outcome],
    labels: Mapping[str, str],
    *,
    check: str = "",
    severity: str = "",
    status: str = "",
) -> list[Group]:
    """Return the findings chosen, by severity; those let stand come last in each."""
    chosen = [
        judged
        for judged in running.by_severity(outcomes)
        if check in ("", judged.finding.check)
        and severity in ("", judged.finding.severity)
        and status in ("", judged.status)
    ]
    chosen.sort(key=lambda judged: judged.dismissal is not None)
    found = [
        Group(
            severity,
            label,
            tuple(
                _line(review, judged)
                for judged in chosen
                if judged.finding.severity == severity
            ),
        )
        for severity, label in labels.items()
    ]
    return [group for group in found if group.lines]


def earlier(review: Review, outcomes: Sequence[Outcome]) -> list[Dismissal]:
    """Return the reasons of before: taken back, or for what is found no longer."""
    standing = {
        judged.dismissal.pk
        for outcome in outcomes
        for judged in outcome.judged
        if judged.dismissal
    }
    return [each for each in _of_the_audit(review) if each.pk not in standing]


def _of_the_audit(review: Review) -> QuerySet[Dismissal]:
    return (
        review.dismissals.filter(check_name__in=registry.TITLES)
        .select_related("dismissed_by")
        .order_by("-dismissed_at", "-pk")
    )


def _line(review: Review, judged: Judged) -> Line:
    finding = judged.finding
    links = tuple(_link(review, subject) for subject in finding.subjects[:SHOWN])
    more = max(0, len(finding.subjects) - SHOWN)
    return Line(judged, running.title(finding.check), links, more)


def _link(review: Review, subject: Subject) -> Link:
    name = ", ".join(subject.names)
    if subject.kind is Kind.RELATED:
        return Link(
            subject.label, name, reverse("reviews:related_list", args=[review.slug])
        )
    url = reverse(_PAGES[subject.kind], args=[review.slug, subject.pk])
    return Link(subject.label, name, url)
