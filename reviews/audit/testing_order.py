"""Orders of testing: a comparison that may be tested only if another succeeded.

Where the first of an order failed, no result of the second is significant, whatever
its own number says (ICH E9, 1998, on multiple primary variables).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_COMPARISON = re.compile(
    r"\b(\d+(?:\.\d+)?)[ -]?(mg|mcg|µg|μg|g|ml|iu)\b"
    r"|\b(high|low|medium|middle|higher|lower)[ -]dose\b"
    r"|\b(primary|secondary)\b",
    re.IGNORECASE,
)
_GATE_FIRST = re.compile(
    r"\b(?:had|has|have|needed|must|required|was to|were to)\b.{0,60}?"
    r"\b(?:before|for|prior to|so that)\b",
    re.IGNORECASE,
)
_GATE_LAST = re.compile(
    r"\b(?:only (?:if|when|after|once)|provided(?: that)?|conditional (?:up)?on"
    r"|unless)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:testing order|order of testing|fixed[- ]sequence|hierarch\w+|gate-?keep\w+"
    r"|step-?down)\b",
    re.IGNORECASE,
)
_TESTED = re.compile(r"\btest\w*|\bsignifican\w+|\bsucce\w+", re.IGNORECASE)
_FAILED = re.compile(
    r"\b(?:did not|didn’t|didn't|not|missed|failed|without|no|non)\b[^.]{0,40}?"
    r"\b(?:significan\w+|succe\w+|superior\w*)",
    re.IGNORECASE,
)
_SIGNIFICANT = re.compile(r"\bsignifican(?:t|tly|ce)\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r";|\b(?:although|though|but|however|whereas|while|nevertheless)\b|,\s+and\b|\. ",
    re.IGNORECASE,
)
_GRADES = {"higher": "high", "lower": "low", "middle": "medium"}


@dataclass(frozen=True)
class Order:
    """Which comparison must succeed before which other may be tested."""

    first: str
    second: str
    told: str


@dataclass(frozen=True)
class Breach:
    """A comparison that is called significant although its order forbade it."""

    order: Order
    missed: str
    called: str


def breaches(texts: Sequence[str]) -> Iterator[Breach]:
    """Yield what the sentences about one study call significant against its order."""
    seen = set()
    for order in _orders(texts):
        missed = _failed(texts, order.first)
        called = _called_significant(texts, order.second)
        if missed and called and (order.first, order.second) not in seen:
            seen.add((order.first, order.second))
            yield Breach(order, missed, called)


def _orders(texts: Iterable[str]) -> Iterator[Order]:
    for text in texts:
        found = list(_COMPARISON.finditer(text))
        if len({_name(one) for one in found}) < 2 or not _TESTED.search(text):
            continue
        joint = _GATE_LAST.search(text)
        is_reversed = joint is not None
        joint = joint or _GATE_FIRST.search(text)
        if joint is not None:
            before = [_name(one) for one in found if one.start() < joint.start()]
            after = [_name(one) for one in found if one.start() >= joint.start()]
            pair = (before[-1:] + after[:1])[:: -1 if is_reversed else 1]
        elif _ORDER.search(text):
            pair = list(dict.fromkeys(map(_name, found)))[:2]
        else:
            continue
        if len(set(pair)) == 2:
            yield Order(pair[0], pair[1], text)


def _failed(texts: Iterable[str], comparison: str) -> str | None:
    return next(
        (part for part in _clauses(texts, comparison) if _FAILED.search(part)), None
    )


def _called_significant(texts: Iterable[str], comparison: str) -> str | None:
    return next(
        (
            part
            for part in _clauses(texts, comparison)
            if _SIGNIFICANT.search(part)
            and not _FAILED.search(part)
            and not _GATE_FIRST.search(part)
            and not _GATE_LAST.search(part)
        ),
        None,
    )


def _clauses(texts: Iterable[str], comparison: str) -> Iterator[str]:
    """Yield the clauses that speak of a comparison, and of no other."""
    for text in texts:
        for part in _CLAUSE.split(text):
            if {_name(one) for one in _COMPARISON.finditer(part)} == {comparison}:
                yield " ".join(part.split())


def _name(found: re.Match[str]) -> str:
    if found[1]:
        return f"{found[1]} {found[2].casefold().replace('μ', 'µ')}"
    grade = (found[3] or "").casefold()
    return f"{_GRADES.get(grade, grade)} dose" if grade else found[4].casefold()
