"""What the checks of the audit read: plain values, gathered once; no database.

Only what the team settled is here, so a finding never tells how one person judged.
What is not known is None or missing; no check takes it for nought.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reviews.audit.finding import Kind, Subject
from reviews.flow.figures import Flow
from reviews.matching.candidates import Candidate
from reviews.models import Criterion, ExtractionField

Meaning = ExtractionField.Meaning
Topic = Criterion.Topic

ALL_RECORDS = "All records"

# A comma within brackets parts no sources: "Medline (via Ovid, 1946 on)".
_BETWEEN_SOURCES = re.compile(r"[,;\n](?![^()]*\))")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A citation: a record of this review, or a line of a related list."""

    pk: int
    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    source_id: str = ""
    type: str = ""
    # Of a related list, its name.
    of_list: str = ""

    @property
    def label(self) -> str:
        """Return it as a person names it: first author, year, title."""
        first = self.authors[0].split(",")[0].strip() if self.authors else ""
        named = " ".join(filter(None, [first, str(self.year or "")]))
        return ": ".join(filter(None, [named, self.title])) or self.source_id

    @property
    def subject(self) -> Subject:
        kind = Kind.RELATED if self.of_list else Kind.RECORD
        names = (self.source_id,) if self.source_id else ()
        return Subject(kind, self.pk, self.label, names)

    @property
    def candidate(self) -> Candidate:
        """Return it as it is compared; a related line gets a key of its own."""
        return Candidate(
            key=-self.pk if self.of_list else self.pk,
            title=self.title,
            authors=self.authors,
            year=self.year,
            journal=self.journal,
            volume=self.volume,
            issue=self.issue,
            pages=self.pages,
            doi=self.doi,
            pmid=self.pmid,
        )


@dataclass(frozen=True, kw_only=True)
class Field:
    """An extraction field of today's protocol."""

    pk: int
    label: str
    kind: str = ExtractionField.Kind.TEXT
    meaning: str = Meaning.NONE
    choices: tuple[str, ...] = ()
    in_table1: bool = True
    groups_table1: bool = False

    @property
    def is_coded(self) -> bool:
        """Tell whether its values are chosen, and so decide what words only ask."""
        return self.kind in (ExtractionField.Kind.CHOICE, ExtractionField.Kind.MULTIPLE)

    @property
    def subject(self) -> Subject:
        return Subject(Kind.FIELD, self.pk, self.label)


@dataclass(frozen=True)
class Coding:
    """Which values of a field (None: the study's design) meet a criterion."""

    field: int | None
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CriterionFacts:
    """A criterion of today's protocol, with its coding."""

    pk: int
    code: str
    text: str
    kind: str = Criterion.Kind.INCLUSION
    topic: str = Topic.NONE
    codings: tuple[Coding, ...] = ()

    @property
    def must_hold(self) -> bool:
        return self.kind == Criterion.Kind.INCLUSION

    @property
    def subject(self) -> Subject:
        return Subject(Kind.CRITERION, self.pk, self.code)


@dataclass(frozen=True, kw_only=True)
class StudyFacts:
    """An included study: its settled values by field, and its reports."""

    pk: int
    label: str
    design: str = ""
    # None: not reported; a field that is missing is not settled.
    values: Mapping[int, tuple[str, ...] | None] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    # Keys of the instruments with a settled judgment.
    appraised_with: frozenset[str] = frozenset()
    judgments_without_support: int = 0

    @property
    def subject(self) -> Subject:
        names = tuple(r.source_id for r in self.references if r.source_id)
        return Subject(Kind.STUDY, self.pk, self.label, names)


@dataclass(frozen=True, kw_only=True)
class ExcludedReport:
    """A full text that was excluded."""

    pk: int
    title: str
    citation: str = ""
    criterion: int | None = None
    criterion_retired: bool = False
    source_ids: tuple[str, ...] = ()

    @property
    def subject(self) -> Subject:
        return Subject(Kind.REPORT, self.pk, self.title, self.source_ids)


