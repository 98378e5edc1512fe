"""The overlap of sources as tables: what each search found alone and with others."""

from collections.abc import Iterable, Iterator, Sequence

from django.urls import reverse

from reviews import overlap
from reviews.documents.table import Cell, Column, Row, Table, plain
from reviews.exports import formats
from reviews.exports.options import Options, Writers
from reviews.flow.names import search_name
from reviews.models import Review, Search
from reviews.overlap import Overlap

BY_SOURCE = "Records by source, and what no other source found"
BETWEEN = "Records that two sources both found"
TOGETHER = "Records by the combination of sources that found them"
COUNTED = (
    "Copies that were merged are counted once; identified are all records, copies too."
)
COMBINED = "{} holds several sources that were exported together and not told apart."


def tables(review: Review, options: Options) -> Sequence[Table]:
    """Return what each source found, each two of them, and each combination."""
    found = overlap.overlap(review)
    notes = [COUNTED, *(COMBINED.format(search.name) for search in found.combined)]
    return [
        _sources(review, found, notes),
        _matrix(review, found),
        _combinations(review, found),
    ]


def csv_tables(review: Review, options: Options) -> Sequence[Table]:
    """Return every number in a row of its own, with what it counts."""
    columns = [Column("counted"), Column("sources"), Column("n", numeric=True)]
    return [plain("Overlap of sources", columns, _flat(overlap.overlap(review)))]


def _sources(review: Review, found: Overlap, notes: Sequence[str]) -> Table:
    columns = (
        Column("Source", 4),
        Column("Identified", numeric=True),
        Column("Without copies", numeric=True),
        Column("Found here alone", numeric=True),
        Column("Found elsewhere too", numeric=True),
    )
    rows = [
        Row(
            (
                Cell(source.search.name),
                Cell(str(source.identified), path=_box(review, source.search)),
                _number(review, source.distinct, source.distinct_name),
                _number(review, source.unique, source.unique_name),
                _number(review, source.shared, source.shared_name),
            )
        )
        for source in found.sources
    ]
    # What two sources share stands in both their rows, so those columns have no sum.
    total = Row.of("All sources", found.identified, found.distinct, "", "")
    return plain(BY_SOURCE, columns, [*rows, total], notes=notes)


def _matrix(review: Review, found: Overlap) -> Table:
    names = [source.search.name for source in found.sources]
    columns = [Column("Source", 3), *(Column(name, 1, numeric=True) for name in names)]
    rows = [
        Row(
            (
                Cell(source.search.name),
                *(_number(review, pair.count, pair.name) for pair in pairs),
            )
        )
        for source, pairs in found.matrix()
    ]
    return plain(BETWEEN, columns, rows, landscape=len(names) > 5)


def _combinations(review: Review, found: Overlap) -> Table:
    columns = (Column("Sources", 6), Column("Records", numeric=True))
    rows = [
        Row((Cell(_names(each.searches)), _number(review, each.count, each.name)))
        for each in found.combinations
    ]
    return plain(TOGETHER, columns, [*rows, Row.of("All", found.distinct)])


def _flat(found: Overlap) -> Iterator[Row]:
    for source in found.sources:
        name = source.search.name
        yield Row.of("identified", name, source.identified)
        yield Row.of("without copies", name, source.distinct)
        yield Row.of("found here alone", name, source.unique)
        yield Row.of("found elsewhere too", name, source.shared)
    for number, (_, pairs) in enumerate(found.matrix()):
        for pair in pairs[number + 1 :]:
            yield Row.of("found by both", _names(pair.searches), pair.count)
    for each in found.combinations:
        yield Row.of("found by exactly these", _names(each.searches), each.count)


def _names(searches: Iterable[Search]) -> str:
    return "; ".join(search.name for search in searches)


def _number(review: Review, count: int, selection: str) -> Cell:
    path = reverse("reviews:overlap_records", args=[review.slug, selection])
    return Cell(str(count), path=path)


def _box(review: Review, search: Search) -> str:
    return reverse("reviews:flow_box", args=[review.slug, search_name(search.pk)])


WRITERS: Writers = {
    "overlap": formats.in_every_format(tables, csv=csv_tables),
}
