"""What of a flow still waits; a final flow has none of it."""

from reviews.flow import official
from reviews.flow.balance import waiting
from reviews.flow.figures import Flow


def is_final(flow: Flow) -> bool:
    """Tell whether records were identified and nothing waits any more."""
    return not open_work(flow) and flow.identified + flow.other.identified > 0


def open_work(flow: Flow) -> str:
    """Say what still waits before the flow is final; empty if nothing does."""
    said = [waiting.open_work(official.counts(flow))]
    if flow.reports_without_study:
        begin = "" if said[0] else "Not final: "
        said.append(begin + without_study(flow))
    said.append(_only_classified(flow) if any(said) else "")
    return " ".join(filter(None, said))


def without_study(flow: Flow) -> str:
    """Say how many included reports stand in no study."""
    number = flow.reports_without_study
    stand = "report stands" if number == 1 else "reports stand"
    return f"{number:,} included {stand} in no study yet."


def classified(flow: Flow) -> str:
    """Say how many reports await classification or are of ongoing studies."""
    named = [
        _told(
            flow.awaiting_classification,
            "awaits classification",
            "await classification",
        ),
        _told(flow.ongoing, "is of an ongoing study", "are of ongoing studies"),
    ]
    said = " and ".join(filter(None, named))
    return f"{said}." if said else ""


def _only_classified(flow: Flow) -> str:
    """Say that nothing waits but what is classified, where it is so."""
    columns = (flow, flow.other)
    reports = sum(c.awaiting_retrieval + c.awaiting_decision for c in columns)
    records = sum(column.awaiting_screening for column in columns)
    if records or flow.reports_without_study or not reports:
        return ""
    if reports != flow.classified_and_open:
        return ""
    return "All that is still open awaits classification or is of an ongoing study."


def _told(number: int, one: str, many: str) -> str:
    if not number:
        return ""
    return f"1 report {one}" if number == 1 else f"{number:,} reports {many}"
