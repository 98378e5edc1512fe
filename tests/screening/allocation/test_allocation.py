"""Allocation: who is given what, and that everything can always be completed."""

import uuid

from django.db.models import Q
from django.test import TestCase

from reviews import members, saved_filters
from reviews.access import WrongRole
from reviews.models import Member, Record, Review, Role, SavedFilter, Stage, User
from screening import decisions, queues
from screening.allocation import (
    changing,
    counting,
    dealing,
    handing,
    listing,
    planning,
    previewing,
)
from screening.allocation.dealing import Part
from screening.models import Allocation, Choice
from tests.cast import Cast, join
from tests.factories import create_record, create_search, create_staffed_review

TA = Stage.TITLE_ABSTRACT
Way = Allocation.Way


class Allocated(TestCase):
    review: Review
    cast: Cast
    erin: User

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.erin = User.objects.create_user("erin", "erin@example.org", "x" * 12)
        join(cls.review, cls.erin, Role.REVIEWER)
        cls.records = [
            create_record(review=cls.review, title=f"Record {number}")
            for number in range(60)
        ]

    def people(self) -> list[User]:
        return [self.cast.bob, self.cast.carol, self.erin]

    def waiting(self, person: User) -> set[int]:
        return set(queues.queue(self.review, TA, person).values_list("pk", flat=True))

    def change(self, way: str, parts: list[Part]) -> Allocation:
        return changing.change(self.review, TA, way, parts, by=self.cast.alice)

    def share(self, *shares: int) -> Allocation:
        given = zip((each.pk for each in self.people()), shares, strict=True)
        return self.change(Way.SHARE, planning.by_share(dict(given)))


