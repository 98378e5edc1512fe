"""Sums of numbers of which some may not be known, and how they are told."""

from reviews.flow.balance.form import Parts


def total(*numbers: int | None) -> int:
    """Add up the numbers that are known."""
    return sum(number or 0 for number in numbers)


def are_unknown(numbers: tuple[int | None, ...]) -> bool:
    """Tell whether not one of the numbers is known."""
    return all(number is None for number in numbers)


def known(parts: Parts) -> int:
    """Add up the parts that are known."""
    return total(*parts.values())


def is_complete(parts: Parts) -> bool:
    """Tell whether every part is known."""
    return None not in parts.values()


def less(parts: tuple[tuple[int | None, str], ...]) -> str:
    """Word what is taken away, leaving out what is nought."""
    said = [words.format(f"{number:,}") for number, words in parts if number]
    return f" less {listed(said)}" if said else ""


def listed(words: list[str]) -> str:
    """Join words as a sentence does: a, b and c."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
