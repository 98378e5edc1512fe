"""The passages as files: a Word document, Markdown, a web page, plain text and CSV.

A text stands for itself, so its numbers lead nowhere; on the page they do, and the CSV
names the page that lists what each counts. Where the review carries a notice, it stands
first in every file.
"""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

from reviews import moments
from reviews.documents import delimited, markdown, word
from reviews.documents.table import Column, Row, legible
from reviews.documents.table import plain as plain_table
from reviews.exports.options import CannotExport, Options, Writers
from reviews.models import Review
from reviews.words import passages
from reviews.words.parts import Number, Paragraph, Parts, Passage, sentence, text

_STYLE = """
body { font: 1rem/1.6 "Source Sans 3", system-ui, sans-serif; margin: 2rem auto;
  max-width: 42rem; padding: 0 1rem; color: #1b1f24; background: #fff; }
"""


def plain(review: Review, options: Options) -> Iterator[bytes]:
    """Yield the passages as plain text."""
    for passage in _passages(review, options):
        yield f"{passage.title.upper()}\n\n".encode()
        for paragraph in passage.paragraphs:
            yield f"{paragraph.heading}\n{prose(paragraph)}\n\n".encode()


def as_markdown(review: Review, options: Options) -> Iterator[bytes]:
    """Yield the passages as Markdown."""
    for passage in _passages(review, options):
        yield f"# {markdown.escape(passage.title)}\n\n".encode()
        for paragraph in passage.paragraphs:
            heading = markdown.escape(paragraph.heading)
            yield f"## {heading}\n\n{markdown.escape(prose(paragraph))}\n\n".encode()


def html(review: Review, options: Options) -> Iterable[bytes]:
    """Return the passages as a web page that stands alone."""
    root = Element("html", lang="en")
    head = SubElement(root, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(
        head, "meta", name="viewport", content="width=device-width, initial-scale=1"
    )
    SubElement(head, "title").text = legible(review.title)
    SubElement(head, "style").text = _STYLE
    body = SubElement(root, "body")
    SubElement(body, "h1").text = legible(review.title)
    for passage in _passages(review, options):
        SubElement(body, "h2").text = legible(passage.title)
        for paragraph in passage.paragraphs:
            SubElement(body, "h3").text = legible(paragraph.heading)
            SubElement(body, "p").text = legible(prose(paragraph))
    return [f"<!DOCTYPE html>\n{tostring(root, 'unicode', method='html')}\n".encode()]


def document(review: Review, options: Options) -> Iterable[bytes]:
    """Return the passages as a Word document."""
    made = word.begin()
    for passage in _passages(review, options):
        made.add_heading(legible(passage.title), level=1)
        for paragraph in passage.paragraphs:
            made.add_heading(legible(paragraph.heading), level=2)
            word.paragraph(made, prose(paragraph))
    return [word.save(made, title=review.title)]


def sheet(review: Review, options: Options) -> Iterator[bytes]:
    """Yield a line for each number, and one for each sentence without any."""
    lines = (
        Row.of(passage.title, paragraph.heading, text(said), *number)
        for passage in _passages(review, options)
        for paragraph in passage.paragraphs
        for said in paragraph.sentences
        for number in _numbers(said)
    )
    headings = ("Passage", "Paragraph", "Sentence", "Number", "Listed at")
    columns = tuple(map(Column, headings))
    return delimited.parts([plain_table("In words", columns, lines)])


def _numbers(said: Parts) -> list[tuple[object, str]]:
    """Return each number of a sentence with its page, or one that is empty."""
    found: list[tuple[object, str]]
    found = [(part.value, part.url) for part in said if isinstance(part, Number)]
    return found or [("", "")]


def prose(paragraph: Paragraph) -> str:
    """Return the sentences of a paragraph as one text."""
    return " ".join(map(text, paragraph.sentences))


def _passages(review: Review, options: Options) -> tuple[Passage, ...]:
    try:
        found = passages.of(
            review, options.kind, as_of=options.as_of, wave=options.wave
        )
    except (passages.UnknownPassage, passages.OnlyToday) as error:
        raise CannotExport(str(error)) from error
    if options.as_of or options.wave:
        found = (_scoped(options), *found)
    if not review.notice:
        return found
    notice = Paragraph("About this review", ((review.notice,),))
    return (Passage("notice", "Notice", (notice,)), *found)


def _scoped(options: Options) -> Passage:
    """Return what says of which moment and of which wave the words are."""
    paragraphs = []
    if options.as_of:
        day = moments.told(options.as_of)
        told = sentence(f"As the review stood on {day}, replayed from its history")
        paragraphs.append(Paragraph("Moment", (told,)))
    if options.wave:
        wave = f"wave {options.wave.number} found: {options.wave.name}"
        told = sentence(f"Only what the searches of {wave}")
        paragraphs.append(Paragraph("Wave", (told,)))
    title = "As of" if options.as_of else "Of a wave"
    return Passage("moment", title, tuple(paragraphs))


WRITERS: Writers = {
    "methods": {
        ".docx": document,
        ".md": as_markdown,
        ".html": html,
        ".txt": plain,
        ".csv": sheet,
    }
}
