"""The pages on who judges what: previews, lists, leavers, and what they keep quiet."""

import re
import uuid

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews import saved_filters
from reviews.models import Review, Role, SavedFilter, Stage, User
from screening import decisions
from screening.allocation import changing, dealing, planning
from screening.models import (
    Allocation,
    AllocationPart,
    Choice,
    Handover,
    NumberChange,
    SetAside,
)
from tests import background
from tests.cast import Cast, join
from tests.factories import create_record, create_review, create_staffed_review

TA = Stage.TITLE_ABSTRACT


class Paged(TestCase):
    review: Review
    cast: Cast
    erin: User

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="held")
        cls.erin = User.objects.create_user("erin", "erin@example.org", "x" * 12)
        join(cls.review, cls.erin, Role.REVIEWER)
        cls.records = [
            create_record(review=cls.review, title=f"Record {number}")
            for number in range(20)
        ]

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def url(self, name: str, *arguments: object, **query: object) -> str:
        return reverse(
            f"screening:{name}", args=[self.review.slug, *arguments], query=query
        )

    def shares(self, **more: str) -> dict[str, str]:
        given = {
            self.cast.bob: "100",
            self.cast.carol: "50",
            self.erin: "50",
        }
        shares = {f"share-{person.pk}": share for person, share in given.items()}
        return {"token": str(uuid.uuid4()), "reason": "", **shares, **more}

    def deal(self) -> None:
        shares = {self.cast.bob.pk: 100, self.cast.carol.pk: 50, self.erin.pk: 50}
        changing.change(
            self.review, TA, "share", planning.by_share(shares), by=self.cast.alice
        )


