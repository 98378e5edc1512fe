from typing import Any

from django.core.management.base import CommandError, CommandParser

from reviews import moments, scopes
from reviews.commands import ReviewCommand, find_review
from reviews.exports import flow as flow_export
from reviews.flow import findings
from reviews.flow.counting import flow
from reviews.flow.figures import Flow


class Command(ReviewCommand):
    help = "Print the numbers of the PRISMA 2020 flow of a review."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        parser.add_argument(
            "--as-of",
            default="",
            metavar="DATE",
            help="as it was at the end of a day (2026-05-31) or at a moment "
            "(2026-05-31T10:00:00+00:00)",
        )
        parser.add_argument(
            "--wave", default="", metavar="N", help="of the searches of one wave"
        )
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        review = find_review(options["review"])
        try:
            as_of = moments.read(options["as_of"])
            wave = scopes.find_wave(review, options["wave"])
        except moments.NotADate as error:
            raise CommandError(str(error)) from error
        except scopes.UnknownWave as error:
            raise CommandError(f"The review has no wave {error}.") from error
        found = flow(review, as_of=as_of, wave=wave)
        if options["format"] == "json":
            self.print_figures(flow_export.dated(found), format="json")
        else:
            self._print(found)

    def _print(self, found: Flow) -> None:
        if found.as_of is not None:
            self.stdout.write(f"As of {moments.written(found.as_of)}")
        for column, lines in flow_export.sections(found).items():
            self.stdout.write(column)
            for line in lines:
                indent = "    " if line.part else "  "
                self.stdout.write(f"{indent}{line.label}: {line.count:,}")
        for finding in findings.find(found):
            self.stdout.write(finding.message)
