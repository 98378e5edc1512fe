"""A flow under the names of the official form of PRISMA 2020 (item 16a).

As `reviews.flow.older` is of the form of 2009.
"""

from collections.abc import Mapping
from typing import Any

from reviews.diagram.filling import part_key
from reviews.flow.balance.form import Counts
from reviews.flow.figures import Column, Flow, Source, total
from reviews.flow.names import UPDATE, reason_name, search_name
from reviews.models import Search

# The box behind each number of the official form.
BOXES_OF_COUNTS: Mapping[str, str] = {
    "database_results": "databases",
    "database_specific": "databases",
    "register_results": "registers",
    "register_specific": "registers",
    "duplicates": "duplicates",
    "excluded_automatic": "removed_by_automation",
    "excluded_other": "removed_for_other_reasons",
    "records_screened": "screened",
    "records_excluded": "excluded",
    "dbr_sought_reports": "sought",
    "dbr_notretrieved_reports": "not_retrieved",
    "dbr_assessed": "assessed",
    "dbr_excluded": "excluded_reports",
    "website_results": "other_websites",
    "organisation_results": "other_organisations",
    "citations_results": "other_citations",
    "other_specific": "other_other_methods",
    "other_sought_reports": "other_sought",
    "other_notretrieved_reports": "other_not_retrieved",
    "other_assessed": "other_assessed",
    "other_excluded": "other_excluded_reports",
    "new_studies": "studies_included",
    "new_reports": "reports_included",
    "previous_studies": "previous_studies",
    "previous_reports": "previous_reports",
    "total_studies": "total_studies",
    "total_reports": "total_reports",
    "awaiting_screening": "awaiting_screening",
    "awaiting_retrieval": "awaiting_retrieval",
    "awaiting_decision": "awaiting_decision",
    "other_awaiting_screening": "other_awaiting_screening",
    "other_awaiting_retrieval": "other_awaiting_retrieval",
    "other_awaiting_decision": "other_awaiting_decision",
}
_FORM_NAMES = {
    Search.Kind.WEBSITE: "website_results",
    Search.Kind.ORGANISATION: "organisation_results",
    Search.Kind.CITATION: "citations_results",
}
_SPECIFIC = {
    Search.Kind.DATABASE: "database_specific",
    Search.Kind.REGISTER: "register_specific",
    Search.Kind.OTHER: "other_specific",
}


def counts(flow: Flow) -> Counts:
    """Return the numbers by the names of the official form."""
    databases = flow.of_kind(Search.Kind.DATABASE)
    registers = flow.of_kind(Search.Kind.REGISTER)
    other_ways: dict[str, Any] = {
        name: total(found) if (found := flow.of_kind(kind)) else None
        for kind, name in _FORM_NAMES.items()
    }
    return Counts(
        # A review without any search has identified nothing; of the two kinds
        # of source, one that was not searched is left out.
        database_results=None if registers and not databases else total(databases),
        database_specific=_specific(databases),
        register_results=total(registers) if registers else None,
        register_specific=_specific(registers),
        duplicates=flow.duplicates,
        excluded_automatic=flow.removed_by_automation,
        excluded_other=flow.removed_for_other_reasons,
        records_screened=flow.screened,
        records_excluded=flow.excluded,
        other_specific={
            source.name: source.count for source in flow.of_kind(Search.Kind.OTHER)
        }
        or None,
        new_studies=flow.studies_included,
        new_reports=flow.reports_included,
        **{name: getattr(flow, name) for name in UPDATE},
        **other_ways,
        **_reports_by_form("dbr", flow),
        **_reports_by_form("other", flow.other),
        synthesis={part.label: part.count for part in flow.synthesis} or None,
        awaiting_screening=flow.awaiting_screening,
        awaiting_retrieval=flow.awaiting_retrieval,
        awaiting_decision=flow.awaiting_decision,
        other_awaiting_screening=flow.other.awaiting_screening,
        other_awaiting_retrieval=flow.other.awaiting_retrieval,
        other_awaiting_decision=flow.other.awaiting_decision,
    )


def labels(flow: Flow) -> dict[str, str]:
    """Return the reasons in words, by their keys in the diagram."""
    reasons = {r.criterion: r for r in (*flow.reasons, *flow.other.reasons)}
    used = [reason.label for reason in reasons.values()]
    return {
        part_key(name, reason.code): reason.label
        if used.count(reason.label) == 1
        else f"{reason.label} ({reason.code})"
        for reason in reasons.values()
        for name in ("dbr_excluded", "other_excluded")
    }


def boxes_by_count(flow: Flow) -> dict[str, str]:
    """Return the box behind each number of the diagram."""
    found = dict(BOXES_OF_COUNTS)
    for source in flow.sources:
        if name := _SPECIFIC.get(source.kind):
            found[part_key(name, source.name)] = search_name(source.search)
    for part in flow.synthesis:
        found[part_key("synthesis", part.label)] = part.box
    for name, column in (("dbr_excluded", flow), ("other_excluded", flow.other)):
        for reason in column.reasons:
            found[part_key(name, reason.code)] = reason_name(
                reason.criterion, other=name == "other_excluded"
            )
    return found


def _specific(sources: list[Source]) -> dict[str, int] | None:
    """Return the number of each source; nothing where the split is not known."""
    if not sources or (len(sources) == 1 and sources[0].is_combined):
        return None
    return {source.name: source.count for source in sources}


def _reports_by_form(route: str, column: Column) -> dict[str, Any]:
    return {
        f"{route}_sought_reports": column.sought,
        f"{route}_notretrieved_reports": column.not_retrieved,
        f"{route}_assessed": column.assessed,
        f"{route}_excluded": {reason.code: reason.count for reason in column.reasons},
    }
