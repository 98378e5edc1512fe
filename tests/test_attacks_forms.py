"""Nothing that is sent makes the site fail: no 500, whatever stands in a field.

Every form that anybody finds on a page is posted, once for each of its fields and each
hostile value, the other fields as the page filled them. What a POST writes is taken
back.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from reviews.models import ExtractionField, Role
from screening import decisions
from screening.models import Choice
from tests.cast import PASSWORD, join
from tests.factories import create_extraction_field, create_record
from tests.test_blinding import crawl
from tests.test_permissions import World

# Tried in each field by itself: what databases and numbers choke on.
HOSTILE = ("a\x00b", "9" * 70_000)
LONG = "a " * 2000
# Addresses that differ in this alone lead to the same page.
# What is downloaded holds no form.
FILES = re.compile(
    r"/exports/.+\.|/references/references\.|\.(csv|docx|md|html|tex|xlsx)\b"
)
SAME = re.compile(r"[0-9a-f]{32,}|\d+|\?.*|(?<=/adopt/)\w+|(?<=/domain/)\w+")
# Fields that a form has once for each of many things are one kind of field.
EACH = re.compile(r"\d+[a-f]?\b|[0-9a-f]{32,}")
# Tried in all fields of a form at once.
STRANGE = (
    "",
    "9" * 30,
    "-" + "9" * 30,
    "1e999999999",
    "NaN",
    "9223372036854775808",
    "2147483648",
    "9999-99-99",
    "\N{ARABIC-INDIC DIGIT THREE}",
    "<script>window.pwned=1</script>",
    "=cmd|' /C calc'!A0",
    "\ud7ff\ufffe\U0010ffff",
    "00000000-0000-0000-0000-000000000000",
    "{'a': [}",
    "%00",
)


@dataclass
class Form:
    """A form of a page, with what its fields hold."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """Reads the forms off a page, as a browser would send them."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.found: list[Form] = []
        self.inside = False
        self.select = ""
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {key: value or "" for key, value in attrs}
        if tag == "form":
            action = urljoin(self.url, facts.get("action", ""))
            self.found.append(Form(action, facts.get("method", "get").lower()))
            self.inside = True
        if not self.inside:
            return
        form, name = self.found[-1], facts.get("name", "")
        if tag == "select" and name:
            self.select = name
            form.fields.setdefault(name, [])
        elif tag == "option" and self.select and "selected" in facts:
            form.fields[self.select].append(facts.get("value", ""))
        elif tag == "textarea" and name:
            self.area = name
            form.fields.setdefault(name, [""])
        elif tag in ("input", "button") and name:
            self.take(form, name, facts)

    def take(self, form: Form, name: str, facts: dict[str, str]) -> None:
        kind = facts.get("type", "")
        if kind == "file":
            form.files.append(name)
        elif kind in ("checkbox", "radio"):
            values = form.fields.setdefault(name, [])
            if "checked" in facts or not values:
                values[:] = [facts.get("value", "on")]
        elif name != "csrfmiddlewaretoken":
            form.fields.setdefault(name, []).append(facts.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area and self.found:
            self.found[-1].fields[self.area] = [data.strip()]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""


class FormTests(World):
    """One who may do everything, and something in conflict at both stages."""

    maxDiff = None

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        for kind in ExtractionField.Kind.values:
            choices = ["one", "two"] if "choice" in kind or kind == "multiple" else []
            create_extraction_field(
                review=cls.review, label=kind, kind=kind, choices=choices
            )
        join(cls.review, cls.cast.alice, Role.REVIEWER, Role.ADJUDICATOR)
        cls.disputed = create_record(review=cls.review)
        decisions.decide(cls.disputed, Choice.INCLUDE, reviewer=cls.cast.alice)
        decisions.decide(cls.disputed, Choice.EXCLUDE, reviewer=cls.cast.carol)
        decisions.decide(cls.report, Choice.INCLUDE, reviewer=cls.cast.alice)
        decisions.decide(
            cls.report,
            Choice.EXCLUDE,
            criteria=[cls.criterion],
            reviewer=cls.cast.carol,
        )
        client = Client()
        client.force_login(cls.cast.alice)
        cls.forms = list(cls.found(client))

    def setUp(self) -> None:
        # Refusals are what is wanted here; the log would hold thousands.
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)
        self.client = Client(raise_request_exception=False)
        self.client.login(username="alice", password=PASSWORD)

    @classmethod
    def found(cls, client: Client) -> Iterator[Form]:
        """Yield the forms of all pages, one of each kind."""
        pages = crawl(client, ["/", cls.review.get_absolute_url()], skip=FILES)
        seen = set()
        for url, (_, body) in pages.items():
            if b"<form" not in body:
                continue
            reader = Forms(url)
            reader.feed(body.decode())
            for form in reader.found:
                # One form of each kind: the same fields, to the same kind of page.
                kind = (
                    re.sub(SAME, "", form.action),
                    form.method,
                    re.sub(r"\d+", "", " ".join(sorted(form.fields))),
                )
                if kind not in seen and "/accounts/" not in form.action:
                    seen.add(kind)
                    yield form

    def send(self, form: Form, data: dict[str, list[str]]) -> int:
        with transaction.atomic():
            send = self.client.post if form.method == "post" else self.client.get
            sent = {
                **data,
                **{
                    name: SimpleUploadedFile("a.bin", b"TY  - JOUR\x00")
                    for name in form.files
                },
            }
            response = send(form.action, sent)
            if response.streaming:
                for _ in response.streaming_content:
                    pass
            transaction.set_rollback(True)
        return response.status_code

    def test_no_form_fails_whatever_stands_in_its_fields(self) -> None:
        failed: list[tuple[object, ...]] = []
        number = 0
        for form in self.forms:
            kinds = {re.sub(EACH, "", name): name for name in form.fields}
            tries = [
                (name, value, {**form.fields, name: [value]})
                for name in kinds.values()
                for value in (HOSTILE if form.method == "post" else (*HOSTILE, LONG))
            ] + [
                ("all", value, {key: [value] for key in form.fields})
                # A button alone has no field to put anything into.
                for value in (STRANGE if form.fields else STRANGE[:1])
            ]
            for name, value, data in tries:
                number += 1
                if self.send(form, data) >= 500:
                    failed.append((form.method, form.action, name, value[:40]))
        self.assertGreater(number, 500)
        self.assertEqual(failed, [])

    def test_no_form_that_is_posted_twice_counts_twice(self) -> None:
        """The second changes nothing, and says so in words."""
        wrong, number = [], 0
        for form in self.forms:
            # To move further is what a second press asks for.
            if form.method != "post" or "/move/" in form.action:
                continue
            # A preview keeps nothing, once or twice.
            names = [name for name in form.fields if name != "preview"]
            data = {name: self.filled(name, form) for name in names}
            with transaction.atomic():
                before = self.counts()
                first = self.client.post(form.action, data)
                after_one = self.counts()
                second = self.client.post(form.action, data)
                after_two = self.counts()
                transaction.set_rollback(True)
            number += first.status_code == 302
            # 404 where the first took the thing itself away, as undoing a wave does.
            taken = {302, 404, 422} if first.status_code == 302 else {405, 422}
            if first.status_code == 200 and before == after_one:
                # It showed what it would do, and kept nothing.
                taken = {200}
            if after_one != after_two or second.status_code not in taken:
                wrong.append((form.action, second.status_code, after_one, after_two))
        self.assertEqual(wrong, [])
        self.assertGreater(number, 20)

    def filled(self, name: str, form: Form) -> list[str]:
        """Return what the page put there, or a text where it put nothing."""
        if given := [value for value in form.fields[name] if value]:
            return given
        is_text = not re.search("count|shown|wording|token|searched", name)
        return ["Some text"] if is_text else []

    def counts(self) -> list[int]:
        models = [
            model
            for app in ("reviews", "screening")
            for model in apps.get_app_config(app).get_models()
        ]
        return [model._default_manager.count() for model in models]
