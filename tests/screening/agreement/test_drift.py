"""Agreement by week and criterion; a criterion is marked and never a person."""

from datetime import UTC, datetime, timedelta

from django.test import SimpleTestCase, TestCase
from django.urls import reverse
from django.utils import timezone

from reviews.models import Record, Role, Stage, User
from screening import conflicts, decisions
from screening.agreement import drift
from screening.agreement.judged import Judged
from screening.models import Choice
from tests.cast import join
from tests.factories import create_criterion, create_record, create_staffed_review

INCLUDE, EXCLUDE = Choice.INCLUDE, Choice.EXCLUDE
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
STAGE = Stage.TITLE_ABSTRACT


def judged(item: int, one: set[int] | None, other: set[int] | None) -> Judged:
    """Make an item that each excluded for some criteria, or (None) included."""
    sides = {1: one, 2: other}
    return Judged(
        item,
        MONDAY,
        {who: "include" if said is None else "exclude" for who, said in sides.items()},
        {who: frozenset(said or ()) for who, said in sides.items()},
    )


class TickingTests(SimpleTestCase):
    def test_an_item_counts_where_both_exclude_or_either_ticks(self) -> None:
        found = drift.by_criterion(
            [
                judged(1, {7}, {7}),
                judged(2, {7}, set()),
                judged(3, None, {7}),
                judged(4, set(), {8}),
                judged(5, None, None),
            ]
        )
        first, second = found[7], found[8]
        self.assertEqual((first.by_all, first.by_some, first.by_none), (1, 2, 1))
        self.assertEqual((first.items, first.conflicts), (4, 1))
        self.assertEqual(first.observed, 0.5)
        self.assertEqual(first.table.counts, ((1, 1), (1, 1)))
        self.assertEqual((second.items, second.conflicts), (3, 0))

    def test_marks_what_stands_between_sides_as_often_as_it_is_shared(self) -> None:
        three = [judged(item, None, {7}) for item in range(3)]
        self.assertTrue(drift.by_criterion(three)[7].causes_conflicts)
        self.assertFalse(drift.by_criterion(three[:2])[7].causes_conflicts)
        shared = [judged(item, {7}, {7}) for item in range(4)]
        self.assertFalse(drift.by_criterion([*three, *shared])[7].causes_conflicts)

    def test_a_week_is_that_of_the_zone_of_the_instance(self) -> None:
        sunday = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
        self.assertEqual(drift.week_of(sunday), "2026-W46")
        with timezone.override("Asia/Tokyo"):
            self.assertEqual(drift.week_of(sunday), "2026-W47")
        self.assertEqual(drift.week_of(datetime(2027, 1, 1, tzinfo=UTC)), "2026-W53")


class DriftTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")
        cls.criterion = create_criterion(review=cls.review, code="E1")
        cls.records = [create_record(review=cls.review) for _ in range(6)]
        for at, record in enumerate(cls.records[:5]):
            cls.judge(record, INCLUDE if at < 3 else EXCLUDE, at)
            if at < 3:
                conflicts.resolve(record, EXCLUDE, resolver=cls.cast.dan, reason="So")

    @classmethod
    def judge(cls, record: Record, one: str, week: int) -> None:
        at = MONDAY + timedelta(weeks=week)
        for user, choice in ((cls.cast.bob, one), (cls.cast.carol, EXCLUDE)):
            ticks = [cls.criterion] if choice == EXCLUDE and one == INCLUDE else []
            decisions.decide(
                record, Choice(choice), reviewer=user, criteria=ticks, at=at
            )

    def url(self, name: str = "agreement_drift", *args: str) -> str:
        return reverse(f"screening:{name}", args=["ketamine", *args])

    def test_tells_weeks_and_criteria_with_their_items(self) -> None:
        found = drift.of(self.review, STAGE)
        self.assertEqual(
            [(week.name, week.items, week.conflicts) for week in found.weeks],
            [(f"2026-W{47 + at}", 1, int(at < 3)) for at in range(5)],
        )
        ((criterion, ticks),) = found.criteria
        self.assertEqual(criterion, self.criterion)
        self.assertEqual((ticks.by_some, ticks.by_none, ticks.conflicts), (3, 2, 3))
        self.assertEqual(
            drift.behind_criterion(self.review, STAGE, criterion.pk, drift.CONFLICTS),
            [record.pk for record in self.records[:3]],
        )

    def test_the_page_marks_the_criterion_and_opens_its_numbers(self) -> None:
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.url())
        self.assertContains(page, "E1 stood between the two sides of 3 conflicts")
        self.assertNotContains(page, "Bob")
        behind = self.url("agreement_behind", "title_abstract")
        for query, number in (
            ({"week": "2026-W47"}, 1),
            ({"week": "2026-W50", "what": "conflicts"}, 0),
            ({"criterion": self.criterion.pk, "what": "some"}, 3),
            ({"criterion": self.criterion.pk, "what": "all"}, 0),
        ):
            answer = self.client.get(behind, query)
            self.assertContains(answer, f"{number} in all")
        for query in ({}, {"criterion": "x"}, {"criterion": self.criterion.pk}):
            self.assertEqual(self.client.get(behind, query).status_code, 404)

    def test_draws_the_weeks_and_the_criteria(self) -> None:
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.url())
        self.assertContains(page, '<figure class="tf-diagram"', count=2)

    def test_its_queries_do_not_grow(self) -> None:
        with self.assertNumQueries(5):
            drift.of(self.review, STAGE)
        for at in range(4):
            self.judge(create_record(review=self.review), EXCLUDE, at)
        with self.assertNumQueries(5):
            drift.of(self.review, STAGE)


