import uuid
from typing import Any

from django.test import TestCase
from django.urls import reverse

from reviews.models import Record, Report, Role, Stage, User, Verdict
from screening import conflicts, decisions
from screening.forms.conflict import named
from screening.models import Choice, Resolution
from tests.cast import PASSWORD, join
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_staffed_review,
)

PLANTED = "Zanzibarmarmalade"


class ConflictPageTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="held")
        cls.design = create_criterion(
            review=cls.review, code="D", text="Not a trial", reason="Wrong design"
        )
        cls.record = create_record(review=cls.review, title="In dispute")
        cls.report = create_report(review=cls.review, title="A full text")

    def judge(self, item: Record | Report, bob: str, carol: str) -> None:
        for reviewer, choice in ((self.cast.bob, bob), (self.cast.carol, carol)):
            if choice:
                decisions.decide(
                    item,
                    Choice(choice),
                    reviewer=reviewer,
                    criteria=[self.design] if choice == "exclude" else [],
                    note=f"{PLANTED} of {reviewer}",
                )

    def url(self, name: str, item: Record | Report) -> str:
        return reverse(f"screening:{name}", args=["held", item.pk])

    def get(self, user: User, item: Record | Report) -> Any:
        self.client.force_login(user)
        kind = "record" if isinstance(item, Record) else "report"
        return self.client.get(self.url(f"conflict_{kind}", item))

    def resolve(self, user: User, item: Record | Report, **data: Any) -> Any:
        self.client.force_login(user)
        kind = "record" if isinstance(item, Record) else "report"
        seen = ".".join(map(named, conflicts.sides(item)))
        data = {
            "seen": seen,
            "reason": "Seen together",
            "cause": "misread",
            **data,
        }
        return self.client.post(self.url(f"conflict_{kind}", item), data)

    def stored(self) -> Record:
        return Record.objects.get(pk=self.record.pk)


class SeeingTests(ConflictPageTests):
    def test_shows_both_sides_to_those_who_may_settle(self) -> None:
        self.judge(self.record, "include", "exclude")
        for user in (self.cast.bob, self.cast.carol, self.cast.dan):
            response = self.get(user, self.record)
            for words in (f"{PLANTED} of Bob", f"{PLANTED} of Carol", "Not a trial"):
                self.assertContains(response, words)
        self.assertContains(response, "as an <strong>adjudicator</strong>")
        self.assertContains(
            self.get(self.cast.bob, self.record), "as a <strong>consensus</strong>"
        )

    def test_those_without_a_part_get_403_whatever_was_judged(self) -> None:
        for bob, carol in (("", ""), ("include", ""), ("", "exclude")):
            self.judge(self.record, bob, carol)
            for user in (self.cast.alice, self.cast.vera):
                self.assertEqual(self.get(user, self.record).status_code, 403)
                posted = self.resolve(user, self.record, choice="include")
                self.assertEqual(posted.status_code, 403)

    def test_what_is_no_conflict_looks_the_same_to_all_with_a_part(self) -> None:
        people = (self.cast.bob, self.cast.carol, self.cast.dan)
        got, posted = set(), set()
        for bob, carol in (("", ""), ("include", ""), ("", "include")):
            self.judge(self.record, bob, carol)
            for user in people:
                response = self.get(user, self.record)
                got.add((response.status_code, PLANTED in response.content.decode()))
                response = self.resolve(user, self.record, choice="include")
                posted.add((response.status_code, PLANTED in response.content.decode()))
                self.assertContains(response, "Seen together", status_code=409)
        self.assertEqual(got, {(404, False)})
        self.assertEqual(posted, {(409, False)})
        self.assertEqual(Resolution.objects.count(), 0)

    def test_a_reviewer_who_did_not_judge_it_finds_the_same_in_every_case(self) -> None:
        erin = User.objects.create_user("erin", "erin@example.org", PASSWORD)
        join(self.review, erin, Role.REVIEWER)
        for bob, carol in (("", ""), ("include", ""), ("", "exclude")):
            self.judge(self.record, bob, carol)
            self.assertEqual(self.get(erin, self.record).status_code, 404)
            posted = self.resolve(erin, self.record, choice="include")
            self.assertEqual(posted.status_code, 409)
            self.assertNotContains(posted, PLANTED, status_code=409)
            self.assertNotContains(
                self.client.get(reverse("screening:conflict_list", args=["held"])),
                "In dispute",
            )

    def test_lists_what_the_person_may_settle(self) -> None:
        self.judge(self.record, "include", "exclude")
        self.judge(self.report, "", "include")
        url = reverse("screening:conflict_list", args=["held"])
        for user in (self.cast.bob, self.cast.dan):
            self.client.force_login(user)
            self.assertContains(self.client.get(url), "In dispute")
            response = self.client.get(url, {"show": "full_text"})
            self.assertNotContains(response, "A full text")
            self.assertEqual(self.client.get(url, {"show": "x"}).status_code, 404)


