"""What the page on which somebody judges asks for by its script, and what is hidden."""

import uuid
from typing import Any

from django.urls import reverse

from reviews import plan
from reviews.duplicates import marking
from reviews.models import Record
from screening import decisions
from screening.models import Choice, Decision, Postponement
from tests.factories import create_record, create_report
from tests.screening.views.test_decision import DecisionPageTests

JSON = {"Accept": "application/json"}


class SendingTests(DecisionPageTests):
    """What the queue of the browser sends, and what is answered."""

    def send(self, name: str, *args: Any, **data: Any) -> Any:
        return self.post(name, *args, headers=JSON, **data)

    def test_the_answer_brings_the_cards_that_the_page_lacks(self) -> None:
        held = f"{self.records[1].pk},{self.records[2].pk}"
        response = self.send(
            "decide",
            self.records[0].pk,
            choice="include",
            token=uuid.uuid4(),
            held=held,
            number="3",
        )
        answer = response.json()
        self.assertEqual(
            [each["item"] for each in answer["ahead"]], [self.records[3].pk]
        )
        self.assertIn("Title number 3", answer["ahead"][0]["html"])
        self.assertIn("1 of 4 judged by you", answer["progress"])
        self.assertEqual(answer["nothing"], "")

    def test_a_page_that_counts_on_by_itself_is_told_no_count(self) -> None:
        response = self.send(
            "decide",
            self.records[0].pk,
            choice="include",
            token=uuid.uuid4(),
            number="1",
            left="51",
        )
        answer = response.json()
        self.assertIsNone(answer["progress"])
        self.assertEqual(
            [each["item"] for each in answer["ahead"]], [self.records[1].pk]
        )

    def test_it_is_told_where_less_waits_than_it_believes(self) -> None:
        for record in self.records:
            response = self.send(
                "decide",
                record.pk,
                choice="include",
                token=uuid.uuid4(),
                number="1",
                left="9000",
            )
        answer = response.json()
        self.assertIn("4 of 4 judged by you", answer["progress"])
        self.assertIn("Nothing waits for you here", answer["nothing"])

    def test_what_another_decided_waits_also_where_an_outsider_is_signed_in(
        self,
    ) -> None:
        bob, item = self.cast.bob.pk, self.records[0].pk
        for user in (self.cast.mallory, self.cast.vera):
            self.client.force_login(user)
            for name, args, data in (
                ("decide", [item], {"choice": "include"}),
                ("postpone_record", [item], {}),
                ("take_back", [], {}),
            ):
                url = reverse(f"screening:{name}", args=["held", *args])
                response = self.client.post(url, {**data, "person": bob}, headers=JSON)
                self.assertEqual(response.status_code, 409)
            url = reverse("screening:screen", args=["held"])
            response = self.client.get(url, {"person": bob}, headers=JSON)
            self.assertEqual(response.status_code, 409)

    def test_a_note_that_nobody_would_read_is_refused(self) -> None:
        response = self.send(
            "decide", self.records[0].pk, choice="include", note="x" * 20_001
        )
        self.assertContains(response, "20,000 characters", status_code=422)
        self.assertFalse(Decision.objects.exists())

    def test_the_last_answer_says_that_nothing_waits(self) -> None:
        for record in self.records:
            response = self.send(
                "decide", record.pk, choice="include", token=uuid.uuid4(), number="3"
            )
        self.assertIn("Nothing waits for you here", response.json()["nothing"])

    def test_a_press_that_is_sent_again_counts_once(self) -> None:
        token = uuid.uuid4()
        for _ in range(3):
            self.send("decide", self.records[0].pk, choice="maybe", token=token)
        self.assertEqual(Decision.objects.count(), 1)

    def test_what_was_sent_is_taken_back_by_sending_the_same(self) -> None:
        sent = {
            "choice": "exclude",
            "criteria": [self.design.pk, self.population.pk],
            "note": " Not a trial ",
            "token": str(uuid.uuid4()),
        }
        item = self.records[0].pk
        self.send("decide", item, **sent)
        for _ in range(2):
            response = self.send("take_back", **sent, item=item, stage="title_abstract")
            self.assertEqual(response.status_code, 200)
        said = Decision.objects.filter(
            record=self.records[0], reviewer=self.cast.bob
        ).order_by("-pk")
        self.assertEqual([made.choice for made in said], ["withdrawn", "exclude"])
        # The first press arrives once more, and stays taken back.
        self.send("decide", item, **sent)
        self.assertEqual(Decision.objects.count(), 2)

    def test_what_was_refused_is_taken_back_without_a_trace(self) -> None:
        for stage in ("title_abstract", "full_text"):
            response = self.send(
                "take_back",
                stage=stage,
                item=self.records[0].pk,
                choice="include",
                token=uuid.uuid4(),
            )
            self.assertEqual(response.status_code, 200)
        for stage in ("appraisal", "x", ""):
            response = self.send("take_back", stage=stage, item=1, token=uuid.uuid4())
            self.assertEqual(response.status_code, 404)
        self.assertEqual(Decision.objects.count(), 0)

    def test_a_refusal_is_said_in_words(self) -> None:
        report = create_report(review=self.review)
        response = self.send("decide_report", report.pk, choice="exclude")
        self.assertEqual(response.status_code, 422)
        self.assertIn("Tick at least one", response.json()["problem"])

    def test_nobody_sends_what_another_decided_in_the_same_browser(self) -> None:
        for name in ("decide", "postpone_record"):
            response = self.send(
                name,
                self.records[0].pk,
                choice="include",
                token=uuid.uuid4(),
                person=self.cast.carol.pk,
            )
            self.assertEqual(response.status_code, 409)
        response = self.send("take_back", person=self.cast.carol.pk)
        self.assertEqual(response.status_code, 409)
        self.assertFalse(Decision.objects.exists())
        self.assertFalse(Postponement.objects.exists())

    def test_tells_that_the_record_was_merged_meanwhile(self) -> None:
        kept, copy = self.records[:2]
        marking.add(copy, to=kept, by=self.cast.alice)
        told = self.send("decide", copy.pk, choice="include").json()["told"]
        self.assertIn("merged meanwhile", told["text"])
        self.assertEqual(
            told["page"], reverse("screening:judge_record", args=["held", kept.pk])
        )

    def test_odd_numbers_are_no_trouble(self) -> None:
        for held, number in (("", ""), ("x,-1,٣,9" * 99, "9" * 40), ("1" * 30, "²")):
            url = reverse("screening:screen", args=["held"])
            response = self.client.get(
                url, {"held": held, "number": number}, headers=JSON
            )
            self.assertEqual(response.status_code, 200)


