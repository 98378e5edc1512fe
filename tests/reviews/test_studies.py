from django.test import SimpleTestCase, TestCase

from reviews import studies
from reviews.access import WrongRole
from reviews.instruments import loading
from reviews.models import (
    AppraisalTarget,
    Event,
    Instrument,
    Report,
    Review,
    SettledJudgment,
    SettledValue,
    Settlement,
    Study,
    Verdict,
)
from tests.factories import (
    create_extraction_field,
    create_included_report,
    create_record,
    create_report,
    create_staffed_review,
    create_study,
)


def brody(review: Review, year: int | None = 2024) -> Report:
    return create_included_report(
        review=review,
        record=create_record(
            review=review,
            authors=["Brody, B"],
            year=year,
        ),
    )


class DesignTests(SimpleTestCase):
    def test_every_design_that_an_instrument_names_has_words(self) -> None:
        named = {code for each in loading.catalogue() for code in each.designs}
        self.assertEqual(named - set(studies.DESIGNS), {"body_of_evidence"})


class GroupingTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.report = brody(cls.review)

    def test_groups_two_reports_into_one_study(self) -> None:
        other = brody(self.review)
        study = studies.group(
            self.review,
            [self.report, other],
            label=" Brody  2024 ",
            design="cohort",
            by=self.cast.bob,
        )
        self.assertEqual(study.label, "Brody 2024")
        self.assertEqual(study.reports.count(), 2)
        self.assertEqual(Event.objects.get(action="study.grouped").by, self.cast.bob)

    def test_only_owners_and_reviewers_group(self) -> None:
        for user in (self.cast.dan, self.cast.vera, self.cast.mallory):
            with self.assertRaises(WrongRole):
                studies.group(self.review, [self.report], label="A", by=user)
        self.assertEqual(Study.objects.count(), 0)

    def test_only_included_reports_are_grouped(self) -> None:
        open_report = create_report(review=self.review)
        with self.assertRaises(studies.NotIncluded):
            studies.group(self.review, [open_report], label="A", by=self.cast.bob)

    def test_a_report_of_another_review_is_not_grouped(self) -> None:
        elsewhere = create_included_report(
            review=create_study(review=self.review).review
        )
        other = type(self.review).objects.create(
            slug="other", title="Other", created_by=self.cast.alice
        )
        elsewhere.review = other
        elsewhere.save()
        with self.assertRaises(studies.NotIncluded):
            studies.group(self.review, [elsewhere], label="A", by=self.cast.bob)

    def test_a_grouped_report_is_not_grouped_again(self) -> None:
        studies.group(self.review, [self.report], label="A", by=self.cast.bob)
        with self.assertRaises(studies.GroupedAlready):
            studies.group(self.review, [self.report], label="B", by=self.cast.bob)

    def test_a_name_is_given_once(self) -> None:
        studies.group(self.review, [self.report], label="A", by=self.cast.bob)
        with self.assertRaises(studies.LabelTaken):
            studies.group(
                self.review, [brody(self.review)], label="A", by=self.cast.bob
            )

    def test_a_study_has_reports_a_name_and_a_known_design(self) -> None:
        for expected, reports, label, design in (
            (studies.NothingToGroup, [], "A", ""),
            (studies.LabelMissing, [self.report], "  ", ""),
            (studies.UnknownDesign, [self.report], "A", "guesswork"),
        ):
            with self.assertRaises(expected):
                studies.group(
                    self.review, reports, label=label, design=design, by=self.cast.bob
                )

    def test_each_report_becomes_a_study_of_its_own_with_its_own_name(self) -> None:
        brody(self.review)
        brody(self.review, year=None)
        made = studies.group_each(self.review, by=self.cast.alice)
        self.assertCountEqual(
            [study.label for study in made],
            ["Brody 2024", "Brody 2024b", "Brody no date"],
        )
        self.assertFalse(self.review.reports.without_study().exists())
        self.assertEqual(studies.group_each(self.review, by=self.cast.alice), [])

    def test_proposes_names_past_the_letter_z(self) -> None:
        taken = {"brody 2024"} | {f"brody 2024{letter}" for letter in "bcdefghijklm"}
        self.assertEqual(studies.propose_label(self.report, taken), "Brody 2024n")
        taken |= {f"brody 2024{letter}" for letter in "nopqrstuvwxyz"}
        self.assertEqual(studies.propose_label(self.report, taken), "Brody 2024aa")

    def test_describing_changes_the_design_and_keeps_the_old_in_the_history(
        self,
    ) -> None:
        study = create_study(review=self.review, label="A")
        for _ in range(2):
            studies.describe(
                study, label="A", design="cohort", notes="", by=self.cast.bob
            )
        event = Event.objects.get(action="study.described")
        self.assertEqual(event.old and event.old["design"], "")
        self.assertEqual(Study.objects.get(pk=study.pk).design, "cohort")

    def test_moves_a_report_and_back_again(self) -> None:
        first = create_study(review=self.review)
        second = create_study(review=self.review)
        report = first.reports.get()
        studies.move(report, second, by=self.cast.bob)
        self.assertEqual(second.reports.count(), 2)
        report.refresh_from_db()
        studies.undo_move(report, by=self.cast.bob)
        self.assertEqual(first.reports.get(), report)
        self.assertEqual(Event.objects.filter(action="report.moved").count(), 2)

    def test_a_move_that_was_overtaken_is_not_undone(self) -> None:
        with self.assertRaises(studies.NothingToUndo):
            studies.undo_move(self.report, by=self.cast.bob)

    def test_a_study_without_included_reports_lies_dormant(self) -> None:
        study = create_study(review=self.review)
        report = study.reports.get()
        studies.move(report, None, by=self.cast.bob)
        self.assertFalse(self.review.studies.included().exists())
        report.refresh_from_db()
        report.verdict = Verdict.OPEN
        report.settlement = Settlement.OPEN
        report.settled_at = None
        report.save()
        with self.assertRaises(studies.NotIncluded):
            studies.move(report, study, by=self.cast.bob)


class SettledValueTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.study = create_study(review=cls.review)
        cls.field = create_extraction_field(review=cls.review)

    def settle(self, value: str) -> None:
        studies.settle_value(
            self.study,
            self.field,
            value=value,
            not_reported=False,
            field_version=1,
            settlement=Settlement.AGREEMENT,
            by=self.cast.bob,
        )

    def test_the_same_value_again_changes_nothing(self) -> None:
        self.settle("US")
        self.settle("US")
        self.assertEqual(Event.objects.filter(action="value.settled").count(), 1)

    def test_another_value_keeps_the_old_in_the_history(self) -> None:
        self.settle("US")
        self.settle("UK")
        event = Event.objects.filter(action="value.settled").latest("pk")
        self.assertEqual(event.old and event.old["value"], "US")
        self.assertEqual(SettledValue.objects.get().value, "UK")

    def test_reopening_takes_the_value_back_once(self) -> None:
        self.settle("US")
        studies.reopen_value(self.study, self.field, by=self.cast.bob)
        studies.reopen_value(self.study, self.field, by=self.cast.bob)
        self.assertFalse(SettledValue.objects.exists())
        self.assertEqual(Event.objects.filter(action="value.reopened").count(), 1)


class SettledJudgmentTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        instrument = Instrument.objects.create(
            review=cls.review,
            key="rob2",
            name="RoB 2",
            unit="result",
            definition=loading.definition("rob2"),
        )
        cls.target = AppraisalTarget.objects.create(
            study=create_study(review=cls.review), instrument=instrument
        )

    def test_settles_once_and_takes_back_once(self) -> None:
        for _ in range(2):
            studies.settle_judgment(
                self.target,
                "D1",
                judgment="low",
                answers={"1.1": "Y"},
                support="",
                settlement=Settlement.AGREEMENT,
                by=self.cast.bob,
            )
        self.assertEqual(SettledJudgment.objects.get().judgment, "low")
        for _ in range(2):
            studies.reopen_judgment(self.target, "D1", by=self.cast.bob)
        self.assertFalse(SettledJudgment.objects.exists())
        self.assertCountEqual(
            Event.objects.filter(subject_type="appraisaltarget").values_list(
                "action", flat=True
            ),
            ["judgment.settled", "judgment.reopened"],
        )
