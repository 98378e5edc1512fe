"""The summary figure: for each domain, how much of the appraised is at which level.

One bar a domain, 100 per cent wide, the best level first, the overall judgment bold at
the bottom. Every line is in every bar: what is not settled, or is no part of an
appraisal, has a part of its own. With weights a bar shows shares of the weight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from reviews.figures.appraisal import Appraisal, Domain
from reviews.figures.levels import Level, Palette, Tone, bar_fill, fill, ink_on, symbol
from reviews.figures.svg import (
    FAINT,
    INK,
    MARGIN,
    SIZE,
    SMALL,
    SOFT,
    Sheet,
    leading,
    number,
    width,
    wrap,
)

BAR, HIGH, APART = 440.0, 24.0, 14.0
NARROWEST, WIDEST = 120.0, 300.0
Link = Callable[[Domain, Level], str]


@dataclass(frozen=True)
class Part:
    """A part of a bar: the lines at one level, and their share of the whole."""

    level: Level
    count: int
    share: float


@dataclass(frozen=True)
class Bar:
    """A domain with its parts, the best first; their shares add up to one."""

    domain: Domain
    parts: tuple[Part, ...]


def bars(appraisal: Appraisal) -> list[Bar]:
    """Return the bars; lines without a weight are left out of a weighted appraisal."""
    lines = [
        line for line in appraisal.lines if not is_left_out(appraisal, line.weight)
    ]
    weights = [(line.weight or 0) if appraisal.weighted_by else 1 for line in lines]
    whole = sum(weights)
    found = []
    for place, domain in enumerate(appraisal.domains):
        parts = []
        for level, shown in appraisal.shown.items():
            held = [
                weight
                for line, weight in zip(lines, weights, strict=True)
                if line.levels[place] == level
            ]
            if held:
                share = sum(held) / whole if whole else 0
                parts.append(Part(shown, len(held), share))
        found.append(Bar(domain, tuple(parts)))
    return found


def is_left_out(appraisal: Appraisal, weight: float | None) -> bool:
    """Tell whether a line has no weight where weights are asked for."""
    return bool(appraisal.weighted_by) and (weight is None or weight <= 0)


def left_out(appraisal: Appraisal) -> list[str]:
    """Return the labels of the lines that no weighted bar holds."""
    return [
        line.label for line in appraisal.lines if is_left_out(appraisal, line.weight)
    ]


def draw(
    appraisal: Appraisal,
    *,
    palette: Palette = Palette.COCHRANE,
    link: Link | None = None,
) -> str:
    """Draw the bars; `link` says where the part of a domain at a level leads."""
    sheet = Sheet(
        title=f"Appraisal with {appraisal.name}, summary",
        description=_description(appraisal),
    )
    names = [_name(domain) for domain in appraisal.domains]
    widths = [
        width(name, bold=domain.is_overall)
        for name, domain in zip(names, appraisal.domains, strict=True)
    ]
    room = min(max([NARROWEST, *widths]), WIDEST)
    left = MARGIN + room + 14
    y = MARGIN
    for bar in bars(appraisal):
        y = _bar(sheet, appraisal, bar, room, left, y, palette, link)
    y = _axis(sheet, appraisal, left, y)
    y = _legend(sheet, appraisal, y + 12, left + BAR, palette)
    y = _notes(sheet, appraisal, y, left + BAR)
    return sheet.finish(left + BAR + MARGIN + 14, y + 4)


def _name(domain: Domain) -> str:
    return domain.name if domain.is_overall else f"{domain.code}: {domain.name}"


def _description(appraisal: Appraisal) -> str:
    told = [
        f"{bar.domain.name}: "
        + ", ".join(f"{part.level.label} {percent(part.share)}" for part in bar.parts)
        for bar in bars(appraisal)
    ]
    return ". ".join(told)


def _bar(
    sheet: Sheet,
    appraisal: Appraisal,
    bar: Bar,
    room: float,
    left: float,
    top: float,
    palette: Palette,
    link: Link | None,
) -> float:
    bold = bar.domain.is_overall
    lines = wrap(_name(bar.domain), room, bold=bold)
    high = max(HIGH, len(lines) * leading(SIZE))
    middle = top + high / 2
    first = middle - len(lines) * leading(SIZE) / 2 + 12
    sheet.paragraph(left - 14, first, lines, bold=bold, anchor="end")
    x = left
    for part in bar.parts:
        url = link(bar.domain, part.level) if link else ""
        told = sheet.group(_told(appraisal, bar.domain, part), url=url)
        shown = percent(part.share) if appraisal.weighted_by else str(part.count)
        _part(sheet, part, shown, x, middle, palette, told)
        x += part.share * BAR
    return top + high + APART


def _part(
    sheet: Sheet,
    part: Part,
    shown: str,
    left: float,
    middle: float,
    palette: Palette,
    told: ET.Element,
) -> None:
    """Draw a part of a bar, with its symbol and its number where there is room."""
    wide, level = part.share * BAR, part.level
    colour = bar_fill(sheet, level, palette)
    top = middle - HIGH / 2
    sheet.rect(left, top, wide, HIGH, fill=colour, stroke=INK, parent=told)
    ink = ink_on(fill(level, palette))
    words = width(shown, size=SMALL)
    centre = left + wide / 2
    aside = 9 if level.symbol else 0
    has_number = wide >= words + 2 * aside + 8
    if level.symbol and wide >= 12:
        at = centre - words / 2 - 1 if has_number else centre
        symbol(sheet, level, at, middle, ink=ink, radius=7.5, parent=told)
    if has_number:
        at = centre + aside
        if level.tone == Tone.UNSETTLED:
            # The number stands clear of the hatching.
            sheet.rect(
                at - words / 2 - 3,
                middle - 8,
                words + 6,
                16,
                fill="#FFFFFF",
                parent=told,
            )
        sheet.text(
            at, middle + 4, shown, size=SMALL, anchor="middle", fill=ink, parent=told
        )


def _told(appraisal: Appraisal, domain: Domain, part: Part) -> str:
    units = appraisal.unit if part.count == 1 else appraisal.units
    told = f"{domain.name}: {part.level.label}: {part.count} {units}"
    return f"{told}, {percent(part.share)}"


def percent(share: float) -> str:
    """Write a share with one place after the point where it needs one."""
    return f"{number(round(share * 100, 1))}%"


def _axis(sheet: Sheet, appraisal: Appraisal, left: float, top: float) -> float:
    sheet.line([(left, top), (left + BAR, top)])
    for percent in (0, 25, 50, 75, 100):
        x = left + BAR * percent / 100
        sheet.line([(x, top), (x, top + 5)])
        sheet.text(x, top + 18, f"{percent}%", size=SMALL, anchor="middle")
    what = f"of {appraisal.units}"
    if appraisal.weighted_by:
        what += f", weighted by {appraisal.weighted_by}"
    y = top + 36
    for line in wrap(f"Per cent {what}", BAR, size=SMALL):
        sheet.text(left + BAR / 2, y, line, size=SMALL, anchor="middle", fill=SOFT)
        y += leading(SMALL)
    return y


def _legend(
    sheet: Sheet, appraisal: Appraisal, top: float, right: float, palette: Palette
) -> float:
    x, y = MARGIN, top
    for level in appraisal.legend:
        lines = wrap(level.label, 220, size=SMALL)
        wide = 30 + max(width(line, size=SMALL) for line in lines) + 20
        if x > MARGIN and x + wide > right:
            x, y = MARGIN, y + 26
        sheet.rect(
            x,
            y - 9,
            18,
            18,
            fill=bar_fill(sheet, level, palette),
            stroke=FAINT if level.tone == Tone.NOT_PART else INK,
        )
        if level.symbol:
            ink = ink_on(fill(level, palette))
            symbol(sheet, level, x + 9, y, ink=ink, radius=8)
        sheet.paragraph(x + 26, y + 4, lines, size=SMALL)
        x += wide
    return y + 26


def _notes(sheet: Sheet, appraisal: Appraisal, top: float, right: float) -> float:
    labels = left_out(appraisal)
    if not labels:
        return top
    words = f"Without a weight, so in no bar: {'; '.join(labels)}."
    lines = wrap(words, right - MARGIN, size=SMALL)
    return sheet.paragraph(MARGIN, top + 4, lines, size=SMALL, fill=SOFT) + 4
