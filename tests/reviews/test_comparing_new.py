"""Records that come in later are found as if all had come at once."""

import random
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from reviews import jobs
from reviews.duplicates import background, finding, fingerprints, stored
from reviews.duplicates.finding import FoundNow
from reviews.matching.candidates import Candidate, Found
from reviews.matching.comparing import compare
from reviews.matching.sets import find_sets
from reviews.models import Event, Fingerprint, Job, Record, Review, User
from tests import background as worker
from tests.cast import Cast
from tests.factories import create_record, create_review, create_staffed_review
from tests.reviews.matching.perturbing import article, print_again

ARTICLE: dict[str, Any] = {
    "title": "Ketamine for suicidal ideation: a randomised trial",
    "authors": ["Brody, A"],
}


def library(chance: random.Random, articles: int) -> list[Candidate]:
    """Return records of which some repeat one another, in any order."""
    records: list[Candidate] = []
    for _ in range(articles):
        first = article(len(records) + 1, chance)
        records.append(first)
        for _ in range(chance.randint(0, 2)):
            records.append(print_again(first, len(records) + 1, chance))
    chance.shuffle(records)
    return records


def take_in(review: Review, candidates: list[Candidate]) -> None:
    for each in candidates:
        fields = asdict(each)
        kind, key, _ = (fields.pop(name) for name in ("kind", "key", "accession"))
        fields["authors"] = list(fields["authors"])
        create_record(
            review=review, source_id=str(key), publication_type=kind, **fields
        )


def partition(review: Review) -> set[frozenset[str]]:
    """Return which records stand together, by what their source calls them."""
    together: dict[int, set[str]] = {}
    inside = review.records.exclude(duplicate_set=None)
    for key, found in inside.values_list("source_id", "duplicate_set"):
        together.setdefault(found, set()).add(key)
    return {frozenset(each) for each in together.values()}


class InPartsTests(HypothesisTestCase):
    @settings(max_examples=8)
    @given(st.integers(0, 10**6))
    def test_two_imports_are_found_as_one(self, seed: int) -> None:
        chance = random.Random(seed)
        records = library(chance, 12)
        owner = User.objects.create_user("owner")
        whole, parts = (create_review(owner=owner) for _ in range(2))

        take_in(whole, records)
        finding.find(whole, by=None)
        take_in(parts, records[:-5])
        finding.find(parts, by=None)
        take_in(parts, records[-5:])
        found = finding.find(parts, by=None)

        self.assertEqual(found.compared, 5)
        self.assertEqual(partition(parts), partition(whole))

    @settings(max_examples=8)
    @given(st.integers(0, 10**6))
    def test_the_order_in_which_files_came_changes_nothing(self, seed: int) -> None:
        chance = random.Random(seed)
        records = library(chance, 10)
        owner = User.objects.create_user("owner")
        one, other = (create_review(owner=owner) for _ in range(2))
        take_in(one, records)
        take_in(other, records[::-1])
        for review in (one, other):
            finding.find(review, by=None)
        self.assertEqual(partition(one), partition(other))


class FingerprintTests(TestCase):
    review: Review
    cast: Cast
    records: list[Record]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.records = [create_record(review=cls.review) for _ in range(8)]
        finding.find(cls.review, by=None)

    def find(self) -> FoundNow:
        return finding.find(self.review, by=None)

    def test_what_was_compared_is_not_compared_again(self) -> None:
        self.assertEqual(Fingerprint.objects.count(), 8)
        self.assertEqual(self.find(), FoundNow())

    def test_what_was_edited_is_compared_again(self) -> None:
        first, second = self.records[:2]
        Record.objects.filter(pk__in=[first.pk, second.pk]).update(**ARTICLE)
        self.assertEqual(self.find(), FoundNow())
        stored.forget_fingerprints([second])
        found = self.find()
        self.assertEqual((found.compared, found.sets), (1, 0))
        stored.forget_fingerprints([first, second])
        self.assertEqual(self.find().sets, 1)

    def test_what_was_away_meanwhile_is_compared_again(self) -> None:
        away = self.records[0]
        Record.objects.filter(pk=away.pk).update(
            **ARTICLE, removal="other", removal_reason="A test"
        )
        create_record(review=self.review, **ARTICLE)
        self.assertEqual(self.find().sets, 0)
        Record.objects.filter(pk=away.pk).update(removal="", removal_reason="")
        self.assertEqual(self.find().sets, 1)

    def test_fingerprints_of_other_rules_are_made_again(self) -> None:
        Fingerprint.objects.update(version=0)
        self.assertEqual(self.find().compared, 8)
        self.assertFalse(Fingerprint.objects.filter(version=0).exists())

    def test_what_was_touched_while_it_was_compared_is_compared_again(self) -> None:
        record = create_record(review=self.review)
        since = fingerprints.last_event(self.review)
        Event.objects.create(
            review=self.review,
            action="record.edited",
            subject_type="record",
            subject_id=record.pk,
        )
        made = {record.pk: b"", self.records[0].pk: b""}
        fingerprints.keep(self.review, made, since=since)
        self.assertEqual(fingerprints.uncompared(self.review).get(), record)

    def test_reads_as_often_for_ten_new_records_as_for_one(self) -> None:
        def compare(number: int) -> int:
            for _ in range(number):
                create_record(review=self.review)
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(self.find().compared, number)
            return len(queries)

        self.assertEqual(compare(1), compare(7))


