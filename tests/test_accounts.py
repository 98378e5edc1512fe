from django.test import TestCase, override_settings
from django.urls import reverse

from reviews.models import User
from tests.cast import PASSWORD, create_cast


class AccountTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = create_cast()

    def sign_up(self, username: str, email: str) -> int:
        return self.client.post(
            reverse("account_signup"),
            {
                "username": username,
                "email": email,
                "password1": PASSWORD,
                "password2": PASSWORD,
            },
        ).status_code

    def test_signs_in_by_user_name_or_by_e_mail_address(self) -> None:
        for name in ("bob", "bob@example.org", "BOB@example.org"):
            response = self.client.post(
                reverse("account_login"), {"login": name, "password": PASSWORD}
            )
            self.assertRedirects(response, reverse("screening:desk"))
            self.client.logout()

    def test_a_new_person_makes_an_account_and_stands_at_the_desk(self) -> None:
        self.assertEqual(self.sign_up("erin", "erin@example.org"), 302)
        self.assertContains(self.client.get("/"), "Create a review")

    def test_a_name_or_address_that_somebody_has_is_told_and_makes_nobody(self) -> None:
        for username, email in (
            ("Bob", "new@example.org"),
            ("newbob", "Bob@Example.org"),
            ("newbob", "bob@example.org"),
        ):
            self.assertEqual(self.sign_up(username, email), 200, (username, email))
        self.assertEqual(User.objects.count(), 6)

    @override_settings(SIGNUP_OPEN=False)
    def test_sign_up_can_be_closed(self) -> None:
        self.sign_up("erin", "erin@example.org")
        self.assertFalse(User.objects.filter(username="erin").exists())

    def test_every_page_sends_a_stranger_to_the_sign_in(self) -> None:
        response = self.client.get("/")
        self.assertRedirects(response, f"{reverse('account_login')}?next=/")

    def test_pages_of_people_stay_out_of_caches(self) -> None:
        self.client.force_login(self.cast.bob)
        self.assertEqual(self.client.get("/")["Cache-Control"], "no-store, private")
