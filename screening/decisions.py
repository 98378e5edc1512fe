"""Decisions: one reviewer's judgment of a record or report, made blind.

A decision is appended, never edited: a changed mind supersedes, taking back is a
row of its own. Each reviewer sees only their own until the item is closed to them
all (MECIR C39: two people work independently). Decisions on a duplicate lie dormant
with it and wake when the copy is split off. Queues are queries, never stored.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import (
    Count,
    Exists,
    F,
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
)
from screening import settling
from screening.models import Choice, Decision, Resolution, Tick
from screening.models.decision import DecisionQuerySet

Item = Record | Report
Items = QuerySet[Record] | QuerySet[Report]


class JudgedByOthers(Exception):
    """As many people as the protocol asks for have judged the item already."""


class NotOpenForDecision(Exception):
    """The item does not stand at this stage, or not any more."""


class CriterionMissing(ValueError):
    """A full text is excluded for at least one criterion of the protocol."""


class UnknownCriterion(ValueError):
    """The criterion is not one of this review's protocol."""


@dataclass(frozen=True)
class Progress:
    """How far one reviewer has come, told by their own decisions alone."""

    judged: int
    waiting: int

    @property
    def total(self) -> int:
        return self.judged + self.waiting

    @property
    def percent(self) -> int:
        return 100 * self.judged // self.total if self.total else 0


def stage_of(item: Item) -> Stage:
    """Return the stage at which this kind of item is judged."""
    return Stage.TITLE_ABSTRACT if isinstance(item, Record) else Stage.FULL_TEXT


def of(item: Item) -> Q:
    """Return the condition that a decision or resolution is on this item."""
    return Q(record=item) if isinstance(item, Record) else Q(report=item)


def lock(item: Item) -> Item:
    """Lock the item's row until the transaction ends, and read it afresh."""
    if isinstance(item, Record):
        return Record.stored.select_for_update(of=("self",)).get(pk=item.pk)
    return Report.objects.select_for_update(of=("self",)).get(pk=item.pk)


@transaction.atomic
def decide(
    item: Item,
    choice: Choice,
    *,
    reviewer: User,
    criteria: Iterable[Criterion] = (),
    note: str = "",
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Decision:
    """Append a reviewer's decision and settle the item if this completes it.

    The same form again returns the decision that it made; with another choice, tick
    or note the same token is a changed mind. Raises WrongRole, JudgedByOthers,
    NotOpenForDecision, CriterionMissing or UnknownCriterion; then nothing is written.
    """
    item = lock(item)
    stage = stage_of(item)
    review = item.review
    access.require(review, reviewer, Role.REVIEWER, stage=stage)
    criteria = list(criteria)
    if token is not None:
        said = (str(choice), sorted(each.pk for each in criteria), note)
        token = uuid.uuid5(token, str((str(stage), item.pk, reviewer.pk, *said)))
        made = Decision.objects.filter(token=token).first()
        if made is not None:
            return made
    last = last_word(item, reviewer)
    require_open(item, reviewer, last)
    if choice == Choice.EXCLUDE and stage == Stage.FULL_TEXT and not criteria:
        raise CriterionMissing(
            "Tick at least one criterion: an excluded full text is counted under one."
        )
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
        for version in _versions(review, criteria)
    )
    settle(item, by=reviewer, at=at)
    return decision


@transaction.atomic
def take_back(
    decision: Decision, *, reviewer: User, at: datetime | None = None
) -> Decision:
    """Take one's own decision back: the item waits for it again.

    A decision that was taken back or superseded already stays as it is. Raises
    WrongRole for somebody else's.
    """
    judged = decision.record or decision.report
    item = lock(judged)  # type: ignore[arg-type]  # one of the two is there
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


