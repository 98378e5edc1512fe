"""The flow page: one drawing, one table, and every number a way to its rows."""

import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

from django.db import connection
from django.http import HttpResponse
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reviews import dismissals, events, previous, records, waves
from reviews.flow import counting, findings
from reviews.models import (
    Criterion,
    Report,
    Review,
    Role,
    Search,
    Settlement,
    Study,
    Verdict,
)
from tests.cast import Cast, join
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_review,
    create_search,
    create_staffed_review,
    create_study,
)
from tests.reviews.test_flow import exclude_report

SVG = "{http://www.w3.org/2000/svg}"


class FlowPageTests(TestCase):
    review: Review
    cast: Cast
    reason: Criterion
    study: Study

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(title="Ketamine <b>& more</b>")
        cls.reason = create_criterion(
            review=cls.review, code="E1", reason="No <script>alert(1)</script> ketamine"
        )
        create_search(review=cls.review, name="MEDLINE")
        exclude_report(cls.review, cls.reason)
        cls.study = create_study(review=cls.review, label="Brody 2024")

    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def get(self, name: str, *args: str, **query: str) -> Any:
        return self.client.get(
            reverse(f"reviews:{name}", args=[self.review.slug, *args]), query
        )

    def drawing(self) -> ET.Element:
        page = self.get("flow").content.decode()
        found = re.search(r"<svg xmlns.*?</svg>", page, re.S)
        assert found
        return ET.fromstring(found[0])

    def test_draws_the_diagram_in_the_page_with_a_link_for_each_number(self) -> None:
        links = [link.get("href") for link in self.drawing().iter(f"{SVG}a")]
        for box in ("databases", "screened", "assessed", "studies_included"):
            self.assertIn(
                reverse("reviews:flow_box", args=[self.review.slug, box]), links
            )
        self.assertIn(
            reverse(
                "reviews:flow_box",
                args=[self.review.slug, f"reason-{self.reason.pk}"],
            ),
            links,
        )

    def test_words_of_the_team_stay_words_in_the_drawing(self) -> None:
        page = self.get("flow").content.decode()
        self.assertNotIn("<script>alert", page)
        self.assertNotIn("<b>&", page)
        said = "".join(self.drawing().itertext())
        self.assertIn("No <script>alert(1)</script> ketamine", said)

    def test_every_number_of_the_page_opens_into_as_many_rows(self) -> None:
        page = self.get("flow")
        numbers = counting.flow(self.review).numbers
        found = re.findall(rb'href="([^"]+/flow/[\w-]+/)"', page.content)
        beside = {b"compare", b"diagram", b"snapshots"}
        links = {link for link in found if link.split(b"/")[-2] not in beside}
        self.assertGreater(len(links), 15)
        for link in links:
            name = link.decode().rstrip("/").rpartition("/")[2]
            answer = self.client.get(link.decode())
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.context["page_obj"].paginator.count, numbers[name])
            self.assertContains(answer, f"n = {numbers[name]}")

    def test_a_box_lists_what_it_counts(self) -> None:
        self.assertContains(self.get("flow_box", "studies_included"), "Brody 2024")
        self.assertContains(self.get("flow_box", "databases"), "Included")
        excluded = self.get("flow_box", f"reason-{self.reason.pk}")
        self.assertContains(excluded, "ketamine</h1>")
        self.assertContains(
            excluded, f"/reports/{Report.objects.get(verdict='exclude').pk}/"
        )

    def test_a_box_that_is_not_there_is_not_found(self) -> None:
        for name in ("secrets", "search-0", "reason-x"):
            self.assertEqual(self.get("flow_box", name).status_code, 404)

    def test_says_that_all_adds_up_and_nothing_waits(self) -> None:
        self.assertContains(self.get("flow"), "All numbers add up, and nothing waits.")

    def test_names_what_waits_with_a_way_to_it(self) -> None:
        create_record(review=self.review)
        page = self.get("flow")
        self.assertContains(page, "Not final: 1 record awaits screening.")
        self.assertContains(page, "Records that await screening: 1")

    def test_says_what_is_worth_a_look(self) -> None:
        report = create_report(review=self.review)
        report.records.add(
            create_record(
                review=self.review,
                verdict="include",
                settlement=Settlement.AGREEMENT,
                settled_at=report.added_at,
            )
        )
        page = self.get("flow")
        self.assertContains(page, "Worth a look.")
        self.assertContains(page, "Reports sought for retrieval is 3, but 4 records")

    def test_other_methods_stand_beside(self) -> None:
        create_search(review=self.review, name="Citations", kind=Search.Kind.CITATION)
        page = self.get("flow")
        self.assertContains(page, "Identification of studies via other methods")
        self.assertContains(page, "Citation searching: Citations")

    def test_an_empty_review_says_what_to_do_next(self) -> None:
        review, cast = self.review, self.cast
        review.reports.all().delete()
        review.records.all().delete()
        self.client.force_login(cast.alice)
        self.assertContains(self.get("flow"), "Nothing is identified yet.")

    def test_the_drawing_can_be_taken_along_without_links(self) -> None:
        for query, name in (({}, "flow.svg"), ({"colour": "no"}, "white.svg")):
            answer = self.get("flow_diagram", **query)
            self.assertEqual(answer["Content-Type"], "image/svg+xml; charset=utf-8")
            self.assertIn(name, answer["Content-Disposition"])
            root = ET.fromstring(answer.content)
            self.assertEqual(list(root.iter(f"{SVG}a")), [])
            self.assertEqual(root.get("role"), "img")

    def test_asks_the_database_no_more_often_for_more_records(self) -> None:
        with CaptureQueriesContext(connection) as few:
            self.get("flow")
        for _ in range(5):
            exclude_report(self.review, self.reason)
            create_study(review=self.review)
            create_record(review=self.review)
        with self.assertNumQueries(len(few)):
            self.get("flow")