class AllocationTests(Allocated):
    def test_everything_is_everybodys_at_first(self) -> None:
        for person in self.people():
            self.assertEqual(len(self.waiting(person)), 60)

    def test_shares_give_each_record_to_two_and_none_to_three(self) -> None:
        self.share(100, 50, 50)
        bob, carol, erin = (self.waiting(each) for each in self.people())
        self.assertEqual(len(bob), 60)
        self.assertFalse(carol & erin)
        self.assertEqual(carol | erin, bob)

    def test_the_database_and_the_rule_in_python_give_the_same(self) -> None:
        self.share(70, 70, 60)
        found = dealing.dealt(self.review, TA)
        for person in self.people():
            mine = {
                each.pk
                for each in self.records
                if person.pk in found.people_for(each.pk)
            }
            self.assertEqual(self.waiting(person), mine)

    def test_a_record_that_comes_later_is_dealt_by_the_same_rule(self) -> None:
        self.share(100, 50, 50)
        late = create_record(review=self.review, title="Late")
        holders = [each for each in self.people() if late.pk in self.waiting(each)]
        self.assertEqual(len(holders), 2)
        self.assertIn(self.cast.bob, holders)

    def test_what_is_given_to_too_few_is_everybodys(self) -> None:
        self.share(100, 50, 1)
        for record in self.records:
            holders = [
                each for each in self.people() if record.pk in self.waiting(each)
            ]
            self.assertGreaterEqual(len(holders), 2)

    def test_somebody_who_leaves_holds_nothing_up(self) -> None:
        self.share(100, 50, 50)
        member = Member.objects.get(review=self.review, user=self.cast.bob)
        members.remove(member, by=self.cast.alice)
        for person in (self.cast.carol, self.erin):
            self.assertEqual(len(self.waiting(person)), 60)

    def test_a_batch_is_for_the_people_who_are_named(self) -> None:
        other = create_search(review=self.review, source="Embase")
        found = create_record(review=self.review, search=other, title="Of Embase")
        bob, carol, erin = self.people()
        parts = planning.by_batch(
            self.review,
            TA,
            [
                planning.Batch("Embase", [carol, erin], search=other),
                planning.Batch("First ten", [bob, carol], count=10),
            ],
        )
        self.change(Way.BATCH, parts)
        first = {each.pk for each in self.records[:10]}
        rest = {each.pk for each in self.records[10:]}
        self.assertEqual(self.waiting(bob), first | rest)
        self.assertEqual(self.waiting(carol), first | rest | {found.pk})
        self.assertEqual(self.waiting(erin), rest | {found.pk})

    def test_a_batch_is_what_a_saved_filter_found_on_the_day(self) -> None:
        bob, carol, erin = self.people()
        saved = saved_filters.add(
            self.review,
            page=SavedFilter.Page.RECORDS,
            name="Late ones",
            query="text=title:Fiftyfold",
            is_shared=False,
            by=self.cast.alice,
        )
        batch = planning.Batch("Late ones", [bob, carol], saved=saved)
        with self.assertRaises(planning.CannotAllocate):
            planning.by_batch(self.review, TA, [batch])
        found = [
            create_record(review=self.review, title=f"Fiftyfold {number}")
            for number in range(3)
        ]
        made = self.change(Way.BATCH, planning.by_batch(self.review, TA, [batch]))
        later = create_record(review=self.review, title="Fiftyfold, later")
        keys = {each.pk for each in found}
        self.assertLessEqual(keys, self.waiting(bob) & self.waiting(carol))
        self.assertFalse(keys & self.waiting(erin))
        self.assertIn(later.pk, self.waiting(erin))
        self.change(Way.OPEN, [])
        changing.take_up_again(made, by=self.cast.alice)
        self.assertFalse(keys & self.waiting(erin))
        lines = listing.lines(
            self.review,
            TA,
            self.cast.alice,
            listing.stuck(self.review, TA, self.cast.alice),
        )
        holders = {line.item.pk: set(line.holders) for line in lines}
        self.assertEqual(holders[found[0].pk], {bob, carol})
        self.assertEqual(holders[later.pk], {bob, carol, erin})

    def test_by_person_a_second_comes_where_everything_has_a_first(self) -> None:
        bob, carol, erin = self.people()
        numbers = {bob.pk: 40, carol.pk: 40, erin.pk: 40}
        self.change(Way.PERSON, planning.by_person(self.review, TA, numbers))
        for person in self.people():
            self.assertEqual(len(self.waiting(person)), 40)

    def test_by_person_what_is_left_is_everybodys(self) -> None:
        bob, carol, erin = self.people()
        numbers = {bob.pk: 60, carol.pk: 20}
        self.change(Way.PERSON, planning.by_person(self.review, TA, numbers))
        self.assertEqual(len(self.waiting(bob)), 60)
        self.assertEqual(len(self.waiting(carol)), 60)
        self.assertEqual(len(self.waiting(erin)), 40)

    def test_in_a_pair_one_is_a_core_reviewer(self) -> None:
        bob, carol, erin = self.people()
        parts = planning.by_pair([bob.pk], [each.pk for each in self.people()])
        self.change(Way.PAIR, parts)
        self.assertEqual(len(self.waiting(bob)), 60)
        self.assertFalse(self.waiting(carol) & self.waiting(erin))

    def test_what_was_judged_stays_and_what_was_begun_stays_theirs(self) -> None:
        record = self.records[0]
        bob, carol, erin = self.people()
        made = decisions.decide(record, Choice.INCLUDE, reviewer=erin)
        part = Part(frozenset({bob.pk, carol.pk}), first=record.pk, last=record.pk)
        self.change(Way.BATCH, [part])
        self.assertNotIn(record.pk, self.waiting(erin))
        decisions.take_back(made, reviewer=erin)
        self.assertIn(record.pk, self.waiting(erin))
        decisions.decide(record, Choice.EXCLUDE, reviewer=erin)
        decisions.decide(record, Choice.EXCLUDE, reviewer=bob)
        record.refresh_from_db()
        self.assertEqual(record.verdict, "exclude")

    def test_what_was_given_to_others_is_refused_and_says_why(self) -> None:
        record = self.records[0]
        bob, carol, erin = self.people()
        part = Part(frozenset({bob.pk, carol.pk}), first=record.pk, last=record.pk)
        self.change(Way.BATCH, [part])
        with self.assertRaises(decisions.GivenToOthers):
            decisions.decide(record, Choice.INCLUDE, reviewer=erin)
        self.assertIn("other people", decisions.why_closed(record, erin, []))

    def test_the_answer_is_the_same_whatever_others_judged(self) -> None:
        first, second = self.records[:2]
        bob, carol, erin = self.people()
        part = Part(frozenset({bob.pk, carol.pk}), first=first.pk, last=second.pk)
        self.change(Way.BATCH, [part])
        decisions.decide(first, Choice.INCLUDE, reviewer=bob)
        self.assertEqual(
            decisions.why_closed(first, erin, []),
            decisions.why_closed(second, erin, []),
        )
        self.assertEqual({first.pk, second.pk} & self.waiting(erin), set())

    def test_an_earlier_allocation_can_be_taken_up_again(self) -> None:
        first = self.share(100, 50, 50)
        before = self.waiting(self.erin)
        self.change(Way.OPEN, [])
        self.assertEqual(len(self.waiting(self.erin)), 60)
        again = changing.take_up_again(first, by=self.cast.alice)
        self.assertEqual(self.waiting(self.erin), before)
        self.assertEqual((again.number, again.returns_to), (3, first))

    def test_the_same_form_again_changes_nothing(self) -> None:
        token = uuid.uuid4()
        parts = planning.by_share({each.pk: 67 for each in self.people()})
        for _ in range(2):
            changing.change(
                self.review, TA, Way.SHARE, parts, by=self.cast.alice, token=token
            )
        self.assertEqual(Allocation.objects.count(), 1)

    def test_only_an_owner_allocates_and_only_to_those_who_may_judge(self) -> None:
        with self.assertRaises(WrongRole):
            changing.change(self.review, TA, Way.OPEN, [], by=self.cast.bob)
        with self.assertRaises(planning.CannotAllocate):
            self.change(Way.SHARE, planning.by_share({self.cast.vera.pk: 100}))

    def test_the_event_names_no_judgment(self) -> None:
        decisions.decide(self.records[0], Choice.EXCLUDE, reviewer=self.erin)
        self.share(100, 50, 50)
        event = self.review.events.get(action="allocation.changed")
        self.assertNotIn("exclude", str(event.new))
        self.assertIn("'bob': 100", str(event.new))

    def test_a_copy_that_is_split_off_is_dealt_as_before(self) -> None:
        self.share(100, 50, 50)
        record = self.records[5]
        holders = {each.pk for each in self.people() if record.pk in self.waiting(each)}
        Record.stored.filter(pk=record.pk).update(in_review=False)
        self.assertNotIn(record.pk, self.waiting(self.cast.bob))
        Record.stored.filter(pk=record.pk).update(in_review=True)
        again = {each.pk for each in self.people() if record.pk in self.waiting(each)}
        self.assertEqual(holders, again)

    def test_several_reviews_are_narrowed_at_once(self) -> None:
        self.share(100, 50, 50)
        expected = self.waiting(self.erin)
        found = queues.waiting_in([self.review], TA, self.erin)
        self.assertEqual(set(found.values_list("pk", flat=True)), expected)


