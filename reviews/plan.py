"""The screening plan: how records are ordered, hidden, tried out and left.

What is decided beforehand cannot be changed quietly: once the review holds records
each change is an amendment with a date and a reason (PRISMA 2020 items 8 and 24c).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from reviews import events, protocol
from reviews.models import Review, ScreeningPlan, User

Order, Stopping = ScreeningPlan.Order, ScreeningPlan.Stopping

FIELDS = (
    "hides_authors",
    "hides_journal",
    "hides_year",
    "order",
    "random_share",
    "stopping",
    "target_recall",
    "run_length",
    "audit_size",
    "gate_measure",
    "gate_value",
    "states_reason_first",
    "hides_judges",
    "bulk_decisions",
)


@transaction.atomic
def change(
    review: Review,
    facts: Mapping[str, Any],
    *,
    by: User,
    because: str = "",
    at: datetime | None = None,
) -> ScreeningPlan:
    """Write the plan; `facts` are named as in FIELDS.

    Raises WrongRole, ValidationError or protocol.ReasonMissing.
    """
    review = protocol.lock(review, by)
    plan = ScreeningPlan.objects.select_for_update().get(review=review)
    old = {name: getattr(plan, name) for name in FIELDS}
    unknown = set(facts) - set(FIELDS)
    if unknown:
        raise ValidationError(f"The plan has no {', '.join(sorted(unknown))}.")
    changed = [name for name in FIELDS if name in facts and facts[name] != old[name]]
    if not changed:
        return plan
    for name in changed:
        setattr(plan, name, facts[name])
    plan.full_clean()
    what = "; ".join(_told(plan, name, old[name]) for name in changed)
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    plan.save(update_fields=changed)
    events.record(
        review,
        "plan.changed",
        f"{protocol.headline(amendment)}Changed in the screening plan: "
        f"{', '.join(_label(name) for name in changed)}",
        by=by,
        subject=plan,
        old={name: str(old[name]) for name in changed},
        new={
            **{name: str(getattr(plan, name)) for name in changed},
            **protocol.reason_of(amendment),
        },
        at=at,
    )
    return plan


def traps(*, order: str, stopping: str, has_begun: bool) -> list[str]:
    """Say where parts of a plan do not go together, each in a sentence or two."""
    told = []
    if order == Order.IMPORTED and stopping == Stopping.RECALL:
        told.append(
            "The test of recall needs records by predicted relevance. In the order of "
            "import it says nothing, and screening cannot be stopped by it: choose the "
            "other order, or screen everything."
        )
    if order == Order.IMPORTED and stopping == Stopping.RUN:
        told.append(
            "In the order of import a run of irrelevant records says nothing of what "
            "follows: a file may hold all that is relevant at its end."
        )
    if has_begun and stopping == Stopping.RECALL:
        told.append(
            "Screening has begun. What is read before the order becomes one by "
            "relevance counts as found; the test itself begins after it."
        )
    return told


def _told(plan: ScreeningPlan, name: str, old: Any) -> str:
    field = ScreeningPlan._meta.get_field(name)
    words = dict(getattr(field, "flatchoices", None) or ())
    new = getattr(plan, name)
    return f"{_label(name).capitalize()}: {_word(words, new)} (was {_word(words, old)})"


def _word(words: Mapping[Any, Any], value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(words.get(value, value))


def _label(name: str) -> str:
    return str(ScreeningPlan._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a column