@dataclass(frozen=True, kw_only=True)
class SearchFacts:
    """A search, as the team described it."""

    pk: int
    name: str
    # Empty fields were not told.
    source: str = ""
    platform: str = ""
    strategy: str = ""
    searched_on: str = ""
    limits: str = ""
    reported: int | None = None
    count: int = 0
    is_combined: bool = False
    is_main: bool = True
    notes: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Return what was searched: several names where they were exported together."""
        named = _BETWEEN_SOURCES.split(self.source) if self.is_combined else []
        names = tuple(" ".join(name.split()).rstrip(".") for name in named)
        return tuple(filter(None, names)) or (self.name,)

    @property
    def subject(self) -> Subject:
        return Subject(Kind.SEARCH, self.pk, self.name)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The question and the limits of the protocol."""

    population: str = ""
    intervention: str = ""
    comparator: str = ""
    outcomes: str = ""
    published_from: str = ""
    published_to: str = ""
    languages: str = ""
    registration: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item of the PRISMA 2020 checklist, with what the team answered."""

    number: str
    topic: str
    status: str = ""
    place: str = ""


@dataclass(frozen=True)
class InstrumentFacts:
    """An appraisal instrument of today's protocol."""

    key: str
    name: str
    designs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that the checks read of one review."""

    flow: Flow
    limits: Limits = field(default_factory=Limits)
    criteria: tuple[CriterionFacts, ...] = ()
    fields: tuple[Field, ...] = ()
    studies: tuple[StudyFacts, ...] = ()
    excluded: tuple[ExcludedReport, ...] = ()
    searches: tuple[SearchFacts, ...] = ()
    instruments: tuple[InstrumentFacts, ...] = ()
    items: tuple[Item, ...] = ()
    # The records whose citations are looked at; of a large review those of the full
    # texts alone, as the name says.
    references: tuple[Reference, ...] = ()
    references_of: str = ALL_RECORDS
    # Pairs that a person told apart, by their keys.
    told_apart: frozenset[tuple[int, int]] = frozenset()
    # Sets of duplicates that wait for a person.
    sets_to_settle: int = 0
    # Lines of related lists, and the records of this review that may be the same.
    related: tuple[Reference, ...] = ()
    near: tuple[Reference, ...] = ()
    # Verdicts and values that one person alone settled, by stage.
    settled_by_one: Mapping[str, int] = field(default_factory=dict)
    reviewers_required: Mapping[str, int] = field(default_factory=dict)
    abstract: str = ""
    # The text without its list of references, and the list by its numbers.
    body: str = ""
    listed: Mapping[int, str] = field(default_factory=dict)
    # Findings that the team let stand, by check and key.
    dismissed: frozenset[tuple[str, str]] = frozenset()

    def field(self, pk: int) -> Field | None:
        """Return the field of this key, if it is one of today's."""
        return next((one for one in self.fields if one.pk == pk), None)

    def fields_of(self, meaning: str) -> tuple[Field, ...]:
        """Return the fields of a meaning, those of choices first."""
        found = (one for one in self.fields if one.meaning == meaning)
        return tuple(sorted(found, key=lambda one: not one.is_coded))

    def values(self, study: StudyFacts, meaning: str) -> tuple[str, ...]:
        """Return what a study says of a meaning; nothing where nothing is settled."""
        for one in self.fields_of(meaning):
            if found := study.values.get(one.pk):
                return found
        return ()

    def told(self, study: StudyFacts, *meanings: str) -> Iterator[str]:
        """Yield every value that a study has of these meanings, field by field."""
        for meaning in meanings:
            for one in self.fields_of(meaning):
                yield from study.values.get(one.pk) or ()

    def on(self, *topics: str) -> tuple[CriterionFacts, ...]:
        """Return the criteria of these topics."""
        return tuple(one for one in self.criteria if one.topic in topics)
