"""Read a title: what it says, without what databases add around it.

A number, an erratum's "Correction to", or "in women" tells two reports apart even
where all other words are the same.
"""

import html
import re

from reviews.matching.folding import fold

# What databases add around a title. "Retracted" is a state of the article, while
# a retraction notice is another report and keeps its words.
_ADDED_BEFORE = re.compile(
    r"^\s*(?:\W*(?:retracted article|retracted|withdrawn)\W+)+", re.IGNORECASE
)
_ADDED_AFTER = re.compile(
    r"\s*(?:\[[^\[\]]*\b(?:refs?|review|letter|comment|abstract|see comments?|editorial"
    r"|retracted|errat\w+|corrections?|republished\w*|in process citation)\b[^\[\]]*\]"
    r"|\((?:vol|volume)\b[^()]*\)"
    r"|\(retracted[^()]*\))\s*\.?\s*$",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<=\d)[, ](?=\d{3}\b)")
_DIGITS = re.compile(r"\d+")
_LONG_ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9",
    "xi": "11", "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16",
    "xvii": "17", "xviii": "18", "xix": "19", "xx": "20",
}  # fmt: skip
_SHORT_ROMAN = {"i": "1", "v": "5", "x": "10"}
_COUNTED = frozenset(
    ("part", "phase", "type", "study", "stage", "grade", "class", "volume", "paper")
)
_SPELLED = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10",
}  # fmt: skip

# A report about another report is never a copy of it.
_MARKERS = {
    "correction": re.compile(
        r"^(?:\w+ )?(?:erratum|errata|corrigend\w+|correction|addendum)\b"
        r"|\b(?:erratum|corrigendum)$|\bcorrection (?:to|of)\b"
    ),
    "retraction": re.compile(
        r"^(?:retraction|notice of retraction|expression of concern)"
    ),
    "reply": re.compile(
        r"^(?:in )?(?:(?:the )?authors? )?(?:s )?(?:reply|response|rejoinder)\b"
        r"|\b(?:authors? (?:s )?|a )(?:reply|response|rejoinder)\b(?: to\b|$)"
        r"|^(?:reply|response) to\b"
    ),
    "comment": re.compile(
        r"^(?:comments?|commentary|discussion|invited commentary)\b"
        r"|\b(?:comments?|commentary) on\b|^letter to\b|\bcommentary$"
    ),
    "protocol": re.compile(
        r"\b(?:study|trial|review) protocol\b|\bprotocol for\b|\bprotocol$"
    ),
    "summary": re.compile(
        r"\b(?:executive|plain language) summary\b|\bsummary for patients\b"
    ),
    "interview": re.compile(r"^interview with\b"),
}
# Most titles have none of these, which saves asking for each.
_MARK = re.compile(
    "err|corri|corre|addend|retract|concern|reply|respon|rejoin|comment|discuss"
    "|letter|protocol|summary|interview"
)
_ABOUT = re.compile(r"^\W*re\s*:\s*\w", re.IGNORECASE)
_GENERIC = re.compile(
    r"^(?:(?:guest |an? )?editors? (?:s )?(?:note|comments?|introduction|choice)"
    r"|editorial\b.{0,25}|(?:guest )?editorial|(?:front|back) matter"
    r"|issue information"
    r"|book reviews?|letters? to the editors?|in this issue|table of contents|contents"
    r"|(?:introduction to (?:the )?)?(?:special|theme) (?:issue|section)\b.{0,30}"
    r"|.*\beditors? (?:s )?(?:comments|note)"
    r"|call for papers.{0,40}|news|index|abstracts?|poster (?:session|abstracts?)"
    r"|(?:conference )?proceedings.{0,30}|acknowledge?ments?.{0,30}"
    r"|about (?:the )?authors?"
    r"|preface|foreword|introduction|perspectives?|viewpoint|in memoriam|untitled"
    r"|case reports?|research notes?|discussion|comments?|reply|response|letters?"
    r"|errat(?:um|a)|corrections?|corrigend(?:um|a)|annual report.{0,10}"
    r"|(?:list of |thanks to )?(?:our )?(?:ad hoc )?reviewers.{0,20}"
    r"|obituary.{0,25}|announcements?|correspondence|(?:subject|author) index)$"
)
_SHORT_TITLE = 22
# Reports that appear again each year under one title.
_SERIES = re.compile(
    r"\b(?:minitrack|mini track|annual (?:report|review|survey|update)|year in review"
    r"|presidential address|highlights (?:of|from) the|abstracts? (?:of|from) the"
    r"|proceedings of the|introduction to the|special (?:issue|section))\b"
)
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
))  # fmt: skip
# A subtitle of such words belongs to another report of the same project.
_COMPANION = frozenset((
    "follow", "followup", "update", "updated", "subgroup", "substudy", "post", "hoc",
    "cost", "costs", "economic", "quality", "rationale", "interim", "pilot",
    "protocol", "reply", "response", "comment", "commentary", "erratum", "correction",
    "year", "years", "month", "months", "revisited", "preliminary",
))  # fmt: skip
_PREFIXES = (
    ("hyper", "hypo"), ("pre", "post"), ("intra", "inter"), ("micro", "macro"),
    ("over", "under"), ("mono", "poly"), ("uni", "bi"), ("homo", "hetero"),
)  # fmt: skip
_OPPOSITES = _PREFIXES + tuple((right, left) for left, right in _PREFIXES)


