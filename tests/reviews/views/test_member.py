from django.test import TestCase
from django.urls import reverse

from reviews import access
from reviews.models import Member, Role, Stage
from tests.cast import join
from tests.factories import create_review, create_staffed_review


class MemberPagesTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="sleep")
        cls.bob = Member.objects.get(review=cls.review, user=cls.cast.bob)
        cls.alice = Member.objects.get(review=cls.review, user=cls.cast.alice)
        cls.list_url = reverse("reviews:member_list", args=["sleep"])
        cls.add_url = reverse("reviews:member_add", args=["sleep"])

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def test_lists_everybody_with_what_they_may_do(self) -> None:
        self.client.force_login(self.cast.vera)
        response = self.client.get(self.list_url)
        for name in ("Alice", "Bob", "Carol", "Dan", "Vera"):
            self.assertContains(response, f"<strong>{name}</strong>")
        self.assertNotContains(response, self.add_url)

    def test_adds_a_person_by_address_at_a_stage(self) -> None:
        response = self.client.post(
            self.add_url, {"name": "Mallory@example.org", "reviewer": ["full_text"]}
        )
        self.assertRedirects(response, self.list_url)
        self.assertTrue(
            access.has_role(
                self.review, self.cast.mallory, Role.REVIEWER, stage=Stage.FULL_TEXT
            )
        )

    def test_asks_somebody_unknown_to_sign_up_first(self) -> None:
        response = self.client.post(self.add_url, {"name": "zoe@example.org"})
        self.assertContains(response, "sign up here first", status_code=422)

    def test_says_who_is_on_the_team_already(self) -> None:
        response = self.client.post(self.add_url, {"name": "bob"})
        self.assertContains(response, "on the team already", status_code=422)

    def test_the_form_shows_and_changes_the_roles(self) -> None:
        url = reverse("reviews:member_edit", args=["sleep", self.bob.pk])
        page = self.client.get(url)
        self.assertEqual(page.context["form"].initial["reviewer"], ["all"])
        self.client.post(url, {"adjudicator": ["all"]})
        self.assertFalse(access.has_role(self.review, self.cast.bob, Role.REVIEWER))
        self.assertTrue(access.has_role(self.review, self.cast.bob, Role.ADJUDICATOR))

    def test_with_nothing_ticked_a_member_is_a_viewer(self) -> None:
        url = reverse("reviews:member_edit", args=["sleep", self.bob.pk])
        self.assertRedirects(self.client.post(url), self.list_url)
        self.assertEqual(self.bob.roles.count(), 0)

    def test_the_last_owner_keeps_the_role(self) -> None:
        url = reverse("reviews:member_edit", args=["sleep", self.alice.pk])
        response = self.client.post(url, {"reviewer": ["all"]})
        self.assertContains(response, "is the only owner", status_code=422)
        url = reverse("reviews:member_remove", args=["sleep", self.alice.pk])
        response = self.client.post(url, follow=True)
        self.assertContains(response, "is the only owner")

    def test_removes_a_member_after_asking(self) -> None:
        url = reverse("reviews:member_remove", args=["sleep", self.bob.pk])
        self.assertContains(self.client.get(url), "Remove Bob?")
        self.client.post(url)
        self.client.force_login(self.cast.bob)
        self.assertEqual(self.client.get(self.list_url).status_code, 404)

    def test_an_owner_who_leaves_goes_home(self) -> None:
        self.client.post(self.add_url, {"name": "mallory", "owner": "on"})
        url = reverse("reviews:member_remove", args=["sleep", self.alice.pk])
        self.assertRedirects(self.client.post(url), reverse("screening:desk"))

    def test_a_member_of_another_review_is_not_found(self) -> None:
        other = join(create_review(owner=self.cast.alice), self.cast.mallory)
        url = reverse("reviews:member_edit", args=["sleep", other.pk])
        self.assertEqual(self.client.get(url).status_code, 404)
