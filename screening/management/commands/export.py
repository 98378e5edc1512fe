from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from django.core.management.base import CommandError, CommandParser

from reviews import table1
from reviews.commands import ReviewCommand, find_review
from reviews.exports import duplicates, excluded, records, table, writing
from reviews.exports import flow as flow_export
from reviews.flow.counting import flow
from reviews.models import Review
from screening import exports

Writer = Callable[[Review], Iterable[bytes]]


def _csv(
    frames: Callable[[Review], pd.DataFrame | Iterable[pd.DataFrame]],
) -> dict[str, Writer]:
    return {".csv": lambda review: table.csv(frames(review))}


# What can be written, and how by the ending of the file's name.
WRITERS: Mapping[str, Mapping[str, Writer]] = {
    "records": {
        **_csv(lambda review: records.frames(review.records.all())),
        ".ris": lambda review: records.ris(review.records.all()),
    },
    "decisions": _csv(exports.frames),
    "excluded": _csv(excluded.frames),
    "table1": _csv(table1.frame),
    "flow": {
        **_csv(lambda review: flow_export.frame(flow(review))),
        ".json": lambda review: [flow_export.json(flow(review))],
        ".svg": lambda review: [flow_export.svg(review, flow(review)).encode()],
    },
    "duplicates": _csv(duplicates.frames),
}


class Command(ReviewCommand):
    help = "Write a file of a review, whole or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        parser.add_argument("what", choices=list(WRITERS))
        parser.add_argument(
            "--output",
            required=True,
            metavar="FILE",
            help="ends in .csv; records also in .ris, flow also in .json or .svg",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        review, what = find_review(options["review"]), options["what"]
        path = Path(options["output"])
        writer = WRITERS[what].get(path.suffix.lower() or ".csv")
        if writer is None:
            known = " or ".join(WRITERS[what])
            raise CommandError(f"{path.name}: {what} can be written as {known}.")
        try:
            writing.write(path, writer(review))
        except exports.NothingClosed as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"{path} cannot be written: {error.strerror}."
            ) from error
        self.stdout.write(f"Wrote {what} of {review.slug} to {path}.")
        if what == "decisions" and (left_out := exports.open_stages(review)):
            stages = ", ".join(stage.label.lower() for stage in left_out)
            self.stdout.write(f"Left out, as not closed yet: {stages}.")
