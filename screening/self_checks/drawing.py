"""Which earlier decision of one's own comes back, and when: for those who asked for it.

Whether one comes after an item, and which, is drawn with the review's seed from the
person's own decisions alone, so that it tells nothing of anybody else. Old enough is
what was decided some days ago, or many decisions ago: what is fresh is remembered, and
says nothing of how steadily one judges.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from reviews.models import Review, Stage, User
from screening.decisions import Item
from screening.models import (
    Choice,
    Decision,
    Labelling,
    Quote,
    SelfCheck,
    SelfCheckSetting,
)
from screening.models.decision import DecisionQuerySet
from screening.stages import item_name

OLD_ENOUGH = timedelta(days=3)
FAR_ENOUGH = 100


def weave(
    review: Review,
    stage: Stage,
    reviewer: User,
    items: Sequence[Item],
    *,
    without: Collection[int] = (),
) -> list[Item]:
    """Return the next items of a queue, with what comes back between them.

    An item of the person's own that stands in what is returned has come back. For who
    did not ask for it this is one look at a small table. `without` names items that
    are at hand already.
    """
    share = share_of(review, reviewer)
    if not share:
        return list(items)
    woven: list[Item] = []
    before = _last_judged(review, stage, reviewer)
    for item in items:
        again = _after(review, stage, reviewer, before, share) if before else None
        known = {*without, *(each.pk for each in woven)}
        if again is not None and again.pk not in known:
            woven.append(again)
        woven.append(item)
        before = item
    return woven


def share_of(review: Review, reviewer: User) -> int:
    """Return of how many in a hundred one comes back to the person; mostly none."""
    found = SelfCheckSetting.objects.filter(review=review, user=reviewer)
    share: int = found.values_list("share", flat=True).first() or 0
    return share


def token_of(decision: Decision) -> UUID:
    """Return the token of the form by which the decision is checked.

    It looks like that of any form, and can be made again without being stored.
    """
    digest = sha256(f"self-check of {decision.token}".encode()).digest()
    return UUID(bytes=digest[:16], version=4)


def eligible(
    review: Review, stage: Stage, reviewer: User, *, at: datetime | None = None
) -> DecisionQuerySet:
    """Return the decisions that may come back: made here, old enough, not yet back.

    And of what carries no label or quote of theirs, which would tell that they know it.
    """
    own = Decision.objects.filter(review=review, stage=stage, reviewer=reviewer)
    old = Q(decided_at__lt=(at or timezone.now()) - OLD_ENOUGH)
    far = own.order_by("-pk").values_list("pk", flat=True)[FAR_ENOUGH : FAR_ENOUGH + 1]
    for pk in far:
        old |= Q(pk__lte=pk)
    checked = SelfCheck.objects.filter(review=review, reviewer=reviewer)
    name = item_name(stage)
    known = Q()
    for marks in (Labelling, Quote):
        own_marks = marks._default_manager.filter(review=review, person=reviewer)
        known |= Q(**{f"{name}__in": own_marks.filter(stage=stage).values(name)})
    return (
        own.current()
        .filter(old, imported=None)
        .exclude(known)
        .exclude(**{f"{name}__in": checked.values(f"decision__{name}")})
        .order_by("pk")
    )


def _last_judged(review: Review, stage: Stage, reviewer: User) -> Item | None:
    """Return what the person judged last, unless one came back after it already."""
    own = Decision.objects.filter(review=review, stage=stage, reviewer=reviewer)
    last = own.select_related("record", "report").order_by("-pk").first()
    if last is None or last.choice == Choice.WITHDRAWN:
        return None
    if SelfCheck.objects.filter(after=last).exists():
        return None
    return last.record or last.report


def _after(
    review: Review, stage: Stage, reviewer: User, before: Item, share: int
) -> Item | None:
    """Return what comes back after an item, if something does."""
    purpose = f"{review.plan.seed}: self-check of {reviewer.pk} after {before.pk}"
    drawn = int.from_bytes(sha256(f"{purpose}, {stage}".encode()).digest()[:8])
    if drawn % 100 >= share:
        return None
    found = eligible(review, stage, reviewer).exclude(**{item_name(stage): before})
    number = found.count()
    if not number:
        return None
    again = found.select_related("record", "report")[drawn // 100 % number]
    return again.record or again.report
