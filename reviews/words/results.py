"""The included studies in words: PRISMA 2020, items 17 and 18."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from reviews import studies
from reviews.instruments.definition import OVERALL
from reviews.judgments import Table
from reviews.models import ExtractionField, SettledValue, Study
from reviews.words.facts import Facts, Meaning, tally
from reviews.words.parts import (
    Number,
    Paragraph,
    Parts,
    Phrase,
    counted,
    join,
    listed,
    sentence,
    were,
    within,
)

_WHOLE = re.compile(r"\d{1,3}(?:[,\u2009 ]\d{3})+|\d+")


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
        yield from _appraised(table, facts.page("study_list"))


def paragraphs(facts: Facts) -> Iterator[Paragraph]:
    """Yield what follows the flow."""
    yield Paragraph("Study characteristics", tuple(characteristics(facts)))
    yield Paragraph("Appraisal of the studies", tuple(appraisal(facts)))


def _designs(facts: Facts) -> Iterator[Parts]:
    number = len(facts.studies)
    included = counted(
        number,
        "included study",
        "included studies",
        facts.box("studies_included", number),
    )
    known = [study.design for study in facts.studies if study.design]
    if not known:
        yield sentence("The design of ", included, " is not recorded")
        return
    told = [
        _of_design(facts, code, studies.DESIGNS.get(code, code), count)
        for code, count in tally(known)
    ]
    if unknown := number - len(known):
        told.append(_of_design(facts, "none", "design not recorded", unknown))
    yield sentence("By design, the ", included, f" {were(number)}: ", listed(told))


def _of_design(facts: Facts, code: str, name: str, count: int) -> Parts:
    known = code == "none" or code in studies.DESIGNS
    query = urlencode({"design": code, "state": "included"})
    url = f"{facts.page('study_list')}?{query}" if known else ""
    return join(f"{_lower(name)} (n = ", Number(count, url), ")")


def _countries(facts: Facts, field: ExtractionField) -> Iterator[Parts]:
    said = _values(facts, field)
    named = [country for value in said.settled for country in _texts(value)]
    if named:
        told = [
            join(f"{within(name)} (n = ", Number(count, said.url), ")")
            for name, count in tally(named)
        ]
        yield sentence("By country, studies came from ", listed(told))
    yield from _missing("The country", said)


def _participants(facts: Facts, field: ExtractionField) -> Iterator[Parts]:
    said = _values(facts, field)
    numbers = [
        number
        for value in said.settled
        if (number := whole(" ".join(_texts(value)))) is not None
    ]
    if numbers:
        least, most = min(numbers), max(numbers)
        spread = f", {least:,} to {most:,} in each" if len(numbers) > 1 else ""
        yield sentence(
            "The number of participants is known of ",
            counted(len(numbers), "study", "studies", facts.page("table1")),
            ": ",
            Number(sum(numbers), said.url),
            f" in all{spread}" if len(numbers) > 1 else "",
        )
    if unread := len(said.settled) - len(numbers):
        yield sentence(
            "The number of participants of ",
            counted(unread, "study", "studies", facts.page("table1")),
            " is told in words and not added up",
        )
    yield from _missing("The number of participants", said)


class _Said:
    """What is settled of a field, study by study."""

    def __init__(self, values: Sequence[SettledValue | None], url: str) -> None:
        self.settled = [v for v in values if v is not None and not v.not_reported]
        self.not_reported = sum(v is not None and v.not_reported for v in values)
        self.open = sum(value is None for value in values)
        self.url = url


def _values(facts: Facts, field: ExtractionField) -> _Said:
    each: list[SettledValue | None] = [_value(facts, field, s) for s in facts.studies]
    return _Said(each, facts.page("table1"))


def _value(facts: Facts, field: ExtractionField, study: Study) -> SettledValue | None:
    return facts.value(field, study)


def _missing(what: str, said: _Said) -> Iterator[Parts]:
    told = [
        join(f"{how} ", counted(number, "study", "studies", said.url))
        for number, how in (
            (said.not_reported, "is not reported by"),
            (said.open, "has not been settled for"),
        )
        if number
    ]
    if told:
        yield sentence(f"{what} ", listed(told))


def _texts(value: SettledValue) -> list[str]:
    held = value.value
    return [str(each) for each in held] if isinstance(held, list) else [str(held)]


def whole(text: str) -> int | None:
    """Return the number that the text is, if it is a whole number and nothing else."""
    found = _WHOLE.fullmatch(text.strip())
    return int(re.sub(r"\D", "", found[0])) if found else None


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _appraised(table: Table, url: str) -> Iterator[Parts]:
    targets = [row.target for row in table.rows]
    number = len({target.study_id for target in targets})
    unit = table.instrument.get_unit_display().split(":")[0].lower()
    appraised: Phrase = join(
        counted(len(targets), unit, "studies" if unit == "study" else "", url),
        "" if unit == "study" else (" of ", *counted(number, "study", "studies", url)),
    )
    place = next(
        (n for n, column in enumerate(table.columns) if column.id == OVERALL), None
    )
    name = table.instrument.name
    if place is None:
        yield sentence(
            f"With {name}, which gives no overall judgment, ",
            appraised,
            f" {were(len(targets))} appraised",
        )
        return
    cells = [row.cells[place] for row in table.rows]
    told = [
        join(f"{_lower(label)} (n = ", Number(count, url), ")")
        for label, count in tally(cell.label for cell in cells if cell.is_settled)
    ]
    if left := sum(not cell.is_settled for cell in cells):
        told.append(join("not settled (n = ", Number(left, url), ")"))
    yield sentence(
        f"With {name}, ",
        appraised,
        f" {were(len(targets))} appraised; overall: ",
        listed(told),
    )
