"""Scopes: which part of a review a flow shows: until when, and of which wave.

A page keeps its scope in its address, so that it can be quoted, and hands it on to
every page that a number of it opens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.utils import timezone

from reviews import moments
from reviews.models import Review, Wave

LARGEST_NUMBER = 32_767


class UnknownWave(LookupError):
    """The review has no wave of this number."""


@dataclass(frozen=True)
class Scope:
    """The whole review today, or as it stood then, or one wave of it."""

    as_of: datetime | None = None
    wave: Wave | None = None
    # What was wrong with the date that was asked for, in words.
    problem: str = ""
    # A day was asked for that has not come yet, so that today is shown.
    is_to_come: bool = False

    @property
    def query(self) -> str:
        """Return the scope as it follows an address: "?as_of=2026-05-31&wave=2"."""
        return _query(self.as_of, self.wave)

    @property
    def query_of_today(self) -> str:
        """Return the same for today."""
        return _query(None, self.wave)

    @property
    def query_of_whole(self) -> str:
        """Return the same for all waves."""
        return _query(self.as_of, None)

    @property
    def written(self) -> str:
        """Return the moment as an address has it."""
        return moments.written(self.as_of)

    @property
    def day(self) -> date | None:
        """Return the day, as a field for a date has it."""
        return timezone.localdate(self.as_of) if self.as_of else None

    @property
    def is_end_of_day(self) -> bool:
        """Tell whether the moment is named by its day alone."""
        return bool(self.day) and self.as_of == moments.end_of(self.day or date.min)

    def of_wave(self, wave: Wave) -> "Scope":
        """Return the same moment of a wave."""
        return Scope(self.as_of, wave)


def read(review: Review, query: Mapping[str, str]) -> Scope:
    """Read a scope from an address; a date that is none means today, with a problem.

    Raises UnknownWave.
    """
    wave = find_wave(review, query.get("wave", ""))
    typed = query.get("as_of", "")
    try:
        to_come = moments.is_to_come(typed)
        return Scope(moments.read(typed), wave, is_to_come=to_come)
    except moments.NotADate as error:
        return Scope(None, wave, str(error))


def find_wave(review: Review, number: str) -> Wave | None:
    """Return the wave of this number, or None for the whole. Raises UnknownWave."""
    if not number:
        return None
    if not (number.isascii() and number.isdigit()) or len(number) > 5:
        raise UnknownWave(number)
    found = review.waves.filter(number=min(int(number), LARGEST_NUMBER)).first()
    if found is None:
        raise UnknownWave(number)
    return found


def _query(as_of: datetime | None, wave: Wave | None) -> str:
    told = {"as_of": moments.written(as_of), "wave": wave.number if wave else ""}
    given = {name: value for name, value in told.items() if value}
    return f"?{urlencode(given)}" if given else ""
