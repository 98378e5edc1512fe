"""Study labels: table, study and reference name the same author, year and country."""

import re
from collections import defaultdict
from collections.abc import Iterator

from reviews.audit import reading
from reviews.audit.facts import Facts, Meaning, StudyFacts
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.reading import Sentence
from reviews.audit.wording import listed, short
from reviews.matching.folding import fold

NAME = "study_label_agreement"
TITLE = "Study labels"
DEFINITION = (
    "First author (with particles such as Di or van) and year of a study's name and of "
    "Table 1 are those of a report of it; countries are written in one way, and none "
    "is missing or contradicts the title of a report; a passage about a study cites it."
)

# Of "Brody 2024b", too.
_YEAR = re.compile(r"\b(?:19|20)\d\d(?=[a-z]{0,2}\b)")
# Ways to write one country, and the words by which a title gives it away.
_COUNTRIES = {
    "United States": ("us", "usa", "u s", "u s a", "united states", "american"),
    "United Kingdom": ("uk", "u k", "united kingdom", "great britain", "british"),
    "Netherlands": ("netherlands", "the netherlands", "dutch"),
    "South Korea": ("south korea", "korea", "republic of korea", "korean"),
    "Japan": ("japan", "japanese"),
    "China": ("china", "chinese"),
    "Canada": ("canada", "canadian"),
    "Australia": ("australia", "australian"),
    "Iran": ("iran", "iranian"),
    "Brazil": ("brazil", "brazilian"),
    "India": ("india", "indian"),
    "Germany": ("germany", "german"),
    "France": ("france", "french"),
    "Sweden": ("sweden", "swedish"),
    "Taiwan": ("taiwan", "taiwanese"),
}
_BY_NAME = {name: country for country, names in _COUNTRIES.items() for name in names}


def check(facts: Facts) -> Iterator[Finding]:
    for study in facts.studies:
        if study.references:
            yield from _author(facts, study)
            yield from _year(facts, study)
            yield from _country_of_title(facts, study)
    yield from _countries(facts)
    yield from _cites_another(facts)


def _author(facts: Facts, study: StudyFacts) -> Iterator[Finding]:
    families = [
        r.authors[0].split(",")[0].strip() for r in study.references if r.authors
    ]
    if not families:
        return
    named = [("Name of the study", study.label)]
    named += [("Authors", text) for text in facts.values(study, Meaning.AUTHORS)]
    for where, text in named:
        if any(f"{fold(text)} ".startswith(f"{fold(f)} ") for f in families):
            continue
        yield Finding(
            check=NAME,
            code=f"author/{where}",
            severity=Severity.MINOR,
            certainty=Certainty.CHECK,
            what=f"{study.label}: “{text}” does not begin with the first author of its "
            f"reference, {families[0]}.",
            where=f"{where} of {study.label}",
            arithmetic=f"“{text}” against “{families[0]}”",
            subjects=(study.subject,),
        )


def _year(facts: Facts, study: StudyFacts) -> Iterator[Finding]:
    years = {str(r.year) for r in study.references if r.year is not None}
    named = [("Name of the study", year) for year in _YEAR.findall(study.label)]
    named += [("Year", text) for text in facts.values(study, Meaning.YEAR)]
    for where, text in named:
        if years and text.strip() not in years:
            told = ", ".join(sorted(years))
            yield Finding(
                check=NAME,
                code=f"year/{where}",
                severity=Severity.MINOR,
                certainty=Certainty.CHECK,
                what=f"{study.label}: the year is {text}, its reference is of {told}.",
                where=f"{where} of {study.label}",
                arithmetic=f"{text} against {told}",
                subjects=(study.subject,),
            )


def _country_of_title(facts: Facts, study: StudyFacts) -> Iterator[Finding]:
    told = {_BY_NAME.get(fold(v), v) for v in facts.values(study, Meaning.COUNTRY)}
    if not told:
        return
    for reference in study.references:
        words = f" {fold(reference.title)} "
        for name, country in _BY_NAME.items():
            # "us" is a word of its own.
            if len(name) > 3 and f" {name} " in words and country not in told:
                yield Finding(
                    check=NAME,
                    code="place",
                    severity=Severity.MINOR,
                    certainty=Certainty.CHECK,
                    what=f"{study.label}: the country is {', '.join(sorted(told))}, "
                    f"the title of its report says “{name}”.",
                    where=reference.label,
                    arithmetic=f"{', '.join(sorted(told))} against {country}",
                    subjects=(study.subject,),
                )


def _cites_another(facts: Facts) -> Iterator[Finding]:
    """Yield the passage about one study that cites others and never that study."""
    for study, passage in _passages(facts):
        cited = {one.number: one for sentence in passage for one in sentence.cited}
        if cited and study.pk not in {
            one.study.pk for one in cited.values() if one.study
        }:
            numbers = listed([str(number) for number in sorted(cited)])
            yield Finding(
                check=NAME,
                code=f"cites/{short(passage[0].text, 60)}",
                severity=Severity.MAJOR,
                certainty=Certainty.CHECK,
                what=f"A passage about {study.label} cites {numbers}, which is not it.",
                where=f"{passage[0].where}: “{short(passage[0].text)}”",
                arithmetic="; ".join(
                    f"{number}: {short(one.label, 80)}" for number, one in cited.items()
                ),
                subjects=(study.subject,),
            )


def _passages(facts: Facts) -> Iterator[tuple[StudyFacts, list[Sentence]]]:
    """Yield what is told of one study, from its name to the next name or paragraph."""
    passage: list[Sentence] = []
    study: StudyFacts | None = None
    place: tuple[str, int] | None = None
    for sentence in reading.read(facts):
        here = (sentence.where, sentence.paragraph)
        if here != place or sentence.by_name:
            if study is not None:
                yield study, passage
            study = sentence.by_name[0] if len(sentence.by_name) == 1 else None
            passage, place = [], here
        passage.append(sentence)
    if study is not None:
        yield study, passage


def _countries(facts: Facts) -> Iterator[Finding]:
    fields = facts.fields_of(Meaning.COUNTRY)
    if not fields:
        return
    written: dict[str, dict[str, list[StudyFacts]]] = defaultdict(dict)
    for study in facts.studies:
        for value in facts.values(study, Meaning.COUNTRY):
            country = _BY_NAME.get(fold(value), value)
            written[country].setdefault(value, []).append(study)
    for country, ways in written.items():
        if len(ways) > 1:
            told = "; ".join(
                f"{way}: {', '.join(s.label for s in studies)}"
                for way, studies in ways.items()
            )
            yield Finding(
                check=NAME,
                code=f"ways/{country}",
                severity=Severity.MINOR,
                what=f"One country is written in {len(ways)} ways: {', '.join(ways)}.",
                where=f"Table 1, {fields[0].label}",
                arithmetic=told,
                subjects=tuple(s.subject for group in ways.values() for s in group),
            )
    missing = [
        study
        for study in facts.studies
        if any(f.pk in study.values and study.values[f.pk] is None for f in fields)
        and not facts.values(study, Meaning.COUNTRY)
    ]
    if missing:
        total = len(facts.studies)
        yield Finding(
            check=NAME,
            code="no_country",
            severity=Severity.MINOR,
            what=f"No country is told for {', '.join(s.label for s in missing)}.",
            where=f"Table 1, {fields[0].label}",
            arithmetic=f"{total - len(missing)} of {total} studies with a country",
            subjects=tuple(study.subject for study in missing),
        )
