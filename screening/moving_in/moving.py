"""Moving votes in: each becomes a decision of its person, marked as imported.

All of a file in one transaction or nothing. The decisions count from now on, by the
same rules as those that are cast here, and what they complete is settled; when they
were said in the other tool is kept beside them. What became of a vote is told to its
person, and to the owner only once the record is settled: else a file of one vote would
find out whether somebody has judged.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import access, events
from reviews.formats.parsed import UnreadableFile
from reviews.formats.votes.told import Decision as Said
from reviews.jobs import Progress
from reviews.models import CriterionVersion, Review, Role, Stage, User
from screening import quorum
from screening.decisions import Items
from screening.models import (
    Choice,
    Decision,
    ImportedDecision,
    Tick,
    VoteImport,
    VoteProblem,
)
from screening.moving_in import files, planning, reading, settling, telling
from screening.moving_in.files import BATCH, AlreadyMovedIn, NotWaiting
from screening.moving_in.planning import Cast, Planned, Refused
from screening.moving_in.reading import Placed
from screening.stages import item_name

_TOKENS = uuid.UUID("6f2b0a52-58a1-4e0c-9d0e-6d5f0a2f3c11")
CHOICES = {
    Said.INCLUDE: Choice.INCLUDE,
    Said.MAYBE: Choice.MAYBE,
    Said.EXCLUDE: Choice.EXCLUDE,
}
NOBODY = "Nobody of the team was named for this person."
GONE = (
    "What this vote is on was removed, merged or taken out while the file was read. "
    "Take the votes back and look at the file again to move it in."
)
NOT_NAMED = "The file does not say whose vote this is, and nobody was named for it."


class NothingToMove(ValueError):
    """No vote of the file has a person and a record of the review."""

    def __init__(self, why: str = "") -> None:
        super().__init__(
            why
            or "No vote of this file has both a reviewer of this stage and a record or "
            "report that can be judged."
        )


def move_in(
    made: VoteImport,
    *,
    by: User,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> VoteImport:
    """Move the votes of a file in that was looked at.

    The file is read before the transaction begins, so that others wait little. The
    same file again is as it was. Raises WrongRole, NotWaiting, AlreadyMovedIn or
    NothingToMove, or what `progress` does; then nothing is written.
    """
    if made.state == VoteImport.State.MOVED_IN:
        return made
    _step(progress, 0, "Reading the file")
    try:
        file = reading.read(made, files.data_of(made))
    except UnreadableFile as error:
        raise NothingToMove(str(error)) from error
    _step(progress, 1, "Finding the records")
    looked = reading.look(made, file)
    _step(progress, 2, f"Moving in {len(looked.votes):,} votes")
    at = at or timezone.now()
    return _move(made, looked, by=by, at=at, progress=progress)


def _step(progress: Progress | None, done: int, words: str) -> None:
    if progress:
        progress.step(done, 3, words)


@transaction.atomic
def _move(
    made: VoteImport,
    looked: reading.Look,
    *,
    by: User,
    at: datetime,
    progress: Progress | None,
) -> VoteImport:
    if progress:
        progress.hold()
    review = Review.objects.select_for_update(no_key=True).get(pk=made.review_id)
    access.require(review, by, Role.OWNER)
    said = (made.stage, made.columns, made.words)
    made = VoteImport.objects.select_for_update().get(pk=made.pk)
    if made.state == VoteImport.State.MOVED_IN:
        return made
    if made.state != VoteImport.State.PREVIEWED or said != (
        made.stage,
        made.columns,
        made.words,
    ):
        raise NotWaiting(made)
    if earlier := files.moved_before(review, made.stage, made.sha256):
        raise AlreadyMovedIn(earlier)
    casts, problems = _cast(made, looked.votes)
    stage = Stage(made.stage)
    settling.lock(stage, {cast.item for cast in casts})
    casts, gone = _still_there(made, stage, casts)
    if not casts:
        raise NothingToMove
    items = {cast.item for cast in casts}
    planned, refused = planning.plan(
        casts,
        settling.last_words(stage, items),
        stage=stage,
        required=quorum.at(review, stage).of,
    )
    _append(made, planned, at)
    settling.settle(review, stage, items, by=by, at=at)
    _tell(made, [*looked.problems, *problems, *gone], refused)
    return _done(made, by=by, at=at)


def _done(made: VoteImport, *, by: User, at: datetime) -> VoteImport:
    """Store that it was moved in, and write who was taken for whom."""
    made.state = VoteImport.State.MOVED_IN
    made.moved_at, made.moved_by = at, by
    made.save(update_fields=["state", "moved_at", "moved_by"])
    people = {
        each.name: each.user.get_username()
        for each in made.people.select_related("user").order_by("name")
        if each.user
    }
    number = len(people)
    events.record(
        made.review,
        "votes.moved_in",
        f"Moved in the votes of {number} {'person' if number == 1 else 'people'} from "
        f"{made.file_name} ({made.get_source_display()}): {_who(people)}",
        by=by,
        subject=made,
        new={
            "file": made.file_name,
            "sha256": made.sha256,
            "stage": made.stage,
            "people": people,
        },
        at=at,
    )
    return made


def _who(people: Mapping[str, str]) -> str:
    return ", ".join(
        f"“{name}” is {user}" if name else f"not named is {user}"
        for name, user in people.items()
    )


def _cast(
    made: VoteImport, votes: Iterable[Placed]
) -> tuple[list[Cast], list[VoteProblem]]:
    """Give each vote to its person, with the criteria that its reasons are."""
    reviewers = telling.reviewers(made)
    people = {each.name: each.user for each in made.people.select_related("user")}
    codes = dict(made.review.criteria.in_force().values_list("code", "pk"))
    casts, problems = [], []
    for placed in votes:
        vote, user = placed.vote, people.get(placed.vote.who)
        if user is not None and user.pk in reviewers:
            named = (made.criteria.get(reason, "") for reason in vote.reasons)
            ticked = frozenset(codes[code] for code in named if code in codes)
            casts.append(Cast(vote, placed.item, user.pk, ticked))
            continue
        why = NOBODY if vote.who else NOT_NAMED
        if user is not None:
            why = f"{user} is not a reviewer at this stage."
        problems.append(VoteProblem(vote_import=made, line=vote.line, message=why))
    return casts, problems


def _still_there(
    made: VoteImport, stage: Stage, casts: list[Cast]
) -> tuple[list[Cast], list[VoteProblem]]:
    """Leave out what was removed, merged or undone since the file was read."""
    there: set[int] = set()
    for keys in settling.chunks({cast.item for cast in casts}):
        standing: Items = (
            made.review.records.to_screen()
            if stage == Stage.TITLE_ABSTRACT
            else made.review.reports.assessed()
        )
        there |= set(standing.filter(pk__in=keys).values_list("pk", flat=True))
    gone = [
        VoteProblem(vote_import=made, line=cast.vote.line, message=GONE)
        for cast in casts
        if cast.item not in there
    ]
    return [cast for cast in casts if cast.item in there], gone


def _append(made: VoteImport, planned: list[Planned], at: datetime) -> None:
    name = item_name(Stage(made.stage))
    versions = _versions(made.review)
    for start in range(0, len(planned), BATCH):
        part = planned[start : start + BATCH]
        appended = Decision.objects.bulk_create(
            _decision(made, each, name, at) for each in part
        )
        pairs = [(each, row.cast) for each, row in zip(appended, part, strict=True)]
        ImportedDecision.objects.bulk_create(
            _imported(made, decision, cast) for decision, cast in pairs
        )
        Tick.objects.bulk_create(
            Tick(decision=decision, criterion_id=versions[criterion])
            for decision, cast in pairs
            for criterion in sorted(cast.criteria)
        )


def _versions(review: Review) -> dict[int, int]:
    """Return today's wording of each criterion."""
    versions = CriterionVersion.objects.filter(criterion__review=review)
    return dict(versions.order_by("number").values_list("criterion_id", "pk"))


