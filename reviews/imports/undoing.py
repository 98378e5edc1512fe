"""Taking a file out of the review again, and in again, with nothing lost.

Its records stay as they are, with all that was said of them, and take part in nothing;
votes on them are parked. A record that another file of the search holds too stays. The
sets of duplicates are mended so that a copy goes on wherever one is left, and what
they were is kept, so that the file brings it back.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from reviews import events, jobs
from reviews.duplicates import stored
from reviews.flow.among import Among
from reviews.imports import keeping, sets
from reviews.models import (
    Fingerprint,
    Import,
    ImportUndo,
    Record,
    Report,
    Search,
    Study,
    TakenOut,
    User,
)

CHUNK = 5000
State = Import.State


class NotTakenIn(Exception):
    """Only a file that is in the review can be taken out of it."""


class NotTakenOut(Exception):
    """Only a file that was taken out can be taken in again."""


@dataclass(frozen=True)
class Redone:
    """What came back with a file, and what did not."""

    made: Import
    came_back: int
    # The search holds them by now, from another file.
    already_there: int
    # Sets of duplicates that changed meanwhile, so that their copies stand alone.
    sets_left: int


@dataclass(frozen=True)
class Forecast:
    """What goes along with a file that is taken out. Of votes it tells nothing."""

    leaving: int
    # Another file of the search holds them too.
    staying: int
    excluded: int
    included: int
    sets: list[sets.Change]
    reports: list[Report]
    studies: list[Study]


def forecast(made: Import) -> Forecast:
    """Tell what would go along were a file taken out now. Raises NotTakenIn."""
    require_in(made)
    review = made.search.review
    keys = leaving(made)
    records = review.records.filter(Among(keys))
    mine = Record.objects.filter(reports=OuterRef("pk")).included().order_by()
    resting = review.reports.filter(
        Exists(mine.filter(Among(keys))), ~Exists(mine.exclude(Among(keys)))
    ).order_by("pk")
    studies = review.studies.filter(reports__in=resting).distinct().order_by("label")
    return Forecast(
        leaving=len(keys),
        staying=len(_held_by(made)) - len(keys),
        excluded=records.excluded().count(),
        included=records.included().count(),
        sets=sets.changes(review, set(keys)),
        reports=list(resting),
        studies=list(studies),
    )


def leaving(made: Import) -> list[int]:
    """Return the records that go out of the review with a file, by their keys.

    The search keeps each record as often as one of its other files holds it.
    """
    needed = _needed(made.search, but=made)
    there = Counter(_digests(made.search))
    mine = Counter(_held_by(made))
    rows = made.search.records.order_by("-pk").values_list(
        "pk", "digest", "source_import_id", "source_import__state"
    )
    found = []
    for pk, digest, source, state in rows.iterator(chunk_size=CHUNK):
        if source == made.pk and not digest:
            found.append(pk)
            continue
        free = source == made.pk or state == State.UNDONE
        if free and digest in mine and there[digest] > needed[digest]:
            there[digest] -= 1
            found.append(pk)
    return sorted(found)


@transaction.atomic
def undo(
    made: Import,
    *,
    by: User,
    progress: jobs.Progress | None = None,
    at: datetime | None = None,
) -> ImportUndo:
    """Take the records of a file out of the review.

    Raises WrongRole, NotTakenIn or Cancelled.
    """
    if progress:
        progress.hold()
    review = stored.lock(made.search.review, by)
    made = keeping.locked(made, by=by)
    require_in(made)
    keys = leaving(made)
    at = at or timezone.now()
    row = ImportUndo.objects.create(source_import=made, undone_at=at, undone_by=by)
    TakenOut.objects.bulk_create(
        (TakenOut(undo=row, record_id=key) for key in keys), batch_size=2000
    )
    changes = sets.changes(review, set(keys))
    old = {each.number: each.facts_before() for each in changes}
    row.taken_out = {"sets": [each.kept() for each in changes]}
    out = Record.stored.filter(pk__in=row.records.values("record"))
    out.update(in_review=False, duplicate_set=None, duplicate_of=None)
    Fingerprint.objects.filter(record__in=row.records.values("record")).delete()
    sets.mend(review, changes, at=at, by=by)
    row.save(update_fields=["taken_out"])
    made.state = State.UNDONE
    made.save(update_fields=["state"])
    events.record(
        review,
        "import.undone",
        f"Took {made.file_name} out of {made.search.name} again: "
        f"{stored.count(len(keys), 'record', 'records')}",
        by=by,
        subject=made,
        old={"sets": old},
        new={
            "sets": {each.number: each.facts_after() for each in changes},
            "records": len(keys),
        },
        at=at,
    )
    return row


@transaction.atomic
def redo(
    made: Import,
    *,
    by: User,
    progress: jobs.Progress | None = None,
    at: datetime | None = None,
) -> Redone:
    """Bring the records of a file back, as they were when it was taken out.

    What the search holds by now from another file stays out. Raises WrongRole,
    NotTakenOut or Cancelled.
    """
    if progress:
        progress.hold()
    review = stored.lock(made.search.review, by)
    made = keeping.locked(made, by=by)
    require_out(made)
    at = at or timezone.now()
    row = made.undos.select_for_update().get(redone_at=None)
    waking, there = _waking(made, row)
    rows = TakenOut.objects.filter(Among(waking.values()))
    rows.update(back_at=at)
    Record.stored.filter(Among(waking)).update(in_review=True)
    row.redone_at, row.redone_by = at, by
    row.save(update_fields=["redone_at", "redone_by"])
    made.state = State.IMPORTED
    made.save(update_fields=["state"])
    back = sets.restore(review, row, set(waking), at=at, by=by)
    events.record(
        review,
        "import.redone",
        f"Took {made.file_name} into {made.search.name} again: "
        f"{stored.count(len(waking), 'record', 'records')}, "
        f"{there:,} already there",
        by=by,
        subject=made,
        old={"sets": back.old},
        new={"sets": back.new, "records": len(waking), "already_there": there},
        at=at,
    )
    return Redone(made, len(waking), there, back.left)


def _waking(made: Import, undo: ImportUndo) -> tuple[dict[int, int], int]:
    """Return what comes back, by its key, and how many of the file's are there."""
    there = Counter(_digests(made.search))
    mine = Counter(_held_by(made))
    before = sum(min(number, there[digest]) for digest, number in mine.items())
    parked = TakenOut.objects.filter(
        back_at=None, record__search=made.search
    ).values_list("undo", "record", "pk", "record__digest", "record__source_import")
    # Those that this undo took come first.
    first = sorted(parked, key=lambda each: (each[0] != undo.pk, each[1]))
    found: dict[int, int] = {}
    for _, pk, row, digest, source in first:
        if not digest:
            if source == made.pk:
                found[pk] = row
        elif digest in mine and there[digest] < mine[digest]:
            there[digest] += 1
            found[pk] = row
    return found, before


