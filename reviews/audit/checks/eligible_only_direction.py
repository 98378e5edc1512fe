"""Result among the studies that qualify: would the picture stay without the others?

A tally of directions is a warning and no synthesis: it weighs no study.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from reviews.audit.checks import criterion_design, criterion_pico
from reviews.audit.facts import Facts, Meaning, StudyFacts
from reviews.audit.finding import Certainty, Finding, Kind, Severity
from reviews.audit.wording import conclusion, sentences, short

NAME = "eligible_only_direction"
TITLE = "Result among the studies that qualify"
DEFINITION = (
    "The directions of the primary results are tallied over all included studies and "
    "over those that contradict no criterion. The commonest direction stays the same, "
    "and at least half of the studies remain; the conclusion speaks well of no effect "
    "that most of them do not show. A warning, not a synthesis."
)

_FAVOURABLE = re.compile(r"^(?:favou?rable|positive|benefi)", re.IGNORECASE)
_PRAISE = re.compile(
    r"\b(?:effective|efficacious|beneficial|advancement|promis\w+|improve(?:s|d|ments?)?"
    r"|reduces?|rapid effects?)\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:not|no|whether|unclear|uncertain|insufficient|lack\w*|further)\b",
    re.IGNORECASE,
)


def check(facts: Facts) -> Iterator[Finding]:
    known = [s for s in facts.studies if facts.values(s, Meaning.DIRECTION)]
    if not facts.studies:
        return
    if len(known) < len(facts.studies):
        total = len(facts.studies)
        yield Finding(
            check=NAME,
            code="unknown",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="The direction of the primary result is not settled for every study, "
            "so the tally would not be whole.",
            where="Studies",
            arithmetic=f"{len(known)} of {total} studies with a direction",
            subjects=tuple(s.subject for s in facts.studies if s not in known),
        )
        return
    conflicting = _conflicting(facts)
    eligible = [study for study in known if study.pk not in conflicting]
    yield from _concluded(facts, eligible)
    if len(eligible) == len(known):
        return
    order = _order(facts, known)
    whole, rest = _tally(facts, known), _tally(facts, eligible)
    arithmetic = (
        f"All {len(known)}: {_told(whole, order)}. The {len(eligible)} without a "
        f"conflict: {_told(rest, order)}."
    )
    dropped = tuple(s.subject for s in known if s.pk in conflicting)
    if eligible and _commonest(whole) != _commonest(rest):
        yield Finding(
            check=NAME,
            code="changes",
            severity=Severity.CRITICAL,
            what="Without the studies that contradict the criteria, the commonest "
            f"direction of the primary result changes: {_commonest(whole)} over all, "
            f"{_commonest(rest)} over those that qualify.",
            where="Included studies",
            arithmetic=arithmetic,
            subjects=dropped,
        )
    if len(eligible) * 2 < len(known):
        yield Finding(
            check=NAME,
            code="few",
            severity=Severity.MAJOR,
            what="Fewer than half of the included studies contradict no criterion.",
            where="Included studies",
            arithmetic=f"{len(eligible)} of {len(known)} remain. {arithmetic}",
            subjects=dropped,
        )


def _concluded(facts: Facts, eligible: Sequence[StudyFacts]) -> Iterator[Finding]:
    """Yield the conclusion that praises what most studies that qualify do not show."""
    # Only a field with a choice for it tells which direction is the favourable one.
    if not eligible or not any(map(_FAVOURABLE.search, _choices(facts))):
        return
    tally = _tally(facts, eligible)
    if _FAVOURABLE.search(_commonest(tally)):
        return
    for part, text in (("abstract", facts.abstract), ("text", facts.body)):
        praise = next(
            (s for s in sentences(conclusion(text)) if _praises(s)),
            None,
        )
        if praise is not None:
            yield Finding(
                check=NAME,
                code=f"concluded/{part}",
                severity=Severity.MAJOR,
                certainty=Certainty.CHECK,
                what=f"The conclusion of the {part} speaks well of the effect; the "
                "commonest direction over the studies that qualify is "
                f"{_commonest(tally)}.",
                where=f"Conclusion of the {part}: “{short(praise)}”",
                arithmetic=f"The {len(eligible)} without a conflict: "
                f"{_told(tally, _order(facts, eligible))}.",
            )


def _praises(sentence: str) -> bool:
    return bool(_PRAISE.search(sentence)) and not _DOUBT.search(sentence)


def _conflicting(facts: Facts) -> set[int]:
    """Return the studies with a conflict that the team did not let stand."""
    found = (*criterion_design.check(facts), *criterion_pico.check(facts))
    return {
        subject.pk
        for finding in found
        if finding.certainty is Certainty.CONFLICT
        and (finding.check, finding.key) not in facts.dismissed
        for subject in finding.subjects
        if subject.kind is Kind.STUDY
    }


def _tally(facts: Facts, studies: Sequence[StudyFacts]) -> Counter[str]:
    return Counter(facts.values(study, Meaning.DIRECTION)[0] for study in studies)


def _order(facts: Facts, studies: Sequence[StudyFacts]) -> list[str]:
    """Return the directions in the order of the field, then what else was written."""
    return list(dict.fromkeys([*_choices(facts), *sorted(_tally(facts, studies))]))


def _choices(facts: Facts) -> list[str]:
    return [c for field in facts.fields_of(Meaning.DIRECTION) for c in field.choices]


def _told(tally: Counter[str], order: Sequence[str]) -> str:
    return ", ".join(f"{tally[name]} {name[:1].lower()}{name[1:]}" for name in order)


def _commonest(tally: Counter[str]) -> str:
    """Name the commonest direction, or all where several are as common."""
    most = max(tally.values())
    return " and ".join(sorted(name for name, n in tally.items() if n == most))
