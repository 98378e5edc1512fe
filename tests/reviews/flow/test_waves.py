"""Each wave has its flow, and what an earlier one screened is not screened again."""

from typing import Any

from django.test import TestCase
from django.utils import timezone

from reviews import previous, studies, waves
from reviews.duplicates import merging
from reviews.flow import counting, findings, notes, opening
from reviews.flow.figures import Flow
from reviews.models import Record, Report, Review, Search, Settlement, Verdict, Wave
from tests.cast import Cast
from tests.factories import (
    create_included_report,
    create_record,
    create_search,
    create_staffed_review,
)

EXCLUDED: dict[str, Any] = {
    "verdict": Verdict.EXCLUDE,
    "settlement": Settlement.AGREEMENT,
    "settled_at": timezone.now(),
}


class WaveTests(TestCase):
    review: Review
    cast: Cast
    early: Search
    late: Search
    first: Wave
    second: Wave

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.early = create_search(review=cls.review, name="MEDLINE")
        cls.second = waves.begin(cls.review, name="Update", by=cls.cast.alice)
        cls.first = cls.review.waves.get(number=1)
        cls.late = create_search(
            review=cls.review, name="MEDLINE, update", wave=cls.second
        )

    def record(self, search: Search, **fields: Any) -> Record:
        return create_record(review=self.review, search=search, **fields)

    def included(self, search: Search, label: str) -> Report:
        study, _ = self.review.studies.get_or_create(label=label)
        record = self.record(search)
        return create_included_report(review=self.review, record=record, study=study)

    def flow(self, wave: Wave | None) -> Flow:
        found = counting.flow(self.review, wave=wave)
        self.assertEqual([f for f in findings.find(found) if f.level == "error"], [])
        for name, number in found.numbers.items():
            box = opening.find(self.review, name, wave=wave)
            self.assertEqual(box.count(self.review), number, name)
        return found

    def test_each_wave_counts_its_own_records(self) -> None:
        self.record(self.early, **EXCLUDED)
        self.record(self.late, **EXCLUDED)
        self.record(self.late)
        found = [self.flow(wave) for wave in (self.first, self.second, None)]
        self.assertEqual([flow.identified for flow in found], [1, 2, 3])
        self.assertEqual([flow.awaiting_screening for flow in found], [0, 1, 1])
        self.assertEqual(
            [flow.template for flow in found], ["new_v1", "update_v1", "new_v1"]
        )

    def test_a_copy_of_an_earlier_wave_is_a_duplicate_of_the_later(self) -> None:
        known = self.record(self.early, **EXCLUDED)
        again = self.record(self.late, abstract="A much fuller record. " * 9)
        merging.merge(self.found(known, again), by=self.cast.alice)
        again.refresh_from_db()
        self.assertEqual(again.duplicate_of, known)
        found = self.flow(self.second)
        self.assertEqual((found.identified, found.duplicates), (1, 1))
        self.assertEqual((found.screened, found.awaiting_screening), (0, 0))

    def test_the_copy_of_the_earlier_wave_goes_on_before_anybody_settled(self) -> None:
        again = self.record(self.late, abstract="A much fuller record. " * 9)
        known = self.record(self.early)
        merging.merge(self.found(known, again), by=self.cast.alice)
        again.refresh_from_db()
        self.assertEqual(again.duplicate_of, known)

    def test_an_included_copy_of_a_later_wave_is_not_lost(self) -> None:
        known = self.record(self.early, **EXCLUDED)
        again = self.record(self.late)
        create_included_report(review=self.review, record=again)
        merging.merge(self.found(known, again), by=self.cast.alice)
        known.refresh_from_db()
        self.assertEqual(known.duplicate_of, again)

    def test_studies_of_earlier_waves_are_previous_studies(self) -> None:
        self.included(self.early, "Brody")
        self.included(self.late, "Brody")
        self.included(self.late, "Ito")
        found = self.flow(self.second)
        self.assertEqual((found.previous_studies, found.previous_reports), (1, 1))
        self.assertEqual((found.studies_included, found.reports_included), (1, 2))
        self.assertEqual((found.total_studies, found.total_reports), (2, 3))
        whole = self.flow(None)
        self.assertEqual((whole.studies_included, whole.reports_included), (2, 3))
        self.assertIsNone(whole.previous_studies)

    def test_a_report_that_both_waves_found_is_of_the_first(self) -> None:
        report = self.included(self.early, "Brody")
        report.records.add(
            self.record(self.late, **{**EXCLUDED, "verdict": Verdict.INCLUDE})
        )
        self.assertEqual(self.flow(self.first).sought, 1)
        self.assertEqual(self.flow(self.second).sought, 0)

    def test_a_version_made_elsewhere_makes_every_flow_an_update(self) -> None:
        text = "Sato: 1999\nSato: 2001\nKim: 2002"
        previous.add(self.review, text, by=self.cast.alice)
        self.included(self.early, "Brody")
        found = [self.flow(wave) for wave in (self.first, self.second, None)]
        self.assertEqual([flow.previous_studies for flow in found], [2, 3, 2])
        self.assertEqual([flow.previous_reports for flow in found], [3, 4, 3])
        self.assertEqual([flow.total_reports for flow in found], [4, 4, 4])
        self.assertEqual({flow.template for flow in found}, {"update_v1"})
        box = opening.find(self.review, "previous_studies")
        told = box.previous(self.review).order_by("pk")
        self.assertEqual([row.study_label for row in told], ["Sato", "Kim"])

    def test_a_study_of_a_version_made_elsewhere_counts_once(self) -> None:
        text = "Sato: 1999\nsato: 2001\nKim: 2002"
        previous.add(self.review, text, by=self.cast.alice)
        self.included(self.early, "SATO")
        self.included(self.late, "Brody")
        for wave, new, before, again in (
            (None, 1, 2, 1),
            (self.first, 0, 2, 1),
            (self.second, 1, 2, 0),
        ):
            flow = self.flow(wave)
            self.assertEqual(flow.studies_included, new)
            self.assertEqual(flow.previous_studies, before)
            self.assertEqual(flow.total_studies, before + new)
            self.assertEqual(flow.studies_again, again)
            self.assertEqual(
                bool(again), "counted once" in " ".join(notes.footnotes(flow))
            )
        whole = self.flow(None)
        self.assertEqual((whole.reports_included, whole.total_reports), (2, 5))
        self.assertEqual(whole.studies_here, 2)
        box = opening.find(self.review, "studies_again")
        self.assertEqual([str(study) for study in box.rows(self.review)], ["SATO"])

    def test_a_study_is_known_by_the_label_that_it_had_then(self) -> None:
        previous.add(self.review, "Sato: 1999", by=self.cast.alice)
        report = self.included(self.early, "Sato")
        then = timezone.now()
        assert report.study is not None
        studies.describe(
            report.study, label="Sato 2024", design="", notes="", by=self.cast.alice
        )
        self.assertEqual(self.flow(None).studies_again, 0)
        self.assertEqual(counting.flow(self.review, as_of=then).studies_again, 1)

    def found(self, *copies: Record) -> Any:
        made = self.review.duplicate_sets.create(number=1)
        self.review.records.filter(pk__in=[c.pk for c in copies]).update(
            duplicate_set=made
        )
        return made
