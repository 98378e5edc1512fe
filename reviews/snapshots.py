"""Snapshots: the flow of one moment, named, and kept with the hash of its figures.

What a protocol amendment or an interim report quotes can so be shown again. A snapshot
is never changed and never removed; the database itself refuses. When one is looked at,
its figures are held against their hash and against the flow that is replayed for its
moment today.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.exports import flow as flow_export
from reviews.flow import counting
from reviews.models import Event, FlowSnapshot, Review, Role, User

LONGEST_NAME = 200

# The history replays all that the flow counts, and every name that it prints but these:
# the choices and judgments by which studies in synthesis are told, as they are today.
SYNTHESIS = "synthesis"
NOT_REPLAYED = ("field.changed", "instrument.changed")


class NameMissing(ValueError):
    """A snapshot has a name."""


class NameTaken(ValueError):
    """The review has a snapshot of this name already."""


@dataclass(frozen=True)
class Difference:
    """A figure that the replay gives otherwise than the snapshot kept it."""

    figure: str
    kept: str
    replayed: str


@dataclass(frozen=True)
class Verification:
    """Whether a snapshot still is what it was, and what has changed since."""

    hash_holds: bool
    differences: tuple[Difference, ...]
    # What was changed after it was taken and is not replayed, the latest first.
    because: Sequence[Event]

    @property
    def holds(self) -> bool:
        return self.hash_holds and not self.differences


@transaction.atomic
def take(
    review: Review,
    *,
    name: str,
    note: str = "",
    as_of: datetime | None = None,
    by: User,
    at: datetime | None = None,
) -> FlowSnapshot:
    """Keep the flow of a moment; of this one where none is given.

    Raises WrongRole, NameMissing or NameTaken.
    """
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    taken_at = at or timezone.now()
    figures = flow_export.figures(counting.flow(review, as_of=as_of))
    snapshot = FlowSnapshot.objects.create(
        review=review,
        name=_checked(review, name),
        note=note.strip(),
        as_of=min(as_of or taken_at, taken_at),
        taken_at=taken_at,
        taken_by=by,
        figures=figures,
        sha256=flow_export.fingerprint(figures),
    )
    events.record(
        review,
        "flow.snapshot_taken",
        f"Took the snapshot {snapshot} of the flow",
        by=by,
        subject=snapshot,
        new={"as_of": snapshot.as_of, "sha256": snapshot.sha256},
        at=taken_at,
    )
    return snapshot


def lines(figures: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return every figure by its name, for a table."""
    return [(d.figure, d.kept) for d in _differences("", dict(figures), {})]


def listed(review: Review) -> QuerySet[FlowSnapshot]:
    """Return the snapshots of a review, the latest moment first."""
    rows = review.flow_snapshots.select_related("taken_by").defer("figures")
    return rows.order_by("-as_of", "-pk")


def verify(snapshot: FlowSnapshot) -> Verification:
    """Hold a snapshot against its hash and against the replay of today."""
    review = snapshot.review
    replayed = flow_export.figures(counting.flow(review, as_of=snapshot.as_of))
    differences = tuple(_differences("", snapshot.figures, replayed))
    return Verification(
        hash_holds=flow_export.fingerprint(snapshot.figures) == snapshot.sha256,
        differences=differences,
        because=list(_changed_since(snapshot, differences)) if differences else (),
    )


def _changed_since(
    snapshot: FlowSnapshot, differences: Iterable[Difference]
) -> QuerySet[Event]:
    """Return what came later and counts then: what was dated back, above all."""
    counts_then = Q(at__lte=snapshot.as_of)
    if any(each.figure.startswith(SYNTHESIS) for each in differences):
        counts_then |= Q(action__in=NOT_REPLAYED)
    # By key, not by time: what was dated back is among what came later.
    own = events.about(snapshot).filter(action="flow.snapshot_taken").first()
    later = Q(pk__gt=own.pk) if own else Q(at__gt=snapshot.taken_at)
    found = snapshot.review.events.filter(later & counts_then)
    return found.select_related("by").order_by("-pk")[:20]


def _differences(name: str, kept: Any, replayed: Any) -> Iterator[Difference]:
    if isinstance(kept, dict) and isinstance(replayed, dict):
        for key in dict.fromkeys((*kept, *replayed)):
            path = f"{name} › {_told(key)}" if name else _told(key)
            yield from _differences(path, kept.get(key), replayed.get(key))
    elif isinstance(kept, dict) and replayed is None:
        yield from _differences(name, kept, {})
    elif isinstance(replayed, dict) and kept is None:
        yield from _differences(name, {}, replayed)
    elif isinstance(kept, list) and replayed is None:
        yield from _differences(name, kept, [])
    elif isinstance(kept, list) and isinstance(replayed, list):
        for number in range(max(len(kept), len(replayed))):
            both = [rows[number : number + 1] for rows in (kept, replayed)]
            one, other = (rows[0] if rows else None for rows in both)
            yield from _differences(f"{name} {number + 1}", one, other)
    elif kept != replayed:
        yield Difference(name, _shown(kept), _shown(replayed))


def _told(key: str) -> str:
    return key.replace("_", " ")


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return f"{value:,}" if type(value) is int else str(value)


def _checked(review: Review, name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise NameMissing(f"Name the snapshot, in at most {LONGEST_NAME} characters.")
    if review.flow_snapshots.filter(name__iexact=name).exists():
        raise NameTaken("The review has a snapshot of this name already.")
    return name
