from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.duplicates import marking, splitting
from reviews.models import DuplicateSet, Record, Review, Settlement, Verdict
from tests.cast import Cast
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_search,
    create_staffed_review,
)


class RecordPageTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def titles(self, **query: str | int) -> set[str]:
        url = reverse("reviews:record_list", args=[self.review.slug])
        page = self.client.get(url, query)
        self.assertEqual(page.status_code, 200)
        return {str(record) for record in page.context["page_obj"]}

    def url(self, name: str, record: Record) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, record.pk])


class ListTests(RecordPageTests):
    def test_finds_words_in_titles_abstracts_and_authors(self) -> None:
        create_record(review=self.review, title="Ketamine", authors=["Müller, Ä"])
        create_record(review=self.review, title="Placebo", abstract="no ketamine")
        self.assertEqual(self.titles(text="KETAMINE"), {"Ketamine", "Placebo"})
        self.assertEqual(self.titles(text="Müller ketamine"), {"Ketamine"})
        self.assertEqual(self.titles(text="100%"), set())
        self.assertEqual(self.titles(text="  "), {"Ketamine", "Placebo"})

    def test_filters_by_every_state(self) -> None:
        settled: dict[str, Any] = {
            "settlement": Settlement.AGREEMENT,
            "settled_at": "2024-01-01T00Z",
        }
        keep = create_record(review=self.review, title="open")
        create_record(
            review=self.review, title="in", verdict=Verdict.INCLUDE, **settled
        )
        create_record(
            review=self.review, title="out", verdict=Verdict.EXCLUDE, **settled
        )
        create_record(
            review=self.review,
            title="copy",
            duplicate_of=keep,
            duplicate_set=DuplicateSet.objects.create(review=self.review, number=1),
        )
        for title, removal in (("tool", "automation"), ("other", "other")):
            create_record(
                review=self.review, title=title, removal=removal, removal_reason="R"
            )
        for state, titles in (
            ("awaiting_screening", {"open"}),
            ("screened", {"in", "out"}),
            ("included", {"in"}),
            ("excluded", {"out"}),
            ("duplicates", {"copy"}),
            ("removed_by_automation", {"tool"}),
            ("removed_for_other_reasons", {"other"}),
            ("to_screen", {"open", "in", "out"}),
        ):
            with self.subTest(state=state):
                self.assertEqual(self.titles(state=state), titles)

    def test_filters_by_search_route_reason_and_year(self) -> None:
        website = create_search(review=self.review, kind="website")
        reason = create_criterion(review=self.review)
        create_record(review=self.review, search=website, title="web", year=1999)
        create_record(
            review=self.review,
            search=create_search(review=self.review),
            title="out",
            year=2010,
            verdict=Verdict.EXCLUDE,
            settlement=Settlement.SINGLE,
            settled_at="2024-01-01T00Z",
            counted_reason=reason,
        )
        self.assertEqual(self.titles(search=website.pk), {"web"})
        self.assertEqual(self.titles(route="via_other_methods"), {"web"})
        self.assertEqual(self.titles(route="via_databases_and_registers"), {"out"})
        self.assertEqual(self.titles(reason=reason.pk), {"out"})
        self.assertEqual(self.titles(year_from=2000), {"out"})
        self.assertEqual(self.titles(year_to=2000), {"web"})

    def test_a_filter_that_means_nothing_breaks_nothing(self) -> None:
        create_record(review=self.review, title="One")
        for query in (
            {"state": "delete"},
            {"search": "x"},
            {"year_from": "9" * 40},
            {"year_to": "1e999999"},
            {"text": "\x00"},
            {"page": "-3"},
        ):
            with self.subTest(query=query):
                self.assertEqual(self.titles(**query), {"One"})

    def test_asks_as_often_for_many_records_as_for_few(self) -> None:
        url = reverse("reviews:record_list", args=[self.review.slug])
        create_record(review=self.review)
        with CaptureQueriesContext(connection) as few:
            self.client.get(url)
        for _ in range(60):
            create_record(review=self.review)
        with self.assertNumQueries(len(few.captured_queries)):
            page = self.client.get(url)
        self.assertContains(page, "1–50 of 61")

    def test_an_empty_list_says_where_records_come_from(self) -> None:
        url = reverse("reviews:record_list", args=[self.review.slug])
        self.assertContains(self.client.get(url), "No records yet")
        page = self.client.get(url, {"text": "nothing"})
        self.assertContains(page, "Show all records")


