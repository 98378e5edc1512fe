"""Compare two records field by field, the same in both directions.

Unknown is no conflict: databases leave out what others print.
"""

import re

from rapidfuzz import fuzz

from reviews.matching.contrasts import is_companion, lettered, opposed, reworded
from reviews.matching.evidence import AGREE, CONFLICT, NEAR, UNKNOWN, Evidence, Sign
from reviews.matching.journals import same_journal
from reviews.matching.names import Name
from reviews.matching.normalising import Profile

_ALIKE = 80.0
_CONTAINED_LETTERS = 25
_FEW_LETTERS = 12
_LONG_LETTERS = 40
_HIGHEST_ISSUE = 24
# Cochrane reviews and preprint servers give each version a DOI.
_VERSION = re.compile(r"(?:\.pub|[./]v)\d+$")


def may_be_same(one: Profile, other: Profile) -> bool:
    """Tell cheaply whether comparing all fields could find anything."""
    if (one.doi and one.doi == other.doi) or (one.pmid and one.pmid == other.pmid):
        return True
    if one.registration and one.registration == other.registration:
        return True
    if one.first_page and one.first_page == other.first_page:
        return True
    if fuzz.ratio(one.title, other.title, score_cutoff=_ALIKE):
        return True
    return _contains(*_by_length(one.title, other.title))


def compare(one: Profile, other: Profile) -> Evidence:
    """Return what each field says of the pair, the same in both directions."""
    title = fuzz.ratio(one.title, other.title) if one.title and other.title else 0.0
    short, long = _by_length(one.title, other.title)
    contained = title < 100 and _contains(short, long)
    apart = abs(one.year - other.year) if one.year and other.year else 0
    alone, other_alone = (
        (
            frozenset(one.words) - set(other.words),
            frozenset(other.words) - set(one.words),
        )
        if contained or 70 <= title < 100
        else (frozenset[str](), frozenset[str]())
    )
    journal = _journal(one.journal, other.journal)
    return Evidence(
        title=title,
        contained=contained,
        # A few words are proof only beside authors and pages.
        part_of_title=len(short) >= _FEW_LETTERS and long.startswith(short),
        generic=one.generic or other.generic,
        short=one.short or other.short,
        series=one.series or other.series,
        long=len(short) >= _LONG_LETTERS,
        opposed=70 <= title < 100
        and not contained
        and (opposed(alone, other_alone) or lettered(one.words, other.words)),
        reworded=80 <= title < 100
        and not contained
        and reworded(one.words, other.words),
        companion=contained and is_companion(alone | other_alone),
        preceded=contained and len(long) > len(short) + 3 and _precedes(short, long),
        foreign=_scripts_differ(one.title, other.title),
        markers=one.markers == other.markers,
        # "10 000" and "10000" differ in words only.
        numbers=AGREE
        if title == 100
        else _numbers(one.numbers, other.numbers, contained=contained),
        doi=_equal(one.doi, other.doi),
        versions=one.doi != other.doi
        and _VERSION.sub("", one.doi) == _VERSION.sub("", other.doi),
        pmid=_equal(one.pmid, other.pmid),
        registration=_equal(one.registration, other.registration),
        register=bool(one.registration) != bool(other.registration),
        year=_equal(one.year, other.year),
        years_apart=apart,
        author=_first_author(one, other),
        all_authors=_all_authors(one, other),
        journal=journal,
        volume=_equal(one.volume, other.volume),
        issue=_issue(one.issue, other.issue),
        pages=_equal(one.first_page, other.first_page),
        last_page=_equal(one.last_page, other.last_page),
        # Early prints are paged from 1 until they get their place in a volume.
        provisional="1" in (one.first_page, other.first_page),
        early=_is_early(one, other) or _is_early(other, one),
        same_length=_length(one) == _length(other) > 1,
        one_page=any(
            each.first_page and each.last_page in ("", each.first_page)
            for each in (one, other)
        ),
        preprint=one.preprint != other.preprint,
        supplement=one.supplement != other.supplement,
        abstract_alone=_abstract_alone(one, other) or _abstract_alone(other, one),
        meetings=one.meeting and other.meeting,
        venue=one.meeting != other.meeting and journal is CONFLICT,
        pages_spanned=min(_length(one), _length(other)),
        abstract=_abstract(one.abstract, other.abstract),
    )