class SettlingTests(ConflictPageTests):
    def test_an_adjudicator_settles_and_the_votes_stay(self) -> None:
        self.judge(self.record, "include", "exclude")
        response = self.resolve(self.cast.dan, self.record, choice="include")
        self.assertRedirects(
            response,
            reverse("screening:conflict_list", args=["held"]) + "?show=title_abstract",
        )
        self.assertEqual(self.stored().verdict, Verdict.INCLUDE)
        self.assertEqual(self.stored().settlement, "adjudication")
        response = self.get(self.cast.bob, self.record)
        self.assertContains(response, f"{PLANTED} of Carol")
        self.assertContains(response, "Seen together")
        self.assertContains(response, "Open it again")

    def test_one_of_the_two_records_a_consensus(self) -> None:
        self.judge(self.record, "include", "exclude")
        self.resolve(
            self.cast.bob, self.record, choice="exclude", criterion=self.design.pk
        )
        self.assertEqual(self.stored().settlement, "consensus")
        self.assertEqual(self.stored().counted_reason, self.design)

    def test_a_reason_is_asked_for_and_what_was_typed_stays(self) -> None:
        self.judge(self.report, "include", "exclude")
        response = self.resolve(
            self.cast.dan, self.report, choice="exclude", reason="Long thoughts"
        )
        self.assertContains(response, "Name the criterion", status_code=422)
        self.assertContains(response, "Long thoughts", status_code=422)
        response = self.resolve(
            self.cast.dan, self.record, choice="include", reason=" "
        )
        self.assertEqual(Resolution.objects.count(), 0)

    def test_an_excluded_full_text_is_counted_under_the_criterion_named(self) -> None:
        self.judge(self.report, "include", "exclude")
        self.resolve(
            self.cast.dan, self.report, choice="exclude", criterion=self.design.pk
        )
        found = Report.objects.get(pk=self.report.pk)
        self.assertEqual(found.counted_reason, self.design)

    def test_the_form_posted_twice_settles_once(self) -> None:
        self.judge(self.record, "include", "exclude")
        token = uuid.uuid4()
        for _ in range(2):
            response = self.resolve(
                self.cast.dan, self.record, choice="include", token=token
            )
            self.assertEqual(response.status_code, 302)
        self.assertEqual(Resolution.objects.count(), 1)

    def test_the_second_of_two_is_told_who_was_first_and_keeps_the_reason(self) -> None:
        self.judge(self.record, "include", "exclude")
        self.resolve(self.cast.dan, self.record, choice="include")
        response = self.resolve(
            self.cast.bob, self.record, choice="exclude", reason="My own words"
        )
        self.assertContains(response, "settled meanwhile by Dan", status_code=409)
        self.assertContains(response, "My own words", status_code=409)
        self.assertEqual(self.stored().verdict, Verdict.INCLUDE)
        self.assertEqual(Resolution.objects.count(), 1)

    def test_nobody_settles_decisions_that_they_have_not_seen(self) -> None:
        self.judge(self.record, "include", "exclude")
        seen = ".".join(map(named, conflicts.sides(self.record)))
        decisions.decide(
            self.record, Choice.EXCLUDE, reviewer=self.cast.carol, note="Another word"
        )
        response = self.resolve(self.cast.dan, self.record, choice="include", seen=seen)
        self.assertContains(response, "A decision was changed", status_code=409)
        self.assertContains(response, "Seen together", status_code=409)
        fresh = ".".join(map(named, conflicts.sides(self.record)))
        self.assertContains(response, f'value="{fresh}"', status_code=409)
        self.assertEqual(Resolution.objects.count(), 0)

    def test_nothing_is_shown_any_more_once_one_takes_their_vote_back(self) -> None:
        self.judge(self.record, "include", "exclude")
        mine = decisions.last_word(self.record, self.cast.bob)
        assert mine is not None
        decisions.take_back(mine, reviewer=self.cast.bob)
        self.assertEqual(self.get(self.cast.dan, self.record).status_code, 404)
        response = self.resolve(self.cast.dan, self.record, choice="include")
        self.assertNotContains(response, PLANTED, status_code=409)


class ReopeningTests(ConflictPageTests):
    def setUp(self) -> None:
        self.judge(self.record, "include", "exclude")
        self.resolution = conflicts.resolve(
            self.record, Choice.INCLUDE, resolver=self.cast.dan, reason="At first"
        )

    def reopen(self, user: User, **data: Any) -> Any:
        self.client.force_login(user)
        given = {"resolution": self.resolution.pk, "reason": "On second thought"}
        return self.client.post(
            self.url("reopen_record", self.record), {**given, **data}
        )

    def test_opens_it_again_with_a_reason(self) -> None:
        response = self.reopen(self.cast.carol)
        self.assertRedirects(response, self.url("conflict_record", self.record))
        self.assertEqual(self.stored().verdict, Verdict.OPEN)
        self.assertContains(self.client.get(response.url), "On second thought")
        self.assertQuerySetEqual(
            conflicts.in_conflict(self.review, Stage.TITLE_ABSTRACT), [self.record]
        )

    def test_asks_for_a_reason(self) -> None:
        self.assertEqual(self.reopen(self.cast.dan, reason=" ").status_code, 422)
        self.assertEqual(self.stored().verdict, Verdict.INCLUDE)

    def test_twice_opens_it_once(self) -> None:
        self.reopen(self.cast.dan)
        response = self.reopen(self.cast.bob, reason="Late words")
        self.assertContains(response, "Late words", status_code=409)
        self.assertEqual(Resolution.objects.count(), 2)

    def test_is_listed_as_settled_to_those_who_may_see_it(self) -> None:
        url = reverse("screening:conflict_list", args=["held"])
        for user in (self.cast.bob, self.cast.dan):
            self.client.force_login(user)
            self.assertContains(self.client.get(url, {"show": "settled"}), "In dispute")
        decisions.decide(self.record, Choice.EXCLUDE, reviewer=self.cast.bob)
        response = self.client.get(url, {"show": "settled"})
        self.assertNotContains(response, "In dispute")

    def test_one_on_a_record_that_was_taken_out_rests_with_it(self) -> None:
        Record.objects.filter(pk=self.record.pk).update(in_review=False)
        self.client.force_login(self.cast.dan)
        url = reverse("screening:conflict_list", args=["held"])
        page = self.client.get(url, {"show": "settled"})
        self.assertNotContains(page, "In dispute")
