"""The pages of the snapshots: taken, listed, verified on view, and never changed."""

import hashlib

from django.http import HttpResponse
from django.test import TestCase
from django.urls import reverse

from reviews import snapshots
from reviews.models import FlowSnapshot, Review, Search
from tests.cast import Cast
from tests.factories import create_record, create_search, create_staffed_review


class SnapshotPageTests(TestCase):
    review: Review
    cast: Cast
    search: Search

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="MEDLINE")
        create_record(review=cls.review, search=cls.search)

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def url(self, name: str, *args: int) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *args])

    def take(self, **data: str) -> HttpResponse:
        answer = self.client.post(self.url("snapshot_take"), data)
        assert isinstance(answer, HttpResponse)
        return answer

    def kept(self) -> FlowSnapshot:
        return snapshots.take(self.review, name="Interim", by=self.cast.alice)

    def test_says_before_it_is_taken_that_it_stays(self) -> None:
        page = self.client.get(self.url("snapshot_take"))
        self.assertContains(page, "nobody can change or remove it")

    def test_takes_one_and_shows_it_verified(self) -> None:
        answer = self.take(name="Interim <b>report</b>", note="Table 2")
        snapshot = self.review.flow_snapshots.get()
        self.assertRedirects(answer, self.url("snapshot_detail", snapshot.pk))
        page = self.client.get(self.url("snapshot_detail", snapshot.pk))
        self.assertContains(page, "Verified.")
        self.assertContains(page, snapshot.sha256)
        self.assertNotContains(page, "<b>report")
        self.assertContains(page, "<svg xmlns")
        self.assertContains(self.client.get(self.url("snapshot_list")), "Table 2")

    def test_a_name_or_a_day_that_is_wrong_is_refused_with_the_page(self) -> None:
        self.kept()
        for data, told in (
            ({"name": ""}, "required"),
            ({"name": "interim"}, "a snapshot of this name"),
            ({"name": "Then", "as_of": "2025-02-30"}, "is not a day"),
        ):
            answer = self.take(**data)
            self.assertContains(answer, told, status_code=422)
        self.assertEqual(self.review.flow_snapshots.count(), 1)

    def test_a_day_in_the_past_can_be_kept(self) -> None:
        page = self.client.get(self.url("snapshot_take") + "?as_of=2001-02-03")
        self.assertContains(page, 'value="2001-02-03"')
        self.take(name="Then", as_of="2001-02-03")
        self.assertEqual(self.review.flow_snapshots.get().as_of.year, 2001)

    def test_says_what_the_replay_gives_otherwise(self) -> None:
        snapshot = self.kept()
        Search.objects.filter(pk=self.search.pk).update(name="Embase")
        page = self.client.get(self.url("snapshot_detail", snapshot.pk))
        self.assertContains(page, "The replay of today gives other figures.")
        self.assertContains(page, "Embase")
        self.assertNotContains(page, "Verified.")

    def test_the_file_is_what_the_hash_is_of(self) -> None:
        snapshot = self.kept()
        answer = self.client.get(self.url("snapshot_json", snapshot.pk))
        self.assertEqual(hashlib.sha256(answer.getvalue()).hexdigest(), snapshot.sha256)
        answer = self.client.get(self.url("snapshot_csv", snapshot.pk))
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        self.assertIn("identified,1\r\n", text)

    def test_others_read_and_take_none(self) -> None:
        snapshot = self.kept()
        self.client.force_login(self.cast.bob)
        self.assertNotContains(self.client.get(self.url("snapshot_list")), "Take a")
        page = self.client.get(self.url("snapshot_detail", snapshot.pk))
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.take(name="Mine").status_code, 403)
        self.client.force_login(self.cast.mallory)
        page = self.client.get(self.url("snapshot_detail", snapshot.pk))
        self.assertEqual(page.status_code, 404)
