"""The numbers of a PRISMA 2020 flow diagram as one value, and its arithmetic.

The names are those of the official form and of its R package (Haddaway NR, et al.
Campbell Syst Rev 2022;18:e1230). None is a number that is not known, or a line that
is not shown; no rule takes it for nought where the form asks for the number. The
rules F1 to F16 hold PRISMA 2020 item 16a (Page MJ, et al. BMJ 2021;372:n71): what
enters a box leaves it again, or still waits in it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

TEMPLATES: Mapping[str, str] = {
    "new_v1": "New review, databases and registers only",
    "new_v2": "New review, databases, registers and other methods",
    "update_v1": "Updated review, databases and registers only",
    "update_v2": "Updated review, databases, registers and other methods",
}

Parts = Mapping[str, int | None]
Level = Literal["error", "warning", "info"]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What stands in the boxes of the form, and what still waits between them."""

    # Identified, by databases and registers.
    database_results: int | None = None
    database_specific: Parts | None = None
    register_results: int | None = None
    register_specific: Parts | None = None
    # Removed before screening.
    duplicates: int | None = None
    excluded_automatic: int | None = None
    excluded_other: int | None = None
    # Screened, sought and assessed.
    records_screened: int | None = None
    records_excluded: int | None = None
    records_excluded_human: int | None = None
    records_excluded_auto: int | None = None
    dbr_sought_reports: int | None = None
    dbr_notretrieved_reports: int | None = None
    dbr_assessed: int | None = None
    dbr_excluded: Parts | None = None
    # The same by other methods, which the form does not screen by record.
    website_results: int | None = None
    organisation_results: int | None = None
    citations_results: int | None = None
    other_specific: Parts | None = None
    other_sought_reports: int | None = None
    other_notretrieved_reports: int | None = None
    other_assessed: int | None = None
    other_excluded: Parts | None = None
    # Included, with those of an earlier version of the review.
    previous_studies: int | None = None
    previous_reports: int | None = None
    new_studies: int | None = None
    new_reports: int | None = None
    total_studies: int | None = None
    total_reports: int | None = None
    total_studies_ma: int | None = None
    total_reports_ma: int | None = None
    # Studies under each label of the synthesis; one may stand under several.
    synthesis: Parts | None = None
    # Work still open. The form has no box for it; a final diagram has none of it.
    awaiting_screening: int = 0
    awaiting_retrieval: int = 0
    awaiting_decision: int = 0
    other_awaiting_screening: int = 0
    other_awaiting_retrieval: int = 0
    other_awaiting_decision: int = 0


@dataclass(frozen=True)
class Finding:
    """One thing that does not add up, or is not done, in plain words."""

    rule: str
    level: Level
    message: str
    counts: tuple[str, ...] = ()


NAMES: Mapping[str, str] = {
    "database_results": "Databases",
    "database_specific": "Databases",
    "register_results": "Registers",
    "register_specific": "Registers",
    "duplicates": "Duplicate records removed",
    "excluded_automatic": "Records marked as ineligible by automation tools",
    "excluded_other": "Records removed for other reasons",
    "records_screened": "Records screened",
    "records_excluded": "Records excluded",
    "records_excluded_human": "Records excluded by a human",
    "records_excluded_auto": "Records excluded by automation tools",
    "dbr_sought_reports": "Reports sought for retrieval",
    "dbr_notretrieved_reports": "Reports not retrieved",
    "dbr_assessed": "Reports assessed for eligibility",
    "dbr_excluded": "Reports excluded",
    "website_results": "Websites",
    "organisation_results": "Organisations",
    "citations_results": "Citation searching",
    "other_specific": "Other methods",
    "other_sought_reports": "Reports sought for retrieval by other methods",
    "other_notretrieved_reports": "Reports not retrieved by other methods",
    "other_assessed": "Reports assessed for eligibility by other methods",
    "other_excluded": "Reports excluded by other methods",
    "previous_studies": "Studies of the previous version",
    "previous_reports": "Reports of the previous version",
    "new_studies": "Studies included",
    "new_reports": "Reports of included studies",
    "total_studies": "Total studies included",
    "total_reports": "Reports of total included studies",
    "total_studies_ma": "Total studies included in meta-analysis",
    "total_reports_ma": "Reports of studies included in meta-analysis",
    "synthesis": "Studies in synthesis",
    "awaiting_screening": "Records that await screening",
    "awaiting_retrieval": "Reports that await retrieval",
    "awaiting_decision": "Reports that await a decision",
    "other_awaiting_screening": "Records that await screening by other methods",
    "other_awaiting_retrieval": "Reports that await retrieval by other methods",
    "other_awaiting_decision": "Reports that await a decision by other methods",
}