def _contains(short: str, long: str) -> bool:
    """Tell whether one title is the beginning or end of the other, but for a slip."""
    length = len(short)
    if length < _CONTAINED_LETTERS:
        return False
    if long.startswith(short) or long.endswith(short):
        return True
    return len(long) > length + 4 and bool(
        fuzz.ratio(short, long[:length], score_cutoff=NEAR)
        or fuzz.ratio(short, long[-length:], score_cutoff=NEAR)
    )


def _by_length(one: str, other: str) -> tuple[str, str]:
    return (one, other) if len(one) <= len(other) else (other, one)


def _precedes(short: str, long: str) -> bool:
    """Tell whether words stand before the shorter title, not behind it."""
    if long.startswith(short):
        return False
    start, end = long[: len(short)], long[-len(short) :]
    return end == short or fuzz.ratio(short, end) > fuzz.ratio(short, start)


def _scripts_differ(one: str, other: str) -> bool:
    """Tell whether one of two texts is in Chinese signs, say, and the other is not."""
    return bool(one and other) and one.isascii() != other.isascii()


def _abstract_alone(one: Profile, other: Profile) -> bool:
    """Tell whether one is a meeting's abstract and the other fills several pages."""
    return one.abstract_alone and not other.abstract_alone and _length(other) > 2


def _is_early(one: Profile, other: Profile) -> bool:
    """Tell whether one may be the early print of what the other has in its place."""
    bare = not one.volume and (not one.first_page or one.first_page == "1")
    placed = bool(other.volume or other.first_page)
    return bare and placed and (one.year or 0) <= (other.year or 0)


def _issue(one: str, other: str) -> Sign:
    sign = _equal(one, other)
    # Running numbers differ between databases that count in different ways.
    if sign is CONFLICT and max(int(one), int(other)) > _HIGHEST_ISSUE:
        return UNKNOWN
    return sign


def _equal(one: object, other: object) -> Sign:
    if not one or not other:
        return UNKNOWN
    return AGREE if one == other else CONFLICT


def _length(each: Profile) -> int:
    return int(each.last_page) - int(each.first_page) + 1 if each.last_page else 0


def _numbers(one: tuple[str, ...], other: tuple[str, ...], *, contained: bool) -> Sign:
    if one == other:
        return AGREE
    # A subtitle with a number may be missing; another number is another report.
    if not one or not other:
        return UNKNOWN
    within = set(one) <= set(other) or set(other) <= set(one)
    return UNKNOWN if contained and within else CONFLICT


def _first_author(one: Profile, other: Profile) -> Sign:
    if not one.names or not other.names:
        return UNKNOWN
    if _scripts_differ(one.names[0].letters, other.names[0].letters):
        return UNKNOWN
    if _same_person(one.names[0], other.names[0]):
        return AGREE
    shared = len(one.families & other.families)
    if shared * 2 >= min(len(one.families), len(other.families)) and shared:
        return AGREE
    return UNKNOWN if shared else CONFLICT


def _all_authors(one: Profile, other: Profile) -> bool:
    # One name in four may be misspelt, or be left out at the end.
    shared = len(one.families & other.families)
    if shared * 4 >= max(len(one.families), len(other.families), 1) * 3:
        return True
    # Some databases give the first three or six authors only.
    short, long = sorted((one.names, other.names), key=len)
    return len(short) >= 3 and all(
        _same_person(mine, theirs) for mine, theirs in zip(short, long, strict=False)
    )


def _same_person(one: Name, other: Name) -> bool:
    # The words of the whole name, since family and given name are often exchanged.
    return (
        not one.family.isdisjoint(other.words)
        or not other.family.isdisjoint(one.words)
        or fuzz.ratio(one.letters, other.letters) >= _ALIKE
    )


def _journal(one: str, other: str) -> Sign:
    if not one or not other or _scripts_differ(one, other):
        return UNKNOWN
    return AGREE if same_journal(min(one, other), max(one, other)) else CONFLICT


def _abstract(one: str, other: str) -> Sign:
    length = min(len(one), len(other))
    if length < 80:
        return UNKNOWN
    if fuzz.ratio(one[:length], other[:length]) >= 85:
        return AGREE
    # Databases shorten, translate and rewrite abstracts.
    return UNKNOWN
