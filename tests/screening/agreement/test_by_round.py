"""Agreement of a pilot round: all of its people judged alone until it was closed."""

import csv
import io
from typing import ClassVar

from django.test import TestCase
from django.urls import reverse

from reviews.exports.options import Options
from reviews.models import Criterion, Record, Review, Role, Stage
from screening import conflicts, decisions, judging
from screening.agreement import by_round, judged, reading, tables, wording
from screening.models import Choice, PilotRound
from screening.numbers import changing
from screening.pilots import rounds
from screening.stopping import both
from tests.cast import Cast, join
from tests.factories import create_criterion, create_record, create_staffed_review

TA = Stage.TITLE_ABSTRACT
INCLUDE, EXCLUDE = Choice.INCLUDE, Choice.EXCLUDE


class RoundTestCase(TestCase):
    """Three judge three records: they agree on two, and Vera differs on the last."""

    review: ClassVar[Review]
    cast: ClassVar[Cast]
    criterion: ClassVar[Criterion]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="rounds")
        join(cls.review, cls.cast.vera, Role.REVIEWER)
        cls.criterion = create_criterion(review=cls.review)
        for _ in range(3):
            create_record(review=cls.review)

    def begin(self, *, counts: bool) -> PilotRound:
        people = [self.cast.bob, self.cast.carol, self.cast.vera]
        return rounds.begin(
            self.review, TA, size=3, people=people, counts=counts, by=self.cast.alice
        )

    def drawn(self, found: PilotRound) -> list[Record]:
        items = found.items.order_by("position").select_related("record__review")
        return [each.record for each in items if each.record]

    def judge(self, found: PilotRound) -> PilotRound:
        first, second, third = self.drawn(found)
        for person in (self.cast.bob, self.cast.carol, self.cast.vera):
            differs = person == self.cast.vera
            for record, choice in (
                (first, INCLUDE),
                (second, EXCLUDE),
                (third, EXCLUDE if differs else INCLUDE),
            ):
                judging.judge(
                    record,
                    choice,
                    reviewer=person,
                    criteria=[self.criterion] if choice == EXCLUDE else [],
                    pilot=None if found.counts else found.number,
                )
        return found

    def close(self, found: PilotRound) -> PilotRound:
        return rounds.close(found, by=self.cast.alice)

    def settle(self, found: PilotRound) -> None:
        conflicts.resolve(
            self.drawn(found)[2], INCLUDE, resolver=self.cast.dan, reason="Read it."
        )

    def in_one_round(self, *, counts: bool = True) -> PilotRound:
        return self.close(self.judge(self.begin(counts=counts)))


class IndependentInRoundsTests(RoundTestCase):
    def test_all_who_judged_before_the_round_was_closed_judged_alone(self) -> None:
        found = self.in_one_round()
        self.settle(found)
        counted = list(judged.of(self.review, TA))
        self.assertEqual([len(each.choices) for each in counted], [3, 3, 3])
        self.assertEqual({each.closed_at for each in counted}, {found.ended_at})

    def test_a_mind_changed_after_it_changes_nothing(self) -> None:
        found = self.in_one_round()
        self.settle(found)
        before = reading.over(self.review, TA).units
        decisions.decide(self.drawn(found)[0], EXCLUDE, reviewer=self.cast.bob)
        decisions.decide(self.drawn(found)[0], INCLUDE, reviewer=self.cast.bob)
        self.assertEqual(reading.over(self.review, TA).units, before)

    def test_of_an_open_round_nothing_is_counted_whatever_is_asked(self) -> None:
        self.judge(self.begin(counts=True))
        everything = self.review.records.all()
        self.assertEqual(list(judged.of(self.review, TA, items=everything)), [])

    def test_what_one_judged_in_it_is_closed_by_the_next_after_it(self) -> None:
        found = self.begin(counts=True)
        record = self.drawn(found)[0]
        decisions.decide(record, INCLUDE, reviewer=self.cast.bob)
        self.close(found)
        made = decisions.decide(record, INCLUDE, reviewer=self.cast.carol)
        (counted,) = judged.of(self.review, TA)
        self.assertEqual(counted.closed_at, made.decided_at)

    def test_the_number_of_that_day_counts(self) -> None:
        found = self.begin(counts=True)
        decisions.decide(self.drawn(found)[0], INCLUDE, reviewer=self.cast.bob)
        self.to(1)
        self.close(found)
        (counted,) = judged.of(self.review, TA)
        self.assertEqual(counted.choices, {self.cast.bob.pk: "include"})
        found.refresh_from_db()
        self.assertEqual(counted.closed_at, found.ended_at)

    def test_what_both_missed_is_told_of_each_pair_of_the_round(self) -> None:
        found = self.in_one_round()
        self.settle(found)
        told = [
            (each.found.first, each.found.second) for each in both.pairs(self.review)
        ]
        self.assertEqual(told, [(2, 2), (2, 1), (2, 1)])

    def test_the_sentence_says_that_three_judged(self) -> None:
        found = self.in_one_round()
        self.settle(found)
        self.assertIn("3 of them each", wording.sentence(reading.over(self.review, TA)))

    def to(self, number: int) -> None:
        made = changing.ask(self.review, TA, number, by=self.cast.alice, because="So")
        changing.change(made, by=self.cast.alice)
        self.review.refresh_from_db()


