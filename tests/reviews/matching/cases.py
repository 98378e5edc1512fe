"""Records for the tests of matching: one article, changed field by field."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from reviews.matching.candidates import Candidate
from reviews.matching.sets import find_sets

ARTICLE = Candidate(
    key=1,
    title="Walking groups for older adults with chronic low back pain: a trial",
    authors=("Okafor, Ngozi", "Lindqvist, Per", "Sato, Yui"),
    year=2018,
    journal="Journal of Rehabilitation Research",
    volume="44",
    issue="3",
    pages="210-219",
)


def copy(**changes: Any) -> Candidate:
    """Return a second record of the article, changed as told."""
    return replace(ARTICLE, key=2, **changes)


def outcome(one: Candidate, other: Candidate) -> str:
    """Say what becomes of two records: "same", "check", "related" or "different"."""
    found = find_sets([one, other])
    if found.sets:
        return "same"
    if found.to_check:
        return "check"
    return "related" if found.related else "different"


def partition(sets: Iterable[tuple[int, ...]]) -> set[frozenset[int]]:
    return {frozenset(keys) for keys in sets}


_LINE = re.compile(r"([A-Z][A-Z0-9])  - ?(.*)")


def read_demo(path: Path) -> dict[str, Candidate]:
    """Read the demo's plain RIS: enough for a test, no reader of the project."""
    found: dict[str, Candidate] = {}
    fields: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        tag, value = match.groups()
        if tag != "ER":
            fields.setdefault(tag, []).append(value.strip())
            continue
        key = len(found) + 1
        found[fields["ID"][0]] = _candidate(key, fields)
        fields = {}
    return found


def _candidate(key: int, fields: dict[str, list[str]]) -> Candidate:
    def first(tag: str) -> str:
        return fields.get(tag, [""])[0]

    year = first("PY")[:4]
    return Candidate(
        key=key,
        title=first("TI"),
        authors=tuple(fields.get("AU", ())),
        year=int(year) if year.isdigit() else None,
        journal=first("T2") or first("JO"),
        volume=first("VL"),
        issue=first("IS"),
        pages="-".join(part for part in (first("SP"), first("EP")) if part),
        doi=first("DO"),
        abstract=first("AB"),
    )
