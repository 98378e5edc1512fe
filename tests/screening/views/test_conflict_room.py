"""The conflict room: what each person may see of it, and how one works through it."""

from typing import Any

from django.test import TestCase
from django.urls import reverse

from reviews.models import Record, Role, Stage, User
from screening import conflicts, decisions, quotes, room, statements
from screening.forms.conflict import named
from screening.models import Choice, Quote, Resolution
from screening.room import Narrowed
from tests.cast import PASSWORD, join
from tests.factories import create_criterion, create_record, create_staffed_review

SECRET = "Zanzibarmarmalade"
STAGE = Stage.TITLE_ABSTRACT


class RoomTestCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="held")
        cls.population, cls.design = (
            create_criterion(review=cls.review, code=code, text=text)
            for code, text in (("P", "Not in adults"), ("D", "Not a trial"))
        )
        cls.erin = User.objects.create_user(
            "erin", "erin@example.org", PASSWORD, first_name="Erin"
        )
        join(cls.review, cls.erin, Role.REVIEWER)
        cls.first, cls.second, cls.third = (
            create_record(review=cls.review, title=f"Record {name}")
            for name in ("one", "two", "three")
        )
        cls.judge(cls.first, cls.cast.bob, cls.cast.carol)
        cls.judge(cls.second, cls.cast.bob, cls.erin)
        cls.judge(cls.third, cls.cast.bob, cls.cast.carol)

    @classmethod
    def judge(cls, record: Record, on: User, out: User) -> None:
        decisions.decide(record, Choice.INCLUDE, reviewer=on, note="Keep it")
        decisions.decide(
            record, Choice.EXCLUDE, reviewer=out, note=SECRET, criteria=[cls.design]
        )

    def plan(self, **facts: bool) -> None:
        for name, value in facts.items():
            setattr(self.review.plan, name, value)
        self.review.plan.save()

    def url(self, name: str, item: Record | None = None) -> str:
        keys = [item.pk] if item else []
        return reverse(f"screening:{name}", args=["held", *keys])

    def get(self, user: User, url: str, **query: Any) -> Any:
        self.client.force_login(user)
        return self.client.get(url, query)

    def settle(self, user: User, record: Record, query: str = "", **data: Any) -> Any:
        self.client.force_login(user)
        facts = {
            "choice": "include",
            "reason": "Read again",
            "cause": "wording",
            "seen": ".".join(map(named, conflicts.sides(record))),
        }
        url = self.url("conflict_record", record) + query
        return self.client.post(url, {**facts, **data})


class WorkingTests(RoomTestCase):
    def test_the_next_conflict_comes_at_once_and_then_the_list(self) -> None:
        for record, following in (
            (self.second, self.url("conflict_record", self.third)),
            (self.third, self.url("conflict_record", self.first)),
            (self.first, self.url("conflict_list") + "?show=title_abstract"),
        ):
            answer = self.settle(self.cast.dan, record)
            self.assertRedirects(answer, following)

    def test_the_next_is_one_of_those_that_the_list_was_narrowed_to(self) -> None:
        query = Narrowed(pair=(self.cast.bob.pk, self.cast.carol.pk)).query
        answer = self.settle(self.cast.dan, self.first, query)
        self.assertRedirects(answer, self.url("conflict_record", self.third) + query)

    def test_closing_asks_what_it_came_from(self) -> None:
        answer = self.settle(self.cast.dan, self.first, cause="")
        self.assertEqual(answer.status_code, 422)
        self.settle(self.cast.dan, self.first)
        self.assertEqual(Resolution.objects.get().cause, "wording")

    def test_the_keys_stand_on_what_they_press(self) -> None:
        page = self.get(self.cast.dan, self.url("conflict_record", self.first))
        for key in "iens15j":
            self.assertContains(page, f'aria-keyshortcuts="{key}"')

    def test_the_keys_to_the_next_and_the_previous_are_those_of_the_list(self) -> None:
        page = self.get(self.cast.dan, self.url("conflict_record", self.second))
        self.assertContains(page, 'aria-keyshortcuts="j" rel="next"')
        self.assertContains(page, 'aria-keyshortcuts="k" rel="prev"')


