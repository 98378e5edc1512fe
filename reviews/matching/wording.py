"""Say in plain words why two records were joined, or why a person should look."""

from collections.abc import Sequence

from reviews.matching.evidence import Evidence


def basis_of_set(joined: Sequence[Evidence]) -> str:
    """Say what all the joins of a set rest on, or what the weakest one rests on."""
    shared = [
        name
        for name in joined[0].agreeing()
        if all(name in seen.agreeing() for seen in joined)
    ]
    return _same(shared or joined[-1].agreeing())


def basis_of_pair(seen: Evidence) -> str:
    parts = [_same(seen.agreeing()), _in_words("different", seen.conflicting())]
    sentence = "; ".join(part for part in parts if part)
    return sentence[:1].upper() + sentence[1:]


def _same(fields: Sequence[str]) -> str:
    identifiers = [name for name in fields if name in ("DOI", "PMID")]
    rest = [name for name in fields if name not in identifiers]
    near = "nearly the same title" in rest
    if near:
        rest.remove("nearly the same title")
    parts = [
        _in_words("same", identifiers),
        "nearly the same title" if near else "",
        _in_words("same", rest),
    ]
    sentence = "; ".join(part for part in parts if part)
    return sentence[:1].upper() + sentence[1:]


def _in_words(word: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    *first, last = names
    return f"{word} {', '.join(first)} and {last}" if first else f"{word} {last}"
