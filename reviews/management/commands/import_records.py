from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from reviews import access, imports
from reviews.commands import ReviewCommand, find_person, find_review
from reviews.formats.parsed import UnreadableFile
from reviews.models import Import, Review, Role, Search, User


class Command(ReviewCommand):
    help = "Import a file of records into a search, whole or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        parser.add_argument("file", type=Path, help="a RIS file")
        parser.add_argument(
            "--search", required=True, help="its name; made if it is new"
        )
        parser.add_argument(
            "--kind",
            choices=Search.Kind.values,
            default=Search.Kind.DATABASE.value,
            help="of a new search (default: database)",
        )
        parser.add_argument("--by", help="who imports (default: an owner)")
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        review = find_review(options["review"])
        by = _person(review, options["by"])
        data = _read(options["file"])
        search = review.searches.filter(
            name__iexact=options["search"]
        ).first() or Search(review=review, name=options["search"], kind=options["kind"])
        file_name = options["file"].name
        try:
            made = imports.import_at_once(search, file_name=file_name, data=data, by=by)
        except imports.AlreadyImported as error:
            self._tell_again(error, options["format"])
        except (UnreadableFile, imports.HasErrors) as error:
            raise CommandError(f"{file_name}: {error}") from error
        else:
            self._tell(made, options["format"])

    def _tell(self, made: Import, form: str) -> None:
        problems = [
            {"line": p.line, "severity": p.severity, "message": p.message}
            for p in imports.problems(made)
        ]
        if form == "json":
            self._print_json(made, new=made.new_count, problems=problems)
            return
        self.stdout.write(imports.tell(made) + ".")
        for problem in problems:
            self.stdout.write("Line {line}, {severity}: {message}".format(**problem))
        if not problems:
            self.stdout.write("No problems.")

    def _tell_again(self, error: imports.AlreadyImported, form: str) -> None:
        if form == "json":
            self._print_json(error.earlier, new=0, problems=[])
        else:
            self.stdout.write(
                f"{error} {error.earlier.read_count} read, 0 new, "
                f"{error.earlier.read_count} already there."
            )

    def _print_json(
        self, made: Import, *, new: int, problems: list[dict[str, Any]]
    ) -> None:
        figures = {
            "search": made.search.name,
            "file": made.file_name,
            "format": made.format,
            "encoding": made.encoding,
            "read": made.read_count,
            "new": new,
            "already_there": made.read_count - new,
            "problems": problems,
        }
        self.print_figures(figures, format="json")


def _person(review: Review, name: str | None) -> User:
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
