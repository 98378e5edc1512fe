"""Values: what may be read out of a study, and when two people read the same.

Two texts are the same but for white space, two numbers are the same number ("46.50"
and "46.5"), two choices name the same set, two dates are written alike; "not
reported" is the same as itself alone. It is pure, so that `check_settled` finds every
settled value again (Cochrane MECIR C46: two people extract independently).
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from reviews.models import ExtractionField, Settlement
from screening.settling import State

Kind = ExtractionField.Kind
Value = str | list[str]
Key = tuple[str, ...]

NOT_REPORTED: Key = ()
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


# Numbers are compared exactly, which takes the longer the more digits there are.
LONGEST_NUMBER = 100


class NotAValue(ValueError):
    """What was written is no value of this kind."""


@dataclass(frozen=True)
class Reading:
    """What one person read for one field of one study, and still stands by."""

    entry: int
    reviewer: int
    value: Value | None
    key: Key
    field_version: int
    note: str = ""

    @property
    def not_reported(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class Ruling:
    """The consensus on a cell, and the entries that it resolved."""

    entry: int
    value: Value | None
    how: str
    field_version: int
    resolved: frozenset[int]
    reason: str = ""
    resolver: int = 0

    @property
    def not_reported(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class Outcome:
    """What the entries of one cell come to; the value is None if not reported."""

    state: State
    value: Value | None = None
    field_version: int = 0
    settlement: Settlement = Settlement.OPEN


AWAITING = Outcome(State.AWAITING)
CONFLICT = Outcome(State.CONFLICT)


def outcome(
    readings: Sequence[Reading], ruling: Ruling | None, *, required: int
) -> Outcome:
    """Return what the current readings of a cell come to.

    Of readings that agree the earliest is taken, as it was written; the version is
    the oldest, so that an amendment shows all that relied on an earlier wording.
    """
    if not readings or len(readings) < required:
        return AWAITING
    if ruling is not None and holds(ruling, readings):
        return Outcome(
            State.SETTLED, ruling.value, ruling.field_version, Settlement(ruling.how)
        )
    if len({reading.key for reading in readings}) > 1:
        return CONFLICT
    first = min(readings, key=lambda reading: reading.entry)
    return Outcome(
        State.SETTLED,
        first.value,
        min(reading.field_version for reading in readings),
        Settlement.SINGLE if len(readings) == 1 else Settlement.AGREEMENT,
    )


def holds(ruling: Ruling, readings: Sequence[Reading]) -> bool:
    """Tell whether the consensus is on these very entries."""
    return ruling.resolved == frozenset(reading.entry for reading in readings)


def key(kind: str, value: Value | None) -> Key:
    """Return what a value is compared by; None stands for not reported."""
    if value is None:
        return NOT_REPORTED
    if isinstance(value, list):
        return tuple(sorted({_collapsed(each) for each in value}))
    if kind == Kind.NUMBER and NUMBER.fullmatch(value):
        return (str(Fraction(value)),)
    return (_collapsed(value),)


def clean(kind: str, written: Value, choices: Collection[str] = ()) -> Value:
    """Return the value that was written, fit to be kept.

    Raises NotAValue, whose message says what to write instead.
    """
    if kind == Kind.MULTIPLE:
        chosen = {written} if isinstance(written, str) else set(written)
        if not chosen or not chosen <= set(choices):
            raise NotAValue("Choose among the values of the protocol.")
        return [choice for choice in choices if choice in chosen]
    text = written if isinstance(written, str) else " ".join(written)
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    if not text:
        raise NotAValue("Write a value.")
    if kind == Kind.NUMBER:
        return _number(text)
    if kind == Kind.DATE:
        return _date(text)
    if kind == Kind.CHOICE and text not in choices:
        raise NotAValue("Choose one of the values of the protocol.")
    return text


def words(value: Value | None) -> str:
    """Return a value as one line for people."""
    if value is None:
        return "Not reported"
    return "; ".join(value) if isinstance(value, list) else value


def _collapsed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _number(text: str) -> str:
    text = text.replace("\N{MINUS SIGN}", "-")
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        raise NotAValue(
            "Write one number such as 46.5: a point before the decimals, nothing "
            "between the thousands, and no unit. What else there is to say goes into "
            "the note."
        )
    return text


def _date(text: str) -> str:
    found = DATE.fullmatch(text)
    if found:
        year, month, day = (int(part) if part else 1 for part in found.groups())
        try:
            date(year, month, day)
        except ValueError:
            found = None
    if found is None:
        raise NotAValue(
            "Write a year, a month or a day as 2024, 2024-09 or 2024-09-30."
        )
    return text
