"""Make a review; its owner has an account already."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from reviews import commands, setup
from reviews.commands import ReviewCommand


class Command(ReviewCommand):
    help = "Make a review."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="its short name in every address")
        parser.add_argument("--title", required=True)
        parser.add_argument(
            "--owner", required=True, help="user name or e-mail address"
        )
        self.add_format(parser)

    def handle(self, **options: Any) -> None:
        owner = commands.find_person(options["owner"])
        try:
            review = setup.create(
                slug=options["slug"], title=options["title"], owner=owner
            )
        except (setup.SlugUnfit, setup.TitleMissing) as error:
            raise CommandError(str(error)) from error
        self.print_figures(
            {
                "review": review.slug,
                "title": review.title,
                "owner": owner.get_username(),
                "address": review.get_absolute_url(),
            },
            format=options["format"],
        )
