"""The work that is still open; a final diagram has none of it."""

from collections.abc import Iterator
from dataclasses import fields

from reviews.flow.balance import sums
from reviews.flow.balance.findings import Finding
from reviews.flow.balance.form import Counts


def open_work(counts: Counts) -> str:
    """Say what still waits, for a note under the diagram; empty if nothing does."""
    screening = sums.total(counts.awaiting_screening, counts.other_awaiting_screening)
    retrieval = sums.total(counts.awaiting_retrieval, counts.other_awaiting_retrieval)
    decision = sums.total(counts.awaiting_decision, counts.other_awaiting_decision)
    waiting = [
        _waiting(screening, "record", "screening"),
        _waiting(retrieval, "report", "retrieval"),
        _waiting(decision, "report", "a decision on eligibility"),
    ]
    said = [words for words in waiting if words]
    return f"Not final: {sums.listed(said)}." if said else ""


def find(counts: Counts) -> Iterator[Finding]:
    """F16: a final diagram has no work still open."""
    if words := open_work(counts):
        names = [f.name for f in fields(counts) if "awaiting_" in f.name]
        open_names = tuple(name for name in names if getattr(counts, name))
        yield Finding("F16", "info", words, open_names)


def _waiting(number: int, unit: str, step: str) -> str:
    if not number:
        return ""
    if number == 1:
        return f"1 {unit} awaits {step}"
    return f"{number:,} {unit}s await {step}"