def title_text(title: str) -> str:
    """Return the folded title without what a database added around it."""
    # No real title is longer, and what is no title must not take for ever.
    kept = _ADDED_BEFORE.sub("", " ".join(html.unescape(title[:1000]).split()))
    while (shorter := _ADDED_AFTER.sub("", kept)) != kept and shorter.strip():
        kept = shorter
    return fold(_THOUSANDS.sub("", kept))


def markers(title: str, text: str) -> frozenset[str]:
    """Name what makes a title a report about another one; `text` is it folded."""
    found = frozenset[str]()
    if _MARK.search(text):
        found = frozenset(name for name, sign in _MARKERS.items() if sign.search(text))
    return found | {"comment"} if _ABOUT.match(title) else found


def is_generic(text: str) -> bool:
    """Tell whether many reports bear this title ("Editorial")."""
    return _GENERIC.match(text) is not None


def is_short(title: str) -> bool:
    """Tell whether a title is too short to say much by itself."""
    return len(title) < _SHORT_TITLE


def is_series(text: str) -> bool:
    """Tell whether a report of this title may appear again next year."""
    return _SERIES.search(text) is not None


def opposed(only_one: frozenset[str], only_other: frozenset[str]) -> bool:
    """Tell whether words that stand in one title alone make two reports of it."""
    if only_one & _TELLING or only_other & _TELLING:
        return True
    return any(
        one.startswith(left) and right + one.removeprefix(left) in only_other
        for one in only_one
        for left, right in _OPPOSITES
    )


def is_companion(words: frozenset[str]) -> bool:
    """Tell whether a subtitle of these words makes another report of the project."""
    return not words.isdisjoint(_COMPANION)


def numbers(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the numbers of a title in order of size, however they are written."""
    found: list[str] = []
    before = ""
    for position, word in enumerate(words):
        if before == "part" and len(word) == 1 and word.isalpha():
            found.append(_SHORT_ROMAN.get(word, word))
        elif word in _SHORT_ROMAN:
            if before in _COUNTED or 0 < position == len(words) - 1:
                found.append(_SHORT_ROMAN[word])
        elif word in _LONG_ROMAN:
            found.append(_LONG_ROMAN[word])
        elif word in _SPELLED:
            found.append(_SPELLED[word])
        elif not word.isalpha():
            found.extend(number.lstrip("0") for number in _DIGITS.findall(word))
        before = word
    return tuple(sorted(found))
