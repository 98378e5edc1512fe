import time
from typing import Any

from django.core.management.base import CommandParser

from reviews.commands import ReviewCommand, find_review
from reviews.duplicates import finding, merging, stored


class Command(ReviewCommand):
    help = "Find the duplicates among the records of a review; merge them if told to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        parser.add_argument(
            "--merge",
            action="store_true",
            help="merge every certain set; what is in doubt is left to a person",
        )
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        review = find_review(options["review"])
        begun = time.perf_counter()
        found = finding.find(review, by=None)
        if options["merge"]:
            merging.merge_all(review, by=None)
        seconds = round(time.perf_counter() - begun, 3)
        stand = stored.figures(review)
        self.print_figures(
            {
                "sets": stand.found + stand.merged,
                "records": stand.records,
                "to_check": stand.to_check,
                "merged": stand.merged,
                "new_sets": found.sets,
                "new_to_check": found.to_check,
                "seconds": seconds,
            },
            format=options["format"],
        )
