"""Deciding several records at once, where the protocol allows it.

Each record gets a decision of its own by `decisions.decide`, so that blinding, settling
and replay hold as for any other; what a record refuses is told of it alone. All are
taken back in one step, and each goes back to what its reviewer said before. Many are
decided in the background, as `working` tells.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from reviews import access, jobs
from reviews.models import Criterion, Record, Review, Role, Stage, User
from screening import decisions
from screening.models import BulkDecision, BulkLine, Choice, Decision

# What a request decides itself, and a page names one by one.
AT_ONCE = 300
# Nobody has looked at more, and asking again reads them all.
MOST = 20_000
NOT_YOURS = "You judge titles and abstracts of this review no more."


class NotAllowed(Exception):
    """The protocol lets nobody decide several records at once."""


class TooMany(ValueError):
    """More records than can be decided at once."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A record, and what its reviewer had said of it where they chose it."""

    record: Record
    before: Decision | None


@transaction.atomic
def begin(
    review: Review,
    chosen: Sequence[Chosen],
    choice: Choice,
    *,
    reviewer: User,
    criteria: Iterable[Criterion] = (),
    note: str = "",
    token: uuid.UUID,
    at: datetime | None = None,
) -> BulkDecision:
    """Keep what is to be decided; `carry_out` decides it.

    The same page again returns what it began. Raises WrongRole, NotAllowed or TooMany.
    """
    access.require(review, reviewer, Role.REVIEWER, stage=Stage.TITLE_ABSTRACT)
    if not review.plan.bulk_decisions:
        raise NotAllowed("The protocol lets each record be decided on its own only.")
    if len(chosen) > MOST:
        raise TooMany(f"At most {MOST:,} records can be decided at once.")
    bulk, is_new = BulkDecision.objects.get_or_create(
        token=kept_token(token, review, reviewer),
        defaults={
            "review": review,
            "reviewer": reviewer,
            "choice": choice,
            "note": note,
            "made_at": at or timezone.now(),
        },
    )
    if is_new:
        bulk.criteria.set(criteria)
        BulkLine.objects.bulk_create(
            BulkLine(bulk=bulk, record=each.record, before=each.before)
            for each in chosen
        )
    return bulk


def kept_token(token: uuid.UUID, review: Review, reviewer: User) -> uuid.UUID:
    """Return the token by which what was begun with a page's token is found again."""
    return uuid.uuid5(token, f"bulk {review.pk} {reviewer.pk}")


def carry_out(
    bulk: BulkDecision,
    *,
    progress: jobs.Progress | None = None,
    at: datetime | None = None,
) -> None:
    """Decide what is not decided yet, record by record, so that nobody waits long.

    What a process that was killed left is decided when it is called again; where it
    is taken back meanwhile, no more is decided. Raises WrongRole where its reviewer
    judges here no more: what is decided stands, the rest is left out.
    """
    criteria = list(bulk.criteria.all())
    total = bulk.lines.count()
    left = list(undone(bulk))
    for number, line in enumerate(left, total - len(left)):
        if progress is not None:
            progress.step(number, total, "Deciding record by record")
        try:
            if not _decide(bulk, line, criteria, at=at):
                return
        except access.WrongRole as error:
            undone(bulk).update(problem=NOT_YOURS)
            raise access.WrongRole(f"{NOT_YOURS} {_standing_of(bulk)}") from error


def undone(bulk: BulkDecision) -> QuerySet[BulkLine]:
    """Return the lines on which nothing was said yet."""
    if bulk.taken_back_at is not None:
        return bulk.lines.none()
    return bulk.lines.filter(decision=None, problem="").order_by("record")


@transaction.atomic
def _decide(
    bulk: BulkDecision,
    line: BulkLine,
    criteria: list[Criterion],
    *,
    at: datetime | None,
) -> bool:
    """Decide one; tell whether there is more to do."""
    if _locked(bulk).taken_back_at is not None:
        return False
    # Another process may have gone on with the same meanwhile.
    if not undone(bulk).filter(pk=line.pk).exists():
        return True
    record = decisions.lock(Record(pk=line.record_id))
    assert isinstance(record, Record)
    try:
        _require_unchanged(record, line, bulk)
        line.decision = decisions.decide(
            record,
            Choice(bulk.choice),
            reviewer=bulk.reviewer,
            criteria=criteria,
            note=bulk.note,
            token=bulk.token,
            at=at,
        )
    except (
        decisions.JudgedByOthers,
        decisions.NotOpenForDecision,
        decisions.UnknownCriterion,
    ) as error:
        line.problem = str(error)
    line.save(update_fields=["decision", "problem"])
    return True


