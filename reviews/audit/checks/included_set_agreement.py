"""Included studies: flow, studies, Table 1 and text speak of one set."""

from collections.abc import Iterator

from reviews.audit import reading
from reviews.audit.facts import Facts
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import counts_of_included, listed, short

NAME = "included_set_agreement"
TITLE = "Included studies: text, table, list and flow"
DEFINITION = (
    "Flow, list of studies and Table 1 hold the same studies; the groups of Table 1 "
    "add up to them and each study is in one; the text gives the same number and names "
    "or cites each of them."
)


def check(facts: Facts) -> Iterator[Finding]:
    total = len(facts.studies)
    flow = facts.flow
    if flow.studies_here != total:
        yield Finding(
            check=NAME,
            code="flow",
            severity=Severity.MAJOR,
            what=f"The flow counts {flow.studies_here:,} studies, Table 1 has "
            f"{total:,} rows.",
            where="Flow and Table 1",
            arithmetic=f"{flow.studies_here:,} against {total:,}",
        )
    if flow.reports_without_study:
        yield Finding(
            check=NAME,
            code="ungrouped",
            severity=Severity.MAJOR,
            what="Included reports stand in no study, so Table 1 lacks them.",
            where="Studies",
            arithmetic=f"{flow.reports_without_study:,} of "
            f"{flow.reports_included:,} included reports",
        )
    yield from _groups(facts)
    yield from _text(facts)


def _groups(facts: Facts) -> Iterator[Finding]:
    grouping = next((field for field in facts.fields if field.groups_table1), None)
    if grouping is None:
        return
    without = [s for s in facts.studies if not s.values.get(grouping.pk)]
    several = [s for s in facts.studies if len(s.values.get(grouping.pk) or ()) > 1]
    total = len(facts.studies)
    for code, studies, words in (
        ("no_group", without, "in no group"),
        ("groups", several, "in more than one group"),
    ):
        if studies:
            labels = listed([study.label for study in studies])
            yield Finding(
                check=NAME,
                code=code,
                severity=Severity.MAJOR,
                what=f"{labels} {'is' if len(studies) == 1 else 'are'} {words} of "
                "Table 1.",
                where=f"Table 1, {grouping.label}",
                arithmetic=f"{total - len(studies)} of {total} studies in one group",
                subjects=tuple(study.subject for study in studies),
            )


def _text(facts: Facts) -> Iterator[Finding]:
    if not (facts.abstract or facts.body):
        yield Finding(
            check=NAME,
            code="no_text",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="There is no text of the manuscript to read, so its count of studies "
            "is not held against the flow.",
            where="Manuscript",
        )
        return
    total = len(facts.studies)
    for where, text in (("Abstract", facts.abstract), ("Text", facts.body)):
        for count, sentence in counts_of_included(text):
            if count not in (total, facts.flow.reports_included):
                yield Finding(
                    check=NAME,
                    code=f"count/{where}",
                    severity=Severity.MAJOR,
                    certainty=Certainty.CHECK,
                    what=f"The {where.lower()} counts {count} included studies; the "
                    f"review includes {total}.",
                    where=f"{where}: “{short(sentence)}”",
                    arithmetic=f"{count} against {total}",
                )
    if facts.body:
        told = {
            study.pk
            for sentence in reading.read(facts)
            for study in sentence.named
            if sentence.where == "Text"
        }
        unnamed = [study for study in facts.studies if study.pk not in told]
        if unnamed:
            yield Finding(
                check=NAME,
                code="unnamed",
                severity=Severity.MINOR,
                certainty=Certainty.CHECK,
                what="The text neither names nor cites "
                f"{listed([s.label for s in unnamed])}.",
                where="Text",
                arithmetic=f"{total - len(unnamed)} of {total} studies named",
                subjects=tuple(study.subject for study in unnamed),
            )
