"""The searches in words: PRISMA 2020, items 6 and 7."""

from collections.abc import Iterable, Iterator

from reviews.models import Search
from reviews.words.facts import Facts
from reviews.words.parts import (
    Number,
    Parts,
    counted,
    day,
    listed,
    sentence,
    within,
)

_SEARCHED = {
    Search.Kind.DATABASE: "Databases searched",
    Search.Kind.REGISTER: "Registers searched",
    Search.Kind.WEBSITE: "Websites searched",
    Search.Kind.ORGANISATION: "Organisations consulted",
    Search.Kind.CITATION: "Citation searches",
    Search.Kind.OTHER: "Other methods",
}


def sources(facts: Facts, kinds: Iterable[str] = ()) -> Iterator[Parts]:
    """Say what was searched and when; of some kinds of source alone, where named."""
    wanted = tuple(kinds) or Search.Kind.values
    found = [search for search in facts.searches if search.kind in wanted]
    for kind, begin in _SEARCHED.items():
        searches = [search for search in found if search.kind == kind]
        if searches:
            number = Number(len(searches), facts.listed("searches", "all", kind))
            yield sentence(
                f"{begin} (n = ", number, "): ", listed(map(_search, searches))
            )
    if not found:
        yield sentence(
            "No search is recorded" if not kinds else "No such search is recorded"
        )


def _search(search: Search) -> str:
    name = within(search.name)
    source = within(search.source)
    said = [source] if source and source != name else []
    if platform := within(search.platform):
        said.append(f"by {platform}")
    said.append(
        f"searched {day(search.searched_on)}"
        if search.searched_on
        else "date not recorded"
    )
    return f"{name} ({'; '.join(said)})"


def strategies(facts: Facts) -> Iterator[Parts]:
    """Say for which searches the full strategy is recorded, and their limits."""
    if not facts.searches:
        return
    without = [within(each.name) for each in facts.searches if not each.strategy]
    total = len(facts.searches)
    url = facts.listed("searches", "all")
    if not without:
        yield sentence(
            "The full strategy of ",
            ("each of the ", *counted(total, "search", "searches", url))
            if total > 1
            else ("the ", *counted(total, "search", url=url)),
            " is recorded",
        )
    elif len(without) == total:
        yield sentence("The full search strategies are not recorded")
    else:
        yield sentence("The full strategy is not recorded for ", listed(without))
    yield from limits(facts)


def limits(facts: Facts) -> Iterator[Parts]:
    """Say by what the searches were limited."""
    limited = [each for each in facts.searches if within(each.limits)]
    for search in limited:
        yield sentence(
            f"The search of {within(search.name)} was limited: {within(search.limits)}"
        )
    if facts.searches and not limited:
        yield sentence("No limits of the searches are recorded")