def titled(key: int, chance: random.Random) -> Candidate:
    """Return an article whose title has words of its own."""
    words = ["".join(chance.choices("abdeiklmnorstu", k=9)) for _ in range(5)]
    return replace(article(key, chance), title=" ".join(words))


class OnlyNewTests(TestCase):
    def test_reads_only_what_shares_something_and_compares_only_what_is_new(
        self,
    ) -> None:
        review, _ = create_staffed_review()
        chance = random.Random(11)
        known = [titled(number, chance) for number in range(1, 81)]
        take_in(review, known)
        finding.find(review, by=None)
        old = set(review.records.values_list("pk", flat=True))
        take_in(
            review, [print_again(each, 100 + each.key, chance) for each in known[:5]]
        )
        take_in(review, [titled(200, chance)])
        new = set(review.records.values_list("pk", flat=True)) - old
        read: list[int] = []

        def searched(candidates: Iterable[Candidate], **options: Any) -> Found:
            rows = list(candidates)
            read.extend(each.key for each in rows)
            return find_sets(rows, **options)

        with (
            patch.object(finding, "find_sets", searched),
            patch("reviews.matching.sets.compare", wraps=compare) as compared,
        ):
            found = finding.find(review, by=None)

        self.assertEqual((found.compared, found.sets), (6, 5))
        self.assertLess(len(old & set(read)), 20)
        self.assertTrue(compared.called)
        for call in compared.call_args_list:
            self.assertTrue({each.key for each in call.args} & new)


class BackgroundTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        for _ in range(2):
            create_record(review=cls.review, **ARTICLE)

    def begin(self) -> FoundNow | Job:
        return background.begin(self.review, by=self.cast.alice)

    def test_a_few_are_compared_at_once(self) -> None:
        self.assertEqual(self.begin(), FoundNow(compared=2, sets=1, records=2))
        self.assertIsNone(jobs.of(self.review, background.SUBJECT))

    def test_many_wait_for_the_worker(self) -> None:
        with worker.held(), self.limits(1):
            job = self.begin()
            assert isinstance(job, Job)
            self.assertIsNone(background.told(job))
            with self.assertRaises(jobs.AlreadyAtWork):
                self.begin()
            worker.carry_out()
        job.refresh_from_db()
        self.assertEqual(job.state, Job.State.DONE)
        told = background.told(job)
        self.assertEqual(told, FoundNow(compared=2, sets=1, records=2))
        self.assertIn("processor_seconds", job.result or {})

    def test_a_search_that_is_cancelled_changes_nothing(self) -> None:
        with worker.held(), self.limits(1):
            job = self.begin()
            assert isinstance(job, Job)
            Job.objects.filter(pk=job.pk).update(cancel_requested_at=job.created_at)
            worker.carry_out()
        job.refresh_from_db()
        self.assertEqual(job.state, Job.State.CANCELLED)
        self.assertFalse(self.review.duplicate_sets.exists())
        self.assertEqual(fingerprints.uncompared(self.review).count(), 2)

    def test_an_owner_who_is_none_any_more_finds_nothing(self) -> None:
        with worker.held(), self.limits(1):
            job = self.begin()
            assert isinstance(job, Job)
            self.review.members.get(user=self.cast.alice).roles.all().delete()
            worker.carry_out()
        job.refresh_from_db()
        self.assertEqual(job.state, Job.State.FAILED)
        self.assertFalse(self.review.duplicate_sets.exists())

    def limits(self, number: int) -> Any:
        return patch.multiple(background, _AT_ONCE=number, _NEW_AT_ONCE=number)