def _needed(search: Search, *, but: Import) -> Counter[str]:
    """Return how often a search must hold each record for its other files."""
    needed: Counter[str] = Counter()
    others = search.imports.filter(state=State.IMPORTED).exclude(pk=but.pk)
    for other in others:
        needed |= Counter(_held_by(other))
    return needed


def _held_by(made: Import) -> list[str]:
    """Return the digest of each record of a file, whoever brought it."""
    brought = Record.stored.filter(source_import=made).exclude(digest="")
    known = made.already_there.exclude(record__digest="")
    return [
        *brought.order_by().values_list("digest", flat=True),
        *known.order_by().values_list("record__digest", flat=True),
    ]


def _digests(search: Search) -> list[str]:
    rows = search.records.exclude(digest="").order_by()
    return list(rows.values_list("digest", flat=True))


def require_out(made: Import) -> None:
    """Raise NotTakenOut unless a file was taken out."""
    if made.state != State.UNDONE:
        raise NotTakenOut(f"{made.file_name} was not taken out.")


def require_in(made: Import) -> None:
    """Raise NotTakenIn unless a file is in the review."""
    if made.state != State.IMPORTED:
        raise NotTakenIn(f"{made.file_name} is not in the review.")


def tell(back: Redone) -> str:
    """Say in words what came back with a file."""
    records = stored.count(back.came_back, "record", "records")
    told = f"{back.made.file_name} is in the review again: {records}"
    if back.already_there:
        told += f", {back.already_there:,} already there"
    if back.sets_left:
        changed = stored.count(back.sets_left, "set", "sets")
        told += (
            f". {changed} of duplicates changed meanwhile: find duplicates again, so "
            "that their copies are compared"
        )
    return f"{told}."


def shown(changes: list[sets.Change]) -> list[tuple[sets.Change, Record | None]]:
    """Return the changes of sets, each with the copy that goes on instead."""
    keys = {each.goes_on for each in changes if each.goes_on}
    records = Record.objects.defer("abstract", "original").in_bulk(keys)
    return [(each, records.get(each.goes_on or 0)) for each in changes]


def standing_undo(made: Import) -> ImportUndo | None:
    """Return since when and by whom a file is out, if it is."""
    return made.undos.filter(redone_at=None).select_related("undone_by").first()
