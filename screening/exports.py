"""The decisions of everybody, for the owner, once a stage is closed.

A stage is closed when everything that stands at it is settled. Even then a judgment
leaves the product only with an item that is settled: a lone vote on a duplicate, or on
a report that nobody asks for any more, is still blind and stays here. All ticks are
exported with the wording that they were made under, and no row is ever left out for
having been superseded or taken back (PRISMA 2020, items 8 and 16).
"""

from collections.abc import Iterable, Iterator

import pandas as pd
from django.db.models import Exists, OuterRef, Q, QuerySet

from reviews.exports import table
from reviews.models import Record, Report, Review, Stage, Verdict
from screening import decisions, quotes
from screening.labels import reading
from screening.models import Choice, Decision, Resolution
from screening.stages import STAGES, item_name

COLUMNS = (
    "kind",
    "id",
    "stage",
    "record",
    "report",
    "source_id",
    "title",
    "person",
    "choice",
    "standing",
    "criteria",
    "note",
    "how",
    "cause",
    "resolved",
    "supersedes",
    "act",
    "at",
    "imported_from",
    "imported_person",
    "imported_decision",
    "imported_reasons",
    "imported_labels",
    "said_at",
    "labels",
    "quotes",
)
CURRENT, SUPERSEDED, TAKEN_BACK = "current", "superseded", "taken back"
# What is an owner's act and not the person's: the row that sets a vote aside, and the
# one that brings it back.
SET_ASIDE, BROUGHT_BACK = "set aside", "brought back"


class NothingClosed(Exception):
    """No stage is closed yet, so no decision may leave the product."""


def closed_stages(review: Review) -> list[Stage]:
    """Return the stages of screening whose decisions may be exported."""
    return [stage for stage in STAGES if decisions.stage_is_closed(review, stage)]


def open_stages(review: Review) -> list[Stage]:
    """Return the stages whose decisions are left out, as they are not closed."""
    closed = closed_stages(review)
    return [stage for stage in STAGES if stage not in closed]


def frames(review: Review) -> Iterator[pd.DataFrame]:
    """Return every decision and resolution of the closed stages as data frames.

    Raises NothingClosed.
    """
    closed = closed_stages(review)
    if not closed:
        raise NothingClosed("No stage is closed yet: something still awaits a verdict.")
    return table.frames(_rows(review, closed), COLUMNS)


def _rows(review: Review, closed: Iterable[Stage]) -> Iterator[dict[str, object]]:
    for stage in closed:
        yield from _decision_rows(review, stage)
        for resolution in _resolutions(review, stage).iterator(chunk_size=table.CHUNK):
            yield _resolution_row(resolution)


def _decision_rows(review: Review, stage: Stage) -> Iterator[dict[str, object]]:
    """Yield the decisions; what somebody put or marked stands with their last word."""
    name = f"{item_name(stage)}_id"
    labels = reading.by_item(review, stage)
    quoted = quotes.by_item(review, stage)
    for decision in _decisions(review, stage).iterator(chunk_size=table.CHUNK):
        row = _decision_row(decision)
        if row["standing"] == CURRENT:
            of = (getattr(decision, name), decision.reviewer_id)
            row["labels"] = "; ".join(labels.get(of, ()))
            row["quotes"] = "; ".join(f"“{text}”" for text in quoted.get(of, ()))
        yield row


def _decisions(review: Review, stage: Stage) -> QuerySet[Decision]:
    later = Decision.objects.filter(supersedes=OuterRef("pk"))
    return (
        Decision.objects.filter(_settled(stage), review=review, stage=stage)
        .annotate(is_superseded=Exists(later))
        .select_related(
            "record",
            "report",
            "reviewer",
            "supersedes",
            "imported__vote_import",
            "sets_aside",
        )
        .prefetch_related("ticks__criterion__criterion", "report__records")
        .order_by("pk")
    )


