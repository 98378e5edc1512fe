"""Many verdicts at once come to what one after the other comes to."""

from typing import Any

from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from reviews import records, reports, verdicts
from reviews.models import Criterion, Event, Record, Report, Settlement, Verdict
from reviews.verdicts import Settled
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_staffed_review,
)

AT = timezone.now()


def told(model: str) -> list[dict[str, Any]]:
    """Return every event about such things, apart from keys that differ."""
    fields = ("action", "subject_type", "summary", "old", "new", "at", "by_id")
    found = Event.objects.filter(subject_type=model).order_by("pk")
    return list(found.values(*fields))


class AgainstOneTests(HypothesisTestCase):
    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(st.sampled_from(Verdict.values), st.sampled_from(Verdict.values)),
            max_size=5,
        )
    )
    def test_of_records(self, worlds: list[tuple[str, str]]) -> None:
        review, cast = create_staffed_review()
        wrong = create_criterion(review=review)
        pairs = [
            (create_record(review=review, title="Same"), create_record(review=review))
            for _ in worlds
        ]
        for one, other in pairs:
            Record.objects.filter(pk=other.pk).update(title=one.title)
        for step in (0, 1):
            Event.objects.all().delete()
            for (one, _), world in zip(pairs, worlds, strict=True):
                settle_one(one, Verdict(world[step]), wrong, cast.alice)
            singly, sought = told("record"), told("report")
            Event.objects.all().delete()
            many = {
                other.pk: settled(Verdict(world[step]), wrong)
                for (_, other), world in zip(pairs, worlds, strict=True)
            }
            verdicts.settle_records(review, many, by=cast.alice, at=AT)
            self.assertEqual(told("record"), singly)
            self.assertEqual(len(told("report")), len(sought))
            for one, other in pairs:
                self.assertEqual(facts(one), facts(other))


def settled(verdict: Verdict, wrong: Criterion) -> Settled:
    if verdict == Verdict.OPEN:
        return verdicts.OPEN
    reason = wrong.pk if verdict == Verdict.EXCLUDE else None
    return Settled(verdict, Settlement.AGREEMENT, reason)


def settle_one(record: Record, verdict: Verdict, wrong: Criterion, by: Any) -> None:
    if verdict == Verdict.OPEN:
        records.reopen(record, by=by, at=AT)
        return
    records.settle(
        record,
        verdict,
        settlement=Settlement.AGREEMENT,
        counted_reason=wrong if verdict == Verdict.EXCLUDE else None,
        by=by,
        at=AT,
    )


def facts(record: Record) -> tuple[Any, ...]:
    found = Record.objects.get(pk=record.pk)
    report = found.reports.values_list("title", "year", "added_at").first()
    return (
        found.verdict,
        found.settlement,
        found.counted_reason,
        found.settled_at,
        report,
    )


class ReportsTests(TestCase):
    def test_an_exclusion_without_a_reason_is_refused(self) -> None:
        review, cast = create_staffed_review()
        report = create_report(review=review)
        many = {report.pk: Settled(Verdict.EXCLUDE, Settlement.AGREEMENT)}
        with self.assertRaises(reports.ReasonMissing):
            verdicts.settle_reports(review, many, by=cast.alice)
        self.assertEqual(Report.objects.get().verdict, Verdict.OPEN)
