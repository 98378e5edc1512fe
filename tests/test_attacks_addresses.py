"""Addresses that nobody would type: no 500, and nothing of another review.

Every page of the permission table is asked with keys and queries out of all bounds, and
with the keys of another review under one's own slug.
"""

import logging
from typing import Any
from urllib.parse import urljoin, urlparse

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from reviews import dismissals, previous, reports, snapshots, waves
from reviews.imports import looking
from reviews.models import (
    AppraisalTarget,
    CriterionCoding,
    Diagram,
    DuplicateSet,
    Import,
    Job,
    RelatedList,
    Role,
    Table1Column,
    User,
)
from screening import decisions
from screening.models import Choice
from tests.cast import PASSWORD, join
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_instrument,
    create_record,
    create_report,
    create_review,
    create_search,
    create_study,
)
from tests.reviews.pdfs import create_pdf
from tests.screening.moving_in import moved
from tests.test_permissions import ANYBODY, ROWS, Row, World

HERE = "http://testserver/accounts/login/"
NAMES = (
    "action as_of box by check choice colour design direction domain dpi file final "
    "first instrument kind level links moved of one one_as_of other page reason report "
    "route search second severity show since stage state status style template text "
    "until wave year_from year_to"
).split()
# Each is given to all names at once.
VALUES = (
    "9" * 30,
    "9" * 150,
    "-1",
    "%00",
    "%ff%fe",
    "NaN",
    "1e999999",
    "9999-12-31",
    "0001-01-01",
    "'%22%3E%3Csvg/onload=1%3E",
)
QUERIES = (
    *("&".join(f"{name}={value}" for name in NAMES) for value in VALUES),
    "&".join(f"{name}={'9' * 4400}" for name in NAMES),
    "text=" + "a+" * 1900,
    "text=" + "%25_%5C" * 400,
    "report=1&report=" + "9" * 30,
)
KEYS = (0, 2**63, 10**30)


class StrangeAddressTests(World):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        join(cls.review, cls.cast.alice, Role.REVIEWER, Role.ADJUDICATOR)

    def setUp(self) -> None:
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)
        self.client = Client(raise_request_exception=False)
        self.client.login(username="alice", password=PASSWORD)

    def status(self, method: str, url: str, data: Any = None) -> int:
        with transaction.atomic():
            response = getattr(self.client, method)(url, data)
            if response.streaming:
                for _ in response.streaming_content:
                    pass
            transaction.set_rollback(True)
        # Whether what stands after the question mark was looked at.
        self.looked = "GET" in vars(response.wsgi_request)
        return int(response.status_code)

    def address(self, row: Row, **other: Any) -> str:
        filled: dict[str, Any] = {"slug": self.review.slug} | {
            name: value[1:]
            if isinstance(value, str) and value.startswith("=")
            else getattr(self, value).pk
            if isinstance(value, str)
            else value
            for name, value in row.arguments.items()
        }
        if row.roles == ANYBODY:
            del filled["slug"]
        return reverse(row.name, kwargs=filled | other)

    def test_no_page_fails_whatever_stands_after_the_question_mark(self) -> None:
        failed, looked = [], set()
        for row in ROWS:
            url = self.address(row)
            # A page that answers no GET, or answers it without looking, has no query.
            if self.status("get", url) != 200 or not self.looked:
                continue
            looked.add(row.name)
            for query in QUERIES:
                if self.status("get", f"{url}?{query}") >= 500:
                    failed.append((row.name, query[:50]))
        self.assertEqual(failed, [])
        self.assertLess({"screening:screen_list", "reviews:diagram_file"}, looked)

    def test_no_page_fails_whatever_key_stands_in_its_address(self) -> None:
        failed = []
        for row in ROWS:
            keys = [name for name in row.arguments if "pk" in name or name == "number"]
            for name in keys:
                for key in KEYS:
                    try:
                        url = self.address(row, **{name: key})
                    except NoReverseMatch:
                        continue
                    for method in ("get", "post"):
                        if self.status(method, url) not in (404, 405):
                            failed.append((row.name, method, name, str(key)[:20]))
        self.assertEqual(failed, [])


