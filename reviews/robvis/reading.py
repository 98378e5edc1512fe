"""A table of robvis, read: only what is a level beyond doubt.

Any other word is named with its line and column, and nothing is stored.
"""

import re
from collections.abc import Sequence

from reviews.figures.appraisal import Appraisal, Domain, Line
from reviews.figures.levels import Level
from reviews.formats import delimited
from reviews.formats.delimited import Numbered, Problem, Unreadable
from reviews.robvis.tools import GENERIC, NONE, OVERALL, STUDY, TOOLS, WEIGHT, Tool

MOST_COLUMNS = 40
_NUMBERED = re.compile(r"d(omain)?[ ._]?\d+[a-z]?\Z", re.IGNORECASE)
# No weight needs more digits, and with a few hundred it would be no number any more.
_NUMBER = re.compile(r"\d{1,15}([.,]\d+)?\Z", re.ASCII)


def read(data: bytes, *, tool: str = "") -> Appraisal:
    """Read a table of robvis; `tool` is the key of its template, empty to tell it.

    Raises Unreadable, with every problem that there is.
    """
    rows = _rows(data)
    (_, headings), *lines = rows
    domains, has_overall, has_weight = _columns(headings)
    template = _template(domains, lines, tool, has_overall=has_overall)
    problems: list[Problem] = []
    found = []
    for at, cells in lines:
        if len(cells) != len(headings):
            what = f"{len(cells)} cells where the headings are {len(headings)}."
            problems.append(Problem(what, at))
            continue
        weight = _weight(cells[-1], at, problems) if has_weight else None
        end = len(cells) - 1 if has_weight else len(cells)
        found.append(
            Line(
                cells[0] or _nameless(at, problems),
                tuple(
                    _read(cell, template, at, heading, problems)
                    for cell, heading in zip(cells[1:end], headings[1:end], strict=True)
                ),
                weight=weight,
            )
        )
    if problems:
        raise Unreadable(problems)
    return Appraisal(
        template.name,
        template.unit,
        template.units,
        _named(domains, template, has_overall=has_overall),
        tuple(found),
    )


def _rows(data: bytes) -> list[Numbered]:
    """Return the headings and the lines under them, each with its number."""
    found = [
        (at, [cell.strip() for cell in cells])
        for at, cells in delimited.lines(data, noun="a table of judgments")
    ]
    if len(found) < 2:
        raise Unreadable([Problem("The file has no line under its headings.")])
    return found


def _columns(headings: list[str]) -> tuple[list[str], bool, bool]:
    """Return the headings of the domains, and whether overall and weight follow."""
    if len(headings) > MOST_COLUMNS:
        raise Unreadable([Problem(f"More than {MOST_COLUMNS} columns.", 1)])
    problems = []
    words = [heading.casefold() for heading in headings]
    if words[0] not in ("study", "studies", "result"):
        problems.append(
            Problem(f"The first column is “Study”, not “{headings[0]}”.", 1)
        )
    last = len(words)
    has_weight = words[-1] in ("weight", "weights")
    last -= has_weight
    has_overall = words[last - 1].startswith("overall")
    domains = headings[1 : last - has_overall]
    for place, heading in enumerate(headings[1:], start=2):
        if not heading:
            problems.append(Problem(f"Column {place} has no heading.", 1))
    doubles = {each for each in words if each and words.count(each) > 1}
    for heading in sorted(doubles):
        problems.append(Problem(f"Two columns are called “{heading}”.", 1))
    if not domains:
        problems.append(Problem("There is no column of a domain.", 1))
    if problems:
        raise Unreadable(problems)
    return domains, has_overall, has_weight


def _template(
    domains: Sequence[str],
    lines: Sequence[Numbered],
    tool: str,
    *,
    has_overall: bool,
) -> Tool:
    """Return the template: the one named, else the one whose columns and words fit."""
    for each in TOOLS:
        if each.key == tool:
            if each.domains and len(each.domains) != len(domains):
                what = (
                    f"{each.name} has {len(each.domains)} domains, and the file has "
                    f"{len(domains)}."
                )
                raise Unreadable([Problem(what, 1)])
            return each
    if not all(map(_NUMBERED.match, domains)):
        return GENERIC
    end = 1 + len(domains) + has_overall
    words = {cell.casefold() for _, cells in lines for cell in cells[1:end] if cell}
    for each in TOOLS:
        if each.domains and len(each.domains) == len(domains):
            # ROBINS-E has seven domains as ROBINS-I has, and other words.
            fits_generic = words <= GENERIC.words.keys()
            return GENERIC if fits_generic and not words <= each.words.keys() else each
    return GENERIC


def _read(
    cell: str, template: Tool, line: int, heading: str, problems: list[Problem]
) -> Level:
    level = NONE if not cell else template.words.get(" ".join(cell.casefold().split()))
    if level is None:
        known = ", ".join(each.label for each in (*template.levels, NONE))
        what = f"“{cell}” is no level of {template.name} ({known})."
        problems.append(Problem(what, line, heading))
        return NONE
    return level


def _weight(cell: str, line: int, problems: list[Problem]) -> float | None:
    if not cell:
        return None
    if not _NUMBER.match(cell):
        problems.append(Problem(f"“{cell}” is no number.", line, WEIGHT))
        return None
    return float(cell.replace(",", "."))


def _nameless(line: int, problems: list[Problem]) -> str:
    problems.append(Problem("The study has no name.", line, STUDY))
    return ""


def _named(
    headings: Sequence[str], template: Tool, *, has_overall: bool
) -> tuple[Domain, ...]:
    numbered = all(map(_NUMBERED.match, headings))
    names = template.domains if numbered and template.domains else headings
    found = [
        Domain(f"D{place}", name, f"D{place}")
        for place, name in enumerate(names, start=1)
    ]
    if has_overall:
        found.append(Domain(OVERALL, "Overall judgment", "overall", is_overall=True))
    return tuple(found)
