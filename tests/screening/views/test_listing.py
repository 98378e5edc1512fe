import re
import uuid
from typing import Any
from unittest import mock
from urllib.parse import urlencode

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews import criteria
from reviews.models import Record, Review, Verdict
from screening import decisions, postponements, replay
from screening.bulk import deciding, working
from screening.labels import putting
from screening.models import BulkDecision, Choice, Decision
from screening.words import lists
from tests import background
from tests.cast import Cast
from tests.factories import create_criterion, create_record, create_staffed_review


class ListingTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="listed")
        cls.criterion = create_criterion(review=cls.review, code="E1")
        cls.first, cls.second, cls.third = (
            create_record(review=cls.review, title=title, abstract=abstract, year=year)
            for title, abstract, year in (
                ("Ketamine in adults", "A trial in patients.", 2010),
                ("Esketamine in mice", "", 2015),
                ("Placebo in mice", "Nothing of note.", 2020),
            )
        )

    def setUp(self) -> None:
        self.client.force_login(self.cast.bob)

    def allow(self) -> None:
        plan = self.review.plan
        plan.bulk_decisions = True
        plan.save()

    def url(self, name: str, *args: object) -> str:
        return reverse(f"screening:{name}", args=[self.review.slug, *args])

    def titles(self, **asked: Any) -> set[str]:
        page = self.client.get(self.url("screen_list"), asked)
        self.assertEqual(page.status_code, 200)
        return {str(card.item) for card in page.context["cards"]}

    def decide(
        self, record: Record, choice: str = "exclude", by: str = "bob"
    ) -> Decision:
        person = getattr(self.cast, by)
        return decisions.decide(record, Choice(choice), reviewer=person)

    def several(self, *records: Record, **more: Any) -> Any:
        said = {
            made.record_id: made for made in decisions.own(self.review, self.cast.bob)
        }
        marks = [
            f"{record.pk}.{said[record.pk].token if record.pk in said else ''}"
            for record in records
        ]
        return self.client.post(
            self.url("screen_several"), {"choice": "exclude", "record": marks, **more}
        )

    def make(self, asked: Any) -> Any:
        context = asked.context
        shown = re.search(r'name="token" value="([^"]+)"', asked.content.decode())
        assert shown is not None
        return self.client.post(
            f"{self.url('screen_several_make')}?{context['query']}",
            {
                "choice": context["choice"].value,
                "record": context["marks"],
                **(
                    {"all": "yes", "digest": context["digest"]}
                    if context["digest"]
                    else {}
                ),
                "token": shown[1],
                "criteria": [each.pk for each in context["criteria"]],
                "note": context["form"].cleaned_data["note"],
            },
        )


