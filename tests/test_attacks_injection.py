"""What stands in a text stays text: on every page, in drawings, tables and RIS.

Every text that is stored anywhere is replaced by one that would be markup, a formula
and a record of its own; then everything that can be reached is read.
"""

import csv
import io
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import reports
from reviews.exports import tables
from reviews.imports import looking
from reviews.models import Event, Member, Record, Role, User, Verdict
from screening import decisions
from screening.models import Choice
from tests.cast import PASSWORD, join
from tests.factories import create_record, create_report
from tests.reviews.pdfs import create_pdf
from tests.test_blinding import crawl
from tests.test_permissions import World

EVIL = "=1+1'\"></textarea></title></style></svg><xss-tag onload=pwned>{{7*7}}%00\n"
EVIL_LINES = EVIL + "ER  - \nTY  - JOUR\nTI  - Injected"
# Names by which the site finds or compares, and what it makes by itself.
KEPT = frozenset(
    "slug code username email password sha256 digest format encoding key action "
    "subject_type unit design domain stage version".split()
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Markup(HTMLParser):
    """Finds what a browser would take for markup or for an address to run."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "xss-tag":
            self.wrong.append(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            if name.startswith("on") or (
                name in ("href", "src", "action", "formaction")
                and address.startswith(("javascript:", "data:", "vbscript:"))
            ):
                self.wrong.append(f"{tag} {name}={value}")


class InjectionTests(World):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        join(cls.review, cls.cast.alice, Role.REVIEWER, Role.ADJUDICATOR)
        judges = (cls.cast.alice, cls.cast.carol)
        settled, disputed = (create_record(review=cls.review) for _ in range(2))
        for item, choices in (
            (settled, (Choice.EXCLUDE, Choice.EXCLUDE)),
            (disputed, (Choice.INCLUDE, Choice.EXCLUDE)),
            (cls.report, (Choice.EXCLUDE, Choice.INCLUDE)),
            (create_report(review=cls.review), (Choice.EXCLUDE, Choice.EXCLUDE)),
        ):
            for judge, choice in zip(judges, choices, strict=True):
                decisions.decide(
                    item, choice, reviewer=judge, note=EVIL, criteria=[cls.criterion]
                )
        absent = create_report(review=cls.review)
        reports.mark_not_retrieved(absent, reason=EVIL, by=cls.cast.alice)
        for model in apps.get_app_config("reviews").get_models():
            cls.poison(model)
        User.objects.update(first_name=EVIL[:100], last_name=EVIL[:100])

    @classmethod
    def poison(cls, model: type[models.Model]) -> None:
        """Put the text into each text of each row that may hold any."""
        for field in model._meta.concrete_fields:
            is_list = isinstance(field, models.JSONField) and field.name in (
                "authors",
                "keywords",
            )
            is_text = (
                isinstance(field, models.CharField | models.TextField)
                and not field.choices
                and not isinstance(field, models.FileField)
                and field.name not in KEPT
                and (field.max_length or 200) >= 200
            )
            if not is_text and not is_list:
                continue
            for row in model._default_manager.order_by("pk"):
                text = f"{EVIL_LINES}{row.pk}"
                value: Any = [text, text] if is_list else text
                if field.name == "url":
                    value = f"javascript:alert({row.pk})"
                # What the database does not take there stays as it was.
                with suppress(IntegrityError), transaction.atomic():
                    model._default_manager.filter(pk=row.pk).update(
                        **{field.name: value}
                    )

    def pages(self, start: list[str]) -> dict[str, tuple[int, bytes]]:
        client = Client()
        client.login(username="alice", password=PASSWORD)
        return crawl(client, start)

    def test_no_text_becomes_markup_on_any_page_or_drawing(self) -> None:
        found = self.pages(["/", self.review.get_absolute_url()])
        poisoned = 0
        for url, (status, body) in found.items():
            self.assertLess(status, 500, url)
            text = body.decode("utf-8", "replace")
            if not text.lstrip().startswith("<"):
                continue
            reader = Markup()
            reader.feed(text)
            self.assertEqual(reader.wrong, [], url)
            poisoned += "&lt;xss-tag" in text
        self.assertGreater(poisoned, 20)

    def test_no_text_becomes_markup_in_the_admin_console(self) -> None:
        User.objects.create_superuser("root", "root@example.org", PASSWORD)
        self.client.login(username="root", password=PASSWORD)
        for model in admin_models():
            url = reverse(
                f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"
            )
            rows = [row.pk for row in model._default_manager.all()[:1]]
            for page in (url, *(f"{url}{pk}/change/" for pk in rows)):
                response = self.client.get(page)
                self.assertEqual(response.status_code, 200, page)
                reader = Markup()
                reader.feed(response.content.decode())
                self.assertEqual(reader.wrong, [], page)

    def test_no_cell_of_any_table_starts_a_formula(self) -> None:
        Record.objects.filter(verdict=Verdict.OPEN).update(
            verdict=Verdict.EXCLUDE, settlement="agreement", settled_at=timezone.now()
        )
        self.client.force_login(self.cast.alice)
        read = 0
        slug = self.review.slug
        lists = (
            "reviews:export_records",
            "reviews:export_flow",
            "reviews:export_duplicates",
            "screening:export_decisions",
        )
        for url in (
            *(reverse(name, args=[slug]) for name in lists),
            *(
                reverse("reviews:table_file", args=[slug, what, "csv"])
                for what in tables.WRITERS
            ),
        ):
            response = self.client.get(url)
            self.assertEqual(response.status_code, 200, url)
            body = b"".join(response.streaming_content).decode("utf-8-sig")
            for row in csv.reader(io.StringIO(body, newline="")):
                for cell in row:
                    if cell.startswith(FORMULA):
                        # A negative number is no formula.
                        float(cell)
                    read += "xss-tag" in cell
        self.assertGreater(read, 20)

    def test_no_text_becomes_a_record_of_its_own_in_ris(self) -> None:
        self.client.force_login(self.cast.alice)
        url = reverse("reviews:export_ris", args=[self.review.slug])
        body = b"".join(self.client.get(url).streaming_content).decode()
        began = [line for line in body.splitlines() if line.startswith("TY  - ")]
        self.assertEqual(len(began), self.review.records.count())
        made = looking.preview(
            self.search, file_name="back.ris", data=body.encode(), by=self.cast.alice
        )
        self.assertEqual(made.read_count, self.review.records.count())


class FileTests(World):
    """Files that are not what they say, under names that lead elsewhere."""

    names = (
        "../../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "a\x00.pdf",
        'x";\r\nSet-Cookie: a=b;.pdf',
        "<svg onload=1>.pdf",
        "é" * 300 + ".pdf",
        ".",
        "CON",
        "\u202efdp.exe",
    )

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def send(self, url: str, name: str, data: bytes) -> Any:
        """Send a file under a name that no browser would give it."""
        head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"'
        body = head.encode() + b"\r\n\r\n" + data + b"\r\n--b--\r\n"
        return self.client.generic(
            "POST", url, body, content_type="multipart/form-data; boundary=b"
        )

    def test_no_name_of_a_file_leads_anywhere(self) -> None:
        url = reverse("reviews:report_file_add", args=["held", self.report.pk])
        for number, name in enumerate(self.names):
            data = create_pdf() + b"\n%" + str(number).encode()
            response = self.send(url, name, data)
            # 400 where not even the form could be read.
            self.assertIn(response.status_code, (302, 400, 422), name)
        for file in self.report.files.all():
            self.assertRegex(file.file.name, r"^reports/\d{4}/[0-9a-f]{64}[^/]*\.pdf$")
            response = self.client.get(
                reverse("reviews:report_file", args=["held", self.report.pk, file.pk])
            )
            self.assertEqual(response["Content-Type"], "application/pdf")
            self.assertEqual(response["X-Content-Type-Options"], "nosniff")
            self.assertNotIn("Set-Cookie: a=b", response["Content-Disposition"])
            b"".join(response.streaming_content)

    def test_what_is_no_pdf_is_refused(self) -> None:
        url = reverse("reviews:report_file_add", args=["held", self.report.pk])
        for data in (
            b"",
            b"%PDF-",
            b"%PDF-1.7\n" + b"\x00" * 5000,
            b"<html><script>alert(1)</script></html>\n%PDF-1.4\n",
            b"GIF89a%PDF-1.4",
            b"PK\x03\x04" + b"%PDF-1.4" * 100,
            b"%PDF-1.4\n1 0 obj<</Length 99999999999999999999>>stream\n",
            b"%PDF-1.4\nxref\n0 99999999999\ntrailer<</Root 1 0 R>>\nstartxref\n9\n",
        ):
            response = self.send(url, "a.pdf", data)
            self.assertEqual(response.status_code, 422, data[:30])

    def test_no_import_file_makes_the_site_fail(self) -> None:
        url = reverse("reviews:import_create", args=["held", self.search.pk])
        for name in self.names:
            for data in (
                b"\xff\xfe\x00\xd8",
                b"TY  - JOUR\nTI  - " + b"A" * 2_000_000 + b"\nER  - \n",
                b"TY  - JOUR\nPY  - " + b"9" * 5000 + b"\nTI  - x\nER  - \n",
                b"TY  - JOUR\n" + b"AU  - A, B\n" * 20_000 + b"ER  - \n",
                b"TY  - JOUR\nTI  - a\x00b\nAU  - c\x00d\nDO  - 10.1/\x00\nER  - \n",
                b"ER  - \n" * 1000,
                b"TY  - " * 1000,
            )[: 7 if name == self.names[0] else 2]:
                response = self.send(url, name, data)
                self.assertIn(response.status_code, (302, 400, 422), data[:30])
                if response.status_code == 302:
                    page = self.client.get(response["Location"])
                    self.assertEqual(page.status_code, 200)
                    taken = f"{response['Location']}take-in/"
                    self.assertEqual(self.client.post(taken).status_code, 302)
        for model in (Record, Event):
            for row in model._default_manager.all():
                for field in model._meta.concrete_fields:
                    self.assertNotIn("\x00", str(getattr(row, field.attname)))


def admin_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_app_config("reviews").get_models()
        if model is not Member
    ]
