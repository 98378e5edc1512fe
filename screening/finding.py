"""Searching what one person judged: by the words of the record, and by their own notes
and labels.

Those of others are never looked into: whoever searches learns nothing of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial, reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from reviews.models import Record, Report, Review, ScreeningPlan, User
from reviews.terms import folding, matching, narrowing, parsing
from reviews.terms.asking import EVERYWHERE, OF_A_RECORD, Asked, Field, Term
from reviews.terms.narrowing import Place
from screening.labels import book
from screening.models import Decision, Labelling

FIELDS: frozenset[Field] = OF_A_RECORD | {"note", "label"}
# How a row is looked up, its key, and what was written.
Written = Iterable[tuple[str, int, str]]


class Own:
    """What one person wrote on the rows of a list, read when first asked for.

    Each text is given with the condition that a row is the one that it stands on.
    """

    def __init__(
        self, notes: Callable[[], Written], labels: Callable[[], Written]
    ) -> None:
        self._read = {"note": notes, "label": labels}
        self._texts: dict[str, list[tuple[str, int, str]]] = {}

    def says(self, term: Term) -> Q | None:
        """Return the condition that a row has a note, or a label, with the term.

        A word that names no field is looked for in notes, and not in labels.
        """
        field = term.field or "note"
        if field not in self._read:
            return None
        if field not in self._texts:
            self._texts[field] = [
                (lookup, key, folding.bare(text))
                for lookup, key, text in self._read[field]()
            ]
        found = defaultdict(set)
        for lookup, key, text in self._texts[field]:
            # Most have not even the letters.
            if term.words[0] in text and matching.has(folding.words(text), term):
                found[lookup].add(key)
        conditions = [
            narrowing.is_one_of(lookup, keys) for lookup, keys in found.items()
        ]
        return reduce(or_, conditions) if conditions else None


def parse(text: str, plan: ScreeningPlan) -> Asked:
    """Return what a search asks for: nothing of what the protocol hides from judges."""
    hidden: set[Field] = set()
    if plan.hides_authors:
        hidden.add("author")
    if plan.hides_journal:
        # A DOI names the journal too.
        hidden |= {"journal", "doi"}
    if plan.hides_year:
        hidden.add("year")
    everywhere = tuple(each for each in EVERYWHERE if each not in hidden)
    return parsing.parse(text, fields=FIELDS - hidden, everywhere=everywhere)


def decisions_of(own: QuerySet[Decision], review: Review, person: User) -> Place:
    """Return how one's own decisions hang together with what can be found."""
    written = Own(
        lambda: [("pk", *each) for each in _notes(own).values_list("pk", "note")],
        lambda: [
            *(("record", *each) for each in _labels(review, person, "record")),
            *(("report", *each) for each in _labels(review, person, "report")),
        ],
    )
    return Place(holds=_judged, dated=_dated, says=written.says)


def records_of(own: QuerySet[Decision], review: Review, person: User) -> Place:
    """Return how records do, on which these decisions are one's own."""
    notes = _notes(own.exclude(record=None))
    written = Own(
        lambda: [("pk", *each) for each in notes.values_list("record", "note")],
        lambda: [("pk", *each) for each in _labels(review, person, "record")],
    )
    return Place(says=written.says, dated=partial(narrowing.of_years, review))


def _notes(own: QuerySet[Decision]) -> QuerySet[Decision]:
    return own.exclude(note="").order_by()


def _labels(review: Review, person: User, kind: str) -> Iterable[tuple[int, str]]:
    """Return the labels that the person put, by the key of what they are on."""
    lines = Labelling.objects.filter(review=review, person=person).standing()
    known = {each.pk: each for each in book.vocabulary(review)}
    found = lines.filter(**{f"{kind}__isnull": False}).select_related("label")
    return [
        (getattr(line, f"{kind}_id"), book.read_as(line.label, known).name)
        for line in found
    ]


def _judged(keys: RawSQL) -> Q:
    links = Report.records.through._default_manager.filter(record__in=keys)
    return narrowing.is_among("record", keys) | Q(report__in=links.values("report"))


def _dated(years: Q) -> Q:
    return Q(record__in=Record.stored.filter(years)) | Q(
        report__in=Report.objects.filter(years)
    )
