from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from screening.archive import restoring, verifying


class Command(BaseCommand):
    help = "Restore the review of an archive into an instance without reviews."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.zip", help="as the export wrote it")
        parser.add_argument(
            "--people-exist",
            action="store_true",
            help="accounts of the same user names are the same people",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            found = restoring.restore(path, people_exist=options["people_exist"])
        except (restoring.CannotRestore, verifying.NotAnArchive) as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        self.stdout.write(
            f"Restored {found.review.slug}: {found.rows:,} rows, {found.files:,} "
            "files. Every stored verdict follows from the judgments."
        )
        if found.people_made:
            self.stdout.write(
                "Accounts made, without a password (set one with changepassword): "
                f"{', '.join(found.people_made)}."
            )
        if found.people_found:
            self.stdout.write(
                f"Accounts that were there: {', '.join(found.people_found)}."
            )
