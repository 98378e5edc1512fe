"""Somebody without an account has a place on the team that nobody else can take."""

import re

from django.core import mail
from django.test import TestCase, override_settings
from django.urls import reverse

from reviews import access, invitations
from reviews.members import Part
from reviews.models import Event, Review, Role, User
from tests.factories import create_staffed_review


class InvitationTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def invite(self, email: str = "erin@example.org", by: User | None = None) -> User:
        return invitations.invite(
            self.review,
            email=email,
            name="Erin van Dam",
            parts={Part(Role.REVIEWER)},
            by=by or self.cast.alice,
        )

    def test_the_person_is_a_reviewer_whom_nobody_can_sign_in_as(self) -> None:
        erin = self.invite()
        self.assertEqual((str(erin), erin.username), ("Erin van Dam", "erin"))
        self.assertFalse(erin.has_usable_password())
        self.assertTrue(access.has_role(self.review, erin, Role.REVIEWER))
        self.assertTrue(Event.objects.filter(action="member.invited").exists())
        for password in ("", "!"):
            self.assertFalse(self.client.login(username="erin", password=password))

    def test_the_page_of_the_team_says_who_has_no_password_yet(self) -> None:
        self.invite()
        self.client.force_login(self.cast.alice)
        page = self.client.get(reverse("reviews:member_list", args=[self.review.slug]))
        self.assertContains(page, "Invited, no password yet", count=1)

    def test_signing_up_with_the_address_does_not_give_the_place(self) -> None:
        erin = self.invite()
        self.client.post(
            reverse("account_signup"),
            {
                "username": "mallory2",
                "email": "ERIN@example.org",
                "password1": "correct horse battery staple",
                "password2": "correct horse battery staple",
            },
        )
        self.assertEqual(User.objects.filter(email__iexact=erin.email).count(), 1)
        erin.refresh_from_db()
        self.assertFalse(erin.has_usable_password())

    def test_who_reads_the_mail_of_the_address_can_set_a_password(self) -> None:
        erin = self.invite()
        self.client.post(reverse("account_reset_password"), {"email": erin.email})
        (sent,) = mail.outbox
        self.assertEqual(sent.to, [erin.email])
        found = re.search(
            r"https?://\S+(/accounts/password/reset/key/\S+)", str(sent.body)
        )
        assert found is not None
        page = self.client.get(found[1], follow=True)
        password = "quite another long staple"
        self.client.post(
            page.request["PATH_INFO"], {"password1": password, "password2": password}
        )
        self.assertTrue(self.client.login(username="erin", password=password))

    def test_an_account_is_never_taken_for_the_person_of_an_address(self) -> None:
        for email in ("mallory@example.org", "MALLORY@example.org", "bob@example.org"):
            with self.assertRaises(invitations.CannotInvite):
                self.invite(email)
        self.assertFalse(access.is_member(self.review, self.cast.mallory))

    def test_only_an_owner_invites_and_to_an_address(self) -> None:
        with self.assertRaises(access.WrongRole):
            self.invite(by=self.cast.bob)
        for email in ("", "nobody", "a@b\r\nBcc: c@d.org"):
            with self.assertRaises(invitations.CannotInvite):
                self.invite(email)

    @override_settings(SIGNUP_OPEN=False)
    def test_where_sign_up_is_closed_nobody_is_invited(self) -> None:
        with self.assertRaisesMessage(invitations.CannotInvite, "who runs this site"):
            self.invite()

    def test_user_names_are_made_apart(self) -> None:
        self.invite("bob@elsewhere.example")
        self.assertTrue(User.objects.filter(username="bob-2").exists())
        self.assertEqual(Review.objects.count(), 1)
