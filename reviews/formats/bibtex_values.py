"""The value of a BibTeX field: its pieces joined, its names told apart."""

import re
from collections.abc import Iterator, Mapping

from reviews.formats import tex

_PIECE_MARK = re.compile(r'(?<!\\)[{}"#]')
_NAME_MARK = re.compile(r"[{}]|(?<=\s)and(?=\s)", re.IGNORECASE)
_FORGOTTEN = re.compile(r"\s+([A-Za-z][\w-]*)\s*=\s*")
_MOST_FORGOTTEN = 50
_BRACE_OR_QUOTE = re.compile(r'(?<!\\)[{}"]')
# Two names or more, each of one comma, with a semicolon between them.
_FAMILY_FIRST = re.compile(r"[^,;{}]+,[^,;{}]+(?:;[^,;{}]+,[^,;{}]+)+")
_TOLD = re.compile(r"\s*(family|given|prefix|suffix)\s*=\s*(.*?)\s*", re.IGNORECASE)


def joined(raw: str, strings: Mapping[str, str]) -> str:
    """Return the value of a field: what is within its braces or quotation marks.

    Pieces joined by # are put together; a bare word is an abbreviation of the file.
    """
    raw = raw.strip()
    if raw.startswith("{") and raw.endswith("}") and "#" not in raw:
        return raw[1:-1]
    return "".join(_piece(piece, strings) for piece in _pieces(raw))


def parted(name: str, raw: str) -> Iterator[tuple[str, str]]:
    """Yield a field, and those behind it that no comma sets apart from it."""
    for _ in range(_MOST_FORGOTTEN):
        match = _FORGOTTEN.match(raw, _end(raw))
        if match is None:
            break
        yield name, raw[: match.start()]
        name, raw = match[1].lower(), raw[match.end() :]
    yield name, raw


def _end(raw: str) -> int:
    """Return where the first piece of a value ends."""
    if raw[:1] not in ("{", '"'):
        return next((blank.start() for blank in re.finditer(r"\s", raw)), len(raw))
    depth = 0
    for mark in _BRACE_OR_QUOTE.finditer(raw):
        if mark[0] != '"':
            depth += 1 if mark[0] == "{" else -1
        if depth == 0 and mark.start() and (mark[0] == '"') == (raw[0] == '"'):
            return mark.end()
    return len(raw)


def _pieces(raw: str) -> Iterator[str]:
    depth, quoted, start = 0, False, 0
    for mark in _PIECE_MARK.finditer(raw):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
        elif depth <= 0 and mark[0] == '"':
            quoted = not quoted
        elif depth <= 0 and not quoted:
            yield raw[start : mark.start()]
            start = mark.end()
    yield raw[start:]


def _piece(piece: str, strings: Mapping[str, str], depth: int = 0) -> str:
    piece = piece.strip()
    if piece[:1] in ("{", '"'):
        closing = "}" if piece[0] == "{" else '"'
        return piece[1:].removesuffix(closing)
    if piece.lower() in strings and depth < 5:
        value = strings[piece.lower()]
        return "".join(_piece(part, strings, depth + 1) for part in _pieces(value))
    return piece


def people(value: str) -> tuple[str, ...]:
    """Return the names of a field in the order family, given, suffix.

    A body's name stands in braces, and an "and" within them separates nothing.
    "Ng, A; Li, B" is no BibTeX, but some programs write it.
    """
    named = [name.strip() for name in _apart(value)]
    if len(named) == 1 and _FAMILY_FIRST.fullmatch(value):
        named = [name.strip() for name in value.split(";")]
    names = (_name(name) for name in named if name.lower() != "others")
    return tuple(filter(None, names))


def _apart(value: str) -> Iterator[str]:
    depth = start = 0
    for mark in _NAME_MARK.finditer(value):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
        elif depth <= 0:
            yield value[start : mark.start()]
            start = mark.end()
    yield value[start:]


def _name(name: str) -> str:
    parts = _by_commas(name)
    told = [match for part in parts if (match := _TOLD.fullmatch(part))]
    if len(told) == len(parts):
        # BibLaTeX's own form, "given=Ann, family=Ng".
        by_name = {match[1].lower(): match[2] for match in told}
        parts = [by_name.get(n, "") for n in ("family", "given", "suffix")]
        parts[0] = " ".join(filter(None, (by_name.get("prefix", ""), parts[0])))
    elif len(parts) == 3:
        family, suffix, given = parts
        parts = [family, given, suffix]
    plain = (tex.plain(part) for part in parts)
    return ", ".join(part for part in plain if part)


def _by_commas(name: str) -> list[str]:
    if "{" not in name:
        return name.split(",")
    parts, depth, start = [], 0, 0
    for mark in re.finditer(r"[{},]", name):
        if mark[0] == ",":
            if depth <= 0:
                parts.append(name[start : mark.start()])
                start = mark.end()
        else:
            depth += 1 if mark[0] == "{" else -1
    return [*parts, name[start:]]
