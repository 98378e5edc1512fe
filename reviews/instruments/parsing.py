"""From the JSON of a definition to an Instrument, or a message that says what is wrong.

A review keeps a copy of the definition that it appraises with, so that a newer
version of the tool changes nothing that was judged before; the copy is parsed again
whenever it is used.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from reviews.instruments import dialects
from reviews.instruments.conditions import options_in, questions_in
from reviews.instruments.definition import (
    LONGEST_CODE,
    OVERALL,
    Domain,
    Instrument,
    Judgement,
    Licence,
    Overall,
    OverallKind,
    Preliminary,
    PreliminaryKind,
    Reference,
)
from reviews.instruments.parsing_domains import domain, options
from reviews.instruments.reading import (
    InvalidInstrument,
    Json,
    condition_at,
    flag,
    items,
    mapping,
    number,
    part,
    text,
    texts,
    unique,
)
from reviews.instruments.words import label

SCHEMA_VERSION = 1

_GREEN, _YELLOW, _RED, _DARK_RED = "#02C100", "#E2DF07", "#BF0000", "#820000"
_SCALE = (("+", _GREEN), ("-", _YELLOW), ("x", _RED), ("!", _DARK_RED))
_LEVELS = {
    "include": ("+", 0, _GREEN),
    "seek_further_info": ("?", 1, _YELLOW),
    "exclude": ("x", 2, _RED),
    "low_all": ("+", 0, _GREEN),
    "at_risk": ("x", 1, _RED),
    "poor": ("x", 2, _RED),
}
_NOS_DOMAINS = {"selection", "comparability", "outcome"}
_NOTES = (
    "note",
    "critical_note",
    "screening_rule",
    "choose_sections",
    "routing_choice",
    "repeatable_domains",
    "source_differences",
)


def parse(definition: Mapping[str, Any]) -> Instrument:
    """Read a definition, or raise InvalidInstrument naming the place."""
    source = mapping(definition, "The definition")
    if source.get("schema_version") != SCHEMA_VERSION:
        raise InvalidInstrument(f"schema_version must be {SCHEMA_VERSION}.")
    source = dialects.common(source)
    where = "instrument"
    reference = part(source, "reference", where)
    licence = part(source, "licence", where)
    meanings = part(source, "domain_judgement_meaning", where)
    judgements = tuple(
        _judgement(each, meanings, f"judgements[{n}]")
        for n, each in enumerate(items(source, "judgements", where))
    )
    unique([level.code for level in judgements], "judgements", "code")
    preliminaries = _preliminaries(source)
    domains = tuple(
        domain(each, source, judgements, preliminaries, f"domains[{n}]")
        for n, each in enumerate(items(source, "domains", where))
    )
    if not domains:
        raise InvalidInstrument("The instrument has no domains.")
    unique([domain.id for domain in domains], "domains", "id")
    instrument = Instrument(
        key=text(source, "id", where),
        name=text(source, "name", where),
        short_name=text(source, "short_name", where),
        version=text(source, "version", where),
        kind=text(source, "kind", where),
        unit=text(source, "unit_of_assessment", where),
        designs=texts(source, "applicable_designs", where),
        reference=Reference(
            citation=text(reference, "citation", "reference"),
            doi=text(reference, "doi", "reference", ""),
            url=text(reference, "url", "reference", ""),
        ),
        licence=Licence(
            spdx=text(licence, "spdx", "licence", ""),
            note=text(licence, "note", "licence", ""),
            verified=text(licence, "verified", "licence", ""),
        ),
        judgements=judgements,
        preliminaries=preliminaries,
        domains=domains,
        overall=_overall(source, judgements),
        notes=_notes(source),
    )
    return _checked(instrument)


def _judgement(source: Json, meanings: Json, where: str) -> Judgement:
    code = text(source, "code", where)
    return Judgement(
        code=code,
        label=text(source, "label", where),
        symbol=text(source, "symbol", where, ""),
        rank=number(source, "rank", where),
        colour=text(source, "colour", where, ""),
        meaning=text(meanings, code, "domain_judgement_meaning", ""),
    )


def _preliminaries(source: Json) -> tuple[Preliminary, ...]:
    found = items(source, "preliminary", "instrument")
    used = _used_options(source)
    preliminaries = tuple(
        _preliminary(each, used, f"preliminary[{n}]") for n, each in enumerate(found)
    )
    unique([each.id for each in preliminaries], "preliminary", "id")
    return preliminaries


def _used_options(source: object) -> frozenset[str]:
    """Find the options that any condition of the definition looks at."""
    if isinstance(source, Mapping):
        own = {source["opt"]} if isinstance(source.get("opt"), str) else set()
        return frozenset(own).union(*map(_used_options, source.values()))
    if isinstance(source, list):
        return frozenset().union(*map(_used_options, source))
    return frozenset()


def _preliminary(source: Json, used: frozenset[str], where: str) -> Preliminary:
    codes = texts(source, "options", where)
    unique(list(codes), where, "option")
    kind = text(source, "type", where, PreliminaryKind.CHOICE)
    if kind not in list(PreliminaryKind) or (kind == PreliminaryKind.CHOICE) != bool(
        codes
    ):
        raise InvalidInstrument(f"{where} needs options, or the type text or list.")
    multiple = flag(source, "multiple", where, default=False)
    minimum = number(source, "min", where)
    if minimum is None:
        minimum = int(not multiple and not used.isdisjoint(codes))
    if isinstance(source.get("default"), str):
        default: tuple[str, ...] = (source["default"],)
    else:
        default = texts(source, "default", where)
    if not set(default) <= set(codes) or minimum > len(codes):
        raise InvalidInstrument(f"{where}: default and min must fit the options.")
    key = text(source, "id", where)
    return Preliminary(
        id=key,
        label=text(source, "label", where, label(key)),
        kind=PreliminaryKind(kind),
        options=options(codes, part(source, "labels", where)),
        multiple=multiple,
        minimum=minimum,
        default=default,
        ask_if=condition_at(source, "ask_if", where),
    )


def _overall(source: Json, known: tuple[Judgement, ...]) -> Overall:
    where = "overall"
    overall = part(source, "overall", "instrument")
    algorithm = part(overall, "algorithm", where)
    kind = text(algorithm, "type", where, OverallKind.NONE)
    if kind not in list(OverallKind):
        raise InvalidInstrument(f"{where}: no algorithm {kind!r}.")
    codes = texts(overall, "options", where)
    judgements = _overall_levels(codes, known)
    precedence: tuple[str, ...] = ()
    if kind == OverallKind.PRECEDENCE:
        rules = items(algorithm, "rules", where)
        precedence = tuple(text(rule, "then", where) for rule in rules)
    explain = texts(overall, "needs_comment_when", where)
    if not {*precedence, *explain} <= set(codes):
        raise InvalidInstrument(f"{where} names a judgement that it does not offer.")
    start = part(part(source, "start", "instrument"), "levels", "start")
    is_sum = kind == OverallKind.SUM_CLAMPED
    levels = _level_values(source, codes) if is_sum else {}
    return Overall(
        kind=OverallKind(kind),
        judgements=judgements,
        precedence=precedence,
        start=MappingProxyType({key: _whole(start, key) for key in start}),
        levels=MappingProxyType(levels),
        directions=options(texts(overall, "direction_options", where)),
        use_when=condition_at(overall, "use_when", where),
        explain=explain,
        prompt=text(algorithm, "prompt", where, "")
        or text(algorithm, "note", where, ""),
        note=text(overall, "note", where, "") or text(overall, "display", where, ""),
    )


def _overall_levels(
    codes: tuple[str, ...], known: tuple[Judgement, ...]
) -> tuple[Judgement, ...]:
    """Give the overall levels; those of their own are listed from best to worst."""
    unique(list(codes), "overall", "judgement")
    by_code = {level.code: level for level in known}
    levels: list[Judgement] = []
    for place, code in enumerate(codes):
        symbol, colour = _SCALE[min(place, len(_SCALE) - 1)]
        symbol, rank, colour = _LEVELS.get(code, (symbol, place, colour))
        own = Judgement(code, label(code), symbol, rank, colour)
        levels.append(by_code.get(code, own))
    return tuple(levels)


def _level_values(source: Json, codes: tuple[str, ...]) -> dict[str, int]:
    found = {
        text(each, "code", "levels"): _whole(each, "value")
        for each in items(source, "levels", "instrument")
    }
    if not codes or set(found) != set(codes):
        raise InvalidInstrument("levels must give a value to each overall judgement.")
    # A sum may come to any number between the lowest and the highest.
    lowest = min(found.values())
    if sorted(found.values()) != list(range(lowest, lowest + len(found))):
        raise InvalidInstrument("levels must have values that follow one another.")
    return found


def _whole(source: Json, key: str) -> int:
    value = number(source, key, "levels")
    if value is None:
        raise InvalidInstrument(f"levels.{key} must be a whole number.")
    return value


def _notes(source: Json) -> tuple[str, ...]:
    notes: list[str] = []
    for key in _NOTES:
        if isinstance(source.get(key), list):
            notes.extend(texts(source, key, "instrument"))
        elif source.get(key) is not None:
            notes.append(text(source, key, "instrument"))
    return tuple(notes)


def _checked(instrument: Instrument) -> Instrument:
    """Refuse a definition that holds together in its parts but not as a whole."""
    overall = instrument.overall
    offered = set(instrument.designs).union(
        *(preliminary.codes for preliminary in instrument.preliminaries)
    )
    outside = [
        overall.use_when,
        *(each.ask_if for each in instrument.preliminaries),
        *(each.use_when for each in instrument.domains),
    ]
    inside = [
        *(
            question.ask_if
            for each in instrument.domains
            for question in each.questions
        ),
        *(
            rule.when
            for each in instrument.domains
            for rules in each.parts
            for rule in rules
        ),
    ]
    used = frozenset[str]().union(*map(options_in, [*outside, *inside]))
    used |= set(overall.start)
    if not used <= offered:
        raise InvalidInstrument(f"No option {min(used - offered)!r} is offered.")
    if any(map(questions_in, outside)):
        raise InvalidInstrument("Only options decide what of an instrument is used.")
    ids = [each.id for each in instrument.domains]
    levels = (*overall.judgements, *instrument.judgements)
    if OVERALL in ids:
        raise InvalidInstrument(f"No domain may be called {OVERALL}.")
    longest = max([*ids, *(level.code for level in levels)], key=len)
    if len(longest) > LONGEST_CODE:
        raise InvalidInstrument(f"{longest!r} is over {LONGEST_CODE} characters.")
    if not _fits(overall, instrument.domains):
        raise InvalidInstrument(f"overall: {overall.kind} does not fit the domains.")
    return instrument


def _fits(overall: Overall, domains: tuple[Domain, ...]) -> bool:
    """Say whether the overall rule can work on these domains."""
    offered = {level.code for level in overall.judgements}
    judged = {level.code: level for each in domains for level in each.judgements}
    ranked = all(level.rank is not None for level in judged.values())
    match overall.kind:
        case OverallKind.WORST_DOMAIN:
            return bool(judged) and ranked and set(judged) <= offered
        case OverallKind.PRECEDENCE:
            return bool(judged) and set(judged) <= set(overall.precedence)
        case OverallKind.ALL_LOW:
            return bool(judged) and ranked and len(offered) == 2
        case OverallKind.AMSTAR2:
            return {"high", "moderate", "low", "critically_low"} <= offered
        case OverallKind.NOS_AHRQ:
            ids = {each.id for each in domains}
            return {"good", "fair", "poor"} <= offered and ids >= _NOS_DOMAINS
        case OverallKind.SUM_CLAMPED:
            questions = [question for each in domains for question in each.questions]
            steps = {code for question in questions for code in question.codes}
            single = not any(question.multiple for question in questions)
            return single and bool(overall.start) and all(map(_is_whole, steps))
        case _:
            return True


def _is_whole(code: str) -> bool:
    return code.removeprefix("-").isdecimal() and code.isascii()
