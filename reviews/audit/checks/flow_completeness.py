"""Flow boxes missing: every box of the flow has its number (PRISMA 2020, item 16a)."""

from collections.abc import Iterator

from reviews.audit.facts import Facts
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.flow import waiting

NAME = "flow_completeness"
TITLE = "Flow boxes missing"
DEFINITION = (
    "Each box of the flow has its number. Asks, too, where several sources were "
    "searched and not one duplicate was removed."
)


def check(facts: Facts) -> Iterator[Finding]:
    flow = facts.flow
    if not flow.identified + flow.other.identified:
        yield Finding(
            check=NAME,
            code="nothing",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="Nothing is identified yet, so the flow has no numbers.",
            where="Flow",
        )
        return
    yield from _per_source(facts)
    yield from _duplicates(facts)
    if words := waiting.open_work(flow):
        yield Finding(
            check=NAME,
            code="waiting",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what=words,
            where="Flow",
            arithmetic=words,
        )


def _per_source(facts: Facts) -> Iterator[Finding]:
    for search in facts.searches:
        if search.is_combined:
            named = search.sources
            yield Finding(
                check=NAME,
                code="per_source",
                severity=Severity.MAJOR,
                what=(
                    f"How many records each of the {len(named)} sources of "
                    f"{search.name} gave is missing: {', '.join(named)}."
                ),
                where=f"Flow, identified; search {search.name}",
                arithmetic=f"0 of {len(named)} sources with a count; "
                f"together {search.count:,}",
                subjects=(search.subject,),
            )


def _duplicates(facts: Facts) -> Iterator[Finding]:
    flow = facts.flow
    sources = [
        name for search in facts.searches if search.count for name in search.sources
    ]
    if len(sources) > 1 and not flow.duplicates + flow.other.duplicates:
        yield Finding(
            check=NAME,
            code="no_duplicates",
            severity=Severity.MAJOR,
            certainty=Certainty.CHECK,
            what=(
                f"No duplicate was removed although {len(sources)} sources were "
                "searched; sources of one field nearly always overlap."
            ),
            where="Flow, duplicates removed",
            arithmetic=f"0 duplicates with {len(sources)} sources",
        )