class BlindTests(TestCase):
    """alice owns the review and also reviews; what others say of what waits is theirs.

    Worlds with the same history of alice and of what is settled, in which bob judges
    alone what waits for alice, and bob and carol differ on what is not settled, this
    way or that way or not at all. Every page of the agreement is the same in each.
    """

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="blind")
        cls.criteria = [create_criterion(review=cls.review) for _ in range(2)]
        join(cls.review, cls.cast.alice, Role.REVIEWER)
        *cls.closed, cls.open, cls.unseen, cls.disputed = (
            create_record(review=cls.review) for _ in range(5)
        )
        alice, bob, carol = cls.cast.alice, cls.cast.bob, cls.cast.carol
        for record, people in zip(
            cls.closed, ((alice, bob), (bob, carol)), strict=True
        ):
            for user in people:
                ticks = cls.criteria[:1]
                decisions.decide(record, EXCLUDE, reviewer=user, criteria=ticks)
        decisions.decide(cls.open, INCLUDE, reviewer=alice)

    def pages(self) -> dict[str, tuple[int, str]]:
        self.client.force_login(self.cast.alice)
        addresses = [
            reverse("screening:agreement", args=["blind"]),
            reverse("screening:agreement_drift", args=["blind"]),
            reverse("screening:agreement_file", args=["blind", "csv"]),
            reverse("screening:wordings", args=["blind"]),
            *(
                reverse("screening:agreement_items", args=["blind", "title_abstract"])
                + f"?first={one.pk}&second={other.pk}&one={said}&other={also}"
                for one, other in (
                    (self.cast.alice, self.cast.bob),
                    (self.cast.bob, self.cast.carol),
                )
                for said in ("on", "maybe", "exclude")
                for also in ("on", "exclude")
            ),
            *(
                reverse("screening:agreement_behind", args=["blind", "title_abstract"])
                + f"?criterion={each.pk}&what={what}"
                for each in self.criteria
                for what in ("all", "some", "conflicts")
            ),
        ]
        found = {}
        for address in addresses:
            answer = self.client.get(address)
            found[address] = answer.status_code, steady(answer.content.decode())
        return found

    def test_no_page_tells_what_others_said_of_what_waits(self) -> None:
        worlds = [self.pages()]
        for one, other, ticks in (
            (INCLUDE, EXCLUDE, 0),
            (EXCLUDE, INCLUDE, 1),
            (None, None, 0),
        ):
            self.say(self.unseen, self.cast.bob, one, ticks)
            # Nothing is settled on the way from one world to the next.
            self.say(self.disputed, self.cast.carol, None, ticks)
            self.say(self.disputed, self.cast.bob, one, ticks)
            self.say(self.disputed, self.cast.carol, other, ticks)
            worlds.append(self.pages())
        for world in worlds[1:]:
            self.assertEqual(world, worlds[0])

    def say(
        self, record: Record, user: User, choice: Choice | None, ticks: int
    ) -> None:
        last = decisions.last_word(record, user)
        if choice is not None:
            ticked = [self.criteria[ticks]]
            decisions.decide(record, choice, reviewer=user, criteria=ticked)
        elif last is not None:
            decisions.take_back(last, reviewer=user)


def steady(page: str) -> str:
    return "\n".join(
        line
        for line in page.splitlines()
        if "csrf" not in line and "X-CSRFToken" not in line
    )
