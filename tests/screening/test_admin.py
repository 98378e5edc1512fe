from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import TestCase
from django.urls import reverse

from reviews.models import Role, User
from screening import decisions
from screening.models import (
    Allocation,
    AllocationPart,
    AllocationPerson,
    AllocationRecord,
    BulkDecision,
    BulkLine,
    Choice,
    Decision,
    HandedItem,
    Handover,
    ImportedDecision,
    Label,
    NumberChange,
    PilotItem,
    PilotPerson,
    PilotRound,
    PilotTick,
    PilotVote,
    Postponement,
    Ranking,
    SelfCheck,
    SelfCheckSetting,
    SetAside,
    SetAsideVote,
    Tick,
    VoteImport,
    VotePerson,
    VoteProblem,
    WordList,
    WordListOff,
)
from tests.cast import PASSWORD, join
from tests.factories import create_record, create_staffed_review
from tests.screening.archive.whole import create_whole_review

PLANTED = "Zanzibarmarmalade"
MODELS = ("decision", "resolution", "extractionentry", "appraisalanswer")
OWN = (Postponement, Ranking, SelfCheck, SelfCheckSetting, BulkDecision)
OF_THE_TEAM = (
    PilotRound,
    PilotVote,
    Allocation,
    AllocationPart,
    Handover,
    SetAside,
    NumberChange,
    WordList,
)
# They only lead from one row to another, or are read on the pages of the review.
LEFT_OUT = (
    AllocationRecord,
    BulkLine,
    HandedItem,
    ImportedDecision,
    Label,
    SetAsideVote,
    VoteImport,
    VotePerson,
    VoteProblem,
    WordListOff,
)


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


class ArrangementsTests(TestCase):
    """The rest of what screening keeps: read-only, and nothing that unblinds."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_whole_review(text=PLANTED)
        cls.root = User.objects.create_superuser("root", "root@example.org", PASSWORD)
        bob = cls.cast.bob
        record = create_record(review=cls.review, title="Put off")
        made = decisions.decide(record, Choice.EXCLUDE, reviewer=bob)
        at = {"review": cls.review, "stage": "title_abstract", "reviewer": bob}
        Postponement.objects.create(**at, record=record)
        Ranking.objects.create(
            **at,
            basis="text",
            model="elas_u4",
            model_version=4,
            parameters={},
            libraries={},
            seed=1,
            label_count=2,
            relevant_count=1,
            record_count=3,
            features="f",
            learned_from="l",
            head=[987654321],
            words={"1": ["Zebramarmalade"]},
        )
        SelfCheckSetting.objects.create(review=cls.review, user=bob, share=10)
        SelfCheck.objects.create(
            review=cls.review, reviewer=bob, decision=made, choice=Choice.EXCLUDE
        )
        BulkDecision.objects.create(
            review=cls.review, reviewer=bob, choice=Choice.EXCLUDE
        )
        WordList.objects.create(
            review=cls.review, name="Private", words=PLANTED, made_by=bob
        )

    def pages(self, model: type[Model]) -> tuple[str, str]:
        name = f"admin:screening_{model._meta.model_name}"
        row = model._default_manager.order_by("-pk").first()
        assert row is not None, model
        return reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])

    def test_an_administrator_reads_each_and_changes_none(self) -> None:
        self.client.force_login(self.root)
        for model in (*OWN, *OF_THE_TEAM):
            with self.subTest(model=model):
                for page in self.pages(model):
                    self.assertEqual(self.client.get(page).status_code, 200)
                listed, one = self.pages(model)
                self.assertEqual(self.client.post(one, {}).status_code, 403)
                self.assertEqual(self.client.post(f"{listed}add/").status_code, 403)

    def test_the_order_of_a_reviewer_is_not_shown(self) -> None:
        self.client.force_login(self.root)
        page = self.client.get(self.pages(Ranking)[1])
        self.assertNotContains(page, "987654321")
        self.assertNotContains(page, "Zebramarmalade")

    def test_who_is_on_the_team_finds_nothing_of_anothers_own(self) -> None:
        join(self.review, self.root, Role.REVIEWER)
        self.client.force_login(self.root)
        for model in OWN:
            with self.subTest(model=model):
                listed, one = self.pages(model)
                page = self.client.get(listed)
                self.assertEqual(page.context["cl"].result_count, 0)
                self.assertEqual(self.client.get(one).status_code, 302)
        page = self.client.get(self.pages(WordList)[0])
        self.assertNotContains(page, "Private")

    def test_votes_of_an_open_round_are_nobodys_on_the_team(self) -> None:
        vote = PilotVote.objects.order_by("-pk")[0]
        PilotRound.objects.filter(pk=vote.pilot_round_id).update(
            state="open", ended_at=None, ended_by=None, reason="", figures={}
        )
        join(self.review, self.root, Role.REVIEWER)
        self.client.force_login(self.root)
        listed, one = self.pages(PilotVote)
        shown = self.client.get(listed).context["cl"].queryset
        self.assertFalse(shown.filter(pilot_round=vote.pilot_round_id).exists())
        self.assertEqual(self.client.get(one).status_code, 302)

    def test_every_model_of_screening_is_there_or_left_out_for_a_reason(self) -> None:
        inline = {Tick, PilotTick, PilotPerson, PilotItem, AllocationPerson}
        models = set(apps.get_app_config("screening").get_models())
        registered = {model for model in models if admin.site.is_registered(model)}
        self.assertEqual(models - registered - inline, set(LEFT_OUT))
