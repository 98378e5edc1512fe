"""The appraisal instruments that come with the product, read from their definitions."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from reviews.instruments.definition import Instrument
from reviews.instruments.parsing import parse

FOLDER = Path(__file__).resolve().parent.parent / "standards" / "instruments"


class UnknownInstrument(LookupError):
    """No instrument with this key comes with the product."""


@cache
def keys() -> tuple[str, ...]:
    """List the keys of all instruments, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def definition(key: str) -> dict[str, Any]:
    """Give a fresh copy of the definition, for a review to keep."""
    if key not in keys():
        raise UnknownInstrument(f"There is no appraisal instrument {key!r}.")
    content = (FOLDER / f"{key}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(content)
    return found


@cache
def load(key: str) -> Instrument:
    """Give the instrument with this key, or raise UnknownInstrument."""
    return parse(definition(key))


@cache
def catalogue() -> tuple[Instrument, ...]:
    """Give all instruments, by name."""
    return tuple(sorted(map(load, keys()), key=lambda each: each.name.casefold()))


def fitting(design: str) -> tuple[Instrument, ...]:
    """Give the instruments made for a study design, by name."""
    return tuple(each for each in catalogue() if design in each.designs)
