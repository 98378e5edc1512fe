"""The box of studies in synthesis, and reports that wait for more to be known."""

from typing import Any

from django.test import SimpleTestCase, TestCase
from django.utils import timezone

from reviews import diagrams, studies, targets
from reviews.exports import flow as flow_export
from reviews.flow import counting, notes, opening, waiting
from reviews.flow.synthesis import NOT_SETTLED, Synthesis
from reviews.models import Diagram, Report, Review, Settlement
from tests.cast import Cast
from tests.factories import (
    create_extraction_field,
    create_instrument,
    create_record,
    create_report,
    create_staffed_review,
    create_study,
)

AGREED: dict[str, Any] = {"settlement": Settlement.AGREEMENT}


class LabelTests(SimpleTestCase):
    found = Synthesis(("Better", "Same"), {1: ("Same",), 2: ("Same", "Odd")})

    def test_labels_come_in_the_order_of_the_protocol_and_of_none_is_left_out(
        self,
    ) -> None:
        parts = self.found.parts([1, 2, 3])
        self.assertEqual(
            [(part.label, part.count) for part in parts],
            [("Same", 2), ("Odd", 1), (NOT_SETTLED, 1)],
        )

    def test_each_part_opens_into_its_studies(self) -> None:
        for part in self.found.parts([1, 2, 3]):
            number = int(part.box.rpartition("-")[2])
            self.assertEqual(len(self.found.members(number, [1, 2, 3])), part.count)

    def test_only_the_studies_of_the_flow_are_counted(self) -> None:
        (part,) = self.found.parts([1])
        self.assertEqual((part.label, part.count), ("Same", 1))


class SynthesisTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def told(self, **scope: Any) -> list[tuple[str, int]]:
        found = counting.flow(self.review, **scope)
        for part in found.synthesis:
            rows = counting.box(self.review, part.box, **scope)
            self.assertEqual(rows.count(), part.count, part.label)
        return [(part.label, part.count) for part in found.synthesis]

    def test_there_is_no_such_box_unless_the_team_wants_it(self) -> None:
        create_study(review=self.review)
        self.assertEqual(self.told(), [])
        with self.assertRaises(opening.UnknownBox):
            opening.find(self.review, "synthesis-1")

    def test_counts_studies_by_the_values_of_a_field(self) -> None:
        field = create_extraction_field(
            review=self.review, kind="choice", choices=["Better", "Same"]
        )
        Diagram.objects.create(review=self.review, synthesis_field=field)
        made = [create_study(review=self.review) for _ in range(3)]
        before = timezone.now()
        for study, value in zip(made, ["Same", None], strict=False):
            studies.settle_value(
                study,
                field,
                value=value,
                not_reported=value is None,
                field_version=1,
                by=self.cast.alice,
                **AGREED,
            )
        self.assertEqual(
            self.told(), [("Same", 1), ("Not reported", 1), ("Not settled", 1)]
        )
        self.assertEqual(self.told(as_of=before), [("Not settled", 3)])
        studies.reopen_value(made[0], field, by=self.cast.alice)
        self.assertEqual(self.told(), [("Not reported", 1), ("Not settled", 2)])
        sections = flow_export.sections(counting.flow(self.review))
        self.assertEqual(len(sections["Studies in synthesis"]), 2)

    def test_counts_studies_by_the_overall_judgment_of_an_instrument(self) -> None:
        instrument = create_instrument(review=self.review)
        Diagram.objects.create(review=self.review, synthesis_instrument=instrument)
        study = create_study(review=self.review, design="rct_parallel")
        create_study(review=self.review)
        before = timezone.now()
        target = study.appraisal_targets.create(instrument=instrument, outcome="Mood")
        code, label = targets.form_of(instrument).overall.pairs()[0]
        studies.settle_judgment(
            target,
            "overall",
            judgment=code,
            answers={},
            support="",
            by=self.cast.alice,
            **AGREED,
        )
        self.assertEqual(self.told(), [(label, 1), ("Not settled", 1)])
        self.assertEqual(self.told(as_of=before), [("Not settled", 2)])
        now = timezone.now()
        targets.remove(target, by=self.cast.alice)
        self.assertEqual(self.told(), [("Not settled", 2)])
        self.assertEqual(self.told(as_of=now), [(label, 1), ("Not settled", 1)])


class ClassificationTests(TestCase):
    review: Review

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, _ = create_staffed_review()

    def report(self, classification: str, **fields: Any) -> Report:
        return create_report(
            review=self.review, classification=classification, **fields
        )

    def test_classified_reports_are_told_and_stay_open(self) -> None:
        self.report("awaiting")
        self.report("ongoing", retrieval="awaiting")
        found = counting.flow(self.review)
        self.assertEqual((found.awaiting_decision, found.awaiting_retrieval), (1, 1))
        self.assertEqual((found.awaiting_classification, found.ongoing), (1, 1))
        self.assertIn(
            "1 report awaits classification and 1 report is of an ongoing study.",
            notes.footnotes(found),
        )
        self.assertIn(
            "All that is still open awaits classification", waiting.open_work(found)
        )
        self.assertFalse(waiting.is_final(found))

    def test_other_open_work_is_not_taken_for_classified(self) -> None:
        self.report("awaiting")
        create_record(review=self.review)
        self.assertNotIn(
            "All that is still open", waiting.open_work(counting.flow(self.review))
        )

    def test_one_that_nobody_could_get_is_classified_and_not_open(self) -> None:
        self.report(
            "awaiting", retrieval="not_retrieved", not_retrieved_reason="No copy"
        )
        found = counting.flow(self.review)
        self.assertEqual((found.not_retrieved, found.awaiting_classification), (1, 1))
        self.assertEqual((found.classified_and_open, waiting.open_work(found)), (0, ""))


class WishTests(TestCase):
    def test_a_past_day_has_the_box_that_the_team_wanted_then(self) -> None:
        review, cast = create_staffed_review()
        field = create_extraction_field(
            review=review, kind="choice", choices=["Better", "Same"]
        )
        create_study(review=review)
        before = timezone.now()
        wishes: dict[str, Any] = {
            "form": "",
            "labels": {},
            "footnotes": "",
            "monochrome": False,
        }
        diagrams.write(review, **wishes, synthesis_field=field, by=cast.alice)
        between = timezone.now()
        diagrams.write(review, **wishes, by=cast.alice)
        found = [
            len(counting.flow(review, as_of=at).synthesis)
            for at in (before, between, None)
        ]
        self.assertEqual(found, [0, 1, 0])
