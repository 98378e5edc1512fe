"""The flow in words: PRISMA 2020, item 16a."""

from collections.abc import Iterator

from reviews.flow.figures import Column, Source
from reviews.flow.names import OTHER, reason_name, search_name
from reviews.words import included
from reviews.words.facts import Facts
from reviews.words.parts import (
    Number,
    Paragraph,
    Parts,
    Phrase,
    counted,
    join,
    listed,
    numbered,
    sentence,
    were,
    within,
)


def paragraph(facts: Facts) -> Paragraph:
    """Return the flow in words."""
    return Paragraph("Study selection", tuple(sentences(facts)))


def sentences(facts: Facts) -> Iterator[Parts]:
    """Yield the flow, from what was identified to what was included."""
    flow = facts.flow
    if not flow.identified and not flow.other.identified:
        yield sentence("no records have been identified yet")
        return
    yield from identified(facts)
    yield from _removed(facts, flow, "")
    yield from _screened(facts, flow, "")
    yield from _sought(facts, flow, "")
    if flow.other.identified:
        yield from _removed(facts, flow.other, OTHER)
        yield from _screened(facts, flow.other, OTHER)
        yield from _sought(facts, flow.other, OTHER)
    yield from included.sentences(facts)


def identified(facts: Facts) -> Iterator[Parts]:
    """Yield how many records each way of searching found."""
    flow = facts.flow
    for name, number, is_main, how in (
        ("identified", flow.identified, True, "databases and registers"),
        (f"{OTHER}identified", flow.other.identified, False, "other methods"),
    ):
        sources = [source for source in flow.sources if source.is_main is is_main]
        if not number and not sources:
            continue
        split = [source for source in sources if not source.is_combined]
        each: Phrase = ""
        if split and (len(sources) > 1 or not is_main):
            each = join(" (", listed(_source(facts, s) for s in sources), ")")
        elif split:
            each = f" ({split[0].name})"
        records = counted(number, "record", url=facts.box(name))
        yield sentence("The searches of ", how, " identified ", records, each)
        for source in sources:
            if source.is_combined:
                yield _combined(source)


def _source(facts: Facts, source: Source) -> Parts:
    return (
        f"{source.name}: ",
        Number(source.count, facts.box(search_name(source.search))),
    )


def _combined(source: Source) -> Parts:
    named = within(source.sources) or source.name
    return sentence(
        f"The number of records from each source is not known, as they were exported "
        f"together ({named})"
    )


def _removed(facts: Facts, column: Column, begin: str) -> Iterator[Parts]:
    """Say what was removed before screening."""
    told = [
        (column.duplicates, "duplicates", "duplicate record", "duplicate records", ""),
        (
            column.removed_by_automation,
            "removed_by_automation",
            "record",
            "records",
            " marked as ineligible by automation tools",
        ),
        (
            column.removed_for_other_reasons,
            "removed_for_other_reasons",
            "record",
            "records",
            " for other reasons",
        ),
    ]
    removed = [
        join(counted(number, one, many, facts.box(begin + name)), why)
        for number, name, one, many, why in told
        if number
    ]
    if not removed:
        yield sentence("No record was removed before screening", _route(begin))
        return
    total = sum(number for number, *_ in told)
    parts = listed(removed)
    yield sentence(
        "Before screening, ", parts, f" {were(total)} removed", _route(begin)
    )


def _route(begin: str) -> str:
    return " from those of other methods" if begin else ""


def _screened(facts: Facts, column: Column, begin: str) -> Iterator[Parts]:
    number = column.screened
    if number:
        records = counted(number, "record", url=facts.box(f"{begin}screened"))
        excluded = Number(column.excluded, facts.box(f"{begin}excluded"))
        yield sentence(
            "Titles and abstracts of ",
            records,
            f"{' identified by other methods' if begin else ''} were screened, and ",
            excluded if column.excluded else "none",
            f" {were(column.excluded or 1)} excluded",
        )
    if waiting := column.awaiting_screening:
        records = counted(
            waiting, "record", url=facts.box(f"{begin}awaiting_screening")
        )
        yield sentence(
            "At the time of writing, ",
            records,
            " still awaits" if waiting == 1 else " still await",
            " screening",
        )


def _sought(facts: Facts, column: Column, begin: str) -> Iterator[Parts]:
    def reports(number: int, name: str) -> Parts:
        return counted(number, "report", url=facts.box(begin + name))

    if not column.sought:
        return
    route = ", found by other methods," if begin else ""
    lost, waiting = column.not_retrieved, column.awaiting_retrieval
    end: Phrase = ""
    if lost:
        end = join("; ", reports(lost, "not_retrieved"), f" {were(lost)} not retrieved")
    elif not waiting:
        end = " and retrieved"
    yield sentence(
        "The full texts of ",
        reports(column.sought, "sought"),
        f"{route} were sought",
        end,
    )
    if column.assessed:
        yield sentence(*_assessed(facts, column, begin))
    for number, name, what in (
        (column.awaiting_retrieval, "awaiting_retrieval", "retrieval"),
        (column.awaiting_decision, "awaiting_decision", "a decision"),
    ):
        if number:
            await_ = "awaits" if number == 1 else "await"
            yield sentence(
                "At the time of writing, ",
                reports(number, name),
                f" still {await_} {what}",
            )


def _assessed(facts: Facts, column: Column, begin: str) -> Iterator[Phrase]:
    assessed, excluded = column.assessed, column.excluded_reports
    yield "of those retrieved, "
    yield Number(assessed, facts.box(f"{begin}assessed"))
    yield f" {were(assessed)} assessed for eligibility and "
    if not excluded:
        yield "none was excluded"
        return
    yield Number(excluded, facts.box(f"{begin}excluded_reports"))
    yield f" {were(excluded)} excluded: "
    yield listed(
        numbered(
            within(reason.label),
            reason.count,
            facts.box(reason_name(reason.criterion, other=bool(begin))),
        )
        for reason in column.reasons
    )