def has_other(template: str) -> bool:
    """Tell whether a template has the column of other methods."""
    return template.endswith("_v2")


def has_previous(template: str) -> bool:
    """Tell whether a template has the column of previous studies."""
    return template.startswith("update_")


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
        *_open_work(counts),
    )


def open_work(counts: Counts) -> str:
    """Say what still waits, for a note under the diagram; empty if nothing does."""
    screening = _sum(counts.awaiting_screening, counts.other_awaiting_screening)
    retrieval = _sum(counts.awaiting_retrieval, counts.other_awaiting_retrieval)
    decision = _sum(counts.awaiting_decision, counts.other_awaiting_decision)
    waiting = [
        _waiting(screening, "record", "screening"),
        _waiting(retrieval, "report", "retrieval"),
        _waiting(decision, "report", "a decision on eligibility"),
    ]
    said = [words for words in waiting if words]
    return f"Not final: {_listed(said)}." if said else ""


def _sources_add_up(counts: Counts, template: str) -> Iterator[Finding]:
    """F1 and F2: the named sources make up their total."""
    for rule, total_name, parts_name in (
        ("F1", "database_results", "database_specific"),
        ("F2", "register_results", "register_specific"),
    ):
        total: int | None = getattr(counts, total_name)
        parts: Parts | None = getattr(counts, parts_name)
        if total is None or not parts:
            continue
        known = _known(parts)
        if known == total if _complete(parts) else known <= total:
            continue
        named = _listed([f"{k} {v:,}" for k, v in parts.items() if v is not None])
        message = (
            f"{NAMES[total_name]} is {total:,}, but the named ones "
            f"({named}) add up to {known:,}."
        )
        yield Finding(rule, "error", message, (total_name, parts_name))


def _screened(counts: Counts, template: str) -> Iterator[Finding]:
    """F3: what was identified and not removed was screened."""
    sources = (counts.database_results, counts.register_results)
    screened = counts.records_screened
    if screened is None or _all_unknown(sources):
        return
    less = (
        (counts.duplicates, "{} duplicates"),
        (counts.excluded_automatic, "{} by automation"),
        (counts.excluded_other, "{} for other reasons"),
        (counts.awaiting_screening, "{} that await screening"),
    )
    identified = _sum(*sources)
    left = identified - _sum(*(n for n, _ in less))
    if screened != left:
        message = (
            f"Records screened is {screened:,}, but {identified:,} identified"
            f"{_less(less)} leave {left:,}."
        )
        names = ("database_results", "register_results", "duplicates")
        removed = ("excluded_automatic", "excluded_other", "records_screened")
        yield Finding("F3", "error", message, (*names, *removed))


def _sought(counts: Counts, template: str) -> Iterator[Finding]:
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


def _assessed(counts: Counts, template: str) -> Iterator[Finding]:
    """F5 and F8: what was sought and retrieved was assessed."""
    routes = [("F5", "dbr", counts.awaiting_retrieval, "")]
    if has_other(template):
        waiting = counts.other_awaiting_retrieval
        routes.append(("F8", "other", waiting, " by other methods"))
    for rule, route, waiting, by in routes:
        names = (
            f"{route}_sought_reports",
            f"{route}_notretrieved_reports",
            f"{route}_assessed",
        )
        sought, missing, assessed = (getattr(counts, name) for name in names)
        if sought is None or missing is None or assessed is None:
            continue
        less = ((missing, "{} not retrieved"), (waiting, "{} that await retrieval"))
        left = sought - _sum(missing, waiting)
        if assessed != left:
            message = (
                f"Reports assessed for eligibility{by} is {assessed:,}, "
                f"but {sought:,} sought{_less(less)} leave {left:,}."
            )
            yield Finding(rule, "error", message, names)


