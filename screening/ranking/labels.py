"""What one reviewer's order is learned from, and what it would leak otherwise.

Settled verdicts, which the whole team sees, and the reviewer's own decisions. What
somebody else said of a record that is not settled never counts, nor does a conflict
but as the reviewer's own word on it: else the order of the queue would tell what the
other one judged (MECIR C39).
"""

from dataclasses import dataclass

import numpy as np

from reviews.models import Record, Review, Stage, User, Verdict
from screening.models import Choice, Decision
from screening.priority.learning import Known
from screening.priority.model import Places

_VALUE = {
    Choice.INCLUDE.value: 1,
    # It goes on to the full text, as the settled verdict says of it too.
    Choice.MAYBE.value: 1,
    Choice.EXCLUDE.value: 0,
}


@dataclass(frozen=True)
class Standing:
    """The records that stand for screening, by their places in the features."""

    places: Places
    # 1 goes on, 0 excluded, -1 not settled.
    verdicts: Places


def standing(review: Review, keys: Places) -> Standing:
    """Return the records of the features that stand for screening now."""
    rows = Record.objects.filter(review=review).to_screen().order_by("pk")
    read = list(rows.values_list("pk", "verdict"))
    value = {Verdict.INCLUDE.value: 1, Verdict.EXCLUDE.value: 0}
    found = np.array([key for key, _ in read], dtype=np.int64)
    verdicts = np.array([value.get(said, -1) for _, said in read], dtype=np.int64)
    # One that came in just now has no row yet.
    known = np.isin(found, keys)
    return Standing(np.searchsorted(keys, found[known]), verdicts[known])


def of(
    review: Review, stage: Stage, reviewer: User, keys: Places, among: Standing
) -> tuple[Known, Places]:
    """Return what is known to the reviewer, and the places of what they may judge."""
    own = np.full(len(keys), -1, dtype=np.int64)
    said = (
        Decision.objects.current()
        .filter(review=review, stage=stage, reviewer=reviewer)
        .values_list("record_id", "choice")
    )
    read = [(key, _VALUE[choice]) for key, choice in said]
    if read and len(keys):
        judged = np.array(read, dtype=np.int64)
        at = np.searchsorted(keys, judged[:, 0]).clip(max=len(keys) - 1)
        there = keys[at] == judged[:, 0]
        own[at[there]] = judged[there, 1]
    mine = own[among.places]
    value = np.where(among.verdicts >= 0, among.verdicts, mine)
    known = Known(among.places[value >= 0], value[value >= 0].astype(np.int8))
    waiting = (among.verdicts < 0) & (mine < 0)
    return known, among.places[waiting]
