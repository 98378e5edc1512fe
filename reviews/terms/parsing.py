"""Reading what somebody typed to search: it never fails, and says what it took it for.

Words side by side must all be found; "..." keeps words together; OR parts
alternatives and binds looser than AND; NOT or - excludes; word* finds what begins so;
title:word, or title:(...), looks in one field; brackets group. What makes no sense is
named, and the rest is looked for.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from reviews.terms import folding
from reviews.terms.asking import (
    EVERYWHERE,
    OF_A_RECORD,
    All,
    Asked,
    Either,
    Field,
    Node,
    Not,
    Term,
    Years,
)

MOST_TERMS = 50
DEEPEST = 20
SHORTEST_BEGINNING = 2
_NAMES: dict[str, Field] = {
    "title": "title",
    "ti": "title",
    "abstract": "abstract",
    "ab": "abstract",
    "author": "author",
    "authors": "author",
    "au": "author",
    "keyword": "keyword",
    "keywords": "keyword",
    "kw": "keyword",
    "journal": "journal",
    "year": "year",
    "years": "year",
    "doi": "doi",
    "pmid": "pmid",
    "note": "note",
    "notes": "note",
    "label": "label",
    "labels": "label",
}
_QUOTES = '"“”„«»＂'
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<open>\()|(?P<close>\))
    |(?P<field>[A-Za-z]+):(?=\S)
    |(?P<minus>[-−–])(?=[^\s)])
    |[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)(?P<end>[{_QUOTES}]|$)(?P<star>\*?)
    |(?P<word>[^\s(){_QUOTES}]+)
    |(?P<other>.)""",
    re.X | re.S,
)
_DOI = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", re.I)
_YEARS = re.compile(
    r"^(?:(?P<sign>[<>]=?)(?P<bound>\d{1,4})|(?P<first>\d{1,4})?"
    r"(?P<range>\s*(?:-|–|\.\.+)\s*)?(?P<last>\d{1,4})?)$"
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    begins: bool = False
    closed: bool = True


@dataclass(slots=True)
class _Reader:
    """Goes through the tokens once, and keeps what it could not make sense of."""

    tokens: list[_Token]
    fields: Collection[Field]
    everywhere: Collection[Field]
    at: int = 0
    terms: int = 0
    depth: int = 0
    problems: list[str] = field(default_factory=list)

    def next_is(self, *kinds: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].kind in kinds

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def problem(self, told: str) -> None:
        if told not in self.problems:
            self.problems.append(told)

    def whole(self) -> Node | None:
        parts = []
        while self.at < len(self.tokens):
            parts.append(self.either(""))
            if self.next_is("close"):
                self.take()
                self.problem("A closing bracket has no opening one.")
        return _all(parts)

    def either(self, looked_in: Field) -> Node | None:
        parts = [self.every(looked_in)]
        while self.next_is("or"):
            self.take()
            parts.append(self.every(looked_in))
            if parts[-1] is None or parts[-2] is None:
                self.problem("OR needs something on both sides.")
        kept = [part for part in parts if part is not None]
        return kept[0] if len(kept) == 1 else Either(tuple(kept)) if kept else None

    def every(self, looked_in: Field) -> Node | None:
        parts: list[Node | None] = []
        while self.at < len(self.tokens) and not self.next_is("or", "close"):
            if self.next_is("and"):
                self.take()
                if not parts or self.at == len(self.tokens):
                    self.problem("AND needs something on both sides.")
                continue
            parts.append(self.one(looked_in))
        return _all(parts)

    def one(self, looked_in: Field) -> Node | None:
        excluded = False
        while self.next_is("not"):
            self.take()
            excluded = not excluded
        if self.at == len(self.tokens) or self.next_is("or", "and", "close"):
            self.problem("NOT needs something to exclude.")
            return None
        found = self.named(looked_in)
        return Not(found) if excluded and found is not None else found

    def named(self, looked_in: Field) -> Node | None:
        wanted = True
        while self.next_is("field"):
            name = self.take().text
            looked_in = _NAMES[name.lower()]
            if looked_in not in self.fields:
                self.problem(_refused(looked_in))
                wanted = False
        if self.next_is("not"):
            found = self.one(looked_in)
            return found if wanted else None
        if not self.next_is("open", "text"):
            self.problem(f"{looked_in}: names nothing to look for.")
            return None
        token = self.take()
        found = (
            self.bracket(looked_in)
            if token.kind == "open"
            else self.term(token, looked_in)
        )
        return found if wanted else None

    def bracket(self, looked_in: Field) -> Node | None:
        self.depth += 1
        if self.depth > DEEPEST:
            self.problem(f"Brackets may stand {DEEPEST} deep; the rest was left out.")
            self.at = len(self.tokens)
            return None
        found = self.either(looked_in)
        self.depth -= 1
        if self.next_is("close"):
            self.take()
            if found is None:
                self.problem("Brackets hold nothing to look for.")
        else:
            self.problem("An opening bracket has no closing one.")
        return found

    def term(self, token: _Token, looked_in: Field) -> Node | None:
        if not token.closed:
            self.problem("A quotation mark has no second one; it goes to the end.")
        text = _DOI.sub("", token.text) if looked_in == "doi" else token.text
        if looked_in == "year":
            return self.years(text)
        words = tuple(folding.words(text))
        if not words:
            self.problem(f"{text.strip() or '“”'} holds no letter and no digit.")
            return None
        if token.begins and len(words[-1]) < SHORTEST_BEGINNING:
            self.problem(
                f"{text}* begins too many words; give at least "
                f"{SHORTEST_BEGINNING} letters before the star."
            )
            return None
        self.terms += 1
        if self.terms > MOST_TERMS:
            self.problem(f"Only the first {MOST_TERMS} terms are looked for.")
            return None
        return self.placed(words, looked_in, token.begins)

    def placed(self, words: tuple[str, ...], looked_in: Field, begins: bool) -> Node:
        """Return the term in each place where it is looked for."""
        if looked_in or tuple(self.everywhere) == EVERYWHERE:
            return Term(words, looked_in, begins)
        places = (Term(words, each, begins) for each in self.everywhere)
        return Either(tuple(places))

    def years(self, text: str) -> Node | None:
        match = _YEARS.match(text.strip())
        if match is None or not any(match.group("bound", "first", "last")):
            self.problem(
                f"year:{text} is no year; write year:2015, year:2010-2015 or "
                "year:>=2010."
            )
            return None
        if match["bound"]:
            year = int(match["bound"])
            return {
                "<": Years(None, year - 1),
                "<=": Years(None, year),
                ">": Years(year + 1, None),
                ">=": Years(year, None),
            }[match["sign"]]
        first, last = match["first"], match["last"]
        if not match["range"]:
            return Years(int(first or last), int(first or last))
        return Years(int(first) if first else None, int(last) if last else None)


def parse(
    text: str,
    *,
    fields: Collection[Field] = OF_A_RECORD,
    everywhere: tuple[Field, ...] = EVERYWHERE,
) -> Asked:
    """Return what a text asks for; it never raises.

    `fields` can be named here; a word that names none is looked for `everywhere`.
    """
    reader = _Reader(list(_tokens(text)), fields, everywhere)
    node = reader.whole()
    return Asked(
        node,
        tuple(reader.problems),
        is_empty=not text.strip(),
        asks_own=any(
            token.kind == "field" and _NAMES[token.text.lower()] in ("note", "label")
            for token in reader.tokens
        ),
    )


def _tokens(text: str) -> list[_Token]:
    found = []
    at = 0
    for match in _TOKEN.finditer(text):
        if match.start() < at:
            continue
        kind, part = match.lastgroup, match[0]
        if match["field"] is not None and match["field"].lower() in _NAMES:
            found.append(_Token("field", match["field"]))
        elif match["field"] is not None or match["word"] is not None:
            # An unknown name before a colon is a word like others.
            rest = re.compile(rf"[^\s(){_QUOTES}]+").match(text, match.start())
            part = rest[0] if rest else part
            at = match.start() + len(part)
            found.append(_word(part))
        elif match["phrase"] is not None:
            closed = match["end"] != ""
            found.append(_Token("text", match["phrase"], bool(match["star"]), closed))
        elif match["minus"] is not None:
            found.append(_Token("not", "-"))
        elif kind in ("open", "close"):
            found.append(_Token(kind, part))
    return found


def _word(text: str) -> _Token:
    if text in ("AND", "OR", "NOT"):
        return _Token(text.lower(), text)
    return _Token("text", text.rstrip("*"), text.endswith("*"))


def _all(parts: list[Node | None]) -> Node | None:
    kept = tuple(part for part in parts if part is not None)
    return kept[0] if len(kept) == 1 else All(kept) if kept else None


def _refused(looked_in: Field) -> str:
    if looked_in in ("note", "label"):
        return f"{looked_in}: is looked for in the lists of your own decisions only."
    return f"{looked_in}: is not shown to whoever screens here, so it is not searched."
