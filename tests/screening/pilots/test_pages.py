"""The pages of a round: nothing before it is closed, then all of it to its people."""

import re

from django.urls import reverse

from reviews import plan
from reviews.models import Role, Stage, User
from screening import decisions, statements
from screening.models import Choice, Decision, PilotRound, PilotVote
from screening.pilots import people, rounds, voting
from tests.cast import PASSWORD, join
from tests.screening.pilots.test_rounds import PilotCase

TA = Stage.TITLE_ABSTRACT


class PilotPagesTests(PilotCase):
    def url(self, page: str, *arguments: object) -> str:
        return reverse(f"screening:{page}", args=[self.review.slug, *arguments])

    def test_an_owner_begins_one_and_the_form_says_what_is_wrong(self) -> None:
        self.client.force_login(self.cast.alice)
        url = self.url("pilot_begin", TA)
        people = [str(self.cast.bob.pk), str(self.cast.carol.pk)]
        sent = {"size": "99", "people": people, "counts": "no"}
        response = self.client.post(url, sent)
        self.assertContains(response, "Fewer than 99", status_code=422)
        self.client.post(url, {**sent, "size": "4"})
        found = PilotRound.objects.get()
        self.assertFalse(found.counts)
        self.assertEqual(found.items.count(), 4)

    def test_who_judges_never_learns_out_of_how_many_it_was_drawn(self) -> None:
        found = self.begin(counts=False)
        url = self.url("pilot_detail", found.pk)
        rounds.close(found, by=self.cast.alice)
        for reader, told in ((self.cast.alice, True), (self.cast.bob, False)):
            self.client.force_login(reader)
            self.assertEqual("</a> of 12 records" in self.client.get(url).text, told)

    def test_that_all_is_judged_is_told_to_its_people_and_who_may_know_it(self) -> None:
        found = self.begin(counts=False)
        for record in self.drawn(found):
            for person in (self.cast.bob, self.cast.carol):
                voting.vote(found, record, Choice.INCLUDE, reviewer=person)
        # An owner who judges at the stage, and not in this round.
        gina = User.objects.create_user("gina", "gina@example.org", PASSWORD)
        join(self.review, gina, Role.OWNER, Role.REVIEWER)
        everybody = "Everybody has judged everything"
        pages = self.url("pilot_detail", found.pk), self.url("pilot_end", found.pk)
        for reader, told in (
            (self.cast.alice, True),
            (self.cast.bob, True),
            (gina, False),
            (self.cast.dan, False),
        ):
            self.client.force_login(reader)
            self.assertEqual(everybody in self.client.get(pages[0]).text, told, reader)
        for reader, told in ((self.cast.alice, True), (gina, False)):
            self.client.force_login(reader)
            page = self.client.get(pages[1]).text
            self.assertEqual(everybody in page, told, reader)
            self.assertNotIn("Not everybody", page)

    def test_its_people_judge_it_on_the_ordinary_page_and_undo(self) -> None:
        found = self.begin(counts=False)
        self.client.force_login(self.cast.bob)
        page = self.client.get(self.url("screen"))
        self.assertContains(page, "Pilot round 1")
        self.assertContains(page, "0 of 4 judged by you")
        card = page.context["card"]
        self.client.post(
            self.url("decide", card.item.pk),
            {
                "choice": "include",
                "token": str(card.form.fresh_token),
                "pilot": str(found.number),
            },
        )
        self.assertEqual((PilotVote.objects.count(), Decision.objects.count()), (1, 0))
        page = self.client.get(self.url("screen"))
        self.assertContains(page, "1 of 4 judged by you")
        again = self.client.get(self.url("judge_record", card.item.pk))
        self.assertContains(again, "Your decision now")
        token = page.context["last"].token
        self.client.post(self.url("take_back"), {"decision": str(token)})
        page = self.client.get(self.url("screen"))
        self.assertEqual(page.context["card"].item, card.item)

    def test_a_form_of_a_round_that_was_closed_is_told_so(self) -> None:
        found = self.begin(counts=False)
        record = self.drawn(found)[0]
        rounds.close(found, by=self.cast.alice)
        self.client.force_login(self.cast.bob)
        response = self.client.post(
            self.url("decide", record.pk), {"choice": "include", "pilot": "1"}
        )
        self.assertContains(response, "was ended meanwhile", status_code=422)
        self.assertEqual(Decision.objects.count(), 0)

    def test_without_a_script_what_cannot_be_undone_any_more_is_told_on_a_page(
        self,
    ) -> None:
        found = self.begin(counts=False)
        record = self.drawn(found)[0]
        made = voting.vote(found, record, Choice.INCLUDE, reviewer=self.cast.bob)
        rounds.close(found, by=self.cast.alice)
        self.client.force_login(self.cast.bob)
        sent = {"decision": str(made.token)}
        page = self.client.post(self.url("take_back"), sent, follow=True)
        self.assertRedirects(page, self.url("screen"))
        self.assertContains(page, "was ended meanwhile")

    def test_what_is_refused_holds_up_nothing_that_the_browser_sends_after_it(
        self,
    ) -> None:
        script = {"Accept": "application/json"}
        found = self.begin(counts=False, people=3)
        record, other = self.drawn(found)[:2]
        made = voting.vote(found, record, Choice.INCLUDE, reviewer=self.cast.bob)
        people.take_out(found, self.cast.vera, by=self.cast.alice)
        self.client.force_login(self.cast.vera)
        response = self.client.post(
            self.url("decide", other.pk),
            {"choice": "include", "pilot": "1"},
            headers=script,
        )
        self.assertContains(response, "Others judge", status_code=422)
        rounds.close(found, by=self.cast.alice)
        self.client.force_login(self.cast.bob)
        response = self.client.post(
            self.url("take_back"), {"decision": str(made.token)}, headers=script
        )
        self.assertContains(response, "ended meanwhile", status_code=422)

    def test_nobody_learns_anything_while_it_is_open(self) -> None:
        found = self.begin(counts=False)
        pages = [self.url("pilot_list"), self.url("pilot_detail", found.pk)]
        people = (self.cast.alice, self.cast.carol)
        before = [self.seen(user, page) for user in people for page in pages]
        for record in self.drawn(found):
            self.client.force_login(self.cast.bob)
            self.client.post(
                self.url("decide", record.pk), {"choice": "exclude", "pilot": "1"}
            )
        self.assertEqual(PilotVote.objects.count(), 4)
        after = [self.seen(user, page) for user in people for page in pages]
        self.assertEqual(before, after)
        for user in people:
            self.client.force_login(user)
            file = self.url("pilot_file", found.pk, "judgments")
            self.assertEqual(self.client.get(file).status_code, 404)

    def seen(self, user: object, url: str) -> str:
        self.client.force_login(user)  # type: ignore[arg-type]  # one of the cast
        text = self.client.get(url).content.decode()
        return text[text.index("<h1>") : text.index("</main>")]

    def test_every_number_opens_into_as_many(self) -> None:
        found = self.begin(counts=False, people=3)
        self.judge_all(found, Choice.INCLUDE, Choice.INCLUDE, Choice.EXCLUDE)
        here = self.url("pilot_items", found.pk, "judged")
        self.client.force_login(self.cast.bob)
        self.assertEqual(self.client.get(here).status_code, 404)
        rounds.close(found, by=self.cast.alice)
        page = self.client.get(self.url("pilot_detail", found.pk)).content.decode()
        numbers = re.findall(r'href="([^"]*/items/[^"]+)">([\d,]+)</a>', page)
        self.assertEqual(
            {url.split("/items/")[1].split("/")[0] for url, _ in numbers},
            {"drawn", "judged", "agreed", "pair", "ticked", "differs", "causes"},
        )
        for url, number in numbers:
            listed = self.client.get(url)
            self.assertEqual(listed.context["page_obj"].paginator.count, int(number))
            self.assertContains(listed, str(found))
        long = [f"{what}?of={'0' * 20}{'9' * 5000}-1" for what in ("ticked", "pair")]
        long.append(f"ticked?of={'0' * 20}{'9' * 30}")
        for what in (
            "ticked",
            "ticked?of=99",
            "pair?of=1-9",
            "pair?of=x",
            *long,
            "other",
        ):
            name, _, query = what.partition("?")
            url = f"{self.url('pilot_items', found.pk, name)}?{query}"
            self.assertEqual(self.client.get(url).status_code, 404, what)

    def test_a_closed_one_is_told_to_its_people_owners_and_adjudicators(self) -> None:
        found = self.begin(counts=False)
        self.judge_all(found, Choice.INCLUDE, Choice.INCLUDE, Choice.EXCLUDE)
        rounds.close(found, by=self.cast.alice)
        url = self.url("pilot_detail", found.pk)
        for user in (self.cast.alice, self.cast.bob, self.cast.dan):
            self.client.force_login(user)
            response = self.client.get(url)
            self.assertContains(response, 'items/agreed/">2</a>: to let it go on')
            self.assertContains(response, "Causes the most differences")
        self.client.force_login(self.cast.vera)
        self.assertEqual(self.client.get(url).status_code, 403)

    def test_an_adjudicator_kept_blind_to_names_sees_none(self) -> None:
        found = self.begin(counts=False)
        self.judge_all(found, Choice.INCLUDE, Choice.EXCLUDE)
        rounds.close(found, by=self.cast.alice)
        plan.change(
            self.review, {"hides_judges": True}, by=self.cast.alice, because="Fair."
        )
        join(self.review, self.cast.alice, Role.ADJUDICATOR)
        for user in (self.cast.alice, self.cast.dan):
            self.client.force_login(user)
            response = self.client.get(self.url("pilot_detail", found.pk))
            self.assertContains(response, "Reviewer 1")
            self.assertNotContains(response, str(self.cast.bob))
        file = self.client.get(self.url("pilot_file", found.pk, "judgments"))
        text = b"".join(file.streaming_content).decode()
        self.assertNotIn(str(self.cast.bob), text)

    def test_both_files_hold_all_of_it(self) -> None:
        found = self.begin(counts=True)
        self.judge_all(found, Choice.INCLUDE, Choice.EXCLUDE)
        rounds.close(found, by=self.cast.alice)
        self.client.force_login(self.cast.carol)
        rows = {}
        for kind in ("judgments", "figures"):
            file = self.client.get(self.url("pilot_file", found.pk, kind))
            text = b"".join(file.streaming_content)
            rows[kind] = text.decode("utf-8-sig").splitlines()
        self.assertEqual(len(rows["judgments"]), 1 + 8)
        self.assertTrue(any("percent_agreement,0," in row for row in rows["figures"]))

    def closed_in_conflict(self) -> PilotRound:
        found = self.begin(counts=True)
        self.judge_all(found, Choice.INCLUDE, Choice.EXCLUDE)
        rounds.close(found, by=self.cast.alice)
        return found

    def judgments(self, found: PilotRound) -> str:
        url = self.url("pilot_file", found.pk, "judgments")
        parts = self.client.get(url).streaming_content
        return b"".join(parts).decode()

    def test_what_waits_again_is_not_told_to_who_may_judge_it(self) -> None:
        found = self.closed_in_conflict()
        record = self.drawn(found)[0]
        made = Decision.objects.get(record=record, reviewer=self.cast.bob)
        decisions.take_back(made, reviewer=self.cast.bob)
        url = self.url("pilot_detail", found.pk)
        for user in (self.cast.bob, self.cast.carol):
            self.client.force_login(user)
            page = self.client.get(url)
            self.assertContains(page, "What was said of 1 of the round is not told")
            told = [each.item for each in page.context["told"].differences]
            self.assertEqual(told, self.drawn(found)[1:])
            self.assertEqual(len(self.judgments(found).splitlines()), 1 + 6)
        decisions.decide(record, Choice.EXCLUDE, reviewer=self.cast.bob)
        self.assertEqual(len(self.judgments(found).splitlines()), 1 + 8)

    def test_a_side_of_a_conflict_is_told_once_the_reader_stated_theirs(self) -> None:
        found = self.closed_in_conflict()
        plan.change(
            self.review,
            {"states_reason_first": True},
            by=self.cast.alice,
            because="Fair.",
        )
        for user in (self.cast.alice, self.cast.bob, self.cast.dan):
            self.client.force_login(user)
            page = self.client.get(self.url("pilot_detail", found.pk))
            self.assertEqual(page.context["told"].differences, ())
            self.assertEqual(len(self.judgments(found).splitlines()), 1)
        record = self.drawn(found)[0]
        statements.state(record, by=self.cast.bob, criterion=self.criterion)
        self.client.force_login(self.cast.bob)
        self.assertEqual(len(self.judgments(found).splitlines()), 1 + 2)
        self.client.force_login(self.cast.carol)
        self.assertEqual(len(self.judgments(found).splitlines()), 1)

    def test_the_owner_ends_it_by_closing_or_for_a_reason(self) -> None:
        found = self.begin(counts=False)
        self.client.force_login(self.cast.alice)
        url = self.url("pilot_end", found.pk)
        self.assertContains(self.client.get(url), "Not everybody has judged")
        response = self.client.post(url, {"how": "abandon"})
        self.assertContains(response, "Say why", status_code=422)
        self.client.post(url, {"how": "abandon", "reason": "Too few."})
        page = self.client.get(self.url("pilot_detail", found.pk))
        self.assertContains(page, "Too few.")

    def test_the_gate_says_on_the_page_of_judging_what_is_missing(self) -> None:
        facts = {"gate_measure": "kappa", "gate_value": 80}
        plan.change(self.review, facts, by=self.cast.alice, because="Planned.")
        self.client.force_login(self.cast.bob)
        page = self.client.get(self.url("screen"))
        self.assertContains(page, "Screening has not opened yet")
        record = self.review.records.order_by("pk")[0]
        response = self.client.post(
            self.url("decide", record.pk), {"choice": "include"}
        )
        self.assertContains(response, "No round is closed yet", status_code=422)

    def test_the_list_asks_as_often_however_many_rounds(self) -> None:
        self.client.force_login(self.cast.alice)
        counted = []
        for _ in range(2):
            rounds.close(self.begin(counts=False, size=2), by=self.cast.alice)
            with self.assertNumQueries(10):
                self.client.get(self.url("pilot_list"))
            counted.append(self.seen(self.cast.alice, self.url("pilot_list")))
        self.assertIn("Pilot round 2", counted[1])

    def test_the_desk_tells_of_a_round_that_waits(self) -> None:
        self.begin(counts=True)
        self.client.force_login(self.cast.bob)
        page = self.client.get(reverse("screening:desk"))
        self.assertContains(page, "4 of the round wait for you")
        self.assertContains(page, "8 records wait for you")