class FilterTests(ListingTests):
    def test_filters_by_words_years_abstracts_and_own_decisions(self) -> None:
        self.decide(self.first, "maybe")
        first, second, third = map(str, (self.first, self.second, self.third))
        self.assertEqual(self.titles(), {second, third})
        self.assertEqual(self.titles(text="mice -placebo"), {second})
        self.assertEqual(self.titles(mine="any", text="trial"), {first})
        self.assertEqual(
            self.titles(mine="any", year_from=2012, year_to=2016), {second}
        )
        self.assertEqual(self.titles(no_abstract="on"), {second})
        self.assertEqual(self.titles(mine="judged"), {first})
        self.assertEqual(self.titles(mine="maybe"), {first})
        self.assertEqual(self.titles(mine="include"), set())
        self.assertEqual(self.titles(mine="nonsense"), {second, third})

    def test_filters_by_ones_own_ticks_and_notes_and_by_nobody_elses(self) -> None:
        for by, record in (("bob", self.first), ("carol", self.second)):
            decisions.decide(
                record,
                Choice.EXCLUDE,
                reviewer=getattr(self.cast, by),
                criteria=[self.criterion],
                note="Dubious zebra",
            )
        found = {str(self.first)}
        self.assertEqual(self.titles(mine="any", criterion=self.criterion.pk), found)
        self.assertEqual(self.titles(mine="any", text="zebra"), found)
        self.assertEqual(self.titles(mine="any", text="note:dub* ketamine"), found)
        self.assertEqual(
            self.titles(mine="any", text="-zebra title:mice"),
            {str(self.second), str(self.third)},
        )
        mine = self.client.get(self.url("my_decisions"), {"text": "note:zebra"})
        self.assertEqual(len(mine.context["page_obj"]), 1)
        self.assertContains(mine, '<mark class="tf-hit">zebra</mark>')

    def test_finds_ones_own_labels_alone(self) -> None:
        for person, record in (
            (self.cast.bob, self.first),
            (self.cast.carol, self.second),
        ):
            putting.put(record, ["Check zebra"], person=person)
        self.assertEqual(self.titles(text='label:"check zebra"'), {str(self.first)})
        self.assertEqual(self.titles(text="label:zeb* -ketamine"), set())
        self.decide(self.first)
        mine = self.client.get(self.url("my_decisions"), {"text": "label:zebra"})
        self.assertEqual(len(mine.context["page_obj"]), 1)

    def test_finds_what_one_put_off_and_nobody_else(self) -> None:
        postponements.postpone(self.first, reviewer=self.cast.bob)
        postponements.postpone(self.second, reviewer=self.cast.carol)
        self.assertEqual(self.titles(mine="later"), {str(self.first)})
        self.decide(self.first)
        self.assertEqual(self.titles(mine="later"), set())

    def test_highlights_the_words_of_lists_beside_what_was_searched_for(self) -> None:
        facts = lists.Facts("Drugs", "intervention", "violet", "ketamine\ntrial")
        lists.create(self.review, facts, by=self.cast.bob)
        page = self.client.get(self.url("screen_list"), {"text": "adults ketamine"})
        self.assertContains(page, 'data-meant="intervention"')
        self.assertContains(page, '<mark class="tf-hit">adults</mark>')
        self.assertContains(
            page, '<mark class="tf-hit">Ketamine</mark></mark>', html=False
        )
        self.assertContains(page, "Drugs</span> 2")
        self.client.force_login(self.cast.carol)
        page = self.client.get(self.url("screen_list"))
        self.assertNotContains(page, "data-meant")

    def test_marks_hits_and_escapes_what_is_around_them(self) -> None:
        create_record(review=self.review, title="<b>Zebra</b> & co")
        page = self.client.get(self.url("screen_list"), {"text": "zebra"})
        self.assertContains(
            page, '&lt;b&gt;<mark class="tf-hit">Zebra</mark>&lt;/b&gt; &amp; co'
        )

    def test_shows_and_searches_nothing_that_the_protocol_hides(self) -> None:
        plan = self.review.plan
        plan.hides_authors = plan.hides_journal = plan.hides_year = True
        plan.save()
        Record.objects.filter(pk=self.first.pk).update(
            authors=["Zorro, Z"], journal="Zoology"
        )
        page = self.client.get(self.url("screen_list"))
        self.assertNotContains(page, "Zorro")
        self.assertNotContains(page, "Zoology")
        for text in ("zorro", "author:zorro", "journal:zoology", "year:2010"):
            self.assertEqual(self.titles(text=text), set(), text)
        self.assertEqual(self.titles(text="ketamine"), {str(self.first)})

    def test_tells_nothing_of_what_another_has_judged(self) -> None:
        before = self.client.get(self.url("screen_list"), {"mine": "any"})
        self.decide(self.first, "include", by="carol")
        after = self.client.get(self.url("screen_list"), {"mine": "any"})
        shown = [
            [
                (card.item.pk, card.closed, card.current)
                for card in page.context["cards"]
            ]
            for page in (before, after)
        ]
        self.assertEqual(shown[0], shown[1])

    def test_asks_the_database_as_often_for_many_as_for_few(self) -> None:
        self.client.get(self.url("screen_list"))
        with CaptureQueriesContext(connection) as few:
            self.client.get(self.url("screen_list"), {"mine": "any", "text": "mice"})
        for number in range(15):
            record = create_record(
                review=self.review, title=f"Mice {number}", search=self.first.search
            )
            if number % 2:
                self.decide(record)
        with CaptureQueriesContext(connection) as many:
            self.client.get(self.url("screen_list"), {"mine": "any", "text": "mice"})
        self.assertLessEqual(len(many), len(few) + 2)


