"""The tables of the manuscript: what each is called, says, and is written as."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reviews.documents.table import Table
from reviews.exports import (
    awaiting,
    characteristics,
    excluded,
    extraction,
    overlap,
    searches,
    unsettled,
)
from reviews.exports.options import Options, Writers
from reviews.models import Review


@dataclass(frozen=True)
class Shown:
    """A table that has a page: what it is called there and what it says."""

    label: str
    lead: str
    tables: Callable[[Review, Options], Sequence[Table]]
    # What an empty one means.
    empty: str
    # Rows on its page; the files hold them all.
    limit: int = 100


SHOWN = {
    "characteristics": Shown(
        "Characteristics of included studies",
        "A block for each included study with all that the team settled of it.",
        characteristics.tables,
        "No study is included yet.",
        limit=1000,
    ),
    "excluded": Shown(
        "Full texts excluded",
        "Every report that was excluded at full text, by its reason in protocol order.",
        excluded.tables,
        "No report was excluded at full text.",
    ),
    "awaiting": Shown(
        "Awaiting and ongoing",
        "Reports that await classification, ongoing studies, and reports not in hand.",
        awaiting.tables,
        "Every report that was sought is in hand, and none waits to be classified.",
    ),
    "unsettled": Shown(
        "Not settled yet",
        "What still waits for a verdict, a value or a judgment of the team.",
        unsettled.tables,
        "Nothing waits to be settled.",
        limit=200,
    ),
    "searches": Shown(
        "Search strategies",
        "The searches as an appendix, told as PRISMA-S asks.",
        searches.tables,
        "No search is recorded yet.",
    ),
    "overlap": Shown(
        "Overlap of sources",
        "What each source found alone, and what several found.",
        overlap.tables,
        "No search is recorded yet.",
    ),
    "dictionary": Shown(
        "Data dictionary",
        "What each column of the extraction files means.",
        extraction.dictionary,
        "The protocol has no extraction field yet.",
    ),
}

WRITERS: Writers = {
    **characteristics.WRITERS,
    **extraction.WRITERS,
    **excluded.WRITERS,
    **awaiting.WRITERS,
    **unsettled.WRITERS,
    **searches.WRITERS,
    **overlap.WRITERS,
}
