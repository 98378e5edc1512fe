from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import URLValidator

from reviews import moments
from reviews.checklists import tables as checklists
from reviews.commands import ReviewCommand, find_review
from reviews.diagram import paper
from reviews.exports import (
    appraisal,
    audit,
    diagram,
    duplicates,
    records,
    table,
    tables,
    upset,
    writing,
)
from reviews.exports import flow as flow_export
from reviews.exports.options import CannotExport, Options, Writer, Writers
from reviews.flow.counting import flow
from reviews.models import Diagram, Review
from reviews.references import writing as references
from reviews.words import writing as words
from screening import exports
from screening.agreement import tables as agreement
from screening.archive import writing as archive
from screening.ledger import downloads
from screening.stages import STAGES


def _csv(
    frames: Callable[[Review], pd.DataFrame | Iterable[pd.DataFrame]],
) -> dict[str, Writer]:
    return {".csv": lambda review, options: table.csv(frames(review))}


# What can be written, and how by the ending of the file's name.
WRITERS: Writers = {
    "records": {
        **_csv(lambda review: records.frames(review.records.all())),
        ".ris": lambda review, options: records.ris(review.records.all()),
    },
    "decisions": _csv(exports.frames),
    "flow": {
        ".csv": lambda review, options: table.csv(
            flow_export.frame(flow(review, as_of=options.as_of))
        ),
        ".json": lambda review, options: [
            flow_export.json(flow(review, as_of=options.as_of))
        ],
        ".svg": diagram.WRITERS["diagram"][".svg"],
    },
    "duplicates": _csv(duplicates.frames),
    **tables.WRITERS,
    **references.WRITERS,
    **words.WRITERS,
    **checklists.WRITERS,
    **agreement.WRITERS,
    **appraisal.WRITERS,
    **upset.WRITERS,
    **audit.WRITERS,
    **diagram.WRITERS,
    **archive.WRITERS,
}

# What the history can tell of another day; everything else is of today.
OF_ANY_DAY = ("diagram", "flow", "references", "methods", "checklist")


class Command(ReviewCommand):
    help = "Write a file of a review, whole or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        parser.add_argument("what", choices=list(WRITERS))
        parser.add_argument(
            "--output",
            required=True,
            metavar="FILE",
            help="the ending of its name says how it is written: .csv, .docx, …",
        )
        parser.add_argument(
            "--template",
            default="",
            choices=[form for form in Diagram.Form.values if form],
            help="the form of the diagram; without it the one that the team chose",
        )
        parser.add_argument(
            "--dpi", type=int, default=300, help="of a PNG, 72 to 1200 (300)"
        )
        parser.add_argument(
            "--page",
            default="",
            choices=list(paper.PAPERS),
            help="the paper of a PDF, across where a figure is wide (its own size)",
        )
        parser.add_argument(
            "--monochrome", action="store_true", help="a figure without colour"
        )
        parser.add_argument(
            "--links",
            default="",
            metavar="ADDRESS",
            type=_server,
            help="of the server to which the numbers of an SVG or HTML diagram link",
        )
        parser.add_argument(
            "--final",
            action="store_true",
            help="refuse a flow that does not balance, unless a reason is written down",
        )
        parser.add_argument(
            "--as-of",
            default="",
            metavar="DATE",
            help=(
                f"as it stood at the end of a day: {', '.join(OF_ANY_DAY)} "
                "(of methods the flow in words alone: --kind flow)"
            ),
        )
        parser.add_argument("--box", default="", help="the box whose records are meant")
        parser.add_argument(
            "--style", default="", help="the style of citations, e.g. vancouver"
        )
        parser.add_argument(
            "--kind", default="", help="which of several: the checklist, the figure"
        )
        parser.add_argument(
            "--instrument", default="", help="an instrument of the protocol, by its key"
        )
        parser.add_argument(
            "--weight",
            default="",
            metavar="FIELD",
            help=(
                "an extraction field of numbers, by its code, that weighs the bars of "
                "an appraisal (--kind summary) and stands in its CSV"
            ),
        )
        parser.add_argument(
            "--public",
            action="store_true",
            help="without names, notes and files that may not be shared",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        review, what = find_review(options["review"]), options["what"]
        path = Path(options["output"])
        writer = WRITERS[what].get(path.suffix.lower() or ".csv")
        if writer is None:
            known = " or ".join(WRITERS[what])
            raise CommandError(f"{path.name}: {what} can be written as {known}.")
        try:
            options["as_of"] = moments.read(options["as_of"])
        except moments.NotADate as error:
            raise CommandError(str(error)) from error
        if options["as_of"] and what not in OF_ANY_DAY:
            raise CommandError(f"{what} can only be written as it is today.")
        try:
            writing.write(path, writer(review, _options(options)))
        except (exports.NothingClosed, CannotExport) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"{path} cannot be written: {error.strerror}."
            ) from error
        self._record(review, what, public=options["public"])
        self.stdout.write(f"Wrote {what} of {review.slug} to {path}.")
        if what == "decisions" and (left_out := exports.open_stages(review)):
            stages = ", ".join(stage.label.lower() for stage in left_out)
            self.stdout.write(f"Left out, as not closed yet: {stages}.")

    def _record(self, review: Review, what: str, *, public: bool) -> None:
        """Leave an event where the file holds judgments."""
        closed = exports.closed_stages(review)
        if what == "decisions":
            downloads.record(review, downloads.DECISIONS, closed, by=None)
        elif what == "archive" and public:
            downloads.record(review, downloads.PUBLIC, closed, by=None)
        elif what == "archive":
            # It holds what is still open as well: see docs/decisions/0006.
            downloads.record(review, downloads.WHOLE, STAGES, by=None)


def _server(typed: str) -> str:
    """Return the address of a server on the web, or none at all."""
    if not typed:
        return ""
    try:
        URLValidator(["http", "https"])(typed)
    except ValidationError as error:
        raise ArgumentTypeError(f"{typed} is no address on the web.") from error
    if "?" in typed or "#" in typed:
        raise ArgumentTypeError(f"{typed} is more than the address of a server.")
    return typed


def _options(given: dict[str, Any]) -> Options:
    """Return what was asked for; the rest is as a page would have it."""
    asked = (name for name in Options.__dataclass_fields__ if name in given)
    return Options(**{name: given[name] for name in asked})
