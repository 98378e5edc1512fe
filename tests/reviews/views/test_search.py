from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.models import Review, Search
from tests.cast import Cast
from tests.factories import create_record, create_search, create_staffed_review


class SearchPageTests(TestCase):
    review: Review
    cast: Cast
    search: Search

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="MEDLINE", reported_count=3)

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def url(self, name: str, *args: int) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *args])

    def test_lists_each_search_and_says_where_numbers_differ(self) -> None:
        create_record(review=self.review, search=self.search)
        page = self.client.get(self.url("search_list"))
        self.assertContains(page, "MEDLINE")
        self.assertContains(page, "2 fewer than the source reported.")

    def test_the_list_asks_as_often_for_many_searches_as_for_one(self) -> None:
        url = self.url("search_list")
        with CaptureQueriesContext(connection) as few:
            self.client.get(url)
        for _ in range(5):
            create_search(review=self.review)
        with self.assertNumQueries(len(few.captured_queries)):
            self.client.get(url)

    def test_an_empty_list_says_what_to_do(self) -> None:
        self.search.delete()
        page = self.client.get(self.url("search_list"))
        self.assertContains(page, "No search is recorded yet")
        self.assertContains(page, self.url("search_create"))

    def test_an_owner_records_a_search_with_its_facts(self) -> None:
        facts = {
            "name": "Embase",
            "kind": "database",
            "source": "Embase",
            "platform": "Ovid",
            "searched_on": "2024-09",
            "reported_count": "120",
            "strategy": "1. exp Ketamine/\n2. suicid*.ti,ab.",
            "limits": "English",
            "notes": "Peer-reviewed",
        }
        page = self.client.post(self.url("search_create"), facts, follow=True)
        self.assertContains(page, "2. suicid*.ti,ab.")
        search = self.review.searches.get(name="Embase")
        self.assertEqual(search.reported_count, 120)

    def test_a_mistake_keeps_what_was_written(self) -> None:
        facts = {
            "name": "medline",
            "kind": "database",
            "searched_on": "2024-13",
            "notes": "Much work",
        }
        page = self.client.post(self.url("search_create"), facts)
        self.assertContains(page, "Much work", status_code=422)
        facts["searched_on"] = "2024-12"
        page = self.client.post(self.url("search_create"), facts)
        self.assertContains(page, "a search of this name already", status_code=422)
        self.assertEqual(self.review.searches.count(), 1)

    def test_an_owner_changes_a_search(self) -> None:
        self.client.post(
            self.url("search_edit", self.search.pk),
            {"name": "MEDLINE", "kind": "database", "platform": "PubMed"},
        )
        self.search.refresh_from_db()
        self.assertEqual(self.search.platform, "PubMed")

    def test_removes_a_search_only_while_nothing_came_from_it(self) -> None:
        url = self.url("search_remove", self.search.pk)
        record = create_record(review=self.review, search=self.search)
        page = self.client.post(url, follow=True)
        self.assertContains(page, "Records came from this search")
        record.delete()
        self.client.post(url)
        self.assertFalse(self.review.searches.exists())

    def test_a_reviewer_reads_and_changes_nothing(self) -> None:
        self.client.force_login(self.cast.bob)
        page = self.client.get(self.url("search_detail", self.search.pk))
        self.assertNotContains(page, "Look at the file")
        self.assertNotContains(page, self.url("search_edit", self.search.pk))
        page = self.client.post(self.url("search_remove", self.search.pk))
        self.assertEqual(page.status_code, 403)

    def test_a_search_of_another_review_is_not_there(self) -> None:
        other = create_search_elsewhere(self.cast)
        page = self.client.get(self.url("search_detail", other.pk))
        self.assertEqual(page.status_code, 404)


def create_search_elsewhere(cast: Cast) -> Search:
    """Create a search in another review of nobody in the cast."""
    review = Review.objects.create(
        slug="elsewhere", title="Elsewhere", created_by=cast.mallory
    )
    return create_search(review=review)
