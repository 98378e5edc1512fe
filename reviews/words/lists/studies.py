"""The lists of studies: all, by design, by what is settled of them, by instrument.

`of` is the key of an item or an instrument; behind it may stand a colon and a value.
"""

from collections.abc import Iterable

from reviews import studies
from reviews.models import ExtractionField, SettledValue, Study
from reviews.words import values
from reviews.words.facts import Facts
from reviews.words.lists.appraisal import table_of
from reviews.words.lists.listing import Line, Listing, NoLines, page_of


def included(facts: Facts, of: str) -> Listing:
    """List the included studies."""
    return Listing("Included studies", _studies(facts, facts.studies))


def designed(facts: Facts, of: str) -> Listing:
    """List the included studies of one design; `of` is its code, empty without one."""
    name = studies.DESIGNS.get(of, of) if of else "design not recorded"
    found = [study for study in facts.studies if study.design == of]
    return Listing(f"Included studies by design: {name}", _studies(facts, found))


def valued(facts: Facts, of: str) -> Listing:
    """List the values of an item that say the same."""
    pk, _, text = of.partition(":")
    field, said = _said(facts, pk)
    found = [
        _of_value(facts, value)
        for value in said.settled
        for each in values.texts(value)
        if each == text
    ]
    return Listing(f"{field.label}: {text}", found)


def counted(facts: Facts, of: str) -> Listing:
    """List the values of an item that are a number, with their sum."""
    field, said = _said(facts, of)
    numbers = [(value, values.number_of(value)) for value in said.settled]
    known = [(value, number) for value, number in numbers if number is not None]
    return Listing(
        f"Studies of which this is a number: {field.label}",
        [_of_value(facts, value) for value, _ in known],
        total=sum(number for _, number in known),
    )


def in_words(facts: Facts, of: str) -> Listing:
    """List the values of an item that are no number."""
    field, said = _said(facts, of)
    found = [value for value in said.settled if values.number_of(value) is None]
    label = f"Studies of which this is told in words: {field.label}"
    return Listing(label, [_of_value(facts, value) for value in found])


def not_reported(facts: Facts, of: str) -> Listing:
    """List the studies that do not report an item."""
    field, said = _said(facts, of)
    label = f"Studies that do not report: {field.label}"
    return Listing(label, _studies(facts, said.not_reported))


def unsettled(facts: Facts, of: str) -> Listing:
    """List the studies of which an item is not settled."""
    field, said = _said(facts, of)
    label = f"Studies for which this is not settled: {field.label}"
    return Listing(label, _studies(facts, said.open))


def appraised(facts: Facts, of: str) -> Listing:
    """List the studies that were appraised with an instrument."""
    table = table_of(facts, of)
    found = {row.target.study_id: row.target.study for row in table.rows}
    label = f"Studies appraised with {table.instrument.name}"
    return Listing(label, _studies(facts, found.values()))


def _said(facts: Facts, pk: str) -> tuple[ExtractionField, values.Said]:
    for field in facts.fields:
        if field.meaning and str(field.pk) == pk:
            return field, values.said(facts, field)
    raise NoLines(f"No data item {pk}.")


def _of_value(facts: Facts, value: SettledValue) -> Line:
    url = page_of("study_detail", facts, value.study_id)
    return Line(value.study.label, url, "; ".join(values.texts(value)))


def _studies(facts: Facts, found: Iterable[Study]) -> list[Line]:
    return [
        Line(each.label, page_of("study_detail", facts, each.pk), _design(each))
        for each in found
    ]


def _design(study: Study) -> str:
    return studies.DESIGNS.get(study.design, study.design)
