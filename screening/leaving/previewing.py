"""What setting somebody's votes aside would do, before it is done.

Told is what the team knows anyway: which settled items rest on their votes. How many
of their votes stand on what is open, and which conflicts would lapse, is told to an
owner who may know how far others are; to one who judges at the stage, only of what
they judged themselves. What was said is told to nobody.
"""

from dataclasses import dataclass

from reviews.models import Member, Review, Stage, User, Verdict
from screening import conflicts, decisions, room
from screening.allocation import counting, dealing, knowing
from screening.allocation.dealing import Way
from screening.decisions import Items
from screening.models import Decision
from screening.stages import STAGES


@dataclass(frozen=True)
class Effect:
    """A stage: the votes that count there, and what rests on them."""

    stage: Stage
    settled: int
    open: int | None
    reopens: Items
    lapses: Items
    # Whether the reader adjudicates without names: which these are would tell some.
    is_listed: bool
    # Whether they are given something of their own, to be handed over, and how much
    # of it is open, judged by them or not.
    is_named: bool
    given: int


def effects(review: Review, person: User, *, reader: User) -> list[Effect]:
    """Return what each stage holds of the person's votes."""
    return [effect(review, stage, person, reader=reader) for stage in STAGES]


def effect(review: Review, stage: Stage, person: User, *, reader: User) -> Effect:
    """Return what would open again at one stage."""
    knows_all = knowing.knows_all(review, stage, reader) or person == reader
    judged = decisions.judged_by(stage, person)
    items: Items = (
        review.records.to_screen()
        if stage == Stage.TITLE_ABSTRACT
        else review.reports.assessed()
    )
    settled = items.filter(judged).exclude(verdict=Verdict.OPEN)
    open_items = decisions.open_items(review, stage)
    waiting = open_items.filter(judged)
    lapses = conflicts.in_conflict(review, stage).filter(judged)
    if not knows_all:
        lapses = lapses.filter(decisions.judged_by(stage, reader))
    return Effect(
        stage,
        settled=settled.count(),
        open=waiting.count() if knows_all else None,
        reopens=_resting(settled, stage, review).order_by("pk"),
        lapses=lapses.order_by("pk"),
        is_listed=person == reader or not room.names_are_hidden(review, stage, reader),
        is_named=_is_named(review, stage, person),
        given=counting.given(dealing.dealt(review, stage), open_items)[person.pk],
    )


def heirs(review: Review, member: Member) -> list[User]:
    """Return who could take over what waits for a member at some stage."""
    found: dict[int, User] = {}
    for stage in STAGES:
        dealt = dealing.dealt(review, stage)
        if _is_named(review, stage, member.user):
            for each in User.objects.filter(pk__in=dealt.pool).exclude(
                pk=member.user_id
            ):
                found[each.pk] = each
    return sorted(found.values(), key=str)


def _is_named(review: Review, stage: Stage, person: User) -> bool:
    dealt = dealing.dealt(review, stage)
    if dealt.way == Way.OPEN:
        return False
    return any(person.pk in part.people for part in dealt.parts)


def _resting(items: Items, stage: Stage, review: Review) -> Items:
    """Keep what would have fewer votes than the protocol asks for without one."""
    votes = decisions.number_on(stage, Decision.objects.current())
    required = review.reviewers_required(stage)
    return items.alias(votes=votes).filter(votes__lte=required)
