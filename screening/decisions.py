"""Decisions: one reviewer's judgment of a record or report, made blind.

A decision is appended, never edited: a changed mind supersedes, taking back is a
row of its own. Each reviewer sees only their own until the item is closed to them
all (MECIR C39: two people work independently). Decisions on a duplicate lie dormant
with it and wake when the copy is split off. Queues are queries, never stored.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from reviews import access, records, reports
from reviews.models import (
    Criterion,
    CriterionVersion,
    Record,
    Report,
    Review,
    Role,
    Stage,
    User,
    Verdict,
)
from reviews.terms import narrowing
from screening import quorum, settling
from screening.allocation import dealing
from screening.models import (
    Choice,
    Decision,
    PilotRound,
    PilotVote,
    Resolution,
    Tick,
)
from screening.models.decision import DecisionQuerySet
from screening.pilots import gate
from screening.pilots import standing as pilot_standing
from screening.stages import item_name

Item = Record | Report
Items = QuerySet[Record] | QuerySet[Report]


class JudgedByOthers(Exception):
    """As many people as the protocol asks for have judged the item already."""


class NotOpenForDecision(Exception):
    """The item does not stand at this stage, or not any more."""


class GivenToOthers(NotOpenForDecision):
    """The item was given to other people to judge."""


class CriterionMissing(ValueError):
    """A full text is excluded for at least one criterion of the protocol."""


class UnknownCriterion(ValueError):
    """The criterion is not one of this review's protocol."""


class OfAnItem(Protocol):
    """A row that is of a record or of a report."""

    @property
    def record(self) -> Record | None: ...
    @property
    def report(self) -> Report | None: ...


def item_of(row: OfAnItem) -> Item:
    """Return the record or report that a row is of; one of the two is there."""
    item = row.record or row.report
    assert item is not None
    return item


def stage_of(item: Item) -> Stage:
    """Return the stage at which this kind of item is judged."""
    return Stage.TITLE_ABSTRACT if isinstance(item, Record) else Stage.FULL_TEXT


def of(item: Item) -> Q:
    """Return the condition that a decision or resolution is on this item."""
    return Q(record=item) if isinstance(item, Record) else Q(report=item)


def find(review: Review, stage: Stage, pk: int) -> Item | None:
    """Return the item of the review, if there is one."""
    if stage == Stage.TITLE_ABSTRACT:
        return Record.stored.filter(review=review, pk=pk).first()
    return review.reports.filter(pk=pk).first()


def lock(item: Item) -> Item:
    """Lock the item's row until the transaction ends, and read it afresh.

    How many must judge it stays as it is until then.
    """
    quorum.keep(item)
    if isinstance(item, Record):
        records = Record.stored.select_for_update(of=("self",))
        return records.select_related("review__plan").get(pk=item.pk)
    reports = Report.objects.select_for_update(of=("self",))
    return reports.select_related("review__plan").get(pk=item.pk)


@transaction.atomic
def decide(
    item: Item,
    choice: Choice,
    *,
    reviewer: User,
    criteria: Iterable[Criterion] = (),
    note: str = "",
    token: uuid.UUID | None = None,
    again: bool = False,
    worded: Sequence[CriterionVersion] | None = None,
    at: datetime | None = None,
) -> Decision:
    """Append a reviewer's decision and settle the item if this completes it.

    The same form again returns the decision that it made; with another choice, tick
    or note the same token is a changed mind. A token of one sending counts once for
    ever; with `again` it is that of a page that may be gone back to, so that what it
    said first can be said once more after something else. The criteria are ticked as
    they are worded today, or as `worded` has them. Raises WrongRole,
    JudgedByOthers, NotOpenForDecision, CriterionMissing or UnknownCriterion; then
    nothing is written.
    """
    item = lock(item)
    stage = stage_of(item)
    review = item.review
    access.require(review, reviewer, Role.REVIEWER, stage=stage)
    criteria = list(criteria)
    said = list(Decision.objects.filter(of(item)))
    made = None
    if token is not None:
        keys = [each.pk for each in criteria]
        token = kept_token(token, item, choice, keys, note, reviewer=reviewer)
        made = next((each for each in said if each.token == token), None)
    superseded = {each.supersedes_id for each in said}
    standing = [each for each in said if each.pk not in superseded]
    last = next((each for each in standing if each.reviewer_id == reviewer.pk), None)
    if made is not None and (made == last or not again):
        return made
    if made is not None and last is not None:
        if last.token == once_more(made, last.supersedes_id):
            return last
        token = once_more(made, last.pk)
    require_open(item, reviewer, last, standing)
    require_criterion(stage, choice, criteria)
    decision = Decision.objects.create(
        review=review,
        stage=stage,
        reviewer=reviewer,
        choice=choice,
        note=note,
        supersedes=last,
        token=token or uuid.uuid4(),
        decided_at=at or timezone.now(),
        **{item._meta.model_name or "": item},
    )
    Tick.objects.bulk_create(
        Tick(decision=decision, criterion=version)
        for version in (versions(review, criteria) if worded is None else worded)
    )
    # Fewer than the protocol asks for settle nothing.
    if item.verdict != Verdict.OPEN or len({*_judges(standing), reviewer.pk}) >= (
        review.reviewers_required(stage)
    ):
        settle(item, by=reviewer, at=at)
    return decision


