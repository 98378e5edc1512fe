"""The CSV of the R package PRISMA2020, written and read.

Its rows and columns are those of version 1.1.4 (Haddaway NR, et al. Campbell Syst Rev
2022;18:e1230). A list stands in one cell, "Label, 12; Label, 3", so no label may hold a
comma or a semicolon, and an apostrophe stops the drawing: they are written as ‚ ； and
’, each behind an invisible word joiner, by which reading turns them back. The package
checks nothing; here every line that cannot be read is named, and none is guessed.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reviews.diagram.filling import part_key
from reviews.diagram.prisma2020 import LABELS, UPDATE_LABELS
from reviews.diagram.text import clean
from reviews.flow.balance.form import NAMES, Counts, Parts, has_previous
from reviews.formats import delimited
from reviews.formats.delimited import SPACES, Numbered, Problem, Unreadable

COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")
MOST_PARTS = 500
NOTHING = "NA"
# What is a number that is not there.
_BLANK = frozenset({"", "na", "n/a", "xxx"})
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?", re.ASCII)
_PART = re.compile(
    r"(?P<label>.*?),\s*(?P<n>\d{1,3}(?:,\d{3})+|\d+|NA|n/a|xxx|)\s*",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
# A number within a label: perhaps the one of a label before it.
_TWO = re.compile(r",\s+\d", re.ASCII)
LONGEST_NUMBER = 12
_JOINER = "\u2060"
_WRITTEN = {
    _JOINER: _JOINER,
    ",": "\u201a",
    ";": "\uff1b",
    "'": "\u2019",
}
_MEANT = {written: meant for meant, written in _WRITTEN.items()}
_ESCAPED = re.compile(f"{_JOINER}(.)", re.DOTALL)
# What a spreadsheet would take for a formula, even behind what is not seen.
_FORMULA = re.compile(r"[\s'\"\u2018\u2019\u2060\ufeff]*[=+\-@＝＋－＠]")
_HARMLESS = f"{_JOINER}–"
SAID = (
    "Commas, semicolons and apostrophes in labels are written as ‚ ； ’, because the "
    "format cannot hold them; Twofold reads them back as they were."
)


@dataclass(frozen=True)
class Row:
    """A row of the file: its name, box and node, and the label that it prints."""

    data: str
    node: str
    box: str
    label: str
    # The count of the form, where it is called otherwise.
    count: str = ""

    @property
    def is_title(self) -> bool:
        return not self.data


# In the order of the package's own template.
ROWS = (
    Row("", "node4", "prevstud", "hdr_previous"),
    Row("previous_studies", "node5", "box1", "previous_studies"),
    Row("previous_reports", NOTHING, "box1", "previous_reports"),
    Row("", "node6", "newstud", "hdr_dbr"),
    Row("database_results", "node7", "box2", "database_results"),
    Row("database_specific_results", NOTHING, "box2", "", "database_specific"),
    Row("register_results", NOTHING, "box2", "register_results"),
    Row("register_specific_results", NOTHING, "box2", "", "register_specific"),
    Row("", "node16", "othstud", "hdr_other"),
    Row("website_results", "node17", "box11", "website_results"),
    Row("organisation_results", NOTHING, "box11", "organisation_results"),
    Row("citations_results", NOTHING, "box11", "citations_results"),
    Row("duplicates", "node8", "box3", "duplicates"),
    Row("excluded_automatic", NOTHING, "box3", "excluded_automatic"),
    Row("excluded_other", NOTHING, "box3", "excluded_other"),
    Row("records_screened", "node9", "box4", "records_screened"),
    Row("records_excluded", "node10", "box5", "records_excluded"),
    Row("dbr_sought_reports", "node11", "box6", "dbr_sought_reports"),
    Row("dbr_notretrieved_reports", "node12", "box7", "dbr_notretrieved_reports"),
    Row("other_sought_reports", "node18", "box12", "other_sought_reports"),
    Row("other_notretrieved_reports", "node19", "box13", "other_notretrieved_reports"),
    Row("dbr_assessed", "node13", "box8", "dbr_assessed"),
    Row("dbr_excluded", "node14", "box9", "dbr_excluded"),
    Row("other_assessed", "node20", "box14", "other_assessed"),
    Row("other_excluded", "node21", "box15", "other_excluded"),
    Row("new_studies", "node15", "box10", "new_studies"),
    Row("new_reports", NOTHING, "box10", "new_reports"),
    Row("total_studies", "node22", "box16", "total_studies"),
    Row("total_reports", NOTHING, "box16", "total_reports"),
    Row("identification", "node1", "identification", "identification"),
    Row("screening", "node2", "screening", "screening"),
    Row("included", "node3", "included", "included"),
    Row("total_studies_ma", "node23", "box17", "total_studies_ma"),
    Row("total_reports_ma", NOTHING, "box17", "total_reports_ma"),
)
LISTS = frozenset(
    {"database_specific", "register_specific", "dbr_excluded", "other_excluded"}
)
_BARS = frozenset({"identification", "screening", "included"})
_BY_DATA = {row.data: row for row in ROWS if row.data}
_BY_BOX = {row.box: row for row in ROWS if row.is_title}


@dataclass(frozen=True)
class Sheet:
    """What stands in a file: the numbers, and the labels that are not official."""

    counts: Counts
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """Return the form that the numbers need."""
        has_other = any(
            getattr(self.counts, name)
            for name in (
                "website_results",
                "organisation_results",
                "citations_results",
                "other_sought_reports",
                "other_assessed",
                "other_excluded",
            )
        )
        updated = self.counts.previous_studies or self.counts.previous_reports
        return f"{'update' if updated else 'new'}_v{2 if has_other else 1}"


def write(
    counts: Counts, *, template: str, labels: Mapping[str, str] | None = None
) -> str:
    """Write the counts with the labels as they are drawn.

    What the file has no row for, such as the split of what people and tools excluded
    or the box of studies in synthesis, is left out.
    """
    updated = UPDATE_LABELS if has_previous(template) else {}
    own = labels or {}
    drawn = {**LABELS, **updated, **own}
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in ROWS:
        count = row.count or row.data
        if count in LISTS:
            number = _list(getattr(counts, count), count, own)
        elif row.is_title or count in _BARS:
            number = NOTHING
        else:
            value: int | None = getattr(counts, count)
            number = NOTHING if value is None else str(value)
        text = _writable(drawn[row.label]) if row.label else _heading(count)
        told = f"{_heading(count)}. {SAID}" if count in LISTS else _heading(count)
        url = NOTHING if row.node == NOTHING else f"{row.data or row.box}.html"
        cells = (row.data or NOTHING, row.node, row.box)
        writer.writerow((*cells, told or text, text, text, url, number))
    return file.getvalue()


def read(data: bytes) -> Sheet:
    """Read a file of the package, or one that was written here.

    Raises Unreadable, with every problem that there is.
    """
    headings, lines = _lines(data)
    place = {name: headings.index(name) for name in COLUMNS if name in headings}
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    labels: dict[str, str] = {}
    seen: set[Row] = set()
    for at, cells in lines:
        said = {name: cells[n] if n < len(cells) else "" for name, n in place.items()}
        row = _row(said, at, problems)
        if row is None:
            continue
        if row in seen:
            name = row.data or row.box
            problems.append(Problem(f"“{name}” stands in an earlier line too.", at))
            continue
        seen.add(row)
        if row.label:
            labels |= _label(row, said.get("boxtext", ""))
        count = row.count or row.data
        if count in LISTS:
            parts, own = _read_list(count, said["n"], at, problems)
            found[count] = parts
            labels |= own
        elif count and count not in _BARS:
            found[count] = _read_number(said["n"], at, problems)
    if not problems and not seen:
        problems.append(Problem("No line is one of the R package PRISMA2020."))
    if problems:
        raise Unreadable(problems)
    return Sheet(Counts(**found), labels)


def _list(parts: Parts | None, name: str, own: Mapping[str, str]) -> str:
    if parts is None:
        return NOTHING
    if not parts:
        return "0" if name.endswith("_excluded") else NOTHING
    written = [
        f"{_writable(own.get(part_key(name, part), part))}, "
        f"{NOTHING if number is None else number}"
        for part, number in parts.items()
    ]
    return "; ".join(written)


def _writable(label: str) -> str:
    """Write a label without what the package cannot read, so that it can be undone."""
    written = "".join(
        _JOINER + _WRITTEN[char] if char in _WRITTEN else char for char in clean(label)
    )
    return _HARMLESS + written if _FORMULA.match(written) else written


def _readable(label: str) -> str:
    """Turn back what was written for a mark that the format cannot hold."""
    label = label.strip(SPACES).removeprefix(_HARMLESS)
    return clean(_ESCAPED.sub(lambda found: _MEANT.get(found[1], found[0]), label))


def _heading(count: str) -> str:
    return NAMES.get(count, "")


def _lines(data: bytes) -> tuple[list[str], list[Numbered]]:
    """Return the headings, and the lines that say something with their numbers."""
    (at, headings), *lines = delimited.lines(data, noun="a flow diagram")
    headings = [heading.casefold() for heading in headings]
    missing = [name for name in ("data", "n") if name not in headings]
    if missing:
        listed = " and ".join(f"“{name}”" for name in missing)
        told = f"There is no column {listed}. The first line names the columns."
        raise Unreadable([Problem(told, at)])
    return headings, lines


def _row(said: Mapping[str, str], at: int, problems: list[Problem]) -> Row | None:
    """Return the row that a line is; a name that is none is told."""
    data = said["data"]
    if data.casefold() in _BLANK:
        box = said.get("box", "")
        if box in _BY_BOX:
            return _BY_BOX[box]
        told = f"It has no name, and “{box[:40]}” is the box of no title."
        problems.append(Problem(told, at))
        return None
    if data not in _BY_DATA:
        told = f"“{data[:40]}” is no row of the R package PRISMA2020."
        problems.append(Problem(told, at))
        return None
    return _BY_DATA[data]


def _label(row: Row, written: str) -> dict[str, str]:
    """Return the label of a row if it is another than the official one."""
    label = _readable(written)
    official = {LABELS[row.label], UPDATE_LABELS.get(row.label)}
    # The package's own word for what the official form calls in full.
    official |= {"Duplicate records"} if row.label == "duplicates" else set()
    if label.casefold() in _BLANK or label in official:
        return {}
    return {row.label: label}


def _read_number(
    written: str, at: int, problems: list[Problem], what: str = ""
) -> int | None:
    if written.casefold() in _BLANK:
        return None
    found = _NUMBER.fullmatch(written)
    if found is None or len(found[1]) > LONGEST_NUMBER:
        of = f" of “{what[:40]}”" if what else ""
        told = f"“{written[:40]}”{of} is no whole number. Leave it blank if unknown."
        problems.append(Problem(told, at))
        return None
    return int(found[1].replace(",", ""))


def _read_list(
    name: str, written: str, at: int, problems: list[Problem]
) -> tuple[Parts | None, dict[str, str]]:
    """Read "Label, 12; Label, 3"; a number alone is one that has no label."""
    if written.casefold() in _BLANK:
        return None, {}
    if _NUMBER.fullmatch(written):
        number = _read_number(written, at, problems)
        return ({"": number} if number else {}), {part_key(name, ""): "Not told apart"}
    found: dict[str, int | None] = {}
    for part in _parts(written):
        match = _PART.fullmatch(part)
        if match is None or not match["label"].strip(SPACES):
            told = f"“{part[:60]}” is no label with its number, such as “Reason, 12”."
            problems.append(Problem(told, at))
            continue
        if _TWO.search(match["label"]):
            told = f"“{part[:60]}” may be two: put a semicolon between them, or ‚ for a"
            problems.append(Problem(f"{told} comma within a label.", at))
            continue
        label = _readable(match["label"])
        if label in found:
            problems.append(Problem(f"“{label[:60]}” is listed twice.", at))
        found[label] = _read_number(match["n"], at, problems, label)
    if len(found) > MOST_PARTS:
        problems.append(Problem(f"More than {MOST_PARTS} are listed.", at))
    return found, {}


def _parts(written: str) -> Iterator[str]:
    for part in written.split(";"):
        if part := part.strip(SPACES):
            yield part
