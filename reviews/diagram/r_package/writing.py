"""The CSV of the R package PRISMA2020, written."""

import csv
import io
from collections.abc import Mapping

from reviews.diagram.filling import part_key
from reviews.diagram.r_package.labels import SAID, writable
from reviews.diagram.r_package.table import BARS, COLUMNS, LISTS, NOTHING, ROWS
from reviews.diagram.wording import LABELS, UPDATE_LABELS
from reviews.flow.balance.form import NAMES, Counts, Parts, has_previous


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
        elif row.is_title or count in BARS:
            number = NOTHING
        else:
            value: int | None = getattr(counts, count)
            number = NOTHING if value is None else str(value)
        text = writable(drawn[row.label]) if row.label else _heading(count)
        told = f"{_heading(count)}. {SAID}" if count in LISTS else _heading(count)
        url = NOTHING if row.node == NOTHING else f"{row.data or row.box}.html"
        cells = (row.data or NOTHING, row.node, row.box)
        writer.writerow((*cells, told or text, text, text, url, number))
    return file.getvalue()


def _list(parts: Parts | None, name: str, own: Mapping[str, str]) -> str:
    if parts is None:
        return NOTHING
    if not parts:
        return "0" if name.endswith("_excluded") else NOTHING
    written = [
        f"{writable(own.get(part_key(name, part), part))}, "
        f"{NOTHING if number is None else number}"
        for part, number in parts.items()
    ]
    return "; ".join(written)


def _heading(count: str) -> str:
    return NAMES.get(count, "")
