"""The findings as a page lists them: by severity, each with the things it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from reviews.audit import registry, running
from reviews.audit.finding import Kind, Severity, Subject
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


@dataclass(frozen=True)
class Tally:
    """How many findings a severity has, and how many of them are open."""

    severity: str
    label: str
    count: int
    open_count: int


def choose(
    outcomes: Sequence[Outcome],
    *,
    check: str = "",
    severity: str = "",
    status: str = "",
    finding: str = "",
) -> list[Judged]:
    """Return the findings chosen, the gravest first; those let stand last in each."""
    found = [
        judged
        for judged in running.by_severity(outcomes)
        if check in ("", judged.finding.check)
        and severity in ("", judged.finding.severity)
        and status in ("", judged.status)
        and finding in ("", judged.finding.key)
    ]
    order = {each: place for place, each in enumerate(Severity)}
    found.sort(key=lambda j: (order[j.finding.severity], j.dismissal is not None))
    return found


def groups(
    review: Review,
    chosen: Sequence[Judged],
    labels: Mapping[str, str],
    *,
    in_full: bool = False,
) -> list[Group]:
    """Return findings by severity; `in_full`, with everything that each is about."""
    shown = None if in_full else SHOWN
    found = [
        Group(
            severity,
            label,
            tuple(
                _line(review, judged, shown)
                for judged in chosen
                if judged.finding.severity == severity
            ),
        )
        for severity, label in labels.items()
    ]
    return [group for group in found if group.lines]


def tallies(outcomes: Sequence[Outcome], labels: Mapping[str, str]) -> list[Tally]:
    """Return how many findings there are of each severity that has any."""
    everything = running.by_severity(outcomes)
    found = []
    for severity, label in labels.items():
        of = [judged for judged in everything if judged.finding.severity == severity]
        is_open = sum(judged.dismissal is None for judged in of)
        found.append(Tally(severity, label, len(of), is_open))
    return [tally for tally in found if tally.count]


def earlier(review: Review, outcomes: Sequence[Outcome]) -> list[Dismissal]:
    """Return the reasons of before: taken back, or for what is found no longer."""
    standing = {
        judged.dismissal.pk
        for outcome in outcomes
        for judged in outcome.judged
        if judged.dismissal
    }
    return [each for each in reasons(review) if each.pk not in standing]


def reasons(review: Review) -> QuerySet[Dismissal]:
    """Return the reasons written for findings of the audit, not those of the flow."""
    return (
        review.dismissals.filter(check_name__in=registry.TITLES)
        .select_related("dismissed_by")
        .order_by("-dismissed_at", "-pk")
    )


def _line(review: Review, judged: Judged, shown: int | None) -> Line:
    finding = judged.finding
    links = tuple(_link(review, subject) for subject in finding.subjects[:shown])
    more = len(finding.subjects) - len(links)
    return Line(judged, running.title(finding.check), links, more)


def _link(review: Review, subject: Subject) -> Link:
    name = ", ".join(subject.names)
    if subject.kind is Kind.RELATED:
        return Link(
            subject.label, name, reverse("reviews:related_list", args=[review.slug])
        )
    url = reverse(_PAGES[subject.kind], args=[review.slug, subject.pk])
    return Link(subject.label, name, url)
