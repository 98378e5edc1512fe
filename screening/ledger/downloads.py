"""Downloads that hold judgments: each leaves an event, and nothing of what was judged.

A file that has left the product cannot be called back, so the history tells who took
it, when, and of which stages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from reviews import events
from reviews.models import Event, Review, Stage, User

ACTION = "judgments.downloaded"
DECISIONS, WHOLE, PUBLIC = "decisions", "archive", "public archive"


@dataclass(frozen=True)
class Download:
    """Who took a file with the judgments of some stages, and when."""

    # None is whoever runs the instance, by a command.
    by: User | None
    at: datetime
    what: str
    stages: frozenset[str]


def record(
    review: Review, what: str, stages: Sequence[Stage], *, by: User | None
) -> None:
    """Write down that a file with the judgments of these stages was taken.

    Without a stage it holds no judgment, and nothing is written.
    """
    if not stages:
        return
    named = " and ".join(stage.label.lower() for stage in stages)
    who = by or "Whoever runs the instance"
    events.record(
        review,
        ACTION,
        f"{who} downloaded the judgments of {named} ({what})",
        by=by,
        subject=review,
        new={"what": what, "stages": [str(stage) for stage in stages]},
    )


def of(review: Review) -> Iterator[Download]:
    """Yield the downloads in the order of their making."""
    found = Event.objects.filter(review=review, action=ACTION).select_related("by")
    for event in found.order_by("at", "pk"):
        facts = event.new or {}
        yield Download(
            event.by,
            event.at,
            str(facts.get("what", "")),
            frozenset(facts.get("stages", [])),
        )
