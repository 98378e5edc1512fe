"""What the rule of the protocol says of what was read so far.

It only ever advises: nobody is stopped by it, and nothing is excluded. Where records
come as they were imported the test says nothing, as it takes the order of reading for
one that brings relevant records early or at random.
"""

from dataclasses import dataclass

from reviews.models import ScreeningPlan
from screening.stopping import outlook, urn
from screening.stopping.reading import Reading
from screening.stopping.urn import Certified

Stopping = ScreeningPlan.Stopping


@dataclass(frozen=True)
class Said:
    """What the rule says: whether it holds, and the figures behind it.

    `p` and `forecast` are those of the recall wanted, also where that is not the rule.
    `more` is how many more irrelevant records the rule itself needs; None where it
    never holds.
    """

    stopping: Stopping
    holds: bool
    p: float
    certified: Certified
    forecast: int
    more: int | None
    share: float
    saves_work: bool


def say(plan: ScreeningPlan, reading: Reading) -> Said:
    """Return what the rule of the plan says."""
    screened, target = reading.screened, plan.target_recall
    stopping = Stopping(plan.stopping)
    p = urn.p_value(screened, target)
    forecast = urn.forecast(screened, target)
    holds, more = False, None
    if stopping == Stopping.RECALL and reading.is_ordered:
        holds, more = p < urn.THRESHOLD, forecast
    elif stopping == Stopping.RUN:
        run = min(screened.since_last, screened.read - screened.valid_from)
        more = max(plan.run_length - run, 0)
        holds = not more
    return Said(
        stopping=stopping,
        holds=holds and bool(screened.unread),
        p=p,
        certified=urn.certified(screened),
        forecast=forecast,
        more=more,
        share=outlook.share_to_read(screened.found, target),
        saves_work=outlook.saves_work(screened.found, target),
    )