def _judges(standing: Iterable[Decision]) -> set[int]:
    """Return the keys of those whose last word counts."""
    return {each.reviewer_id for each in standing if each.choice != Choice.WITHDRAWN}


def once_more(made: Decision | PilotVote, after: int | None) -> uuid.UUID:
    """Return the token of what a form says once more, after another word."""
    return uuid.uuid5(made.token, f"after {after}")


def kept_token(
    token: uuid.UUID,
    item: Item,
    choice: str,
    criteria: Iterable[int],
    note: str,
    *,
    reviewer: User,
) -> uuid.UUID:
    """Return the token that a decision keeps: of the form and of all that it says.

    What was sent can so be found again by sending the same, and nobody can find or
    block what another sent. `criteria` are keys.
    """
    said = (str(choice), sorted(criteria), note)
    of_all = (str(stage_of(item)), item.pk, reviewer.pk, *said)
    return uuid.uuid5(token, str(of_all))


@transaction.atomic
def take_back(
    decision: Decision, *, reviewer: User, at: datetime | None = None
) -> Decision:
    """Take one's own decision back: the item waits for it again.

    A decision that was taken back or superseded already stays as it is. Raises
    WrongRole for somebody else's.
    """
    item = lock(item_of(decision))
    access.require(item.review, reviewer, Role.REVIEWER, stage=decision.stage)
    if decision.reviewer_id != reviewer.pk:
        raise access.WrongRole("Everybody takes back only what is their own.")
    last = last_word(item, reviewer)
    if last is None or last.pk != decision.pk or last.choice == Choice.WITHDRAWN:
        return last or decision
    withdrawn = Decision.objects.create(
        review=decision.review,
        stage=decision.stage,
        record=decision.record,
        report=decision.report,
        reviewer=reviewer,
        choice=Choice.WITHDRAWN,
        supersedes=decision,
        decided_at=at or timezone.now(),
    )
    settle(item, by=reviewer, at=at)
    return withdrawn


def last_word(item: Item, reviewer: User) -> Decision | None:
    """Return the reviewer's last decision on the item, taken back or not."""
    return Decision.objects.filter(of(item), reviewer=reviewer).unsuperseded().first()


def all_own(review: Review, reviewer: User) -> DecisionQuerySet:
    """Return all that the reviewer ever decided in the review."""
    return Decision.objects.filter(review=review, reviewer=reviewer).select_related(
        "record__review", "report__review", "imported__vote_import"
    )


def own(review: Review, reviewer: User) -> DecisionQuerySet:
    """Return the reviewer's own decisions of today at both stages, the latest first."""
    return all_own(review, reviewer).current().order_by("-pk")


def own_last(review: Review, stage: Stage, reviewer: User) -> Decision | None:
    """Return the decision that the reviewer made last at the stage, if it stands."""
    return (
        Decision.objects.current()
        .filter(review=review, stage=stage, reviewer=reviewer)
        .select_related("record", "report")
        .order_by("-pk")
        .first()
    )


def standing_word(history: list[Decision]) -> Decision | None:
    """Return the decision of a reviewer's history that counts, if one does."""
    last = history[0] if history else None
    return None if last is None or last.choice == Choice.WITHDRAWN else last