class PlaceTests(ListingTests):
    def test_judges_a_record_where_it_stands(self) -> None:
        url = self.url("screen_list_decide", self.first.pk)
        answer = self.client.post(
            f"{url}?text=ketamine",
            {"choice": "include", "note": "Good", "token": uuid.uuid4()},
        )
        self.assertRedirects(
            answer,
            f"{self.url('screen_list')}?text=ketamine#record-{self.first.pk}",
            fetch_redirect_response=False,
        )
        made = Decision.objects.get()
        self.assertEqual(
            (made.choice, made.note, made.reviewer), ("include", "Good", self.cast.bob)
        )
        row = self.client.post(url, {"choice": "maybe"}, headers={"HX-Request": "true"})
        self.assertContains(row, f'id="record-{self.first.pk}"')
        self.assertNotContains(row, "<html")
        # What one has judged says so, and can be changed and taken back.
        self.assertContains(row, "Take back")
        judged = self.client.get(self.url("screen_list"), {"mine": "judged"})
        self.assertContains(judged, "tf-verdict-maybe")
        self.assertContains(judged, "Take back")
        self.client.post(self.url("screen_list_take_back", self.first.pk))
        self.assertFalse(decisions.own(self.review, self.cast.bob).exists())

    def test_a_page_that_is_gone_back_to_says_once_more_what_it_says(self) -> None:
        url = self.url("screen_list_decide", self.first.pk)
        first, second = uuid.uuid4(), uuid.uuid4()
        for choice, token in (
            ("include", first),
            ("exclude", second),
            ("include", first),
            ("include", first),
        ):
            told = self.client.post(url, {"choice": choice, "token": token})
            self.assertEqual(told.status_code, 302)
        made = Decision.objects.filter(record=self.first).order_by("pk")
        self.assertEqual(
            list(made.values_list("choice", flat=True)),
            ["include", "exclude", "include"],
        )

    def test_keeps_what_was_typed_where_the_decision_is_refused(self) -> None:
        url = self.url("screen_list_decide", self.first.pk)
        page = self.client.post(url, {"choice": "", "note": "Half a thought"})
        self.assertContains(page, "Half a thought", status_code=422)
        self.assertContains(page, "Press one of the buttons", status_code=422)

    def test_a_record_that_two_others_have_judged_is_only_read(self) -> None:
        for by in ("alice", "carol"):
            person = getattr(self.cast, by)
            if by == "alice":
                self.review.members.get(user=person).roles.create(role="reviewer")
            decisions.decide(self.first, Choice.MAYBE, reviewer=person)
        url = self.url("screen_list_decide", self.first.pk)
        page = self.client.post(url, {"choice": "include"})
        self.assertContains(
            page, "As many people as the protocol asks", status_code=422
        )
        page = self.client.get(self.url("screen_list"), {"mine": "any"})
        self.assertContains(page, "does not wait for you")


