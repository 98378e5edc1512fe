"""A search as it was understood: a tree of what is to be found and what is not."""

from dataclasses import dataclass
from typing import Literal

Field = Literal[
    "", "title", "abstract", "author", "keyword", "journal", "year", "doi", "pmid",
    "note", "label",
]  # fmt: skip
# Where a word is looked for that names no field.
EVERYWHERE: tuple[Field, ...] = ("title", "abstract", "author", "keyword")
OF_A_RECORD: frozenset[Field] = frozenset(
    (*EVERYWHERE, "journal", "year", "doi", "pmid")
)


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand side by side; the last is a beginning where `begins`."""

    words: tuple[str, ...]
    field: Field = ""
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Years:
    """Years from the first to the last; either may be open."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple["Node", ...]


Node = Term | Years | Not | All | Either


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, and what of the text could not be understood, in words.

    `node` is None where nothing is left to look for; then nothing is found.
    """

    node: Node | None
    problems: tuple[str, ...] = ()
    is_empty: bool = False
    # Something was asked of the reader's own notes or labels.
    asks_own: bool = False

    @property
    def told(self) -> str:
        return tell(self.node) if self.node else ""

    def marked_in(self, field: Field) -> tuple[Term, ...]:
        """Return the terms whose hits can be shown in a field: none is excluded."""
        terms = _wanted(self.node) if self.node else []
        return tuple(term for term in terms if term.field in ("", field))


_IN = {
    "title": "in the title",
    "abstract": "in the abstract",
    "author": "among the authors",
    "keyword": "among the keywords",
    "journal": "in the journal",
    "doi": "in the DOI",
    "pmid": "in the PubMed number",
    "note": "in your note",
    "label": "as a label of yours",
}


def tell(node: Node) -> str:
    """Say in words what is looked for."""
    match node:
        case Term(words, field, begins):
            told = f"“{' '.join(words)}{'…' if begins else ''}”"
            return f"{told} {_IN[field]}" if field else told
        case Years(first, last):
            return _tell_years(first, last)
        case Not(part):
            return f"not {_grouped(part)}"
        case All(parts):
            return " and ".join(_grouped(part) for part in parts)
        case Either(parts):
            return " or ".join(_grouped(part) for part in parts)


def _tell_years(first: int | None, last: int | None) -> str:
    if first == last:
        return f"from the year {first}"
    if first is None:
        return f"from {last} or before"
    return f"from {first} or later" if last is None else f"from {first} to {last}"


def _grouped(node: Node) -> str:
    return f"({tell(node)})" if isinstance(node, All | Either) else tell(node)


def _wanted(node: Node) -> list[Term]:
    match node:
        case Term():
            return [node]
        case All(parts) | Either(parts):
            return [term for part in parts for term in _wanted(part)]
    return []
