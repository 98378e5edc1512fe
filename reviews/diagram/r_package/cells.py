"""The numbers and the lists in the cells of a CSV of the R package PRISMA2020.

A cell that cannot be read is named, and none is guessed.
"""

import re
from collections.abc import Iterator

from reviews.diagram.filling import part_key
from reviews.diagram.r_package.labels import readable
from reviews.flow.balance.form import Parts
from reviews.formats.delimited import SPACES, Problem

MOST_PARTS = 500
# What is a number that is not there.
BLANK = frozenset({"", "na", "n/a", "xxx"})
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?", re.ASCII)
_PART = re.compile(
    r"(?P<label>.*?),\s*(?P<n>\d{1,3}(?:,\d{3})+|\d+|NA|n/a|xxx|)\s*",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
# A number within a label: perhaps the one of a label before it.
_TWO = re.compile(r",\s+\d", re.ASCII)
LONGEST_NUMBER = 12


def read_number(
    written: str, at: int, problems: list[Problem], what: str = ""
) -> int | None:
    """Read a number; a blank is one that is not known."""
    if written.casefold() in BLANK:
        return None
    found = _NUMBER.fullmatch(written)
    if found is None or len(found[1]) > LONGEST_NUMBER:
        of = f" of “{what[:40]}”" if what else ""
        told = f"“{written[:40]}”{of} is no whole number. Leave it blank if unknown."
        problems.append(Problem(told, at))
        return None
    return int(found[1].replace(",", ""))


def read_list(
    name: str, written: str, at: int, problems: list[Problem]
) -> tuple[Parts | None, dict[str, str]]:
    """Read "Label, 12; Label, 3"; a number alone is one that has no label."""
    if written.casefold() in BLANK:
        return None, {}
    if _NUMBER.fullmatch(written):
        number = read_number(written, at, problems)
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
        label = readable(match["label"])
        if label in found:
            problems.append(Problem(f"“{label[:60]}” is listed twice.", at))
        found[label] = read_number(match["n"], at, problems, label)
    if len(found) > MOST_PARTS:
        problems.append(Problem(f"More than {MOST_PARTS} are listed.", at))
    return found, {}


def _parts(written: str) -> Iterator[str]:
    for part in written.split(";"):
        if part := part.strip(SPACES):
            yield part
