from django.test import TestCase
from django.urls import resolve, reverse

from config.navigation import GROUPS
from reviews.models import Role, Stage
from tests.cast import join
from tests.factories import create_staffed_review


class NavigationTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="sleep")

    def labels(self, name: str) -> list[str]:
        self.client.force_login(getattr(self.cast, name))
        response = self.client.get(self.review.get_absolute_url())
        groups = response.context["navigation"]
        return [item["label"] for group in groups for item in group["items"]]

    def test_follows_the_flow_for_a_reviewer(self) -> None:
        items = [item for group in GROUPS for item in group.items]
        for_owners = [item.label for item in items if item.roles == (Role.OWNER,)]
        self.assertEqual(
            self.labels("bob"),
            [item.label for item in items if item.label not in for_owners],
        )
        self.assertLessEqual(set(for_owners), set(self.labels("alice")))

    def test_every_page_that_it_names_exists(self) -> None:
        for group in GROUPS:
            for item in group.items:
                url = reverse(item.name, args=["sleep"])
                self.assertEqual(resolve(url).view_name, item.name)
                self.assertTrue(item.name.startswith(item.family), item.name)

    def test_a_viewer_is_led_to_no_judging(self) -> None:
        judging = {"Titles and abstracts", "Full texts", "Conflicts", "Extraction"}
        self.assertFalse(judging & set(self.labels("vera")))

    def test_a_reviewer_of_one_stage_finds_that_stage(self) -> None:
        join(self.review, self.cast.vera, Role.REVIEWER, stage=Stage.FULL_TEXT)
        labels = self.labels("vera")
        self.assertIn("Full texts", labels)
        self.assertIn("Conflicts", labels)
        self.assertNotIn("Titles and abstracts", labels)
        self.assertNotIn("Extraction", labels)

    def test_whoever_finds_a_page_may_open_it(self) -> None:
        for name in ("alice", "bob", "dan", "vera"):
            self.labels(name)
            response = self.client.get(self.review.get_absolute_url())
            for group in response.context["navigation"]:
                for item in group["items"]:
                    opened = self.client.get(item["url"])
                    self.assertEqual(opened.status_code, 200, (name, item["label"]))

    def test_marks_where_one_is(self) -> None:
        self.client.force_login(self.cast.alice)
        response = self.client.get(reverse("reviews:protocol_edit", args=["sleep"]))
        current = [
            item["label"]
            for group in response.context["navigation"]
            for item in group["items"]
            if item["current"]
        ]
        self.assertEqual(current, ["Protocol"])

    def test_each_page_of_the_manuscript_leads_a_step_up(self) -> None:
        self.client.force_login(self.cast.alice)
        home = reverse("screening:export_list", args=["sleep"])
        chapters = self.client.get(home).context["chapters"]
        pages = {part.url for _, parts in chapters for part in parts if part.url}
        pages |= {
            reverse(f"reviews:{name}", args=["sleep"])
            for name in ("checklist_list", "manuscript_edit")
        }
        led_back = []
        for url in sorted(pages):
            response = self.client.get(url)
            listed = [
                item["url"]
                for group in response.context["navigation"]
                for item in group["items"]
            ]
            if url not in listed:
                self.assertContains(response, 'class="tf-overline"', msg_prefix=url)
                led_back.append(f'tf-overline"><a href="{home}"' in response.text)
        self.assertGreater(sum(led_back), 10)

    def test_a_file_that_is_refused_leads_back_too(self) -> None:
        self.client.force_login(self.cast.alice)
        url = reverse("reviews:table_file", args=["sleep", "excluded", "docx"])
        response = self.client.get(url, {"style": "none-such"})
        home = reverse("screening:export_list", args=["sleep"])
        up = f'<p class="tf-overline"><a href="{home}">Manuscript</a></p>'
        self.assertContains(response, up, status_code=409, html=True)

    def test_pages_outside_a_review_have_none(self) -> None:
        self.client.force_login(self.cast.alice)
        response = self.client.get(reverse("reviews:review_create"))
        self.assertNotIn("navigation", response.context)
