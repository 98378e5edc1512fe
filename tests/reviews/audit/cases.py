"""Facts for the checks, each made in one line; no database."""

from collections.abc import Iterable
from typing import Any

from reviews.audit.facts import (
    Coding,
    CriterionFacts,
    Facts,
    Field,
    Reference,
    SearchFacts,
    StudyFacts,
)
from reviews.audit.finding import Finding
from reviews.audit.registry import Check
from reviews.audit.running import findings_of
from reviews.flow.figures import Column, Flow
from reviews.models import Criterion, ExtractionField

Kind = ExtractionField.Kind
Meaning = ExtractionField.Meaning
Topic = Criterion.Topic


def flow(**numbers: Any) -> Flow:
    numbers.setdefault("studies_included", 0)
    numbers.setdefault("reports_included", 0)
    numbers.setdefault("reports_without_study", 0)
    numbers.setdefault("sources", ())
    return Flow(other=Column(), **numbers)


def facts(**held: Any) -> Facts:
    studies = held.get("studies", ())
    number = len(studies)
    held.setdefault("flow", flow(studies_included=number, reports_included=number))
    return Facts(**held)


def field(pk: int, meaning: str = "", kind: str = Kind.TEXT, **more: Any) -> Field:
    more.setdefault("label", Meaning(meaning).label if meaning else f"Field {pk}")
    return Field(pk=pk, meaning=meaning, kind=kind, **more)


def study(label: str = "Brody 2024", pk: int = 1, **more: Any) -> StudyFacts:
    return StudyFacts(pk=pk, label=label, **more)


def criterion(
    code: str,
    topic: str,
    *codings: tuple[int | None, Iterable[str]],
    kind: str = Criterion.Kind.INCLUSION,
    text: str = "",
) -> CriterionFacts:
    coded = tuple(Coding(pk, tuple(values)) for pk, values in codings)
    return CriterionFacts(
        pk=len(code),
        code=code,
        text=text or code,
        kind=kind,
        topic=topic,
        codings=coded,
    )


def reference(pk: int = 1, **more: Any) -> Reference:
    more.setdefault("title", "Ketamine for depression in adults on a hospital ward")
    more.setdefault("authors", ("Brody, B", "Smith, C"))
    more.setdefault("year", 2024)
    more.setdefault("journal", "Journal of Affective Disorders")
    more.setdefault("volume", "12")
    more.setdefault("pages", "606-612")
    more.setdefault("source_id", f"REF-{pk}")
    return Reference(pk=pk, **more)


def search(name: str = "MEDLINE", **more: Any) -> SearchFacts:
    """Return a search of which everything is told."""
    for key, value in {
        "source": name,
        "platform": "Ovid",
        "strategy": "1 ketamine",
        "searched_on": "2024-09-30",
        "limits": "English",
        "reported": 10,
        "count": 10,
    }.items():
        more.setdefault(key, value)
    return SearchFacts(pk=1, name=name, **more)


def found(check: Check, told: Facts) -> list[Finding]:
    """Return what the check finds, and see that no two findings are one."""
    findings = findings_of(check, told)
    assert len(findings) == len(list(check.check(told)))
    assert all(finding.check == check.NAME for finding in findings)
    return findings


def codes(check: Check, told: Facts) -> list[str]:
    return [finding.code for finding in found(check, told)]
