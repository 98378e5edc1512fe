import csv
import io

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import TestCase
from django.urls import reverse

from reviews.models import Job, Record, Role, SavedFilter, User
from tests.cast import PASSWORD, Cast, join
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_instrument,
    create_record,
    create_staffed_review,
    create_study,
)

MODELS = list(apps.get_app_config("reviews").get_models())


class AdminTests(TestCase):
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="sleep")
        cls.chief = User.objects.create_superuser(
            "chief", "chief@example.org", PASSWORD
        )
        create_criterion(review=cls.review)
        create_extraction_field(review=cls.review)
        create_instrument(review=cls.review)
        create_study(review=cls.review)
        cls.record = create_record(
            review=cls.review, title="=HYPERLINK(1)", keywords=["é", "b"]
        )

    def setUp(self) -> None:
        self.client.force_login(self.chief)

    def page(self, model: type, *arguments: object, name: str = "changelist") -> str:
        return reverse(f"admin:reviews_{model.__name__.lower()}_{name}", args=arguments)

    def test_every_model_can_be_listed_searched_and_filtered(self) -> None:
        for model in MODELS:
            with self.subTest(model.__name__):
                registered = admin.site._registry[model]
                self.assertTrue(registered.search_fields)
                self.assertTrue(registered.list_filter)
                response = self.client.get(self.page(model), {"q": "sleep"})
                self.assertEqual(response.status_code, 200)

    def test_every_row_can_be_opened(self) -> None:
        for model in MODELS:
            for row in model._default_manager.all():
                url = self.page(model, row.pk, name="change")
                with self.subTest(model.__name__):
                    self.assertEqual(self.client.get(url).status_code, 200)

    def test_nothing_but_people_is_written_here(self) -> None:
        for model in MODELS:
            if model is User:
                continue
            with self.subTest(model.__name__):
                response = self.client.get(self.page(model, name="add"))
                self.assertEqual(response.status_code, 403)
        for name in ("change", "delete"):
            url = self.page(Record, self.record.pk, name=name)
            response = self.client.post(url, {"title": "Changed", "post": "yes"})
            self.assertEqual(response.status_code, 403)

    def test_rows_leave_as_csv_that_starts_no_formula(self) -> None:
        response = self.client.post(
            self.page(Record),
            {"action": "download_csv", "_selected_action": [self.record.pk]},
        )
        body = b"".join(response.streaming_content)
        (row,) = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
        self.assertEqual(row["title"], "'=HYPERLINK(1)")
        self.assertEqual(row["keywords"], '["é", "b"]')
        self.assertEqual(row["id"], str(self.record.pk))

    def test_no_password_leaves(self) -> None:
        response = self.client.post(
            self.page(User),
            {"action": "download_csv", "_selected_action": [self.chief.pk]},
        )
        body = b"".join(response.streaming_content)
        self.assertIn(b"chief@example.org", body)
        self.assertNotIn(b"password", body)

    def test_what_the_console_hides_does_not_leave_either(self) -> None:
        made = self.save_filter(self.cast.alice)
        response = self.client.post(
            self.page(SavedFilter),
            {"action": "download_csv", "_selected_action": [made.pk]},
        )
        body = b"".join(response.streaming_content)
        self.assertIn(b"Mine alone", body)
        self.assertNotIn(b"query", body)
        self.assertNotIn(b"zebra", body)

    def test_who_is_on_the_team_finds_no_private_filter_of_another(self) -> None:
        self.save_filter(self.cast.alice)
        page = self.page(SavedFilter)
        self.assertContains(self.client.get(page), "Mine alone")
        join(self.review, self.chief, Role.VIEWER)
        self.assertNotContains(self.client.get(page), "Mine alone")
        self.save_filter(self.chief)
        self.assertContains(self.client.get(page), "Mine alone")

    def test_who_is_on_the_team_finds_no_job_that_tells_who_judges(self) -> None:
        for kind in Job.Kind:
            Job.objects.create(
                review=self.review,
                kind=kind,
                subject=f"of {kind}",
                created_by=self.cast.bob,
            )
        page = self.page(Job)
        hidden = (
            Job.Kind.RANK,
            Job.Kind.DECIDE_SEVERAL,
            Job.Kind.TAKE_SEVERAL_BACK,
            Job.Kind.SET_ASIDE_VOTES,
        )
        for kind in hidden:
            self.assertContains(self.client.get(page), f"of {kind}")
        join(self.review, self.chief, Role.REVIEWER)
        self.assertContains(self.client.get(page), "of find_duplicates")
        for kind in hidden:
            self.assertNotContains(self.client.get(page), f"of {kind}")
            job = Job.objects.get(kind=kind)
            one = self.client.get(self.page(Job, job.pk, name="change"))
            self.assertNotContains(one, f"of {kind}", status_code=302)
        Job.objects.filter(kind="decide_several").update(created_by=self.chief)
        self.assertContains(self.client.get(page), "of decide_several")

    def save_filter(self, owner: User) -> SavedFilter:
        return SavedFilter.objects.create(
            review=self.review,
            owner=owner,
            page="records",
            name="Mine alone",
            query="q=zebra",
        )

    def test_a_person_is_added_with_an_address_of_their_own(self) -> None:
        facts = {
            "username": "zoe",
            "email": "zoe@example.org",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        }
        url = self.page(User, name="add")
        response = self.client.post(url, {**facts, "email": "ALICE@example.org"})
        self.assertContains(response, "Somebody has this e-mail address already.")
        self.client.post(url, facts)
        self.assertTrue(User.objects.get(username="zoe").check_password(PASSWORD))

    def test_nobody_else_gets_in(self) -> None:
        for name in ("alice", "mallory"):
            self.client.force_login(getattr(self.cast, name))
            self.assertEqual(self.client.get(self.page(Record)).status_code, 302)


