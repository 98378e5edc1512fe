"""What was counted, kept so that a page reads again only what was judged since.

It holds for what it is marked with: how many judgments, resolutions and lines of the
history there were, and which was the last. A line of the history that tells of anything
but a verdict on a record, or that an earlier one came to light later, has all counted
anew. Where little is judged nothing is kept. Whoever keeps something removes what is
kept of reviews that are gone.
"""

import json
import logging
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import time
from typing import Any, ClassVar
from uuid import uuid4
from zipfile import BadZipFile

import numpy as np
from django.conf import settings
from django.db.models import Count, Max, Model, QuerySet

from reviews.models import Event, Review
from screening.models import Decision, Resolution
from screening.stopping import counting
from screening.stopping.counting import AT, Counted

# With fewer judgments everything is counted whenever it is asked for.
FEW = 2000
# Of so many that were judged since, it is quicker to count everything.
MANY = 2000
# Seconds: nobody is still writing a file that is older.
UNFINISHED = 3600
_VERDICTS = ("record.settled", "record.reopened")
# What is written in the history and changes no reading.
_ELSEWHERE = ("report.", "study.")
_ARRAYS = ("keys", "moments", "relevant", "open_keys", "by_hand", "moved_in")
_NUMBERS = ("standing", "stopped", "begun_anew")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mark:
    """How many of each there are, and the last."""

    decisions: int
    last_decision: int
    resolutions: int
    last_resolution: int
    events: int
    last_event: int
    # Tells a database from another one with the same numbers.
    token: str

    kinds: ClassVar = (
        (Decision, "decisions", "last_decision"),
        (Resolution, "resolutions", "last_resolution"),
        (Event, "events", "last_event"),
    )


def counted(review: Review) -> Counted:
    """Return what is counted now, by what was kept and what was judged since."""
    now = mark(review)
    if now.decisions < FEW:
        return counting.whole(review)
    path = _path(review)
    kept = _load(path)
    judged = _judged_since(review, kept[0], now) if kept else None
    if kept is not None and judged is not None:
        found = counting.brought_up(review, kept[1], judged)
        if len(judged) > MANY // 4:
            _save(path, now, found)
        return found
    found = counting.whole(review)
    # Nothing came in while it was counted, or it is counted anew the next time.
    if mark(review) == now:
        _save(path, now, found)
    return found


def mark(review: Review) -> Mark:
    """Return how much was written of a review so far."""
    numbers: dict[str, int] = {}
    for model, number, last in Mark.kinds:
        told = model._default_manager.filter(review=review).aggregate(
            number=Count("pk"), last=Max("pk")
        )
        numbers |= {number: told["number"], last: told["last"] or 0}
    latest = Decision.objects.filter(pk=numbers["last_decision"])
    token = latest.values_list("token", flat=True).first()
    return Mark(**numbers, token=str(token or ""))


def _judged_since(review: Review, then: Mark, now: Mark) -> set[int] | None:
    """Return the records judged since then; None where that does not tell all."""
    if not _is_of_this_database(review, then):
        return None
    found: set[int] = set()
    for model, number, last in Mark.kinds:
        newer = model._default_manager.filter(review=review, pk__gt=getattr(then, last))
        rows = list(_told(model, newer)[: MANY + 1])
        if len(rows) > MANY or any(record is None for record in rows):
            return None
        grown = getattr(now, number) - getattr(then, number)
        # One that was written earlier and came to light later.
        if grown != newer.filter(pk__lte=getattr(now, last)).count():
            return None
        found.update(record for record in rows if record)
    return found


def _told(
    model: type[Model], newer: QuerySet[Any]
) -> QuerySet[Any, int | None] | list[int | None]:
    """Return the records that the rows tell of: 0 of none, None of any."""
    if model is Event:
        return _of_events(newer)
    return newer.filter(stage=AT).values_list("record", flat=True)


def _of_events(newer: QuerySet[Event]) -> list[int | None]:
    rows = newer.values_list("action", "subject_id")[: MANY + 1]
    return [
        subject
        if action in _VERDICTS
        else (0 if action.startswith(_ELSEWHERE) else None)
        for action, subject in rows
    ]


def _is_of_this_database(review: Review, then: Mark) -> bool:
    last = Decision.objects.filter(review=review, pk=then.last_decision)
    return str(last.values_list("token", flat=True).first()) == then.token


def _path(review: Review) -> Path:
    return Path(settings.DATA_DIR) / "readings" / f"{review.pk}.npz"


def _load(path: Path) -> tuple[Mark, Counted] | None:
    """Return what is kept; None where nothing is whole."""
    try:
        with np.load(path, allow_pickle=False) as read:
            told = json.loads(str(read["told"]))
            arrays = {name: read[name] for name in _ARRAYS}
        kept = Mark(**told["mark"])
        return kept, Counted(**arrays, **{name: told[name] for name in _NUMBERS})
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile):
        logger.warning("%s cannot be read: everything is counted anew.", path)
        return None


def _save(path: Path, now: Mark, found: Counted) -> None:
    """Keep it in the place of what was there; what goes wrong goes into the log."""
    told = {"mark": asdict(now), **{name: getattr(found, name) for name in _NUMBERS}}
    written = path.with_name(f".{uuid4().hex}.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        np.savez(written, told=json.dumps(told), **_arrays(found))
        os.replace(written, path)
        _sweep(path.parent)
    except OSError:
        logger.exception("What was counted of a review could not be kept.")
        with suppress(OSError):
            written.unlink()


def _sweep(folder: Path) -> None:
    """Remove what is kept of reviews that are gone, and what was never finished."""
    there = {str(key) for key in Review.objects.values_list("pk", flat=True)}
    for each in folder.glob("*.npz"):
        if each.stem.isdecimal():
            is_gone = each.stem not in there
        else:
            is_gone = time() - each.stat().st_mtime > UNFINISHED
        if is_gone:
            each.unlink(missing_ok=True)


def _arrays(found: Counted) -> dict[str, Any]:
    return {name: getattr(found, name) for name in _ARRAYS}
