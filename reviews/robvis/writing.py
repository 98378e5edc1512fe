"""The table of judgments that the R package robvis draws, written as it reads it.

A column for the study, one for each domain in order, the overall judgment, then a
weight where there is one; robvis goes by the place of a column and by the first letter
of a word (McGuinness and Higgins 2021, doi:10.1002/jrsm.1411). Written are whole words
that it reads as meant.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from reviews.appraisals import Settled
from reviews.documents.table import Column, Row, Table, plain
from reviews.exports.options import CannotExport
from reviews.figures import summary
from reviews.figures.appraisal import Line
from reviews.figures.levels import UNSETTLED, Level, Tone
from reviews.figures.svg import number
from reviews.robvis.tools import OVERALL, STUDY, WEIGHT

# The instrument whose levels robvis calls by words of their own.
_ROBINS = "robins_i"


def table(settled: Settled) -> Table:
    """Return the table that robvis reads.

    Raises CannotExport where robvis has no word for what stands there.
    """
    _require_words(settled)
    _require_weights(settled)
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
    has_weights = bool(whole.weighted_by)
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


def _require_weights(settled: Settled) -> None:
    if without := summary.left_out(settled.appraisal):
        raise CannotExport(
            "robvis weighs every line or none, and these have no settled weight: "
            f"{'; '.join(without)}."
        )


def _names(lines: Sequence[Line]) -> Iterator[str]:
    """Yield a name for each line; robvis takes two of the same name for one study."""
    taken: set[str] = set()
    labels = Counter(line.label for line in lines)
    for line in lines:
        named = ", ".join(
            part for part in (line.label, line.group, line.detail) if part
        )
        name = line.label if labels[line.label] == 1 else named
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