class SeveralTests(ListingTests):
    def setUp(self) -> None:
        super().setUp()
        self.allow()

    def test_asks_again_and_names_each_record_before_it_decides(self) -> None:
        asked = self.several(
            self.first, self.second, criteria=self.criterion.pk, note="N"
        )
        self.assertContains(asked, "Exclude 2 records?")
        self.assertContains(asked, self.second.title)
        self.assertNotContains(asked, self.third.title)
        self.assertFalse(Decision.objects.exists())
        done = self.make(asked)
        made = BulkDecision.objects.get()
        self.assertRedirects(done, self.url("screen_bulk", made.token))
        self.assertEqual(Decision.objects.count(), 2)
        self.assertEqual(
            {
                str(each.ticks.get().criterion.criterion)
                for each in Decision.objects.all()
            },
            {str(self.criterion)},
        )
        # The same page again decides nothing more.
        self.make(asked)
        self.assertEqual(Decision.objects.count(), 2)

    def test_takes_all_back_in_one_step_to_what_was_said_before(self) -> None:
        self.decide(self.first, "maybe")
        self.make(self.several(self.first, self.second))
        made = BulkDecision.objects.get()
        self.client.post(self.url("screen_bulk_undo", made.token))
        own = decisions.own(self.review, self.cast.bob)
        self.assertEqual(
            [(each.record, each.choice) for each in own], [(self.first, "maybe")]
        )
        self.client.post(self.url("screen_bulk_undo", made.token))
        self.assertEqual(own.count(), 1)
        self.assertEqual(replay.check(self.review), [])

    def test_what_was_said_before_keeps_the_wording_it_was_ticked_in(self) -> None:
        bob = self.cast.bob
        before = decisions.decide(
            self.first, Choice.EXCLUDE, reviewer=bob, criteria=[self.criterion]
        )
        criteria.change(
            self.criterion,
            kind=self.criterion.kind,
            code=self.criterion.code,
            text="Worded anew",
            reason="Another",
            by=self.cast.alice,
            because="It was unclear",
        )
        self.make(self.several(self.first))
        made = BulkDecision.objects.get()
        self.client.post(self.url("screen_bulk_undo", made.token))
        now = decisions.own(self.review, bob).get()
        self.assertNotEqual(now, before)
        self.assertEqual(now.ticks.get().criterion, before.ticks.get().criterion)

    def test_settles_as_single_decisions_do(self) -> None:
        for record in (self.first, self.second):
            self.decide(record, "exclude", by="carol")
        self.make(self.several(self.first, self.second, self.third))
        self.assertEqual(self.review.records.filter(verdict=Verdict.EXCLUDE).count(), 2)
        made = BulkDecision.objects.get()
        self.client.post(self.url("screen_bulk_undo", made.token))
        self.assertEqual(self.review.records.filter(verdict=Verdict.OPEN).count(), 3)
        self.assertEqual(replay.check(self.review), [])

    def test_decides_all_that_match_and_no_other(self) -> None:
        asked = self.client.post(
            f"{self.url('screen_several')}?text=mice", {"choice": "maybe", "all": "yes"}
        )
        self.assertContains(asked, "Maybe 2 records?")
        self.make(asked)
        found = set(Decision.objects.values_list("record", flat=True))
        self.assertEqual(found, {self.second.pk, self.third.pk})

    def test_tells_of_each_record_that_changed_meanwhile(self) -> None:
        asked = self.several(self.first, self.second, self.third)
        self.decide(self.first, "include")
        Record.objects.filter(pk=self.second.pk).update(
            removal="other", removal_reason="Retracted"
        )
        page = self.client.get(self.make(asked).url)
        self.assertContains(page, "You decided on it yourself")
        self.assertContains(page, "removed before screening")
        own = decisions.own(self.review, self.cast.bob).get(record=self.first)
        self.assertEqual(own.choice, "include")
        self.assertEqual(
            BulkDecision.objects.get().lines.exclude(decision=None).count(), 1
        )

    def test_goes_on_where_the_server_was_stopped(self) -> None:
        made = deciding.begin(
            self.review,
            [deciding.Chosen(self.first, None), deciding.Chosen(self.second, None)],
            Choice.EXCLUDE,
            reviewer=self.cast.bob,
            token=uuid.uuid4(),
        )
        page = self.client.get(self.url("screen_bulk", made.token))
        self.assertContains(page, "2 records are not decided yet")
        self.client.post(self.url("screen_bulk_go_on", made.token))
        self.assertEqual(Decision.objects.count(), 2)

    def test_two_who_carry_the_same_out_at_once_decide_each_record_once(self) -> None:
        made = deciding.begin(
            self.review,
            [deciding.Chosen(self.first, None), deciding.Chosen(self.second, None)],
            Choice.EXCLUDE,
            reviewer=self.cast.bob,
            token=uuid.uuid4(),
        )
        decide = deciding._decide

        def overtaken(*args: Any, **more: Any) -> bool:
            # Another process, after this one has read what is left to decide.
            with mock.patch.object(deciding, "_decide", decide):
                deciding.carry_out(made)
            return decide(*args, **more)

        with mock.patch.object(deciding, "_decide", overtaken):
            deciding.carry_out(made)
        self.assertFalse(made.lines.exclude(problem="").exists())
        self.assertEqual(deciding.standing(made).count(), 2)
        self.assertEqual(deciding.take_back(made, reviewer=self.cast.bob), (2, 0))
        self.assertFalse(decisions.own(self.review, self.cast.bob).exists())

    def test_a_word_said_while_it_is_taken_back_stays(self) -> None:
        self.decide(self.first, "maybe")
        self.make(self.several(self.first))
        made = BulkDecision.objects.get()
        lock = decisions.lock

        def overtaken(item: Any) -> Any:
            with mock.patch.object(decisions, "lock", lock):
                self.decide(self.first, "include")
            return lock(item)

        with mock.patch.object(decisions, "lock", overtaken):
            deciding.take_back(made, reviewer=self.cast.bob)
        own = decisions.own(self.review, self.cast.bob).get()
        self.assertEqual(own.choice, "include")

    def test_is_refused_where_the_protocol_does_not_allow_it(self) -> None:
        asked = self.several(self.first)
        plan = self.review.plan
        plan.bulk_decisions = False
        plan.save()
        self.assertNotContains(
            self.client.get(self.url("screen_list")), "several-heading"
        )
        self.assertContains(
            self.several(self.first), "on its own only", status_code=422
        )
        self.assertEqual(self.make(asked).status_code, 422)
        self.assertFalse(Decision.objects.exists())

    def test_nothing_chosen_is_told(self) -> None:
        self.assertContains(self.several(), "Tick at least one record", status_code=422)
        self.assertEqual(
            self.client.post(
                self.url("screen_several"),
                {"choice": "exclude", "record": ["x.y", "9" * 30, ".", "-1."]},
            ).status_code,
            422,
        )

    def test_nobody_opens_what_another_has_decided(self) -> None:
        self.make(self.several(self.first))
        made = BulkDecision.objects.get()
        self.client.force_login(self.cast.carol)
        for name in ("screen_bulk", "screen_bulk_undo", "screen_bulk_go_on"):
            ask = self.client.get if name == "screen_bulk" else self.client.post
            self.assertEqual(ask(self.url(name, made.token)).status_code, 404)


