"""What a number of the words counts where it is neither a record nor a report.

Each list has exactly as many lines as the number that opens it. It is read off the same
facts, so the two cannot differ; a sum of participants opens the studies that it sums.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db.models import QuerySet
from django.urls import reverse

from reviews import studies
from reviews.instruments.definition import OVERALL
from reviews.judgments import Row, Table
from reviews.models import (
    DuplicateSet,
    ExtractionField,
    SettledJudgment,
    SettledValue,
    Study,
)
from reviews.words import results
from reviews.words.facts import Facts
from reviews.words.parts import day


class NoLines(LookupError):
    """There is no list of this kind."""


@dataclass(frozen=True)
class Line:
    """A line of a list: what it is, the page that shows it, and what is said of it."""

    title: str
    url: str
    said: str = ""


@dataclass(frozen=True)
class Listing:
    """Lines with what they have in common; `total` is what they add up to."""

    label: str
    lines: Sequence[Line]
    total: int | None = None


class Lazily(Sequence[Line]):
    """Rows of the database as lines, read a page at a time."""

    def __init__(self, rows: QuerySet[Any], tell: Callable[[Any], Line]) -> None:
        self.rows, self.tell = rows, tell

    def __len__(self) -> int:
        return self.rows.count()

    @overload
    def __getitem__(self, part: int) -> Line: ...
    @overload
    def __getitem__(self, part: slice) -> Sequence[Line]: ...
    def __getitem__(self, part: int | slice) -> Line | Sequence[Line]:
        if isinstance(part, int):
            return self.tell(self.rows[part])
        return [self.tell(row) for row in self.rows[part]]


def select(facts: Facts, unit: str, way: str, of: str = "") -> Listing:
    """Return the list behind a number; `of` is what it is about. Raises NoLines."""
    found = _LISTS.get((unit, way))
    if found is None:
        raise NoLines(f"Nothing is called {unit} {way}.")
    return found(facts, of)


# Protocol, searches and duplicates ------------------------------------------


def _amendments(facts: Facts, of: str) -> Listing:
    url = facts.page("protocol_detail")
    return Listing(
        "Amendments of the protocol",
        [
            Line(str(each), url, f"{each.made_at:%-d %B %Y}; {each.reason}")
            for each in facts.amendments
        ],
    )


def _searches(facts: Facts, of: str) -> Listing:
    found = [each for each in facts.searches if of in ("", each.kind)]
    return Listing(
        "Searches",
        [
            Line(
                each.name,
                _url("search_detail", facts, each.pk),
                "; ".join(
                    filter(None, [each.source, _searched(each.searched_on)]),
                ),
            )
            for each in found
        ],
    )


def _searched(partial: str) -> str:
    return f"searched {day(partial)}" if partial else "date not recorded"


def _fields(facts: Facts, of: str) -> Listing:
    return Listing(
        "Data items",
        [
            Line(each.label, _url("field_detail", facts, each.pk), each.unit)
            for each in facts.fields
        ],
    )


def _sets(facts: Facts, of: str) -> Listing:
    rows = facts.review.duplicate_sets.filter(state=DuplicateSet.State.MERGED)
    url = facts.page("duplicate_list")
    return Listing(
        "Duplicate sets that were merged",
        Lazily(
            rows.prefetch_related("records").order_by("number"),
            lambda each: Line(
                str(each), url, "; ".join(str(r) for r in each.records.all())
            ),
        ),
    )


# Studies --------------------------------------------------------------------


def _included(facts: Facts, of: str) -> Listing:
    return Listing("Included studies", _studies(facts, facts.studies))


def _designed(facts: Facts, of: str) -> Listing:
    name = studies.DESIGNS.get(of, of) if of else "design not recorded"
    found = [study for study in facts.studies if study.design == of]
    return Listing(f"Included studies by design: {name}", _studies(facts, found))


def _valued(facts: Facts, of: str) -> Listing:
    pk, _, text = of.partition(":")
    field, said = _said(facts, pk)
    found = [
        _of_value(facts, value)
        for value in said.settled
        for each in results.texts(value)
        if each == text
    ]
    return Listing(f"{field.label}: {text}", found)


def _counted(facts: Facts, of: str) -> Listing:
    field, said = _said(facts, of)
    numbers = [(value, results.number_of(value)) for value in said.settled]
    known = [(value, number) for value, number in numbers if number is not None]
    return Listing(
        f"Studies of which this is a number: {field.label}",
        [_of_value(facts, value) for value, _ in known],
        total=sum(number for _, number in known),
    )


def _in_words(facts: Facts, of: str) -> Listing:
    field, said = _said(facts, of)
    found = [value for value in said.settled if results.number_of(value) is None]
    label = f"Studies of which this is told in words: {field.label}"
    return Listing(label, [_of_value(facts, value) for value in found])


def _not_reported(facts: Facts, of: str) -> Listing:
    field, said = _said(facts, of)
    label = f"Studies that do not report: {field.label}"
    return Listing(label, _studies(facts, said.not_reported))


def _open(facts: Facts, of: str) -> Listing:
    field, said = _said(facts, of)
    label = f"Studies for which this is not settled: {field.label}"
    return Listing(label, _studies(facts, said.open))


def _appraised(facts: Facts, of: str) -> Listing:
    table = _table(facts, of)
    found = {row.target.study_id: row.target.study for row in table.rows}
    label = f"Studies appraised with {table.instrument.name}"
    return Listing(label, _studies(facts, found.values()))


def _said(facts: Facts, pk: str) -> tuple[ExtractionField, results.Said]:
    for field in facts.fields:
        if field.meaning and str(field.pk) == pk:
            return field, results.values(facts, field)
    raise NoLines(f"No data item {pk}.")


def _of_value(facts: Facts, value: SettledValue) -> Line:
    url = _url("study_detail", facts, value.study_id)
    return Line(value.study.label, url, "; ".join(results.texts(value)))


def _studies(facts: Facts, found: Iterable[Study]) -> list[Line]:
    return [
        Line(each.label, _url("study_detail", facts, each.pk), _design(each))
        for each in found
    ]


def _design(study: Study) -> str:
    return studies.DESIGNS.get(study.design, study.design)


# Appraisal ------------------------------------------------------------------


def _targets(facts: Facts, of: str) -> Listing:
    table = _table(facts, of)
    label = f"Appraised with {table.instrument.name}"
    return Listing(label, list(_rows(facts, table, table.rows)))


def _overall(facts: Facts, of: str) -> Listing:
    pk, _, label = of.partition(":")
    table = _table(facts, pk)
    found = [row for row in table.rows if results.overall(table, row) == label]
    name = f"{table.instrument.name}, overall: {label or 'not settled'}"
    return Listing(name, list(_rows(facts, table, found)))


def _table(facts: Facts, pk: str) -> Table:
    for table in facts.appraisals:
        if str(table.instrument.pk) == pk:
            return table
    raise NoLines(f"No appraisal with {pk}.")


def _rows(facts: Facts, table: Table, rows: Iterable[Row]) -> Iterator[Line]:
    for row in rows:
        said = results.overall(table, row)
        url = _url("study_detail", facts, row.target.study_id)
        yield Line(str(row.target), url, said or "")


# What was settled, and how --------------------------------------------------


def settled_values(facts: Facts, label: str, settlements: Sequence[str]) -> Listing:
    """Return the values of the included studies that were settled in a way."""
    rows = facts.settled_values().filter(settlement__in=settlements)
    ordered = rows.select_related("study", "field")
    return Listing(
        f"Values {label}",
        Lazily(
            ordered.order_by("study__label", "study", "field__position", "field"),
            lambda each: Line(
                f"{each.study.label}: {each.field.label}",
                _url("study_detail", facts, each.study_id),
                "Not reported" if each.not_reported else "; ".join(results.texts(each)),
            ),
        ),
    )


def settled_judgments(facts: Facts, label: str, settlements: Sequence[str]) -> Listing:
    """Return the judgments of the included studies that were settled in a way."""
    names = {
        (table.instrument.pk, column.id): column.name
        for table in facts.appraisals
        for column in table.columns
    }

    def tell(each: SettledJudgment) -> Line:
        target = each.target
        domain = names.get((target.instrument_id, each.domain))
        domain = domain or ("Overall" if each.domain == OVERALL else each.domain)
        said = f"{target.instrument.name}, {domain}"
        return Line(str(target), _url("study_detail", facts, target.study_id), said)

    rows = facts.settled_judgments().filter(settlement__in=settlements)
    ordered = rows.select_related("target__study", "target__instrument")
    return Listing(
        f"Judgments {label}",
        Lazily(ordered.order_by("target__study__label", "target", "pk"), tell),
    )


def _url(name: str, facts: Facts, pk: int) -> str:
    return reverse(f"reviews:{name}", args=[facts.review.slug, pk])


_LISTS: Mapping[tuple[str, str], Callable[[Facts, str], Listing]] = {
    ("amendments", "all"): _amendments,
    ("searches", "all"): _searches,
    ("fields", "all"): _fields,
    ("sets", "merged"): _sets,
    ("studies", "included"): _included,
    ("studies", "design"): _designed,
    ("studies", "value"): _valued,
    ("studies", "counted"): _counted,
    ("studies", "in-words"): _in_words,
    ("studies", "not-reported"): _not_reported,
    ("studies", "open"): _open,
    ("studies", "appraised"): _appraised,
    ("targets", "appraised"): _targets,
    ("targets", "overall"): _overall,
}
