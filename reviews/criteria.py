"""The criteria of eligibility: coded, in an order, each with its earlier wordings.

The order decides which reason is counted where several criteria fail, so a wording
keeps the place that it had (PRISMA 2020 items 5 and 16b). Before the review holds
records the first wording is mended in place; from then on a change is an amendment
and a version of its own, and what was judged goes on pointing at the old one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from reviews import events, protocol
from reviews.models import Amendment, Criterion, CriterionVersion, Review, User
from reviews.protocol import sentence


class CodeTaken(ValueError):
    """The protocol has, or had, another criterion of this code."""


class WordsMissing(ValueError):
    """A criterion has a code, a text and a reason."""


class FixedByNow(ValueError):
    """Code and kind stay once the review holds records."""


class NowhereToMove(ValueError):
    """The criterion is the first or the last already."""


@dataclass(frozen=True)
class Relied:
    """What was settled by a criterion: exclusions for which it is the reason."""

    records: int = 0
    reports: int = 0

    @property
    def any(self) -> bool:
        return bool(self.records or self.reports)


@transaction.atomic
def add(
    review: Review,
    *,
    kind: str,
    code: str,
    text: str,
    reason: str,
    by: User,
    because: str = "",
    at: datetime | None = None,
) -> Criterion:
    """Add a criterion at the end; `reason` is what the diagram prints.

    Raises CodeTaken, WordsMissing or protocol.ReasonMissing.
    """
    review = protocol.lock(review, by)
    code = _free_code(review, code)
    text, reason = _words(text, reason)
    what = f"Added criterion {code}: {sentence(text)}"
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    last = review.criteria.aggregate(last=Max("position"))["last"] or 0
    criterion = Criterion.objects.create(
        review=review,
        kind=kind,
        code=code,
        position=last + 1,
        text=text,
        reason=reason,
    )
    _store_version(criterion, amendment, at)
    _tell(criterion, "criterion.added", what, amendment, by=by, at=at)
    return criterion


@transaction.atomic
def change(
    criterion: Criterion,
    *,
    kind: str,
    code: str,
    text: str,
    reason: str,
    by: User,
    because: str = "",
    at: datetime | None = None,
) -> Criterion:
    """Word a criterion anew.

    Raises CodeTaken, WordsMissing, FixedByNow or protocol.ReasonMissing.
    """
    review = protocol.lock(criterion.review, by)
    criterion = _get(review, criterion)
    old = _facts(criterion)
    text, reason = _words(text, reason)
    if (kind, code.strip()) != (criterion.kind, criterion.code):
        if protocol.is_underway(review):
            raise FixedByNow(
                "Code and kind stay as they are: retire this criterion and add another."
            )
        criterion.kind, criterion.code = kind, _free_code(review, code, criterion)
    criterion.text, criterion.reason = text, reason
    if old == _facts(criterion):
        return criterion
    what = f"Criterion {criterion.code}: {_difference(old, _facts(criterion))}"
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    _store(criterion, amendment, at)
    _tell(criterion, "criterion.changed", what, amendment, by=by, at=at, old=old)
    return criterion


@transaction.atomic
def move(
    criterion: Criterion,
    *,
    up: bool,
    by: User,
    because: str = "",
    at: datetime | None = None,
) -> Criterion:
    """Move a criterion one place up or down in the order.

    Raises NowhereToMove or protocol.ReasonMissing.
    """
    review = protocol.lock(criterion.review, by)
    order = list(review.criteria.select_for_update().in_force())
    here = [each.pk for each in order].index(_get(review, criterion).pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        raise NowhereToMove(f"Criterion {criterion.code} is at the end already.")
    places = _places(order)
    order[here], order[there] = order[there], order[here]
    before, after = sorted((order[here], order[there]), key=order.index)
    what = f"Moved criterion {before.code} before {after.code}"
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    for each, place in zip(order, places, strict=True):
        if each.position != place:
            each.position = place
            _store(each, amendment, at)
    moved = order[there]
    _tell(moved, "criterion.moved", what, amendment, by=by, at=at)
    return moved


@transaction.atomic
def retire(
    criterion: Criterion, *, by: User, because: str = "", at: datetime | None = None
) -> None:
    """Take a criterion out of the protocol of today.

    Before the review holds records it leaves no trace but the event. Raises
    protocol.ReasonMissing.
    """
    review = protocol.lock(criterion.review, by)
    criterion = _get(review, criterion)
    if criterion.retired_at is not None:
        return
    what = f"Took out criterion {criterion.code}: {sentence(criterion.text)}"
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    old = _facts(criterion)
    _tell(criterion, "criterion.retired", what, amendment, by=by, at=at, old=old)
    if amendment is None:
        criterion.delete()
        return
    criterion.retired_at = amendment.made_at
    criterion.save(update_fields=["retired_at"])


@transaction.atomic
def reinstate(
    criterion: Criterion, *, by: User, because: str = "", at: datetime | None = None
) -> Criterion:
    """Bring a criterion back to its place. Raises protocol.ReasonMissing."""
    review = protocol.lock(criterion.review, by)
    criterion = _get(review, criterion)
    if criterion.retired_at is None:
        return criterion
    what = f"Brought back criterion {criterion.code}: {sentence(criterion.text)}"
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    criterion.retired_at = None
    criterion.save(update_fields=["retired_at"])
    _tell(criterion, "criterion.reinstated", what, amendment, by=by, at=at)
    return criterion


def relied(review: Review) -> dict[int, Relied]:
    """Return for each criterion, by key, what is settled with it as the reason."""
    records = _counted(review.records.excluded())
    reports = _counted(review.reports.excluded())
    return {
        key: Relied(records.get(key, 0), reports.get(key, 0))
        for key in {*records, *reports}
    }


def wordings(criterion: Criterion) -> list[tuple[CriterionVersion, Relied]]:
    """Return the wordings, the newest first, each with what was settled in its time.

    Judgments hold the wording that they were made by; what is settled holds only
    when, so an exclusion counts for the wording that stood on its day.
    """
    versions = list(
        criterion.versions.select_related("amendment__made_by").order_by("number")
    )
    review = criterion.review
    records = _by_wording(review.records.excluded(), criterion, versions)
    reports = _by_wording(review.reports.excluded(), criterion, versions)
    relied = map(Relied, records, reports)
    return list(zip(versions, relied, strict=True))[::-1]


def _by_wording(
    rows: Any, criterion: Criterion, versions: list[CriterionVersion]
) -> list[int]:
    # The first wording stands for whatever was settled before it was written down.
    starts = [None, *(version.written_at for version in versions[1:])]
    ends = [*starts[1:], None]
    spans = {}
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        span = Q()
        if start is not None:
            span &= Q(settled_at__gte=start)
        if end is not None:
            span &= Q(settled_at__lt=end)
        spans[f"wording{number}"] = Count("pk", filter=span)
    counted = rows.filter(counted_reason=criterion).aggregate(**spans)
    return [counted[name] for name in spans]


def _counted(rows: Any) -> dict[int, int]:
    return dict(
        rows.exclude(counted_reason=None)
        .order_by()
        .values_list("counted_reason")
        .annotate(Count("pk"))
    )


def _get(review: Review, criterion: Criterion) -> Criterion:
    return review.criteria.select_for_update().get(pk=criterion.pk)


def _places(order: Iterable[Criterion]) -> list[int]:
    """Return the places in use, each larger than the one before."""
    places: list[int] = []
    for each in order:
        places.append(max(each.position, places[-1] + 1 if places else 0))
    return places


def _store(
    criterion: Criterion, amendment: Amendment | None, at: datetime | None
) -> None:
    if amendment is not None:
        criterion.version += 1
    criterion.save()
    _store_version(criterion, amendment, at)


def _store_version(
    criterion: Criterion, amendment: Amendment | None, at: datetime | None
) -> None:
    wording = {
        "position": criterion.position,
        "text": criterion.text,
        "reason": criterion.reason,
        "written_at": at or timezone.now(),
        "amendment": amendment,
    }
    CriterionVersion.objects.update_or_create(
        criterion=criterion, number=criterion.version, defaults=wording
    )


def _free_code(review: Review, code: str, keeps: Criterion | None = None) -> str:
    code = code.strip()
    if not code:
        raise WordsMissing("Give the criterion a code, such as E1.")
    others = review.criteria.exclude(pk=keeps.pk) if keeps else review.criteria.all()
    if others.filter(code__iexact=code).exists():
        raise CodeTaken(f"The protocol has, or had, another criterion {code}.")
    return code


def _words(text: str, reason: str) -> tuple[str, str]:
    if not text.strip() or not reason.strip():
        raise WordsMissing("Write the criterion and the reason that it stands for.")
    return text.strip(), reason.strip()


def _difference(old: dict[str, Any], new: dict[str, Any]) -> str:
    labels = {"kind": "kind ", "code": "code ", "text": "", "reason": "reason "}
    return "; ".join(
        f"{label}“{sentence(new[name])}” in place of “{sentence(old[name])}”"
        for name, label in labels.items()
        if old[name] != new[name]
    )


def _facts(criterion: Criterion) -> dict[str, Any]:
    return {
        "kind": criterion.kind,
        "code": criterion.code,
        "position": criterion.position,
        "text": criterion.text,
        "reason": criterion.reason,
    }


def _tell(
    criterion: Criterion,
    action: str,
    what: str,
    amendment: Amendment | None,
    *,
    by: User,
    at: datetime | None,
    old: dict[str, Any] | None = None,
) -> None:
    new = {"criterion": _facts(criterion), "version": criterion.version}
    events.record(
        criterion.review,
        action,
        protocol.headline(amendment) + what,
        by=by,
        subject=criterion,
        old=old,
        new={**new, **protocol.reason_of(amendment)},
        at=at,
    )
