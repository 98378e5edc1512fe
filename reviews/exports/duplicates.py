"""One row a record with the number of its set of duplicates."""

from collections.abc import Iterator

import pandas as pd

from reviews.duplicates import listing
from reviews.exports import table
from reviews.models import Review

COLUMNS = (
    "record",
    "source_id",
    "set",
    "to_check",
    "state",
    "kept",
    "search",
    "title",
)


def frames(review: Review) -> Iterator[pd.DataFrame]:
    """Yield the records with their sets as data frames of a bounded size."""
    return table.frames(listing.rows(review), COLUMNS)
