"""The searches as an appendix, told as PRISMA-S asks (items 1 to 3, 8, 9, 13 and 16).

Each strategy stands there letter by letter as it was run. What was not written down is
said to be not recorded, and no number is made up for it.
"""

from collections.abc import Iterator, Sequence

from reviews import searches
from reviews.documents.table import Cell, Column, Group, Row, Table, plain
from reviews.exports import formats
from reviews.exports.options import Options, Writers
from reviews.models import Review, Search

TITLE = "Search strategies"
UNKNOWN = "not recorded"
COMBINED = (
    "Several sources were exported together for {}: how many records each gave is not "
    "known."
)
OVERVIEW = (
    Column("Search", 3),
    Column("Kind", 2),
    Column("Source", 3),
    Column("Platform", 2),
    Column("Searched on", 2),
    Column("Records that the source reported", 2, numeric=True),
    Column("Records in the review", 2, numeric=True),
)
CSV = (
    "search",
    "kind",
    "source",
    "platform",
    "searched_on",
    "limits",
    "strategy",
    "reported",
    "imported",
    "several_sources_together",
    "wave",
    "notes",
)


def tables(review: Review, options: Options) -> Sequence[Table]:
    """Return an overview of the searches and a table for each of them."""
    found = _read(review)
    combined = [search.name for search in found if search.is_combined]
    notes = [COMBINED.format("; ".join(combined))] if combined else []
    rows = [*map(_line, found), *([_total(found)] if found else [])]
    overview = plain(
        "Searches, their dates and the records found", OVERVIEW, rows, notes=notes
    )
    return [overview, *(_table(search) for search in found)]


def csv_tables(review: Review, options: Options) -> Sequence[Table]:
    """Return a row for each search, what is unknown left empty."""
    columns = [Column(name) for name in CSV]
    return [plain(TITLE, columns, map(_flat, _read(review)))]


def _read(review: Review) -> list[Search]:
    return list(searches.with_counts(review).select_related("wave"))


def _imported(search: Search) -> int:
    return int(getattr(search, "imported_count", 0))


def _line(search: Search) -> Row:
    texts = [
        search.get_kind_display(),
        search.source or UNKNOWN,
        search.platform or UNKNOWN,
        search.searched_on or UNKNOWN,
        UNKNOWN if search.reported_count is None else str(search.reported_count),
        str(_imported(search)),
    ]
    return Row((Cell(search.name), *map(Cell, texts)))


def _total(found: Sequence[Search]) -> Row:
    reported = [search.reported_count for search in found]
    known = [count for count in reported if count is not None]
    total = str(sum(known)) if len(known) == len(reported) else UNKNOWN
    imported = str(sum(map(_imported, found)))
    return Row.of("Total", "", "", "", "", total, imported)


def _table(search: Search) -> Table:
    columns = (Column("Item", 2), Column("As it was done", 8))
    rows = [Row((Cell(item), cell)) for item, cell in _items(search)]
    return Table(search.name, columns, (Group("", rows),))


def _items(search: Search) -> Iterator[tuple[str, Cell]]:
    if search.wave:
        yield "Round of searching", Cell(search.wave.name)
    yield "Kind", Cell(search.get_kind_display())
    yield "Source", _known(search.source)
    yield "Platform", _known(search.platform)
    yield "Searched on", _known(search.searched_on)
    yield "Limits", _known(search.limits)
    strategy = search.strategy.strip("\r\n")
    yield (
        "Strategy",
        Cell(strategy, verbatim=True) if strategy.strip() else Cell(UNKNOWN),
    )
    reported = search.reported_count
    yield (
        "Records that the source reported",
        Cell(UNKNOWN if reported is None else f"{reported:,}"),
    )
    yield "Records in the review", Cell(f"{_imported(search):,}")
    if search.is_combined:
        yield "Split by source", Cell("Several sources together: not known.")
    if search.notes:
        yield "Notes", Cell(search.notes)


def _known(text: str) -> Cell:
    return Cell(text or UNKNOWN)


def _flat(search: Search) -> Row:
    return Row.of(
        search.name,
        search.kind,
        search.source,
        search.platform,
        search.searched_on,
        search.limits,
        search.strategy,
        search.reported_count,
        _imported(search),
        "yes" if search.is_combined else "no",
        search.wave.name if search.wave else "",
        search.notes,
    )


WRITERS: Writers = {
    "searches": formats.in_every_format(tables, csv=csv_tables),
}
