from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from reviews.terms import checking, index


class Command(BaseCommand):
    help = "Index the words of all records beside the index, and compare the two."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rebuild", action="store_true", help="make the index anew first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            with transaction.atomic():
                index.rebuild(connection)
        wrong = checking.check()
        if wrong:
            raise CommandError(
                f"{' '.join(wrong)} Make the index anew: check_search --rebuild."
            )
        self.stdout.write("The index holds the words of all records, and no others.")