class NarrowingTests(RoomTestCase):
    def keys(self, user: User, **narrowed: Any) -> list[int]:
        found = room.listed(self.review, STAGE, user, Narrowed(**narrowed))
        return [item.pk for item in found]

    def test_by_pair_and_by_criterion(self) -> None:
        bob, carol = self.cast.bob.pk, self.cast.carol.pk
        dan = self.cast.dan
        self.assertEqual(
            self.keys(dan, pair=(bob, carol)), [self.first.pk, self.third.pk]
        )
        self.assertEqual(len(self.keys(dan, criterion=self.design.pk)), 3)
        self.assertEqual(self.keys(dan, criterion=self.population.pk), [])
        found = room.pairs(self.review, STAGE, dan)
        self.assertEqual([(str(p.second), p.number) for p in found],
                         [("Carol", 2), ("Erin", 1)])  # fmt: skip
        self.assertEqual(room.criteria(self.review, STAGE, dan), [(self.design, 3)])

    def test_only_over_what_the_person_may_see(self) -> None:
        pair = (self.cast.bob.pk, self.cast.carol.pk)
        self.assertEqual(self.keys(self.erin, pair=pair), [])
        found = room.pairs(self.review, STAGE, self.erin)
        self.assertEqual([str(each.first) for each in found], ["Bob"])
        page = self.get(self.erin, self.url("conflict_list"))
        self.assertNotContains(page, "Carol")

    def test_what_is_agreed_is_never_listed(self) -> None:
        agreed = create_record(review=self.review)
        for user in (self.cast.bob, self.cast.carol):
            decisions.decide(agreed, Choice.EXCLUDE, reviewer=user)
        self.assertNotIn(agreed.pk, self.keys(self.cast.dan))

    def test_a_criterion_of_a_side_not_shown_yet_narrows_nothing(self) -> None:
        self.plan(states_reason_first=True)
        bob, carol = self.cast.bob, self.cast.carol
        self.assertEqual(self.keys(bob, criterion=self.design.pk), [])
        self.assertEqual(room.criteria(self.review, STAGE, bob), [])
        self.assertEqual(len(self.keys(carol, criterion=self.design.pk)), 2)
        page = self.get(bob, self.url("conflict_list"))
        self.assertNotContains(page, ">D<")
        self.assertNotContains(page, ">none<")
        self.assertContains(page, ">not shown yet<", 3)
        page = self.get(carol, self.url("conflict_list"))
        self.assertContains(page, "by you; the other side is not shown yet", 2)
        statements.state(self.first, by=bob, quote="in adults")
        self.assertEqual(self.keys(bob, criterion=self.design.pk), [self.first.pk])

    def test_an_address_that_is_amiss_narrows_nothing(self) -> None:
        page = self.get(self.cast.dan, self.url("conflict_list"), pair="x", criterion=3)
        self.assertContains(page, "Record one")

    def test_its_queries_do_not_grow(self) -> None:
        def queries() -> int:
            with self.assertNumQueries(count) as seen:
                self.get(self.cast.dan, self.url("conflict_list"))
            return len(seen)

        self.plan(states_reason_first=True)
        self.get(self.cast.dan, self.url("conflict_list"))
        count = 0
        try:
            queries()
        except AssertionError as error:
            count = int(str(error).split(" ", 1)[0])
        for _ in range(7):
            record = create_record(review=self.review)
            self.judge(record, self.cast.bob, self.cast.carol)
        self.assertEqual(queries(), count)


