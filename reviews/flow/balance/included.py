"""The rules of the form on what is included: studies, totals and meta-analysis."""

from collections.abc import Iterator

from reviews.flow.balance.findings import Finding
from reviews.flow.balance.form import NAMES, Counts, has_previous


def reports_of_studies(counts: Counts, template: str) -> Iterator[Finding]:
    """F11: every study has a report."""
    studies, reports = counts.new_studies, counts.new_reports
    if studies is not None and reports is not None and studies > reports:
        message = (
            f"Studies included is {studies:,}, but reports of them only {reports:,}. "
            "Every study has at least one report."
        )
        yield Finding("F11", "error", message, ("new_studies", "new_reports"))


def totals(counts: Counts, template: str) -> Iterator[Finding]:
    """F12: an update adds the new to the previous."""
    if not has_previous(template):
        return
    said: list[str] = []
    names: list[str] = []
    for unit in ("studies", "reports"):
        triple = [f"{part}_{unit}" for part in ("previous", "new", "total")]
        previous, new, total = (getattr(counts, name) for name in triple)
        if previous is None or new is None or total is None:
            continue
        if total != previous + new:
            said.append(
                f"{NAMES[triple[2]]} is {total:,}, but {previous:,} of the previous "
                f"version and {new:,} new make {previous + new:,}."
            )
            names += triple
    if said:
        said.append("Say in a note which earlier ones were dropped or merged.")
        yield Finding("F12", "warning", " ".join(said), tuple(names))


def meta_analysis(counts: Counts, template: str) -> Iterator[Finding]:
    """F13: a meta-analysis holds no more than the review."""
    whole = "total" if has_previous(template) else "new"
    said: list[str] = []
    names: list[str] = []
    for unit in ("studies", "reports"):
        pair = (f"total_{unit}_ma", f"{whole}_{unit}")
        within, included = (getattr(counts, name) for name in pair)
        if within is not None and included is not None and within > included:
            said.append(
                f"{NAMES[pair[0]]} is {within:,}, but the review includes "
                f"only {included:,}."
            )
            names += pair
    if said:
        yield Finding("F13", "error", " ".join(said), tuple(names))
