"""The ledger tells who could see a closed item's judgments, and of no other item."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from reviews import members
from reviews.members import Part
from reviews.models import Event, Record, Role, Stage, User
from screening import conflicts, decisions, statements
from screening.ledger import entries, periods
from screening.models import Choice
from screening.pilots import rounds
from tests.cast import join
from tests.factories import create_record, create_staffed_review

INCLUDE, EXCLUDE = Choice.INCLUDE, Choice.EXCLUDE
STAGE = Stage.TITLE_ABSTRACT
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def at(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


class LedgerTestCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")
        cls.review.members.update(added_at=at(-48))
        cls.agreed, cls.settled, cls.disputed, cls.waiting = (
            create_record(review=cls.review, title=f"Record {name}")
            for name in ("agreed", "settled", "disputed", "waiting")
        )
        cls.judge(cls.agreed, EXCLUDE, EXCLUDE)
        cls.judge(cls.settled, INCLUDE, EXCLUDE)
        conflicts.resolve(
            cls.settled, EXCLUDE, resolver=cls.cast.dan, reason="So", at=at(5)
        )
        cls.judge(cls.disputed, INCLUDE, EXCLUDE)
        decisions.decide(cls.waiting, INCLUDE, reviewer=cls.cast.bob, at=at(0))

    @classmethod
    def judge(cls, record: Record, one: Choice, other: Choice) -> None:
        decisions.decide(record, one, reviewer=cls.cast.bob, at=at(0))
        decisions.decide(record, other, reviewer=cls.cast.carol, at=at(1))

    def told(self, reader: User) -> dict[str, list[tuple[str, str, object]]]:
        found = entries.items(self.review, STAGE, reader)
        return {
            str(entry.item): [(s.who, s.how, s.since) for s in entry.seers]
            for entry in entries.of(self.review, STAGE, reader, found)
        }


class EntryTests(LedgerTestCase):
    def test_an_owner_finds_what_is_settled_and_nothing_else(self) -> None:
        found = self.told(self.cast.alice)
        self.assertEqual(list(found), ["Record agreed", "Record settled"])
        self.assertEqual(
            found["Record agreed"],
            [
                ("Bob and Carol", entries.JUDGED, at(1)),
                (entries.EVERYBODY, entries.VERDICT, at(1)),
                ("Alice", entries.OWNS, at(1)),
            ],
        )
        self.assertEqual(
            found["Record settled"],
            [
                ("Bob and Carol", entries.JUDGED, at(1)),
                ("Dan", entries.ADJUDICATES, at(1)),
                ("Alice", entries.OWNS, at(5)),
            ],
        )

    def test_an_adjudicator_finds_open_conflicts_as_well(self) -> None:
        found = self.told(self.cast.dan)
        self.assertEqual(
            list(found), ["Record agreed", "Record settled", "Record disputed"]
        )

    def test_names_are_hidden_from_an_adjudicator_where_the_review_hides_them(
        self,
    ) -> None:
        self.review.plan.hides_judges = True
        self.review.plan.save()
        found = self.told(self.cast.dan)
        self.assertEqual(found["Record disputed"][0][0], entries.REVIEWERS)
        self.assertNotIn("Bob", str(found))

    def test_where_sides_state_first_they_see_from_then_on(self) -> None:
        self.review.plan.states_reason_first = True
        self.review.plan.save()
        statements.state(self.disputed, by=self.cast.bob, quote="in adults", at=at(3))
        found = self.told(self.cast.dan)["Record disputed"]
        self.assertIn(("Bob", entries.JUDGED, at(3)), found)
        self.assertIn(("Carol", entries.JUDGED, None), found)

    def test_roles_count_for_as_long_as_they_were_held(self) -> None:
        dan = self.review.members.get(user=self.cast.dan)
        members.change_parts(dan, [], by=self.cast.alice, at=at(2))
        members.change_parts(
            dan, [Part(Role.ADJUDICATOR, STAGE)], by=self.cast.alice, at=at(8)
        )
        members.remove(dan, by=self.cast.alice, at=at(9))
        found = periods.of(self.review, Role.ADJUDICATOR)
        self.assertEqual(
            [(each.stage, each.since, each.until) for each in found],
            [("", at(-48), at(2)), (STAGE, at(8), at(9))],
        )
        told = self.told(self.cast.alice)["Record settled"]
        self.assertIn(("Dan", entries.ADJUDICATES, at(8)), told)

    def test_a_download_leaves_an_event_and_stands_in_the_ledger(self) -> None:
        url = reverse("screening:export_decisions", args=["ketamine"])
        self.client.force_login(self.cast.alice)
        self.assertEqual(self.client.get(url).status_code, 409)
        self.assertFalse(Event.objects.filter(action="judgments.downloaded").exists())
        decisions.decide(self.waiting, INCLUDE, reviewer=self.cast.carol, at=at(6))
        conflicts.resolve(
            self.disputed, EXCLUDE, resolver=self.cast.dan, reason="So", at=at(6)
        )
        with time_machine.travel(at(7), tick=False):
            self.client.force_login(self.cast.alice)
            b"".join(self.client.get(url).streaming_content)
        event = Event.objects.get(action="judgments.downloaded")
        facts = event.new or {}
        self.assertEqual((event.by, facts["stages"]), (self.cast.alice, [STAGE]))
        told = self.told(self.cast.alice)["Record agreed"]
        self.assertIn(("Alice", "by a download: decisions", at(7)), told)

    def test_a_closed_pilot_round_tells_its_people_owners_and_adjudicators(
        self,
    ) -> None:
        cast = self.cast
        join(self.review, cast.vera, Role.REVIEWER)
        for _ in range(2):
            create_record(review=self.review, title="Drawn")
        people = [cast.bob, cast.carol, cast.vera]
        round_ = rounds.begin(
            self.review, STAGE, size=2, people=people, counts=True, by=cast.alice
        )
        drawn = [item.record for item in round_.items.order_by("position")]
        for person in people:
            for record in drawn:
                assert record is not None
                decisions.decide(record, INCLUDE, reviewer=person, at=at(2))
        rounds.close(round_, by=cast.alice, at=at(4))
        found = self.told(cast.alice)["Drawn"]
        self.assertIn(("The people of pilot round 1", "as it was closed", at(4)), found)
        self.assertIn(("Alice", "as an owner, in pilot round 1", at(4)), found)
        self.assertIn(("Dan", "as an adjudicator, in pilot round 1", at(4)), found)
        self.assertNotIn("pilot", str(self.told(cast.alice)["Record agreed"]))

    def test_its_queries_do_not_grow(self) -> None:
        found = entries.items(self.review, STAGE, self.cast.dan)
        list(entries.of(self.review, STAGE, self.cast.dan, found))
        with self.assertNumQueries(14):
            list(entries.of(self.review, STAGE, self.cast.dan, found.all()))
        for _ in range(5):
            self.judge(create_record(review=self.review), INCLUDE, EXCLUDE)
        with self.assertNumQueries(14):
            list(entries.of(self.review, STAGE, self.cast.dan, found.all()))


class LedgerPageTests(LedgerTestCase):
    def get(self, user: User, name: str = "ledger", **query: Any) -> Any:
        self.client.force_login(user)
        return self.client.get(reverse(f"screening:{name}", args=["ketamine"]), query)

    def test_the_page_tells_it_to_owners_and_adjudicators_alone(self) -> None:
        page = self.get(self.cast.alice)
        self.assertContains(page, "Bob and Carol, judged it: since 16 November 2026")
        self.assertNotContains(page, "Record waiting")
        self.assertNotContains(page, "Record disputed")
        self.assertContains(self.get(self.cast.dan), "An open conflict")
        for user in (self.cast.bob, self.cast.vera):
            self.assertEqual(self.get(user).status_code, 403)
        self.assertEqual(self.get(self.cast.alice, stage="x").status_code, 404)
        page = self.get(self.cast.alice, stage="full_text")
        self.assertContains(page, "Nothing is closed yet")

    def test_the_file_has_a_line_for_each_who_could_see(self) -> None:
        answer = self.get(self.cast.alice, "ledger_file")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(len(rows), 6)
        self.assertEqual(rows[0]["since"], timezone.localtime(at(1)).isoformat())
        self.assertEqual(
            {row["title"] for row in rows}, {"Record agreed", "Record settled"}
        )

    def test_a_lone_judgment_changes_neither_page_nor_file(self) -> None:
        before = self.get(self.cast.alice).content
        decisions.decide(self.waiting, EXCLUDE, reviewer=self.cast.bob)
        after = self.get(self.cast.alice).content
        self.assertEqual(steady(before), steady(after))


def steady(page: bytes) -> bytes:
    return b"\n".join(
        line
        for line in page.splitlines()
        if b"csrf" not in line and b"X-CSRFToken" not in line
    )
