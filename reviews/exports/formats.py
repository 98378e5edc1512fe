"""One way to write a table in every format, for whoever has a table to offer."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from reviews.documents import delimited, latex, markdown, page, word, workbook
from reviews.documents.table import Table
from reviews.exports.options import Options, Writer
from reviews.models import Review

Tables = Callable[[Review, Options], Sequence[Table]]

DOCUMENTS: dict[str, Callable[[Sequence[Table]], bytes]] = {
    ".xlsx": workbook.write,
    ".docx": word.write,
    ".tex": latex.write,
    ".md": markdown.write,
    ".html": page.write,
}
# What each ending is, for a browser.
TYPES = {
    ".bib": "application/x-bibtex; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".ris": "application/x-research-info-systems; charset=utf-8",
    ".svg": "image/svg+xml",
    ".tex": "application/x-tex; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
# What each is called where a reader chooses.
NAMES = {
    ".bib": "BibTeX",
    ".csv": "CSV",
    ".docx": "Word",
    ".html": "HTML",
    ".json": "JSON",
    ".md": "Markdown",
    ".pdf": "PDF",
    ".png": "PNG",
    ".ris": "RIS",
    ".svg": "SVG",
    ".tex": "LaTeX",
    ".txt": "Text",
    ".xlsx": "Excel",
    ".zip": "ZIP",
}


def in_every_format(tables: Tables, *, csv: Tables | None = None) -> dict[str, Writer]:
    """Return the writers of tables, by the ending of the file.

    `csv` are the tables for a CSV, where they are others.
    """
    return {".csv": _delimited(csv or tables), **documents(tables)}


def in_spreadsheets(tables: Tables) -> dict[str, Writer]:
    """Return the writers of data that nobody reads as a table."""
    return {".csv": _delimited(tables), ".xlsx": _whole(tables, workbook.write)}


def documents(tables: Tables) -> dict[str, Writer]:
    """Return the writers of everything but CSV."""
    return {suffix: _whole(tables, write) for suffix, write in DOCUMENTS.items()}


def _delimited(tables: Tables) -> Writer:
    def write(review: Review, options: Options) -> Iterator[bytes]:
        return delimited.parts(tables(review, options))

    return write


def _whole(tables: Tables, writer: Callable[[Sequence[Table]], bytes]) -> Writer:
    def write(review: Review, options: Options) -> Iterable[bytes]:
        return [writer(tables(review, options))]

    return write
