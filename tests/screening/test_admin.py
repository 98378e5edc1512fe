from django.contrib.auth.models import Permission
from django.test import TestCase
from django.urls import reverse

from reviews.models import Role, User
from screening import decisions
from screening.models import Choice, Decision
from tests.cast import PASSWORD, join
from tests.factories import create_record, create_staffed_review

PLANTED = "Zanzibarmarmalade"
MODELS = ("decision", "resolution", "extractionentry", "appraisalanswer")


class AdminTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.record = create_record(review=cls.review, title="Held")
        cls.decision = decisions.decide(
            cls.record, Choice.EXCLUDE, reviewer=cls.cast.carol, note=f"={PLANTED}"
        )
        cls.root = User.objects.create_superuser("root", "root@example.org", PASSWORD)

    def list_url(self, model: str) -> str:
        return reverse(f"admin:screening_{model}_changelist")

    def test_a_site_administrator_reads_searches_and_filters(self) -> None:
        self.client.force_login(self.root)
        for model in MODELS:
            response = self.client.get(self.list_url(model), {"q": "held"})
            self.assertEqual(response.status_code, 200, model)
        response = self.client.get(self.list_url("decision"), {"choice": "exclude"})
        self.assertContains(response, "Held")
        url = reverse("admin:screening_decision_change", args=[self.decision.pk])
        self.assertContains(self.client.get(url), PLANTED)

    def test_nobody_adds_changes_or_deletes(self) -> None:
        self.client.force_login(self.root)
        pk = self.decision.pk
        for model in MODELS:
            url = reverse(f"admin:screening_{model}_add")
            self.assertEqual(self.client.post(url).status_code, 403)
        for page in ("change", "delete"):
            url = reverse(f"admin:screening_decision_{page}", args=[pk])
            response = self.client.post(url, {"choice": "include", "post": "yes"})
            self.assertEqual(response.status_code, 403)
        self.client.post(
            self.list_url("decision"),
            {"action": "delete_selected", "_selected_action": pk, "post": "yes"},
        )
        self.assertEqual(Decision.objects.get().choice, Choice.EXCLUDE)

    def test_takes_the_chosen_along_as_csv_without_formulas(self) -> None:
        self.client.force_login(self.root)
        response = self.client.post(
            self.list_url("decision"),
            {"action": "as_csv", "_selected_action": self.decision.pk},
        )
        self.assertEqual(response["Content-Type"], "text/csv; charset=utf-8")
        text = b"".join(response.streaming_content).decode()
        self.assertIn(f"'={PLANTED}", text)
        self.assertIn("carol", text)

    def test_staff_finds_nothing_even_with_every_permission(self) -> None:
        bob = self.cast.bob
        bob.is_staff = True
        bob.save()
        bob.user_permissions.set(Permission.objects.all())
        self.client.force_login(bob)
        self.assertNotContains(self.client.get(reverse("admin:index")), "Decision")
        for model in MODELS:
            self.assertEqual(self.client.get(self.list_url(model)).status_code, 403)
        url = reverse("admin:screening_decision_change", args=[self.decision.pk])
        self.assertEqual(self.client.get(url).status_code, 403)

    def test_an_administrator_on_the_team_stays_blind(self) -> None:
        join(self.review, self.root, Role.REVIEWER)
        self.client.force_login(self.root)
        self.assertNotContains(self.client.get(self.list_url("decision")), "Held")
        url = reverse("admin:screening_decision_change", args=[self.decision.pk])
        self.assertNotIn(PLANTED.encode(), self.client.get(url).content)
        decisions.decide(self.record, Choice.EXCLUDE, reviewer=self.cast.bob)
        self.assertContains(self.client.get(self.list_url("decision")), "Held")