class StaffTests(TestCase):
    """Whoever sets another's password, or makes a superuser, reads what is blind."""

    def test_staff_changes_no_account_even_with_every_permission(self) -> None:
        clerk = User.objects.create_user("clerk", is_staff=True)
        clerk.user_permissions.set(Permission.objects.all())
        bob = User.objects.create_user("bob", "bob@example.org", PASSWORD)
        self.client.force_login(clerk)
        for user in (clerk, bob):
            url = reverse("admin:reviews_user_change", args=[user.pk])
            facts = {"username": user.username, "is_superuser": "on"}
            self.assertEqual(self.client.post(url, facts).status_code, 403)
            url = reverse("admin:auth_user_password_change", args=[user.pk])
            facts = {"password1": "quite another one", "password2": "quite another one"}
            self.assertEqual(self.client.post(url, facts).status_code, 403)
        url = reverse("admin:reviews_user_add")
        self.assertEqual(self.client.get(url).status_code, 403)
        bob.refresh_from_db()
        self.assertTrue(bob.check_password(PASSWORD))
        self.assertFalse(User.objects.filter(is_superuser=True).exists())

    def test_the_console_has_no_way_to_sign_in_of_its_own(self) -> None:
        User.objects.create_superuser("root", "root@example.org", PASSWORD)
        response = self.client.post(
            reverse("admin:login"), {"username": "root", "password": PASSWORD}
        )
        self.assertTrue(response["Location"].startswith(reverse(settings.LOGIN_URL)))
        self.assertEqual(self.client.get(reverse("admin:index")).status_code, 302)


class DeletingPeopleTests(TestCase):
    def test_nobody_deletes_an_account_not_even_a_superuser(self) -> None:
        root = User.objects.create_superuser("root", "root@example.org")
        bob = User.objects.create_user("bob", "bob@example.org")
        self.client.force_login(root)
        url = reverse("admin:reviews_user_delete", args=[bob.pk])
        self.assertEqual(self.client.get(url).status_code, 403)
        self.assertEqual(self.client.post(url, {"post": "yes"}).status_code, 403)
        self.assertTrue(User.objects.filter(pk=bob.pk).exists())