class ThreeTests(Allocated):
    """Three judge each record, of a team of four."""

    frank: User

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.review.title_abstract_reviewers = 3
        cls.review.save()
        cls.frank = User.objects.create_user("frank", "frank@example.org", "x" * 12)
        join(cls.review, cls.frank, Role.REVIEWER)

    def people(self) -> list[User]:
        return [*super().people(), self.frank]

    def holders(self) -> dict[int, list[User]]:
        queues_of = [(each, self.waiting(each)) for each in self.people()]
        return {
            record.pk: [person for person, held in queues_of if record.pk in held]
            for record in self.records
        }

    def test_equal_shares_give_each_record_to_three(self) -> None:
        shares = planning.equally([each.pk for each in self.people()], 3)
        self.assertEqual(sum(shares.values()), 300)
        self.change(Way.SHARE, planning.by_share(shares))
        self.assertEqual({len(each) for each in self.holders().values()}, {3})

    def test_in_a_pair_a_core_reviewer_and_two_others_judge(self) -> None:
        bob = self.cast.bob
        self.change(
            Way.PAIR, planning.by_pair([bob.pk], [each.pk for each in self.people()])
        )
        for people in self.holders().values():
            self.assertEqual(len(people), 3)
            self.assertIn(bob, people)

    def test_given_to_two_it_is_everybodys(self) -> None:
        bob, carol, *_ = self.people()
        self.change(
            Way.BATCH,
            [
                Part(
                    frozenset({bob.pk, carol.pk}),
                    first=self.records[0].pk,
                    last=self.records[-1].pk,
                )
            ],
        )
        self.assertEqual({len(each) for each in self.holders().values()}, {4})

    def test_it_is_settled_by_the_third(self) -> None:
        record = self.records[0]
        for person in self.people()[:3]:
            record.refresh_from_db()
            self.assertEqual(record.verdict, "")
            decisions.decide(record, Choice.INCLUDE, reviewer=person)
        record.refresh_from_db()
        self.assertEqual(record.verdict, "include")
        with self.assertRaises(decisions.JudgedByOthers):
            decisions.decide(record, Choice.INCLUDE, reviewer=self.frank)


