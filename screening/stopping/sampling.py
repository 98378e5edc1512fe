"""The random sample of the rest that is judged before a stop is signed.

Drawn once, from the seed of the plan and the number of the stop, and kept: of all that
nobody had completed, in the order of import, those come whose digest of seed, purpose
and place is the least. Anybody can draw it again. The two who judge it cannot tell it
from other records; while it is judged, nothing else of the rest waits for anybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Count, Q, QuerySet

from reviews.models import Record, Review, Stage, Verdict
from screening.decisions import Items
from screening.models import SampledRecord, Stop


@dataclass(frozen=True)
class Judged:
    """How far the sample is, told by what is settled; `gone` left the flow since."""

    drawn: int
    settled: int
    relevant: int
    gone: int

    @property
    def waiting(self) -> int:
        return self.drawn - self.gone - self.settled


def purpose(number: int) -> str:
    """Return what the sample of a stop is drawn for, as it enters the draw."""
    return f"stop {number}"


def draw(keys: Sequence[int], size: int, *, seed: int, number: int) -> list[int]:
    """Return the sample of these keys, in the order of the draw."""
    ranked = sorted(
        range(len(keys)),
        key=lambda at: sha256(f"{seed}:{purpose(number)}:{at + 1}".encode()).digest(),
    )
    return [keys[at] for at in ranked[:size]]


def going(review: Review) -> Stop | None:
    """Return the stop whose sample is being judged, if there is one."""
    return Stop.objects.sampling().filter(review=review).first()


def narrow(review: Review, stage: Stage, items: Items) -> Items:
    """Leave of a queue the sample, while one is judged, and what came by hand."""
    stop = going(review) if stage == Stage.TITLE_ABSTRACT else None
    return items if stop is None else items.filter(_of(stop))


def narrow_several(reviews: Iterable[Review], stage: Stage, items: Items) -> Items:
    """Do the same for several reviews at once."""
    if stage == Stage.TITLE_ABSTRACT:
        for stop in Stop.objects.sampling().filter(review__in=reviews):
            items = items.filter(~Q(review=stop.review_id) | _of(stop))
    return items


def _of(stop: Stop) -> Q:
    sampled = SampledRecord.objects.filter(stop=stop).order_by().values("record")
    return Q(pk__in=sampled) | Q(source_import=None)


def records(stop: Stop) -> QuerySet[Record]:
    """Return the records of the sample that are still in the flow."""
    sampled = SampledRecord.objects.filter(stop=stop).order_by().values("record")
    return stop.review.records.to_screen().filter(pk__in=sampled)


def judged(stop: Stop) -> Judged:
    """Count how far the sample is."""
    found = records(stop).aggregate(
        standing=Count("pk"),
        settled=Count("pk", filter=~Q(verdict=Verdict.OPEN)),
        relevant=Count("pk", filter=Q(verdict=Verdict.INCLUDE)),
    )
    drawn = stop.sample.count()
    return Judged(
        drawn=drawn,
        settled=found["settled"],
        relevant=found["relevant"],
        gone=drawn - found["standing"],
    )
