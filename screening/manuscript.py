"""What a journal asks for, in the order of a manuscript: its parts and files.

It names pages of both apps, as data. A part that is written in a new form gets a line
here, and a new part a `Part`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from reviews.checklists import definitions
from reviews.checklists import tables as checklists
from reviews.exports import audit, diagram, formats, tables, upset
from reviews.models import Review
from reviews.references import writing as references
from reviews.words import writing as words


@dataclass(frozen=True)
class Address:
    """A page or a file by its name; `values` fill its address after the review's."""

    page: str
    values: tuple[str, ...] = ()
    query: str = ""

    def of(self, review: Review) -> str:
        """Return the address in this review."""
        url = reverse(self.page, args=[review.slug, *self.values])
        return f"{url}?{self.query}" if self.query else url


@dataclass(frozen=True)
class File:
    """A file, by what it is called after the name of its part."""

    label: str
    address: Address


@dataclass(frozen=True)
class Part:
    """A part of the manuscript: what it is, its page and its files."""

    label: str
    text: str
    page: Address | None = None
    files: tuple[File, ...] = ()
    # Its page shows closed judgments or the whole of the data.
    for_owners: bool = False


@dataclass(frozen=True)
class Chapter:
    """Parts that stand together."""

    label: str
    parts: tuple[Part, ...]


def _files(page: str, suffixes: Iterable[str], *before: str) -> tuple[File, ...]:
    return tuple(
        File(formats.NAMES[suffix], Address(page, (*before, suffix[1:])))
        for suffix in suffixes
    )


def _table(what: str, text: str, label: str = "", page: Address | None = None) -> Part:
    shown = tables.SHOWN.get(what)
    if page is None and shown is not None:
        page = Address("reviews:table_page", (what,))
    label = label or (shown.label if shown else what)
    suffixes = tables.WRITERS[what]
    return Part(label, text, page, _files("reviews:table_file", suffixes, what))


def _checklists() -> Iterable[Part]:
    for checklist in definitions.every():
        yield Part(
            checklist.name,
            "What the review answers by itself, and what its authors must write.",
            Address("reviews:checklist_detail", (checklist.key,)),
            _files(
                "reviews:checklist_file", checklists.WRITERS["checklist"], checklist.key
            ),
        )


CHAPTERS: Sequence[Chapter] = (
    Chapter(
        "Flow",
        (
            Part(
                "Flow diagram",
                "Every number of the PRISMA flow, drawn from the records behind it.",
                Address("reviews:diagram"),
                (
                    *_files("reviews:diagram_file", diagram.WRITERS["diagram"]),
                    File("numbers as CSV", Address("reviews:export_flow")),
                ),
            ),
        ),
    ),
    Chapter(
        "Text",
        (
            Part(
                "Methods and results in words",
                "Paragraphs written from the facts, each number with its records.",
                Address("reviews:words"),
                _files("reviews:words_file", words.WRITERS["methods"], "all"),
            ),
            Part(
                "References",
                "The reports of the included studies, or those of any box of the flow.",
                Address("reviews:reference_list"),
                _files("reviews:reference_file", references.WRITERS["references"]),
            ),
        ),
    ),
    Chapter(
        "Tables",
        (
            _table(
                "table1",
                "The settled values of each included study, in the columns and groups "
                "that the team chose.",
                "Table 1",
                Address("reviews:table1"),
            ),
            _table(
                "characteristics",
                "A block for each included study with everything that was settled.",
            ),
            _table(
                "excluded",
                "Each report that was excluded at full text, with its citation and "
                "the one reason that is counted.",
            ),
            _table(
                "awaiting",
                "Studies awaiting classification, ongoing studies, and reports that "
                "nobody could get.",
            ),
            _table(
                "searches", "The full strategy of each search, as PRISMA-S asks for it."
            ),
            _table("overlap", "What each source found alone, and what several found."),
            Part(
                "Agreement",
                "How far those who judged alone agreed: kappa and its companions.",
                Address("screening:agreement"),
                for_owners=True,
            ),
            Part(
                "Unblinding ledger",
                "Who could see which judgments, and from when.",
                Address("screening:ledger"),
                (File("CSV", Address("screening:ledger_file")),),
                for_owners=True,
            ),
        ),
    ),
    Chapter(
        "Figures",
        (
            Part(
                "Appraisal",
                "Every settled judgment as a traffic light, and their shares as bars.",
                Address("reviews:appraisal_figures"),
            ),
            Part(
                "Overlap of sources",
                "Which sources found the same records.",
                Address("reviews:overlap_figure"),
                _files("reviews:overlap_file", upset.WRITERS["upset"]),
            ),
        ),
    ),
    Chapter(
        "Before you submit",
        (
            Part(
                "Audit of the method",
                "What a careful referee would find, with the arithmetic.",
                Address("reviews:audit"),
                _files("reviews:audit_download", audit.WRITERS["audit"]),
            ),
            _table(
                "unsettled",
                "What still waits for a verdict, a value or a judgment of the team.",
            ),
            *_checklists(),
        ),
    ),
    Chapter(
        "Data",
        (
            _table(
                "extraction-long",
                "A row for each study and field, with whether it is settled, not "
                "reported or open.",
                "Extraction, long",
            ),
            _table(
                "extraction-wide",
                "A row for each study and a column for each field.",
                "Extraction, wide",
            ),
            _table(
                "dictionary", "What each column of the two files of extraction means."
            ),
            Part(
                "Records",
                "Every record with its source, its text, its verdict and its reason.",
                Address("reviews:record_list"),
                (
                    File("CSV", Address("reviews:export_records")),
                    File("RIS", Address("reviews:export_ris")),
                ),
            ),
            Part(
                "Duplicates",
                "A row for each record with the number of its set.",
                Address("reviews:duplicate_list"),
                (File("CSV", Address("reviews:export_duplicates")),),
            ),
            Part(
                "Archive",
                "The whole review as one file that proves its numbers and restores.",
                Address("screening:archive_detail"),
                for_owners=True,
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Shown:
    """A part as the page of a review shows it."""

    label: str
    text: str
    url: str
    files: list[tuple[str, str]]


def chapters(review: Review, *, is_owner: bool) -> list[tuple[str, list[Shown]]]:
    """Return each chapter's label and its parts that the reader may open."""
    return [
        (
            chapter.label,
            [
                _shown(part, review)
                for part in chapter.parts
                if is_owner or not part.for_owners
            ],
        )
        for chapter in CHAPTERS
    ]


def _shown(part: Part, review: Review) -> Shown:
    url = part.page.of(review) if part.page else ""
    files = [(file.label, file.address.of(review)) for file in part.files]
    return Shown(part.label, part.text, url, files)
