"""What has to be said under the diagram of a flow, in words (PRISMA 2020, item 16a).

The official form draws no screening box for the records of other methods: what became
of them between is told here, and so is every number that has no box of its own.
"""

from reviews.flow.figures import Flow, Source
from reviews.flow.waiting import classified, open_work


def footnotes(flow: Flow) -> tuple[str, ...]:
    """Return what has to be said under the diagram."""
    combined = [s for s in flow.sources if s.is_combined]
    return tuple(
        filter(
            None,
            [
                *(_tell_combined(source) for source in combined),
                between(flow),
                included_again(flow),
                classified(flow),
                open_work(flow),
                *flow.unknown,
            ],
        )
    )


def included_again(flow: Flow) -> str:
    """Say how many studies a previous version had included already."""
    if not (number := flow.studies_again):
        return ""
    return (
        "1 study with reports in this update was included in the previous version "
        "already: it is counted once, there, and its reports here are new."
        if number == 1
        else f"{number:,} studies with reports in this update were included in the "
        "previous version already: each is counted once, there, and its reports "
        "here are new."
    )


def between(flow: Flow) -> str:
    """Say what became of the records of other methods that were not sought."""
    told = [
        words.format(
            f"{number:,}",
            s="" if number == 1 else "s",
            s_verb="s" if number == 1 else "",
        )
        for words, number in _left(flow).items()
        if number
    ]
    if not told:
        return ""
    identified = flow.other.identified
    record = "record" if identified == 1 else "records"
    return (
        f"Of {identified:,} {record} identified by other methods, these were not "
        f"sought: {', '.join(told)}."
    )


def is_whole_between(flow: Flow) -> bool:
    """Tell whether what is said of them leaves as many as were sought."""
    lost = sum(_left(flow).values())
    return flow.other.identified - lost == flow.other.sought


def _left(flow: Flow) -> dict[str, int]:
    """Return what of the records of other methods did not come to be sought."""
    other = flow.other
    removed = other.removed_by_automation + other.removed_for_other_reasons
    return {
        "{} duplicate{s}": other.duplicates,
        "{} removed before screening": removed,
        "{} excluded on title and abstract": other.excluded,
        "{} that await{s_verb} screening": other.awaiting_screening,
    }


def _tell_combined(source: Source) -> str:
    named = " ".join(source.sources.split()).rstrip(".") or source.name
    mark = "* " if source.is_main else ""
    return (
        f"{mark}{named}: exported together. How many records each source gave is not "
        "known, and none is estimated."
    )
