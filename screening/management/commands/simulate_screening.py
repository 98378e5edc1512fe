import re
import time
from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from reviews.commands import ReviewCommand
from screening.priority import features, labelled, libraries, measures, model
from screening.priority.simulation import (
    Batch,
    CannotBegin,
    Start,
    one_then_more,
    play,
)


def _priors(said: str) -> tuple[int, int]:
    if not re.fullmatch(r"\d{1,6},\d{1,6}", said):
        raise ArgumentTypeError("write two numbers, relevant and irrelevant: 1,1")
    relevant, irrelevant = said.split(",")
    return int(relevant), int(irrelevant)


def _batch(said: str) -> Batch:
    if said == "growing":
        return one_then_more
    if not re.fullmatch(r"[1-9]\d{0,5}", said):
        raise ArgumentTypeError("write a number, or growing")
    number = int(said)
    return lambda labelled: number


def _seed(said: str) -> int:
    if not re.fullmatch(r"\d{1,9}", said):
        raise ArgumentTypeError("write a whole number, 0 or more")
    return int(said)


class Command(ReviewCommand):
    help = (
        "Play a whole screening offline, by predicted relevance, on a file whose "
        "labels are known, and measure the order. Without --priors and --question it "
        "begins by chance, until one record of each kind was found."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            type=Path,
            metavar="FILE.csv[.gz]",
            help="with the columns title, abstract and label_included (1 or 0)",
        )
        parser.add_argument(
            "--seed", type=_seed, default=1, help="the same seed, the same run (1)"
        )
        parser.add_argument(
            "--priors",
            type=_priors,
            default=(0, 0),
            metavar="RELEVANT,IRRELEVANT",
            help="so many records are known beforehand, drawn by chance; not measured",
        )
        parser.add_argument(
            "--question",
            default="",
            metavar="TEXT",
            help="begin with the text of the protocol: its question and criteria",
        )
        parser.add_argument(
            "--batch",
            type=_batch,
            default=one_then_more,
            metavar="NUMBER",
            help="learn after so many records; growing (the default): after each "
            "one until 100 are screened, then 5, then 100 after 1,000",
        )
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        relevant, irrelevant = options["priors"]
        start = Start(relevant, irrelevant, options["question"].strip())
        try:
            figures = _played(options["file"], start, options["seed"], options["batch"])
        except (labelled.UnreadableSet, CannotBegin) as error:
            raise CommandError(str(error)) from error
        except measures.NothingToMeasure as error:
            raise CommandError(
                "The priors leave no record of one of the kinds to find."
            ) from error
        if options["format"] == "text":
            figures = {name: _worded(figure) for name, figure in figures.items()}
        self.print_figures(figures, format=options["format"])


def _worded(figure: Any) -> str:
    if isinstance(figure, bool):
        return "yes" if figure else "no"
    if isinstance(figure, list):
        return ", ".join(map(str, figure))
    if isinstance(figure, dict):
        return ", ".join(f"{name} {each}" for name, each in figure.items())
    return str(figure)


def _played(
    path: Path, start: Start, seed: int, batch: Callable[[int], int]
) -> dict[str, Any]:
    known = labelled.read(path)
    begun = time.perf_counter()
    built = features.build(known.texts)
    built_at = time.perf_counter()
    played = play(built, known.labels, start, seed=seed, batch=batch)
    ended = time.perf_counter()
    labels = [known.labels[at] for at in played.order]
    measured = asdict(measures.measure(labels))
    return {
        "records": len(known.labels),
        "relevant": sum(known.labels),
        "priors": [start.relevant, start.irrelevant],
        "question": bool(start.question),
        "seed": seed,
        "model": f"{model.NAME}, version {model.VERSION}",
        "libraries": libraries.versions(),
        **{name: round(figure, 6) for name, figure in measured.items()},
        "first_relevant": labels.index(1) + 1,
        "feature_seconds": round(built_at - begun, 3),
        "seconds": round(ended - begun, 3),
    }
