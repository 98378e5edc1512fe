"""What a person types into a list: a word or phrase a line, within limits.

The limits keep marking fast; a wildcard beside too few letters would mark everything.
"""

from screening.words import tokens
from screening.words.matching import is_wild

MOST_LINES = 500
LONGEST_LINE = 100
MOST_WORDS = 10
MOST_WILDCARDS = 4
FEWEST_LETTERS = 2


class WordsRefused(ValueError):
    """Lines that cannot be looked for; each problem in words."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def lines(text: str) -> tuple[str, ...]:
    """Return the words and phrases of a text, each once, in order.

    Raises WordsRefused.
    """
    found = [" ".join(line.split()) for line in text.splitlines()]
    words = tuple(dict.fromkeys(line for line in found if line))
    if not words:
        raise WordsRefused(["Write at least one word."])
    if len(words) > MOST_LINES:
        raise WordsRefused(
            [
                f"A list holds at most {MOST_LINES} words and phrases; this has "
                f"{len(words):,}. Make two lists of it."
            ]
        )
    problems = [problem for word in words if (problem := _problem(word))]
    if problems:
        more = len(problems) - 5
        if more > 0:
            problems = [*problems[:5], f"And {more} more lines like these."]
        raise WordsRefused(problems)
    return words


def _problem(word: str) -> str:
    """Return what is wrong with one line, in words, or nothing."""
    if len(word) > LONGEST_LINE:
        return (
            f"“{word[:40]}…” is longer than {LONGEST_LINE} characters. A line is one "
            "word or phrase."
        )
    parts = tokens.wanted(word)
    if not parts:
        return f"“{word}” has no letter to look for."
    if len(parts) > MOST_WORDS:
        return f"“{word}” has more than {MOST_WORDS} words."
    if word.count("*") + word.count("?") > MOST_WILDCARDS:
        return f"“{word}” has more than {MOST_WILDCARDS} wildcards."
    for part in parts:
        letters = len(part.replace("*", "").replace("?", ""))
        if is_wild(part) and letters < FEWEST_LETTERS:
            return (
                f"“{word}” would mark nearly everything: put at least "
                f"{FEWEST_LETTERS} letters beside a wildcard."
            )
    return ""
