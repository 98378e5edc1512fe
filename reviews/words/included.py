"""What the flow led to, in words: PRISMA 2020, item 16a and its updated diagrams."""

from collections.abc import Iterator

from reviews.flow import waiting
from reviews.words.facts import Facts
from reviews.words.parts import (
    Number,
    Parts,
    counted,
    listed,
    numbered,
    sentence,
    were,
    within,
)


def sentences(facts: Facts) -> Iterator[Parts]:
    """Yield what was included, before and now, and what may be yet."""
    flow = facts.flow
    studies = counted(
        flow.studies_included, "study", "studies", facts.box("studies_included")
    )
    reports = counted(
        flow.reports_included, "report", url=facts.box("reports_included")
    )
    if flow.previous_studies is not None:
        yield from _previous(facts)
    elif flow.studies_included or flow.reports_included:
        begin = "The review includes " if flow.wave is None else "This wave led to "
        yield sentence(begin, studies, ", from ", reports)
    else:
        yet = " yet" if waiting.open_work(flow) else ""
        yield sentence(f"No study has been included{yet}")
    if number := flow.reports_without_study:
        yield sentence(
            "Of the included reports, ",
            Number(number, facts.box("reports_without_study")),
            " stands" if number == 1 else " stand",
            " in no study yet",
        )
    yield from _waiting(facts)
    if flow.synthesis:
        told = [
            numbered(within(part.label), part.count, facts.box(part.box))
            for part in flow.synthesis
        ]
        yield sentence("Studies in synthesis: ", listed(told))


def _previous(facts: Facts) -> Iterator[Parts]:
    """Say what an update adds to what was included before."""
    flow = facts.flow

    def studies(number: int | None, name: str) -> Parts:
        return counted(number or 0, "study", "studies", facts.box(name))

    def reports(number: int | None, name: str) -> Parts:
        return counted(number or 0, "report", url=facts.box(name))

    yield sentence(
        "The previous version of the review had included ",
        studies(flow.previous_studies, "previous_studies"),
        ", from ",
        reports(flow.previous_reports, "previous_reports"),
        "; this update adds ",
        studies(flow.studies_included, "studies_included"),
        ", from ",
        reports(flow.reports_included, "reports_included"),
    )
    if again := flow.studies_again:
        yield sentence(
            "Of the studies with reports in this update, ",
            Number(again, facts.box("studies_again")),
            f" {were(again)} included in the previous version already and ",
            "is counted once" if again == 1 else "are counted once each",
        )
    yield sentence(
        "In all, the review includes ",
        studies(flow.total_studies, "total_studies"),
        ", from ",
        reports(flow.total_reports, "total_reports"),
    )


def _waiting(facts: Facts) -> Iterator[Parts]:
    """Say which reports seem eligible and have no verdict, and why."""
    for number, name, why in (
        (
            facts.flow.awaiting_classification,
            "awaiting_classification",
            "awaiting classification, as too little is known of them",
        ),
        (facts.flow.ongoing, "ongoing", "of ongoing studies without results yet"),
    ):
        if number:
            yield sentence(
                "The reports sought include ",
                Number(number, facts.box(name)),
                f" {why}",
            )
