from typing import Any

from django.core.management.base import CommandError, CommandParser

from reviews.commands import ReviewCommand, find_owner, find_review
from reviews.imports import keeping, undoing
from reviews.models import Import, Review


class Command(ReviewCommand):
    help = (
        "Take a file out of the review again, or in again with --redo. Without --yes "
        "it only tells what would go along."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        parser.add_argument(
            "import", help="its number, or the name of the file if one has it"
        )
        parser.add_argument("--redo", action="store_true", help="take it in again")
        parser.add_argument("--yes", action="store_true", help="do it")
        parser.add_argument("--by", help="who does it (default: an owner)")
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        review = find_review(options["review"])
        by = find_owner(review, options["by"])
        made = _find(review, options["import"])
        figures = {"import": made.pk, "file": made.file_name}
        try:
            if options["redo"]:
                if options["yes"]:
                    back = undoing.redo(made, by=by)
                    figures |= {
                        "came_back": back.came_back,
                        "already_there": back.already_there,
                        "sets_changed_meanwhile": back.sets_left,
                    }
                else:
                    undoing.require_out(made)
            else:
                figures |= _told(undoing.forecast(made))
                if options["yes"]:
                    undoing.undo(made, by=by)
        except (undoing.NotTakenIn, undoing.NotTakenOut) as error:
            raise CommandError(str(error)) from error
        figures["done"] = options["yes"]
        self.print_figures(figures, format=options["format"])
        if not options["yes"] and options["format"] == "text":
            self.stdout.write("Nothing was changed. Add --yes to do it.")


def _find(review: Review, told: str) -> Import:
    rows = keeping.of(review).select_related("search__review")
    found = list(
        rows.filter(pk=int(told)) if told.isdecimal() else rows.filter(file_name=told)
    )
    if len(found) != 1:
        raise CommandError(
            f"{len(found)} files of {review.slug} are called {told}; give its number."
            if found
            else f"{review.slug} has no file {told}."
        )
    return found[0]


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
