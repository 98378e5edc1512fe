"""The agreement as tables and as files, for owners, once a stage is closed."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from reviews.documents.table import Cell, Column, Row, Table, plain
from reviews.exports import formats
from reviews.exports.options import CannotExport, Options, Writers
from reviews.models import Review
from screening.agreement import reading, statistics, wording
from screening.agreement.reading import EXCLUDE, ON, Agreement, Pair
from screening.agreement.statistics import Crossed, Estimate
from screening.exports import open_stages

LABELS = {
    ON: "Goes on",
    "include": "Include",
    "maybe": "Maybe",
    EXCLUDE: "Exclude",
}
INDEPENDENT = (
    "Counted is what each had said when as many as the protocol asks for had judged an "
    "item; what was said after that, in a conflict or later, changes nothing."
)
GOES_ON = "“Goes on” is include or maybe."
FIGURES = (
    "Kappa: Cohen 1960, its interval: Fleiss, Cohen and Everitt 1969. PABAK: Byrt, "
    "Bishop and Carlin 1993. AC1: Gwet 2008. Alpha: Krippendorff, nominal. Intervals "
    "are of 95 per cent."
)


NOTES = (INDEPENDENT, GOES_ON, FIGURES)


def tables(review: Review, options: Options) -> Sequence[Table]:
    """Return the figures, and what each pair said. Raises CannotExport."""
    found = closed(review)
    crossed = [
        made
        for agreement in found
        for pair in agreement.pairs
        for made in crossings(review, agreement, pair)
    ]
    return [figures(review, found), *crossed]


def closed(review: Review) -> list[Agreement]:
    """Return the agreement of the closed stages. Raises CannotExport without any."""
    found = reading.agreements(review)
    if not found:
        raise CannotExport(
            "No stage is closed yet: something still awaits a verdict, and nobody may "
            "learn a judgment before both have judged."
        )
    return found


def figures(review: Review, found: Sequence[Agreement]) -> Table:
    """Return a row of figures for each pair at each stage."""
    columns = [
        Column("Stage and pair", 3),
        Column("Items", numeric=True),
        Column("Agreement", numeric=True),
        Column("Kappa", numeric=True),
        Column("95% interval", 1.4),
        Column("PABAK", numeric=True),
        Column("AC1", numeric=True),
        Column("95% interval of AC1", 1.4),
        Column("Alpha", numeric=True),
        Column("Agreement on going on", 1.2, numeric=True),
        Column("Agreement on excluding", 1.2, numeric=True),
    ]
    rows = [_row(each, pair) for each in found for pair in each.pairs]
    notes = [*NOTES, *imported(found), *_cautions(found)]
    if left := open_stages(review):
        named = " and ".join(stage.label.lower() for stage in left)
        notes.append(f"Left out, as not closed yet: {named}.")
    return plain("Agreement", columns, rows, notes=notes, landscape=True)


def imported(found: Sequence[Agreement]) -> Iterator[str]:
    """Say of each stage how many of its judgments were made in another tool."""
    for each in found:
        if each.imported:
            verb = "judgment was" if each.imported == 1 else "judgments were"
            yield (
                f"{each.stage.label}: {each.imported:,} {verb} made in another tool "
                "and moved in; how blind they were was up to that tool."
            )


def _row(agreement: Agreement, pair: Pair) -> Row:
    found = [
        text
        for figure in _figures(pair)
        for text in (figure[1:] if figure[2] else figure[1:2])
    ]
    return Row.of(f"{agreement.stage.label}: {pair.first} and {pair.second}", *found)


def of_pair(pair: Pair) -> Table:
    """Return the figures of two people, one a row, as a page shows them."""
    columns = [
        Column("Figure", 3),
        Column("Value", numeric=True),
        Column("95% interval", 1.4, numeric=True),
    ]
    rows = [Row.of(*each) for each in _figures(pair)]
    return plain(f"Figures of {pair.first} and {pair.second}", columns, rows)


def _figures(pair: Pair) -> list[tuple[str, str, str]]:
    """Return each figure: what it is called, its value, its interval if it has one."""
    table = pair.came_to
    kappa, ac1 = statistics.kappa(table), statistics.ac1(table)
    units: dict[tuple[str, ...], int] = {}
    for one, row in zip(table.classes, table.counts, strict=True):
        for other, count in zip(table.classes, row, strict=True):
            units[one, other] = count
    pabak, alpha = statistics.pabak(table), statistics.alpha(units)
    on, exclude = (statistics.of_class(table, name) for name in (ON, EXCLUDE))
    return [
        ("Items", f"{table.items:,}", ""),
        ("Agreement", wording.percent(statistics.observed(table)), ""),
        ("Kappa", wording.exact(_value(kappa)), wording.interval(kappa)),
        ("PABAK", wording.exact(pabak), ""),
        ("AC1", wording.exact(_value(ac1)), wording.interval(ac1)),
        ("Alpha", wording.exact(alpha), ""),
        ("Agreement on going on", wording.percent(on), ""),
        ("Agreement on excluding", wording.percent(exclude), ""),
    ]


def _value(estimate: Estimate | None) -> float | None:
    return estimate.value if estimate else None


def _cautions(found: Sequence[Agreement]) -> Iterator[str]:
    for agreement in found:
        for pair in agreement.pairs:
            if caution := wording.caution(pair.came_to):
                where = f"{agreement.stage.label}, {pair.first} and {pair.second}"
                yield f"{where}: {caution}"


def crossings(review: Review, agreement: Agreement, pair: Pair) -> list[Table]:
    """Return what two said against each other: two by two, and with "maybe" three."""
    found = [_crossing(review, agreement, pair, pair.came_to)]
    if pair.has_maybe:
        found.append(_crossing(review, agreement, pair, pair.said))
    return found


def _crossing(
    review: Review, agreement: Agreement, pair: Pair, table: Crossed
) -> Table:
    columns = [
        Column(f"{pair.first} (rows), {pair.second} (columns)", 3),
        *(Column(LABELS[name], numeric=True) for name in table.classes),
        Column("All", numeric=True),
    ]
    page = reverse("screening:agreement_items", args=[review.slug, agreement.stage])

    def cell(one: str, other: str, count: int) -> Cell:
        what = {"first": pair.first.pk, "second": pair.second.pk}
        query = urlencode({**what, "one": one, "other": other})
        return Cell(f"{count:,}", path=f"{page}?{query}")

    rows = [
        Row(
            (
                Cell(LABELS[one]),
                *(
                    cell(one, other, count)
                    for other, count in zip(table.classes, counts, strict=True)
                ),
                Cell(f"{sum(counts):,}"),
            )
        )
        for one, counts in zip(table.classes, table.counts, strict=True)
    ]
    rows.append(Row.of("All", *(f"{n:,}" for n in table.columns), f"{table.items:,}"))
    notes = []
    if len(table.classes) > 2:
        kappa = statistics.kappa(table)
        value = wording.exact(_value(kappa))
        notes.append(f"Kappa of three words: {value} ({wording.interval(kappa)}).")
    title = f"{agreement.stage.label}: {pair.first} and {pair.second}"
    return plain(title, columns, rows, notes=notes)


def csv_tables(review: Review, options: Options) -> Sequence[Table]:
    """Return every number in a row of its own. Raises CannotExport."""
    names = ("stage", "first", "second", "figure", "value", "low", "high")
    found = closed(review)
    rows = [
        Row.of(each.stage, pair.first, pair.second, *line, *[""] * (4 - len(line)))
        for each in found
        for pair in each.pairs
        for line in _lines(pair)
    ]
    return [plain("Agreement", [Column(name) for name in names], rows)]


def _lines(pair: Pair) -> Iterator[tuple[object, ...]]:
    table = pair.came_to
    yield "items", table.items
    yield "percent_agreement", _number(statistics.observed(table), 100)
    for name, estimate in (
        ("kappa", statistics.kappa(table)),
        ("gwet_ac1", statistics.ac1(table)),
    ):
        if estimate:
            values = (estimate.value, estimate.low, estimate.high)
            yield name, *map(_number, values)
    yield "pabak", _number(statistics.pabak(table))
    for name in table.classes:
        share = _number(statistics.of_class(table, name), 100)
        yield f"percent_agreement_{name}", share
    for one, counts in zip(pair.said.classes, pair.said.counts, strict=True):
        for other, count in zip(pair.said.classes, counts, strict=True):
            yield f"first_{one}_second_{other}", count


def _number(value: float | None, times: int = 1) -> str:
    return "" if value is None else f"{value * times:.6f}"


WRITERS: Writers = {
    "agreement": formats.in_every_format(tables, csv=csv_tables),
}
