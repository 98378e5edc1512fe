"""What of a review's records is settled, in the order in which all had judged it.

Counted whole, or from what was counted before: then only what was judged since is read
again. What one reader may see of open conflicts is added elsewhere.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter

import numpy as np
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from numpy.typing import NDArray

from reviews.flow.among import Among
from reviews.models import (
    Import,
    ImportUndo,
    JointlyRemoved,
    Record,
    Review,
    Stage,
    Verdict,
)
from reviews.models.record import RecordQuerySet
from screening import conflicts
from screening.models import (
    Decision,
    ImportedDecision,
    Resolution,
    StopCertificate,
)

AT = Stage.TITLE_ABSTRACT
CHUNK = 5000
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Keys = NDArray[np.int64]


@dataclass(frozen=True)
class Counted:
    """What is settled, and what may be in conflict; a place in each array a record.

    `keys`, `moments` and `relevant` are of the settled records, in their order.
    `open_keys` are of those that all had judged when it was counted and that were not
    settled then, or that were judged since: none else can be in conflict.
    """

    keys: Keys
    # Microseconds since 1970.
    moments: Keys
    relevant: NDArray[np.bool_]
    open_keys: Keys
    by_hand: Keys
    moved_in: Keys
    # All that stand for screening, and those that left by a stop.
    standing: int
    stopped: int
    # When the pool grew last or its order changed; 0 where it never did.
    begun_anew: int


def whole(review: Review) -> Counted:
    """Count everything."""
    standing = review.records.to_screen()
    by_hand = standing.filter(source_import=None).order_by()
    disputed = conflicts.in_conflict(review, AT).order_by()
    anew = _begun_anew(review)
    return _counted(
        _settled(review, standing, _moved_later(review)),
        open_keys=_array(disputed.values_list("pk", flat=True)),
        by_hand=_array(by_hand.values_list("pk", flat=True)),
        moved_in=_moved_in(review),
        standing=standing.count(),
        stopped=never_screened(review).count(),
        begun_anew=microseconds(anew) if anew else 0,
    )


def brought_up(review: Review, before: Counted, judged: Collection[int]) -> Counted:
    """Return what was counted with those records read again that were judged since."""
    if not judged:
        return before
    changed = _array(judged)
    stay = ~np.isin(before.keys, changed)
    among = review.records.to_screen().filter(Among(judged))
    moved = _moved_later(review) & Q(record__in=changed.tolist())
    again = _settled(review, among, moved)
    rows = np.concatenate(
        [
            np.stack([before.keys[stay], before.moments[stay], before.relevant[stay]]),
            again,
        ],
        axis=1,
    )
    return _counted(
        rows,
        open_keys=np.union1d(before.open_keys, changed),
        by_hand=before.by_hand,
        moved_in=before.moved_in,
        standing=before.standing,
        stopped=before.stopped,
        begun_anew=before.begun_anew,
    )


def never_screened(review: Review) -> QuerySet[Record]:
    """Return the records that left the flow by a stop that stands."""
    removals = StopCertificate.objects.filter(stop__review=review).values("removal")
    left = JointlyRemoved.objects.filter(back_at=None, joint_removal__in=removals)
    return review.records.filter(
        pk__in=left.order_by().values("record"), duplicate_of=None
    )


def completed(review: Review, which: Q) -> Iterator[tuple[int, datetime]]:
    """Yield when as many as the protocol asks for had first judged those records."""
    required = review.reviewers_required(AT)
    firsts = Decision.objects.filter(which, review=review, stage=AT, supersedes=None)
    told = firsts.order_by("record_id", "decided_at").values_list(
        "record_id", "decided_at"
    )
    for record, rows in groupby(told.iterator(chunk_size=CHUNK), key=itemgetter(0)):
        moments = [at for _, at in rows]
        if record is not None:
            yield record, moments[min(required, len(moments)) - 1]


def microseconds(at: datetime) -> int:
    """Return a moment as whole microseconds, which no rounding can bring together."""
    return (at - BEGIN) // MICROSECOND


def moment(at: int) -> datetime:
    """Return the moment of so many microseconds."""
    return BEGIN + at * MICROSECOND


def _counted(
    rows: Keys,
    *,
    open_keys: Keys,
    by_hand: Keys,
    moved_in: Keys,
    standing: int,
    stopped: int,
    begun_anew: int,
) -> Counted:
    keys, moments, relevant = rows[:, np.lexsort((rows[0], rows[1]))]
    return Counted(
        keys,
        moments,
        relevant.astype(np.bool_),
        open_keys,
        by_hand,
        moved_in,
        standing,
        stopped,
        begun_anew,
    )


def _settled(review: Review, among: RecordQuerySet, moved: Q) -> Keys:
    """Return the settled ones: their keys, their moments, and whether relevant."""
    found: dict[int, tuple[datetime, bool]] = {
        pk: (at, verdict == Verdict.INCLUDE)
        for pk, at, verdict in among.exclude(verdict=Verdict.OPEN)
        .order_by()
        .values_list("pk", "settled_at", "verdict")
        .iterator(chunk_size=CHUNK)
        if at is not None
    }
    for pk, at in completed(review, moved):
        if pk in found:
            found[pk] = (at, found[pk][1])
    rows = [(pk, microseconds(at), said) for pk, (at, said) in found.items()]
    return np.array(rows, dtype=np.int64).reshape(len(rows), 3).T


def _moved_later(review: Review) -> Q:
    """Return the records that were settled later than all had judged, or again."""
    changed = Decision.objects.filter(review=review, stage=AT, supersedes__isnull=False)
    resolved = Resolution.objects.filter(review=review, stage=AT)
    return Q(record__in=changed.order_by().values("record")) | Q(
        record__in=resolved.order_by().values("record")
    )


def _moved_in(review: Review) -> Keys:
    """Return the records with votes from elsewhere."""
    found = ImportedDecision.objects.filter(decision__review=review, decision__stage=AT)
    return np.unique(
        _array(found.order_by().values_list("decision__record", flat=True))
    )


def _begun_anew(review: Review) -> datetime | None:
    """Return when the pool grew last, or its order became that of relevance."""
    brought = review.records.to_screen().filter(source_import=OuterRef("pk"))
    files = Import.objects.filter(
        Exists(brought.order_by()), search__review=review, state=Import.State.IMPORTED
    )
    again = ImportUndo.objects.filter(source_import__in=files.values("pk"))
    ordered = review.events.filter(action="plan.changed", new__has_key="order")
    moments = [
        files.aggregate(at=Max("imported_at"))["at"],
        again.aggregate(at=Max("redone_at"))["at"],
        ordered.aggregate(at=Max("at"))["at"],
    ]
    return max((each for each in moments if each is not None), default=None)


def _array(keys: Collection[int] | QuerySet[Record, int]) -> Keys:
    return np.array(list(keys), dtype=np.int64)
