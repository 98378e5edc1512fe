"""Reading the domains of a definition: questions, responses, rules."""

from collections.abc import Iterable, Mapping

from reviews.instruments.conditions import (
    NOT_APPLICABLE,
    AllOf,
    Answered,
    AnyOf,
    options_in,
    questions_in,
)
from reviews.instruments.definition import (
    Choice,
    Domain,
    Hint,
    Judgement,
    Option,
    Preliminary,
    Question,
    Rule,
)
from reviews.instruments.reading import (
    InvalidInstrument,
    Json,
    condition,
    condition_at,
    flag,
    items,
    part,
    text,
    texts,
    unique,
)
from reviews.instruments.words import label

_RESPONSES: Mapping[str, tuple[str, str]] = {
    "Y": ("+", "#02C100"),
    "PY": ("+", "#02C100"),
    "PN": ("x", "#BF0000"),
    "N": ("x", "#BF0000"),
    "P": ("-", "#E2DF07"),
    "U": ("?", "#E2DF07"),
    "CT": ("?", "#E2DF07"),
    "NI": ("?", "#4EA1F7"),
    NOT_APPLICABLE: ("", "#cccccc"),
}
_HINTS = {
    "yes_needs": "Yes needs",
    "partial_yes_needs": "Partial yes needs",
    "hints": "Look for",
}


def domain(
    source: Json,
    root: Json,
    known: tuple[Judgement, ...],
    preliminaries: tuple[Preliminary, ...],
    where: str,
) -> Domain:
    """Read a domain; `root` is the definition that it belongs to."""
    key = text(source, "id", where)
    questions = tuple(
        _question(each, root, f"{where}.questions[{n}]")
        for n, each in enumerate(items(source, "questions", where))
    )
    if not questions:
        raise InvalidInstrument(f"{where} has no questions.")
    unique([question.id for question in questions], where, "question")
    judgement = part(source, "judgement", where)
    levels = _levels(texts(judgement, "options", where), known, where)
    parts = _parts(part(judgement, "algorithm", where), questions, key, where)
    _check_rules(parts, questions, levels, where)
    return Domain(
        id=key,
        name=text(source, "name", where),
        short=text(source, "short", where, key),
        questions=questions,
        judgements=levels,
        parts=parts,
        directions=options(texts(judgement, "direction_options", where)),
        use_when=condition_at(source, "use_when", where),
        needs=_needs(questions, parts, preliminaries),
        group=text(source, "group", where, ""),
        screening=flag(source, "screening", where, default=False),
        is_applicability=flag(source, "is_applicability", where, default=False),
    )


def _needs(
    questions: tuple[Question, ...],
    parts: tuple[tuple[Rule, ...], ...],
    preliminaries: tuple[Preliminary, ...],
) -> tuple[frozenset[str], ...]:
    """Find the sets of options without which the questions are not settled."""
    looked_at = frozenset[str]().union(
        *(options_in(question.ask_if) for question in questions),
        *(options_in(rule.when) for rules in parts for rule in rules),
    )
    return tuple(
        each.codes
        for each in preliminaries
        if each.minimum and not each.codes.isdisjoint(looked_at)
    )


def _question(source: Json, root: Json, where: str) -> Question:
    ask_if = condition_at(source, "ask_if", where)
    choices = _choices(source, root, where)
    if ask_if is not None:
        # Not applicable is what an unasked question counts as; one that is asked
        # because its condition holds takes a real answer.
        choices = tuple(each for each in choices if each.code != NOT_APPLICABLE)
    if not choices:
        raise InvalidInstrument(f"{where} has no responses.")
    unique([choice.code for choice in choices], where, "response")
    key = text(source, "id", where)
    shown = text(source, "number", where, key)
    return Question(
        id=key,
        number=shown,
        text=text(source, "text", where),
        choices=choices,
        item=text(source, "group", where, shown),
        note=text(source, "note", where, ""),
        level=text(source, "level", where, ""),
        required=flag(source, "required", where, default=True),
        multiple=flag(source, "multiple", where, default=False),
        critical=flag(source, "critical", where, default=False),
        ask_if=ask_if,
        hints=tuple(
            Hint(words, texts(source, name, where))
            for name, words in _HINTS.items()
            if source.get(name)
        ),
    )