class DetailTests(RecordPageTests):
    def test_shows_the_record_its_source_and_its_original(self) -> None:
        record = create_record(
            review=self.review,
            title="On <i>ketamine</i>",
            doi="10.1000/x",
            abstract="Long text",
            line=7,
            source_id="PMID1",
            original="TY  - JOUR\nTI  - <script>",
        )
        page = self.client.get(self.url("record_detail", record))
        for words in (
            "On &lt;i&gt;ketamine",
            "https://doi.org/10.1000/x",
            "Long text",
            "PMID1",
            "TI  - &lt;script&gt;",
        ):
            self.assertContains(page, words)

    def test_shows_what_was_settled_and_how(self) -> None:
        record = create_record(
            review=self.review,
            verdict=Verdict.EXCLUDE,
            settlement=Settlement.CONSENSUS,
            settled_at="2024-01-01T00Z",
            counted_reason=create_criterion(review=self.review, reason="Not adults"),
        )
        page = self.client.get(self.url("record_detail", record))
        self.assertContains(page, "By consensus")
        self.assertContains(page, "Not adults")

    def test_leads_to_its_report_and_its_copies(self) -> None:
        record = create_record(review=self.review)
        report = create_report(review=self.review, record=record)
        copy = create_record(
            review=self.review,
            title="The copy",
            duplicate_of=record,
            duplicate_set=DuplicateSet.objects.create(review=self.review, number=1),
        )
        page = self.client.get(self.url("record_detail", record))
        self.assertContains(page, report.get_absolute_url())
        self.assertContains(page, copy.get_absolute_url())
        page = self.client.get(self.url("record_detail", copy))
        self.assertContains(page, record.get_absolute_url())

    def test_an_owner_removes_and_restores_a_record(self) -> None:
        record = create_record(review=self.review)
        self.client.force_login(self.cast.alice)
        remove = self.url("record_remove", record)
        page = self.client.post(remove, {"removal": "other", "reason": " "})
        self.assertContains(page, "required", status_code=422)
        page = self.client.post(
            remove, {"removal": "automation", "reason": "Language tool"}, follow=True
        )
        self.assertContains(page, "Language tool")
        self.assertEqual(self.review.records.removed_by_automation().get(), record)
        self.client.post(self.url("record_restore", record))
        self.assertEqual(self.review.records.to_screen().get(), record)

    def test_a_duplicate_is_not_removed_again(self) -> None:
        copy = create_record(
            review=self.review,
            duplicate_of=create_record(review=self.review),
            duplicate_set=DuplicateSet.objects.create(review=self.review, number=1),
        )
        self.client.force_login(self.cast.alice)
        page = self.client.post(
            self.url("record_remove", copy), {"removal": "other", "reason": "R"}
        )
        self.assertEqual(page.status_code, 422)

    def test_a_reviewer_removes_nothing(self) -> None:
        record = create_record(review=self.review)
        self.client.force_login(self.cast.bob)
        page = self.client.get(self.url("record_detail", record))
        self.assertNotContains(page, self.url("record_remove", record))
        for name in ("record_remove", "record_restore"):
            page = self.client.post(self.url(name, record), {"reason": "R"})
            self.assertEqual(page.status_code, 403)


class HistoryTests(RecordPageTests):
    def test_tells_the_sets_that_a_record_stood_in_also_after_it_left(self) -> None:
        kept = create_record(review=self.review, title="Sleep")
        copy = create_record(review=self.review, title="Sleep and rest")
        aside = create_record(review=self.review, title="Aside")
        marking.add(copy, to=kept, by=self.cast.bob)
        for record in (kept, copy):
            page = self.client.get(record.get_absolute_url())
            self.assertContains(page, "marked by hand as a duplicate of Sleep")
            self.assertContains(page, "by Bob: Marked by a person")
        splitting.split(copy, by=self.cast.alice)
        for record in (kept, copy):
            page = self.client.get(record.get_absolute_url())
            self.assertContains(page, "marked by hand as a duplicate of Sleep")
            self.assertContains(page, "taken out as no copy")
            self.assertNotContains(page, "by Bob: Marked by a person")
        page = self.client.get(aside.get_absolute_url())
        self.assertNotContains(page, "Set 1")

    def test_one_that_was_taken_out_offers_nothing_to_do(self) -> None:
        self.client.force_login(self.cast.bob)
        record = create_record(review=self.review, title="Out", abstract="")
        self.assertContains(self.client.get(record.get_absolute_url()), "Paste it in")
        Record.objects.filter(pk=record.pk).update(in_review=False)
        page = self.client.get(record.get_absolute_url())
        self.assertContains(page, "out of the review")
        self.assertNotContains(page, "Paste it in")

    def test_three_hundred_authors_do_not_hide_the_record(self) -> None:
        names = [f"Author{number}, A" for number in range(1, 301)]
        record = create_record(review=self.review, title="T", authors=names)
        page = self.client.get(record.get_absolute_url())
        self.assertContains(page, "Author20, A and 280 more")
        self.assertContains(page, "All 300 authors")
        self.assertContains(page, "Author300, A", 1)
