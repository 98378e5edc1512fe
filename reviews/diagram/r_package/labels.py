"""Labels as the CSV of the R package PRISMA2020 can hold them.

A list stands in one cell, "Label, 12; Label, 3", so no label may hold a comma or a
semicolon, and an apostrophe stops the drawing: they are written as ‚ ； and ’, each
behind an invisible word joiner, by which reading turns them back.
"""

import re

from reviews.diagram.text import clean
from reviews.formats.delimited import SPACES

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


def writable(label: str) -> str:
    """Write a label without what the package cannot read, so that it can be undone."""
    written = "".join(
        _JOINER + _WRITTEN[char] if char in _WRITTEN else char for char in clean(label)
    )
    return _HARMLESS + written if _FORMULA.match(written) else written


def readable(label: str) -> str:
    """Turn back what was written for a mark that the format cannot hold."""
    label = label.strip(SPACES).removeprefix(_HARMLESS)
    return clean(_ESCAPED.sub(lambda found: _MEANT.get(found[1], found[0]), label))
