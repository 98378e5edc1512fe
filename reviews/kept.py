"""Kept figures as a flow again, so that a snapshot is drawn as it was kept.

Figures name their searches and reasons and hold no keys; here each gets a number of
its own, which opens nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from reviews.flow.figures import Column, Flow, Reason, Source
from reviews.flow.synthesis import Part
from reviews.models import Search

_NUMBERS = tuple(f.name for f in fields(Column) if f.name != "reasons")
_WHOLE = (
    "studies_included",
    "reports_included",
    "reports_without_study",
    "awaiting_classification",
    "ongoing",
    "previous_studies",
    "previous_reports",
    "total_studies",
    "total_reports",
)
# What figures of an older version of the product do not have.
_ADDED = ("classified_and_open", "studies_again")


def read(figures: Mapping[str, Any]) -> Flow:
    """Return the flow that the figures were taken of."""
    beside = figures["other_methods"]
    codes = [reason["code"] for part in (figures, beside) for reason in part["reasons"]]
    return Flow(
        **_column(figures, codes),
        other=Column(**_column(beside, codes)),
        sources=tuple(_sources(figures["searches"])),
        synthesis=tuple(
            Part(label=part["label"], count=part["n"], box="")
            for part in figures.get("synthesis", ())
        ),
        unknown=tuple(
            finding["message"]
            for finding in figures["findings"]
            if finding["rule"] == "history"
        ),
        **{name: figures[name] for name in _WHOLE},
        **{name: figures.get(name, 0) for name in _ADDED},
    )


def _column(figures: Mapping[str, Any], codes: Sequence[str]) -> dict[str, Any]:
    return {
        **{name: figures[name] for name in _NUMBERS},
        "reasons": tuple(
            Reason(
                criterion=codes.index(reason["code"]),
                code=reason["code"],
                label=reason["label"],
                count=reason["n"],
            )
            for reason in figures["reasons"]
        ),
    }


def _sources(searches: Sequence[Mapping[str, Any]]) -> Iterator[Source]:
    for number, search in enumerate(searches):
        yield Source(
            search=number,
            name=search["name"],
            kind=Search.Kind(search["kind"]),
            sources=search["sources"],
            is_combined=search["combined"],
            reported=search["reported"],
            count=search["n"],
        )