def own_history(item: Item, reviewer: User) -> list[Decision]:
    """Return all that the reviewer ever said of the item, the latest first."""
    return list(
        Decision.objects.filter(of(item), reviewer=reviewer)
        .select_related("imported__vote_import")
        .prefetch_related("ticks__criterion__criterion")
        .order_by("-pk")
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


def next_for(review: Review, stage: Stage, reviewer: User) -> Item | None:
    """Return what the reviewer judges next.

    What they took back a moment ago, else what follows the item that they judged
    last, else the first that waits. Beginning there spares a walk over all that they
    have judged, and it depends on their own decisions alone.
    """
    waiting = queue(review, stage, reviewer)
    last = (
        Decision.objects.filter(review=review, stage=stage, reviewer=reviewer)
        .order_by("-pk")
        .first()
    )
    at = (last.record_id or last.report_id or 0) if last else 0
    if last is not None and last.choice == Choice.WITHDRAWN:
        at -= 1
    return waiting.filter(pk__gt=at).first() or waiting.first()


def queue(review: Review, stage: Stage, reviewer: User) -> Items:
    """Return what waits for the reviewer at the stage, in the order of import.

    The order and the membership are the same whatever one other reviewer has said:
    an item leaves only when it is settled or as many others as the protocol asks
    for have judged it.
    """
    required = review.reviewers_required(stage)
    items = open_items(review, stage).filter(~judged_by(stage, reviewer))
    others = Decision.objects.filter(review=review, stage=stage)
    people = others.exclude(reviewer=reviewer).values("reviewer").distinct().count()
    # As long as too few others judge here at all, nothing can be closed by them.
    if people >= required:
        items = _not_closed_by_others(items, stage, reviewer, required)
    return items.order_by("pk")


def waiting_in(reviews: Iterable[Review], stage: Stage, reviewer: User) -> Items:
    """Return what waits for the reviewer at the stage, in several reviews at once."""
    items: Items = (
        Record.objects.awaiting_screening()
        if stage == Stage.TITLE_ABSTRACT
        else Report.objects.awaiting_decision()
    )
    items = items.filter(~judged_by(stage, reviewer), review__in=reviews)
    required = F(f"review__{stage}_reviewers")
    return _not_closed_by_others(items, stage, reviewer, required)


def _not_closed_by_others(
    items: Items, stage: Stage, reviewer: User, required: int | F
) -> Items:
    """Leave out what as many others as the protocol asks for have judged."""
    name = item_name(stage)
    others = (
        Decision.objects.current()
        .filter(**{name: OuterRef("pk")})
        .exclude(reviewer=reviewer)
        .order_by()
        .values(name)
        .annotate(number=Count("pk"))
        .values("number")
    )
    return items.alias(
        others=Coalesce(Subquery(others, output_field=IntegerField()), 0)
    ).filter(others__lt=required)


def judged_by(stage: Stage, reviewer: User) -> Q:
    """Return the condition that a decision of the reviewer counts on the item.

    Worded so that the index of first decisions answers it: there is a first one, and
    the last was not taken back.
    """
    name = item_name(stage)
    begun = Decision.objects.filter(
        **{name: OuterRef("pk")}, reviewer=reviewer, supersedes=None
    )
    taken_back = (
        Decision.objects.unsuperseded()
        .filter(stage=stage, reviewer=reviewer, choice=Choice.WITHDRAWN)
        .values(name)
    )
    return Q(Exists(begun)) & ~Q(pk__in=taken_back)


def open_items(review: Review, stage: Stage) -> Items:
    """Return the items of the stage that are not settled."""
    if stage == Stage.TITLE_ABSTRACT:
        return review.records.awaiting_screening()
    return review.reports.awaiting_decision()


def item_name(stage: Stage) -> str:
    """Return the name of the decision's key to the items of the stage."""
    return "record" if stage == Stage.TITLE_ABSTRACT else "report"


def progress(review: Review, stage: Stage, reviewer: User) -> Progress:
    """Count the reviewer's own decisions and what waits for them."""
    standing = (
        review.records.to_screen()
        if stage == Stage.TITLE_ABSTRACT
        else review.reports.assessed()
    )
    return Progress(
        judged=standing.filter(judged_by(stage, reviewer)).count(),
        waiting=queue(review, stage, reviewer).count(),
    )


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
        decision=decision.pk,
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
    return settling.outcome(
        votes_on(item),
        ruling_on(item),
        stage=stage,
        required=item.review.reviewers_required(stage),
        reasons_must_agree=item.review.reasons_must_agree,
    )


def settle(item: Item, *, by: User, at: datetime | None = None) -> settling.Outcome:
    """Bring the item's stored verdict in line with its decisions.

    Called in the transaction of each judgment, with the item's row locked.
    """
    found = outcome(item)
    rules = records if isinstance(item, Record) else reports
    if found.state is not settling.State.SETTLED:
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


def require_open(item: Item, reviewer: User, last: Decision | None) -> None:
    """Raise NotOpenForDecision or JudgedByOthers unless the reviewer may judge now.

    `last` is the reviewer's own last word on the item.
    """
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
    if last is not None and last.choice != Choice.WITHDRAWN:
        return
    others = (
        Decision.objects.current().filter(of(item)).exclude(reviewer=reviewer).count()
    )
    if others >= item.review.reviewers_required(stage_of(item)):
        raise JudgedByOthers(
            "As many people as the protocol asks for have judged this already."
        )


def _versions(review: Review, criteria: list[Criterion]) -> list[CriterionVersion]:
    """Return today's wording of the criteria."""
    versions = {
        version.criterion_id: version
        for version in CriterionVersion.objects.filter(
            criterion__review=review, criterion__in=criteria
        ).order_by("number")
    }
    if len(versions) != len({criterion.pk for criterion in criteria}):
        raise UnknownCriterion("A criterion that was ticked is not in this protocol.")
    return list(versions.values())
