import uuid
from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews import members, records, reports
from reviews.duplicates import marking
from reviews.models import Criterion, Record, Report, Role, Stage, User
from screening import decisions
from screening.models import Choice, Decision
from tests.cast import PASSWORD, join
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_review,
    create_staffed_review,
)

HTMX = {"HX-Request": "true"}
PLANTED = "Zanzibarmarmalade"


class DecisionPageTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="held")
        cls.population = create_criterion(
            review=cls.review, code="P", text="Adults only", position=2
        )
        cls.design = create_criterion(
            review=cls.review, code="D", text="No trial", position=1
        )
        cls.records = [
            create_record(review=cls.review, title=f"Title number {number}")
            for number in range(4)
        ]

    def setUp(self) -> None:
        self.client.force_login(self.cast.bob)

    def get(self, name: str, *args: Any, **query: Any) -> Any:
        return self.client.get(
            reverse(f"screening:{name}", args=[self.review.slug, *args]), query
        )

    def post(self, name: str, *args: Any, headers: Any = None, **data: Any) -> Any:
        url = reverse(f"screening:{name}", args=[self.review.slug, *args])
        return self.client.post(url, data, headers=headers)

    def carol(self, item: Record | Report, choice: Choice, **more: Any) -> Decision:
        return decisions.decide(item, choice, reviewer=self.cast.carol, **more)

    def shown(self, response: Any) -> str:
        return str(response.context["card"].item)


class ScreenTests(DecisionPageTests):
    def test_shows_the_next_record_with_the_criteria_in_protocol_order(self) -> None:
        response = self.get("screen")
        self.assertContains(response, "Title number 0")
        text = response.content.decode()
        self.assertLess(text.index("No trial"), text.index("Adults only"))
        self.assertContains(response, "0 of 4 judged by you")

    def test_shows_links_that_are_safe(self) -> None:
        Record.objects.filter(pk=self.records[0].pk).update(
            doi="10.1000/x", url="javascript:alert(1)", abstract="<b>METHODS</b>"
        )
        response = self.get("screen")
        self.assertContains(
            response,
            'href="https://doi.org/10.1000/x" target="_blank" rel="noopener nore',
        )
        self.assertNotContains(response, "javascript:")
        self.assertContains(response, "&lt;b&gt;METHODS")

    def test_without_a_script_a_decision_redirects_to_the_next(self) -> None:
        response = self.post(
            "decide",
            self.records[0].pk,
            choice="exclude",
            criteria=[self.design.pk],
            note="Not a trial",
            token=uuid.uuid4(),
        )
        self.assertRedirects(response, reverse("screening:screen", args=["held"]))
        made = Decision.objects.get()
        self.assertEqual((made.choice, made.note), ("exclude", "Not a trial"))
        self.assertEqual(made.ticks.get().criterion.criterion, self.design)
        response = self.get("screen")
        self.assertEqual(self.shown(response), "Title number 1")
        self.assertContains(response, "Title number 0")
        self.assertContains(response, "Undo")

    def test_with_htmx_the_answer_is_the_next_record(self) -> None:
        response = self.post("decide", self.records[0].pk, headers=HTMX, choice="maybe")
        self.assertEqual(response.status_code, 200)
        self.assertNotContains(response, "<html")
        self.assertContains(response, "Title number 1")
        self.assertContains(response, 'hx-swap-oob="innerHTML:#last-decision"')
        self.assertContains(response, "1 of 4 judged by you")

    def test_the_form_posted_twice_counts_once(self) -> None:
        token = uuid.uuid4()
        for _ in range(2):
            response = self.post(
                "decide", self.records[0].pk, choice="include", token=token
            )
            self.assertEqual(response.status_code, 302)
        self.assertEqual(Decision.objects.count(), 1)

    def test_a_page_gone_back_to_says_what_it_said_first_once_more(self) -> None:
        token = uuid.uuid4()
        for choice in ("exclude", "include", "exclude", "exclude"):
            self.post("decide", self.records[0].pk, choice=choice, token=token)
        said = Decision.objects.filter(
            record=self.records[0], reviewer=self.cast.bob
        ).order_by("-pk")
        self.assertEqual(
            [made.choice for made in said], ["exclude", "include", "exclude"]
        )

    def test_another_s_token_neither_fails_nor_tells(self) -> None:
        token = self.carol(self.records[1], Choice.EXCLUDE).token
        self.post("decide", self.records[0].pk, choice="include", token=token)
        mine = Decision.objects.get(reviewer=self.cast.bob)
        self.assertEqual(mine.record, self.records[0])

    def test_a_press_of_no_button_keeps_what_was_typed(self) -> None:
        response = self.post(
            "decide",
            self.records[0].pk,
            headers=HTMX,
            note="Half a thought",
            criteria=[self.population.pk],
        )
        self.assertContains(response, "Half a thought", status_code=422)
        self.assertContains(response, "Press one of the buttons", status_code=422)
        self.assertContains(
            response, f'value="{self.population.pk}" checked', status_code=422
        )
        self.assertEqual(Decision.objects.count(), 0)

    def test_ticks_never_count_for_words_that_were_not_shown(self) -> None:
        shown = self.get("screen").context["card"].form.current_wording
        Criterion.objects.filter(pk=self.design.pk).update(version=2)
        response = self.post(
            "decide", self.records[0].pk, choice="exclude", wording=shown
        )
        self.assertContains(response, "criteria were changed", status_code=422)
        self.assertEqual(Decision.objects.count(), 0)

    def test_a_criterion_of_another_review_is_refused(self) -> None:
        elsewhere = create_criterion(review=create_review(owner=self.cast.alice))
        response = self.post(
            "decide", self.records[0].pk, choice="exclude", criteria=[elsewhere.pk]
        )
        self.assertEqual(response.status_code, 422)
        self.assertEqual(Decision.objects.count(), 0)

    def test_tells_what_comes_next_when_nothing_waits(self) -> None:
        for record in self.records:
            decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)
        self.assertContains(self.get("screen"), "Nothing waits for you here")

    def test_tells_where_records_come_from_when_there_are_none(self) -> None:
        for record in self.records:
            records.remove(
                record, Record.Removal.OTHER, reason="Test", by=self.cast.alice
            )
        self.assertContains(self.get("screen"), "No record waits to be screened")

    def test_the_number_of_queries_does_not_grow(self) -> None:
        numbers = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as counted:
                self.get("screen")
            numbers.append(len(counted))
            for number in range(10):
                record = create_record(review=self.review)
                if number % 2:
                    self.carol(record, Choice.INCLUDE)
        self.assertEqual(numbers[0], numbers[1])
        self.assertLessEqual(numbers[0], 35)


