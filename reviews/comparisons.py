"""What moved between two moments of a review, as rows to open.

What a number of an amendment or an interim report has become since is told by the
records, reports and studies that moved from box to box (PRISMA 2020, item 16a).
"""

from reviews.flow.among import Among
from reviews.flow.boxes import Rows
from reviews.flow.comparison import Comparison, Move
from reviews.models import Review


class NothingMoved(LookupError):
    """Nothing moved from the one box to the other."""


def find(found: Comparison, unit: str, before: str, after: str) -> Move:
    """Return what moved from one place to another. Raises NothingMoved."""
    for move in found.moves:
        if (move.unit, move.before, move.after) == (unit, before, after):
            return move
    raise NothingMoved(f"{unit} from {before!r} to {after!r}")


def rows(review: Review, move: Move) -> Rows:
    """Return the records, reports or studies that moved, in no order."""
    moved = Among(move.keys)
    match move.unit:
        case "records":
            return review.records.filter(moved)
        case "reports":
            return review.reports.filter(moved)
        case _:
            return review.studies.filter(moved)
