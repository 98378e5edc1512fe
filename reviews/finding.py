"""Searching reports: by the words of their records, and by their own.

The index holds what the records of a report say. A report also has a title, authors and
a citation of its own, which may be all there is of one that was found by other means.
Reports are few beside records, and are looked through by the same rules.
"""

from django.db.models import Q
from django.db.models.expressions import RawSQL

from reviews.models import Report, Review
from reviews.terms import folding, matching, narrowing
from reviews.terms.asking import Field, Term
from reviews.terms.narrowing import Place

# Where a word is looked for that names no field.
_OF_A_REPORT: tuple[Field, ...] = ("title", "author", "")


class OwnWords:
    """What the reports of a review say themselves, read when first asked for."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self._texts: list[tuple[int, dict[Field, str]]] | None = None

    def says(self, term: Term) -> Q | None:
        """Return the condition that a report has the term; None where none has."""
        found = {
            key
            for key, texts in self._read()
            if any(_has(texts[each], term) for each in _looked_in(term))
        }
        return narrowing.is_one_of("pk", found) if found else None

    def _read(self) -> list[tuple[int, dict[Field, str]]]:
        if self._texts is None:
            rows = self.review.reports.order_by().values_list(
                "pk", "title", "authors", "citation"
            )
            self._texts = [
                (
                    key,
                    {
                        "title": folding.bare(title),
                        "author": folding.bare(" ".join(map(str, authors))),
                        "": folding.bare(citation),
                    },
                )
                for key, title, authors, citation in rows
            ]
        return self._texts


def reports_of(review: Review) -> Place:
    """Return how the reports of a review hang together with what can be found."""
    return Place(holds=_held, says=OwnWords(review).says)


def _held(keys: RawSQL) -> Q:
    links = Report.records.through._default_manager
    held = links.filter(narrowing.is_among("record", keys))
    return Q(pk__in=held.values("report"))


def _looked_in(term: Term) -> tuple[Field, ...]:
    if not term.field:
        return _OF_A_REPORT
    return (term.field,) if term.field in _OF_A_REPORT else ()


def _has(text: str, term: Term) -> bool:
    return term.words[0] in text and matching.has(folding.words(text), term)
