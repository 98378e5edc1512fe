"""What of the records that left the flow together is said under the diagram.

They stand in the box of the form where they belong, "marked as ineligible by automation
tools" or "removed for other reasons" (PRISMA 2020, item 16a), and none of these boxes
says that nobody judged them, nor that no tool called them ineligible: a footnote does.
"""

from collections.abc import Iterator

from django.db.models import Count, Q

from reviews.flow.figures import Flow
from reviews.models import JointlyRemoved, Record, Review, Search

_BOXES = {
    Record.Removal.AUTOMATION: "marked as ineligible by automation tools",
    Record.Removal.OTHER: "removed for other reasons",
}
_MORE = {
    Record.Removal.AUTOMATION: (
        " A tool ordered the records, and called none of them ineligible."
    ),
    Record.Removal.OTHER: "",
}


def footnotes(review: Review, found: Flow) -> tuple[str, ...]:
    """Return a sentence for each time that records left together, in one query."""
    return tuple(_told(review, found))


def _told(review: Review, found: Flow) -> Iterator[str]:
    rows = JointlyRemoved.objects.filter(
        joint_removal__review=review, record__in_review=True
    )
    if found.as_of is None:
        rows = rows.filter(back_at=None, record__duplicate_of=None)
    else:
        merged_since = Q(record__duplicate_set__settled_at__gt=found.as_of)
        rows = rows.filter(
            Q(back_at=None) | Q(back_at__gt=found.as_of),
            Q(record__duplicate_of=None) | merged_since,
            joint_removal__removed_at__lte=found.as_of,
        )
    if found.wave is not None:
        rows = rows.filter(record__search__wave__number=found.wave)
    told = (
        rows.order_by("joint_removal")
        .values_list("joint_removal__removal", "joint_removal__reason")
        .annotate(
            main=Count("pk", filter=Q(record__search__kind__in=Search.MAIN_KINDS)),
            all=Count("pk"),
        )
    )
    for why, reason, main, everything in told:
        for number, by in ((main, ""), (everything - main, " (by other methods)")):
            if number:
                yield _sentence(Record.Removal(why), reason, number, by)


def _sentence(why: Record.Removal, reason: str, number: int, by: str) -> str:
    was = "was" if number == 1 else "were"
    record = "record" if number == 1 else "records"
    said = f"{reason[:1].lower()}{reason[1:]}".rstrip(".")
    return (
        f"{number:,} {record}{by} counted as {_BOXES[why]} {was} not judged by "
        f"anybody, as screening stopped before ({said}).{_MORE[why]}"
    )