class StatingTests(RoomTestCase):
    def setUp(self) -> None:
        self.plan(states_reason_first=True)

    def test_a_side_states_and_then_sees_the_other(self) -> None:
        page = self.get(self.cast.bob, self.url("conflict_record", self.first))
        self.assertContains(page, "State what decided for you")
        for words in (SECRET, "Not a trial</li>", "Settle it"):
            self.assertNotContains(page, words)
        empty = self.client.post(self.url("statement_record", self.first))
        self.assertEqual(empty.status_code, 422)
        self.assertNotContains(empty, SECRET, status_code=422)
        answer = self.client.post(
            self.url("statement_record", self.first), {"quote": "in adults"}
        )
        self.assertRedirects(answer, self.url("conflict_record", self.first))
        page = self.client.get(self.url("conflict_record", self.first))
        for words in (SECRET, "in adults", "Record the consensus"):
            self.assertContains(page, words)

    def test_the_page_is_the_same_whatever_the_other_ticked_and_wrote(self) -> None:
        url = self.url("conflict_record", self.first)
        before = steady(self.get(self.cast.bob, url))
        decisions.decide(
            self.first,
            Choice.EXCLUDE,
            reviewer=self.cast.carol,
            criteria=[self.population],
            note="Another",
        )
        self.assertEqual(steady(self.get(self.cast.bob, url)), before)

    def test_an_adjudicator_waits_or_calls_it_in(self) -> None:
        url = self.url("conflict_record", self.first)
        page = self.get(self.cast.dan, url)
        self.assertContains(page, "Asked, and not stated yet: Bob, Carol")
        self.assertNotContains(page, SECRET)
        self.assertEqual(self.settle(self.cast.dan, self.first).status_code, 409)
        answer = self.client.post(self.url("call_in_record", self.first))
        self.assertRedirects(answer, url)
        self.assertContains(self.client.get(url), SECRET)
        self.assertEqual(self.settle(self.cast.dan, self.first).status_code, 302)

    def test_what_was_marked_is_shown_with_its_side_and_not_before(self) -> None:
        Record.objects.filter(pk=self.first.pk).update(abstract="Forty adolescents.")
        self.first.refresh_from_db()
        quotes.mark(
            self.first,
            Quote.Field.ABSTRACT,
            "Forty adolescents",
            person=self.cast.carol,
            remark="Zanzibarlemon",
        )
        url = self.url("conflict_record", self.first)
        before = self.get(self.cast.bob, url)
        self.assertNotContains(before, "Zanzibarlemon")
        self.assertNotContains(before, "data-by")
        statements.state(self.first, by=self.cast.bob, quote="in adults")
        page = self.get(self.cast.bob, url)
        self.assertContains(page, "Marked in the text")
        self.assertContains(page, "Zanzibarlemon")
        # And in its place in the abstract, with the name of who marked it.
        self.assertContains(page, 'data-by="Carol"', count=1)

    def test_where_there_is_no_conflict_nothing_is_stated(self) -> None:
        lone = create_record(review=self.review)
        self.client.force_login(self.cast.bob)
        for name in ("statement_record", "call_in_record"):
            answer = self.client.post(self.url(name, lone), {"quote": "words"})
            self.assertEqual(answer.status_code, 409)


class NamelessTests(RoomTestCase):
    def setUp(self) -> None:
        self.plan(hides_judges=True)

    def test_an_adjudicator_finds_no_name_in_the_room(self) -> None:
        names = ("Bob", "Carol", "Erin")
        self.settle(self.cast.bob, self.third)
        for url in (
            self.url("conflict_list"),
            self.url("conflict_list") + "?show=settled",
            self.url("conflict_record", self.first),
            self.url("conflict_record", self.third),
            self.url("wordings"),
        ):
            page = self.get(self.cast.dan, url)
            for name in names:
                self.assertNotContains(page, name)
        page = self.get(self.cast.dan, self.url("conflict_record", self.first))
        self.assertContains(page, "First reviewer")
        self.assertContains(page, "(ticked by ")
        self.assertContains(page, SECRET)

    def test_a_pair_narrows_nothing_for_whom_names_are_hidden(self) -> None:
        pair = Narrowed(pair=(self.cast.bob.pk, self.cast.carol.pk))
        found = room.listed(self.review, STAGE, self.cast.dan, pair)
        self.assertEqual(found.count(), 3)
        self.assertEqual(room.pairs(self.review, STAGE, self.cast.dan), [])

    def test_who_is_first_stays_with_a_record_and_not_across_records(self) -> None:
        url = self.url("conflict_record", self.first)
        self.assertEqual(
            steady(self.get(self.cast.dan, url)), steady(self.get(self.cast.dan, url))
        )
        firsts = set()
        for _ in range(12):
            record = create_record(review=self.review)
            self.judge(record, self.cast.bob, self.cast.carol)
            page = self.get(self.cast.dan, self.url("conflict_record", record))
            text = page.content.decode()
            firsts.add(text.index("tf-side-include") < text.index("tf-side-exclude"))
        self.assertEqual(firsts, {True, False})

    def test_those_who_judged_see_names(self) -> None:
        page = self.get(self.cast.bob, self.url("conflict_record", self.first))
        self.assertContains(page, "Carol")


def steady(page: Any) -> str:
    """Return a page without what is another each time: tokens and such."""
    return "\n".join(
        line
        for line in page.content.decode().splitlines()
        if not any(word in line for word in ("csrf", "X-CSRFToken", 'name="token"'))
    )
