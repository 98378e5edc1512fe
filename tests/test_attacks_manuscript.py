"""Every file of the manuscript, at every ending: blind, unbroken, and no formula.

The crawl of `test_blinding` follows links; here each file that the site could write is
asked for, whether a page leads to it or not.
"""

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator

import openpyxl
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse

from reviews.exports import formats, tables
from reviews.models import Role
from screening.models import Choice
from tests import test_attacks_injection
from tests.cast import PASSWORD, join
from tests.test_blinding import BlindWorld, steady
from tests.test_permissions import World

KINDS = ("all", "methods", "results", "flow")
CHECKLISTS = ("prisma2020", "prisma_s", "prisma_scr")
PAGES = (
    "flow/?as_of=2026-02-01",
    "flow/compare/?one=2020-01-01&other=2027-01-01",
    "flow/days/",
    "words/?as_of=2026-02-28",
    "words/flow.csv?as_of=2026-02-28",
    "archive/",
    "archive/whole.zip",
    "archive/public.zip",
    "agreement/",
    "agreement/title_abstract/",
    "progress/",
)


def files(slug: str) -> Iterator[str]:
    """Yield the address of every file that has an ending to choose."""
    for ending in formats.TYPES:
        for name, arguments in (
            ("diagram_file", ()),
            ("appraisal_file", ()),
            ("overlap_file", ()),
            ("reference_file", ()),
            ("audit_download", ()),
            *(("words_file", (kind,)) for kind in KINDS),
            *(("checklist_file", (key,)) for key in CHECKLISTS),
            *(("table_file", (what,)) for what in tables.WRITERS),
        ):
            yield reverse(f"reviews:{name}", args=[slug, *arguments, ending[1:]])
        yield reverse("screening:agreement_file", args=[slug, ending[1:]])


def fetch(client: Client, url: str) -> tuple[int, bytes]:
    response = client.get(url)
    body = (
        b"".join(response.streaming_content) if response.streaming else response.content
    )
    return response.status_code, steady(body)


@time_machine.travel("2026-03-01T12:00:00Z", tick=False)
class BlindFileTests(BlindWorld):
    def test_every_file_is_the_same_whatever_carol_said(self) -> None:
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)
        join(self.review, self.cast.alice, Role.REVIEWER, Role.ADJUDICATOR)
        start = self.review.get_absolute_url()
        urls = [*files("blind"), *(start + page for page in PAGES)]
        worlds: list[Callable[[], object]] = [
            lambda: None,
            lambda: self.carol_judges(Choice.EXCLUDE, "Something"),
        ]
        for user in (self.cast.alice, self.cast.bob):
            seen = []
            for happens in worlds:
                with self.world(happens):
                    client = Client(raise_request_exception=False)
                    client.login(username=user.username, password=PASSWORD)
                    seen.append({url: fetch(client, url) for url in urls})
            self.assertGreater([s for s, _ in seen[0].values()].count(200), 30)
            for url in urls:
                self.assertLess(seen[0][url][0], 500, url)
                self.assertEqual(seen[0][url], seen[1][url], f"{user} at {url}")


class HostileFileTests(World):
    """What stands in a text stays text in every file."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        for model in apps.get_app_config("reviews").get_models():
            test_attacks_injection.InjectionTests.poison(model)

    def test_every_file_is_written_whatever_stands_in_the_texts(self) -> None:
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)
        client = Client(raise_request_exception=False)
        client.login(username="alice", password=PASSWORD)
        read = 0
        for url in files(self.review.slug):
            status, body = fetch(client, url)
            self.assertLess(status, 500, url)
            if status != 200:
                continue
            if url.endswith((".xlsx", "/xlsx/")):
                for sheet in openpyxl.load_workbook(io.BytesIO(body)):
                    for row in sheet.iter_rows():
                        for cell in row:
                            self.assertNotEqual(cell.data_type, "f", (url, cell.value))
                read += 1
            elif url.endswith((".docx", "/docx/")):
                with zipfile.ZipFile(io.BytesIO(body)) as opened:
                    text = opened.read("word/document.xml")
                self.assertNotIn(b"<xss-tag", text, url)
                read += 1
            elif url.endswith((".html", ".md", ".svg", "/svg/")):
                reader = test_attacks_injection.Markup()
                reader.feed(body.decode())
                self.assertEqual(reader.wrong, [], url)
                read += 1
            elif url.endswith(".tex"):
                self.assertIsNone(re.search(rb"(?<!\\)\{\{7|<xss-tag\\", body), url)
                read += 1
        self.assertGreater(read, 30)
