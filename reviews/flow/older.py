"""A flow in the boxes of the four-phase form of 2009, with what they leave unsaid.

The form knows one column, no removal before screening but duplicates, no report that
could not be retrieved and no previous version; what has no box of its own is told in
a footnote, so that no number is dropped (Moher D, et al. PLoS Med 2009;6(7):e1000097).
"""

from collections.abc import Iterable, Iterator, Mapping

from reviews.diagram.filling import part_key
from reviews.diagram.prisma2009 import Counts
from reviews.flow import official
from reviews.flow.figures import Flow
from reviews.models import Search

_KINDS = {
    Search.Kind.DATABASE: "databases",
    Search.Kind.REGISTER: "registers",
    Search.Kind.WEBSITE: "websites",
    Search.Kind.ORGANISATION: "organisations",
    Search.Kind.CITATION: "citation searching",
    Search.Kind.OTHER: "other methods",
}
# The boxes of the flow behind each box of the form, where it has one column.
_BOXES = {
    "screened": "screened",
    "excluded": "excluded",
    "ft": "assessed",
}


def counts(flow: Flow) -> Counts:
    """Return the numbers of both columns under the names of the form.

    Whether studies were pooled is not known to a flow, so there is no such number.
    """
    other = flow.other
    reasons: dict[str, int] = {}
    for reason in (*flow.reasons, *other.reasons):
        reasons[reason.code] = reasons.get(reason.code, 0) + reason.count
    return Counts(
        db=flow.identified,
        other=other.identified,
        dedup=flow.identified + other.identified - _both(flow, "duplicates"),
        screened=_both(flow, "screened"),
        excluded=_both(flow, "excluded"),
        ft=_both(flow, "assessed"),
        ft_excl=reasons,
        qual=flow.studies_included,
        synthesis={part.label: part.count for part in flow.synthesis} or None,
    )


def labels(flow: Flow) -> dict[str, str]:
    """Return the reasons in words, by their keys in the form."""
    return {
        key.replace("dbr_excluded", "ft_excl"): label
        for key, label in official.labels(flow).items()
    }


def boxes_by_count(flow: Flow) -> dict[str, str]:
    """Return the box behind each number; one that is of two boxes opens none."""
    found = {"db": "identified", "other": "other_identified"}
    found |= {"qual": "studies_included"}
    for name, box in _BOXES.items():
        if not getattr(flow.other, box):
            found[name] = box
        elif not getattr(flow, box):
            found[name] = f"other_{box}"
    main = {reason.code for reason in flow.reasons}
    beside = {reason.code for reason in flow.other.reasons}
    for count, box in official.boxes_by_count(flow).items():
        name, _, code = count.rstrip("]").partition("[")
        if name == "synthesis" and code:
            found[count] = box
        own, others = (main, beside) if name == "dbr_excluded" else (beside, main)
        if name in ("dbr_excluded", "other_excluded") and code in own - others:
            found[part_key("ft_excl", code)] = box
    return found


def footnotes(flow: Flow, notes: Iterable[str]) -> tuple[str, ...]:
    """Return the notes of the flow, and what the boxes of this form leave unsaid."""
    # The form has no box to which a mark of PRISMA 2020 could point.
    unmarked = [note.removeprefix("* ") for note in notes]
    return (*unmarked, *_unsaid(flow))


def _unsaid(flow: Flow) -> Iterator[str]:
    for told, is_main in (("database searching", True), ("other sources", False)):
        if named := _named(flow, is_main=is_main):
            yield f"Of the records identified through {told}: {named}."
    removed = {
        "{} marked as ineligible by automation tools": "removed_by_automation",
        "{} removed for other reasons": "removed_for_other_reasons",
    }
    if said := _listed(flow, removed):
        yield f"Before screening, after duplicates were removed: {said}."
    if number := _both(flow, "not_retrieved"):
        sought = _both(flow, "sought")
        yield f"Of {_told(sought, 'report')} sought, {number:,} could not be retrieved."
    yield (
        "Full-text articles are counted as reports; the studies included are those of "
        f"{_told(flow.reports_included, 'report')}."
    )
    if flow.previous_studies is not None:
        yield (
            "Without a box here: a previous version of the review included "
            f"{_told(flow.previous_studies, 'study', 'studies')}, and in total "
            f"{flow.total_studies:,} are included."
        )


def _named(flow: Flow, *, is_main: bool) -> str:
    """Name each source with its number; nothing for one database or none at all."""
    sources = [source for source in flow.sources if source.is_main is is_main]
    if is_main and len(sources) < 2 and not flow.of_kind(Search.Kind.REGISTER):
        return ""
    return ", ".join(
        f"{_KINDS[source.kind]}: {source.name} (n = {source.count:,})"
        if source.kind not in Search.MAIN_KINDS
        else f"{source.name} (n = {source.count:,})"
        for source in sources
    )


def _listed(flow: Flow, names: Mapping[str, str]) -> str:
    numbers = {words: _both(flow, name) for words, name in names.items()}
    return ", ".join(words.format(f"{n:,}") for words, n in numbers.items() if n)


def _told(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _both(flow: Flow, name: str) -> int:
    number: int = getattr(flow, name) + getattr(flow.other, name)
    return number
