"""Studies that a previous version had included already, so that none counts twice.

What a version made elsewhere had included is known by its label alone; an included
study of this review that bears the same label is that study, and what this review found
of it is more reports of it (PRISMA 2020, the diagrams of updated reviews).
"""

from collections.abc import Iterable


def key(label: str) -> str:
    """Return what two labels of one study have in common."""
    return " ".join(label.split()).casefold()


def first_of_each(rows: Iterable[tuple[int, str]]) -> list[int]:
    """Return the first row of each label, by its key in the database."""
    found: dict[str, int] = {}
    for pk, label in sorted(rows):
        found.setdefault(key(label), pk)
    return list(found.values())


def known(studies: Iterable[tuple[int, str]], labels: Iterable[str]) -> frozenset[int]:
    """Return the studies that bear one of the labels."""
    keys = {key(label) for label in labels}
    return frozenset(pk for pk, label in studies if key(label) in keys)