def _decision(made: VoteImport, planned: Planned, name: str, at: datetime) -> Decision:
    cast = planned.cast
    assert cast.vote.decision is not None
    return Decision(
        review_id=made.review_id,
        stage=made.stage,
        reviewer_id=cast.reviewer,
        choice=CHOICES[cast.vote.decision],
        note=cast.vote.note,
        supersedes_id=planned.supersedes,
        # Moved in twice, it would be refused by the database.
        token=uuid.uuid5(_TOKENS, f"{made.pk} {name} {cast.item} {cast.reviewer}"),
        decided_at=at,
        **{f"{name}_id": cast.item},
    )


def _imported(made: VoteImport, decision: Decision, cast: Cast) -> ImportedDecision:
    vote = cast.vote
    return ImportedDecision(
        decision=decision,
        vote_import=made,
        line=vote.line,
        person=vote.who,
        said=vote.said,
        reasons=list(vote.reasons),
        labels=list(vote.labels),
        said_at=vote.date,
    )


def _tell(
    made: VoteImport, problems: list[VoteProblem], refused: list[Refused]
) -> None:
    """Write the report by line; what tells of a judgment, for its person."""
    name = item_name(Stage(made.stage))
    told = [
        VoteProblem(
            vote_import=made,
            line=each.cast.vote.line,
            message=each.why,
            reviewer_id=each.cast.reviewer,
            **{f"{name}_id": each.cast.item},
        )
        for each in refused
    ]
    made.problems.all().delete()
    VoteProblem.objects.bulk_create(
        reading.by_line([*problems, *told]), batch_size=BATCH
    )