class LedgerTests(TestCase):
    """What does not add up may stand with a reason."""

    review: Review
    cast: Cast
    search: Search

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="MEDLINE", reported_count=7)
        create_record(review=cls.review, search=cls.search)

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *args])

    def keys(self) -> dict[str, str]:
        found = findings.find(counting.flow(self.review))
        return {finding.rule: finding.key for finding in found}

    def dismiss(self, rule: str, reason: str, *, query: str = "") -> HttpResponse:
        answer = self.client.post(
            self.url("flow_dismiss") + query,
            {"finding": self.keys()[rule], "reason": reason},
        )
        assert isinstance(answer, HttpResponse)
        return answer

    def test_says_what_is_in_the_way_of_a_final_flow(self) -> None:
        page = self.client.get(self.url("flow"))
        self.assertContains(page, "The flow is not final.")
        self.assertContains(page, "2 things stand in the way")
        self.assertContains(page, "MEDLINE reported 7 records")
        self.assertContains(page, "Let it stand")
        self.assertNotContains(page, "final=1")

    def test_a_finding_stands_with_its_reason_until_that_is_taken_back(self) -> None:
        answer = self.dismiss("reported", "<b>Six</b> were animal studies")
        self.assertRedirects(
            answer, self.url("flow") + "#findings", fetch_redirect_response=False
        )
        self.dismiss("F16", "It came the day before")
        page = self.client.get(self.url("flow"))
        self.assertContains(page, "The flow is final.")
        self.assertContains(page, "final=1")
        self.assertContains(page, "“&lt;b&gt;Six&lt;/b&gt; were animal studies”")
        self.assertContains(page, "Alice")
        dismissal = self.review.dismissals.get(what__contains="MEDLINE")
        self.client.post(self.url("flow_withdraw", dismissal.pk))
        page = self.client.get(self.url("flow"))
        self.assertContains(page, "The flow is not final.")
        self.assertContains(page, "Earlier reasons")

    def test_a_final_diagram_is_refused_or_carries_the_reasons(self) -> None:
        url = self.url("flow_diagram") + "?final=1"
        page = self.client.get(url, follow=True)
        self.assertContains(page, "mend this, or write down why it stands.")
        self.dismiss("reported", "Six were animal studies.")
        self.dismiss("F16", "It came the day before.")
        drawn = "".join(ET.fromstring(self.client.get(url).content).itertext())
        for told in ("Six were animal studies.", "It came the day before."):
            self.assertIn(told, drawn)
        self.assertNotIn("Not final", drawn)

    def test_without_a_reason_the_page_asks_again(self) -> None:
        page = self.dismiss("reported", "  ")
        self.assertContains(page, "Write down why it stands.", status_code=422)
        self.assertContains(page, "<details open>", status_code=422)
        self.assertFalse(self.review.dismissals.exists())

    def test_a_finding_whose_numbers_changed_is_not_let_stand(self) -> None:
        data = {"finding": self.keys()["reported"], "reason": "So"}
        create_record(review=self.review, search=self.search)
        page = self.client.post(self.url("flow_dismiss"), data, follow=True)
        self.assertContains(page, "the numbers have changed")
        self.assertFalse(self.review.dismissals.exists())

    def test_another_reason_for_the_same_finding_is_refused(self) -> None:
        self.dismiss("reported", "One")
        page = self.client.get(self.dismiss("reported", "Two").headers["Location"])
        self.assertContains(page, "take it back to write another")

    def test_others_read_the_reason_and_write_none(self) -> None:
        self.dismiss("reported", "Six were animal studies")
        dismissal = self.review.dismissals.get()
        self.client.force_login(self.cast.bob)
        page = self.client.get(self.url("flow"))
        self.assertContains(page, "Six were animal studies")
        self.assertNotContains(page, "Let it stand")
        self.assertNotContains(page, "Take back")
        self.assertEqual(self.dismiss("F16", "Mine").status_code, 403)
        answer = self.client.post(self.url("flow_withdraw", dismissal.pk))
        self.assertEqual(answer.status_code, 403)

    def test_a_reason_of_another_review_is_not_found(self) -> None:
        other = create_review(owner=self.cast.mallory)
        join(other, self.cast.mallory, Role.OWNER)
        dismissal = dismissals.dismiss(
            other, "flow", "x", what="x", reason="x", by=self.cast.mallory
        )
        answer = self.client.post(self.url("flow_withdraw", dismissal.pk))
        self.assertEqual(answer.status_code, 404)


