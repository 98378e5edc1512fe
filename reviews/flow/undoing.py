"""How each event of the history is undone, in plain values.

A past moment is today's rows with the later events undone, the last one first: what an
event keeps as old is what held before it. An event that keeps too little is named as
lacking, and nothing is guessed. Every rule that changes what the flow counts has its
events here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from reviews.flow.rewound import (
    CLASSIFICATION,
    DUPLICATE_OF,
    FULL_TEXT,
    REASON,
    REMOVAL,
    RETRIEVAL,
    SEARCH,
    STUDY,
    VERDICT,
    Later,
    Rewound,
)
from reviews.flow.rows import SearchRow
from reviews.instruments.definition import OVERALL

Facts = Mapping[str, Any] | None
Undoing = Callable[[Rewound, Later], None]


def undo(past: Rewound, later: Later) -> None:
    """Take one event back; the later ones are taken back already."""
    try:
        UNDONE[later.action](past, later)
    except (AttributeError, KeyError, TypeError, ValueError):
        # The event was written before the history kept enough of it.
        past.lack(later)


def _record_settled(past: Rewound, later: Later) -> None:
    past.set_record(later.subject, VERDICT, later.old["verdict"])


def _record_removed(past: Rewound, later: Later) -> None:
    past.set_record(later.subject, REMOVAL, later.old["removal"])


def _records_removed(past: Rewound, later: Later) -> None:
    for pk in past.together[later.subject or 0].left:
        past.set_record(pk, REMOVAL, "")


def _records_restored(past: Rewound, later: Later) -> None:
    told = past.together[later.subject or 0]
    for pk in told.came_back:
        past.set_record(pk, REMOVAL, told.removal)


def _report_settled(past: Rewound, later: Later) -> None:
    verdict, reason = later.old["verdict"], later.old["counted_reason"]
    past.set_report(later.subject, FULL_TEXT, verdict)
    past.set_report(later.subject, REASON, reason)


def _report_retrieved(past: Rewound, later: Later) -> None:
    past.set_report(later.subject, RETRIEVAL, later.old["retrieval"])


def _report_classified(past: Rewound, later: Later) -> None:
    past.set_report(later.subject, CLASSIFICATION, later.old["classification"])


def _report_moved(past: Rewound, later: Later) -> None:
    past.set_report(later.subject, STUDY, later.old["study"])


def _study_grouped(past: Rewound, later: Later) -> None:
    for report in later.new["reports"]:
        past.set_report(report, STUDY, None)


def _study_described(past: Rewound, later: Later) -> None:
    if later.subject in past.labels:
        past.labels[later.subject] = later.old["label"]


def _duplicates(past: Rewound, later: Later) -> None:
    """Undo what was done to one set, or to many at once, which are kept by number."""
    if "duplicate_of" in later.new:
        _one_set(past, later, later.old, later.new)
        return
    for number, new in later.new.items():
        _one_set(past, later, later.old[number], new)


def _one_set(past: Rewound, later: Later, old: Facts, new: Mapping[str, Any]) -> None:
    before = old["duplicate_of"] if old else {}
    for pk, of in before.items():
        past.set_record(int(pk), DUPLICATE_OF, of)
    # Those of no set before were no copies; several that came together were a set.
    came = set(new["duplicate_of"]) - set(before)
    if len(came) > (1 if old else 2):
        past.lack(later)
        return
    for pk in came:
        past.set_record(int(pk), DUPLICATE_OF, None)


def _import_changed(past: Rewound, later: Later) -> None:
    """Undo what a file that went or came back did to the sets of duplicates."""
    for told in later.old["sets"].values():
        for pk, of in told["duplicate_of"].items():
            past.set_record(int(pk), DUPLICATE_OF, of)


def _search_changed(past: Rewound, later: Later) -> None:
    if later.subject in past.searches:
        past.searches[later.subject] = _search(past, later.subject, later.old)


def _search_recorded(past: Rewound, later: Later) -> None:
    # With records of that moment it is older than the history says.
    found_by = {record[SEARCH] for record in past.records.values()}
    if later.subject is not None and later.subject not in found_by:
        past.searches.pop(later.subject, None)


def _search_removed(past: Rewound, later: Later) -> None:
    if later.subject is None:
        past.lack(later)
        return
    past.searches[later.subject] = _search(past, later.subject, later.old)
    past.places[later.subject] = later.old["position"]


def _search(past: Rewound, pk: int, old: Mapping[str, Any]) -> SearchRow:
    wave = old.get("wave")
    return SearchRow(
        pk,
        old["name"],
        old["kind"],
        old["source"],
        old["is_combined"],
        old["reported_count"],
        None if wave is None else past.waves[wave],
    )


def _wave_begun(past: Rewound, later: Later) -> None:
    """Undo a wave: the first took in all that was searched before it."""
    number = later.new["number"]
    back = number - 1 or None
    for search in past.searches.values():
        if search.wave == number:
            past.searches[search.pk] = search._replace(wave=back)


def _wave_undone(past: Rewound, later: Later) -> None:
    """Bring a wave back; with the second one the first comes back too."""
    number, brought = later.old["number"], set(later.old["searches"])
    for search in past.searches.values():
        if search.pk in brought:
            past.searches[search.pk] = search._replace(wave=number)
        elif number == 2 and search.wave is None:
            past.searches[search.pk] = search._replace(wave=1)


def _previous_removed(past: Rewound, later: Later) -> None:
    past.taken_off.discard(later.subject or 0)


def _previous_restored(past: Rewound, later: Later) -> None:
    past.taken_off.add(later.subject or 0)


def _value(past: Rewound, later: Later) -> None:
    told = later.old or later.new
    if later.subject is None or told["field"] != past.field_key:
        return
    if later.old is None:
        past.values.pop(later.subject, None)
    else:
        was = (later.old["value"], later.old["not_reported"])
        past.values[later.subject] = was


def _judgment(past: Rewound, later: Later) -> None:
    told = later.old or later.new
    if later.subject is None or told["domain"] != OVERALL:
        return
    if later.old is None:
        past.judgments.pop(later.subject, None)
    else:
        past.judgments[later.subject] = later.old["judgment"]


def _criterion_changed(past: Rewound, later: Later) -> None:
    if later.subject is not None and later.old is not None:
        past.codes[later.subject] = later.old["code"]


# Those of which the old alone is needed, which are the many.
BY_OLD: Mapping[str, Undoing] = {
    "record.settled": _record_settled,
    "record.reopened": _record_settled,
    "record.removed": _record_removed,
    "record.restored": _record_removed,
    "records.removed": _records_removed,
    "records.restored": _records_restored,
    "import.undone": _import_changed,
    "import.redone": _import_changed,
    "report.settled": _report_settled,
    "report.reopened": _report_settled,
    "report.awaiting": _report_retrieved,
    "report.retrieved": _report_retrieved,
    "report.not_retrieved": _report_retrieved,
    "report.classified": _report_classified,
}
BY_BOTH: Mapping[str, Undoing] = {
    "report.moved": _report_moved,
    "study.grouped": _study_grouped,
    "study.described": _study_described,
    "duplicates.merged": _duplicates,
    "duplicates.unmerged": _duplicates,
    "duplicates.told_apart": _duplicates,
    "duplicates.put_back": _duplicates,
    "duplicates.split": _duplicates,
    "search.changed": _search_changed,
    "search.recorded": _search_recorded,
    "search.removed": _search_removed,
    "wave.begun": _wave_begun,
    "wave.undone": _wave_undone,
    "previous_report.removed": _previous_removed,
    "previous_report.restored": _previous_restored,
    "value.settled": _value,
    "value.reopened": _value,
    "judgment.settled": _judgment,
    "judgment.reopened": _judgment,
    "criterion.changed": _criterion_changed,
}
UNDONE: Mapping[str, Undoing] = {**BY_OLD, **BY_BOTH}