class HandoverTests(Allocated):
    def hand(self, giver: User, taker: User, keys: set[int] | None = None) -> None:
        self.made = handing.hand_over(
            self.review, TA, giver=giver, taker=taker, keys=keys, by=self.cast.alice
        )

    def test_what_waits_for_one_is_the_takers(self) -> None:
        self.share(100, 50, 50)
        theirs, hers = self.waiting(self.cast.carol), self.waiting(self.erin)
        self.hand(self.erin, self.cast.carol)
        self.assertEqual(self.waiting(self.erin), set())
        self.assertEqual(self.waiting(self.cast.carol), theirs | hers)
        handing.undo(self.made, by=self.cast.alice)
        self.assertEqual(self.waiting(self.erin), hers)
        self.assertEqual(self.waiting(self.cast.carol), theirs)

    def test_what_is_the_takers_already_stays_with_the_giver(self) -> None:
        self.share(100, 50, 50)
        with self.assertRaises(handing.NothingToHandOver):
            self.hand(self.erin, self.cast.bob)

    def test_it_can_be_handed_on_and_back(self) -> None:
        bob, carol, erin = self.people()
        first = self.records[0].pk
        part = Part(frozenset({bob.pk, carol.pk}), first=first, last=first)
        self.change(Way.BATCH, [part])
        self.hand(bob, erin, {first})
        self.hand(erin, bob, {first})
        holders = [each for each in self.people() if first in self.waiting(each)]
        self.assertEqual(holders, [bob, carol])

    def test_a_taker_who_leaves_gives_it_back(self) -> None:
        self.share(100, 50, 50)
        hers = self.waiting(self.erin)
        self.hand(self.erin, self.cast.carol)
        member = Member.objects.get(review=self.review, user=self.cast.carol)
        members.remove(member, by=self.cast.alice)
        self.assertLessEqual(hers, self.waiting(self.erin))


class PreviewTests(Allocated):
    def proposed(self) -> dealing.Dealt:
        bob, carol, erin = (each.pk for each in self.people())
        parts = planning.by_share({bob: 100, carol: 50, erin: 50})
        return changing.proposed(self.review, TA, Way.SHARE, parts)

    def test_it_says_what_each_would_be_given_and_writes_nothing(self) -> None:
        found = previewing.preview(self.review, self.proposed(), reader=self.cast.alice)
        given = {row.member.user: row.given_then for row in found.rows}
        self.assertEqual(given[self.cast.bob], 60)
        self.assertEqual(given[self.cast.carol] + given[self.erin], 60)
        self.assertFalse(Allocation.objects.exists())
        self.share(100, 50, 50)
        for row in found.rows:
            self.assertEqual(row.waiting_then, len(self.waiting(row.member.user)))

    def test_one_question_tells_of_everybody(self) -> None:
        bob, carol, erin = (each.pk for each in self.people())
        first, last = self.records[5].pk, self.records[24].pk
        both = frozenset({bob, carol})
        parts = [Part(both, first=first, last=last), Part(frozenset({erin}))]
        ways = [
            (Way.OPEN, []),
            (Way.SHARE, planning.by_share({bob: 100, carol: 50, erin: 50})),
            (Way.PAIR, planning.by_pair([bob], [carol, erin])),
            (Way.BATCH, parts[:1]),
            (Way.PERSON, parts),
        ]
        everything = self.review.records.to_screen()
        for way, chosen in ways:
            with self.subTest(way=way):
                found = changing.proposed(self.review, TA, way, chosen)
                with self.assertNumQueries(1):
                    given = counting.given(found, everything)
                for person in (bob, carol, erin):
                    held = everything.filter(found.condition(person) or Q())
                    self.assertEqual(given[person], held.count())

    def test_an_owner_who_judges_learns_nothing_of_others(self) -> None:
        join(self.review, self.cast.alice, Role.REVIEWER)
        before = previewing.preview(
            self.review, self.proposed(), reader=self.cast.alice
        )
        decisions.decide(self.records[0], Choice.INCLUDE, reviewer=self.cast.bob)
        after = previewing.preview(self.review, self.proposed(), reader=self.cast.alice)
        self.assertEqual(before, after)

    def test_it_warns_where_too_few_are_named(self) -> None:
        bob = self.cast.bob.pk
        then = changing.proposed(
            self.review, TA, Way.SHARE, planning.by_share({bob: 100})
        )
        found = previewing.preview(self.review, then, reader=self.cast.alice)
        self.assertIn("60 that are open", found.warnings[0])