class AllocationPageTests(Paged):
    def test_shows_what_it_does_before_it_is_done(self) -> None:
        url = self.url("allocation_change", way="share")
        response = self.client.post(url, self.shares())
        self.assertContains(response, "Nothing is changed yet")
        self.assertFalse(Allocation.objects.exists())

    def test_the_confirmation_deals_it_out_once(self) -> None:
        url, data = (
            self.url("allocation_change", way="share"),
            self.shares(confirmed="1"),
        )
        for _ in range(2):
            response = self.client.post(url, data)
            self.assertEqual(response.status_code, 302)
        self.assertEqual(Allocation.objects.count(), 1)
        self.assertContains(self.client.get(self.url("allocation")), "50 % of the")

    def test_the_open_pool_names_who_judges(self) -> None:
        page = self.client.get(self.url("allocation"))
        self.assertContains(page, "Whatever waits", count=3)
        self.assertNotContains(page, "Nobody judges at this stage yet")
        self.assertContains(page, "0 of 20 settled")

    def test_tells_how_far_each_share_is_by_what_is_settled_alone(self) -> None:
        self.deal()
        before = self.seen(self.url("allocation"))
        decisions.decide(self.records[3], Choice.EXCLUDE, reviewer=self.cast.bob)
        self.assertEqual(self.seen(self.url("allocation")), before)
        found = dealing.dealt(self.review, TA)
        other = next(
            each
            for each in (self.cast.carol, self.erin)
            if each.pk in found.people_for(self.records[3].pk)
        )
        decisions.decide(self.records[3], Choice.EXCLUDE, reviewer=other)
        page = self.client.get(self.url("allocation"))
        self.assertContains(page, "1 of 20</span>")

    def test_what_is_stuck_is_so_for_a_week_unless_asked(self) -> None:
        page = self.client.get(self.url("waiting", list="stuck"))
        self.assertContains(page, "Nothing is stuck")
        page = self.client.get(self.url("waiting", list="stuck", days=""))
        self.assertContains(page, "Record 3")

    def test_each_way_has_a_page_and_an_answer_to_nothing(self) -> None:
        for way in ("share", "batch", "person", "pair"):
            url = self.url("allocation_change", way=way)
            self.assertEqual(self.client.get(url).status_code, 200)
            data = {"token": str(uuid.uuid4())}
            self.assertEqual(self.client.post(url, data).status_code, 422)

    def test_a_batch_by_search_and_by_number(self) -> None:
        search = self.records[0].search
        data = {
            "token": str(uuid.uuid4()),
            "count-0": "5",
            "people-0": [self.cast.bob.pk, self.cast.carol.pk],
            "search-1": search.pk,
            "people-1": [self.erin.pk],
            "confirmed": "1",
        }
        url = self.url("allocation_change", way="batch")
        self.assertEqual(self.client.post(url, data).status_code, 302)
        page = self.client.get(self.url("allocation"))
        self.assertContains(page, "Fewer than must judge it, so everybody may")

    def test_a_batch_by_a_saved_filter(self) -> None:
        saved = saved_filters.add(
            self.review,
            page=SavedFilter.Page.RECORDS,
            name="The threes",
            query="text=Record+3",
            is_shared=True,
            by=self.cast.bob,
        )
        data = {
            "token": str(uuid.uuid4()),
            "saved-0": saved.pk,
            "people-0": [self.cast.bob.pk, self.cast.carol.pk],
        }
        url = self.url("allocation_change", way="batch")
        self.assertContains(self.client.get(url), "The threes")
        preview = self.client.post(url, data)
        self.assertContains(preview, "that a saved filter found")
        self.client.post(url, {**data, "confirmed": "1"})
        part = AllocationPart.objects.get()
        self.assertEqual((part.name, part.is_listed), ("The threes", True))
        self.assertGreater(part.records.count(), 0)

    def test_returns_to_an_earlier_one(self) -> None:
        self.deal()
        first = Allocation.objects.get()
        changing.change(self.review, TA, "open", [], by=self.cast.alice)
        url = self.url("allocation_return", first.pk)
        self.assertContains(self.client.get(url), "Return to allocation 1")
        for _ in range(2):
            self.client.post(url)
        self.assertEqual(Allocation.objects.filter(returns_to=first).count(), 1)

    def test_another_reviews_keys_are_not_found(self) -> None:
        other = create_review(owner=self.cast.mallory, slug="other")
        made = Allocation.objects.create(
            review=other, stage=TA, number=1, way="open", made_by=self.cast.mallory
        )
        aside = SetAside.objects.create(
            review=other,
            person=self.cast.bob,
            stage=TA,
            reason="So",
            made_by=self.cast.mallory,
        )
        member = join(other, self.cast.mallory, Role.OWNER)
        for name, pk in (
            ("allocation_return", made.pk),
            ("hand_back", 999),
            ("set_aside_undo", aside.pk),
            ("leaving", member.pk),
        ):
            self.assertEqual(self.client.post(self.url(name, pk)).status_code, 404)

    def test_waiting_for_a_second_says_that_but_not_what(self) -> None:
        decisions.decide(self.records[3], Choice.EXCLUDE, reviewer=self.cast.bob)
        page = self.client.get(self.url("waiting", list="second"))
        self.assertContains(page, "Record 3")
        self.assertNotContains(page, "Exclude")
        self.assertContains(page, "By 1 of 2")

    def test_an_owner_who_judges_learns_nothing_from_any_page(self) -> None:
        join(self.review, self.cast.alice, Role.REVIEWER)
        self.deal()
        member = self.review.members.get(user=self.cast.bob)
        addresses = [
            self.url("allocation"),
            self.url("waiting", list="mine"),
            self.url("waiting", list="second"),
            self.url("waiting", list="stuck"),
            self.url("waiting", list="stuck", person=self.cast.bob.pk),
            self.url("number_change", TA, 1),
            self.url("leaving", member.pk),
        ]
        before = [self.seen(each) for each in addresses]
        decisions.decide(self.records[3], Choice.INCLUDE, reviewer=self.cast.bob)
        self.assertEqual([self.seen(each) for each in addresses], before)

    def seen(self, url: str) -> str:
        text = self.client.get(url).text
        # What is drawn anew for each page.
        return re.sub(r"[0-9a-f-]{36}|[A-Za-z0-9]{64}", "", text)

    def test_one_of_three_who_judges_learns_nothing_of_the_two(self) -> None:
        Review.objects.filter(pk=self.review.pk).update(title_abstract_reviewers=3)
        join(self.review, self.cast.alice, Role.REVIEWER)
        decisions.decide(self.records[3], Choice.EXCLUDE, reviewer=self.cast.alice)
        addresses = [
            self.url("allocation"),
            self.url("waiting", list="second"),
            self.url("waiting", list="stuck"),
            self.url("number_change", TA, 2),
            self.url("number_change", TA, 1),
        ]
        before = [self.seen(each) for each in addresses]
        decisions.decide(self.records[3], Choice.INCLUDE, reviewer=self.cast.bob)
        self.assertEqual([self.seen(each) for each in addresses], before)

    def test_a_conflict_of_ones_own_does_not_wait_for_a_second(self) -> None:
        join(self.review, self.cast.alice, Role.REVIEWER)
        decisions.decide(self.records[3], Choice.EXCLUDE, reviewer=self.cast.alice)
        decisions.decide(self.records[3], Choice.INCLUDE, reviewer=self.cast.bob)
        page = self.client.get(self.url("waiting", list="second"))
        self.assertNotContains(page, "Record 3")

    def test_hands_over_what_is_ticked_once(self) -> None:
        self.deal()
        data = {
            "token": str(uuid.uuid4()),
            "stage": TA,
            "giver": self.erin.pk,
            "taker": self.cast.carol.pk,
            "everything": "1",
        }
        for _ in range(2):
            self.client.post(self.url("hand_over"), data)
        made = Handover.objects.get()
        self.client.post(self.url("hand_back", made.pk))
        made.refresh_from_db()
        self.assertIsNotNone(made.undone_at)

    def test_the_lists_ask_a_constant_number_of_queries(self) -> None:
        self.deal()
        decisions.decide(self.records[0], Choice.INCLUDE, reviewer=self.cast.bob)
        numbers = []
        for _ in range(2):
            for listed in ("second", "stuck"):
                with CaptureQueriesContext(connection) as counted:
                    self.client.get(self.url("waiting", list=listed))
                numbers.append((listed, len(counted)))
            for _ in range(10):
                record = create_record(review=self.review)
                decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)
        self.assertEqual(numbers[:2], numbers[2:])


