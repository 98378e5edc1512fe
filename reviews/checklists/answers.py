"""What the team says of each item of a checklist: its status, its place, a note.

Owners answer. An item without an answer is open; an answer is changed by another, and
cleared by an empty one, so both can be taken back. Only what changes is written. What
was said on an earlier day is replayed from the history.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import access, events
from reviews.checklists import definitions
from reviews.models import ChecklistAnswer, Review, Role, User

Status = ChecklistAnswer.Status
ANSWERED = "checklist.answered"


class UnknownStatus(ValueError):
    """An item is reported, partly, not, or not applicable; or open."""


@dataclass(frozen=True)
class Answer:
    """What is said of an item; `place` is where in the manuscript it stands."""

    status: Status = Status.OPEN
    place: str = ""
    note: str = ""


def standing(
    review: Review, checklist: str, *, as_of: datetime | None = None
) -> Mapping[str, Answer]:
    """Return the answer to each item by its number, open ones too, in one query.

    As it stands, or as it stood then. Raises UnknownChecklist.
    """
    items = definitions.find(checklist).items
    if as_of is None:
        rows = review.checklist_answers.filter(checklist=checklist)
        given = {row.item: _answer(row) for row in rows}
    else:
        given = _replayed(review, checklist, as_of)
    return {item.number: given.get(item.number, Answer()) for item in items}


def answer(
    review: Review,
    checklist: str,
    item: str,
    said: Answer,
    *,
    by: User,
    at: datetime | None = None,
) -> bool:
    """Say something of an item, and tell whether that changed anything.

    Raises UnknownChecklist, UnknownItem and UnknownStatus.
    """
    return bool(answer_all(review, checklist, {item: said}, by=by, at=at))


@transaction.atomic
def answer_all(
    review: Review,
    checklist: str,
    said: Mapping[str, Answer],
    *,
    by: User,
    at: datetime | None = None,
) -> tuple[str, ...]:
    """Say something of several items, and return the numbers of those that changed.

    Raises UnknownChecklist, UnknownItem and UnknownStatus, and then writes nothing.
    """
    access.require(review, by, Role.OWNER)
    asked = definitions.find(checklist)
    for number, new in said.items():
        asked.item(number)
        if new.status not in Status.values:
            raise UnknownStatus(f"An item is not {new.status}.")
    # The review's row, as an item that was never answered has none to lock.
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    old = standing(review, checklist)
    changed = {number: new for number, new in said.items() if new != old[number]}
    moment = at or timezone.now()
    _store(review, checklist, changed, moment)
    for number, new in changed.items():
        events.record(
            review,
            ANSWERED,
            f"{asked.name}, item {number}: {Status(new.status).label.lower()}",
            by=by,
            old={"checklist": checklist, "item": number, **asdict(old[number])},
            new={"checklist": checklist, "item": number, **asdict(new)},
            at=moment,
        )
    return tuple(changed)


def _store(
    review: Review, checklist: str, changed: Mapping[str, Answer], moment: datetime
) -> None:
    ChecklistAnswer.objects.bulk_create(
        [
            ChecklistAnswer(
                review=review,
                checklist=checklist,
                item=number,
                answered_at=moment,
                **asdict(said),
            )
            for number, said in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["review", "checklist", "item"],
        update_fields=["status", "place", "note", "answered_at"],
    )


def count_open(answers: Iterable[Answer]) -> int:
    """Return how many items nobody has answered."""
    return sum(said.status == Status.OPEN for said in answers)


def _replayed(review: Review, checklist: str, as_of: datetime) -> dict[str, Answer]:
    """Return the last answer to each item until then."""
    said = review.events.filter(action=ANSWERED, at__lte=as_of).order_by("at", "pk")
    found = {}
    for kept in said.values_list("new", flat=True).iterator():
        new = kept or {}
        if new.get("checklist") == checklist:
            status = Status(new["status"])
            found[new["item"]] = Answer(status, new["place"], new["note"])
    return found


def _answer(row: ChecklistAnswer) -> Answer:
    return Answer(Status(row.status), row.place, row.note)
