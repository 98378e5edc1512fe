"""docs/prisma.md names every item of the checklist, and pages and commands that are."""

import json
import re
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands
from django.test import SimpleTestCase
from django.urls import URLPattern, URLResolver, get_resolver

from screening.management.commands.export import WRITERS

BASE = Path(settings.BASE_DIR)
CHECKLIST = BASE / "reviews/standards/prisma2020_checklist.json"


def rows() -> list[list[str]]:
    page = (BASE / "docs/prisma.md").read_text()
    found = [
        re.split(r" ?\| ?", line)[1:-1] for line in page.splitlines() if "|" in line
    ]
    return found[2:]


class PrismaTests(SimpleTestCase):
    def test_every_item_of_the_checklist_stands_in_its_order(self) -> None:
        items = [item["number"] for item in json.loads(CHECKLIST.read_text())["items"]]
        self.assertEqual([row[0] for row in rows()], items)

    def test_every_page_that_is_named_is_there(self) -> None:
        names = {
            f"{resolver.namespace}:{pattern.name}"
            for resolver in get_resolver().url_patterns
            if isinstance(resolver, URLResolver)
            for pattern in resolver.url_patterns
            if isinstance(pattern, URLPattern)
        }
        for item, _, pages, _ in rows():
            for name in re.findall(r"`([^`]+)`", pages):
                self.assertIn(name, names, item)

    def test_every_command_that_is_named_is_there(self) -> None:
        for item, _, _, commands in rows():
            for typed in re.findall(r"`([^`]+)`", commands):
                command, _, what = typed.partition(" ")
                self.assertIn(get_commands()[command], ("reviews", "screening"), item)
                if what:
                    self.assertIn(what, WRITERS, item)

    def test_every_export_answers_an_item(self) -> None:
        told = " ".join(row[3] for row in rows())
        for what in WRITERS:
            self.assertIn(f"`export {what}`", told)
