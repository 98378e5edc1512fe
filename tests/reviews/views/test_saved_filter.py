from typing import Any

from django.test import TestCase
from django.urls import reverse

from reviews.models import SavedFilter
from tests.factories import create_record, create_staffed_review


class SavedFilterTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.list_url = reverse("reviews:record_list", args=[cls.review.slug])
        create_record(review=cls.review, title="Rats")

    def setUp(self) -> None:
        self.client.force_login(self.cast.bob)

    def url(self, name: str, *args: object) -> str:
        return reverse(f"reviews:saved_filter_{name}", args=[self.review.slug, *args])

    def save(self, name: str = "Rats", **more: str) -> Any:
        given = {
            "page": "records",
            "query": "text=rats&page=3&state=",
            "next": self.list_url,
        }
        return self.client.post(self.url("create"), {"name": name, **given, **more})

    def test_saves_what_was_asked_and_leads_back_to_it(self) -> None:
        self.assertRedirects(self.save(), f"{self.list_url}?text=rats")
        page = self.client.get(self.list_url)
        self.assertContains(page, f'href="{self.list_url}?text=rats"')

    def test_a_filter_is_ones_own_until_it_is_shared(self) -> None:
        self.save()
        saved = SavedFilter.objects.get()
        self.client.force_login(self.cast.carol)
        self.assertNotContains(self.client.get(self.list_url), "Saved filters")
        self.assertEqual(self.client.get(self.url("edit", saved.pk)).status_code, 404)
        self.client.force_login(self.cast.bob)
        self.client.post(
            self.url("edit", saved.pk),
            {"name": "All rats", "is_shared": "on", "next": self.list_url},
        )
        self.client.force_login(self.cast.carol)
        page = self.client.get(self.list_url)
        self.assertContains(page, "All rats")
        self.assertNotContains(page, self.url("edit", saved.pk))

    def test_a_shared_one_asks_nothing_of_ones_own(self) -> None:
        for query in (
            "mine=exclude",
            "text=note:dubious",
            "criterion=1",
            "text=a+(label:x)",
        ):
            answer = self.save(query=query, page="screening", is_shared="on")
            self.assertContains(answer, "only what everybody may ask", status_code=422)
        self.assertEqual(
            self.save(query="mine=exclude", page="screening").status_code, 302
        )
        answer = self.save(page="decisions", is_shared="on")
        self.assertEqual(answer.status_code, 422)

    def test_what_waits_for_whoever_opens_it_may_be_shared(self) -> None:
        query = "text=rats&mine=waiting"
        self.save(query=query, page="screening", is_shared="on")
        self.assertEqual(SavedFilter.objects.get().query, "text=rats")

    def test_names_stand_once_and_nothing_asked_is_nothing_saved(self) -> None:
        self.save()
        self.assertContains(self.save(), "another name", status_code=422)
        self.assertContains(
            self.save("Other", query="page=2"), "Filter or search", status_code=422
        )

    def test_a_removed_one_can_be_put_back(self) -> None:
        self.save()
        saved = SavedFilter.objects.get()
        page = self.client.post(
            self.url("remove", saved.pk), {"next": self.list_url}, follow=True
        )
        self.assertContains(page, "Put it back")
        self.assertNotContains(self.client.get(self.list_url), "Saved filters")
        self.client.post(self.url("put_back", saved.pk), {"next": self.list_url})
        self.assertContains(self.client.get(self.list_url), "Saved filters")

    def test_never_leads_elsewhere(self) -> None:
        answer = self.save(next="https://elsewhere.example/x")
        self.assertRedirects(answer, f"{self.list_url}?text=rats")
