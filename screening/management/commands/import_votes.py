from argparse import ArgumentTypeError
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.template.defaultfilters import filesizeformat

from reviews import access
from reviews.commands import ReviewCommand, find_person, find_review
from reviews.formats.parsed import UnreadableFile
from reviews.models import Review, Role, Stage, User
from screening import exports
from screening.models import VoteImport
from screening.moving_in import files, moving

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
            choices=[str(stage) for stage in exports.STAGES],
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
            type=_pair,
            metavar="FIELD=HEADING",
            help="which column of a table holds what: title, doi, who, decision, "
            "reason, labels, note, date, stage; people=HEADING for each person's own",
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
        by = _owner(review, options["by"])
        try:
            # What is only looked at leaves nothing behind.
            dry_run = options["dry_run"]
            with transaction.atomic() if dry_run else nullcontext():
                made = self._move(review, by, options)
                figures = self._figures(made, options)
                if dry_run:
                    transaction.set_rollback(True)
        except (
            UnreadableFile,
            files.AlreadyMovedIn,
            files.NotWaiting,
            files.UnknownMeaning,
            moving.NothingToMove,
        ) as error:
            raise CommandError(f"{options['file'].name}: {error}") from error
        if dry_run:
            made.file.delete(save=False)
        self._print(figures, options["format"])

    def _move(self, review: Review, by: User, options: dict[str, Any]) -> VoteImport:
        made = files.keep(
            review,
            source=options["source"],
            stage=Stage(options["stage"]),
            whole_list=options["list"],
            file_name=options["file"].name,
            data=_read(options["file"]),
            by=by,
        )
        made.state = VoteImport.State.PREVIEWED
        made.save(update_fields=["state"])
        columns: dict[str, list[str]] = {}
        for field, heading in options["map"]:
            columns.setdefault(field, []).append(heading)
        words = {word.lower(): meaning for word, meaning in options["word"]}
        files.say(made, words=words, columns=columns, by=by)
        made = files.read(VoteImport.objects.get(pk=made.pk))
        if trouble := made.report.get("trouble"):
            raise UnreadableFile(str(trouble))
        people = {name: find_person(user) for name, user in options["person"]}
        files.say(made, people=people, criteria=dict(options["reason"]), by=by)
        made.refresh_from_db()
        return made if options["dry_run"] else moving.move_in(made, by=by)

    def _figures(self, made: VoteImport, options: dict[str, Any]) -> dict[str, Any]:
        """Return what came of it; who runs the instance may know all."""
        problems = [
            {"line": each.line, "message": each.message}
            for each in made.problems.order_by("line", "pk")
        ]
        people = [
            {
                "name": each.name,
                "user": each.user.get_username() if each.user else None,
                "read": each.read_count,
                "found": each.found_count,
            }
            for each in made.people.select_related("user").order_by("name")
        ]
        return {
            "file": made.file_name,
            "from": made.source,
            "stage": made.stage,
            "dry_run": options["dry_run"],
            "read": made.read_count,
            "found": made.found_count,
            "moved_in": made.decisions.count(),
            "not_counted": made.problems.filter(reviewer__isnull=False).count(),
            "people": people,
            "words": made.report.get("words", []),
            "reasons": [
                {"text": text, "criterion": made.criteria.get(text)}
                for text in made.report.get("reasons", [])
            ],
            "found_by": made.report.get("found_by", {}),
            "problems": problems,
        }

    def _print(self, figures: dict[str, Any], form: str) -> None:
        if form == "json":
            self.print_figures(figures, format="json")
            return
        verb = "Would move in" if figures["dry_run"] else "Moved in"
        number = figures["found"] if figures["dry_run"] else figures["moved_in"]
        self.stdout.write(
            f"{verb} {number:,} of {figures['read']:,} votes of {figures['file']}."
        )
        for person in figures["people"]:
            name, user = person["name"] or "(not named)", person["user"] or "nobody"
            self.stdout.write(f"{name} is {user}: {person['read']:,} votes")
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


def _owner(review: Review, name: str | None) -> User:
    """Return the owner who acts: the one that is named, or else the first."""
    if name:
        person = find_person(name)
        if access.has_role(review, person, Role.OWNER):
            return person
        raise CommandError(f"{name} is not an owner of {review.slug}.")
    owner = User.objects.filter(
        memberships__review=review,
        memberships__removed_at=None,
        memberships__roles__role=Role.OWNER,
    )
    found = owner.order_by("pk").first()
    if found is None:
        raise CommandError(f"{review.slug} has no owner.")
    return found


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > settings.IMPORT_MAX_BYTES:
            raise CommandError(
                f"{path} has {filesizeformat(size)}; at most "
                f"{filesizeformat(settings.IMPORT_MAX_BYTES)} can be taken."
            )
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
