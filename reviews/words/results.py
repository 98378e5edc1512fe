"""The included studies in words: PRISMA 2020, items 17 and 18."""

from collections.abc import Iterator, Sequence

from reviews import studies
from reviews.judgments import Table
from reviews.models import ExtractionField, Instrument
from reviews.words import values
from reviews.words.facts import Facts, Meaning, tally
from reviews.words.parts import (
    Paragraph,
    Parts,
    Phrase,
    Sum,
    counted,
    join,
    listed,
    numbered,
    sentence,
    were,
    within,
)
from reviews.words.values import Said


def characteristics(facts: Facts) -> Iterator[Parts]:
    """Say how many studies there are, of which designs, where, and with how many."""
    if not facts.studies:
        yield sentence("There is no included study yet whose characteristics to tell")
        return
    yield from _designs(facts)
    if field := facts.field(Meaning.COUNTRY):
        yield from _countries(facts, field)
    if field := facts.field(Meaning.PARTICIPANTS):
        yield from _participants(facts, field)
    else:
        yield sentence("The number of participants is not among the data items")


def appraisal(facts: Facts) -> Iterator[Parts]:
    """Say what was settled overall with each instrument."""
    if not facts.appraisals:
        yield sentence("No judgment of the appraisal has been settled yet")
    for table in facts.appraisals:
        yield from _appraised(facts, table)


def of_studies(facts: Facts) -> Iterator[Parts]:
    """Say the same of the studies alone, without the certainty of the evidence."""
    found = [table for table in facts.appraisals if not is_certainty(table.instrument)]
    if not found:
        yield sentence("No judgment of the appraisal has been settled yet")
    for table in found:
        yield from _appraised(facts, table)


def certainty(facts: Facts) -> Iterator[Parts]:
    """Say what was settled of the certainty of the evidence, if that is assessed."""
    for table in facts.appraisals:
        if is_certainty(table.instrument):
            yield from _appraised(facts, table)


def is_certainty(instrument: Instrument) -> bool:
    """Tell whether an instrument rates evidence, and not the studies."""
    return instrument.key.startswith("grade")


def paragraphs(facts: Facts) -> Iterator[Paragraph]:
    """Yield what follows the flow."""
    yield Paragraph("Study characteristics", tuple(characteristics(facts)))
    yield Paragraph("Appraisal of the studies", tuple(appraisal(facts)))


def _designs(facts: Facts) -> Iterator[Parts]:
    number = len(facts.studies)
    url = facts.listed("studies", "included")
    included = counted(number, "included study", "included studies", url)
    known = [study.design for study in facts.studies if study.design]
    if not known:
        yield sentence("The design of ", included, " is not recorded")
        return
    told = [
        _of_design(facts, code, studies.DESIGNS.get(code, code), count)
        for code, count in tally(known)
    ]
    if unknown := number - len(known):
        told.append(_of_design(facts, "", "design not recorded", unknown))
    yield sentence("By design, the ", included, f" {were(number)}: ", listed(told))


def _of_design(facts: Facts, code: str, name: str, count: int) -> Parts:
    url = facts.listed("studies", "design", code)
    return numbered(_lower(name), count, url)


def _countries(facts: Facts, field: ExtractionField) -> Iterator[Parts]:
    said = values.said(facts, field)
    named = [country for value in said.settled for country in values.texts(value)]
    if named:
        told = [
            numbered(
                within(name),
                count,
                facts.listed("studies", "value", f"{field.pk}:{name}"),
            )
            for name, count in tally(named)
        ]
        yield sentence("By country, studies came from ", listed(told))
    yield from _missing(facts, "The country", field, said)


def _participants(facts: Facts, field: ExtractionField) -> Iterator[Parts]:
    said = values.said(facts, field)
    numbers = [
        number
        for value in said.settled
        if (number := values.number_of(value)) is not None
    ]
    if numbers:
        url = facts.listed("studies", "counted", field.pk)
        least, most = min(numbers), max(numbers)
        spread = f", {least:,} to {most:,} in each" if len(numbers) > 1 else ""
        yield sentence(
            "The number of participants is known of ",
            counted(len(numbers), "study", "studies", url),
            ": ",
            Sum(sum(numbers), url),
            f" in all{spread}" if len(numbers) > 1 else "",
        )
    if unread := len(said.settled) - len(numbers):
        url = facts.listed("studies", "in-words", field.pk)
        yield sentence(
            "The number of participants of ",
            counted(unread, "study", "studies", url),
            " is told in words and not added up",
        )
    yield from _missing(facts, "The number of participants", field, said)


def _missing(
    facts: Facts, what: str, field: ExtractionField, said: Said
) -> Iterator[Parts]:
    told = [
        join(
            f"{how} ",
            counted(
                len(found), "study", "studies", facts.listed("studies", way, field.pk)
            ),
        )
        for found, way, how in (
            (said.not_reported, "not-reported", "is not reported by"),
            (said.open, "open", "has not been settled for"),
        )
        if found
    ]
    if told:
        yield sentence(f"{what} ", listed(told))


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _appraised(facts: Facts, table: Table) -> Iterator[Parts]:
    key = table.instrument.pk
    number = len({row.target.study_id for row in table.rows})
    unit = table.instrument.get_unit_display().split(":")[0].lower()
    url = facts.listed("targets", "appraised", key)
    studies = facts.listed("studies", "appraised", key)
    appraised: Phrase = join(
        counted(len(table.rows), unit, "studies" if unit == "study" else "", url),
        ""
        if unit == "study"
        else (" of ", *counted(number, "study", "studies", studies)),
    )
    said = [values.overall(table, row) for row in table.rows]
    name = table.instrument.name
    if None in said:
        yield sentence(
            f"With {name}, which gives no overall judgment, ",
            appraised,
            f" {were(len(table.rows))} appraised",
        )
        return
    told = [
        numbered(
            _lower(label) if label else "not settled",
            count,
            facts.listed("targets", "overall", f"{key}:{label}"),
        )
        for label, count in _settled_first(tally(label or "" for label in said))
    ]
    yield sentence(
        f"With {name}, ",
        appraised,
        f" {were(len(table.rows))} appraised; overall: ",
        listed(told),
    )


def _settled_first(found: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(found, key=lambda pair: not pair[0])
