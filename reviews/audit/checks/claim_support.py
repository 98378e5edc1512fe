"""Claims without support: what the text claims stands in a cited row or a study.

It reads words, so it only asks. Which study a number in brackets cites is read through
the list of references that the team pasted with the text.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from reviews.audit import citing, controls, follow_up, reading, testing_order
from reviews.audit.citing import Cited
from reviews.audit.facts import Facts, Meaning, StudyFacts
from reviews.audit.finding import Certainty, Finding, Severity, Subject
from reviews.audit.reading import Sentence
from reviews.audit.wording import (
    CITATION,
    SPELLED,
    listed,
    number,
    percentages,
    sentences,
    short,
)

NAME = "claim_support"
TITLE = "Claims without support"
DEFINITION = (
    "A claim of an effect or a percentage in the text has a citation, of an included "
    "study in humans; a percentage stands in a settled value of what is cited; nothing "
    "is significant that an order of testing forbade; no study without a control is "
    "compared with one; no claim reaches beyond the longest follow-up; the number of "
    "studies without an effect is that of the settled directions."
)

_EFFECT = re.compile(
    r"\b(?:significant(?:ly)?|effective|efficacy|safe|well tolerated|superior"
    r"|reduc\w+|improv\w+|relief|relieve\w*)\b|\d\s?%",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    rf"\b(?:only\s+)?(\d+|{'|'.join(SPELLED)})\s+(?:\w+\s+){{0,2}}?"
    r"(?:study|studies|trials?)\b[^.]{0,60}?\b(?:no (?:significant )?"
    r"(?:effect|effectiveness|efficacy|benefit|difference)|not effective)",
    re.IGNORECASE,
)
_NOT_HUMANS = ("no", "false", "animals", "not in humans")


def check(facts: Facts) -> Iterator[Finding]:
    read = reading.read(facts)
    about = defaultdict(list)
    for sentence in read:
        for one in sentence.about:
            about[one.pk].append(sentence)
    for study in facts.studies:
        yield from _forbidden(facts, study, about[study.pk])
        yield from _without_control(facts, study, about[study.pk])
    if not read:
        yield _open("no_text", "There is no text of the manuscript to read for claims.")
        return
    if not facts.listed and citing.has_numbers(facts.body):
        yield _open(
            "no_list",
            "The text cites by number and no list of references stands at its end, so "
            "what a number cites is not known.",
        )
    yield from _uncited(read)
    # Each study is read once; a text may have hundreds of sentences.
    cells = {study.pk: _percentages(study) for study in facts.studies}
    lengths = {
        study.pk: days
        for study in facts.studies
        if (days := follow_up.longest(facts, study))
    }
    for sentence in read:
        yield from _unfit(facts, sentence)
        yield from _numbers(facts, sentence, cells)
        yield from _negative(facts, sentence)
        yield from _longer(facts, sentence, lengths)


def _uncited(read: Sequence[Sentence]) -> Iterator[Finding]:
    of_text = [sentence for sentence in read if sentence.where == "Text"]
    has_citation = {s.paragraph for s in of_text if CITATION.search(s.text)}
    for sentence in of_text:
        if (
            sentence.claims
            and sentence.paragraph not in has_citation
            and _EFFECT.search(sentence.text)
        ):
            yield _asks(
                f"uncited/{short(sentence.text, 80)}",
                "A claim in the text has no citation.",
                sentence,
            )


def _unfit(facts: Facts, sentence: Sentence) -> Iterator[Finding]:
    """Yield the claim of an effect that cites what cannot bear it."""
    claims = _EFFECT.search(sentence.text) or follow_up.claimed(sentence.text)
    if not (sentence.claims and claims):
        return
    unfit = [(one, why) for one in sentence.cited if (why := _why_unfit(facts, one))]
    if unfit:
        yield _asks(
            f"cited/{short(sentence.text, 80)}",
            "A claim of an effect cites "
            + listed([f"{one.number}, {why}" for one, why in unfit])
            + ".",
            sentence,
            arithmetic="; ".join(
                f"{one.number}: {short(one.label, 80)}" for one, _ in unfit
            ),
            subjects=_subjects([one for one, _ in unfit]),
        )


def _why_unfit(facts: Facts, cited: Cited) -> str:
    if cited.study is None:
        return "a review" if cited.is_review else "which is not included"
    humans = facts.values(cited.study, Meaning.HUMANS)
    is_human = not humans or humans[0].casefold() not in _NOT_HUMANS
    return "" if is_human else "which is not in humans"


def _subjects(cited: Sequence[Cited]) -> tuple[Subject, ...]:
    found = (one.study or one.reference for one in cited)
    return tuple(dict.fromkeys(one.subject for one in found if one is not None))


def _percentages(study: StudyFacts) -> frozenset[float]:
    """Return the percentages that stand in the settled values of a study."""
    return frozenset(
        float(percent)
        for values in study.values.values()
        for text in values or ()
        for percent in percentages(text)
    )


def _numbers(
    facts: Facts, sentence: Sentence, cells: Mapping[int, frozenset[float]]
) -> Iterator[Finding]:
    rows = _rows(facts, sentence)
    cites_others = bool(sentence.cited) and not any(o.study for o in sentence.cited)
    if sentence.is_background or cites_others:
        return
    is_all = len(rows) == len(facts.studies)
    if is_all and not any(cells.values()):
        return
    for percent in percentages(sentence.text):
        if any(float(percent) in cells[study.pk] for study in rows):
            continue
        names = listed([study.label for study in rows])
        of = "an included study" if is_all else names
        yield _asks(
            f"number/{sentence.where}/{percent}",
            f"{percent}% stands in no settled value of {of}.",
            sentence,
            arithmetic=f"{percent}%: 0 of {len(rows)} studies",
            subjects=() if is_all else tuple(study.subject for study in rows),
        )


def _rows(facts: Facts, sentence: Sentence) -> Sequence[StudyFacts]:
    """Return the included studies that a sentence cites; all where it cites none."""
    cited = {one.study.pk: one.study for one in sentence.cited if one.study}
    return tuple(cited.values()) or facts.studies


def _forbidden(
    facts: Facts, study: StudyFacts, about: Sequence[Sentence]
) -> Iterator[Finding]:
    """Yield what is called significant although an order of testing forbade it."""
    own = [
        sentence
        for field in facts.fields
        for value in study.values.get(field.pk) or ()
        for sentence in sentences(value)
    ]
    said = own + [s.text for s in about]
    for found in testing_order.breaches(said):
        first, second = found.order.first, found.order.second
        yield Finding(
            check=NAME,
            code=f"order/{first}/{second}",
            severity=Severity.CRITICAL,
            certainty=Certainty.CHECK,
            what=f"{study.label}: {second} is called significant, but it could be "
            f"tested only if {first} succeeded, which missed significance.",
            where=f"{study.label}: “{short(found.called)}”",
            arithmetic=f"“{short(found.order.told)}” {first}: “{short(found.missed)}”",
            subjects=(study.subject,),
        )


def _without_control(
    facts: Facts, study: StudyFacts, about: Sequence[Sentence]
) -> Iterator[Finding]:
    """Yield the comparison with a control that a study did not have."""
    words = controls.uncontrolled(facts, study)
    if words is None:
        return
    said = [
        (f"{field.label} of {study.label}", value)
        for field in facts.fields_of(Meaning.FINDINGS)
        for value in study.values.get(field.pk) or ()
    ]
    said += [(s.where, s.text) for s in about if len(s.about) == 1]
    for where, text in said:
        if against := controls.compared(text):
            yield Finding(
                check=NAME,
                code=f"control/{where}/{short(text, 60)}",
                severity=Severity.MAJOR,
                certainty=Certainty.CHECK,
                what=f"{study.label} is told as “{words}”, and its result as "
                f"“{against}”.",
                where=f"{where}: “{short(text)}”",
                arithmetic=f"“{words}” against “{against}”",
                subjects=(study.subject,),
            )


def _negative(facts: Facts, sentence: Sentence) -> Iterator[Finding]:
    found = _NEGATIVE.search(sentence.text)
    if found is None:
        return
    directions = [facts.values(study, Meaning.DIRECTION) for study in facts.studies]
    if not all(directions):
        return
    coded = sum(
        value[0].casefold().replace("_", " ").startswith(("not significant", "no "))
        for value in directions
    )
    if number(found[1]) != coded:
        yield Finding(
            check=NAME,
            code=f"negative/{sentence.where}",
            severity=Severity.CRITICAL,
            certainty=Certainty.CHECK,
            what=f"The {sentence.where.lower()} counts {found[1].lower()} without an "
            f"effect; {coded} are settled as not significant.",
            where=f"{sentence.where}: “{short(sentence.text)}”",
            arithmetic=f"{number(found[1])} against {coded}",
        )


def _longer(
    facts: Facts, sentence: Sentence, lengths: Mapping[int, float]
) -> Iterator[Finding]:
    told = follow_up.claimed(sentence.text)
    if told is None:
        return
    cited = [lengths[s.pk] for s in _rows(facts, sentence) if s.pk in lengths]
    # Where none of the cited tells its length, those of all studies have to do.
    known = cited or list(lengths.values())
    if known and told > max(known):
        yield _asks(
            f"time/{sentence.where}/{short(sentence.text, 60)}",
            "A claim reaches beyond the longest follow-up of the studies.",
            sentence,
            arithmetic=f"{told:g} days > {max(known):g} days",
        )


def _asks(
    code: str,
    what: str,
    sentence: Sentence,
    *,
    arithmetic: str = "",
    subjects: tuple[Subject, ...] = (),
) -> Finding:
    return Finding(
        check=NAME,
        code=code,
        severity=Severity.MAJOR,
        certainty=Certainty.CHECK,
        what=what,
        where=f"{sentence.where}: “{short(sentence.text)}”",
        arithmetic=arithmetic,
        subjects=subjects,
    )


def _open(code: str, what: str) -> Finding:
    return Finding(
        check=NAME,
        code=code,
        severity=Severity.INFO,
        certainty=Certainty.OPEN,
        what=what,
        where="Manuscript",
    )
