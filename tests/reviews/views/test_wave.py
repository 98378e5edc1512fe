"""The pages of the waves: begin an update, rename a wave, undo the last one."""

from django.http import HttpResponse
from django.test import TestCase
from django.urls import reverse

from reviews import waves
from reviews.models import Review, Search
from tests.cast import Cast
from tests.factories import create_record, create_search, create_staffed_review


class WavePageTests(TestCase):
    review: Review
    cast: Cast
    search: Search

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="MEDLINE")

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def url(self, name: str, *args: int) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *args])

    def begin(self, **data: str) -> HttpResponse:
        answer = self.client.post(self.url("wave_begin"), data)
        assert isinstance(answer, HttpResponse)
        return answer

    def names(self) -> list[str]:
        return list(self.review.waves.order_by("number").values_list("name", flat=True))

    def test_an_owner_is_offered_the_first_update(self) -> None:
        self.assertContains(self.client.get(self.url("wave_list")), "Begin an update")
        page = self.client.get(self.url("wave_begin"))
        self.assertContains(page, "Original review")

    def test_begins_the_first_update_and_then_a_second(self) -> None:
        answer = self.begin(name="Update 2026", first_name="As published")
        self.assertRedirects(answer, self.url("wave_list"))
        page = self.client.get(self.url("wave_begin"))
        self.assertNotContains(page, "searched so far")
        self.begin(name="Update 2027")
        self.assertEqual(self.names(), ["As published", "Update 2026", "Update 2027"])
        page = self.client.get(self.url("wave_list"))
        self.assertContains(page, "3. Update 2027")
        self.assertContains(page, f"{self.url('flow')}?wave=2")

    def test_a_name_that_is_missing_or_taken_is_refused_with_the_page(self) -> None:
        self.assertEqual(self.begin(name="", first_name="One").status_code, 422)
        answer = self.begin(name="One", first_name="one")
        self.assertContains(answer, "a wave of this name", status_code=422)
        self.assertEqual(self.names(), [])

    def test_renames_a_wave(self) -> None:
        wave = waves.begin(self.review, name="Update", by=self.cast.alice)
        url = self.url("wave_edit", wave.pk)
        self.assertContains(self.client.get(url), "Rename Update")
        self.assertEqual(self.client.post(url, {"name": ""}).status_code, 422)
        taken = self.client.post(url, {"name": "Original review"})
        self.assertEqual(taken.status_code, 422)
        self.assertRedirects(
            self.client.post(url, {"name": "Update of May"}), self.url("wave_list")
        )
        self.assertEqual(self.names()[1], "Update of May")

    def test_undoes_the_last_wave_or_says_why_not(self) -> None:
        wave = waves.begin(self.review, name="Update", by=self.cast.alice)
        self.assertContains(self.client.get(self.url("wave_list")), "Undo Update")
        search = create_search(review=self.review, name="Embase", wave=wave)
        record = create_record(review=self.review, search=search)
        page = self.client.post(self.url("wave_undo", wave.pk), follow=True)
        self.assertContains(page, "Records came in this wave, so it stays.")
        record.delete()
        page = self.client.post(self.url("wave_undo", wave.pk), follow=True)
        self.assertContains(page, "Update is undone.")
        self.assertEqual(self.names(), [])

    def test_others_read_the_list_and_change_nothing(self) -> None:
        waves.begin(self.review, name="Update", by=self.cast.alice)
        self.client.force_login(self.cast.bob)
        page = self.client.get(self.url("wave_list"))
        self.assertContains(page, "2. Update")
        for word in ("Rename", "Begin an update", "Undo"):
            self.assertNotContains(page, word)
        self.assertEqual(self.begin(name="Mine").status_code, 403)
        self.client.force_login(self.cast.mallory)
        self.assertEqual(self.client.get(self.url("wave_list")).status_code, 404)

    def test_a_search_asks_for_its_wave_once_there_are_waves(self) -> None:
        url = self.url("search_edit", self.search.pk)
        self.assertNotContains(self.client.get(url), 'name="wave"')
        wave = waves.begin(self.review, name="Update", by=self.cast.alice)
        self.assertContains(self.client.get(url), 'name="wave"')
        new = self.client.get(self.url("search_create"))
        self.assertContains(new, f'<option value="{wave.pk}" selected>')
        data = {"name": "MEDLINE", "kind": "database", "wave": str(wave.pk)}
        self.assertEqual(self.client.post(url, data).status_code, 302)
        page = self.client.get(self.url("search_detail", self.search.pk))
        self.assertContains(page, "<dt>Wave</dt>")
        data["wave"] = "0"
        self.assertEqual(self.client.post(url, data).status_code, 422)

    def test_the_numbers_of_a_wave_open_its_searches_and_records(self) -> None:
        waves.begin(self.review, name="Update", by=self.cast.alice)
        later = create_search(review=self.review, name="Embase")
        later.wave = self.review.waves.get(number=2)
        later.save()
        create_record(review=self.review, search=self.search, title="Early")
        create_record(review=self.review, search=later, title="Late")
        address = self.url("search_list")
        page = self.client.get(self.url("wave_list"))
        self.assertContains(page, f'href="{address}?wave=2"')
        found = self.client.get(f"{address}?wave=2")
        self.assertContains(found, "Embase")
        self.assertNotContains(found, "MEDLINE")
        records = f"{self.url('record_list')}?wave={later.wave.pk}"
        self.assertContains(page, f'href="{records}"')
        found = self.client.get(records)
        self.assertContains(found, "Late")
        self.assertNotContains(found, "Early")
        for asked in ("3", "x", "9" * 40):
            found = self.client.get(f"{address}?wave={asked}")
            self.assertEqual(found.status_code, 404)

    def test_without_waves_the_records_are_not_asked_for_one(self) -> None:
        page = self.client.get(self.url("record_list"))
        self.assertNotContains(page, 'name="wave"')
