"""What a number of the words counts where it is neither a record nor a report.

Each list has exactly as many lines as the number that opens it. It is read off the same
facts, so the two cannot differ; a sum of participants opens the studies that it sums.
"""

from collections.abc import Callable, Mapping

from reviews.words.facts import Facts
from reviews.words.lists import appraisal, protocol, studies
from reviews.words.lists.listing import Listing, NoLines

_LISTS: Mapping[tuple[str, str], Callable[[Facts, str], Listing]] = {
    ("amendments", "all"): protocol.amendments,
    ("searches", "all"): protocol.searches,
    ("fields", "all"): protocol.fields,
    ("sets", "merged"): protocol.sets,
    ("studies", "included"): studies.included,
    ("studies", "design"): studies.designed,
    ("studies", "value"): studies.valued,
    ("studies", "counted"): studies.counted,
    ("studies", "in-words"): studies.in_words,
    ("studies", "not-reported"): studies.not_reported,
    ("studies", "open"): studies.unsettled,
    ("studies", "appraised"): studies.appraised,
    ("targets", "appraised"): appraisal.targets,
    ("targets", "overall"): appraisal.overall,
}


def select(facts: Facts, unit: str, way: str, of: str = "") -> Listing:
    """Return the list behind a number; `of` is what it is about. Raises NoLines."""
    found = _LISTS.get((unit, way))
    if found is None:
        raise NoLines(f"Nothing is called {unit} {way}.")
    return found(facts, of)
