"""A drawing on a sheet of paper: upright or across, whichever leaves it larger.

It shrinks until it fits and never grows, as its letters have the size of print already.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.diagram import sizes

# The short and the long side, in points.
PAPERS: Mapping[str, tuple[float, float]] = {
    "a4": (595.28, 841.89),
    "a3": (841.89, 1190.55),
}
NAMES: Mapping[str, str] = {"a4": "A4", "a3": "A3"}
MARGIN = 0.6 * 72
# In points; a journal prints no smaller letters.
LEAST_LETTERS = 5.0
_LETTERS = sizes.SIZE * 0.75


class DoesNotFit(ValueError):
    """The drawing cannot be read on such a sheet; the message says what would do."""


@dataclass(frozen=True)
class Sheet:
    """A page in points, with where the drawing begins on it and how wide it is."""

    width: float
    height: float
    left: float
    top: float
    wide: float


def own(width: float, height: float) -> Sheet:
    """Return a sheet as large as the drawing itself."""
    return Sheet(width, height, 0, 0, width)


def find(name: str, width: float, height: float) -> Sheet:
    """Return the sheet of this name for a drawing of a size in points.

    Without a name it is as large as the drawing. Raises DoesNotFit.
    """
    if not name:
        return own(width, height)
    if name not in PAPERS:
        raise DoesNotFit(f"There is no paper {name}: {', '.join(PAPERS)}.")
    short, long = PAPERS[name]
    # Upright where it makes no difference: the first of two that are equal.
    across, along = max(
        ((short, long), (long, short)),
        key=lambda sides: _scale(sides, width, height),
    )
    scale = _scale((across, along), width, height)
    if scale * _LETTERS < LEAST_LETTERS:
        larger = " or on A3" if name == "a4" else ""
        raise DoesNotFit(
            f"On {NAMES[name]} the letters of this drawing would be smaller than "
            f"{LEAST_LETTERS:g} points: take it in its own size{larger}."
        )
    wide = width * scale
    return Sheet(across, along, (across - wide) / 2, MARGIN, wide)


def _scale(sides: tuple[float, float], width: float, height: float) -> float:
    """Return by how much a drawing shrinks to fit within the margins."""
    across, along = sides
    return min(1.0, (across - 2 * MARGIN) / width, (along - 2 * MARGIN) / height)