def _locked(bulk: BulkDecision) -> BulkDecision:
    return BulkDecision.objects.select_for_update().get(pk=bulk.pk)


def _require_unchanged(record: Record, line: BulkLine, bulk: BulkDecision) -> None:
    """Raise NotOpenForDecision where the record is not what was chosen any more."""
    if record.duplicate_of_id is not None:
        raise decisions.NotOpenForDecision(
            "This record was merged into another copy, which is judged in its stead."
        )
    last = decisions.last_word(record, bulk.reviewer)
    stands = None if last is None or last.choice == Choice.WITHDRAWN else last.pk
    if stands != line.before_id:
        raise decisions.NotOpenForDecision(
            "You decided on it yourself after you had chosen it; that decision stands."
        )


@transaction.atomic
def begin_taking_back(
    bulk: BulkDecision, *, reviewer: User, at: datetime | None = None
) -> bool:
    """Say that all of it is taken back; `go_back` does so. Tell whether it was news.

    Raises WrongRole.
    """
    bulk = _locked(bulk)
    access.require(bulk.review, reviewer, Role.REVIEWER, stage=Stage.TITLE_ABSTRACT)
    if bulk.reviewer_id != reviewer.pk:
        raise access.WrongRole("Everybody takes back only what is their own.")
    if bulk.taken_back_at is not None:
        return False
    bulk.taken_back_at = at or timezone.now()
    bulk.save(update_fields=["taken_back_at"])
    return True


def go_back(
    bulk: BulkDecision,
    *,
    progress: jobs.Progress | None = None,
    at: datetime | None = None,
) -> tuple[int, int]:
    """Take back what still stands; return how many went back and how many stay.

    What its reviewer had said before counts again; what they decided anew since stays.
    Raises WrongRole where they judge here no more.
    """
    lines = list(
        bulk.lines.exclude(decision=None)
        .select_related("decision__record", "before")
        .prefetch_related("before__ticks__criterion__criterion")
        .order_by("record")
    )
    gone = 0
    for number, line in enumerate(lines):
        if progress is not None:
            progress.step(number, len(lines), "Taking back record by record")
        try:
            gone += _go_back(line, bulk.reviewer, bulk.token, at)
        except access.WrongRole as error:
            raise access.WrongRole(f"{NOT_YOURS} {_standing_of(bulk)}") from error
    return gone, len(lines) - gone


@transaction.atomic
def take_back(
    bulk: BulkDecision, *, reviewer: User, at: datetime | None = None
) -> tuple[int, int]:
    """Take all of it back in one step; return what `go_back` does.

    Raises WrongRole.
    """
    if not begin_taking_back(bulk, reviewer=reviewer, at=at):
        return 0, 0
    return go_back(bulk, at=at)


def standing(bulk: BulkDecision) -> QuerySet[BulkLine]:
    """Return the lines whose decision is still its reviewer's last word."""
    since = Decision.objects.filter(supersedes=OuterRef("decision"))
    return bulk.lines.exclude(decision=None).filter(~Exists(since)).order_by("record")


def _standing_of(bulk: BulkDecision) -> str:
    whole, stand = bulk.lines.count(), standing(bulk).count()
    return f"Of the {whole:,} records {stand:,} are decided so."


@transaction.atomic
def _go_back(
    line: BulkLine, reviewer: User, token: uuid.UUID, at: datetime | None
) -> bool:
    """Take one back; tell whether it still stood."""
    made = line.decision
    assert made is not None
    assert made.record is not None
    # What they say from here on waits, and stays.
    decisions.lock(made.record)
    last = decisions.last_word(made.record, reviewer)
    if last is None or last.pk != made.pk:
        return False
    if line.before is None:
        decisions.take_back(made, reviewer=reviewer, at=at)
        return True
    ticked = [tick.criterion for tick in line.before.ticks.all()]
    try:
        decisions.decide(
            made.record,
            Choice(line.before.choice),
            reviewer=reviewer,
            criteria=[version.criterion for version in ticked],
            worded=ticked,
            note=line.before.note,
            token=uuid.uuid5(token, "taken back"),
            at=at,
        )
    except decisions.NotOpenForDecision:
        return False
    return True


def own(review: Review, reviewer: User) -> QuerySet[BulkDecision]:
    """Return what the reviewer decided at once in the review."""
    return BulkDecision.objects.filter(review=review, reviewer=reviewer)