@override_settings(VOTES_AT_ONCE=0)
class BackgroundTests(Paged):
    """What is done in the background, where a team has thousands of votes."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        for person in (cls.cast.bob, cls.cast.carol):
            decisions.decide(cls.records[0], Choice.INCLUDE, reviewer=person)
        decisions.decide(cls.records[1], Choice.INCLUDE, reviewer=cls.cast.bob)

    def change_number(self) -> None:
        data = {"token": str(uuid.uuid4()), "because": "Few of us"}
        self.client.post(self.url("number_change", TA, 1), data)

    def number(self) -> int:
        self.review.refresh_from_db()
        return self.review.title_abstract_reviewers

    def test_the_number_waits_shows_that_it_is_being_done_and_is_done(self) -> None:
        with background.held():
            self.change_number()
            page = self.client.get(self.url("allocation"))
            self.assertContains(page, "being done")
            self.assertContains(page, "/work/")
            self.assertEqual(self.number(), 2)
            background.carry_out()
        self.assertEqual(self.number(), 1)
        self.records[1].refresh_from_db()
        self.assertEqual(self.records[1].verdict, "include")
        page = self.client.get(self.url("allocation"))
        self.assertNotContains(page, "being done")

    def test_what_cannot_be_done_says_so(self) -> None:
        with background.held():
            self.change_number()
            Review.objects.filter(pk=self.review.pk).update(title_abstract_reviewers=3)
            background.carry_out()
        page = self.client.get(self.url("allocation"))
        self.assertContains(page, "The number was changed meanwhile")
        self.assertContains(page, "(not done)")

    def test_an_owner_leaves_and_has_their_own_votes_set_aside(self) -> None:
        member = join(self.review, self.cast.bob, Role.OWNER)
        said = {"votes": "set_aside", "stages": [TA], "reason": "So", "leaves": "on"}
        self.client.force_login(self.cast.bob)
        with background.held():
            self.client.post(
                self.url("leaving", member.pk), {"token": str(uuid.uuid4()), **said}
            )
            background.carry_out()
        self.records[0].refresh_from_db()
        self.assertEqual(self.records[0].verdict, "")
        member.refresh_from_db()
        self.assertIsNotNone(member.removed_at)

    def test_a_reviewer_sees_nothing_of_the_job(self) -> None:
        with background.held():
            self.change_number()
            self.client.force_login(self.cast.bob)
            self.assertNotContains(self.client.get(self.url("allocation")), "/work/")

    def test_votes_are_set_aside_and_brought_back(self) -> None:
        member = self.review.members.get(user=self.cast.bob)
        said = {"votes": "set_aside", "stages": [TA], "reason": "Untrained"}
        self.client.post(
            self.url("leaving", member.pk), {"token": str(uuid.uuid4()), **said}
        )
        self.records[0].refresh_from_db()
        self.assertEqual(self.records[0].verdict, "")
        self.client.post(self.url("set_aside_undo", SetAside.objects.get().pk))
        self.records[0].refresh_from_db()
        self.assertEqual(self.records[0].verdict, "include")
        self.assertEqual(
            list(self.review.jobs.values_list("state", flat=True)), ["done", "done"]
        )

    def test_nobody_is_told_that_it_is_done_before_it_is(self) -> None:
        member = self.review.members.get(user=self.cast.bob)
        said = {"votes": "set_aside", "stages": [TA], "reason": "Untrained"}
        data = {"token": str(uuid.uuid4()), **said}
        with background.held():
            page = self.client.post(self.url("leaving", member.pk), data, follow=True)
            self.assertContains(page, "set aside in the background")
            background.carry_out()
        undo = self.url("set_aside_undo", SetAside.objects.get().pk)
        with background.held():
            page = self.client.post(undo, follow=True)
            self.assertContains(page, "brought back in the background")
            page = self.client.post(undo, follow=True)
            self.assertContains(page, "going on already")
            background.carry_out()
        self.records[0].refresh_from_db()
        self.assertEqual(self.records[0].verdict, "include")


class LeavingPageTests(Paged):
    def leave(self, **data: object) -> int:
        member = self.review.members.get(user=self.cast.bob)
        given = {"token": str(uuid.uuid4()), "votes": "keep", **data}
        return self.client.post(self.url("leaving", member.pk), given).status_code

    def test_somebody_leaves_and_another_has_their_work(self) -> None:
        self.deal()
        self.assertEqual(self.leave(heir=self.erin.pk, leaves="on"), 302)
        page = self.client.get(self.url("allocation"))
        self.assertContains(page, "100 % of the records")
        self.assertFalse(
            self.review.members.filter(user=self.cast.bob, removed_at=None)
        )

    def test_an_owner_leaves_and_sets_their_own_votes_aside(self) -> None:
        join(self.review, self.cast.bob, Role.OWNER)
        for person in (self.cast.bob, self.cast.carol):
            decisions.decide(self.records[0], Choice.INCLUDE, reviewer=person)
        self.client.force_login(self.cast.bob)
        said = {"votes": "set_aside", "stages": [TA], "reason": "So", "leaves": "on"}
        self.assertEqual(self.leave(**said), 302)
        self.records[0].refresh_from_db()
        self.assertEqual(self.records[0].verdict, "")
        self.assertFalse(
            self.review.members.filter(user=self.cast.bob, removed_at=None)
        )

    def test_votes_are_set_aside_with_a_reason_and_brought_back(self) -> None:
        record = self.records[0]
        for person in (self.cast.bob, self.cast.carol):
            decisions.decide(record, Choice.INCLUDE, reviewer=person)
        self.assertEqual(self.leave(votes="set_aside", stages=[TA]), 422)
        self.assertEqual(
            self.leave(votes="set_aside", stages=[TA], reason="Untrained"), 302
        )
        record.refresh_from_db()
        self.assertEqual(record.verdict, "")
        self.client.force_login(self.cast.bob)
        mine = reverse("screening:my_decisions", args=[self.review.slug])
        self.assertContains(self.client.get(mine), "were set aside")
        self.assertContains(self.client.get(reverse("screening:desk")), "set votes of")
        self.client.force_login(self.cast.alice)
        self.client.post(self.url("set_aside_undo", SetAside.objects.get().pk))
        record.refresh_from_db()
        self.assertEqual(record.verdict, "include")

    def test_the_number_is_changed_once_with_a_reason(self) -> None:
        url = self.url("number_change", TA, 1)
        self.assertEqual(self.client.post(url, {}).status_code, 422)
        data = {"token": str(uuid.uuid4()), "because": "Few of us"}
        for _ in range(2):
            self.assertEqual(self.client.post(url, data).status_code, 302)
        self.assertEqual(NumberChange.objects.count(), 1)
        self.review.refresh_from_db()
        self.assertEqual(self.review.title_abstract_reviewers, 1)
        self.assertEqual(
            self.client.get(self.url("number_change", TA, 7)).status_code, 404
        )
