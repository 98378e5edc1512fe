"""The agreement as tables, and as files once a stage is closed, for owners."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from reviews.documents.table import Cell, Column, Row, Table, plain
from reviews.exports import formats
from reviews.exports.options import Options, Writers
from reviews.models import Review
from screening.agreement import (
    by_round,
    drift,
    lines,
    reading,
    several,
    statistics,
    wording,
)
from screening.agreement.drift import Ticks
from screening.agreement.judged import EXCLUDE, ON
from screening.agreement.reading import Agreement, Pair
from screening.agreement.statistics import Crossed, value_of
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
    "Bishop and Carlin 1993. AC1: Gwet 2008. Alpha: Krippendorff, nominal. Kappa "
    "over include, maybe and exclude is given plain and with linear weights, by which "
    "maybe is halfway between include and exclude. Intervals are of 95 per cent."
)
BY_CRITERION = (
    "An item counts where all who judged it excluded it, or anybody ticked the "
    "criterion; agreement is on ticking it."
)

OF_A_ROUND = (
    "Counted is what each had said when the pilot round was closed to all of its "
    "people at once; what was said after that changes nothing."
)

NOTES = (INDEPENDENT, GOES_ON, FIGURES)
ROUND_NOTES = (OF_A_ROUND, GOES_ON, FIGURES)


def tables(review: Review, options: Options) -> Sequence[Table]:
    """Return the figures, and what each pair said. Raises CannotExport."""
    found = reading.closed(review)
    crossed = [
        made
        for agreement in found
        for pair in agreement.pairs
        for made in crossings(review, agreement, pair)
    ]
    return [
        figures(review, [*found, *by_round.in_files(review)]),
        *crossed,
        *(by_criterion(drift.of(review, each.stage)) for each in found),
    ]


def figures(review: Review, found: Sequence[Agreement]) -> Table:
    """Return a row of figures for each pair at each stage."""
    columns = [
        Column("Stage and pair", 3),
        Column("Items", numeric=True),
        Column("Agreement", numeric=True),
        Column("Kappa", numeric=True),
        Column("95% interval", 1.4),
        Column("PABAK", numeric=True),
        Column("95% interval of PABAK", 1.4),
        Column("AC1", numeric=True),
        Column("95% interval of AC1", 1.4),
        Column("Alpha", numeric=True),
        Column("95% interval of alpha", 1.4),
        Column("Agreement on going on", 1.2, numeric=True),
        Column("Agreement on excluding", 1.2, numeric=True),
    ]
    rows = [_row(each, pair) for each in found for pair in each.pairs]
    told = [text for each in found if (text := wording.sentence(each))]
    notes = [*told, *NOTES, *imported(found), *_cautions(found)]
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
    return Row.of(f"{_where(agreement)}: {pair.first} and {pair.second}", *found)


def _where(agreement: Agreement) -> str:
    """Return the stage, and the pilot round where it is of one."""
    label = agreement.stage.label
    return f"{label}, pilot round {agreement.pilot}" if agreement.pilot else label


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
    pabak, alpha = statistics.pabak(table), several.alpha(statistics.units(table))
    on, exclude = (statistics.of_class(table, name) for name in (ON, EXCLUDE))
    return [
        ("Items", f"{table.items:,}", ""),
        ("Agreement", wording.percent(statistics.observed(table)), ""),
        ("Kappa", wording.exact(value_of(kappa)), wording.interval(kappa)),
        ("PABAK", wording.exact(value_of(pabak)), wording.interval(pabak)),
        ("AC1", wording.exact(value_of(ac1)), wording.interval(ac1)),
        ("Alpha", wording.exact(value_of(alpha)), wording.interval(alpha)),
        ("Agreement on going on", wording.percent(on), ""),
        ("Agreement on excluding", wording.percent(exclude), ""),
    ]


def _cautions(found: Sequence[Agreement]) -> Iterator[str]:
    for agreement in found:
        for pair in agreement.pairs:
            if caution := wording.caution(pair.came_to):
                where = f"{_where(agreement)}, {pair.first} and {pair.second}"
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
        said = {**what, "one": one, "other": other}
        if agreement.pilot:
            said["round"] = f"{agreement.stage}-{agreement.pilot}"
        return Cell(f"{count:,}", path=f"{page}?{urlencode(said)}")

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
        for name, weighted in (("plain", False), ("linear weights", True)):
            kappa = statistics.kappa(table, weighted=weighted)
            value = wording.exact(value_of(kappa))
            notes.append(
                f"Kappa over include, maybe and exclude, {name}: "
                f"{value} ({wording.interval(kappa)})."
            )
    title = f"{_where(agreement)}: {pair.first} and {pair.second}"
    if len(table.classes) > 2:
        title = f"{title}, with maybe apart"
    return plain(title, columns, rows, notes=notes)


def by_criterion(found: drift.Drift, path: str = "") -> Table:
    """Return how each criterion of a stage was ticked; `path` opens its numbers."""
    columns = [
        Column("Criterion", 3),
        Column("Items", numeric=True),
        Column("Ticked by all", numeric=True),
        Column("Ticked by some", numeric=True),
        Column("In conflicts", numeric=True),
        Column("Agreement", numeric=True),
        Column("AC1", numeric=True),
        Column("95% interval", 1.4, numeric=True),
        Column("Alpha", numeric=True),
    ]

    def cell(ticks: Ticks, what: str, count: int) -> Cell:
        query = urlencode({"criterion": ticks.criterion, "what": what})
        return Cell(f"{count:,}", path=f"{path}?{query}" if path and count else "")

    rows = [
        Row(
            (
                Cell(f"{criterion.code}: {criterion.reason or criterion.text}"),
                Cell(f"{ticks.items:,}"),
                cell(ticks, drift.ALL, ticks.by_all),
                cell(ticks, drift.SOME, ticks.by_some),
                cell(ticks, drift.CONFLICTS, ticks.conflicts),
                Cell(wording.percent(ticks.observed)),
                Cell(wording.exact(value_of(ticks.ac1))),
                Cell(wording.interval(ticks.ac1)),
                Cell(wording.exact(value_of(ticks.alpha))),
            )
        )
        for criterion, ticks in found.criteria
    ]
    title = f"{found.stage.label}: agreement on ticking a criterion"
    return plain(title, columns, rows, notes=[BY_CRITERION], landscape=True)


WRITERS: Writers = {
    "agreement": formats.in_every_format(tables, csv=lines.tables),
}
