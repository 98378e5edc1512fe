"""Tell by a word or a letter that two titles, much alike, are of two reports.

"In women" beside "in men", "hepatitis B" beside "hepatitis C", "in Nigeria" beside "in
Algeria": where the titles differ is what each report is about.
"""

from collections.abc import Iterator

from rapidfuzz import fuzz

_SAME_WORD = 75
# "Men" and "women" share three letters in four.
_SAME_TELLING = 85
# Two of these in the place of one another make another report of the same project.
_TELLING = frozenset((
    "women", "woman", "men", "man", "female", "females", "male", "males", "boys",
    "girls", "adult", "adults", "child", "children", "pediatric", "paediatric",
    "adolescents", "infants", "neonates", "elderly", "older", "younger", "vivo",
    "vitro", "rat", "rats", "mouse", "mice", "cats", "dogs", "rabbits", "pigs",
    "left", "right", "upper", "lower", "acute", "chronic", "high", "low", "short",
    "long", "before", "after", "with", "without", "increases", "decreases",
    "increased", "decreased", "positive", "negative", "early", "late", "first",
    "second", "third", "mothers", "fathers", "primary", "secondary", "inpatients",
    "outpatients", "type", "north", "south", "east", "west", "not", "no",
    "premiere", "deuxieme", "troisieme", "erster", "zweiter", "dritter", "erste",
    "zweite", "dritte", "primera", "segunda", "tercera", "primeira", "terceira",
    "prima", "seconda", "terza", "manner", "frauen", "hommes", "femmes", "hombres",
    "mujeres", "homens", "mulheres",
))  # fmt: skip
# A subtitle of such words belongs to another report of the same project.
_COMPANION = frozenset((
    "follow", "followup", "update", "updated", "subgroup", "substudy", "post", "hoc",
    "cost", "costs", "economic", "quality", "rationale", "interim", "pilot",
    "protocol", "reply", "response", "comment", "commentary", "erratum", "correction",
    "year", "years", "month", "months", "revisited", "preliminary", "secondary",
    "exploratory", "ancillary", "nested", "process", "qualitative", "extension",
    "rejoinder", "reanalysis", "reply",
))  # fmt: skip
_PREFIXES = (
    ("hyper", "hypo"), ("pre", "post"), ("intra", "inter"), ("micro", "macro"),
    ("over", "under"), ("mono", "poly"), ("uni", "bi"), ("homo", "hetero"),
)  # fmt: skip
_OPPOSITES = _PREFIXES + tuple((right, left) for left, right in _PREFIXES)


def opposed(only_one: frozenset[str], only_other: frozenset[str]) -> bool:
    """Tell whether words that stand in one title alone make two reports of it."""
    if _tells(only_one, only_other) or _tells(only_other, only_one):
        return True
    return any(
        one.startswith(left) and right + one.removeprefix(left) in only_other
        for one in only_one
        for left, right in _OPPOSITES
    )


def _tells(words: frozenset[str], others: frozenset[str]) -> bool:
    """Tell whether a telling word stands alone, and is no slip or plural of another."""
    return any(
        all(
            fuzz.ratio(word, other)
            < (_SAME_TELLING if other in _TELLING else _SAME_WORD)
            for other in others
        )
        for word in words & _TELLING
    )


def lettered(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether another letter follows the same word ("hepatitis B" and "C")."""
    theirs = dict(_letters(other))
    return any(theirs.get(word, letter) != letter for word, letter in _letters(one))


def _letters(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    # "Women's" leaves an "s".
    for before, word in zip(("", *words), words, strict=False):
        if len(word) == 1 and word.isalpha() and word != "s":
            yield before, word


def reworded(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether one word stands in the place of quite another ("in Nigeria").

    A slip, or a word that is written as two, leaves most letters.
    """
    return _replaces(one, other) and _replaces(other, one)


def _replaces(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    text = "".join(others)
    own = (word for word in words if len(word) > 3 and word not in text)
    return any(_unlike(word, others) for word in own)


def _unlike(word: str, others: tuple[str, ...]) -> bool:
    # "Alfa" is "alpha".
    plain = word.replace("ph", "f")
    return all(
        fuzz.ratio(plain, other.replace("ph", "f")) < _SAME_WORD for other in others
    )


def is_companion(words: frozenset[str]) -> bool:
    """Tell whether a subtitle of these words makes another report of the project."""
    return not words.isdisjoint(_COMPANION)