class ChangingInRoundsTests(RoundTestCase):
    def test_what_an_open_round_holds_is_not_touched_by_another_number(self) -> None:
        found = self.begin(counts=True)
        record = self.drawn(found)[0]
        decisions.decide(record, INCLUDE, reviewer=self.cast.bob)
        effect = changing.effect(self.review, TA, 1, reader=self.cast.alice)
        self.assertEqual(list(effect.settles), [])
        made = changing.ask(self.review, TA, 1, by=self.cast.alice, because="So")
        with self.settings(VOTES_AT_ONCE=0):
            self.assertTrue(changing.at_once(made))
        changing.change(made, by=self.cast.alice)
        record.refresh_from_db()
        self.assertEqual(record.verdict, "")
        self.close(found)
        record.refresh_from_db()
        self.assertEqual(record.verdict, "include")


class RoundPageTests(RoundTestCase):
    def url(self, query: str = "") -> str:
        return reverse("screening:agreement", args=["rounds"]) + query

    def page(self, query: str = "") -> str:
        self.client.force_login(self.cast.alice)
        return self.client.get(self.url(query)).content.decode()

    def test_an_owner_chooses_a_closed_round_that_does_not_count(self) -> None:
        self.in_one_round(counts=False)
        self.assertIn("?round=title_abstract-1", self.page())
        page = self.page("?round=title_abstract-1")
        self.assertIn(
            "In pilot round 1, 3 reviewers judged 3 titles and abstracts", page
        )
        self.assertIn("Bob and Vera came to the same on 2 of 3", page)
        self.assertIn("do not count for the review", page)

    def test_a_number_opens_its_records_of_that_round(self) -> None:
        found = self.in_one_round(counts=False)
        self.client.force_login(self.cast.alice)
        page = self.client.get(
            reverse("screening:agreement_items", args=["rounds", TA]),
            {
                "first": str(self.cast.bob.pk),
                "second": str(self.cast.vera.pk),
                "one": "on",
                "other": str(EXCLUDE),
                "round": "title_abstract-1",
            },
        )
        self.assertContains(page, self.drawn(found)[2].title)
        self.assertContains(page, "pilot round 1")
        self.assertEqual(len(page.context["items"]), 1)

    def test_an_open_or_abandoned_round_is_nowhere(self) -> None:
        found = self.judge(self.begin(counts=True))
        self.assertNotIn("?round", self.page())
        self.assertEqual(self.status(), 404)
        rounds.abandon(found, by=self.cast.alice, reason="Wrong sample.")
        self.assertNotIn("?round", self.page())
        self.assertEqual(self.status(), 404)

    def status(self) -> int:
        return self.client.get(self.url("?round=title_abstract-1")).status_code

    def test_its_figures_stay_whatever_is_said_later(self) -> None:
        found = self.in_one_round()
        before = by_round.of(found).units
        decisions.decide(self.drawn(found)[2], INCLUDE, reviewer=self.cast.vera)
        self.assertEqual(by_round.of(found).units, before)

    def test_whoever_adjudicates_without_names_finds_no_pair_of_it(self) -> None:
        self.in_one_round()
        join(self.review, self.cast.alice, Role.ADJUDICATOR)
        self.review.plan.hides_judges = True
        self.review.plan.save()
        page = self.page("?round=title_abstract-1")
        self.assertIn("3 reviewers judged", page)
        self.assertNotIn("Vera", page)

    def test_nobody_but_an_owner_sees_it(self) -> None:
        self.in_one_round()
        for person in (self.cast.bob, self.cast.dan):
            self.client.force_login(person)
            self.assertEqual(self.status(), 403)

    def test_the_file_holds_it_once_the_stage_is_closed(self) -> None:
        found = self.in_one_round()
        self.settle(found)
        data = b"".join(tables.WRITERS["agreement"][".csv"](self.review, Options()))
        rows = list(csv.DictReader(io.StringIO(data.decode())))
        of_it = [row for row in rows if row["round"] == "1"]
        alone = {row["figure"]: row["value"] for row in of_it if not row["first"]}
        self.assertEqual(alone["items"], "3")
        self.assertEqual(alone["percent_agreement"], "77.777778")
        self.assertEqual(len({(row["first"], row["second"]) for row in of_it}), 4)

    def test_no_file_holds_it_before(self) -> None:
        self.in_one_round()
        self.assertEqual(by_round.in_files(self.review), [])
