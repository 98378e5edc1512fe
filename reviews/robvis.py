"""The table of judgments that the R package robvis draws, written and read.

A column for the study, one for each domain in order, the overall judgment, then a
weight where there is one; robvis goes by the place of a column and by the first letter
of a word (McGuinness and Higgins 2021, doi:10.1002/jrsm.1411). Written are whole words
that it reads as meant. Read is only what is a level beyond doubt: any other word is
named with its line and column, and nothing is stored.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviews.appraisals import Settled
from reviews.documents.table import Column, Row, Table, plain
from reviews.exports.options import CannotExport
from reviews.figures.appraisal import Appraisal, Domain, Line
from reviews.figures.levels import UNSETTLED, Level, Tone
from reviews.figures.svg import number
from reviews.formats import delimited
from reviews.formats.delimited import Numbered, Problem, Unreadable

MOST_COLUMNS = 40
STUDY, OVERALL, WEIGHT = "Study", "Overall", "Weight"
# The instruments whose levels are named as robvis names them.
_ROBINS = "robins_i"
_NUMBERED = re.compile(r"d(omain)?[ ._]?\d+[a-z]?\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\d+([.,]\d+)?\Z", re.ASCII)

LOW = Level("low", "Low", Tone.GOOD, "+", "#02C100")
SOME = Level("some_concerns", "Some concerns", Tone.MIDDLE, "-", "#E2DF07")
MODERATE = Level("moderate", "Moderate", Tone.MIDDLE, "-", "#E2DF07")
UNCLEAR = Level("unclear", "Unclear", Tone.UNCLEAR, "?", "#E2DF07")
HIGH = Level("high", "High", Tone.BAD, "x", "#BF0000")
SERIOUS = Level("serious", "Serious", Tone.BAD, "x", "#BF0000")
CRITICAL = Level("critical", "Critical", Tone.WORST, "!", "#820000")
VERY_HIGH = Level("very_high", "Very high", Tone.WORST, "!", "#820000")
SILENT = Level("no_information", "No information", Tone.UNKNOWN, "?", "#4EA1F7")
NONE = Level("not_applicable", "Not applicable", Tone.NOT_APPLICABLE)


@dataclass(frozen=True)
class Tool:
    """A template of robvis: its domains, and the words and letters of its levels."""

    key: str
    name: str
    domains: tuple[str, ...]
    levels: tuple[Level, ...]
    unit: str = "study"
    units: str = "studies"

    @property
    def words(self) -> dict[str, Level]:
        """Each level by its words, with "risk" or without, and by its letters."""
        found: dict[str, Level] = {}
        for level in (*self.levels, NONE):
            words = level.label.casefold()
            found[words] = found[f"{words} risk"] = level
            found[f"{words} risk of bias"] = level
        letters = [(level, _letters(level)) for level in (*self.levels, NONE)]
        for level, short in letters:
            # A letter that could be two levels is none.
            if [each for _, each in letters].count(short) == 1:
                found.setdefault(short, level)
        return found


def _letters(level: Level) -> str:
    if level in (SILENT, NONE):
        return "".join(word[0] for word in level.label.casefold().split())
    return level.label[0].casefold()


ROB2 = Tool(
    "rob2",
    "RoB 2",
    (
        "Randomisation process",
        "Deviations from intended interventions",
        "Missing outcome data",
        "Measurement of the outcome",
        "Selection of the reported result",
    ),
    (LOW, SOME, HIGH, SILENT),
    "result",
    "results",
)
ROBINS_I = Tool(
    "robins_i",
    "ROBINS-I",
    (
        "Confounding",
        "Selection of participants",
        "Classification of interventions",
        "Deviations from intended interventions",
        "Missing data",
        "Measurement of outcomes",
        "Selection of the reported result",
    ),
    (LOW, MODERATE, SERIOUS, CRITICAL, SILENT),
    "result",
    "results",
)
QUADAS2 = Tool(
    "quadas2",
    "QUADAS-2",
    ("Patient selection", "Index test", "Reference standard", "Flow and timing"),
    (LOW, SOME, UNCLEAR, HIGH, SILENT),
)
GENERIC = Tool(
    "generic",
    "Risk of bias",
    (),
    (LOW, SOME, MODERATE, UNCLEAR, HIGH, SERIOUS, CRITICAL, VERY_HIGH, SILENT),
)
TOOLS = (ROB2, ROBINS_I, QUADAS2, GENERIC)


def table(settled: Settled) -> Table:
    """Return the table that robvis reads.

    Raises CannotExport where robvis has no word for what stands there.
    """
    _require_words(settled)
    appraisal = settled.appraisal
    whole = appraisal.only(d for d in appraisal.domains if not d.is_applicability)
    overall = whole.domains[-1:] if whole.has_overall else ()
    parts = [domain for domain in whole.domains if not domain.is_overall]
    is_numbered = settled.instrument.key in ("rob2", "robins_i", "quadas2")
    headings = [
        f"D{place}" if is_numbered else domain.name
        for place, domain in enumerate(parts, start=1)
    ]
    columns = [STUDY, *headings, *(OVERALL for _ in overall)]
    has_weights = bool(whole.lines) and all(line.weight for line in whole.lines)
    if has_weights:
        columns.append(WEIGHT)
    rows = [
        Row.of(
            name,
            *(_word(settled.instrument.key, level) for level in line.levels),
            *([number(line.weight or 0)] if has_weights else []),
        )
        for name, line in zip(_names(whole.lines), whole.lines, strict=True)
    ]
    return plain(whole.name, [Column(each) for each in columns], rows)


def _require_words(settled: Settled) -> None:
    name = settled.instrument.name
    if not settled.judges or settled.instrument.key in ("amstar2", "grade"):
        raise CannotExport(
            f"robvis draws judgments of risk of bias, and {name} gives answers of "
            "another kind. Take its table as .xlsx or .docx, or its figure."
        )
    open_lines = [
        line.label for line in settled.appraisal.lines if UNSETTLED in line.levels
    ]
    if open_lines:
        raise CannotExport(
            "robvis has no word for what is not settled, and would draw it as not "
            f"applicable: {'; '.join(open_lines)}. Settle it first, or take the table "
            "as .xlsx or .docx, which say so."
        )


def _names(lines: Sequence[Line]) -> Iterator[str]:
    """Yield a name for each line; robvis takes two of the same name for one study."""
    taken: set[str] = set()
    for line in lines:
        named = ", ".join(
            part for part in (line.label, line.group, line.detail) if part
        )
        plain_names = [each.label for each in lines]
        name = line.label if plain_names.count(line.label) == 1 else named
        again, unlike = 2, name
        while unlike in taken:
            unlike, again = f"{name} ({again})", again + 1
        taken.add(unlike)
        yield unlike


def _word(instrument: str, level: Level) -> str:
    """Return the word that robvis reads as this level; empty is not applicable."""
    robins = instrument == _ROBINS
    unclear = "Some concerns" if instrument == "quadas2" else "Unclear"
    return {
        Tone.GOOD: "Low",
        Tone.MIDDLE: "Moderate" if robins else "Some concerns",
        Tone.UNCLEAR: unclear,
        Tone.BAD: "Serious" if robins else "High",
        Tone.WORST: "Critical",
        Tone.UNKNOWN: "No information",
    }.get(level.tone, "")


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
    if len(headings) > MOST_COLUMNS:
        problems.append(Problem(f"More than {MOST_COLUMNS} columns.", 1))
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
