"""Exclusions without a reason: each full text excluded says why (item 16b)."""

from collections.abc import Iterator

from reviews.audit.facts import ExcludedReport, Facts
from reviews.audit.finding import Certainty, Finding, Severity

NAME = "exclusion_reasons"
TITLE = "Exclusions without a reason"
DEFINITION = (
    "Every full text excluded has exactly one reason, the reason is a criterion of "
    "today's protocol, and the report can be cited."
)


def check(facts: Facts) -> Iterator[Finding]:
    total = len(facts.excluded)
    questions = (
        ("none", Severity.MAJOR, "without a reason", _without_reason),
        ("retired", Severity.MINOR, "for a criterion since taken out", _retired),
        ("citation", Severity.MINOR, "without a citation", _without_citation),
    )
    for code, severity, words, asks in questions:
        found = [report for report in facts.excluded if asks(report)]
        if found:
            yield Finding(
                check=NAME,
                code=code,
                severity=severity,
                what=(
                    f"{len(found):,} of {total:,} full texts "
                    f"{'is' if len(found) == 1 else 'are'} excluded {words}."
                    if code != "citation"
                    else f"{len(found):,} of {total:,} excluded full texts cannot be "
                    "cited: neither authors nor a place of publication is known."
                ),
                where="Excluded full texts",
                arithmetic=f"{total - len(found):,} of {total:,} "
                f"({_share(total - len(found), total)}) are in order",
                subjects=tuple(report.subject for report in found),
            )
    unsaid = [
        criterion
        for criterion in facts.criteria
        if not criterion.topic
        and any(report.criterion == criterion.pk for report in facts.excluded)
    ]
    if unsaid:
        codes = ", ".join(criterion.code for criterion in unsaid)
        yield Finding(
            check=NAME,
            code="topic",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what=(
                f"Reports are excluded for {codes}, but what the criterion speaks of "
                "is not said; code it, so that the other checks can read it."
            ),
            where="Protocol, criteria",
            arithmetic=codes,
            subjects=tuple(criterion.subject for criterion in unsaid),
        )


def _without_reason(report: ExcludedReport) -> bool:
    return report.criterion is None


def _retired(report: ExcludedReport) -> bool:
    return report.criterion is not None and report.criterion_retired


def _without_citation(report: ExcludedReport) -> bool:
    return not report.citation.strip()


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%"
