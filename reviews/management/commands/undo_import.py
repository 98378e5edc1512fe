from typing import Any

from django.core.management.base import CommandError, CommandParser

from reviews.commands import ReviewCommand, find_owner, find_review
from reviews.imports import keeping, undoing
from reviews.models import Import, Review, User


class Command(ReviewCommand):
    help = (
        "Take a file out of the review again, with its records and the votes on them "
        "parked; --redo takes it in again with all of that."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        parser.add_argument(
            "import", help="its number, or the name of the file if one has it"
        )
        parser.add_argument("--redo", action="store_true", help="take it in again")
        parser.add_argument(
            "--dry-run", action="store_true", help="only tell what would go along"
        )
        parser.add_argument("--by", help="who does it (default: an owner)")
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        review = find_review(options["review"])
        by = find_owner(review, options["by"])
        made = _find(review, options["import"])
        dry_run = options["dry_run"]
        act = _redo if options["redo"] else _undo
        try:
            told = act(made, by=by, dry_run=dry_run)
        except (undoing.NotTakenIn, undoing.NotTakenOut) as error:
            raise CommandError(str(error)) from error
        figures = {"import": made.pk, "file": made.file_name, **told}
        figures["done"] = not dry_run
        self.print_figures(figures, format=options["format"])
        if dry_run and options["format"] == "text":
            self.stdout.write("Nothing was changed.")


def _find(review: Review, told: str) -> Import:
    rows = keeping.of(review).select_related("search__review")
    found = [made for made in rows if told in (str(made.pk), made.file_name)]
    if len(found) != 1:
        raise CommandError(
            f"{len(found)} files of {review.slug} are called {told}; give its number."
            if found
            else f"{review.slug} has no file {told}."
        )
    return found[0]


def _undo(made: Import, *, by: User, dry_run: bool) -> dict[str, Any]:
    told = _told(undoing.forecast(made))
    if not dry_run:
        undoing.undo(made, by=by)
    return told


def _redo(made: Import, *, by: User, dry_run: bool) -> dict[str, Any]:
    if dry_run:
        undoing.require_out(made)
        return {}
    back = undoing.redo(made, by=by)
    return {
        "came_back": back.came_back,
        "already_there": back.already_there,
        "sets_changed_meanwhile": back.sets_left,
    }


def _told(forecast: undoing.Forecast) -> dict[str, Any]:
    """Return what goes along with a file. Of votes it tells nothing."""
    return {
        "records_out": forecast.leaving,
        "records_held_by_other_files": forecast.staying,
        "settled_excluded": forecast.excluded,
        "settled_included": forecast.included,
        "sets_changed": [change.number for change in forecast.sets],
        "reports_dormant": [str(report) for report in forecast.reports],
        "studies": [study.label for study in forecast.studies],
    }
