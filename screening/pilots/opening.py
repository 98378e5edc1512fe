"""The items behind each number on the page of a closed pilot round."""

from dataclasses import dataclass

from reviews.models import Criterion, User
from screening.models import PilotRound
from screening.pilots import measuring, telling, withholding
from screening.stages import item_name


class UnknownNumber(LookupError):
    """No number of the round is called so."""


@dataclass(frozen=True)
class Behind:
    """What a number counts, in words, and the keys of the items in their order."""

    said: str
    items: list[int]


def behind(found: PilotRound, reader: User, what: str, of: str = "") -> Behind:
    """Return what a number of the page counts, as far as it is told to the reader.

    `of` is the key of a criterion, or the places of two people among those of the
    round, as in 1-2. Raises UnknownNumber.
    """
    if what == "drawn":
        return Behind("Drawn for the round", _in_order(found, None))
    measured = withholding.told(found, reader)
    if what == "pair":
        one, other = _pair(found, of)
        called = telling.names(found, reader)
        said = f"Judged by {called[one]} and {called[other]}"
        keys = measuring.shared(measured, one, other)
    elif what in measuring.OF_A_CRITERION:
        criterion = _criterion(found, of)
        said = f"{criterion.code}: {TOLD[what]}"
        keys = measuring.behind(measured, what, criterion)
    elif what in measuring.NUMBERS:
        said, keys = TOLD[what], measuring.behind(measured, what)
    else:
        raise UnknownNumber(what)
    return Behind(said, _in_order(found, set(keys)))


TOLD = {
    "judged": "Judged by several",
    "agreed": "All came to the same",
    "ticked": "ticked by somebody",
    "differs": "ticked by some only",
    "causes": "ticked by some only, and decided differently",
}


def _in_order(found: PilotRound, among: set[int] | None) -> list[int]:
    """Return the keys in the order in which they were drawn."""
    keys = found.items.order_by("position").values_list(
        item_name(found.stage), flat=True
    )
    return [key for key in keys if key and (among is None or key in among)]


def _pair(found: PilotRound, of: str) -> tuple[int, int]:
    people = list(found.people.order_by("pk").values_list("user", flat=True))
    places = [int(each) for each in of.split("-") if _is_key(each)]
    if len(places) != 2 or not all(0 < each <= len(people) for each in places):
        raise UnknownNumber(of)
    return people[places[0] - 1], people[places[1] - 1]


def _criterion(found: PilotRound, of: str) -> Criterion:
    criterion = found.review.criteria.filter(pk=int(of)) if _is_key(of) else None
    told = criterion.first() if criterion is not None else None
    if told is None:
        raise UnknownNumber(of)
    return told


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
