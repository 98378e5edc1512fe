"""Duplicate references: one report stands once, one study's reports stand together.

What counts as the same report is decided by the rules that find duplicates among the
records, so that look-alikes stay apart here as they do there.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from reviews.audit import citing
from reviews.audit.citing import Cited
from reviews.audit.facts import Facts, Meaning, StudyFacts
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import listed
from reviews.matching.folding import fold
from reviews.matching.sets import find_sets

NAME = "duplicate_references"
TITLE = "Duplicate references and linked reports"
DEFINITION = (
    "No report stands twice among the references, or has two numbers in the list of "
    "the text. Two studies of one trial name or "
    "registration number may be one study."
)

_SHARED = 2


def check(facts: Facts) -> Iterator[Finding]:
    found = find_sets(
        [reference.candidate for reference in facts.references],
        distinct=facts.told_apart,
    )
    references = {reference.pk: reference for reference in facts.references}
    cited = {r.pk for study in facts.studies for r in study.references}
    sets = [(each.keys, each.basis, True) for each in found.sets]
    sets += [((p.first, p.second), p.basis, False) for p in found.to_check]
    for keys, basis, is_certain in sets:
        copies = [references[key] for key in keys]
        both_cited = sum(key in cited for key in keys) > 1
        names = " = ".join(copy.source_id or copy.label for copy in copies)
        severity = Severity.MAJOR if both_cited else Severity.MINOR
        yield Finding(
            check=NAME,
            code="copies",
            severity=severity if is_certain else Severity.MINOR,
            certainty=Certainty.CONFLICT if is_certain else Certainty.CHECK,
            what=(
                f"“{copies[0].title}” stands {len(copies)} times among the references."
                if is_certain
                else f"“{copies[0].title}” may stand twice among the references."
            ),
            where=facts.references_of,
            arithmetic=f"{names}. {basis}",
            subjects=tuple(copy.subject for copy in copies),
        )
    yield from _listed(facts)
    yield from _linked(facts)
    yield from _alike(facts)
    if facts.sets_to_settle:
        yield Finding(
            check=NAME,
            code="waiting",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="Sets of duplicates that were found wait for a person to look.",
            where="Duplicates",
            arithmetic=f"{facts.sets_to_settle:,} sets",
        )


def _listed(facts: Facts) -> Iterator[Finding]:
    """Yield what has two numbers in the list of references of the text."""
    entries: dict[int, list[Cited]] = defaultdict(list)
    for entry in citing.read(facts).values():
        if entry.reference is not None:
            entries[entry.reference.pk].append(entry)
    in_text = citing.numbers(f"{facts.abstract} {facts.body}", facts.listed)
    for copies in entries.values():
        if len(copies) < 2:
            continue
        numbers = [str(copy.number) for copy in copies]
        both_cited = sum(copy.number in in_text for copy in copies) > 1
        yield Finding(
            check=NAME,
            code="listed",
            severity=Severity.MAJOR if both_cited else Severity.MINOR,
            certainty=Certainty.CHECK,
            what=f"“{copies[0].title}” has {len(copies)} numbers in the list of "
            f"references: {listed(numbers)}.",
            where="Text, list of references",
            arithmetic=" = ".join(numbers),
            subjects=tuple(c.reference.subject for c in copies[:1] if c.reference),
        )


def _linked(facts: Facts) -> Iterator[Finding]:
    trials: dict[str, list[StudyFacts]] = defaultdict(list)
    for study in facts.studies:
        for name in facts.values(study, Meaning.REGISTRATION):
            if fold(name):
                trials[fold(name)].append(study)
    for name, studies in trials.items():
        if len(studies) > 1:
            labels = [study.label for study in studies]
            yield Finding(
                check=NAME,
                code="linked",
                severity=Severity.MINOR,
                certainty=Certainty.CHECK,
                what=f"{', '.join(labels)} have one trial name or registration "
                "number; they may be reports of one study.",
                where="Studies",
                arithmetic=f"{name}: {len(studies)} studies",
                subjects=tuple(study.subject for study in studies),
            )


def _alike(facts: Facts) -> Iterator[Finding]:
    """Yield two studies of as many people that share authors: one may be the other."""
    of_size: dict[str, list[StudyFacts]] = defaultdict(list)
    for study in facts.studies:
        for number in facts.values(study, Meaning.PARTICIPANTS)[:1]:
            of_size[number].append(study)
    for number, studies in of_size.items():
        for one, other in combinations(studies, 2):
            shared = _authors(one) & _authors(other)
            if len(shared) >= _SHARED:
                yield Finding(
                    check=NAME,
                    code="alike",
                    severity=Severity.MINOR,
                    certainty=Certainty.CHECK,
                    what=f"{one.label} and {other.label} share authors and have as "
                    "many participants; they may be reports of one study.",
                    where="Studies",
                    arithmetic=f"{number} participants in each; "
                    f"{len(shared)} authors in both",
                    subjects=(one.subject, other.subject),
                )


def _authors(study: StudyFacts) -> set[str]:
    return {fold(author) for r in study.references for author in r.authors}