class LaterTests(DecisionPageTests):
    def test_puts_off_without_a_script_and_lists_it(self) -> None:
        response = self.post("postpone_record", self.records[0].pk, later="yes")
        self.assertRedirects(response, reverse("screening:screen", args=["held"]))
        self.assertEqual(self.shown(self.get("screen")), "Title number 1")
        self.assertContains(self.get("screen"), "For later (1)")
        self.assertContains(self.get("later"), "Title number 0")
        response = self.post("postpone_record", self.records[0].pk, back="yes")
        self.assertRedirects(response, reverse("screening:later", args=["held"]))
        self.assertContains(self.get("later"), "You have put nothing off")

    def test_what_another_puts_off_is_not_listed(self) -> None:
        self.post("postpone_record", self.records[0].pk)
        self.client.force_login(self.cast.carol)
        self.assertNotContains(self.get("later"), "Title number 0")
        self.assertEqual(self.shown(self.get("screen")), "Title number 0")


class HiddenTests(DecisionPageTests):
    """What the protocol hides stands nowhere on the pages of a judge."""

    SECRETS = ("Zanzibarname", "Journal of Secrets", "1887")

    def test_authors_journal_and_year_are_hidden_each_by_itself(self) -> None:
        record = create_record(
            review=self.review,
            title="A plain title",
            authors=[f"{self.SECRETS[0]}, {number}" for number in range(30)],
            journal=self.SECRETS[1],
            year=int(self.SECRETS[2]),
        )
        fields = ("hides_authors", "hides_journal", "hides_year")
        for hidden in ((), *((field,) for field in fields), fields):
            facts = {field: field in hidden for field in fields}
            plan.change(self.review, facts, by=self.cast.alice, because="Test")
            decisions.decide(record, Choice.MAYBE, reviewer=self.cast.bob)
            pages = [
                self.get("judge_record", record.pk),
                self.get("my_decisions"),
                self.get("screen"),
            ]
            said = decisions.own_last(
                self.review, decisions.stage_of(record), self.cast.bob
            )
            assert said is not None
            pages.append(
                self.post("take_back", headers=JSON, decision=said.token, number="9")
            )
            text = "".join(page.content.decode() for page in pages)
            for field, secret in zip(fields, self.SECRETS, strict=True):
                self.assertEqual(secret in text, field not in hidden, (field, hidden))

    def test_authors_never_stand_in_the_place_of_a_title(self) -> None:
        facts = {"hides_authors": True}
        plan.change(self.review, facts, by=self.cast.alice, because="Test")
        for number in range(2):
            untitled = create_record(review=self.review, authors=[self.SECRETS[0]])
            Record.objects.filter(pk=untitled.pk).update(title="")
            if number:
                decisions.decide(untitled, Choice.MAYBE, reviewer=self.cast.bob)
        waiting = create_record(review=self.review, authors=[self.SECRETS[0]])
        Record.objects.filter(pk=waiting.pk).update(title="")
        self.post("postpone_record", waiting.pk)
        pages = [
            self.get("judge_record", untitled.pk),
            self.get("my_decisions"),
            self.get("screen"),
            self.get("screen_list"),
            self.get("later"),
        ]
        for page in pages:
            self.assertNotContains(page, self.SECRETS[0])
            self.assertContains(page, "Without a title")

    def test_a_full_text_hides_nothing(self) -> None:
        plan.change(
            self.review, {"hides_authors": True}, by=self.cast.alice, because="Test"
        )
        create_report(
            review=self.review,
            record=create_record(review=self.review, authors=[self.SECRETS[0]]),
        )
        self.assertContains(self.get("full_text_queue"), self.SECRETS[0])
