"""PRISMA 2020 items: what the checklist asks for is reported, and where."""

from collections.abc import Iterator

from reviews.audit.facts import Facts
from reviews.audit.finding import Finding, Severity

NAME = "prisma_items"
TITLE = "PRISMA 2020 items"
DEFINITION = (
    "Each of the 42 items and sub-items is reported, or does not apply. For items 5, "
    "7, 8, 11, 16a, 18 and 24a partly is not enough."
)

CRITICAL = frozenset({"5", "7", "8", "11", "16a", "18", "24a"})
_MISSING = {"not_reported": "not reported", "partly": "reported in part only"}


def check(facts: Facts) -> Iterator[Finding]:
    for item in facts.items:
        weighs = item.number in CRITICAL
        if item.status == "not_reported" or (item.status == "partly" and weighs):
            yield Finding(
                check=NAME,
                code=f"item/{item.number}",
                severity=Severity.MAJOR if weighs else Severity.REPORTING,
                what=f"Item {item.number}, {item.topic}, is {_MISSING[item.status]}.",
                where=item.place or "PRISMA 2020 checklist",
                arithmetic=f"{item.number}: {_MISSING[item.status]}",
            )
    unanswered = [item.number for item in facts.items if not item.status]
    if unanswered:
        total = len(facts.items)
        yield Finding(
            check=NAME,
            code="unanswered",
            severity=Severity.REPORTING,
            what=f"{len(unanswered)} of {total} items of the checklist are not "
            f"answered: {', '.join(unanswered)}.",
            where="PRISMA 2020 checklist",
            arithmetic=f"{total - len(unanswered)} of {total} answered",
        )
