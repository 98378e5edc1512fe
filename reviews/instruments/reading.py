"""Reading values out of a definition, so that whatever is wrong is named in words."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from reviews.instruments.conditions import (
    AllOf,
    Answered,
    AnyOf,
    Chosen,
    Condition,
    Negated,
)

Json: TypeAlias = Mapping[str, Any]


class InvalidInstrument(ValueError):
    """A definition is not one of an appraisal instrument; the message says where."""


def mapping(value: object, where: str) -> Json:
    """Take the value as an object, or raise InvalidInstrument."""
    if not isinstance(value, Mapping):
        raise InvalidInstrument(f"{where} must be an object.")
    return value


def part(source: Json, key: str, where: str) -> Json:
    """Give the object under the key, an empty one where it is absent."""
    value = source.get(key)
    return {} if value is None else mapping(value, f"{where}.{key}")


def values(source: Json, key: str, where: str) -> list[Any]:
    """Give the list under the key, an empty one where it is absent."""
    value = source.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidInstrument(f"{where}.{key} must be a list.")
    return value


def items(source: Json, key: str, where: str) -> list[Json]:
    """Give the list of objects under the key, an empty one where it is absent."""
    found = values(source, key, where)
    return [mapping(each, f"{where}.{key}[{n}]") for n, each in enumerate(found)]


def text(source: Json, key: str, where: str, default: str | None = None) -> str:
    """Give the text under the key; without a default it must be there."""
    value = source.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise InvalidInstrument(f"{where}.{key} must be a text.")
    return value


def texts(source: Json, key: str, where: str) -> tuple[str, ...]:
    """Give the list of texts under the key, an empty one where it is absent."""
    found = values(source, key, where)
    if not all(isinstance(each, str) and each for each in found):
        raise InvalidInstrument(f"{where}.{key} must be a list of texts.")
    return tuple(found)


def flag(source: Json, key: str, where: str, *, default: bool) -> bool:
    """Give the yes or no under the key."""
    value = source.get(key, default)
    if not isinstance(value, bool):
        raise InvalidInstrument(f"{where}.{key} must be true or false.")
    return value


def number(source: Json, key: str, where: str) -> int | None:
    """Give the whole number under the key, None where it is absent."""
    value = source.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise InvalidInstrument(f"{where}.{key} must be a whole number.")
    return value


def unique(codes: list[str], where: str, what: str) -> None:
    """Refuse a list of ids in which one stands twice."""
    doubles = sorted({code for code in codes if codes.count(code) > 1})
    if doubles:
        raise InvalidInstrument(f"{where}: {what} {doubles[0]!r} stands twice.")


def condition(source: object, where: str) -> Condition:
    """Read a condition, or raise InvalidInstrument."""
    given = mapping(source, where)
    match dict(given):
        case {"q": str(question), "in": list(codes), **rest} if not rest:
            if not codes or not all(isinstance(code, str) for code in codes):
                raise InvalidInstrument(f"{where}.in must be a list of texts.")
            return Answered(question, frozenset(codes))
        case {"opt": str(option), **rest} if not rest:
            return Chosen(option)
        case {"all": list(inner), **rest} if not rest:
            return AllOf(_conditions(inner, f"{where}.all"))
        case {"any": list(inner), **rest} if not rest:
            return AnyOf(_conditions(inner, f"{where}.any"))
        case {"not": inner, **rest} if not rest:
            return Negated(condition(inner, f"{where}.not"))
        case _:
            raise InvalidInstrument(
                f"{where} must be one of q with in, opt, all, any or not."
            )


def _conditions(sources: list[Any], where: str) -> tuple[Condition, ...]:
    return tuple(condition(each, f"{where}[{n}]") for n, each in enumerate(sources))


def condition_at(source: Json, key: str, where: str) -> Condition | None:
    """Give the condition under the key, None where it is absent."""
    value = source.get(key)
    return None if value is None else condition(value, f"{where}.{key}")
