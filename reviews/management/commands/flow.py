from typing import Any

from django.core.management.base import CommandParser

from reviews.commands import ReviewCommand, find_review
from reviews.exports import flow as flow_export
from reviews.flow.counting import flow


class Command(ReviewCommand):
    help = "Print the numbers of the PRISMA 2020 flow of a review."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        found = flow(find_review(options["review"]))
        if options["format"] == "json":
            self.print_figures(flow_export.figures(found), format="json")
            return
        for column, lines in flow_export.sections(found).items():
            self.stdout.write(column)
            for line in lines:
                indent = "    " if line.part else "  "
                self.stdout.write(f"{indent}{line.label}: {line.count:,}")
        for finding in found.findings:
            self.stdout.write(finding.message)