def why_closed(item: Item, reviewer: User, history: list[Decision]) -> str:
    """Say in words why the reviewer cannot judge the item now; empty if they can."""
    if isinstance(item, Record) and item.duplicate_of_id is not None:
        return "This record was merged into another copy, which is judged in its stead."
    try:
        require_open(item, reviewer, history[0] if history else None)
    except (NotOpenForDecision, JudgedByOthers) as error:
        return str(error)
    return ""


def judged_by(stage: Stage, reviewer: User, *, ever_withdrew: bool = True) -> Q:
    """Return the condition that a decision of the reviewer counts on the item.

    Worded so that the index of first decisions answers it: there is a first one, and
    the last was not taken back; not `ever_withdrew` says that none was.
    """
    name = item_name(stage)
    begun = Decision.objects.filter(
        **{name: OuterRef("pk")}, reviewer=reviewer, supersedes=None
    )
    if not ever_withdrew:
        return Q(Exists(begun))
    taken_back = (
        Decision.objects.unsuperseded()
        .filter(stage=stage, reviewer=reviewer, choice=Choice.WITHDRAWN)
        .values(name)
    )
    return Q(Exists(begun)) & ~Q(pk__in=taken_back)


def judged_of(review: Review, stage: Stage, reviewer: User) -> Q:
    """Return the same condition, worded for who asks it of all items at once."""
    name = item_name(stage)
    own = Decision.objects.current().filter(review=review, stage=stage)
    keys = own.filter(reviewer=reviewer, **{f"{name}__isnull": False})
    return narrowing.is_among("pk", keys.order_by().values(name))