def _resolutions(review: Review, stage: Stage) -> QuerySet[Resolution]:
    later = Resolution.objects.filter(supersedes=OuterRef("pk"))
    return (
        Resolution.objects.filter(_settled(stage), review=review, stage=stage)
        .annotate(is_superseded=Exists(later))
        .select_related(
            "record", "report", "resolver", "criterion__criterion", "supersedes"
        )
        .prefetch_related("resolved", "report__records")
        .order_by("pk")
    )


def _settled(stage: Stage) -> Q:
    """Return the condition that the item is settled, whether it stands or lies dormant.

    What is settled was judged by all whom the protocol asks for.
    """
    name = item_name(stage)
    settled = ~Q(**{f"{name}__verdict": Verdict.OPEN})
    # A record that is out of the review keeps its votes, and is in no file.
    return settled & Q(record__in_review=True) if name == "record" else settled


def _decision_row(decision: Decision) -> dict[str, object]:
    ticks = sorted(
        (tick.criterion for tick in decision.ticks.all()),
        key=lambda version: (version.position, version.pk),
    )
    return {
        "kind": "decision",
        "id": _name(decision),
        **_item(decision.record, decision.report),
        "stage": decision.stage,
        "person": decision.reviewer.get_username(),
        "choice": decision.choice,
        "standing": _standing(decision),
        "criteria": "; ".join(
            f"{version.criterion.code} (version {version.number})" for version in ticks
        ),
        "note": decision.note,
        "supersedes": _name(decision.supersedes),
        "act": act(
            sets_aside=hasattr(decision, "sets_aside"),
            brings_back=decision.restores_id,
        ),
        "at": decision.decided_at.isoformat(),
        **_imported(decision),
    }


def _imported(decision: Decision) -> dict[str, object]:
    """Return what the other tool said of a decision that was moved in."""
    found = getattr(decision, "imported", None)
    if found is None:
        return {}
    return {
        "imported_from": found.vote_import.source,
        "imported_person": found.person,
        "imported_decision": found.said,
        "imported_reasons": "; ".join(found.reasons),
        "imported_labels": "; ".join(found.labels),
        "said_at": found.said_at.isoformat() if found.said_at else "",
    }


def _resolution_row(resolution: Resolution) -> dict[str, object]:
    reason = resolution.criterion
    resolved = sorted(resolution.resolved.all(), key=lambda decision: decision.pk)
    return {
        "kind": "resolution",
        "id": _name(resolution),
        **_item(resolution.record, resolution.report),
        "stage": resolution.stage,
        "person": resolution.resolver.get_username(),
        "choice": resolution.choice,
        "standing": _standing(resolution),
        "criteria": f"{reason.criterion.code} (version {reason.number})"
        if reason
        else "",
        "note": resolution.reason,
        "how": resolution.how,
        "cause": resolution.cause,
        "resolved": "; ".join(map(_name, resolved)),
        "supersedes": _name(resolution.supersedes),
        "at": resolution.resolved_at.isoformat(),
    }


def _name(judgment: Decision | Resolution | None) -> str:
    """Name a judgment by its token: gaps between keys would count those still open."""
    return str(judgment.token) if judgment else ""


def act(*, sets_aside: object, brings_back: object) -> str:
    """Say what of an owner's doing a decision is; empty for the reviewer's own."""
    if sets_aside:
        return SET_ASIDE
    return BROUGHT_BACK if brings_back else ""


def _standing(judgment: Decision | Resolution) -> str:
    if getattr(judgment, "is_superseded", False):
        return SUPERSEDED
    return TAKEN_BACK if judgment.choice == Choice.WITHDRAWN else CURRENT


def _item(record: Record | None, report: Report | None) -> dict[str, object]:
    if record is not None:
        source_ids = [record.source_id]
    else:
        records = report.records.all() if report else []
        source_ids = [each.source_id for each in records]
    return {
        "record": record and record.pk,
        "report": report and report.pk,
        "source_id": "; ".join(filter(None, source_ids)),
        "title": str(record or report),
    }
