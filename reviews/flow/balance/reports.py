"""The rules of the form on reports: what was sought, assessed and kept."""

from collections.abc import Iterator

from reviews.flow.balance import sums
from reviews.flow.balance.findings import Finding
from reviews.flow.balance.form import Counts, Parts, has_other


def sought_after_screening(counts: Counts, template: str) -> Iterator[Finding]:
    """F4: what was screened and not excluded was sought."""
    screened, excluded = counts.records_screened, counts.records_excluded
    sought = counts.dbr_sought_reports
    if screened is None or excluded is None or sought is None:
        return
    if sought != screened - excluded:
        message = (
            f"Reports sought for retrieval is {sought:,}, but {screened:,} records "
            f"screened less {excluded:,} excluded leave {screened - excluded:,}. "
            "One record can lead to several reports, and several records to one: "
            "say so in a note."
        )
        names = ("records_screened", "records_excluded", "dbr_sought_reports")
        yield Finding("F4", "warning", message, names)


def assessment(counts: Counts, template: str) -> Iterator[Finding]:
    """F5 and F8: what was sought and retrieved was assessed."""
    for rule, (route, begin, by) in zip(("F5", "F8"), _routes(template), strict=False):
        waiting: int = getattr(counts, f"{begin}awaiting_retrieval")
        names = (
            f"{route}_sought_reports",
            f"{route}_notretrieved_reports",
            f"{route}_assessed",
        )
        sought, missing, assessed = (getattr(counts, name) for name in names)
        if sought is None or missing is None or assessed is None:
            continue
        less = ((missing, "{} not retrieved"), (waiting, "{} that await retrieval"))
        left = sought - sums.total(missing, waiting)
        if assessed != left:
            message = (
                f"Reports assessed for eligibility{by} is {assessed:,}, "
                f"but {sought:,} sought{sums.less(less)} leave {left:,}."
            )
            yield Finding(rule, "error", message, names)


def exclusion(counts: Counts, template: str) -> Iterator[Finding]:
    """F6 and F9: no more reports are excluded than were assessed."""
    for rule, (route, begin, by) in zip(("F6", "F9"), _routes(template), strict=False):
        waiting: int = getattr(counts, f"{begin}awaiting_decision")
        names = (f"{route}_assessed", f"{route}_excluded")
        assessed, reasons = (getattr(counts, name) for name in names)
        if assessed is None or reasons is None:
            continue
        excluded = sums.known(reasons)
        if excluded + waiting > assessed:
            also = f" and {waiting:,} await a decision" if waiting else ""
            message = (
                f"The reasons for exclusion{by} add up to {excluded:,}{also}, "
                f"but only {assessed:,} were assessed for eligibility."
            )
            yield Finding(rule, "error", message, names)


def sought_by_other_methods(counts: Counts, template: str) -> Iterator[Finding]:
    """F7: other methods have no screening step, so all they found is sought."""
    ways = (
        counts.website_results,
        counts.organisation_results,
        counts.citations_results,
        *(counts.other_specific or {}).values(),
    )
    sought = counts.other_sought_reports
    if not has_other(template) or sought is None or sums.are_unknown(ways):
        return
    found = sums.total(*ways)
    if sought != found:
        message = (
            f"Reports sought for retrieval by other methods is {sought:,}, but "
            f"{found:,} were identified. The form has no screening step for other "
            "methods: say in a note what happened between."
        )
        names = ("website_results", "organisation_results", "citations_results")
        more = ("other_specific", "other_sought_reports")
        yield Finding("F7", "warning", message, (*names, *more))


def inclusion(counts: Counts, template: str) -> Iterator[Finding]:
    """F10: what was assessed and not excluded is included."""
    left, said = 0, []
    for route, begin, _ in _routes(template):
        assessed: int | None = getattr(counts, f"{route}_assessed")
        reasons: Parts | None = getattr(counts, f"{route}_excluded")
        waiting: int = getattr(counts, f"{begin}awaiting_decision")
        if assessed is None or reasons is None or not sums.is_complete(reasons):
            return
        excluded = sums.known(reasons)
        less = ((excluded, "{} excluded"), (waiting, "{} that await a decision"))
        left += assessed - sums.total(excluded, waiting)
        said.append(f"{assessed:,} assessed{sums.less(less)}")
    included = counts.new_reports
    if included is not None and included != left:
        twice = " A report found both ways counts once: say so in a note."
        also = ", and by other methods ".join(said)
        message = (
            f"Reports of included studies is {included:,}, but {also} "
            f"leave {left:,}.{twice if len(said) > 1 else ''}"
        )
        names = ("dbr_assessed", "dbr_excluded", "new_reports")
        more = ("other_assessed", "other_excluded") if len(said) > 1 else ()
        yield Finding("F10", "warning", message, (*names, *more))


def _routes(template: str) -> Iterator[tuple[str, str, str]]:
    """Yield how the names of each column begin, of work still open too, and its words.

    The column of other methods comes second, where the template has it.
    """
    yield "dbr", "", ""
    if has_other(template):
        yield "other", "other_", " by other methods"
