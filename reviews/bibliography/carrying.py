"""An edit of a record, carried on to the reports that are cited by it.

A report keeps a citation of its own, made from its first record, for tables and lists
of references. Where it still says what the record said, a name that is mended in the
record is mended there too.
"""

from datetime import datetime

from reviews import events, reports
from reviews.models import Record, Report, User

_CITED = ("title", "authors", "year", "citation")


def carry(record: Record, before: Report, *, by: User, at: datetime) -> None:
    """Let the reports of an edited record be cited as it now is.

    `before` is the citation that the record gave before the edit. What a report says
    otherwise, as another of its records may, stays.
    """
    now = reports.new(record, at)
    for report in record.reports.select_for_update(of=("self",)).order_by("pk"):
        old = {
            name: getattr(report, name)
            for name in _CITED
            if getattr(report, name) == getattr(before, name) != getattr(now, name)
        }
        if not old:
            continue
        for name in old:
            setattr(report, name, getattr(now, name))
        report.save(update_fields=list(old))
        events.record(
            record.review,
            "report.cited_anew",
            f"Cited as its record now is: {report}",
            by=by,
            subject=report,
            old=old,
            new={name: getattr(report, name) for name in old},
            at=at,
        )
