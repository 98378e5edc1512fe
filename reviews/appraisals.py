"""The settled appraisal as its figures draw it: PRISMA 2020 items 18 and 22.

A domain that is judged is a column; of a checklist that judges no domain each question
is one. Domains of which only one is ever used, as those of RoB 2 for the effect of
assignment and of adhering, share a column. It is read off settled judgments alone, so
that anyone on the team may see it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from django.db.models import QuerySet

from reviews import judgments, targets
from reviews.figures import svg
from reviews.figures.appraisal import Appraisal, Domain, Line
from reviews.figures.levels import NOT_PART, UNSETTLED, Level, Tone, tone_of
from reviews.instruments import definition, sheets
from reviews.instruments.conditions import codes
from reviews.models import (
    AppraisalTarget,
    ExtractionField,
    Instrument,
    Review,
    SettledJudgment,
    SettledValue,
)

# As wide as the code of a column may be before it is numbered instead.
CODE_WIDEST = 44.0
_STEP = re.compile(r"[+-]?\d\Z")
_NUMBER = re.compile(r"\d+(\.\d+)?\Z", re.ASCII)
UNITS = {
    Instrument.Unit.STUDY: ("study", "studies"),
    Instrument.Unit.REPORT: ("report", "reports"),
    Instrument.Unit.RESULT: ("result", "results"),
    Instrument.Unit.ESTIMATE: ("estimate", "estimates"),
    Instrument.Unit.OUTCOME: ("outcome", "outcomes"),
    Instrument.Unit.REVIEW: ("review", "reviews"),
}


class UnknownInstrument(LookupError):
    """Nothing is settled with such an instrument."""


@dataclass(frozen=True)
class _Column:
    """What makes a column: the domains that share it, or one question."""

    key: str
    short: str
    domains: tuple[definition.Domain, ...]
    question: definition.Question | None = None


@dataclass(frozen=True)
class Settled:
    """An instrument with its appraisal, and the targets behind its lines."""

    instrument: Instrument
    appraisal: Appraisal
    targets: tuple[AppraisalTarget, ...]

    # Whether every column is a judgment, and none an answer.
    judges: bool
    # Why each judgment was made: for each line, by column.
    supports: tuple[tuple[str, ...], ...] = ()

    def behind(self, key: str, code: str) -> list[AppraisalTarget]:
        """Return what stands behind a number: the targets at a level of a column.

        Raises KeyError where there is no such column.
        """
        place = {domain.key: at for at, domain in enumerate(self.appraisal.domains)}[
            key
        ]
        return [
            target
            for target, line in zip(self.targets, self.appraisal.lines, strict=True)
            if line.levels[place].code == code
        ]


def appraisals(review: Review) -> list[Settled]:
    """Return the appraisal with each instrument that something was settled with."""
    return [settled(table) for table in judgments.tables(review)]


def planned(review: Review, instrument: Instrument) -> Settled:
    """Return the appraisal with an instrument with which nothing is settled yet.

    Its lines are the included studies of the designs that the instrument is for; all
    of them, where none has such a design.
    """
    domains = sheets.all_domains(targets.form_of(instrument))
    columns = _columns(domains, [])
    included = list(review.studies.included().by_label())
    suited = [each for each in included if each.design in instrument.designs]
    lines = (
        Line(each.label, (UNSETTLED,) * len(columns), url=each.get_absolute_url())
        for each in suited or included
    )
    appraisal = Appraisal(
        name=instrument.name,
        unit="study",
        units="studies",
        domains=tuple(_domains(columns)),
        lines=tuple(lines),
    )
    judges = all(domain.is_judged for domain in domains)
    return Settled(instrument, appraisal, (), judges)


def weighed(found: Settled, field: ExtractionField) -> Settled:
    """Return the same with the settled numbers of a field as weights of its lines.

    What is planned alone has none.
    """
    if not found.targets:
        return found
    weights = _weights(field)
    lines = tuple(
        replace(line, weight=weights.get(target.study_id))
        for line, target in zip(found.appraisal.lines, found.targets, strict=True)
    )
    shown = replace(found.appraisal, lines=lines, weighted_by=field.label)
    return replace(found, appraisal=shown)


def choose(found: Sequence[Settled], key: str) -> Settled:
    """Return the one with the instrument of this key; the first where none is named.

    Raises UnknownInstrument.
    """
    for each in found:
        if key in ("", each.instrument.key, str(each.instrument.pk)):
            return each
    raise UnknownInstrument(key)


def weight_fields(review: Review) -> QuerySet[ExtractionField]:
    """Return the fields whose numbers may weigh the bars of the summary."""
    return review.extraction_fields.filter(
        kind=ExtractionField.Kind.NUMBER, retired_at=None
    ).order_by("position", "pk")


def settled(table: judgments.Table) -> Settled:
    """Return a table of settled judgments as a figure draws it, by outcome."""
    form = targets.form_of(table.instrument)
    used = {
        row.target.pk: {each.id for each in sheets.domains(form, row.target.options)}
        for row in table.rows
    }
    columns = _columns(table.columns, list(used.values()))
    rows = sorted(table.rows, key=lambda row: row.target.outcome.casefold())
    unit, units = UNITS[Instrument.Unit(table.instrument.unit)]
    appraisal = Appraisal(
        name=table.instrument.name,
        unit=unit,
        units=units,
        domains=tuple(_domains(columns)),
        lines=tuple(_line(row.target, columns, used[row.target.pk]) for row in rows),
    )
    appraised = tuple(row.target for row in rows)
    judges = all(domain.is_judged for domain in table.columns)
    supports = tuple(
        _supports(row.target, columns, used[row.target.pk]) for row in rows
    )
    return Settled(table.instrument, appraisal, appraised, judges, supports)


def _columns(
    domains: Iterable[definition.Domain], used: Sequence[set[str]]
) -> list[_Column]:
    found: dict[str, _Column] = {}
    for domain in domains:
        if not domain.is_judged:
            for each in domain.questions:
                key = f"{domain.id}.{each.id}"
                found[key] = _Column(key, each.number, (domain,), each)
            continue
        shared = found.get(domain.short)
        both = (*shared.domains, domain) if shared else (domain,)
        if shared and not _meet(both, used):
            found[domain.short] = _Column(shared.key, shared.short, both)
        else:
            place = domain.id if shared else domain.short
            found[place] = _Column(domain.id, domain.short, (domain,))
    return list(found.values())


def _meet(domains: Iterable[definition.Domain], used: Iterable[set[str]]) -> bool:
    """Tell whether something is appraised in more than one of the domains."""
    ids = {domain.id for domain in domains}
    return any(len(ids & each) > 1 for each in used)


def _domains(columns: Sequence[_Column]) -> Iterable[Domain]:
    taken: set[str] = set()
    for number, column in enumerate(columns, start=1):
        is_overall = column.domains[0].id == definition.OVERALL
        code = "Overall" if is_overall else _code(column.short, number, taken)
        taken.add(code)
        yield Domain(
            code=code,
            name=column.question.text
            if column.question
            else _shared_name([domain.name for domain in column.domains]),
            key=column.key,
            is_overall=is_overall,
            is_applicability=column.domains[0].is_applicability,
        )


def _code(short: str, number: int, taken: set[str]) -> str:
    if svg.width(short, bold=True) <= CODE_WIDEST and short not in taken:
        return short
    free = (f"D{each}" for each in count(number))
    return next(code for code in free if code not in taken)


def _shared_name(names: Sequence[str]) -> str:
    return "; or ".join(dict.fromkeys(names))


def _line(
    target: AppraisalTarget,
    columns: Sequence[_Column],
    used: set[str],
) -> Line:
    made = {each.domain: each for each in target.judgments.all()}
    named = [target.time_point, target.comparison]
    if target.report is not None:
        named.insert(0, str(target.report))
    return Line(
        label=target.study.label,
        levels=tuple(_level(column, used, made) for column in columns),
        detail=", ".join(part for part in named if part),
        group=target.outcome,
        url=target.study.get_absolute_url(),
    )


def _supports(
    target: AppraisalTarget, columns: Sequence[_Column], used: set[str]
) -> tuple[str, ...]:
    made = {each.domain: each.support for each in target.judgments.all()}
    return tuple(
        next((made.get(d.id, "") for d in column.domains if d.id in used), "")
        for column in columns
    )


def _level(
    column: _Column, used: set[str], made: Mapping[str, SettledJudgment]
) -> Level:
    domain = next((each for each in column.domains if each.id in used), None)
    if domain is None:
        return NOT_PART
    judgment = made.get(domain.id)
    if judgment is None:
        return UNSETTLED
    if column.question is not None:
        given = codes(judgment.answers.get(column.question.id, ""))
        return answered(column.question, given)
    level = sheets.level(domain, judgment.judgment)
    if level is None:
        return Level(judgment.judgment, judgment.judgment, Tone.NOT_APPLICABLE)
    return judged(level)


def judged(level: definition.Judgement) -> Level:
    """Return a level of an instrument as a figure shows it."""
    tone = tone_of(level.symbol, level.rank)
    return Level(level.code, level.label, tone, level.symbol, level.colour)


def answered(question: definition.Question, given: Sequence[str]) -> Level:
    """Return the answer to a question as a figure shows it."""
    if any(choice.star for choice in question.choices):
        return _stars(question, given)
    chosen = [choice for choice in question.choices if choice.code in given]
    if len(chosen) != 1:
        label = "; ".join(choice.label for choice in chosen) or "No answer"
        return Level("-".join(given) or "none", label, Tone.NOT_APPLICABLE)
    choice = chosen[0]
    if _STEP.match(choice.code):
        return Level(
            choice.code, choice.label, _step_tone(int(choice.code)), choice.code
        )
    tone = tone_of(choice.symbol, None) if choice.symbol else Tone.NOT_APPLICABLE
    if tone == Tone.UNKNOWN:
        tone = Tone.UNCLEAR
    return Level(choice.code, choice.label, tone, choice.symbol, choice.colour)


def _stars(question: definition.Question, given: Sequence[str]) -> Level:
    stars = sum(choice.star for choice in question.choices if choice.code in given)
    tone = Tone.GOOD if stars else Tone.BAD
    label = "1 star" if stars == 1 else f"{stars or 'No'} stars"
    return Level(f"stars-{stars}", label, tone, str(stars))


def _step_tone(step: int) -> Tone:
    """Return the tone of GRADE's steps: up and none are good, down is worse."""
    if step >= 0:
        return Tone.GOOD
    return (Tone.MIDDLE, Tone.BAD, Tone.WORST)[min(-step, 3) - 1]


def _weights(field: ExtractionField) -> dict[int, float]:
    """Return the settled number of each study; what is no number is left out."""
    rows = SettledValue.objects.filter(field=field, not_reported=False)
    found = {}
    for study, value in rows.values_list("study", "value"):
        if isinstance(value, str) and _NUMBER.match(value.strip()):
            found[study] = float(value)
    return found
