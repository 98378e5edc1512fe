"""Standing: what waits for one person in data extraction, and the replay of it all.

A cell waits until the person has filled it or as many others as the protocol asks for
have; whether one other has makes no difference, so no count tells of anybody's work.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviews import access
from reviews.models import Review, Role, SettledValue, Settlement, Stage, Study, User
from screening.extraction import cells, values
from screening.extraction.cells import Cell
from screening.extraction.values import Outcome
from screening.settling import State


@dataclass(frozen=True)
class Progress:
    """How far one person has come with a study, told by their own entries alone."""

    filled: int
    waiting: int

    @property
    def total(self) -> int:
        return self.filled + self.waiting


@dataclass(frozen=True)
class Part:
    """What one person may do at the stage of extraction."""

    user: User
    extracts: bool
    adjudicates: bool

    def settles(self, found: Cell) -> bool:
        """Tell whether the person may settle the cell, and so see both sides."""
        return self.extracts if found.of(self.user) is not None else self.adjudicates


def part(review: Review, user: User) -> Part:
    """Return what the person may do at the stage of extraction."""
    extracts, adjudicates = (
        access.has_role(review, user, role, stage=Stage.EXTRACTION)
        for role in (Role.REVIEWER, Role.ADJUDICATOR)
    )
    return Part(user, extracts, adjudicates)


def require_part(review: Review, user: User) -> Part:
    """Return what the person may do. Raises WrongRole where that is nothing."""
    found = part(review, user)
    if not (found.extracts or found.adjudicates):
        raise access.WrongRole("Reviewers extract and adjudicators settle.")
    return found


@dataclass(frozen=True)
class Standing:
    """How an included study stands for one person."""

    study: Study
    progress: Progress
    conflicts: int


def standings(review: Review, taking: Part) -> list[Standing]:
    """Return how each included study stands for the person, in order of name.

    A cell waits until the person has filled it or two others have; whether one
    other has makes no difference.
    """
    fields = [field.pk for field in review.extraction_fields.in_force()]
    found = cells.of_review(review)
    required = cells.required(review)
    return [
        Standing(
            study,
            _progress(study, fields, found, taking, required),
            sum(
                is_conflict(found.get((study.pk, field), cells.EMPTY), taking, required)
                for field in fields
            ),
        )
        for study in review.studies.included().by_label()
    ]


def is_conflict(found: Cell, taking: Part, required: int) -> bool:
    """Tell whether the cell is in conflict and the person may settle it."""
    return found.outcome(required).state is State.CONFLICT and taking.settles(found)


def waiting(review: Review, user: User) -> int:
    """Count the included studies in which the person has cells to fill."""
    taking = part(review, user)
    if not taking.extracts:
        return 0
    return sum(each.progress.waiting > 0 for each in standings(review, taking))


def next_waiting(review: Review, user: User, *, after: Study) -> Study | None:
    """Return the study to extract after this one, beginning anew at the end."""
    listed = standings(review, part(review, user))
    order = [each.study for each in listed]
    place = order.index(after) if after in order else 0
    around = listed[place + 1 :] + listed[:place]
    return next((each.study for each in around if each.progress.waiting), None)


def to_settle(review: Review, user: User) -> int:
    """Count the included studies with cells in conflict that the person may settle."""
    taking = part(review, user)
    if not (taking.extracts or taking.adjudicates):
        return 0
    return sum(each.conflicts > 0 for each in standings(review, taking))


def _progress(
    study: Study,
    fields: Sequence[int],
    found: dict[cells.Place, Cell],
    taking: Part,
    required: int,
) -> Progress:
    if not taking.extracts:
        return Progress(0, 0)
    places = [found.get((study.pk, field), cells.EMPTY) for field in fields]
    filled = sum(each.of(taking.user) is not None for each in places)
    return Progress(
        filled=filled,
        waiting=sum(each.is_open_to(taking.user, required) for each in places) - filled,
    )


def check(review: Review) -> Iterator[tuple[int, str, str]]:
    """Yield each study with a stored value that the entries do not give.

    With it stand the field's code with what is stored, and what is derived.
    """
    required = cells.required(review)
    codes = dict(review.extraction_fields.values_list("pk", "code"))
    stored = {
        (each.study_id, each.field_id): Outcome(
            State.SETTLED, each.value, each.field_version, Settlement(each.settlement)
        )
        for each in SettledValue.objects.filter(study__review=review)
    }
    found = cells.of_review(review)
    for place in sorted(stored.keys() | found.keys()):
        derived = found.get(place, cells.EMPTY).outcome(required)
        if derived.state is not State.SETTLED:
            derived = values.AWAITING
        if stored.get(place, values.AWAITING) != derived:
            study, field = place
            was = _told(stored.get(place, values.AWAITING))
            yield study, f"{codes[field]}: {was}", _told(derived)


def _told(found: Outcome) -> str:
    if found.state is not State.SETTLED:
        return "open"
    return f"{values.words(found.value)} ({found.settlement})"
