"""Whether a flow may be published as final.

Everything identified has come to where it ends, and every number adds up; or an owner
wrote down why it stands as it is, and what is published carries that reason as a
footnote (PRISMA 2020, item 16a).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews import dismissals
from reviews.exports.options import CannotExport
from reviews.flow import findings, notes, waiting
from reviews.flow.figures import Flow
from reviews.flow.findings import Finding
from reviews.models import Dismissal, Review

# The name under which a finding of the flow is let stand.
CHECK = "flow"
# What is not done yet, beside what does not add up.
OPEN_WORK = ("F16", "study")


class NotFinal(CannotExport):
    """The flow is not final; the message names every finding that is in the way."""


@dataclass(frozen=True)
class Finality:
    """What is in the way of a final flow, and what is let stand, with the reason."""

    in_the_way: tuple[Finding, ...]
    let_stand: Mapping[str, Dismissal]
    is_empty: bool

    @property
    def is_final(self) -> bool:
        return not self.in_the_way and not self.is_empty


def tell(review: Review, flow: Flow) -> Finality:
    """Say what is in the way of a final flow, in one query."""
    standing = dismissals.standing(review)
    told = findings.find(flow)
    let_stand = {
        finding.key: standing[CHECK, finding.key]
        for finding in told
        if (CHECK, finding.key) in standing
    }
    return Finality(
        tuple(f for f in told if blocks(f) and f.key not in let_stand),
        let_stand,
        flow.identified + flow.other.identified == 0,
    )


def blocks(finding: Finding) -> bool:
    """Tell whether a finding stands in the way unless a reason is written down."""
    return finding.level != "info" or finding.rule in OPEN_WORK


def require(review: Review, flow: Flow) -> tuple[str, ...]:
    """Return the reasons that a final flow has to carry, or raise NotFinal."""
    found = tell(review, flow)
    if found.is_empty:
        raise NotFinal("The flow is not final: nothing is identified yet.")
    if found.in_the_way:
        told = " ".join(finding.message for finding in found.in_the_way)
        raise NotFinal(
            f"The flow is not final: mend this, or write down why it stands. {told}"
        )
    return tuple(
        f"{_told(finding)} {found.let_stand[finding.key].reason}"
        for finding in findings.find(flow)
        if finding.key in found.let_stand
    )


def footnotes(review: Review, flow: Flow) -> tuple[str, ...]:
    """Return what stands under a final diagram: with the reasons, without "not final".

    Raises NotFinal.
    """
    reasons = require(review, flow)
    open_work = waiting.open_work(flow)
    return (*(note for note in notes.footnotes(flow) if note != open_work), *reasons)


def _told(finding: Finding) -> str:
    """Say a finding as it reads once it is let stand."""
    told = finding.message.removeprefix("Not final: ")
    return told[:1].upper() + told[1:]
