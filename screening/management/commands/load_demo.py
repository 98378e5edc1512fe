from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from screening import demo


class Command(BaseCommand):
    help = "Play the demo review: ketamine for treatment-resistant depression."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", default="8000", help="where the site is served, to be printed"
        )
        parser.add_argument(
            "--force",
            action="count",
            default=0,
            help="twice: load it beside other people's reviews",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            review = demo.load(among_others=options["force"] >= 2)
        except demo.AmongOthers as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"\n  {review.title}\n")
        self.stdout.write(f"  http://127.0.0.1:{options['port']}/\n")
        self.stdout.write("  Sign in as one of these, password " + demo.PASSWORD + "\n")
        for name, (title, part) in demo.PEOPLE.items():
            self.stdout.write(f"    {name:<12} {title}, {part}")
        self.stdout.write("")
