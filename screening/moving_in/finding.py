"""Finding the record or report that a vote of another tool's file is on.

By what the source calls it, DOI, PubMed number, then title and year, folded and letter
for letter. What fits several records, or whose marks are of different records, is
told and never guessed. Nothing here looks at a decision that was made in the review,
so that all it tells may be shown.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import starmap
from typing import NamedTuple

from reviews.formats.votes.told import RecordKey
from reviews.matching.folding import fold
from reviews.models import Report, Review, Stage

CHUNK = 2000
SOURCE_ID, DOI, PMID, TITLE = "source_id", "doi", "pmid", "title"
NOWHERE = (
    "No record of the review has what this line names: the source's own number, the "
    "DOI, the PubMed number, or the title and year."
)
SEVERAL = (
    "Several records of the review fit this line. Merge them first if they are copies."
)
AT_ODDS = "What this line names is of different records of the review."
REMOVED = "This record was removed before screening."
NOT_ASSESSED = (
    "No full text of this record is up for assessment: it was not included by title "
    "and abstract, or its report is not retrieved."
)
WHY = (NOWHERE, SEVERAL, AT_ODDS, REMOVED, NOT_ASSESSED)


@dataclass(frozen=True, slots=True)
class Found:
    """The record or report that a vote is on, and by what it was found."""

    item: int
    by: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why a vote is on nothing that can be judged."""

    why: str


class _Row(NamedTuple):
    """What may name a record."""

    pk: int
    goes_on: int | None
    source_id: str
    doi: str
    pmid: str
    title: str
    year: int | None
    removal: str


class Index:
    """The records of a review by what may name them; copies lead to what goes on."""

    def __init__(self, review: Review, stage: Stage) -> None:
        self._by: dict[str, defaultdict[str, set[int]]] = {
            name: defaultdict(set) for name in (SOURCE_ID, DOI, PMID, TITLE)
        }
        self._years: dict[int, set[int]] = defaultdict(set)
        self._without_year: set[int] = set()
        self._titles: dict[int, set[str]] = defaultdict(set)
        self._removed: set[int] = set()
        for row in _rows(review):
            self._add_row(row)
        self._reports = _assessed(review) if stage == Stage.FULL_TEXT else None

    def find(self, key: RecordKey) -> Found | NotFound:
        """Return what may be judged under this key, or why there is none."""
        found = self._record(key)
        if isinstance(found, NotFound):
            return found
        if self._reports is None:
            return NotFound(REMOVED) if found.item in self._removed else found
        report = self._reports.get(found.item)
        return Found(report, found.by) if report else NotFound(NOT_ASSESSED)

    def _add_row(self, row: _Row) -> None:
        # A copy is judged in the one that goes on.
        pk, title = row.goes_on or row.pk, fold(row.title)
        self._add(SOURCE_ID, row.source_id.lower(), pk)
        self._add(DOI, row.doi.lower(), pk)
        self._add(PMID, row.pmid, pk)
        self._add(TITLE, title, pk)
        self._titles[pk].add(title)
        if row.year:
            self._years[pk].add(row.year)
        else:
            self._without_year.add(pk)
        if row.removal and pk == row.pk:
            self._removed.add(pk)

    def _add(self, name: str, value: str, pk: int) -> None:
        if value:
            self._by[name][value].add(pk)

    def _get(self, name: str, value: str) -> set[int]:
        return self._by[name].get(value, set()) if value else set()

    def _record(self, key: RecordKey) -> Found | NotFound:
        title = fold(key.title)
        doi, pmid = self._get(DOI, key.doi.lower()), self._get(PMID, key.pmid)
        titled = {pk for pk in self._get(TITLE, title) if self._is_of(pk, key.year)}
        numbered = {
            pk
            for pk in self._get(SOURCE_ID, key.source_id.lower())
            # Many tools number from 1: a number alone tells nothing against a title.
            if not title or title in self._titles[pk] or pk in doi or pk in pmid
        }
        marks = [(SOURCE_ID, numbered), (DOI, doi), (PMID, pmid)]
        there = [(name, records) for name, records in marks if records]
        if not there:
            there = [(TITLE, titled)]
        common = set.intersection(*(records for _, records in there))
        if len(common) > 1 and len(common & titled) == 1:
            common &= titled
        if len(common) == 1:
            return Found(next(iter(common)), there[0][0])
        if common:
            return NotFound(SEVERAL)
        return NotFound(AT_ODDS if len(there) > 1 else NOWHERE)

    def _is_of(self, pk: int, year: int | None) -> bool:
        """Tell whether the years agree; one that is not told speaks against nothing."""
        return not year or pk in self._without_year or year in self._years[pk]


def _rows(review: Review) -> Iterator[_Row]:
    rows = review.records.order_by("pk").values_list(
        "pk", "duplicate_of", "source_id", "doi", "pmid", "title", "year", "removal"
    )
    yield from starmap(_Row, rows.iterator(chunk_size=CHUNK))


def _assessed(review: Review) -> dict[int, int]:
    """Return the report of each record whose full text is up for assessment."""
    links = (
        Report.records.through.objects.filter(
            report__in=review.reports.assessed().order_by().values("pk"),
            record__in=review.records.included().order_by().values("pk"),
        )
        .order_by("-report_id")
        .values_list("record_id", "report_id")
    )
    return dict(links.iterator(chunk_size=CHUNK))
