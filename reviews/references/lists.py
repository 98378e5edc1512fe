"""Formatted reference lists: text, Markdown, a web page, a Word document.

In a numbered style the references stand in their order with their numbers; else in the
order of the alphabet, without.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from xml.etree.ElementTree import Element, SubElement, tostring

from docx.shared import Mm, Pt

from reviews.documents import markdown, word
from reviews.documents.table import LONGEST, legible
from reviews.exports.options import CannotExport
from reviews.references import citations, styles
from reviews.references.citations import Run, Runs
from reviews.references.items import Item

_STYLE = """
body { font: 1rem/1.5 "Source Sans 3", system-ui, sans-serif; margin: 2rem auto;
  max-width: 45rem; padding: 0 1rem; color: #1b1f24; background: #fff; }
li { margin-bottom: .5rem; overflow-wrap: anywhere; }
ul { list-style: none; padding: 0; }
ul li { padding-inline-start: 2rem; text-indent: -2rem; }
"""


@dataclass(frozen=True)
class Listed:
    """A list of references as they are set."""

    title: str
    entries: Sequence[Runs]
    is_numbered: bool


def make(title: str, found: Iterable[Item], style: str) -> Listed:
    """Return the list in a style.

    Raises UnknownStyle, and CannotExport if it is longer than a document holds.
    """
    is_numbered = styles.find(style).is_numbered
    held = list(islice(found, LONGEST + 1))
    if len(held) > LONGEST:
        raise CannotExport(
            f"A formatted list holds {LONGEST:,} references at most, and there are "
            "more. Write them as .ris, .bib, .json or .csv."
        )
    if not is_numbered:
        held.sort(key=_alphabetical)
    return Listed(title, tuple(citations.entries(held, style)), is_numbered)


def text(listed: Listed) -> Iterator[bytes]:
    """Yield the list as plain text, a reference on each line."""
    for number, entry in enumerate(listed.entries, start=1):
        begin = f"{number}. " if listed.is_numbered else ""
        yield f"{begin}{citations.plain(entry)}\n".encode()


def as_markdown(listed: Listed) -> Iterator[bytes]:
    """Yield the list as Markdown."""
    yield f"# {markdown.escape(listed.title)}\n".encode()
    for number, entry in enumerate(listed.entries, start=1):
        begin = f"{number}. " if listed.is_numbered else "- "
        yield f"\n{begin}{''.join(map(_in_markdown, entry))}\n".encode()


def html(listed: Listed) -> bytes:
    """Return the list as a web page that stands alone."""
    root = Element("html", lang="en")
    head = SubElement(root, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(
        head, "meta", name="viewport", content="width=device-width, initial-scale=1"
    )
    SubElement(head, "title").text = legible(listed.title)
    SubElement(head, "style").text = _STYLE
    body = SubElement(root, "body")
    SubElement(body, "h1").text = legible(listed.title)
    parent = SubElement(body, "ol" if listed.is_numbered else "ul")
    for entry in listed.entries:
        item = SubElement(parent, "li")
        for run in entry:
            _add_run(item, run)
    return f"<!DOCTYPE html>\n{tostring(root, 'unicode', method='html')}\n".encode()


def document(listed: Listed) -> bytes:
    """Return the list as a Word document, each reference a paragraph."""
    made = word.begin()
    made.add_heading(legible(listed.title), level=1)
    for number, entry in enumerate(listed.entries, start=1):
        paragraph = word.paragraph(made, f"{number}.\t" if listed.is_numbered else "")
        layout = paragraph.paragraph_format
        layout.left_indent, layout.first_line_indent = Mm(10), Mm(-10)
        layout.space_after = Pt(4)
        layout.tab_stops.add_tab_stop(Mm(10))
        for run in entry:
            added = paragraph.add_run(legible(run.text))
            added.italic, added.bold = run.italic or None, run.bold or None
            added.font.superscript = run.raised or None
    return word.save(made, title=listed.title)


def _alphabetical(item: Item) -> tuple[str, ...]:
    author = (item.get("author") or [{}])[0]
    family = author.get("family") or author.get("literal") or item.get("title", "")
    year = item["issued"]["date-parts"][0][0] if item.get("issued") else ""
    return (
        family.casefold(),
        author.get("given", "").casefold(),
        str(year),
        item.get("title", "").casefold(),
    )


def _in_markdown(run: Run) -> str:
    said = markdown.escape(run.text)
    mark = {(True, False): "*", (False, True): "**", (True, True): "***"}.get(
        (run.italic, run.bold), ""
    )
    if run.raised:
        return f"<sup>{said}</sup>"
    # Markdown takes no emphasis that begins or ends with a blank.
    inner = said.strip()
    if not mark or not inner:
        return said
    begin = said[: len(said) - len(said.lstrip())]
    return f"{begin}{mark}{inner}{mark}{said[len(said.rstrip()) :]}"


def _add_run(parent: Element, run: Run) -> None:
    held = parent
    tags = [("i", run.italic), ("b", run.bold), ("sup", run.raised)]
    for tag in (tag for tag, is_so in tags if is_so):
        held = SubElement(held, tag)
    if held is not parent:
        held.text = legible(run.text)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + legible(run.text)
    else:
        parent.text = (parent.text or "") + legible(run.text)
