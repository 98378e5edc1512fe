"""What was read of a review's records, in the order in which it was completed.

Settled verdicts alone are read, so that nothing tells of a judgment that is still
blind; each has its place by the moment at which all had judged it, however late a
conflict was resolved. A record that two have judged and that waits for a resolution
counts as relevant, but only for a reader who may see that conflict; to everybody else
it has not been read yet. Records that were found by hand, or whose votes were moved
in, were not drawn: the relevant ones among them count as known beforehand.

The test takes the order for a ranked or random one. Draws begin where that became
true: with the order by predicted relevance, and after the last file that brought
records, as the pool was another before. What was never screened as screening stopped
is still unread.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Q, QuerySet

from reviews.flow.among import Among
from reviews.models import Record, Review, ScreeningPlan, User
from screening import conflicts
from screening.stopping import counting, keeping
from screening.stopping.counting import AT, Counted, Keys
from screening.stopping.urn import Screened


@dataclass(frozen=True)
class Reading:
    """The order of reading, with the records behind it by their keys.

    `read` are those of the pool that are completed, in their order, with those in
    conflict that the reader may see.
    """

    screened: Screened
    read: tuple[int, ...]
    known: tuple[int, ...]
    conflicts: tuple[int, ...]
    is_ordered: bool
    # Those of the unread that wait to be screened.
    waiting: int = 0
    # Those of the unread that will not be read, as a stop was signed that stands.
    stopped: int = 0
    # The pool grew after screening began, or its order changed.
    begun_anew_at: datetime | None = None

    @property
    def relevant(self) -> tuple[int, ...]:
        """The relevant records of the pool, those in conflict among them."""
        return tuple(self.read[place - 1] for place in self.screened.relevant)

    @property
    def since_last(self) -> tuple[int, ...]:
        """What was read after the last relevant record."""
        return self.read[self.screened.read - self.screened.since_last :]


def read(
    review: Review, reader: User | None = None, *, from_scratch: bool = False
) -> Reading:
    """Read what was screened, as far as the reader may know; None knows all.

    What was counted before is used unless it is to be `from_scratch`.
    """
    told = counting.whole(review) if from_scratch else keeping.counted(review)
    plan = ScreeningPlan.objects.get(review=review)
    disputed = _disputed(review, reader, told)
    drawn = ~np.isin(told.keys, np.union1d(told.by_hand, told.moved_in))
    keys, moments = told.keys[drawn], told.moments[drawn]
    relevant = told.relevant[drawn]
    if len(disputed):
        keys = np.concatenate([keys, disputed[0]])
        moments = np.concatenate([moments, disputed[1]])
        relevant = np.concatenate([relevant, np.ones(len(disputed[0]), np.bool_)])
        order = np.lexsort((keys, moments))
        keys, moments, relevant = keys[order], moments[order], relevant[order]
    valid_from = int(np.searchsorted(moments, told.begun_anew, side="right"))
    known = np.sort(told.keys[~drawn & told.relevant])
    by_hand = np.isin(told.keys, told.by_hand)
    moved_in = int((~drawn & ~by_hand).sum())
    not_drawn = len(told.by_hand) + moved_in
    return Reading(
        screened=Screened(
            pool=told.standing + told.stopped - not_drawn,
            read=len(keys),
            relevant=(np.flatnonzero(relevant) + 1).tolist(),
            known=len(known),
            valid_from=valid_from if told.begun_anew else 0,
        ),
        read=tuple(keys.tolist()),
        known=tuple(known.tolist()),
        conflicts=tuple(np.sort(disputed[0]).tolist()) if len(disputed) else (),
        is_ordered=plan.order != ScreeningPlan.Order.IMPORTED,
        waiting=told.standing - len(told.by_hand) - int((~by_hand).sum()),
        stopped=told.stopped,
        begun_anew_at=counting.moment(told.begun_anew)
        if told.begun_anew and valid_from
        else None,
    )


def unread(review: Review) -> QuerySet[Record]:
    """Return the records of the pool that nobody has completed."""
    return review.records.awaiting_screening().exclude(source_import=None)


def never_screened(review: Review) -> QuerySet[Record]:
    """Return the records that left the flow by a stop that stands."""
    return counting.never_screened(review)


def _disputed(review: Review, reader: User | None, told: Counted) -> Keys:
    """Return the open conflicts that the reader may see, and since when they are."""
    if not len(told.open_keys):
        return np.empty((0, 0), np.int64)
    found = (
        conflicts.in_conflict(review, AT)
        if reader is None
        else conflicts.visible_to(review, AT, reader)
    )
    may_be = found.filter(Among(told.open_keys.tolist())).order_by()
    there = set(may_be.values_list("pk", flat=True)) - set(told.by_hand.tolist())
    rows = [
        (pk, counting.microseconds(at))
        for pk, at in counting.completed(review, Q(record_id__in=there))
    ]
    if not rows:
        return np.empty((0, 0), np.int64)
    return np.array(rows, dtype=np.int64).T
