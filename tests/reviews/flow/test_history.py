"""What a moment was is read off the events after it, and nothing is guessed."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviews import previous, records, reports, searches, studies, waves
from reviews.duplicates import marking, merging, splitting
from reviews.flow import counting, findings, history, names, notes, opening
from reviews.flow.figures import Flow
from reviews.models import Event, Record, Report, Review, Search, Settlement, Verdict
from tests.cast import Cast
from tests.factories import (
    create_criterion,
    create_record,
    create_search,
    create_staffed_review,
)

START = timezone.now() - timedelta(days=100)
AGREED: dict[str, Any] = {"settlement": Settlement.AGREEMENT, "counted_reason": None}


def day(number: int) -> Any:
    return START + timedelta(days=number)


class HistoryTests(TestCase):
    review: Review
    cast: Cast
    search: Search

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(
            review=cls.review, name="MEDLINE", created_at=day(0), reported_count=3
        )

    def record(self, at: int = 1, **fields: Any) -> Record:
        fields.setdefault("search", self.search)
        return create_record(review=self.review, added_at=day(at), **fields)

    def include(self, record: Record, at: int = 2) -> Report:
        records.settle(record, Verdict.INCLUDE, by=self.owner, at=day(at), **AGREED)
        return record.reports.get()

    @property
    def owner(self) -> Any:
        return self.cast.alice

    def flow(self, at: int) -> Flow:
        return counting.flow(self.review, as_of=day(at))

    def test_a_record_is_there_from_the_day_it_was_taken_in(self) -> None:
        self.record(at=1)
        self.record(at=5)
        found = [self.flow(at).identified for at in (0, 1, 4, 5)]
        self.assertEqual(found, [0, 1, 1, 2])

    def test_a_record_goes_through_screening_and_back(self) -> None:
        record = self.record()
        records.settle(record, Verdict.EXCLUDE, by=self.owner, at=day(3), **AGREED)
        records.reopen(record, by=self.owner, at=day(6))
        found = [self.flow(at).excluded for at in (2, 3, 5, 6)]
        self.assertEqual(found, [0, 1, 1, 0])

    def test_a_record_is_removed_and_restored(self) -> None:
        record = self.record()
        records.remove(
            record, Record.Removal.OTHER, reason="Old", by=self.owner, at=day(3)
        )
        records.restore(record, by=self.owner, at=day(6))
        found = [self.flow(at).removed_for_other_reasons for at in (2, 3, 5, 6)]
        self.assertEqual(found, [0, 1, 1, 0])

    def test_a_report_goes_from_sought_to_its_study(self) -> None:
        reason = create_criterion(review=self.review, reason="Wrong design")
        report = self.include(self.record(), at=2)
        reports.mark_retrieved(report, by=self.owner, at=day(3))
        reports.settle(
            report,
            Verdict.EXCLUDE,
            settlement=Settlement.AGREEMENT,
            counted_reason=reason,
            by=self.owner,
            at=day(4),
        )
        reports.settle(report, Verdict.INCLUDE, by=self.owner, at=day(5), **AGREED)
        studies.group(self.review, [report], label="Brody", by=self.owner, at=day(6))
        found = [self.flow(at) for at in range(1, 7)]
        self.assertEqual([flow.sought for flow in found], [0, 1, 1, 1, 1, 1])
        self.assertEqual([flow.assessed for flow in found], [0, 0, 1, 1, 1, 1])
        self.assertEqual([len(flow.reasons) for flow in found], [0, 0, 0, 1, 0, 0])
        self.assertEqual([f.reports_without_study for f in found], [0, 0, 0, 0, 1, 0])
        self.assertEqual([flow.studies_included for flow in found], [0, 0, 0, 0, 0, 1])

    def test_the_box_of_a_moment_opens_into_what_stood_in_it(self) -> None:
        record, late = self.record(), self.record(at=9)
        records.settle(record, Verdict.EXCLUDE, by=self.owner, at=day(3), **AGREED)
        waiting = counting.box(self.review, "awaiting_screening", as_of=day(2))
        self.assertEqual(list(waiting), [record])
        waiting = counting.box(self.review, "awaiting_screening", as_of=day(9))
        self.assertEqual(list(waiting), [late])

    def test_copies_marked_by_hand_were_what_they_were(self) -> None:
        first, second, third, fourth = (self.record() for _ in range(4))
        marking.add(second, to=first, by=self.owner, at=day(2))
        marking.add(fourth, to=third, by=self.owner, at=day(3))
        marking.add(third, to=first, by=self.owner, at=day(4))
        splitting.split(self.again(second), by=self.owner, at=day(5))
        found = [self.flow(at).duplicates for at in range(1, 6)]
        self.assertEqual(found, [0, 1, 2, 3, 2])
        rows = counting.box(self.review, "duplicates", as_of=day(3))
        self.assertEqual(set(rows), {second, fourth})

    def test_all_sets_merged_at_once_are_undone_one_by_one(self) -> None:
        for number in range(2):
            for _ in range(2):
                self.record(title=f"A trial {number}", doi=f"10.1000/{number}")
        pairs = list(self.review.records.order_by("pk"))
        for one, other in ((0, 1), (2, 3)):
            found = marking.add(pairs[one], to=pairs[other], by=self.owner, at=day(2))
            merging.unmerge(found, by=self.owner, at=day(3))
        merging.merge_all(self.review, by=self.owner, at=day(4))
        counted = [self.flow(at).duplicates for at in range(1, 5)]
        self.assertEqual(counted, [0, 2, 0, 2])

    def test_a_search_is_called_as_it_was_called(self) -> None:
        self.record()
        self.search.name, self.search.kind = "Websites", Search.Kind.WEBSITE
        searches.record(self.search, by=self.owner, at=day(4))
        before, after = self.flow(3), self.flow(4)
        self.assertEqual(before.sources[0].name, "MEDLINE")
        self.assertEqual((before.identified, before.other.identified), (1, 0))
        self.assertEqual((after.identified, after.other.identified), (0, 1))

    def test_a_search_that_was_removed_was_there(self) -> None:
        extra = searches.record(
            Search(review=self.review, name="CENTRAL"), by=self.owner, at=day(2)
        )
        name = names.search_name(extra.pk)
        searches.remove(extra, by=self.owner, at=day(5))
        found = [[s.name for s in self.flow(at).sources] for at in (1, 2, 5)]
        self.assertEqual(found, [["MEDLINE"], ["MEDLINE", "CENTRAL"], ["MEDLINE"]])
        box = opening.find(self.review, name, as_of=day(3))
        self.assertEqual(box.label, "Records identified from CENTRAL")
        self.assertEqual(box.count(self.review), 0)
        with self.assertRaises(opening.UnknownBox):
            opening.find(self.review, name)

    def test_reasons_are_worded_as_they_were(self) -> None:
        reason = create_criterion(review=self.review, reason="Animals")
        reason.versions.update(written_at=day(0))
        report = self.include(self.record())
        reports.mark_retrieved(report, by=self.owner, at=day(2))
        reports.settle(
            report,
            Verdict.EXCLUDE,
            settlement=Settlement.AGREEMENT,
            counted_reason=reason,
            by=self.owner,
            at=day(3),
        )
        reason.versions.create(
            number=2, position=1, text="x", reason="Not in people", written_at=day(6)
        )
        reason.reason = "Not in people"
        reason.save()
        self.assertEqual(self.flow(5).reasons[0].label, "Animals")
        self.assertEqual(self.flow(6).reasons[0].label, "Not in people")

    def test_previous_reports_come_and_go(self) -> None:
        (made,) = previous.add(self.review, "Ito: 1999", by=self.owner, at=day(2))
        previous.remove(made, by=self.owner, at=day(4))
        found = [self.flow(at).previous_studies for at in (1, 2, 4)]
        self.assertEqual(found, [None, 1, None])

    def test_a_wave_that_was_undone_was_there(self) -> None:
        self.record()
        waves.begin(self.review, name="Update", by=self.owner, at=day(3))
        extra = searches.record(
            Search(review=self.review, name="CENTRAL"), by=self.owner, at=day(4)
        )
        last = waves.latest(self.review)
        assert last is not None
        waves.undo(last, by=self.owner, at=day(6))
        found = {
            at: {
                search.pk: search.wave
                for search in history.state(self.review, day(at)).searches.values()
            }
            for at in (2, 5, 6)
        }
        self.assertEqual(found[2], {self.search.pk: None})
        self.assertEqual(found[5], {self.search.pk: 1, extra.pk: 2})
        self.assertEqual(found[6], {self.search.pk: None, extra.pk: None})

    def test_what_the_history_does_not_keep_is_named_and_not_guessed(self) -> None:
        record = self.record()
        records.settle(record, Verdict.EXCLUDE, by=self.owner, at=day(3), **AGREED)
        Event.objects.filter(action="record.settled").update(old=None)
        found = self.flow(2)
        self.assertEqual(len(found.unknown), 1)
        self.assertIn("does not keep what was before: Exclude", found.unknown[0])
        self.assertIn(found.unknown[0], notes.footnotes(found))
        self.assertIn("history", [finding.rule for finding in findings.find(found)])

    def test_sets_joined_by_hand_before_the_history_kept_them_are_named(self) -> None:
        first, second, third, fourth = (self.record() for _ in range(4))
        marking.add(second, to=first, by=self.owner, at=day(2))
        marking.add(fourth, to=third, by=self.owner, at=day(3))
        marking.add(third, to=first, by=self.owner, at=day(4))
        joined = Event.objects.get(at=day(4))
        alone = {str(first.pk): None, str(second.pk): first.pk}
        joined.old = {**(joined.old or {}), "duplicate_of": alone}
        joined.save()
        self.assertEqual(self.flow(4).unknown, ())
        self.assertEqual(len(self.flow(3).unknown), 1)

    def test_asks_no_more_often_for_a_longer_history(self) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as counted:
                self.flow(0)
            return len(counted)

        self.include(self.record())
        few = queries()
        for _ in range(4):
            report = self.include(self.record())
            reports.mark_retrieved(report, by=self.owner, at=day(3))
        self.assertEqual(queries(), few)

    def again(self, record: Record) -> Record:
        return Record.objects.get(pk=record.pk)
