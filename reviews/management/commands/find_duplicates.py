import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reviews import duplicate_sets, duplicates
from reviews.models import Review


class Command(BaseCommand):
    help = "Find the duplicates among the records of a review; merge them if told to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        parser.add_argument(
            "--merge",
            action="store_true",
            help="merge every certain set; what is in doubt is left to a person",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        review = Review.objects.filter(slug=options["review"]).first()
        if review is None:
            raise CommandError(f"There is no review {options['review']}.")
        begun = time.perf_counter()
        found = duplicates.find(review, by=None)
        if options["merge"]:
            duplicates.merge_all(review, by=None)
        seconds = round(time.perf_counter() - begun, 3)
        figures = duplicate_sets.figures(review)
        if options["format"] == "json":
            told = {
                "sets": figures.found + figures.merged,
                "records": figures.records,
                "to_check": figures.to_check,
                "merged": figures.merged,
                "new": asdict(found),
                "seconds": seconds,
            }
            self.stdout.write(json.dumps(told, indent=2))
            return
        self.stdout.write(
            f"Sets of duplicates: {figures.found + figures.merged} "
            f"(new or grown: {found.sets}; merged: {figures.merged}), "
            f"records in them: {figures.records}."
        )
        self.stdout.write(
            f"In doubt, to be checked by a person: {figures.to_check}. {seconds} s."
        )
