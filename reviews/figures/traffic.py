"""The traffic-light figure: a row for each thing appraised, a column for each domain.

As reviews print it (McGuinness and Higgins 2021, doi:10.1002/jrsm.1411): the symbol
and the colour both tell the level, and every mark says itself in words. A long table
goes on over pages, each with its headings, its legend and the key to the domains.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reviews.figures.appraisal import Appraisal, Domain, Line
from reviews.figures.levels import Level, Palette, mark
from reviews.figures.svg import (
    FAINT,
    MARGIN,
    SMALL,
    SOFT,
    Sheet,
    leading,
    width,
    wrap,
)

CELL, OVERALL, GAP = 38.0, 62.0, 10.0
NARROWEST, WIDEST = 130.0, 300.0
ROW, PADDING = 36.0, 7.0
HEAD, BAND = 30.0, 22.0
# The height of the rows of one page: an upright sheet with its legend below.
PAGE = 900.0
SHADE = "#E6E6E6"
LEGEND_WIDEST = 230.0


@dataclass(frozen=True)
class _Row:
    """A line as it is set; a heading of a group has no line."""

    height: float
    lines: tuple[str, ...]
    details: tuple[str, ...] = ()
    line: Line | None = None


@dataclass(frozen=True)
class _Grid:
    """Where the columns stand."""

    labels: float
    # The left edge and the width of each column.
    places: tuple[tuple[float, float], ...]

    @property
    def right(self) -> float:
        left, wide = self.places[-1] if self.places else (MARGIN + self.labels, 0)
        return left + wide


def draw(appraisal: Appraisal, *, palette: Palette = Palette.COCHRANE) -> str:
    """Draw all in one figure, as tall as it comes."""
    grid = _grid(appraisal)
    return _page(appraisal, grid, list(_rows(appraisal, grid)), palette, "")


def pages(
    appraisal: Appraisal,
    *,
    palette: Palette = Palette.COCHRANE,
    height: float = PAGE,
) -> list[str]:
    """Draw as many figures as it takes for none to be taller than a page."""
    grid = _grid(appraisal)
    parts = list(_parts(list(_rows(appraisal, grid)), height))
    return [
        _page(appraisal, grid, rows, palette, _place(number, len(parts)))
        for number, rows in enumerate(parts, start=1)
    ]


def _place(number: int, count: int) -> str:
    return f"Page {number} of {count}" if count > 1 else ""


def _grid(appraisal: Appraisal) -> _Grid:
    # Names of studies are short; one long one may break, and not make all wide.
    labels = [
        wide
        for line in appraisal.lines
        for wide in (width(line.label), width(line.detail, size=SMALL))
    ]
    room = min(max([NARROWEST, *labels]) + PADDING * 2, WIDEST)
    left, places, before = MARGIN + room, [], None
    for domain in appraisal.domains:
        if before is not None and _kind(before) != _kind(domain):
            left += GAP
        wide = _column(domain)
        places.append((left, wide))
        left, before = left + wide, domain
    return _Grid(room, tuple(places))


def _kind(domain: Domain) -> tuple[bool, bool]:
    return domain.is_overall, domain.is_applicability


def _column(domain: Domain) -> float:
    least = OVERALL if domain.is_overall else CELL
    return max(least, width(domain.code, bold=True) + PADDING * 2)


def _rows(appraisal: Appraisal, grid: _Grid) -> Iterator[_Row]:
    group = ""
    room = grid.labels - PADDING * 2
    for line in appraisal.lines:
        if line.group != group:
            group = line.group
            lines = wrap(group, grid.right - MARGIN - PADDING * 2, bold=True)
            if group:
                yield _Row(len(lines) * leading(13) + PADDING * 2, tuple(lines))
        lines = wrap(line.label, room)
        details = wrap(line.detail, room, size=SMALL) if line.detail else []
        high = len(lines) * leading(13) + len(details) * leading(SMALL)
        height = max(ROW, high + PADDING * 2)
        yield _Row(height, tuple(lines), tuple(details), line)


def _parts(rows: Sequence[_Row], height: float) -> Iterator[list[_Row]]:
    """Cut the rows into pages; a group that goes on has its heading again."""
    part: list[_Row] = []
    heading: _Row | None = None
    used = 0.0
    for place, row in enumerate(rows):
        is_heading = row.line is None
        # A heading stays with the first of its rows.
        after = rows[place + 1].height if is_heading and place + 1 < len(rows) else 0
        if part and used + row.height + after > height:
            yield part
            part, used = [], 0.0
            if heading is not None and not is_heading:
                part, used = [heading], heading.height
        if is_heading:
            heading = row
        part.append(row)
        used += row.height
    if part or not rows:
        yield part


def _page(
    appraisal: Appraisal,
    grid: _Grid,
    rows: Sequence[_Row],
    palette: Palette,
    place: str,
) -> str:
    sheet = Sheet(title=_title(appraisal, place), description=_description(appraisal))
    shaded = sheet.group()
    top = _head(sheet, appraisal, grid)
    bottom = top + sum(row.height for row in rows)
    for domain, (left, wide) in zip(appraisal.domains, grid.places, strict=True):
        if domain.is_overall:
            sheet.rect(left, MARGIN, wide, bottom - MARGIN, fill=SHADE, parent=shaded)
    shown = appraisal.shown
    y = top
    for row in rows:
        _row(sheet, appraisal, grid, row, y, palette, shown)
        y += row.height
    sheet.line([(MARGIN, y), (grid.right, y)], weight=1.5)
    right = max(grid.right, MARGIN + 520)
    y = _foot(sheet, appraisal, y + 22, right, palette)
    if place:
        sheet.text(right, y, place, size=SMALL, anchor="end", fill=SOFT)
        y += leading(SMALL)
    return sheet.finish(right + MARGIN, y + MARGIN - 8)


def _title(appraisal: Appraisal, place: str) -> str:
    title = f"Appraisal with {appraisal.name}, one by one"
    return f"{title}. {place}" if place else title


def _description(appraisal: Appraisal) -> str:
    count = len(appraisal.lines)
    units = appraisal.unit if count == 1 else appraisal.units
    columns = len(appraisal.domains)
    return (
        f"A table of {count} {units} in rows and {columns} "
        f"column{'' if columns == 1 else 's'}; a circle with a symbol tells each level."
    )


def _head(sheet: Sheet, appraisal: Appraisal, grid: _Grid) -> float:
    """Write the headings of the columns; return where the rows begin."""
    top = MARGIN
    if any(domain.is_applicability for domain in appraisal.domains):
        _bands(sheet, appraisal, grid, top)
        top += BAND
    room = grid.labels - PADDING * 2
    names = wrap(appraisal.name, room, bold=True)
    height = max(HEAD, len(names) * leading(13) + PADDING * 2)
    base = top + height - 10
    sheet.paragraph(
        MARGIN + PADDING, base - (len(names) - 1) * leading(13), names, bold=True
    )
    for domain, (left, wide) in zip(appraisal.domains, grid.places, strict=True):
        head = sheet.group(f"{domain.code}: {domain.name}")
        middle = left + wide / 2
        sheet.text(middle, base, domain.code, bold=True, anchor="middle", parent=head)
    bottom = top + height
    sheet.line([(MARGIN, bottom), (grid.right, bottom)], weight=1.5)
    return bottom


def _bands(sheet: Sheet, appraisal: Appraisal, grid: _Grid, top: float) -> None:
    """Name risk of bias and applicability above their columns."""
    for name, wanted in (("Risk of bias", False), ("Applicability", True)):
        places = [
            place
            for domain, place in zip(appraisal.domains, grid.places, strict=True)
            if domain.is_applicability == wanted and not domain.is_overall
        ]
        if not places:
            continue
        left, right = places[0][0], places[-1][0] + places[-1][1]
        middle = (left + right) / 2
        sheet.text(middle, top + 14, name, size=SMALL, anchor="middle", fill=SOFT)
        sheet.line([(left + 3, top + 20), (right - 3, top + 20)], stroke=FAINT)


def _row(
    sheet: Sheet,
    appraisal: Appraisal,
    grid: _Grid,
    row: _Row,
    top: float,
    palette: Palette,
    shown: dict[Level, Level],
) -> None:
    if row.line is None:
        sheet.rect(MARGIN, top, grid.right - MARGIN, row.height, fill="#F4F4F4")
        y = top + PADDING + 12
        sheet.paragraph(MARGIN + PADDING, y, row.lines, bold=True)
        return
    high = len(row.lines) * leading(13) + len(row.details) * leading(SMALL)
    y = top + (row.height - high) / 2 + 12
    named = sheet.group(url=row.line.url, told=row.line.label if row.line.url else "")
    y = sheet.paragraph(MARGIN + PADDING, y, row.lines, parent=named)
    sheet.paragraph(
        MARGIN + PADDING, y - 1, row.details, size=SMALL, fill=SOFT, parent=named
    )
    middle = top + row.height / 2
    columns = zip(appraisal.domains, grid.places, row.line.levels, strict=True)
    for domain, (left, wide), level in columns:
        told = sheet.group(appraisal.told(row.line, domain, level))
        mark(sheet, shown[level], left + wide / 2, middle, palette=palette, parent=told)
    bottom = top + row.height
    sheet.line([(MARGIN, bottom), (grid.right, bottom)], stroke=FAINT, weight=0.5)


def _foot(
    sheet: Sheet, appraisal: Appraisal, top: float, right: float, palette: Palette
) -> float:
    """Set the key to the domains on the left and the legend on the right."""
    labels = [width(level.label, size=SMALL) for level in appraisal.legend]
    wide = min(max([90.0, *labels]) + 34, LEGEND_WIDEST)
    key = domain_key(sheet, appraisal.domains, MARGIN + PADDING, top, right - wide - 28)
    left = right - wide
    y = top
    sheet.text(left, y + 10, "Judgement", size=SMALL, bold=True)
    y += 26
    for level in appraisal.legend:
        mark(sheet, level, left + 9, y + 2, palette=palette, radius=8)
        lines = wrap(level.label, wide - 30, size=SMALL)
        bottom = sheet.paragraph(left + 26, y + 6, lines, size=SMALL)
        y = max(bottom + 2, y + 22)
    return max(key, y)


def domain_key(
    sheet: Sheet, domains: Iterable[Domain], left: float, top: float, right: float
) -> float:
    """Spell the codes of the columns out; return where what follows may begin."""
    named = [domain for domain in domains if not domain.is_overall]
    sheet.text(left, top + 10, "Domains", size=SMALL, bold=True)
    y = top + 28
    indent = max([24.0, *(width(d.code, size=SMALL, bold=True) for d in named)]) + 8
    for domain in named:
        sheet.text(left, y, domain.code, size=SMALL, bold=True)
        lines = wrap(domain.name, right - left - indent, size=SMALL)
        y = sheet.paragraph(left + indent, y, lines, size=SMALL) + 2
    return y
