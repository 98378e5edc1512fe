"""The replay: every stored verdict must follow from the judgments, and no other.

The stored verdict is a convenience of the flow; the judgments are the truth. This
derives each verdict anew and names what differs.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from reviews.models import Record, Report, Review, Stage
from screening import decisions, quorum, settling
from screening.appraisal import standing as appraisal_standing
from screening.extraction import standing as extraction_standing
from screening.models import Choice, Decision, Resolution
from screening.stages import item_name


@dataclass(frozen=True)
class Mismatch:
    """A stored verdict that does not follow from the judgments."""

    what: str
    pk: int
    stored: str
    derived: str

    def __str__(self) -> str:
        return f"{self.what} {self.pk}: stored {self.stored}, derived {self.derived}"


def check(review: Review) -> list[Mismatch]:
    """Return every stored verdict of the review that the judgments do not give."""
    return [
        *_check_stage(review, Stage.TITLE_ABSTRACT),
        *_check_stage(review, Stage.FULL_TEXT),
        *(
            Mismatch("appraisal", pk, stored, derived)
            for pk, stored, derived in appraisal_standing.check(review)
        ),
        *(
            Mismatch("study", pk, stored, derived)
            for pk, stored, derived in extraction_standing.check(review)
        ),
    ]


def _check_stage(review: Review, stage: Stage) -> Iterator[Mismatch]:
    votes = _votes_by_item(review, stage)
    rulings = _rulings_by_item(review, stage)
    required = quorum.at(review, stage)
    for item in _items(review, stage):
        found = settling.outcome(
            votes.get(item.pk, []),
            rulings.get(item.pk),
            stage=stage,
            required=required.of(item.pk),
            reasons_must_agree=review.reasons_must_agree,
        )
        derived = (found.verdict, found.settlement, found.counted_reason)
        stored = (item.verdict, item.settlement, item.counted_reason_id)
        if stored != derived:
            yield Mismatch(item_name(stage), item.pk, _words(stored), _words(derived))


def _items(review: Review, stage: Stage) -> Iterator[Record | Report]:
    """Yield what was settled of each item, and none of its text."""
    settled = ("verdict", "settlement", "counted_reason")
    if stage == Stage.TITLE_ABSTRACT:
        # With those that were taken out: what was said of them is kept.
        known = Record.stored.filter(review=review)
        yield from known.only(*settled).order_by("pk").iterator()
    else:
        yield from review.reports.only(*settled).order_by("pk").iterator()


def _words(facts: tuple[str, str, int | None]) -> str:
    verdict, settlement, reason = facts
    return f"{verdict or 'open'} ({settlement or 'open'}, reason {reason})"


def _votes_by_item(review: Review, stage: Stage) -> dict[int, list[settling.Vote]]:
    found: dict[int, list[settling.Vote]] = defaultdict(list)
    current = (
        Decision.objects.current()
        .filter(review=review, stage=stage)
        .prefetch_related("ticks__criterion")
        .order_by("pk")
    )
    for decision in current.iterator(chunk_size=2000):
        found[_item(decision)].append(decisions.vote(decision))
    return found


def _rulings_by_item(review: Review, stage: Stage) -> dict[int, settling.Ruling]:
    current = (
        Resolution.objects.filter(review=review, stage=stage)
        .unsuperseded()
        .exclude(choice=Choice.WITHDRAWN)
        .select_related("criterion")
        .prefetch_related("resolved")
    )
    return {_item(resolution): decisions.ruling(resolution) for resolution in current}


def _item(judgment: Decision | Resolution) -> int:
    return judgment.record_id or judgment.report_id or 0
