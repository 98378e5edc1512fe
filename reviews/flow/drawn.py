"""What the box of studies in synthesis was drawn from at a moment.

Which box the team wanted is replayed, and what was settled of the studies in it; the
choices of its field and the words of its instrument are those of today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from reviews.flow import synthesis
from reviews.flow.rewound import Rewound
from reviews.flow.synthesis import Synthesis
from reviews.instruments.definition import OVERALL
from reviews.models import (
    AppraisalTarget,
    ExtractionField,
    Instrument,
    Review,
    SettledJudgment,
)

# What changes how the diagram is drawn, and with it the box of synthesis.
_DRAWN = ("diagram.written", "diagram.reset", "diagram.taken_up")


@dataclass(frozen=True)
class Choice:
    """What the box is drawn from: a field, or an instrument; neither without a box."""

    field: ExtractionField | None
    instrument: Instrument | None


def chosen(review: Review, at: datetime | None) -> Choice:
    """Return what the box was drawn from at a moment; without one, today."""
    names = ("synthesis_field", "synthesis_instrument")
    today = {name: F(f"diagram__{name}_id") for name in names}
    wanted: dict[str, Any] = dict(
        Review.objects.filter(pk=review.pk).values(**today).get()
    )
    if at is not None:
        # What the first change since put aside is what held then.
        since = review.events.filter(action__in=_DRAWN, at__gt=at).order_by("at", "pk")
        old = since.values_list("old", flat=True).first() or {}
        wanted |= {name: old[name] for name in names if name in old}
    field, instrument = (wanted[name] for name in names)
    return Choice(
        review.extraction_fields.filter(pk=field).first() if field else None,
        review.instruments.filter(pk=instrument).first() if instrument else None,
    )


def take_in(past: Rewound, choice: Choice, review: Review, at: datetime | None) -> None:
    """Read into the rows of today what is settled in the box."""
    if choice.field is not None:
        past.field_key = choice.field.pk
        past.values = synthesis.settled_values(choice.field)
    if choice.instrument is not None:
        past.targets = _targets(review, at, choice.instrument)
        judged = SettledJudgment.objects.filter(
            target__study__review=review,
            target__instrument__key=choice.instrument.key,
            domain=OVERALL,
        )
        past.judgments = dict(judged.values_list("target_id", "judgment"))


def read(past: Rewound, choice: Choice) -> Synthesis | None:
    """Return what was settled in the box, once the later events are undone."""
    if choice.field is not None:
        values = past.values.items()
        return synthesis.of_field(
            choice.field, ((study, *each) for study, each in values)
        )
    if choice.instrument is not None:
        judged = (
            (study, past.judgments[target])
            for target, study in past.targets.items()
            if target in past.judgments
        )
        return synthesis.of_instrument(choice.instrument, judged)
    return None


def _targets(
    review: Review, at: datetime | None, instrument: Instrument
) -> Mapping[int, int]:
    """Return what was appraised at that moment, each with its study."""
    rows = AppraisalTarget.objects.filter(
        study__review=review, instrument__key=instrument.key
    )
    if at is not None:
        rows = rows.filter(created_at__lte=at)
    found = rows.order_by("pk").values_list("pk", "study_id", "removed_at")
    return {
        pk: study
        for pk, study, removed_at in found
        if removed_at is None or (at is not None and removed_at > at)
    }