class ManyTests(ListingTests):
    """More than a request decides itself; here more than two."""

    def setUp(self) -> None:
        super().setUp()
        self.allow()
        self.enterContext(mock.patch.object(deciding, "AT_ONCE", 2))

    def ask(self, **query: str) -> Any:
        url = self.url("screen_several")
        return self.client.post(
            f"{url}?{urlencode(query)}", {"choice": "exclude", "all": "yes"}
        )

    def test_many_are_decided_in_the_background_and_count_once(self) -> None:
        asked = self.ask()
        self.assertContains(asked, "Exclude 3 records?")
        self.assertContains(asked, "These are the first 2.")
        with background.held():
            self.make(asked)
            made = BulkDecision.objects.get()
            self.assertFalse(Decision.objects.exists())
            # Whoever sends the page again meanwhile begins nothing more.
            self.make(asked)
            page = self.client.get(self.url("screen_bulk", made.token))
            self.assertContains(page, "Deciding 3 records")
            fragment = self.client.get(
                self.url("screen_bulk", made.token), headers={"HX-Request": "true"}
            )
            self.assertNotContains(fragment, "<html")
            background.carry_out()
        self.assertEqual(Decision.objects.filter(reviewer=self.cast.bob).count(), 3)
        self.make(asked)
        self.assertEqual(Decision.objects.count(), 3)
        self.assertEqual(BulkDecision.objects.count(), 1)
        page = self.client.get(self.url("screen_bulk", made.token))
        self.assertContains(page, "3 records decided at once")
        self.assertEqual(replay.check(self.review), [])

    def test_a_role_lost_on_the_way_leaves_the_rest_out_and_says_so(self) -> None:
        decide = decisions.decide

        def once(*args: Any, **more: Any) -> Decision:
            made = decide(*args, **more)
            self.review.members.get(user=self.cast.bob).roles.all().delete()
            return made

        with background.held():
            self.make(self.ask())
            with mock.patch.object(decisions, "decide", once):
                background.carry_out()
        made = BulkDecision.objects.get()
        self.assertEqual(deciding.standing(made).count(), 1)
        self.assertFalse(deciding.undone(made).exists())
        self.assertEqual(made.lines.filter(problem=deciding.NOT_YOURS).count(), 2)
        job = working.job_of(made)
        assert job is not None
        self.assertIn("Of the 3 records 1 are decided so", job.error)

    def test_many_are_taken_back_in_one_step(self) -> None:
        self.decide(self.first, "maybe")
        self.make(self.ask(mine="any"))
        made = BulkDecision.objects.get()
        self.decide(self.second, "include")
        self.client.post(self.url("screen_bulk_undo", made.token))
        said = decisions.own(self.review, self.cast.bob)
        self.assertEqual(
            {(each.record, each.choice) for each in said},
            {(self.first, "maybe"), (self.second, "include")},
        )
        self.assertFalse(deciding.standing(made).exists())
        self.assertEqual(replay.check(self.review), [])

    def test_what_is_taken_back_on_the_way_decides_no_more(self) -> None:
        with background.held():
            self.make(self.ask())
            made = BulkDecision.objects.get()
            self.client.post(self.url("screen_bulk_undo", made.token))
            background.carry_out()
        self.assertFalse(Decision.objects.exists())

    def test_a_list_that_changed_since_is_asked_about_again(self) -> None:
        asked = self.ask()
        self.decide(self.first)
        self.assertContains(self.make(asked), "has changed since", status_code=422)
        self.assertFalse(BulkDecision.objects.exists())

    def test_nobody_else_learns_of_it_owners_neither(self) -> None:
        owner = self.review.members.get(user=self.cast.alice)
        owner.roles.create(role="reviewer")
        with background.held():
            self.make(self.ask())
            job = self.review.jobs.get()
            for person in (self.cast.alice, self.cast.carol):
                self.client.force_login(person)
                for path in (f"jobs/{job.pk}/", "jobs/"):
                    page = self.client.get(f"/reviews/{self.review.slug}/{path}")
                    self.assertNotContains(
                        page, "Deciding", status_code=page.status_code
                    )
                url = f"/reviews/{self.review.slug}/jobs/{job.pk}/cancel/"
                self.assertIn(self.client.post(url).status_code, (403, 404))