def number_on(stage: Stage, made: QuerySet[Decision]) -> Coalesce:
    """Return how many of these decisions an item has, in a query of items."""
    name = item_name(stage)
    here = made.filter(**{name: OuterRef("pk")}).order_by().values(name)
    number = here.annotate(number=Count("*")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def open_items(review: Review, stage: Stage) -> Items:
    """Return the items of the stage that are not settled."""
    if stage == Stage.TITLE_ABSTRACT:
        return review.records.awaiting_screening()
    return review.reports.awaiting_decision()


def stage_is_closed(review: Review, stage: Stage) -> bool:
    """Tell whether everything that stands at the stage is settled, and something does.

    Only then may the decisions of everybody leave the product.
    """
    if stage == Stage.TITLE_ABSTRACT:
        waiting = review.records.awaiting_screening()
        settled = review.records.screened()
        return settled.exists() and not waiting.exists()
    if not stage_is_closed(review, Stage.TITLE_ABSTRACT):
        return False
    return (
        review.reports.assessed().exists()
        and not review.reports.awaiting_decision().exists()
        and not review.reports.awaiting_retrieval().exists()
    )


def votes_on(item: Item) -> list[settling.Vote]:
    """Return the decisions that count on the item, with their ticks."""
    current = (
        Decision.objects.current()
        .filter(of(item))
        .prefetch_related("ticks__criterion")
        .order_by("pk")
    )
    return [vote(decision) for decision in current]


def vote(decision: Decision) -> settling.Vote:
    """Return a decision as the settling rules read it; its ticks are prefetched."""
    return settling.Vote(
        decision=decision.vote_key,
        reviewer=decision.reviewer_id,
        choice=decision.choice,
        ticks=frozenset(
            settling.Ticked(tick.criterion.position, tick.criterion.criterion_id)
            for tick in decision.ticks.all()
        ),
    )


def ruling_on(item: Item) -> settling.Ruling | None:
    """Return the resolution on the item, unless it was opened again."""
    resolution = (
        Resolution.objects.filter(of(item))
        .unsuperseded()
        .exclude(choice=Choice.WITHDRAWN)
        .select_related("criterion")
        .first()
    )
    return ruling(resolution) if resolution else None


def ruling(resolution: Resolution) -> settling.Ruling:
    """Return a resolution as the settling rules read it."""
    return settling.Ruling(
        choice=resolution.choice,
        how=resolution.how,
        criterion=resolution.criterion.criterion_id if resolution.criterion else None,
        resolved=frozenset(decision.pk for decision in resolution.resolved.all()),
    )


def outcome(item: Item) -> settling.Outcome:
    """Return what the decisions on the item come to now."""
    stage = stage_of(item)
    votes, required = votes_on(item), item.review.reviewers_required(stage)
    if len(votes) >= required:
        required = quorum.required(item)
    return settling.outcome(
        votes,
        # Before all have judged there is nothing to rule on.
        ruling_on(item) if len(votes) >= required else None,
        stage=stage,
        required=required,
        reasons_must_agree=item.review.reasons_must_agree,
    )


def settle(item: Item, *, by: User, at: datetime | None = None) -> settling.Outcome:
    """Bring the item's stored verdict in line with its decisions.

    Called in the transaction of each judgment, with the item's row locked.
    """
    found = outcome(item)
    rules = records if isinstance(item, Record) else reports
    if found.state is not settling.State.SETTLED:
        if item.verdict != Verdict.OPEN:
            rules.reopen(item, by=by, at=at)
        return found
    reason = (
        Criterion.objects.get(pk=found.counted_reason) if found.counted_reason else None
    )
    rules.settle(
        item,
        found.verdict,
        settlement=found.settlement,
        counted_reason=reason,
        by=by,
        at=at,
    )
    return found


def require_open(
    item: Item,
    reviewer: User,
    last: Decision | None,
    standing: Iterable[Decision] | None = None,
) -> None:
    """Raise NotOpenForDecision or JudgedByOthers unless the reviewer may judge now.

    `last` is the reviewer's own last word on the item, `standing` the last word of
    everybody, where it is known.
    """
    require_standing(item)
    if last is not None and last.choice != Choice.WITHDRAWN:
        return
    held = pilot_standing.holding(item)
    if held is not None:
        # As long as a round is open, all of its people are to judge.
        require_part(held, reviewer)
        return
    if last is None and gate.is_closed(item.review, stage_of(item)):
        raise NotOpenForDecision(gate.why_closed(item.review))
    # Before it is asked what others judged, so that the answer tells nothing of them.
    if not dealing.is_given(item, stage_of(item), reviewer):
        raise GivenToOthers(
            "This was given to other people to judge. An owner of the review can hand "
            "it over to you, under “Who judges what”."
        )
    if standing is None:
        standing = Decision.objects.filter(of(item)).unsuperseded()
    others = _judges(standing) - {reviewer.pk}
    if len(others) >= item.review.reviewers_required(stage_of(item)):
        raise JudgedByOthers(
            "As many people as the protocol asks for have judged this already."
        )


def require_standing(item: Item) -> None:
    """Raise NotOpenForDecision unless the item stands at its stage."""
    if isinstance(item, Record):
        if not item.in_review:
            raise NotOpenForDecision(
                "This record was taken out of the review; what was said of it is kept."
            )
        if item.removal:
            raise NotOpenForDecision("This record was removed before screening.")
    elif not Report.objects.assessed().filter(pk=item.pk).exists():
        raise NotOpenForDecision(
            "This report is not up for assessment: it is not retrieved, or its "
            "record is no longer included."
        )


def require_criterion(stage: Stage, choice: Choice, criteria: list[Criterion]) -> None:
    """Raise CriterionMissing where a full text is excluded for no criterion."""
    if choice == Choice.EXCLUDE and stage == Stage.FULL_TEXT and not criteria:
        raise CriterionMissing(
            "Tick at least one criterion: an excluded full text is counted under one."
        )


def require_part(found: PilotRound, reviewer: User) -> None:
    """Raise NotOpenForDecision unless the round asks for decisions of theirs."""
    if not pilot_standing.has_part(found, reviewer):
        raise NotOpenForDecision(
            f"It stands in pilot round {found.number}, whose people judge it first."
        )
    if not found.counts:
        raise NotOpenForDecision(
            f"It stands in pilot round {found.number}, which does not count for the "
            "review. Load the page again to judge it there."
        )


def version(review: Review, criterion: Criterion | None) -> CriterionVersion | None:
    """Return today's wording of a criterion of the review, if it is one."""
    found = CriterionVersion.objects.filter(
        criterion__review=review, criterion=criterion
    )
    return found.order_by("-number").first() if criterion else None


def versions(review: Review, criteria: list[Criterion]) -> list[CriterionVersion]:
    """Return today's wording of the criteria. Raises UnknownCriterion."""
    if not criteria:
        return []
    versions = {
        version.criterion_id: version
        for version in CriterionVersion.objects.filter(
            criterion__review=review, criterion__in=criteria
        ).order_by("number")
    }
    if len(versions) != len({criterion.pk for criterion in criteria}):
        raise UnknownCriterion("A criterion that was ticked is not in this protocol.")
    return list(versions.values())
