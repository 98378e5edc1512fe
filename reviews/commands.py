"""What the commands for scripts share.

They call the same rules as the pages. A mistake is a `CommandError`: one line and exit
status 1. With `--format json` figures are one JSON object, else one line each.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from reviews import access, members
from reviews.models import Review, Role, User


class ReviewCommand(BaseCommand):
    """A command about one review."""

    def add_format(self, parser: CommandParser) -> None:
        """Let the caller choose how figures are printed."""
        parser.add_argument(
            "--format",
            choices=["text", "json"],
            default="text",
            help="text for people (the default), json for scripts",
        )

    def print_figures(self, figures: Mapping[str, Any], *, format: str) -> None:
        """Print figures as one JSON object, or a line each for people."""
        if format == "json":
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
            return
        for name, figure in figures.items():
            several = figure if isinstance(figure, list) else []
            told = len(several) if isinstance(figure, list) else figure
            told = "unknown" if told is None else told
            self.stdout.write(f"{name.replace('_', ' ').capitalize()}: {told}")
            for each in several:
                self.stdout.write(f"  {each}")


def find_review(slug: str) -> Review:
    """Return the review of this short name, or raise CommandError."""
    found = Review.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no review {slug}.")
    return found


def find_person(name: str) -> User:
    """Return the person of this user name or e-mail address, or raise CommandError."""
    try:
        return members.find_person(name)
    except members.UnknownPerson as error:
        raise CommandError(str(error)) from error


def find_owner(review: Review, name: str | None) -> User:
    """Return the owner who acts: the one that is named, or else the first."""
    if name:
        person = find_person(name)
        if access.has_role(review, person, Role.OWNER):
            return person
        raise CommandError(f"{name} is not an owner of {review.slug}.")
    owner = User.objects.filter(
        memberships__review=review,
        memberships__removed_at=None,
        memberships__roles__role=Role.OWNER,
    )
    found = owner.order_by("pk").first()
    if found is None:
        raise CommandError(f"{review.slug} has no owner.")
    return found


def read_file(path: Path) -> bytes:
    """Return the bytes of a file to import, or raise CommandError."""
    try:
        size = path.stat().st_size
        if size > settings.IMPORT_MAX_BYTES:
            raise CommandError(
                f"{path} has {filesizeformat(size)}; at most "
                f"{filesizeformat(settings.IMPORT_MAX_BYTES)} can be taken."
            )
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
