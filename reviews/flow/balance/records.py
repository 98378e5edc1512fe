"""The rules of the form on records: what was identified, removed and screened."""

from collections.abc import Iterator

from reviews.flow.balance import sums
from reviews.flow.balance.findings import Finding
from reviews.flow.balance.form import NAMES, Counts, Parts


def named_sources(counts: Counts, template: str) -> Iterator[Finding]:
    """F1 and F2: the named sources make up their total."""
    for rule, total_name, parts_name in (
        ("F1", "database_results", "database_specific"),
        ("F2", "register_results", "register_specific"),
    ):
        total: int | None = getattr(counts, total_name)
        parts: Parts | None = getattr(counts, parts_name)
        if total is None or not parts:
            continue
        known = sums.known(parts)
        if known == total if sums.is_complete(parts) else known <= total:
            continue
        named = sums.listed([f"{k} {v:,}" for k, v in parts.items() if v is not None])
        message = (
            f"{NAMES[total_name]} is {total:,}, but the named ones "
            f"({named}) add up to {known:,}."
        )
        yield Finding(rule, "error", message, (total_name, parts_name))


def screening(counts: Counts, template: str) -> Iterator[Finding]:
    """F3: what was identified and not removed was screened."""
    sources = (counts.database_results, counts.register_results)
    screened = counts.records_screened
    if screened is None or sums.are_unknown(sources):
        return
    less = (
        (counts.duplicates, "{} duplicates"),
        (counts.excluded_automatic, "{} by automation"),
        (counts.excluded_other, "{} for other reasons"),
        (counts.awaiting_screening, "{} that await screening"),
    )
    identified = sums.total(*sources)
    left = identified - sums.total(*(n for n, _ in less))
    if screened != left:
        message = (
            f"Records screened is {screened:,}, but {identified:,} identified"
            f"{sums.less(less)} leave {left:,}."
        )
        names = ("database_results", "register_results", "duplicates")
        removed = ("excluded_automatic", "excluded_other", "records_screened")
        yield Finding("F3", "error", message, (*names, *removed))


def exclusion(counts: Counts, template: str) -> Iterator[Finding]:
    """F14: people and tools together excluded what was excluded."""
    human, tools = counts.records_excluded_human, counts.records_excluded_auto
    excluded = counts.records_excluded
    if human is None or tools is None or excluded is None:
        return
    if excluded != human + tools:
        message = (
            f"Records excluded is {excluded:,}, but {human:,} by a human and "
            f"{tools:,} by automation tools make {human + tools:,}."
        )
        names = ("records_excluded_human", "records_excluded_auto")
        yield Finding("F14", "error", message, ("records_excluded", *names))
