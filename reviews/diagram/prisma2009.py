"""The four-phase flow diagram of 2009, kept as a legacy form.

After Moher D, et al. PLoS Med 2009;6(7):e1000097. It has no boxes for what was removed
before screening or not retrieved, and calls articles what are reports now; whoever
fills it in says so in footnotes. Where nobody knows of a meta-analysis its box is left
out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reviews.diagram.boxes import Arrow, Box, Chart, SideBar
from reviews.diagram.filling import NOTES, Filling, box, in_words
from reviews.diagram.text import clean
from reviews.flow.balance.form import Parts

CREDIT = (
    "After the PRISMA 2009 flow diagram: Moher D, et al. PLoS Med 2009;6(7):e1000097. "
    "doi:10.1371/journal.pmed.1000097. Licence: CC BY."
)
LABELS: Mapping[str, str] = {
    "identification": "Identification",
    "screening": "Screening",
    "eligibility": "Eligibility",
    "included": "Included",
    "db": "Records identified through database searching",
    "other": "Additional records identified through other sources",
    "dedup": "Records after duplicates removed",
    "screened": "Records screened",
    "excluded": "Records excluded",
    "ft": "Full-text articles assessed for eligibility",
    "ft_excl": "Full-text articles excluded, with reasons",
    "qual": "Studies included in qualitative synthesis",
    "quant": "Studies included in quantitative synthesis (meta-analysis)",
    "synthesis": "Studies in synthesis",
    **NOTES,
    "credit": CREDIT,
}
COLUMNS = {"main": 270.0, "main_side": 270.0}
BARS = (
    ("identification", 1, 2),
    ("screening", 3, 3),
    ("eligibility", 4, 4),
    ("included", 5, 7),
)
ARROWS = (
    Arrow(start="db", end="dedup", way="down"),
    Arrow(start="other", end="dedup", way="down_left"),
    Arrow(start="dedup", end="screened", way="down"),
    Arrow(start="screened", end="excluded", way="right"),
    Arrow(start="screened", end="ft", way="down"),
    Arrow(start="ft", end="ft_excl", way="right"),
    Arrow(start="ft", end="qual", way="down"),
)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What stands in the boxes of the form; None is a number that is not known."""

    db: int | None = None
    other: int | None = None
    dedup: int | None = None
    screened: int | None = None
    excluded: int | None = None
    ft: int | None = None
    ft_excl: Parts | None = None
    qual: int | None = None
    quant: int | None = None
    synthesis: Parts | None = None


def chart(
    counts: Counts,
    *,
    title: str,
    links: Mapping[str, str] | None = None,
    footnotes: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
) -> Chart:
    """Arrange the counts as the boxes of the form; links and labels as in 2020."""
    words = Filling.of(LABELS, links=links, footnotes=footnotes, own_labels=labels)
    boxes = tuple(_boxes(counts, words))
    bars = tuple(
        SideBar(key=key, text=words.labels[key], first_row=first, last_row=last)
        for key, first, last in BARS
    )
    return Chart(
        title=clean(title),
        description=in_words(boxes, bars),
        columns=COLUMNS,
        boxes=boxes,
        headers=(),
        side_bars=bars,
        arrows=(*ARROWS, *_last_arrows(boxes)),
        notes=tuple(words.notes(boxes)),
    )


def _boxes(counts: Counts, words: Filling) -> Iterator[Box]:
    for name, column, row in (
        ("db", "main", 1),
        ("other", "main_side", 1),
        ("dedup", "main", 2),
        ("screened", "main", 3),
        ("excluded", "main_side", 3),
        ("ft", "main", 4),
        ("qual", "main", 5),
    ):
        yield box(name, column, row, [words.line(name, getattr(counts, name))])
    reasons = words.reasons("ft_excl", counts.ft_excl)
    yield box("ft_excl", "main_side", 4, reasons)
    if counts.quant is not None:
        yield box("quant", "main", 6, [words.line("quant", counts.quant)])
    if counts.synthesis:
        parts = words.parts("synthesis", counts.synthesis, depth=1)
        yield box("synthesis", "main", 7, [words.head("synthesis"), *parts])


def _last_arrows(boxes: Sequence[Box]) -> Iterator[Arrow]:
    """Lead from what is included to what was made of it."""
    present = {each.key for each in boxes}
    way = [name for name in ("qual", "quant", "synthesis") if name in present]
    for start, end in pairwise(way):
        yield Arrow(start=start, end=end, way="down")
