"""Many verdicts at once, by the rules by which one is settled.

What `records.settle`, `records.reopen` and their namesakes of reports do for one item,
done for thousands in few queries: the same columns, the same events, and a report
sought for each record that is included. A test holds both to the same result.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from reviews import reports
from reviews.models import Event, Record, Report, Review, Settlement, User, Verdict

BATCH = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """What an item is settled as; without a verdict it is open."""

    verdict: Verdict = Verdict.OPEN
    settlement: Settlement = Settlement.OPEN
    # The key of the criterion that is counted.
    counted_reason: int | None = None


OPEN = Settled()


@transaction.atomic
def settle_records(
    review: Review,
    found: Mapping[int, Settled],
    *,
    by: User,
    at: datetime | None = None,
) -> int:
    """Store the verdicts on records, by their keys; return how many changed."""
    at, number = at or timezone.now(), 0
    for keys in _batches(found):
        rows = Record.stored.select_for_update(of=("self",)).filter(
            review=review, pk__in=keys
        )
        records = [
            record
            for record in rows.order_by("pk").defer("abstract", "original")
            if _facts(record) != found[record.pk]
        ]
        for settled, pks in _by_verdict(records, found):
            Record.stored.filter(pk__in=pks).update(**_columns(settled, at))
        _tell(review, records, found, by=by, at=at)
        _seek(review, records, found, by=by, at=at)
        number += len(records)
    return number


@transaction.atomic
def settle_reports(
    review: Review,
    found: Mapping[int, Settled],
    *,
    by: User,
    at: datetime | None = None,
) -> int:
    """Store the verdicts on reports, by their keys; return how many changed.

    Raises ReasonMissing for an exclusion without the one reason that is counted.
    """
    at, number = at or timezone.now(), 0
    for each in found.values():
        if each.verdict == Verdict.EXCLUDE and each.counted_reason is None:
            raise reports.ReasonMissing(
                "An excluded report is counted under one reason."
            )
    for keys in _batches(found):
        rows = Report.objects.select_for_update(of=("self",)).filter(
            review=review, pk__in=keys
        )
        changed = [
            report
            for report in rows.order_by("pk")
            if _facts(report) != found[report.pk]
        ]
        for settled, pks in _by_verdict(changed, found):
            Report.objects.filter(pk__in=pks).update(**_columns(settled, at))
        _tell(review, changed, found, by=by, at=at)
        number += len(changed)
    return number


def _batches(found: Mapping[int, Settled]) -> Iterator[Sequence[int]]:
    keys = sorted(found)
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _facts(item: Record | Report) -> Settled:
    return Settled(
        Verdict(item.verdict), Settlement(item.settlement), item.counted_reason_id
    )


def _by_verdict(
    items: Iterable[Record | Report], found: Mapping[int, Settled]
) -> Iterator[tuple[Settled, list[int]]]:
    """Yield the keys of what is settled alike."""
    alike: defaultdict[Settled, list[int]] = defaultdict(list)
    for item in items:
        alike[found[item.pk]].append(item.pk)
    yield from alike.items()


def _columns(settled: Settled, at: datetime) -> dict[str, Any]:
    return {
        "verdict": settled.verdict,
        "settlement": settled.settlement,
        "counted_reason": settled.counted_reason,
        "settled_at": None if settled.verdict == Verdict.OPEN else at,
    }


def _tell(
    review: Review,
    items: Sequence[Record | Report],
    found: Mapping[int, Settled],
    *,
    by: User,
    at: datetime,
) -> None:
    Event.objects.bulk_create(
        Event(
            review=review,
            at=at,
            by=by,
            action=f"{item._meta.model_name}.{_verb(found[item.pk])}",
            subject_type=item._meta.model_name or "",
            subject_id=item.pk,
            summary=f"{_word(found[item.pk])}: {item}",
            old=_told(_facts(item)),
            new=_told(found[item.pk]),
        )
        for item in items
    )


def _verb(settled: Settled) -> str:
    return "reopened" if settled.verdict == Verdict.OPEN else "settled"


def _word(settled: Settled) -> str:
    is_open = settled.verdict == Verdict.OPEN
    return "Opened again" if is_open else str(settled.verdict.label)


def _told(settled: Settled) -> dict[str, str | int | None]:
    return {
        "verdict": str(settled.verdict),
        "settlement": str(settled.settlement),
        "counted_reason": settled.counted_reason,
    }


def _seek(
    review: Review,
    records: Sequence[Record],
    found: Mapping[int, Settled],
    *,
    by: User,
    at: datetime,
) -> None:
    """Make the reports of those included records that point at none."""
    links = Report.records.through.objects
    included = [each for each in records if found[each.pk].verdict == Verdict.INCLUDE]
    sought = set(
        links.filter(record__in=[record.pk for record in included])
        .order_by()
        .values_list("record_id", flat=True)
    )
    new = [record for record in included if record.pk not in sought]
    made = Report.objects.bulk_create(reports.new(record, at) for record in new)
    pairs = list(zip(made, new, strict=True))
    links.bulk_create(
        Report.records.through(report_id=report.pk, record_id=record.pk)
        for report, record in pairs
    )
    Event.objects.bulk_create(
        Event(
            review=review,
            at=at,
            by=by,
            action="report.sought",
            subject_type="report",
            subject_id=report.pk,
            summary=f"Report sought: {report}",
            new={"record": record.pk},
        )
        for report, record in pairs
    )
