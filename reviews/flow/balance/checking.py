"""The numbers of a PRISMA 2020 form against the rules F1 to F16.

The rules hold PRISMA 2020 item 16a (Page MJ, et al. BMJ 2021;372:n71): what enters a
box leaves it again, or still waits in it. None of them takes a number that is not
known for nought where the form asks for it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from reviews.flow.balance import included, records, reports, waiting
from reviews.flow.balance.findings import Finding
from reviews.flow.balance.form import NAMES, TEMPLATES, Counts

Rule = Callable[[Counts, str], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    records.named_sources,
    records.screening,
    reports.sought_after_screening,
    reports.assessment,
    reports.exclusion,
    reports.sought_by_other_methods,
    reports.inclusion,
    included.reports_of_studies,
    included.totals,
    included.meta_analysis,
    records.exclusion,
)


def check(counts: Counts, template: str) -> tuple[Finding, ...]:
    """Find what does not add up, rule by rule; ValueError for an unknown template."""
    if template not in TEMPLATES:
        raise ValueError(f"There is no template {template!r}.")
    impossible = tuple(_whole_numbers(counts))
    # A number that cannot be is reported once, and not again by every sum it is in.
    unknown: dict[str, Any] = {name: None for f in impossible for name in f.counts}
    counts = replace(counts, **unknown)
    return (
        *(found for rule in RULES for found in rule(counts, template)),
        *impossible,
        *waiting.find(counts),
    )


def _whole_numbers(counts: Counts) -> Iterator[Finding]:
    """F15: every count is a whole number, nought or more."""
    for field in fields(counts):
        value = getattr(counts, field.name)
        name = NAMES[field.name]
        parts = value if isinstance(value, Mapping) else {"": value}
        for label, number in parts.items():
            if number is None or (type(number) is int and number >= 0):
                continue
            message = (
                f"{name}{f' ({label})' if label else ''} is {number}; "
                "a count is a whole number, 0 or more."
            )
            yield Finding("F15", "error", message, (field.name,))
