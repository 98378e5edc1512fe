"""How many people judged, in words.

It is told from what they settled, not from what was planned: only what both of two
reviewers judged is called the work of two, independently.
"""

from collections.abc import Callable, Iterator

from reviews.words.facts import Facts, Settled
from reviews.words.parts import (
    Number,
    Parts,
    Phrase,
    counted,
    join,
    listed,
    sentence,
    were,
)

PLANNED = {
    1: "one reviewer",
    2: "two reviewers, independently",
    3: "three reviewers, independently",
}
# Who judged an item, and who settles what they differ on.
NAMED = {False: ("the two", "a third person"), True: ("the three", "a fourth person")}
MIXED = ("those who judged them", "another person")


def tell(
    facts: Facts,
    unit: str,
    settled: Settled,
    *,
    did: str,
    none: str,
    planned: int,
    is_mixed: bool = False,
) -> Iterator[Parts]:
    """Say how many people judged, and how conflicts were settled.

    `did` leads up to the number, `none` says that there is nothing yet; `is_mixed`
    that the plan asked for two people at one time and for three at another.
    """
    one = unit.removesuffix("s")

    def url(way: str) -> str:
        return facts.listed(unit, way)

    if not settled.total:
        yield sentence(f"{none} yet; the plan asks for {PLANNED[planned]}")
    if settled.by_two:
        many = "At least two" if is_mixed else "Three" if planned > 2 else "Two"
        yield sentence(
            f"{many} reviewers, independently of each other, {did} ",
            counted(settled.by_two, one, url=url("two")),
            "; ",
            _conflicts(settled, url, MIXED if is_mixed else NAMED[planned > 2]),
        )
    if settled.single:
        single = counted(settled.single, one, url=url("single"))
        yield sentence(f"One reviewer alone {did} ", single)


def _conflicts(
    settled: Settled, url: Callable[[str], str], named: tuple[str, str]
) -> Parts:
    if not settled.conflicts:
        return ("they agreed on all" if settled.by_two > 1 else "they agreed",)
    of_them, another = named
    told: list[Phrase] = [
        join(Number(number, url(way)), f" {were(number)} settled {how}")
        for number, way, how in (
            (settled.consensus, "consensus", f"by consensus of {of_them}"),
            (settled.adjudication, "adjudication", f"by {another}"),
        )
        if number
    ]
    agreed = ("they agreed on ", Number(settled.agreement, url("agreement")))
    conflicts = counted(settled.conflicts, "conflict", url=url("conflicts"))
    return join(agreed, ", and of ", conflicts, ", ", listed(told))
