"""Two moments side by side: every number, and what moved from box to box between.

A record that moved left exactly one place for exactly one other, and so did a report
or a study; what came new or went comes from, or goes to, nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reviews.flow import history, synthesis
from reviews.flow.boxes import BOXES, Unit
from reviews.flow.counting import put_together
from reviews.flow.figures import Flow
from reviews.flow.names import (
    BY_OTHER_METHODS,
    OTHER,
    reason_label,
    reason_name,
    search_label,
    search_name,
)
from reviews.flow.rows import INCLUDED, ReasonRow
from reviews.flow.state import State
from reviews.models import Review

NOWHERE = ""
# A place that is no box of its own: what goes on to its reports.
_INCLUDED = "Records included on title and abstract"


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number of the flow at two moments; None where there was no such box."""

    box: str
    label: str
    before: int | None
    after: int | None

    @property
    def difference(self) -> int:
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, kw_only=True)
class Move:
    """What stood in one place before and stands in another after.

    A place is the name of a box, NOWHERE, or INCLUDED for records that went on to
    their reports.
    """

    unit: Unit
    before: str
    after: str
    before_label: str
    after_label: str
    keys: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Everything that differs between two moments, and what does not."""

    before: Flow
    after: Flow
    numbers: tuple[Number, ...]
    moves: tuple[Move, ...]

    @property
    def changed(self) -> tuple[Number, ...]:
        """Return the numbers that are not what they were."""
        return tuple(number for number in self.numbers if number.difference)


def between(
    review: Review,
    before: datetime | None,
    after: datetime | None,
    *,
    wave: int | None = None,
) -> Comparison:
    """Compare a review at two moments; None is today."""
    old, new = history.state(review, before), history.state(review, after)
    return compare(old, new, wave=wave)


def compare(before: State, after: State, *, wave: int | None = None) -> Comparison:
    """Compare two states of a review, or one wave of it, by its number."""
    old, new = (put_together(state.rows(wave)) for state in (before, after))
    words = _labels((before, after), (old, new))
    return Comparison(
        before=old,
        after=new,
        numbers=tuple(_numbers(old, new, words)),
        moves=(
            *_moves("records", _records(before, wave), _records(after, wave), words),
            *_moves("reports", _reports(before, wave), _reports(after, wave), words),
            *_moves("studies", _studies(before, wave), _studies(after, wave), words),
        ),
    )


def _numbers(before: Flow, after: Flow, words: Mapping[str, str]) -> Iterable[Number]:
    old, new = before.numbers, after.numbers
    for box in dict.fromkeys((*old, *new)):
        yield Number(
            box=box,
            label=words.get(box, box),
            before=old.get(box),
            after=new.get(box),
        )


def _moves(
    unit: Unit,
    before: Mapping[int, str],
    after: Mapping[int, str],
    words: Mapping[str, str],
) -> list[Move]:
    moved: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for pk in sorted(before.keys() | after.keys()):
        places = (before.get(pk, NOWHERE), after.get(pk, NOWHERE))
        if places[0] != places[1]:
            moved[places].append(pk)
    order = {name: number for number, name in enumerate(words)}
    return [
        Move(
            unit=unit,
            before=old,
            after=new,
            before_label=words.get(old, old),
            after_label=words.get(new, new),
            keys=tuple(keys),
        )
        for (old, new), keys in sorted(
            moved.items(),
            key=lambda each: [order.get(name, len(order)) for name in each[0]],
        )
    ]


def _records(state: State, wave: int | None) -> dict[int, str]:
    """Return the place of every record, by the column it is in."""
    begin = {s.pk: "" if s.is_main else OTHER for s in state.searches_of(wave)}
    return {
        pk: begin[record.search] + record.place
        for pk, record in state.records.items()
        if record.search in begin
    }


def _reports(state: State, wave: int | None) -> dict[int, str]:
    found = {}
    for each in state.sought(wave):
        place, reason = each.report.place, each.report.reason
        if place == "excluded_reports" and reason is not None:
            found[each.pk] = reason_name(reason, other=not each.is_main)
        else:
            found[each.pk] = place if each.is_main else OTHER + place
    return found


def _studies(state: State, wave: int | None) -> dict[int, str]:
    known = dict.fromkeys(state.studies_again(wave), "studies_again")
    return dict.fromkeys(state.studies(wave), "studies_included") | known


def _labels(states: Iterable[State], flows: Iterable[Flow]) -> dict[str, str]:
    """Return the words of every place and box, in the order of the flow."""
    words = {NOWHERE: "Not in the flow"}
    for name, box in BOXES.items():
        words[name] = box.label
        if name in ("excluded", f"{OTHER}excluded"):
            begin = OTHER if name.startswith(OTHER) else ""
            words[begin + INCLUDED] = _INCLUDED + (BY_OTHER_METHODS if begin else "")
    reasons: dict[int, ReasonRow] = {}
    for state in states:
        reasons |= state.reasons
    for pk, reason in reasons.items():
        for other in (False, True):
            name = reason_name(pk, other=other)
            words[name] = reason_label(reason.label, other=other)
    for flow in flows:
        for source in flow.sources:
            words[search_name(source.search)] = search_label(source.name)
        for part in flow.synthesis:
            words[part.box] = synthesis.box_label(part.label)
    return words