class TakeBackTests(DecisionPageTests):
    def test_takes_one_s_own_back_and_shows_it_again_with_its_note(self) -> None:
        for record in self.records[:2]:
            made = decisions.decide(
                record,
                Choice.EXCLUDE,
                reviewer=self.cast.bob,
                criteria=[self.design],
                note="Kept words",
            )
        response = self.post("take_back", decision=made.token)
        self.assertRedirects(response, reverse("screening:screen", args=["held"]))
        response = self.get("screen")
        self.assertEqual(self.shown(response), "Title number 1")
        self.assertContains(response, "Kept words")
        self.assertContains(response, f'value="{self.design.pk}" checked')

    def test_several_undone_come_back_in_order(self) -> None:
        for record in self.records[:3]:
            decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)
        for expected in ("Title number 2", "Title number 1"):
            last = decisions.own_last(self.review, Stage.TITLE_ABSTRACT, self.cast.bob)
            assert last is not None
            response = self.post("take_back", headers=HTMX, decision=last.token)
            self.assertEqual(self.shown(response), expected)
        response = self.post(
            "decide", self.records[1].pk, headers=HTMX, choice="include"
        )
        self.assertEqual(self.shown(response), "Title number 2")

    def test_finds_nothing_of_another_s(self) -> None:
        theirs = self.carol(self.records[0], Choice.EXCLUDE)
        for given in (theirs.token, theirs.pk, uuid.uuid4(), "", "x", "9" * 5000):
            self.assertEqual(self.post("take_back", decision=given).status_code, 404)
        self.assertEqual(Decision.objects.count(), 1)


class JudgeRecordTests(DecisionPageTests):
    def test_shows_one_s_own_history_and_no_other_s(self) -> None:
        self.carol(self.records[0], Choice.EXCLUDE, note=PLANTED)
        for choice, note in ((Choice.INCLUDE, "First"), (Choice.MAYBE, "Second")):
            decisions.decide(self.records[0], choice, reviewer=self.cast.bob, note=note)
        response = self.get("judge_record", self.records[0].pk)
        self.assertContains(response, "First")
        self.assertContains(response, "Second")
        self.assertNotContains(response, PLANTED)

    def test_a_changed_mind_supersedes(self) -> None:
        decisions.decide(self.records[0], Choice.INCLUDE, reviewer=self.cast.bob)
        self.post("decide", self.records[0].pk, choice="exclude")
        said = Decision.objects.filter(
            record=self.records[0], reviewer=self.cast.bob
        ).order_by("-pk")
        self.assertEqual([made.choice for made in said], ["exclude", "include"])

    def test_a_decision_on_a_copy_that_was_merged_is_kept_and_said_so(self) -> None:
        kept, copy = self.records[:2]
        marking.add(copy, to=kept, by=self.cast.alice)
        response = self.post("decide", copy.pk, headers=HTMX, choice="include")
        self.assertContains(response, "was merged meanwhile")
        self.assertContains(
            response, reverse("screening:judge_record", args=["held", kept.pk])
        )
        self.assertEqual(Decision.objects.get().record, copy)
        self.assertContains(
            self.get("judge_record", copy.pk), "Judge the copy that goes on"
        )

    def test_a_third_is_told_that_two_have_judged_and_keeps_what_was_typed(
        self,
    ) -> None:
        third = User.objects.create_user("erin", "erin@example.org", PASSWORD)
        join(self.review, third, Role.REVIEWER)
        self.carol(self.records[0], Choice.INCLUDE)
        decisions.decide(self.records[0], Choice.EXCLUDE, reviewer=self.cast.bob)
        self.client.force_login(third)
        response = self.post(
            "decide", self.records[0].pk, choice="include", note="Typed in vain"
        )
        self.assertContains(response, "As many people as", status_code=422)
        self.assertContains(response, "Typed in vain", status_code=422)
        self.assertNotContains(
            self.get("judge_record", self.records[0].pk), 'value="maybe"'
        )

    def test_a_removed_record_is_not_open(self) -> None:
        records.remove(
            self.records[0], Record.Removal.OTHER, reason="Test", by=self.cast.alice
        )
        response = self.post("decide", self.records[0].pk, choice="include")
        self.assertContains(response, "removed before screening", status_code=422)

    def test_a_member_who_was_removed_finds_nothing_and_writes_nothing(self) -> None:
        members.remove(self.review.members.get(user=self.cast.bob), by=self.cast.alice)
        response = self.post("decide", self.records[0].pk, choice="include")
        self.assertEqual(response.status_code, 404)
        self.assertEqual(Decision.objects.count(), 0)


