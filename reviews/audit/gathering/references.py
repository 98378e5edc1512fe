"""The citations that the checks of the audit read.

Of records only few are read whole: those whose citations are looked at, and those that
may be the same as a line of a related list.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from reviews.audit.facts import ALL_RECORDS, Reference
from reviews.matching.places import doi as bare_doi
from reviews.models import Record, RelatedReference, Report, Review, Verdict

# More citations than these are not compared with one another while somebody waits.
LOOKED_AT = 1000
_CITATION = (
    "pk",
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "source_id",
)
_SHORTEST_WORD = 5


def looked_at(review: Review, screened: int) -> tuple[str, tuple[Reference, ...]]:
    """Return the records whose citations are looked at, and what they are."""
    # An included record is one whose report is sought.
    sought = review.records.included()
    if screened <= LOOKED_AT:
        name, rows = ALL_RECORDS, review.records.to_screen()
    elif sought.count() <= LOOKED_AT:
        name, rows = "Full texts", sought
    else:
        included = Report.objects.filter(
            review=review,
            verdict=Verdict.INCLUDE,
            retrieval=Report.Retrieval.RETRIEVED,
        )
        name, rows = "Included reports", sought.filter(reports__in=included).distinct()
    rows = rows.order_by("pk").defer("abstract", "original")
    return name, tuple(map(of_record, rows[:LOOKED_AT]))


def related(review: Review) -> tuple[Reference, ...]:
    rows = RelatedReference.objects.filter(
        related_list__review=review, related_list__removed_at=None
    ).select_related("related_list")
    return tuple(
        Reference(
            **{name: getattr(row, name) for name in _CITATION if name != "authors"},
            authors=tuple(row.authors),
            of_list=row.related_list.name,
        )
        for row in rows.order_by("related_list__added_at", "related_list", "pk")
    )


def near(review: Review, wanted: Iterable[Reference]) -> tuple[Reference, ...]:
    """Return the records that may be one of these: near its year, with its long word.

    The database narrows; whether it is the same decide the rules of duplicates.
    """
    years: dict[str, set[int]] = defaultdict(set)
    matches = Q()
    for reference in wanted:
        if reference.year is not None and (word := _longest_word(reference.title)):
            years[word] |= {reference.year + apart for apart in (-1, 0, 1)}
        if identifier := bare_doi(reference.doi):
            matches |= Q(doi__iexact=identifier)
    for word, near in years.items():
        matches |= (Q(year__in=near) | Q(year=None)) & Q(title__icontains=word)
    if not matches:
        return ()
    rows = review.records.filter(matches).order_by("pk").defer("abstract", "original")
    return tuple(map(of_record, rows))


def of_record(record: Record) -> Reference:
    values = {name: getattr(record, name) for name in _CITATION if name != "authors"}
    return Reference(
        **values,
        authors=tuple(record.authors),
        pmid=record.pmid,
        type=record.publication_type,
    )


def _longest_word(title: str) -> str:
    words = (word for word in title.split() if word.isalnum())
    longest = max(words, key=len, default="")
    return longest if len(longest) >= _SHORTEST_WORD else ""
