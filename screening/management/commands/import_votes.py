from argparse import ArgumentTypeError
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.template.defaultfilters import pluralize

from reviews.commands import (
    ReviewCommand,
    find_owner,
    find_person,
    find_review,
    read_file,
)
from reviews.formats.parsed import UnreadableFile
from reviews.formats.votes import listed, told
from reviews.models import Review, Stage, User
from screening.models import VoteImport, VoteProblem
from screening.moving_in import files, meaning, moving, telling
from screening.stages import STAGES

LISTS = {"include": "included", "exclude": "excluded"}


class Command(ReviewCommand):
    help = "Move the votes of a review in that was begun in another tool."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        parser.add_argument("file", type=Path, help="as the other tool exports it")
        parser.add_argument(
            "--from",
            dest="source",
            required=True,
            choices=VoteImport.Source.values,
            help="the tool; csv for a table of one's own",
        )
        parser.add_argument(
            "--stage",
            choices=[str(stage) for stage in STAGES],
            default=str(Stage.TITLE_ABSTRACT),
            help="at which people voted (title_abstract)",
        )
        parser.add_argument(
            "--person",
            action="append",
            default=[],
            type=_pair,
            metavar="NAME=USER",
            help="who a name of the file is here (no NAME: whom it leaves unnamed)",
        )
        parser.add_argument(
            "--reason",
            action="append",
            default=[],
            type=_pair,
            metavar="TEXT=CODE",
            help="which criterion of the protocol a reason of the file is",
        )
        parser.add_argument(
            "--word",
            action="append",
            default=[],
            type=_pair,
            metavar="WORD=DECISION",
            help="which decision a word is: include, exclude, maybe, or nothing",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADING=FIELD",
            help="which column of a table holds what: title, doi, who, decision, "
            "reason, labels, note, date, stage; HEADING=people for each person's own",
        )
        parser.add_argument(
            "--list",
            default="",
            choices=list(LISTS),
            help="what a whole list of Covidence stands for",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="read and tell, move nothing in"
        )
        parser.add_argument("--by", help="who moves them in (default: an owner)")
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        review = find_review(options["review"])
        by = find_owner(review, options["by"])
        data = read_file(options["file"])
        try:
            said = _said(options)
            figures = _look(_file(review, options, said), data, said)
            if not options["dry_run"]:
                if not figures["to_move_in"]:
                    raise moving.NothingToMove
                figures |= _move(review, data, options, said, by)
        except (
            UnreadableFile,
            files.AlreadyMovedIn,
            files.NotWaiting,
            meaning.UnknownMeaning,
            moving.NothingToMove,
        ) as error:
            raise CommandError(f"{options['file'].name}: {error}") from error
        self._print({**figures, "dry_run": options["dry_run"]}, options["format"])

    def _print(self, figures: dict[str, Any], form: str) -> None:
        if form == "json":
            self.print_figures(figures, format="json")
            return
        dry_run = figures["dry_run"]
        verb = "Would move in" if dry_run else "Moved in"
        number = figures["to_move_in" if dry_run else "moved_in"]
        self.stdout.write(
            f"{verb} {number:,} of {figures['read']:,} "
            f"vote{pluralize(figures['read'])} of {figures['file']}."
        )
        for person in figures["people"]:
            name, user = person["name"] or "(not named)", person["user"] or "nobody"
            votes = f"{person['read']:,} vote{pluralize(person['read'])}"
            self.stdout.write(f"{name} is {user}: {votes}")
        for reason in figures["reasons"]:
            code = reason["criterion"] or "no criterion"
            self.stdout.write(f"“{reason['text']}” is {code}")
        for problem in figures["problems"]:
            self.stdout.write("Line {line}: {message}".format(**problem))


def _pair(typed: str) -> tuple[str, str]:
    """Return both sides of NAME=VALUE; the name may hold a sign of equality."""
    name, sign, value = typed.rpartition("=")
    if not sign:
        raise ArgumentTypeError(f"{typed}: write it as NAME=VALUE.")
    return name, value


@dataclass(frozen=True)
class Said:
    """What the caller says that names, words, reasons and columns are."""

    people: dict[str, User | None]
    words: dict[str, str]
    criteria: dict[str, str]
    columns: dict[str, list[str]]


def _said(options: dict[str, Any]) -> Said:
    columns = listed.columns_of(options["map"])
    return Said(
        people={name: find_person(user) for name, user in options["person"]},
        words={told.plain_word(word): means for word, means in options["word"]},
        criteria=dict(options["reason"]),
        columns={field: list(names) for field, names in columns.items()},
    )


def _file(review: Review, options: dict[str, Any], said: Said) -> VoteImport:
    """Return the file as it is read, stored nowhere."""
    return VoteImport(
        review=review,
        source=options["source"],
        stage=options["stage"],
        whole_list=options["list"],
        file_name=options["file"].name,
        words=said.words,
        columns=said.columns,
    )


def _look(made: VoteImport, data: bytes, said: Said) -> dict[str, Any]:
    """Return what the file says; what cannot be is refused before it is kept."""
    meaning.require_words(said.words)
    meaning.require_people(made.review, said.people)
    meaning.require_criteria(made.review, said.criteria)
    report, looked = files.look(made, data)
    meaning.require_columns(said.columns, report.get("headings"))
    if looked is None:
        raise UnreadableFile(report["trouble"])
    meaning.require_named(report, said.people, said.criteria)
    names = [name for name, _, _ in report["people"]]
    whom = {**meaning.suggestions(made.review, names), **said.people}
    codes = meaning.suggested_criteria(made.review, report["reasons"]) | said.criteria
    reviewers = telling.reviewers(made)
    people = [
        {"name": name, "user": _name(whom.get(name)), "read": read, "found": found}
        for name, read, found in report["people"]
    ]
    return {
        "file": made.file_name,
        "from": made.source,
        "stage": made.stage,
        "read": sum(each["read"] for each in people),
        "found": sum(each["found"] for each in people),
        "to_move_in": sum(
            found
            for name, _, found in report["people"]
            if (user := whom.get(name)) and user.pk in reviewers
        ),
        "moved_in": 0,
        "not_counted": 0,
        "people": people,
        "words": report["words"],
        "reasons": [
            {"text": text, "criterion": codes.get(text) or None}
            for text in report["reasons"]
        ],
        "found_by": report["found_by"],
        "problems": _listed(looked.problems),
    }


def _move(
    review: Review, data: bytes, options: dict[str, Any], said: Said, by: User
) -> dict[str, Any]:
    """Move the votes in; who runs the instance may know all that came of it."""
    made = files.keep(
        review,
        source=options["source"],
        stage=Stage(options["stage"]),
        whole_list=options["list"],
        file_name=options["file"].name,
        data=data,
        words=said.words,
        columns=said.columns,
        by=by,
    )
    files.read(made, data)
    files.say(made, people=said.people, criteria=said.criteria, by=by)
    made = moving.move_in(VoteImport.objects.get(pk=made.pk), by=by)
    return {
        "moved_in": made.decisions.count(),
        "not_counted": made.problems.filter(reviewer__isnull=False).count(),
        "problems": _listed(made.problems.order_by("line", "pk")),
    }


def _listed(problems: Iterable[VoteProblem]) -> list[dict[str, Any]]:
    return [{"line": each.line, "message": each.message} for each in problems]


def _name(user: User | None) -> str | None:
    return user.get_username() if user else None
