"""The settled appraisal as figures, as tables, and as the table that robvis draws."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviews import appraisals
from reviews.appraisals import Settled
from reviews.documents import delimited
from reviews.documents.table import Cell, Column, Group, Row, Table, plain
from reviews.exports import drawings, formats
from reviews.exports.drawings import Drawing
from reviews.exports.options import CannotExport, Options, Writers
from reviews.figures import summary, traffic
from reviews.figures.appraisal import Appraisal, Domain
from reviews.figures.levels import Palette
from reviews.models import ExtractionField, Review
from reviews.robvis import writing

TRAFFIC, SUMMARY = "traffic", "summary"
NOTHING = "Nothing is settled of any appraisal, and the protocol names no instrument."


@dataclass(frozen=True)
class Choice:
    """Which figure, and how it looks."""

    kind: str = TRAFFIC
    palette: Palette = Palette.COCHRANE
    with_overall: bool = True
    weights: ExtractionField | None = None


def choice(options: Options) -> Choice:
    """Return what the words of `options.kind` ask for, as "summary colour-blind".

    Raises CannotExport for a word that says nothing of a figure.
    """
    words = options.kind.replace(",", " ").split()
    kinds = [word for word in words if word in (TRAFFIC, SUMMARY)]
    palettes = [Palette(word) for word in words if word in list(Palette)]
    known = {TRAFFIC, SUMMARY, "without-overall", *Palette}
    for word in words:
        if word not in known:
            raise CannotExport(
                f"There is no figure “{word}” of an appraisal: {', '.join(known)}."
            )
    palette = Palette.MONOCHROME if options.monochrome else Palette.COCHRANE
    return Choice(
        kind=kinds[-1] if kinds else TRAFFIC,
        palette=palettes[-1] if palettes else palette,
        with_overall="without-overall" not in words,
    )


def chosen(review: Review, options: Options) -> Settled:
    """Return the appraisal with the instrument that is asked for.

    Where nothing is settled yet, it is that with the first instrument of the protocol,
    each study not settled. Raises CannotExport where there is no instrument, or several
    are used and none is named, or where the field for weights is none.
    """
    weights = _weights(review, options.weight)
    found = appraisals.appraisals(review)
    if not found:
        in_force = review.instruments.in_force()
        found = [appraisals.planned(review, instrument) for instrument in in_force]
        found = found if options.instrument else found[:1]
    keys = [each.instrument.key for each in found]
    if not found:
        raise CannotExport(NOTHING)
    if len(found) > 1 and not options.instrument:
        raise CannotExport(f"Name one instrument of several: {', '.join(keys)}.")
    try:
        settled = appraisals.choose(found, options.instrument)
    except appraisals.UnknownInstrument as error:
        raise CannotExport(
            f"Nothing is settled with an instrument {options.instrument!r}; "
            f"there is {', '.join(keys)}."
        ) from error
    return appraisals.weighed(settled, weights) if weights else settled


def _weights(review: Review, code: str) -> ExtractionField | None:
    """Return the field for weights that is asked for. Raises CannotExport."""
    fields = {field.code: field for field in appraisals.weight_fields(review)}
    if code and code not in fields:
        known = ", ".join(fields) or "none"
        raise CannotExport(
            f"Weights are settled numbers: there is no field {code!r} of numbers in "
            f"the protocol, but {known}."
        )
    return fields.get(code)


def draw(
    appraisal: Appraisal, choice: Choice, *, link: summary.Link | None = None
) -> Drawing:
    """Draw a figure: whole for a picture, in pages for a document."""
    shown = appraisal if choice.with_overall else appraisal.without_overall()
    if choice.kind == SUMMARY:
        whole = summary.draw(shown, palette=choice.palette, link=link)
        return Drawing(whole, (whole,), f"Appraisal with {appraisal.name}, summary")
    return Drawing(
        traffic.draw(shown, palette=choice.palette),
        tuple(traffic.pages(shown, palette=choice.palette)),
        f"Appraisal with {appraisal.name}",
    )


def drawing(review: Review, options: Options) -> Drawing:
    """Return the figure that is asked for. Raises CannotExport."""
    return draw(chosen(review, options).appraisal.unlinked(), choice(options))


def tables(review: Review, options: Options) -> Sequence[Table]:
    """Return a table for each instrument, and one with the reasons. CannotExport."""
    found = appraisals.appraisals(review)
    if options.instrument or not found:
        found = [chosen(review, options)]
    return [made for each in found for made in (_levels(each), _reasons(each)) if made]


def _levels(settled: Settled) -> Table:
    appraisal = settled.appraisal
    has_details = any(line.detail for line in appraisal.lines)
    is_grouped = any(line.group for line in appraisal.lines)
    columns = [Column(appraisal.unit.capitalize(), 3)]
    if has_details:
        columns.append(Column("Of", 3))
    columns += [Column(domain.code, 1.2) for domain in appraisal.domains]
    groups: dict[str, list[Row]] = {}
    for line in appraisal.lines:
        cells = [Cell(line.label, path=line.url)]
        if has_details:
            cells.append(Cell(line.detail))
        cells += [Cell(level.label) for level in line.levels]
        groups.setdefault(line.group, []).append(Row(tuple(cells)))
    return Table(
        title=f"Appraisal with {appraisal.name}",
        columns=tuple(columns),
        groups=tuple(Group(label, rows) for label, rows in groups.items()),
        notes=tuple(map(_spelt, appraisal.domains)),
        landscape=len(columns) > 6,
        grouped_by="Outcome" if is_grouped else "",
    )


def _spelt(domain: Domain) -> str:
    return f"{domain.code}: {domain.name}."


def _reasons(settled: Settled) -> Table | None:
    """Return every judgment with its reason, where one was written."""
    if not (settled.judges and settled.targets):
        return None
    appraisal = settled.appraisal
    rows = [
        Row.of(target, domain.name, level.label, support)
        for target, line, supports in zip(
            settled.targets, appraisal.lines, settled.supports, strict=True
        )
        for domain, level, support in zip(
            appraisal.domains, line.levels, supports, strict=True
        )
        if level.is_said
    ]
    if not any(row.cells[-1].text for row in rows):
        return None
    columns = [
        Column(appraisal.unit.capitalize(), 2),
        Column("Domain", 2),
        Column("Judgement"),
        Column("Support for the judgement", 4),
    ]
    title = f"Support for the judgements with {appraisal.name}"
    return plain(title, columns, rows, landscape=True)


def _robvis(review: Review, options: Options) -> Iterator[bytes]:
    return delimited.parts([writing.table(chosen(review, options))])


WRITERS: Writers = {
    "appraisal": {
        **drawings.writers(drawing),
        ".csv": _robvis,
        **formats.documents(tables),
    },
}
