"""What does not add up in a flow, and what is not done, with the boxes of each.

What enters a box leaves it again or still waits in it (PRISMA 2020, item 16a).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from json import dumps

from reviews.flow import notes, official, waiting
from reviews.flow.balance.checking import check
from reviews.flow.balance.findings import Level
from reviews.flow.figures import Flow, Source
from reviews.flow.names import UNEVEN, search_name
from reviews.flow.official import BOXES_OF_COUNTS

_TWICE = ("previous_reports", "reports_included")
_LEVELS = ("error", "warning", "info")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What does not add up, or is not done, with the boxes that it is about."""

    rule: str
    level: Level
    message: str
    boxes: tuple[str, ...] = ()

    @property
    def records_box(self) -> str:
        """Return the box of the very records it is about, where there is one."""
        if self.rule == "F4":
            return UNEVEN
        return self.boxes[0] if len(self.boxes) == 1 else ""

    @property
    def key(self) -> str:
        """Return what tells this finding, with its numbers, from every other."""
        told = dumps([self.rule, self.message, self.boxes], ensure_ascii=False)
        return sha256(told.encode()).hexdigest()


def find(flow: Flow) -> tuple[Finding, ...]:
    """Return what does not add up, the errors first, and what is not done."""
    found = [
        Finding(
            rule=finding.rule,
            level=finding.level,
            message=finding.message,
            boxes=_boxes_of(finding.counts),
        )
        for finding in check(official.counts(flow), flow.template)
        if not (finding.rule == "F7" and notes.is_whole_between(flow))
    ]
    if between := notes.between(flow):
        boxes = ("other_duplicates", "other_excluded", "other_sought")
        found.append(Finding(rule="F7", level="info", message=between, boxes=boxes))
    if told := notes.included_again(flow):
        named = ("studies_again",)
        found.append(Finding(rule="again", level="info", message=told, boxes=named))
    found += [
        Finding(rule="twice", level="warning", message=message, boxes=_TWICE)
        for message in flow.twice
    ]
    if flow.reports_without_study:
        found.append(
            Finding(
                rule="study",
                level="info",
                message=waiting.without_study(flow),
                boxes=("reports_without_study",),
            )
        )
    found += [
        Finding(rule="history", level="warning", message=message)
        for message in flow.unknown
    ]
    found += [_reported(s) for s in flow.sources if s.reported not in (None, s.count)]
    return tuple(sorted(found, key=lambda f: _LEVELS.index(f.level)))


def _boxes_of(counts: Iterable[str]) -> tuple[str, ...]:
    names = (BOXES_OF_COUNTS.get(count) for count in counts)
    return tuple(dict.fromkeys(name for name in names if name))


def _reported(source: Source) -> Finding:
    return Finding(
        rule="reported",
        level="warning",
        message=(
            f"{source.name} reported {source.reported:,} records, but {source.count:,} "
            "are in the review."
        ),
        boxes=(search_name(source.search),),
    )
