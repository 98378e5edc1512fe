import json
import time
from typing import Any

from django.core.management.base import CommandParser

from reviews.commands import ReviewCommand, find_review
from reviews.duplicates import finding, listing, merging, stored


class Command(ReviewCommand):
    help = (
        "Find the duplicates among the records of a review. What is certain is merged, "
        "what is in doubt is left to a person; only records that were not compared yet "
        "are compared with the others."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        parser.add_argument(
            "--all",
            action="store_true",
            help="compare all records with one another again",
        )
        parser.add_argument(
            "--merge",
            action="store_true",
            help="merge the certain sets as well that were left to people",
        )
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        review = find_review(options["review"])
        begun, processor = time.perf_counter(), time.process_time()
        found = finding.find(review, by=None, everything=options["all"])
        if options["merge"]:
            merging.merge_all(review, by=None)
        processor_seconds = round(time.process_time() - processor, 3)
        seconds = round(time.perf_counter() - begun, 3)
        stand = stored.figures(review)
        figures = {
            "records_compared": found.compared,
            "sets_merged": stand.merged,
            "copies_removed": stand.copies,
            "pairs_to_be_checked": stand.to_check,
            "sets_left_to_people": stand.found,
            "related_pairs": stored.related(review).count(),
            "new_sets_merged": found.sets,
            "new_pairs_to_be_checked": found.to_check,
            "pairs_that_wait": found.waiting,
            "processor_seconds": processor_seconds,
            "seconds": seconds,
        }
        if options["format"] == "text":
            self.print_figures(figures, format="text")
            return
        told = {
            **figures,
            "merged": list(listing.merged(review)),
            "to_be_checked": list(listing.to_be_checked(review)),
            "related": list(listing.related(review)),
        }
        self.stdout.write(json.dumps(told, ensure_ascii=False))
