"""What the rules of an instrument propose; a person always has the last word.

The proposed judgement, the final one and the reason where they differ are all kept.
Nothing is proposed while a question is open, and where a tool lets the assessor go
further than its rule, the proposal carries a prompt and never does so by itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reviews.instruments.asking import (
    counted,
    domains_in_use,
    is_complete,
    option_problems,
    settled_options,
    tally,
)
from reviews.instruments.conditions import Answers, Options, codes, holds
from reviews.instruments.definition import (
    Domain,
    Instrument,
    Judgement,
    Overall,
    OverallKind,
    Rule,
)
from reviews.instruments.dialects import CRITICAL, PARTIAL_IS_WEAK

RATE_UP_PROMPT = (
    "Rating up is meant for evidence from non-randomised studies that was not rated "
    "down."
)
EXTREME_PROMPT = (
    "Three levels down for risk of bias are meant for evidence that starts high "
    "because it was appraised with ROBINS-I."
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed judgement, what the assessor is asked, and the rules that led there.

    Without a code the judgement is open, or the assessor's alone.
    """

    code: str | None = None
    prompt: str | None = None
    rules: tuple[str, ...] = ()


def proposed(domain: Domain, answers: Answers, options: Options = ()) -> str | None:
    """Give the judgement of a domain by its rules, None while it is open."""
    return proposal(domain, answers, options).code


def proposal(domain: Domain, answers: Answers, options: Options = ()) -> Proposal:
    """Give the judgement of a domain by its rules, with its prompt and its rules.

    In each part the first rule that holds wins, and the domain takes the worst of
    its parts, as in RoB 2 (Sterne et al., 2019, doi 10.1136/bmj.l4898).
    """
    if not domain.parts or not is_complete(domain, answers, options):
        return Proposal()
    kept = counted(domain, answers, options)
    matched = [_first(rules, kept, options) for rules in domain.parts]
    found = [rule for rule in matched if rule is not None]
    if len(found) < len(matched):
        return Proposal()
    names = tuple(rule.id for rule in found)
    prompt = " ".join(rule.prompt for rule in found if rule.prompt) or None
    reached = [domain.judgement(rule.then) for rule in found if rule.then]
    if len(reached) < len(found):
        return Proposal(None, prompt, names)
    return Proposal(max(reached, key=_rank).code, prompt, names)


def _first(rules: tuple[Rule, ...], kept: Answers, options: Options) -> Rule | None:
    return next((rule for rule in rules if holds(rule.when, kept, options)), None)


def _rank(level: Judgement) -> int:
    return -1 if level.rank is None else level.rank


def overall(
    instrument: Instrument,
    judgements: Mapping[str, str | None],
    answers: Mapping[str, Answers] | None = None,
    options: Options = (),
    design: str = "",
) -> Proposal:
    """Give the overall judgement by the rule of the instrument.

    `judgements` are the final ones by domain id; `answers`, by domain id, are needed
    by the rules that count answers (AMSTAR 2, Newcastle-Ottawa, GRADE).
    """
    chosen = settled_options(instrument, options, design)
    if option_problems(instrument, chosen) or not overall_in_use(instrument, chosen):
        return Proposal()
    used = domains_in_use(instrument, chosen)
    match instrument.overall.kind:
        case OverallKind.NONE | OverallKind.MANUAL:
            return Proposal()
        case OverallKind.WORST_DOMAIN | OverallKind.PRECEDENCE | OverallKind.ALL_LOW:
            bias = [each for each in used if not each.is_applicability]
            levels = _judged(bias, judgements)
            return _over_domains(instrument.overall, levels) if levels else Proposal()
    own = answers or {}
    if not all(is_complete(each, own.get(each.id, {}), chosen) for each in used):
        return Proposal()
    match instrument.overall.kind:
        case OverallKind.AMSTAR2:
            return _amstar2(instrument, own, chosen)
        case OverallKind.NOS_AHRQ:
            return _nos_ahrq(tally(instrument, own, chosen).stars_in)
        case OverallKind.SUM_CLAMPED:
            return _sum_clamped(instrument, own, chosen)


def overall_in_use(
    instrument: Instrument, options: Options = (), design: str = ""
) -> bool:
    """Say whether this appraisal ends with an overall judgement."""
    if not instrument.overall.judgements:
        return False
    chosen = settled_options(instrument, options, design)
    when = instrument.overall.use_when
    return when is None or holds(when, {}, chosen)


def overall_applicability(
    instrument: Instrument, judgements: Mapping[str, str | None], options: Options = ()
) -> Proposal:
    """Sum up the concerns about applicability as the risk of bias is summed up.

    Whiting et al., 2011, doi 10.7326/0003-4819-155-8-201110180-00009.
    """
    used = domains_in_use(instrument, options)
    levels = _judged([each for each in used if each.is_applicability], judgements)
    return _over_domains(instrument.overall, levels) if levels else Proposal()


def departs(proposed: str | None, final: str | None) -> bool:
    """Say whether the final judgement differs from one that was proposed."""
    return bool(proposed and final) and proposed != final


def needs_reason(
    proposed: str | None, final: str | None, overall: Overall | None = None
) -> bool:
    """Say whether the final judgement must be explained.

    It must where it departs from the proposal, and where the instrument asks for a
    comment on it: pass `overall` for an overall judgement.
    """
    explained = overall is not None and final in overall.explain
    return explained or departs(proposed, final)


