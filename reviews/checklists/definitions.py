"""The reporting checklists, in our own words, as files of the product.

PRISMA 2020 (doi:10.1136/bmj.n71) with its checklist for abstracts, PRISMA-S
(doi:10.1186/s13643-020-01542-z) and PRISMA-ScR (doi:10.7326/M18-0850).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

_FOLDER = Path(__file__).parent.parent / "standards"
_FILES: Mapping[str, str] = {
    "prisma2020": "prisma2020_checklist.json",
    "abstracts": "prisma2020_abstracts.json",
    "prisma_s": "prisma_s.json",
    "prisma_scr": "prisma_scr.json",
}
KEYS = tuple(_FILES)
DEFAULT = "prisma2020"


class UnknownChecklist(LookupError):
    """There is no checklist of this key."""


class UnknownItem(LookupError):
    """The checklist has no item of this number."""


@dataclass(frozen=True)
class Item:
    """What is to be reported; `source` hints at what the product knows of it."""

    number: str
    section: str
    topic: str
    gist: str
    source: str = ""
    is_optional: bool = False


@dataclass(frozen=True)
class Checklist:
    """A checklist with its items in order."""

    key: str
    name: str
    citation: str
    doi: str
    items: tuple[Item, ...]

    def item(self, number: str) -> Item:
        """Return the item of this number. Raises UnknownItem."""
        for item in self.items:
            if item.number == number:
                return item
        raise UnknownItem(f"{self.name} has no item {number}.")


@cache
def find(key: str) -> Checklist:
    """Return the checklist of this key. Raises UnknownChecklist."""
    if key not in _FILES:
        raise UnknownChecklist(f"There is no checklist {key}: {', '.join(KEYS)}.")
    held = json.loads((_FOLDER / _FILES[key]).read_text(encoding="utf-8"))
    return Checklist(
        key=key,
        name=held["name"],
        citation=held["reference"]["citation"],
        doi=held["reference"]["doi"],
        items=tuple(
            Item(
                number=item["number"],
                section=item["section"].replace("_", " "),
                topic=item["topic"],
                gist=item["gist"],
                source=item.get("prefill_from", ""),
                is_optional=item.get("optional", False),
            )
            for item in held["items"]
        ),
    )


def every() -> tuple[Checklist, ...]:
    """Return all checklists."""
    return tuple(map(find, KEYS))


def by_section(checklist: Checklist) -> list[tuple[str, list[Item]]]:
    """Return the items in their sections, in order."""
    items = checklist.items
    return [(name, list(held)) for name, held in groupby(items, lambda i: i.section)]
