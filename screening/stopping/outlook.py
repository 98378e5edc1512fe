"""What a rule can be expected to do, and other readings that guarantee nothing.

With few relevant records a recall is certain only once nearly everything is read: the
share of the rest that has to be read without a find is then near one, and the test
saves no work. The other readings are those that are used elsewhere; none of them holds
what it seems to promise (`docs/decisions/0012-stopping.md`), and they are told as
information alone.
"""

from dataclasses import dataclass

from screening.stopping.urn import Screened, fewest_missed

# From this share of the rest on, a rule can hardly save work.
HARDLY = 0.75
_RECENT = 200


@dataclass(frozen=True)
class Heuristic:
    """A reading without guarantee: its name, what it says now, and where it is from."""

    name: str
    says: str
    source: str


def share_to_read(found: int, target: int, level: float = 0.05) -> float:
    """Return which share of the rest must be read without a find, about.

    Of the records that are left after the last relevant one; by the level at which the
    test is wrong.
    """
    return float(1 - level ** (1 / fewest_missed(found, target)))


def saves_work(found: int, target: int) -> bool:
    """Tell whether the test can be expected to save work worth the name."""
    return share_to_read(found, target) < HARDLY


def heuristics(screened: Screened) -> list[Heuristic]:
    """Return the readings that are used elsewhere."""
    recent = sum(1 for place in screened.relevant if place > screened.read - _RECENT)
    enough = round(1.2 * len(screened.relevant) + 2399)
    return [
        Heuristic(
            "Irrelevant records in a row",
            f"{screened.since_last:,}, which is "
            f"{_share(screened.since_last, screened.pool)} of all records",
            "The usual stopping rule of ranking tools. In simulations it often left "
            "more than half of the relevant records unread.",
        ),
        Heuristic(
            f"Relevant among the last {_RECENT}",
            f"{recent:,}"
            if screened.read >= _RECENT
            else f"{recent:,}, of only {screened.read:,} so far",
            "Says how rich the present part of the order is, not what lies behind it.",
        ),
        Heuristic(
            "1.2 times the relevant ones and 2,399 more",
            f"{screened.read:,} of {enough:,} read"
            if enough < screened.pool
            else f"comes to {enough:,}, as many as there are or more",
            "Cormack and Grossman 2016. Safe in simulations, and saves nothing below "
            "2,400 records.",
        ),
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "0%"
