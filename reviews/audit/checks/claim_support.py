"""Claims without support: what the text claims stands in a cited row or a study.

It reads words, so it only asks. Which study a number in brackets cites, and whether an
order of testing allowed a result, is for people to see.
"""

import re
from collections.abc import Iterator

from reviews.audit.facts import Facts, Meaning
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import (
    CITATION,
    SPELLED,
    number,
    percentages,
    sentences,
    short,
)

NAME = "claim_support"
TITLE = "Claims without support"
DEFINITION = (
    "A claim of an effect or a percentage in the text has a citation; a percentage "
    "stands in a settled value; no claim reaches beyond the longest follow-up; the "
    "number of studies without an effect is that of the settled directions."
)

_EFFECT = re.compile(
    r"\b(?:significant(?:ly)?|effective|efficacy|safe|well tolerated|superior"
    r"|reduc\w+|improv\w+)\b|\d\s?%",
    re.IGNORECASE,
)
_METHODS = re.compile(
    r"^\W*(?:introduction|background|methods?|search)\b", re.IGNORECASE
)
_HEADING = re.compile(r"^\W*(?:abstract|results|discussion|conclusions?)\b", re.I)
_NEGATIVE = re.compile(
    rf"\b(?:only\s+)?(\d+|{'|'.join(SPELLED)})\s+(?:\w+\s+){{0,2}}?"
    r"(?:study|studies|trials?)\b[^.]{0,60}?\b(?:no (?:significant )?"
    r"(?:effect|effectiveness|efficacy|benefit|difference)|not effective)",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"\b(\d+|{'|'.join(SPELLED)}|several|many)[ -](hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_LASTS = re.compile(
    r"\b(?:last|sustain|durab|persist|maintain|remain)\w*", re.IGNORECASE
)


def check(facts: Facts) -> Iterator[Finding]:
    if not (facts.abstract or facts.body):
        yield Finding(
            check=NAME,
            code="no_text",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="There is no text of the manuscript to read for claims.",
            where="Manuscript",
        )
        return
    yield from _uncited(facts)
    yield from _numbers(facts)
    yield from _negative(facts)
    yield from _longer(facts)


def _uncited(facts: Facts) -> Iterator[Finding]:
    is_result = False
    for paragraph in re.split(r"\n\s*\n|\n(?=[A-Z][a-z]+\n)", facts.body):
        if _METHODS.match(paragraph):
            is_result = False
        elif _HEADING.match(paragraph):
            is_result = True
        if not is_result or CITATION.search(paragraph):
            continue
        for sentence in sentences(paragraph):
            if _EFFECT.search(sentence):
                yield _asks(
                    f"uncited/{short(sentence, 80)}",
                    "A claim in the text has no citation.",
                    "Text",
                    sentence,
                )


def _numbers(facts: Facts) -> Iterator[Finding]:
    cells = {
        float(percent)
        for study in facts.studies
        for values in study.values.values()
        for text in values or ()
        for percent in percentages(text)
    }
    for where, text in (("Abstract", facts.abstract), ("Text", facts.body)):
        for sentence in sentences(text):
            for percent in percentages(sentence):
                if cells and float(percent) not in cells:
                    yield _asks(
                        f"number/{where}/{percent}",
                        f"{percent}% stands in no settled value of an included study.",
                        where,
                        sentence,
                        arithmetic=f"{percent}%: 0 of {len(facts.studies)} studies",
                    )


def _negative(facts: Facts) -> Iterator[Finding]:
    directions = [facts.values(study, Meaning.DIRECTION) for study in facts.studies]
    if not all(directions):
        return
    coded = sum(
        value[0].casefold().replace("_", " ").startswith(("not significant", "no "))
        for value in directions
    )
    for where, text in (("Abstract", facts.abstract), ("Text", facts.body)):
        for sentence in sentences(text):
            if (found := _NEGATIVE.search(sentence)) and number(found[1]) != coded:
                yield Finding(
                    check=NAME,
                    code=f"negative/{where}",
                    severity=Severity.CRITICAL,
                    certainty=Certainty.CHECK,
                    what=f"The {where.lower()} counts {found[1].lower()} without an "
                    f"effect; {coded} are settled as not significant.",
                    where=f"{where}: “{short(sentence)}”",
                    arithmetic=f"{number(found[1])} against {coded}",
                )


def _longer(facts: Facts) -> Iterator[Finding]:
    lengths = [
        days
        for study in facts.studies
        for field in facts.fields_of(Meaning.DURATION)
        for text in study.values.get(field.pk) or ()
        for days in _days(text)
    ]
    if not lengths:
        return
    for where, text in (("Abstract", facts.abstract), ("Text", facts.body)):
        for sentence in sentences(text):
            told = _days(sentence) if _LASTS.search(sentence) else []
            if told and max(told) > max(lengths):
                yield _asks(
                    f"time/{where}/{short(sentence, 60)}",
                    "A claim reaches beyond the longest follow-up of the studies.",
                    where,
                    sentence,
                    arithmetic=f"{max(told):g} days > {max(lengths):g} days",
                )


def _days(text: str) -> list[float]:
    # "Several months" is more than one.
    return [
        (2 if found[1].casefold() in ("several", "many") else number(found[1]))
        * _DAYS[found[2].casefold()]
        for found in _TIME.finditer(text)
    ]


def _asks(
    code: str, what: str, where: str, sentence: str, *, arithmetic: str = ""
) -> Finding:
    return Finding(
        check=NAME,
        code=code,
        severity=Severity.MAJOR,
        certainty=Certainty.CHECK,
        what=what,
        where=f"{where}: “{short(sentence)}”",
        arithmetic=arithmetic,
    )