class MomentTests(TestCase):
    """The flow as it stood on a day."""

    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        search = create_search(review=cls.review, name="MEDLINE")
        create_record(review=cls.review, search=search)
        events.record(cls.review, "record.settled", "x", by=cls.cast.bob)

    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def get(self, name: str, *args: str, **query: str) -> Any:
        return self.client.get(
            reverse(f"reviews:{name}", args=[self.review.slug, *args]), query
        )

    def test_says_the_day_and_leads_back_to_today(self) -> None:
        page = self.get("flow", as_of="2001-02-03")
        self.assertContains(page, "As it stood on 3 February 2001.")
        self.assertContains(page, "Back to today")
        self.assertContains(page, 'value="2001-02-03"')

    def test_every_link_to_a_box_keeps_the_day(self) -> None:
        page = self.get("flow", as_of="2001-02-03")
        links = re.findall(r'href="([^"]+/flow/[a-z_]+/[^"]*)"', page.content.decode())
        boxes = [link for link in links if "_" in link or "/identified/" in link]
        self.assertGreater(len(boxes), 15)
        for link in boxes:
            self.assertIn("?as_of=2001-02-03", link)
        box = self.get("flow_box", "identified", as_of="2001-02-03")
        self.assertContains(box, "As it stood on 3 February 2001.")

    def test_before_anything_was_found_the_flow_is_empty(self) -> None:
        self.assertContains(
            self.get("flow", as_of="2001-02-03"), "Nothing was identified by then"
        )
        box = self.get("flow_box", "identified", as_of="2001-02-03")
        self.assertContains(box, "n = 0")

    def test_a_day_that_is_none_is_told_with_the_flow_of_today(self) -> None:
        for name, args in (("flow", ()), ("flow_box", ("identified",))):
            for typed in ("2025-02-30", "soon", "<b>", "9" * 300):
                page = self.get(name, *args, as_of=typed)
                self.assertContains(page, "is not a day", status_code=422)

    def test_the_files_are_of_the_same_day(self) -> None:
        url = reverse("reviews:export_flow", args=[self.review.slug])
        for query, number in (("", 1), ("?as_of=2001-02-03", 0)):
            answer = self.client.get(url + query)
            text = b"".join(answer.streaming_content).decode("utf-8-sig")
            self.assertIn(f",identified,Records identified,{number}\r\n", text)
        records_url = reverse("reviews:export_records", args=[self.review.slug])
        query = "?box=identified&as_of=2001-02-03"
        answer = self.client.get(records_url + query)
        lines = b"".join(answer.streaming_content).splitlines()
        self.assertEqual(len(lines), 1)
        for broken in (url + "?as_of=soon", records_url + "?box=screened&as_of=x"):
            self.assertEqual(self.client.get(broken).status_code, 400)

    def test_a_box_lists_what_a_previous_version_had_included(self) -> None:
        text = "\n".join(f"Study {n:02}: Report {n}" for n in range(60))
        previous.add(self.review, text, by=self.cast.alice)
        page = self.get("flow_box", "previous_reports")
        self.assertContains(page, "n = 60")
        self.assertContains(page, "Report 49")
        self.assertNotContains(page, "Report 50")
        self.assertContains(
            self.get("flow_box", "previous_reports", page="2"), "Report 50"
        )
        create_study(review=self.review, label="Brody 2024")
        page = self.get("flow_box", "total_studies")
        self.assertContains(page, "n = 61")
        self.assertContains(page, "Brody 2024")
        self.assertContains(page, "Study 48")
        self.assertNotContains(page, "Study 49")

    def test_a_day_that_is_yet_to_come_is_today(self) -> None:
        page = self.get("flow", as_of="2999-01-01")
        self.assertNotContains(page, "As it stood on 1 January")
        self.assertContains(page, "has not come yet. This is the flow of today.")
        self.assertContains(self.get("flow"), "As it stands today.")

    def test_a_box_of_an_earlier_day_shows_how_each_stood_then(self) -> None:
        record = self.review.records.get()
        day = timezone.localdate() - timedelta(days=1)
        long_ago = timezone.now() - timedelta(days=9)
        self.review.records.update(added_at=long_ago)
        self.review.searches.update(created_at=long_ago)
        records.settle(
            record,
            Verdict.EXCLUDE,
            settlement=Settlement.AGREEMENT,
            counted_reason=None,
            by=self.cast.alice,
        )
        page = self.get("flow_box", "identified", as_of=day.isoformat())
        self.assertContains(page, '<td data-label="State then">')
        then, today = re.findall(
            r'data-label="State (?:then|today)">(.*?)</td>',
            page.content.decode(),
            re.DOTALL,
        )
        self.assertIn("Awaiting screening", then)
        self.assertIn("Excluded", today)

    def test_tells_the_slider_its_days(self) -> None:
        answer = self.get("flow_days").json()
        self.assertEqual(len(answer["days"]), 1)

    def test_each_wave_has_its_flow(self) -> None:
        waves.begin(self.review, name="Update of May", by=self.cast.alice)
        page = self.get("flow")
        self.assertContains(page, "2. Update of May")
        page = self.get("flow", wave="2", as_of="2001-02-03")
        self.assertContains(page, "?as_of=2001-02-03&amp;wave=2")
        self.assertContains(page, "Only what the searches of wave 2 found")
        for wave in ("3", "x", "-1", "9" * 40):
            self.assertEqual(self.get("flow", wave=wave).status_code, 404)
