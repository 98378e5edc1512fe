import json
from datetime import timedelta

from django.test import TestCase
from django.urls import reverse

from reviews.models import Role, ScreeningPlan
from reviews.words import facts, methods
from reviews.words.parts import text
from screening import decisions
from screening.models import Choice, Stop
from screening.stopping import certificate, sampling, stops
from tests.cast import join
from tests.factories import create_record
from tests.screening.stopping.made import (
    BEGIN,
    create_ranked_review,
    judge,
    screen,
)

SECOND_DAY = BEGIN + timedelta(days=1)


class StoppingPageTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast, cls.records = create_ranked_review(60, audit_size=6)
        screen(cls.records, cls.cast, relevant=10, read=48)

    def url(self, name: str, *args: object) -> str:
        return reverse(f"screening:{name}", args=[self.review.slug, *args])

    def signed(self) -> Stop:
        stop = stops.begin(self.review, by=self.cast.alice)
        judge(sampling.records(stop), self.cast, Choice.EXCLUDE, since=SECOND_DAY)
        stops.sign(stop, by=self.cast.alice)
        stop.refresh_from_db()
        return stop

    # The page ----------------------------------------------------------------

    def test_tells_what_the_rule_says_and_opens_each_number(self) -> None:
        self.client.force_login(self.cast.vera)
        page = self.client.get(self.url("stopping"))
        self.assertContains(page, "The rule holds: screening may stop.")
        self.assertNotContains(page, "Draw the sample")
        found = page.context["reading"]
        for what, number in (
            ("read", found.screened.read),
            ("relevant", len(found.relevant)),
            ("since", found.screened.since_last),
            ("unread", 12),
        ):
            listed = self.client.get(self.url("stopping_records", what))
            self.assertEqual(listed.context["page_obj"].paginator.count, number, what)

    def test_says_that_the_order_of_import_gives_no_guarantee(self) -> None:
        ScreeningPlan.objects.filter(review=self.review).update(order="imported")
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.url("stopping"))
        self.assertContains(page, "Records come in the order of import.")
        self.assertContains(page, "The rule cannot be used")

    def test_says_plainly_where_it_cannot_save_work(self) -> None:
        ScreeningPlan.objects.filter(review=self.review).update(target_recall=95)
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.url("stopping"))
        self.assertContains(page, "can hardly save work")

    def test_nobody_learns_of_a_conflict_that_is_not_theirs(self) -> None:
        self.client.force_login(self.cast.alice)
        before = self.client.get(self.url("stopping"))
        for reviewer, choice in (
            (self.cast.bob, Choice.INCLUDE),
            (self.cast.carol, Choice.EXCLUDE),
        ):
            decisions.decide(self.records[50], choice, reviewer=reviewer)
        after = self.client.get(self.url("stopping"))
        self.assertEqual(before.context["reading"], after.context["reading"])
        self.client.force_login(self.cast.bob)
        mine = self.client.get(self.url("stopping"))
        self.assertContains(mine, "that you may see count as relevant")

    def test_a_lone_vote_changes_no_byte_for_the_other(self) -> None:
        for person in (self.cast.carol, self.cast.alice, self.cast.dan):
            self.client.force_login(person)
            context = self.client.get(self.url("stopping")).context
            decisions.decide(self.records[51], Choice.INCLUDE, reviewer=self.cast.bob)
            again = self.client.get(self.url("stopping")).context
            for name in ("reading", "said", "says", "unread", "heuristics"):
                self.assertEqual(context[name], again[name])

    # From the sample to the certificate ---------------------------------------

    def test_an_owner_draws_the_sample_signs_and_lifts(self) -> None:
        self.client.force_login(self.cast.alice)
        detail = self.url("stop_detail", 1)
        self.assertRedirects(self.client.post(self.url("stop_begin")), detail)
        stop = Stop.objects.get()
        page = self.client.get(detail)
        self.assertContains(page, "0 of 6 settled")
        self.assertNotContains(page, "Sign and stop screening")
        judge(sampling.records(stop), self.cast, Choice.EXCLUDE, since=SECOND_DAY)
        self.assertContains(self.client.get(detail), "Sign and stop screening")
        self.assertRedirects(self.client.post(self.url("stop_sign", 1)), detail)
        self.assertContains(self.client.get(detail), "Stop certificate 1")
        left = self.client.get(self.url("stop_never_screened", 1))
        self.assertEqual(left.context["page_obj"].paginator.count, 6)
        again = self.client.post(self.url("stop_lift", 1), {"because": ""})
        self.assertContains(again, "Say why", status_code=422)
        self.client.post(self.url("stop_lift", 1), {"because": "Too early"})
        page = self.client.get(detail)
        self.assertContains(page, "Lifted on")
        self.assertContains(page, "Too early")

    def test_the_page_says_why_it_cannot_be_signed(self) -> None:
        stop = stops.begin(self.review, by=self.cast.alice)
        judge(sampling.records(stop), self.cast, Choice.INCLUDE, since=SECOND_DAY)
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.url("stop_detail", 1))
        self.assertContains(page, "It cannot be signed.")
        self.assertContains(page, "screening goes on")
        self.client.post(self.url("stop_give_up", 1), {"because": "Six were found"})
        self.assertContains(
            self.client.get(self.url("stop_detail", 1)), "Six were found"
        )

    def test_the_certificate_is_downloaded_with_its_hash(self) -> None:
        self.signed()
        self.client.force_login(self.cast.vera)
        told = json.loads(
            self.client.get(self.url("stop_certificate", 1, "json")).content
        )
        facts = {k: v for k, v in told.items() if k not in ("sha256", "lifted")}
        self.assertEqual(certificate.fingerprint(facts), told["sha256"])
        paper = self.client.get(self.url("stop_certificate", 1, "pdf"))
        self.assertEqual(paper["Content-Type"], "application/pdf")
        self.assertTrue(paper.content.startswith(b"%PDF-"))
        self.assertEqual(
            self.client.get(self.url("stop_certificate", 1, "docx")).status_code, 404
        )

    def test_reviewers_are_told_that_screening_was_stopped(self) -> None:
        self.signed()
        self.client.force_login(self.cast.bob)
        self.assertContains(self.client.get(self.url("screen")), "stop certificate 1")

    def test_the_methods_say_it_in_words(self) -> None:
        self.signed()
        told = " ".join(
            text(sentence)
            for paragraph in methods.paragraphs(facts.read(self.review))
            for sentence in paragraph.sentences
        )
        self.assertIn("at least 80% of the relevant records had been found", told)
        self.assertIn("Screening was stopped by this rule, so that 6 records", told)
        self.assertNotIn("An automation tool marked", told)

    # What both missed ----------------------------------------------------------

    def test_the_estimate_opens_its_cells(self) -> None:
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.url("stopping_missed"))
        (pair,) = page.context["pairs"]
        self.assertEqual((pair.found.first, pair.found.both), (10, 10))
        query = f"?first={pair.first.pk}&second={pair.second.pk}"
        for cell in ("first", "second", "both"):
            url = self.url("stopping_missed_records", cell) + query
            listed = self.client.get(url)
            self.assertEqual(listed.context["page_obj"].paginator.count, 10)
        wrong = self.url("stopping_missed_records", "neither") + query
        self.assertEqual(self.client.get(wrong).status_code, 404)

    def test_whoever_adjudicates_without_names_is_told_no_pair(self) -> None:
        create_record(review=self.review)
        join(self.review, self.cast.alice, Role.ADJUDICATOR)
        self.review.plan.hides_judges = True
        self.review.plan.save()
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.url("stopping_missed"))
        self.assertContains(page, "without the names of those who judged")
        self.assertNotContains(page, str(self.cast.bob))
        query = f"?first={self.cast.bob.pk}&second={self.cast.carol.pk}"
        listed = self.client.get(self.url("stopping_missed_records", "both") + query)
        self.assertEqual(listed.status_code, 404)