def _reasons(counts: Counts, template: str) -> Iterator[Finding]:
    """F6 and F9: no more reports are excluded than were assessed."""
    routes = [("F6", "dbr", counts.awaiting_decision, "")]
    if has_other(template):
        waiting = counts.other_awaiting_decision
        routes.append(("F9", "other", waiting, " by other methods"))
    for rule, route, waiting, by in routes:
        names = (f"{route}_assessed", f"{route}_excluded")
        assessed, reasons = (getattr(counts, name) for name in names)
        if assessed is None or reasons is None:
            continue
        excluded = _known(reasons)
        if excluded + (waiting or 0) > assessed:
            also = f" and {waiting:,} await a decision" if waiting else ""
            message = (
                f"The reasons for exclusion{by} add up to {excluded:,}{also}, "
                f"but only {assessed:,} were assessed for eligibility."
            )
            yield Finding(rule, "error", message, names)


def _other_sought(counts: Counts, template: str) -> Iterator[Finding]:
    """F7: other methods have no screening step, so all they found is sought."""
    ways = (
        counts.website_results,
        counts.organisation_results,
        counts.citations_results,
        *(counts.other_specific or {}).values(),
    )
    sought = counts.other_sought_reports
    if not has_other(template) or sought is None or _all_unknown(ways):
        return
    found = _sum(*ways)
    if sought != found:
        message = (
            f"Reports sought for retrieval by other methods is {sought:,}, but "
            f"{found:,} were identified. The form has no screening step for other "
            "methods: say in a note what happened between."
        )
        names = ("website_results", "organisation_results", "citations_results")
        more = ("other_specific", "other_sought_reports")
        yield Finding("F7", "warning", message, (*names, *more))


def _new_reports(counts: Counts, template: str) -> Iterator[Finding]:
    """F10: what was assessed and not excluded is included."""
    routes = [(counts.dbr_assessed, counts.dbr_excluded, counts.awaiting_decision)]
    if has_other(template):
        waiting = counts.other_awaiting_decision
        routes.append((counts.other_assessed, counts.other_excluded, waiting))
    left, said = 0, []
    for assessed, reasons, waiting in routes:
        if assessed is None or reasons is None or not _complete(reasons):
            return
        excluded = _known(reasons)
        less = ((excluded, "{} excluded"), (waiting, "{} that await a decision"))
        left += assessed - _sum(excluded, waiting)
        said.append(f"{assessed:,} assessed{_less(less)}")
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


def _studies(counts: Counts, template: str) -> Iterator[Finding]:
    """F11: every study has a report."""
    studies, reports = counts.new_studies, counts.new_reports
    if studies is not None and reports is not None and studies > reports:
        message = (
            f"Studies included is {studies:,}, but reports of them only {reports:,}. "
            "Every study has at least one report."
        )
        yield Finding("F11", "error", message, ("new_studies", "new_reports"))


def _totals(counts: Counts, template: str) -> Iterator[Finding]:
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


def _meta_analysis(counts: Counts, template: str) -> Iterator[Finding]:
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


def _excluded_split(counts: Counts, template: str) -> Iterator[Finding]:
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


RULES: tuple[Callable[[Counts, str], Iterator[Finding]], ...] = (
    _sources_add_up,
    _screened,
    _sought,
    _assessed,
    _reasons,
    _other_sought,
    _new_reports,
    _studies,
    _totals,
    _meta_analysis,
    _excluded_split,
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


def _open_work(counts: Counts) -> Iterator[Finding]:
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


def _sum(*numbers: int | None) -> int:
    return sum(number or 0 for number in numbers)


def _all_unknown(numbers: tuple[int | None, ...]) -> bool:
    return all(number is None for number in numbers)


def _known(parts: Parts) -> int:
    return _sum(*parts.values())


def _complete(parts: Parts) -> bool:
    return None not in parts.values()


def _less(parts: tuple[tuple[int | None, str], ...]) -> str:
    """Word what is taken away, leaving out what is nought."""
    said = [words.format(f"{number:,}") for number, words in parts if number]
    return f" less {_listed(said)}" if said else ""


def _listed(words: list[str]) -> str:
    """Join words as a sentence does: a, b and c."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