def _judged(
    domains: Iterable[Domain], judgements: Mapping[str, str | None]
) -> list[Judgement]:
    """Give the level of each judged domain, nothing while one is open."""
    levels: list[Judgement] = []
    for domain in domains:
        if domain.is_judged:
            known = {level.code: level for level in domain.judgements}
            level = known.get(judgements.get(domain.id) or "")
            if level is None:
                return []
            levels.append(level)
    return levels


def _over_domains(overall: Overall, levels: list[Judgement]) -> Proposal:
    match overall.kind:
        case OverallKind.WORST_DOMAIN:
            return _worst_domain(overall, levels)
        case OverallKind.PRECEDENCE:
            return _precedence(overall, levels)
        case OverallKind.ALL_LOW:
            return _all_low(overall, levels)
        case _:
            return Proposal()


def _worst_domain(overall: Overall, levels: list[Judgement]) -> Proposal:
    """Take the worst domain; ask where several could add up to the worst level.

    RoB 2: Sterne et al., 2019, doi 10.1136/bmj.l4898. Some concerns in two or more
    domains may be raised to high by the assessor, never by a count.
    """
    worst = max(levels, key=_rank)
    middle = 0 < _rank(worst) < max(map(_rank, overall.judgements))
    several = Counter(level.code for level in levels)[worst.code] > 1
    asks = middle and several
    return Proposal(worst.code, (overall.prompt or None) if asks else None)


def _precedence(overall: Overall, levels: list[Judgement]) -> Proposal:
    """Take the first level of the instrument's order that any domain was judged at.

    ROBINS-I: Sterne et al., 2016, doi 10.1136/bmj.i4919. No information comes after
    serious and before moderate; whether a domain is key is the assessor's to say.
    """
    found = Counter(level.code for level in levels)
    code = next((each for each in overall.precedence if each in found), None)
    if code is None:
        return Proposal()
    level = overall.judgement(code)
    worst = max(map(_rank, overall.judgements))
    open_to_more = level.rank is None or (
        0 < level.rank == worst - 1 and found[code] > 1
    )
    return Proposal(code, (overall.prompt or None) if open_to_more else None)


def _all_low(overall: Overall, levels: list[Judgement]) -> Proposal:
    """Low in every domain is low overall, anything else is at risk.

    QUADAS-2: Whiting et al., 2011, doi 10.7326/0003-4819-155-8-201110180-00009.
    """
    low, at_risk = overall.judgements[0], overall.judgements[-1]
    return Proposal((low if all(each.rank == 0 for each in levels) else at_risk).code)


def weak_items(
    instrument: Instrument, answers: Mapping[str, Answers], options: Options = ()
) -> tuple[str, ...]:
    """Name the items answered no; parts of an item (9a, 9b) are one item.

    A partial yes counts as met unless the team chose otherwise.
    """
    chosen = settled_options(instrument, options)
    weak = {"N", "P"} if PARTIAL_IS_WEAK in chosen else {"N"}
    found: dict[str, None] = {}
    for domain in domains_in_use(instrument, chosen):
        kept = counted(domain, answers.get(domain.id, {}), chosen)
        for question in domain.questions:
            if weak.intersection(codes(kept.get(question.id, ""))):
                found[question.item] = None
    return tuple(found)


def _amstar2(
    instrument: Instrument, answers: Mapping[str, Answers], options: Options
) -> Proposal:
    """Rate confidence by weaknesses in critical and in other items.

    Shea et al., 2017, doi 10.1136/bmj.j4008: more than one critical flaw is
    critically low, one is low; more than one other weakness is moderate, else high.
    """
    weak = weak_items(instrument, answers, options)
    critical = sum(f"{CRITICAL}{item}" in options for item in weak)
    if critical > 1:
        return Proposal("critically_low")
    if critical == 1:
        return Proposal("low")
    if len(weak) > 1:
        return Proposal("moderate", instrument.overall.prompt or None)
    return Proposal("high")


def _nos_ahrq(stars: Mapping[str, int]) -> Proposal:
    """Convert Newcastle-Ottawa stars to good, fair or poor.

    The thresholds in wide use under the name of the US Agency for Healthcare Research
    and Quality; they are no part of the scale (Wells et al., Ottawa Hospital Research
    Institute; critique: Stang, 2010, doi 10.1007/s10654-010-9491-z).
    """
    selection = stars.get("selection", 0)
    if stars.get("comparability", 0) < 1 or stars.get("outcome", 0) < 2:
        return Proposal("poor")
    if selection >= 3:
        return Proposal("good")
    return Proposal("fair" if selection == 2 else "poor")


def _sum_clamped(
    instrument: Instrument, answers: Mapping[str, Answers], options: Options
) -> Proposal:
    """Add the steps to the starting level, between the lowest level and the highest.

    GRADE: Guyatt et al., 2011, doi 10.1016/j.jclinepi.2010.04.026.
    """
    rule = instrument.overall
    start = next((rule.start[each] for each in rule.start if each in options), None)
    if start is None:
        return Proposal()
    steps: dict[str, int] = {}
    for domain in instrument.domains:
        kept = counted(domain, answers[domain.id], options)
        steps |= {key: int(codes(answer)[0]) for key, answer in kept.items()}
    values = sorted(rule.levels.values())
    level = min(max(start + sum(steps.values()), values[0]), values[-1])
    code = next(code for code, value in rule.levels.items() if value == level)
    down = any(step < 0 for step in steps.values())
    up = any(step > 0 for step in steps.values())
    prompts: list[str] = []
    if up and (down or start == values[-1]):
        prompts.append(RATE_UP_PROMPT)
    if steps.get("risk_of_bias", 0) <= -3 and "nrs_robins_i" not in options:
        prompts.append(EXTREME_PROMPT)
    return Proposal(code, " ".join(prompts) or None)
