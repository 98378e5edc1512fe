import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from reviews.commands import ReviewCommand, find_owner, find_review, read_file
from reviews.formats import headings, reading
from reviews.formats.parsed import Mapping, Problem, UnknownTable, UnreadableFile
from reviews.imports import keeping, loading, looking, undoing
from reviews.imports.looking import Hints, Report
from reviews.models import Import, ImportProblem, Search


class Command(ReviewCommand):
    help = "Import a file of records into a search, whole or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        parser.add_argument(
            "file", type=Path, help=f"one of: {', '.join(reading.FORMATS.values())}"
        )
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
        parser.add_argument(
            "--format-hint",
            choices=list(reading.FORMATS),
            default="",
            help="what the file is (default: as its content tells)",
        )
        parser.add_argument(
            "--encoding-hint", default="", help="such as cp1252 or gb18030"
        )
        parser.add_argument(
            "--map",
            action="append",
            metavar="HEADING=FIELD",
            help="which column of a table is which field, such as “Article name=title”;"
            f" or a JSON file of that. The fields: {', '.join(headings.FIELDS)}",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what is in it; import nothing"
        )
        parser.add_argument(
            "--despite-errors",
            action="store_true",
            help="import what can be read of a file with errors",
        )
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        review = find_review(options["review"])
        by = find_owner(review, options["by"])
        data = read_file(options["file"])
        name = _search_name(options["search"])
        search = review.searches.filter(name__iexact=name).first() or Search(
            review=review, name=name, kind=options["kind"]
        )
        file_name, form = options["file"].name, options["format"]
        try:
            hints = Hints(
                options["format_hint"],
                options["encoding_hint"],
                _mapping(options["map"]),
            )
            if options["dry_run"]:
                report = looking.read(search, data, hints)
                self._tell_what_is_in_it(search, file_name, report, form)
                return
            made = loading.import_at_once(
                search,
                file_name=file_name,
                data=data,
                by=by,
                hints=hints,
                despite_errors=options["despite_errors"],
            )
        except keeping.AlreadyImported as error:
            self._tell_again(error, form)
        except keeping.WasTakenOut as error:
            self._tell_woken(undoing.redo(error.earlier, by=by), form)
        except UnknownTable as error:
            raise CommandError(f"{file_name}: {_unknown(error)}") from error
        except keeping.HasErrors as error:
            if form == "json":
                # The whole report, before the one line that says it came to nothing.
                report = looking.read(search, data, hints)
                self._tell_what_is_in_it(search, file_name, report, form)
            raise CommandError(
                f"{file_name}: {error} Add --despite-errors to import what can be read."
            ) from error
        except (
            UnreadableFile,
            keeping.NotKept,
            keeping.NotWaiting,
            loading.ChangedMeanwhile,
        ) as error:
            if form == "json":
                told = {"search": search.name, "file": file_name, "error": str(error)}
                self.print_figures(told, format="json")
            raise CommandError(f"{file_name}: {error}") from error
        else:
            self._tell(made, form)

    def _tell(self, made: Import, form: str) -> None:
        problems = _listed(keeping.problems(made))
        if form == "json":
            self._print_json(made, new=made.new_count, problems=problems)
            return
        self.stdout.write(keeping.tell(made) + ".")
        self._print_problems(problems)

    def _tell_again(self, error: keeping.AlreadyImported, form: str) -> None:
        if form == "json":
            self._print_json(error.earlier, new=0, problems=[])
        else:
            self.stdout.write(
                f"{error} {error.earlier.read_count} read, 0 new, "
                f"{error.earlier.read_count} already there."
            )

    def _tell_woken(self, back: undoing.Redone, form: str) -> None:
        """Tell what came back with a file that had been taken out."""
        problems = _listed(keeping.problems(back.made))
        if form == "json":
            self._print_json(back.made, new=back.came_back, problems=problems)
        else:
            self.stdout.write(undoing.tell(back))

    def _tell_what_is_in_it(
        self, search: Search, file_name: str, report: Report, form: str
    ) -> None:
        problems = _listed(report.problems)
        new = report.read_count - report.already_there_count
        if form == "json":
            figures = {
                "search": search.name,
                "file": file_name,
                "format": report.format,
                "encoding": report.encoding,
                "read": report.read_count,
                "new": new,
                "already_there": report.already_there_count,
                "problems": problems,
                "can_be_imported": bool(report.read_count) and not report.errors,
                "headings": report.headings,
                "columns": headings.as_data(report.mapping) if report.mapping else None,
            }
            self.print_figures(figures, format="json")
            return
        self.stdout.write(
            f"{file_name} is {reading.FORMATS[report.format]}: {report.read_count:,} "
            f"read, {new:,} new, {report.already_there_count:,} already there. Nothing "
            "was imported."
        )
        if report.headings and report.mapping is None:
            self.stdout.write(f"Its columns are {_quoted(report.headings)}.")
        self._print_problems(problems)

    def _print_problems(self, problems: list[dict[str, Any]]) -> None:
        for problem in problems:
            self.stdout.write("Line {line}, {severity}: {message}".format(**problem))
        if not problems:
            self.stdout.write("No problems.")

    def _print_json(
        self, made: Import, *, new: int, problems: list[dict[str, Any]]
    ) -> None:
        figures = {
            "import": made.pk,
            "search": made.search.name,
            "file": made.file_name,
            "format": made.format,
            "encoding": made.encoding,
            "read": made.read_count,
            "new": new,
            "already_there": made.read_count - new,
            "problems": problems,
            "lines": _lines(made) if new else None,
        }
        self.print_figures(figures, format="json")


def _listed(problems: Iterable[Problem | ImportProblem]) -> list[dict[str, Any]]:
    return [
        {"line": p.line, "severity": str(p.severity), "message": p.message}
        for p in problems
    ]


def _lines(made: Import) -> dict[str, Any]:
    """Return on which lines stand the new records, and which were there already."""
    new = keeping.new_records(made).values_list("line", "pk")
    there = keeping.already_there(made).values_list("line", "record")
    return {
        "new": [{"line": line, "record": pk} for line, pk in new],
        "already_there": [{"line": line, "record": pk} for line, pk in there],
    }


def _search_name(told: str) -> str:
    """Return the name of a search as a form would take it."""
    try:
        return str(Search._meta.get_field("name").clean(told.strip(), None))
    except ValidationError as error:
        raise CommandError(f"--search: {' '.join(error.messages)}") from error


def _unknown(error: UnknownTable) -> str:
    """Say which headings a table has of which none is known for the titles."""
    if not error.headings:
        return str(error)
    names = _quoted(error.headings)
    return f"{error} Its columns are {names}. Write --map HEADING=title."


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _mapping(given: list[str] | None) -> Mapping | None:
    """Return the mapping of pairs, or of a JSON file. Raises UnreadableFile."""
    if not given:
        return None
    if len(given) > 1 or "=" in given[0]:
        return headings.from_pairs(given)
    try:
        told = json.loads(Path(given[0]).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableFile(
            f"“{given[0]}” is neither HEADING=FIELD nor a JSON file of a mapping."
        ) from error
    if isinstance(told, dict) and "columns" not in told:
        return headings.from_pairs(f"{heading}={of}" for heading, of in told.items())
    return headings.from_data(told)
