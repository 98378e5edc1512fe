import json
from typing import Any

from django.core.management.base import CommandParser

from reviews.audit import running
from reviews.commands import ReviewCommand, find_review
from reviews.exports import audit


class Command(ReviewCommand):
    help = "Print what the audit of the method finds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("review", help="the short name of the review")
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes = running.run(find_review(options["review"]))
        if options["format"] == "json":
            found = audit.told(outcomes)
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for outcome in outcomes:
            self.stdout.write(outcome.check.TITLE)
            for judged in outcome.judged:
                finding = judged.finding
                self.stdout.write(f"  {finding.severity}: {finding.what}")
                if finding.arithmetic and finding.arithmetic != finding.what:
                    self.stdout.write(f"      {finding.arithmetic}")
                if judged.dismissal:
                    self.stdout.write(f"      Let stand: {judged.dismissal.reason}")
            if outcome.is_clear:
                self.stdout.write("  Nothing found.")
