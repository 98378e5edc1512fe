"""Tables as Markdown pipe tables, as GitHub, Pandoc and Quarto read them.

A line break within a cell is the tag that all three take; every sign that Markdown or
HTML would read as markup is escaped.
"""

import re
from collections.abc import Iterator, Sequence

from reviews.documents.table import Cell, Row, Table, legible, whole

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~$^-])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ORDERED = re.compile(r"^(\s*\d+)([.)])", re.MULTILINE)


def write(tables: Sequence[Table]) -> bytes:
    """Return the document. Raises CannotExport if it would have too many rows."""
    found = ["\n".join(_table(table, groups)) + "\n" for table, groups in whole(tables)]
    return "\n".join(found).encode()


def escape(text: str) -> str:
    """Return the text as it is read, its line breaks kept."""
    kept = _MARKUP.sub(r"\\\1", legible(text))
    for sign, entity in _ENTITIES.items():
        kept = kept.replace(sign, entity)
    kept = _ORDERED.sub(r"\1\\\2", kept)
    return kept.replace("\t", " ").replace("\n", "<br>")


def _table(table: Table, groups: Sequence[tuple[str, Sequence[Row]]]) -> Iterator[str]:
    yield f"**{escape(table.title)}**"
    yield ""
    yield _line([escape(column.heading) for column in table.columns])
    yield _line(["---:" if column.numeric else ":---" for column in table.columns])
    for label, rows in groups:
        if label:
            yield _line([f"**{escape(label)}**", *[""] * (len(table.columns) - 1)])
        for row in rows:
            yield _line([_cell(cell) for cell in row.cells])
    for note in table.notes:
        yield ""
        yield escape(note)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(cell: Cell) -> str:
    text = _verbatim(cell.words) if cell.verbatim and cell.text else escape(cell.text)
    if cell.link:
        text = f"[{text or escape(cell.link)}](<{_address(cell.link)}>)"
    return text + (f"<sup>{escape(cell.mark)}</sup>" if cell.mark else "")


def _verbatim(text: str) -> str:
    """Return the text as code; Markdown within the tag is escaped all the same."""
    kept = escape(text.expandtabs(4)).replace("  ", "&nbsp; ")
    return f"<code>{kept}</code>"


def _address(url: str) -> str:
    return url.replace("\\", "%5C").replace("|", "%7C")