class MyDecisionsTests(DecisionPageTests):
    def test_lists_one_s_own_and_filters_them(self) -> None:
        decisions.decide(
            self.records[0], Choice.EXCLUDE, reviewer=self.cast.bob, note="Own note"
        )
        decisions.decide(self.records[1], Choice.MAYBE, reviewer=self.cast.bob)
        self.carol(self.records[2], Choice.MAYBE, note=PLANTED)
        response = self.get("my_decisions")
        self.assertContains(response, "Own note")
        self.assertContains(response, "Title number 1")
        self.assertNotContains(response, "Title number 2")
        self.assertNotContains(response, PLANTED)
        response = self.get("my_decisions", choice="maybe")
        self.assertNotContains(response, "Title number 0")
        response = self.get("my_decisions", text="own")
        self.assertContains(response, "Title number 0")
        self.assertNotContains(response, "Title number 1")


class FullTextTests(DecisionPageTests):
    def test_judges_what_was_retrieved(self) -> None:
        report = create_report(review=self.review, title="A full text")
        create_report(review=self.review, title="Not here", retrieval="awaiting")
        response = self.get("full_text_queue")
        self.assertContains(response, "A full text")
        self.assertNotContains(response, 'value="maybe"')
        self.assertContains(response, "0 of 1 judged by you")
        response = self.post("decide_report", report.pk, choice="include")
        self.assertRedirects(
            response, reverse("screening:full_text_queue", args=["held"])
        )

    def test_an_exclusion_without_a_criterion_keeps_the_note(self) -> None:
        report = create_report(review=self.review)
        response = self.post(
            "decide_report", report.pk, headers=HTMX, choice="exclude", note="Because"
        )
        self.assertContains(response, "Tick at least one", status_code=422)
        self.assertContains(response, "Because", status_code=422)

    def test_there_is_no_maybe(self) -> None:
        report = create_report(review=self.review)
        response = self.post("decide_report", report.pk, choice="maybe")
        self.assertEqual(response.status_code, 422)

    def test_what_is_no_longer_retrieved_is_not_open(self) -> None:
        report = create_report(review=self.review)
        reports.mark_awaiting(report, by=self.cast.alice)
        response = self.post("decide_report", report.pk, choice="include")
        self.assertContains(response, "not up for assessment", status_code=422)


class BlindTests(DecisionPageTests):
    """All that bob sees is the same whether carol has judged or not."""

    def pages(self) -> list[str]:
        return [
            self.get("screen").content.decode(),
            self.get("judge_record", self.records[1].pk).content.decode(),
            self.get("my_decisions").content.decode(),
            self.get("full_text_queue").content.decode(),
            self.get("conflict_list").content.decode(),
            self.client.get("/").content.decode(),
        ]

    def test_the_pages_do_not_change_when_carol_judges_ahead(self) -> None:
        report = create_report(review=self.review)
        before = [self.steady(page) for page in self.pages()]
        for item in (*self.records[1:], report):
            self.carol(item, Choice.EXCLUDE, criteria=[self.design], note=PLANTED)
        self.assertEqual(before, [self.steady(page) for page in self.pages()])

    def test_the_answer_to_a_decision_is_the_same_until_both_have_judged(self) -> None:
        answers = []
        for record in (self.records[0], self.records[2]):
            if record is self.records[2]:
                self.carol(self.records[3], Choice.EXCLUDE, note=PLANTED)
            response = self.post("decide", record.pk, headers=HTMX, choice="include")
            answers.append(response.status_code)
            self.assertNotContains(response, PLANTED)
        self.assertEqual(answers, [200, 200])

    def steady(self, page: str) -> str:
        lines = [
            line
            for line in page.splitlines()
            if 'name="token"' not in line and "csrf" not in line.lower()
        ]
        return "\n".join(lines)
