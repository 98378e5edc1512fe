from typing import Any

from django.core.management.base import CommandError, CommandParser

from reviews.commands import ReviewCommand, find_review
from reviews.models import Review
from screening import replay


class Command(ReviewCommand):
    help = (
        "Derive every verdict anew from the judgments and compare it with the stored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "review", nargs="?", help="the short name of the review (default: all)"
        )
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["review"]
        reviews = [find_review(slug)] if slug else Review.objects.order_by("pk")
        wrong = {review.slug: replay.check(review) for review in reviews}
        told = [f"{slug}: {each}" for slug, found in wrong.items() for each in found]
        if options["format"] == "json":
            figures = {"reviews": len(wrong), "mismatches": told}
            self.print_figures(figures, format="json")
        else:
            for line in told:
                self.stdout.write(line)
        if told:
            number = len(told)
            what = "verdict does" if number == 1 else "verdicts do"
            raise CommandError(f"{number} stored {what} not follow from the judgments.")
        if options["format"] == "text":
            self.stdout.write(
                f"Reviews checked: {len(wrong)}. Every stored verdict follows from the "
                "judgments."
            )