def _choices(source: Json, root: Json, where: str) -> tuple[Choice, ...]:
    if "options" in source:
        return tuple(
            Choice(
                code=text(each, "code", where),
                label=text(each, "label", where),
                symbol="*" if each.get("star") is True else "",
                star=flag(each, "star", where, default=False),
            )
            for each in items(source, "options", where)
        )
    name = text(source, "responses", where)
    sets = part(root, "response_sets", "instrument")
    if name not in sets:
        raise InvalidInstrument(f"{where}.responses: no response set {name!r}.")
    words = part(root, "response_labels", "instrument")
    colours = part(root, "item_colours", "instrument")
    choices: list[Choice] = []
    for code in texts(sets, name, "response_sets"):
        symbol, colour = _RESPONSES.get(code, ("", ""))
        shown = text(words, code, "response_labels", code)
        if code == NOT_APPLICABLE and source.get("na_option"):
            shown = label(text(source, "na_option", where))
        own = text(colours, code, "item_colours", colour)
        choices.append(Choice(code, shown, symbol, own))
    return tuple(choices)


def _levels(
    codes: tuple[str, ...], known: tuple[Judgement, ...], where: str
) -> tuple[Judgement, ...]:
    by_code = {level.code: level for level in known}
    unknown = [code for code in codes if code not in by_code]
    if unknown:
        raise InvalidInstrument(f"{where}: no judgement {unknown[0]!r}.")
    unique(list(codes), where, "judgement")
    return tuple(by_code[code] for code in codes)


def _parts(
    source: Json, questions: tuple[Question, ...], key: str, where: str
) -> tuple[tuple[Rule, ...], ...]:
    kind = text(source, "type", where, "none")
    match kind:
        case "none" | "manual":
            return ()
        case "rules":
            return (_rules(items(source, "rules", where), key, where),)
        case "worst_of_parts":
            return tuple(
                _rules(items(each, "rules", where), f"{key}.{n}", f"{where}.parts[{n}]")
                for n, each in enumerate(items(source, "parts", where))
            )
        case "rules_over_answers":
            return (
                tuple(
                    _rule_over_answers(each, questions, f"{key}.{n}", where)
                    for n, each in enumerate(items(source, "rules", where), start=1)
                ),
            )
        case _:
            raise InvalidInstrument(f"{where}: no algorithm {kind!r}.")


def _rules(sources: list[Json], key: str, where: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            id=text(each, "id", where, f"{key}.{n}"),
            when=condition(each.get("when"), f"{where}.rules[{n - 1}].when"),
            then=text(each, "then", where, "") or None,
            prompt=text(each, "prompt", where, ""),
        )
        for n, each in enumerate(sources, start=1)
    )


def _rule_over_answers(
    source: Json, questions: tuple[Question, ...], key: str, where: str
) -> Rule:
    """Read a rule over all answers of a domain, as QUADAS-2 states them.

    Whiting et al., 2011, doi 10.7326/0003-4819-155-8-201110180-00009.
    """
    words = text(source, "when", where)
    wanted = {
        "every answer Y (or NA)": {"Y", NOT_APPLICABLE},
        "any N": {"N"},
        "no N, some U": {"U"},
    }.get(words)
    if wanted is None:
        raise InvalidInstrument(f"{where}: no rule over answers {words!r}.")
    over = tuple(Answered(question.id, frozenset(wanted)) for question in questions)
    return Rule(
        id=key,
        when=AllOf(over) if words.startswith("every") else AnyOf(over),
        then=text(source, "then", where, "") or None,
        prompt=text(source, "prompt", where, ""),
    )


def _check_rules(
    parts: tuple[tuple[Rule, ...], ...],
    questions: tuple[Question, ...],
    levels: tuple[Judgement, ...],
    where: str,
) -> None:
    """Refuse rules that look at what is not there, or ahead of the form's order."""
    seen: set[str] = set()
    for question in questions:
        if not questions_in(question.ask_if) <= seen:
            raise InvalidInstrument(
                f"{where}: question {question.id} depends on one that is not before it."
            )
        seen.add(question.id)
    codes = {level.code: level for level in levels}
    for rule in (rule for rules in parts for rule in rules):
        if not questions_in(rule.when) <= seen:
            raise InvalidInstrument(f"{where}: rule {rule.id} has an unknown question.")
        if rule.then is not None and rule.then not in codes:
            raise InvalidInstrument(
                f"{where}: rule {rule.id} leads to no judgement of this domain."
            )
        if len(parts) > 1 and rule.then and codes[rule.then].rank is None:
            raise InvalidInstrument(f"{where}: {rule.then} has no rank to compare.")


def options(codes: Iterable[str], labels: Json | None = None) -> tuple[Option, ...]:
    """Give options with their words, from the definition or the known ones."""
    words = labels or {}
    return tuple(Option(code, str(words.get(code) or label(code))) for code in codes)
