"""The sentences of the manuscript, and the studies that each speaks of.

A sentence speaks of the studies that it names or cites; where it does neither, of those
of the sentence before it in the same paragraph.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reviews.audit import citing
from reviews.audit.citing import Cited
from reviews.audit.facts import Facts, StudyFacts
from reviews.audit.wording import sentences
from reviews.matching.folding import fold
from reviews.studies import NO_DATE

_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=[A-Z][A-Za-z ]{3,40}\n)")
# A second study of a name and a year is called "Brody 2024b".
_YEAR = re.compile(r"\d+[a-z]{0,2}")
_METHODS = re.compile(
    r"^\W*(?:introduction|background|(?:materials? and )?method(?:s|ology)?|search)\b",
    re.IGNORECASE,
)
_RESULTS = re.compile(r"^\W*(?:abstract|results|discussion|conclusions?)\b", re.I)


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence, where it stands and what it is about."""

    where: str
    text: str
    # Whether it stands among results or conclusions, or in background or methods;
    # neither where no heading tells.
    claims: bool
    is_background: bool
    # The place of its paragraph in the text.
    paragraph: int
    cited: tuple[Cited, ...] = ()
    # What it names, what it names or cites, and what it speaks of.
    by_name: tuple[StudyFacts, ...] = ()
    named: tuple[StudyFacts, ...] = ()
    about: tuple[StudyFacts, ...] = ()


def read(facts: Facts) -> tuple[Sentence, ...]:
    """Return the sentences of abstract and text, in their order."""
    listed = citing.read(facts)
    families = {study.pk: _family(study) for study in facts.studies}
    return (
        *_of("Abstract", facts.abstract, facts, listed, families),
        *_of("Text", facts.body, facts, listed, families),
    )


def _family(study: StudyFacts) -> str:
    """Return the name by which a text names a study."""
    words = fold(study.label).removesuffix(f" {fold(NO_DATE)}").split()
    return " ".join(word for word in words if not _YEAR.fullmatch(word))


def _of(
    where: str,
    text: str,
    facts: Facts,
    listed: Mapping[int, Cited],
    families: Mapping[int, str],
) -> Iterator[Sentence]:
    claims, is_background = where == "Abstract", False
    for place, paragraph in enumerate(_PARAGRAPH.split(text)):
        if _METHODS.match(paragraph):
            claims, is_background = False, True
        elif _RESULTS.match(paragraph):
            claims, is_background = True, False
        about: tuple[StudyFacts, ...] = ()
        for sentence in sentences(paragraph):
            numbers = (
                *citing.numbers(sentence, listed),
                *citing.by_year(sentence, listed),
            )
            cited = tuple(listed[number] for number in dict.fromkeys(numbers))
            words = f" {fold(sentence)} "
            by_name = tuple(
                study for study in facts.studies if f" {families[study.pk]} " in words
            )
            by_pk = {one.study.pk: one.study for one in cited if one.study}
            by_pk |= {study.pk: study for study in by_name}
            named = tuple(by_pk.values())
            about = named or (() if cited else about)
            yield Sentence(
                where=where,
                text=sentence,
                claims=claims,
                is_background=is_background,
                paragraph=place,
                cited=cited,
                by_name=by_name,
                named=named,
                about=about,
            )