class OtherReviewTests(World):
    """The keys of another review, under the slug of one's own."""

    theirs: dict[str, Any]

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        owner = User.objects.create_user("otto", "otto@example.org", PASSWORD)
        other = create_review(owner=owner, slug="other")
        join(other, owner, Role.OWNER, Role.REVIEWER)
        search = create_search(review=other)
        duplicate_set = DuplicateSet.objects.create(review=other, number=77)
        study = create_study(review=other)
        instrument = create_instrument(review=other, key="nos_cohort")
        report = create_report(review=other)
        cls.theirs = {
            "member": other.members.get(),
            "criterion": create_criterion(review=other),
            "extraction_field": create_extraction_field(review=other),
            "instrument": instrument,
            "search": search,
            "file_import": looking.preview(
                search,
                file_name="other.ris",
                data=b"TY  - JOUR\nTI  - Theirs\nER  - \n",
                by=owner,
            ),
            "record": create_record(review=other, search=search),
            "copy": create_record(
                review=other, search=search, duplicate_set=duplicate_set
            ),
            "report": report,
            "report_file": reports.add_file(
                report, name="one.pdf", data=create_pdf(), by=owner
            ),
            "study": study,
            "included_report": study.reports.get(),
            "target": AppraisalTarget.objects.create(
                study=study, instrument=instrument, outcome="Pain"
            ),
            "wave": waves.begin(other, name="Update", by=owner),
            "previous_report": previous.add(other, "Brody 2020: A trial", by=owner)[0],
            "snapshot": snapshots.take(other, name="Kept", by=owner),
            "dismissal": dismissals.dismiss(
                other, "flow", "F1", what="F1", reason="So", by=owner
            ),
            "audit_dismissal": dismissals.dismiss(
                other, "date_window", "0", what="", reason="So", by=owner
            ),
            "related_list": RelatedList.objects.create(review=other, name="Theirs"),
            "job": Job.objects.create(review=other, subject="import 77"),
            "vote_import": moved.looked_at(
                other, moved.table([moved.row(report, "Otto", "include")]), by=owner
            ),
        }
        cls.theirs_decided = decisions.decide(
            cls.theirs["record"], Choice.INCLUDE, reviewer=owner
        )
        join(cls.review, cls.cast.alice, Role.REVIEWER, Role.ADJUDICATOR)

    def test_a_key_of_another_review_is_a_key_of_nothing(self) -> None:
        self.client.force_login(self.cast.alice)
        asked = 0
        for row in ROWS:
            for name, value in row.arguments.items():
                if not isinstance(value, str) or value not in self.theirs:
                    continue
                filled = {
                    each: getattr(self, held).pk
                    if isinstance(held, str) and not held.startswith("=")
                    else str(held).removeprefix("=")
                    for each, held in row.arguments.items()
                }
                filled[name] = self.theirs[value].pk
                url = reverse(row.name, kwargs={"slug": "held", **filled})
                for method in ("get", "post"):
                    response = getattr(self.client, method)(url)
                    with self.subTest(row.name, method=method, key=name):
                        self.assertIn(response.status_code, (404, 405))
                        asked += 1
        self.assertGreater(asked, 60)

    def test_a_key_of_another_review_in_a_form_is_refused(self) -> None:
        self.client.force_login(self.cast.alice)
        theirs = {name: each.pk for name, each in self.theirs.items()}
        for name, arguments, data in (
            ("reviews:duplicate_merge", [1], {"keep": theirs["copy"]}),
            ("reviews:duplicate_add", [self.record.pk], {"to": theirs["record"]}),
            (
                "reviews:import_take_in_several",
                [],
                {"import": theirs["file_import"]},
            ),
            (
                "reviews:study_create",
                [],
                {"reports": [theirs["included_report"]], "label": "Stolen"},
            ),
            (
                "reviews:study_move",
                [self.included_report.pk],
                {"study": theirs["study"]},
            ),
            ("reviews:table1_group", [], {"field": theirs["extraction_field"]}),
            (
                "reviews:diagram_edit",
                [],
                {"synthesis_field": theirs["extraction_field"]},
            ),
            (
                "reviews:diagram_edit",
                [],
                {"synthesis_instrument": theirs["instrument"]},
            ),
            (
                "reviews:table1_columns",
                [],
                {"add": f"field-{theirs['extraction_field']}"},
            ),
            (
                "reviews:criterion_coding",
                [self.criterion.pk],
                {f"field-{theirs['extraction_field']}": ["yes"], "topic": "design"},
            ),
            (
                "screening:decide",
                [self.record.pk],
                {"choice": "exclude", "criteria": [theirs["criterion"]]},
            ),
            (
                "screening:take_back",
                [],
                {"decision": str(self.theirs_decided.token)},
            ),
            ("screening:take_back", [], {"decision": self.theirs_decided.pk}),
        ):
            with self.subTest(name):
                before = self.everything()
                url = reverse(name, args=["held", *arguments])
                response = self.client.post(url, data)
                self.assertIn(response.status_code, (302, 404, 422))
                self.assertEqual(self.everything(), before)

    def everything(self) -> list[object]:
        """Return what stands in the objects that a stolen key could change."""
        return [
            *self.theirs["record"].review.records.values_list(
                "duplicate_of", "verdict"
            ),
            *self.theirs["record"].review.reports.values_list("study"),
            *self.review.records.values_list("duplicate_of", "verdict"),
            *self.review.reports.values_list("study"),
            *self.review.extraction_fields.values_list("groups_table1"),
            Diagram.objects.count(),
            Table1Column.objects.count(),
            CriterionCoding.objects.count(),
            decisions.Decision.objects.count(),
            Import.objects.filter(state=Import.State.IMPORTED).count(),
        ]


class LeavingTests(World):
    def test_no_address_to_go_on_to_leads_off_the_site(self) -> None:
        for target in (
            "https://evil.example/",
            "//evil.example/",
            "///evil.example",
            "/\\evil.example",
            "http:evil.example",
            "\thttps://evil.example",
            "javascript:alert(1)",
            "%0d%0aLocation: https://evil.example",
        ):
            client = Client()
            url = reverse(settings.LOGIN_URL)
            response = client.post(
                url,
                {"login": "alice", "password": PASSWORD, "next": target},
                query_params={"next": target},
            )
            with self.subTest(target):
                self.assertEqual(response.status_code, 302)
                location = response["Location"].replace("\\", "/")
                self.assertEqual(urlparse(urljoin(HERE, location)).netloc, "testserver")

    def test_another_host_is_refused(self) -> None:
        for host in ("evil.example", "127.0.0.1.evil.example", "a b", "testserver:x"):
            response = self.client.get("/", headers={"host": host})
            self.assertEqual(response.status_code, 400, host)


class WritingTests(World):
    def test_every_post_needs_the_token_of_its_page(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.cast.alice)
        for row in ROWS:
            values = {
                name: getattr(self, held).pk
                if isinstance(held, str) and not held.startswith("=")
                else str(held).removeprefix("=")
                for name, held in row.arguments.items()
            }
            if row.roles != ANYBODY:
                values["slug"] = self.review.slug
            response = client.post(reverse(row.name, kwargs=values), {"a": "b"})
            self.assertIn(response.status_code, (403, 405), row.name)
