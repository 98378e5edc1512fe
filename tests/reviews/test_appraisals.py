"""The settled appraisal as the figures draw it, and as files."""

import csv
import io

import pypdfium2
from django.test import TestCase

from reviews import appraisals, table1
from reviews.exports import appraisal as export
from reviews.exports.options import CannotExport, Options
from reviews.figures import levels, summary
from reviews.models import Review, SettledValue
from reviews.models.review import Settlement
from reviews.robvis import reading
from tests.factories import (
    create_extraction_field,
    create_instrument,
    create_staffed_review,
)
from tests.reviews.appraised import appraise

WHOLE = {"D1": "low", "D3": "low", "D4": "some_concerns", "D5": "low"}
OVERALL = {"overall": "some_concerns"}


class AppraisalsTestCase(TestCase):
    review: Review

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")
        cls.rob2 = create_instrument(review=cls.review)
        cls.brody = appraise(
            cls.review,
            "Brody 2024",
            {**WHOLE, "D2a": "high", **OVERALL},
            instrument=cls.rob2,
            support="Concealed by pharmacy",
        )

    def settle_other(self) -> None:
        appraise(
            self.review,
            "Adams 2019",
            {**WHOLE, "D2b": "low", **OVERALL},
            instrument=self.rob2,
            options=("aim_adhering",),
            outcome="Suicidal ideation",
        )

    def settled(self) -> appraisals.Settled:
        (found,) = appraisals.appraisals(self.review)
        return found

    def text(self, suffix: str, **options: str) -> str:
        writer = export.WRITERS["appraisal"][suffix]
        return b"".join(writer(self.review, Options(**options))).decode()  # type: ignore[arg-type]  # texts only


class DrawnTests(AppraisalsTestCase):
    def test_two_domains_that_never_meet_share_a_column(self) -> None:
        self.settle_other()
        shown = self.settled().appraisal
        self.assertEqual(
            [domain.code for domain in shown.domains],
            ["D1", "D2", "D3", "D4", "D5", "Overall"],
        )
        self.assertIn("adhering", shown.domains[1].name)
        second = [line.levels[1].label for line in shown.lines]
        self.assertEqual(second, ["High risk", "Low risk"])

    def test_results_stand_under_their_outcome(self) -> None:
        self.settle_other()
        lines = self.settled().appraisal.lines
        self.assertEqual(
            [(line.group, line.label) for line in lines],
            [("Depression", "Brody 2024"), ("Suicidal ideation", "Adams 2019")],
        )

    def test_studies_stand_as_in_table_1_on_every_database(self) -> None:
        """By language "de Souza" would come before "Zarate"."""
        for label in ("de Souza 2020", "Zarate 2006"):
            appraise(self.review, label, WHOLE, instrument=self.rob2)
        ordered = [row.label for row in table1.table(self.review).rows]
        self.assertEqual(ordered, ["Brody 2024", "Zarate 2006", "de Souza 2020"])
        for shown in (
            self.settled(),
            appraisals.planned(self.review, self.rob2),
        ):
            lines = shown.appraisal.lines
            self.assertEqual([line.label for line in lines], ordered)

    def test_what_is_not_settled_is_drawn_as_open(self) -> None:
        appraise(self.review, "Open 2020", {"D1": "low"}, instrument=self.rob2)
        line = self.settled().appraisal.lines[-1]
        self.assertEqual(line.levels.count(levels.UNSETTLED), 5)
        bars = summary.bars(self.settled().appraisal)
        self.assertTrue(all(sum(p.count for p in bar.parts) == 2 for bar in bars))

    def test_a_checklist_has_a_column_for_each_question(self) -> None:
        jbi = create_instrument(review=self.review, key="jbi_prevalence")
        appraise(
            self.review,
            "Brody 2024",
            {},
            instrument=jbi,
            answers={"D1": {"1": "Y", "2": "N", "3": "U"}},
            options=(),
        )
        found = appraisals.choose(appraisals.appraisals(self.review), "jbi_prevalence")
        self.assertFalse(found.judges)
        shown = [level.label for level in found.appraisal.lines[0].levels]
        self.assertEqual(shown[:3], ["Yes", "No", "Unclear"])
        self.assertEqual(shown[-1], "Not settled")

    def test_every_instrument_has_columns_of_their_own_names(self) -> None:
        for key in ("quadas2", "nos_cohort", "grade", "amstar2", "mmat2018", "syrcle"):
            with self.subTest(key):
                made = create_instrument(review=self.review, key=key)
                target = appraise(
                    self.review, "Brody 2024", {}, instrument=made, options=()
                )
                form = appraisals.targets.form_of(made)
                first = form.domains[0]
                target.judgments.create(
                    domain=first.id,
                    judgment=first.judgements[0].code if first.is_judged else "",
                    settlement=Settlement.AGREEMENT,
                )
                found = appraisals.choose(appraisals.appraisals(self.review), key)
                codes = [domain.code for domain in found.appraisal.domains]
                self.assertEqual(len(set(codes)), len(codes))
                export.draw(found.appraisal, export.Choice())
                export.draw(found.appraisal, export.Choice(kind=export.SUMMARY))

    def test_weights_are_the_settled_numbers_of_a_field(self) -> None:
        self.settle_other()
        field = create_extraction_field(
            review=self.review, kind="number", label="Participants"
        )
        SettledValue.objects.create(
            study=self.brody.study,
            field=field,
            field_version=1,
            value="120",
            settlement=Settlement.AGREEMENT,
        )
        weighed = appraisals.weighed(self.settled(), field).appraisal
        self.assertEqual([line.weight for line in weighed.lines], [120.0, None])
        self.assertEqual(summary.left_out(weighed), ["Adams 2019"])

    def test_a_file_is_weighed_by_the_field_that_is_named(self) -> None:
        self.settle_other()
        field = create_extraction_field(
            review=self.review, kind="number", label="Participants", code="n"
        )
        with self.assertRaisesMessage(CannotExport, "field 'm' of numbers"):
            self.text(".svg", weight="m")
        with self.assertRaisesMessage(CannotExport, "Adams 2019"):
            self.text(".csv", weight="n")
        for study, value in zip(
            self.review.studies.order_by("pk"), ("120", "80"), strict=True
        ):
            SettledValue.objects.create(
                study=study,
                field=field,
                field_version=1,
                value=value,
                settlement=Settlement.AGREEMENT,
            )
        drawn = self.text(".svg", kind="summary", weight="n")
        self.assertIn("weighted by Participants", drawn)
        self.assertIn("High risk 60%", drawn)
        self.assertIn("High risk 50%", self.text(".svg", kind="summary"))
        table = self.text(".csv", weight="n").splitlines()
        self.assertTrue(table[0].endswith("Weight"))
        self.assertEqual({line.split(",")[-1] for line in table[1:]}, {"120", "80"})

    def test_a_number_opens_what_it_counts(self) -> None:
        self.settle_other()
        found = self.settled()
        self.assertEqual(found.behind("D2a", "high"), [self.brody])
        with self.assertRaises(KeyError):
            found.behind("D9", "high")

    def test_its_queries_do_not_grow(self) -> None:
        with self.assertNumQueries(2):
            appraisals.appraisals(self.review)
        for number in range(5):
            appraise(self.review, f"More {number}", WHOLE, instrument=self.rob2)
        with self.assertNumQueries(2):
            appraisals.appraisals(self.review)


class FileTests(AppraisalsTestCase):
    def test_robvis_reads_back_what_is_written(self) -> None:
        self.settle_other()
        text = self.text(".csv")
        rows = list(csv.reader(io.StringIO(text)))
        self.assertEqual(rows[0], ["Study", "D1", "D2", "D3", "D4", "D5", "Overall"])
        self.assertEqual(rows[1][:3], ["Brody 2024", "Low", "High"])
        found = reading.read(text.encode())
        self.assertEqual(found.name, "RoB 2")
        own = self.settled().appraisal
        self.assertEqual(
            [[level.tone for level in line.levels] for line in found.lines],
            [[level.tone for level in line.levels] for line in own.lines],
        )

    def test_robvis_is_refused_what_it_has_no_word_for(self) -> None:
        appraise(self.review, "Open 2020", {"D1": "low"}, instrument=self.rob2)
        with self.assertRaisesMessage(CannotExport, "Open 2020"):
            self.text(".csv")
        jbi = create_instrument(review=self.review, key="jbi_prevalence")
        appraise(
            self.review,
            "Brody 2024",
            {},
            instrument=jbi,
            answers={"D1": {"1": "Y"}},
            options=(),
        )
        with self.assertRaisesMessage(CannotExport, "answers of another kind"):
            self.text(".csv", instrument="jbi_prevalence")

    def test_two_results_of_a_study_have_names_of_their_own(self) -> None:
        for outcome in ("Suicidal ideation", "Anhedonia"):
            appraise(
                self.review,
                "Brody 2024",
                {**WHOLE, "D2a": "low", **OVERALL},
                instrument=self.rob2,
                outcome=outcome,
            )
        names = [row[0] for row in csv.reader(io.StringIO(self.text(".csv")))][1:]
        self.assertEqual(len(set(names)), 3)

    def test_the_figure_follows_the_words_of_the_kind(self) -> None:
        self.assertIn("one by one", self.text(".svg"))
        self.assertIn("summary", self.text(".svg", kind="summary colour-blind"))
        self.assertNotIn(">Overall<", self.text(".svg", kind="traffic,without-overall"))
        with self.assertRaisesMessage(CannotExport, "“pie”"):
            self.text(".svg", kind="pie")

    def test_a_picture_and_pages_are_the_same_every_time(self) -> None:
        for number in range(40):
            appraise(self.review, f"More {number}", WHOLE, instrument=self.rob2)
        for suffix, start in ((".png", b"\x89PNG"), (".pdf", b"%PDF")):
            writer = export.WRITERS["appraisal"][suffix]
            one, other = (
                b"".join(writer(self.review, Options(dpi=72))) for _ in range(2)
            )
            self.assertTrue(one.startswith(start))
            self.assertEqual(one, other)
        self.assertEqual(len(pypdfium2.PdfDocument(one)), 2)

    def test_a_file_leads_nowhere(self) -> None:
        for kind in ("traffic", "summary"):
            self.assertNotIn("href", self.text(".svg", kind=kind))

    def test_the_table_holds_the_reasons_too(self) -> None:
        text = self.text(".html")
        self.assertIn("Some concerns", text)
        self.assertIn("Concealed by pharmacy", text)

    def test_says_which_instruments_there_are(self) -> None:
        jbi = create_instrument(review=self.review, key="nos_cohort")
        appraise(
            self.review,
            "Brody 2024",
            {},
            instrument=jbi,
            answers={"selection": {"S1": "a"}},
            options=(),
        )
        with self.assertRaisesMessage(CannotExport, "rob2, nos_cohort"):
            self.text(".svg")
        self.assertIn("RoB 2", self.text(".svg", instrument="rob2"))
        with self.assertRaisesMessage(CannotExport, "'robins_i'"):
            self.text(".svg", instrument="robins_i")

    def test_draws_every_study_as_not_settled_before_anything_is(self) -> None:
        self.brody.study.appraisal_targets.all().update(removed_at="2026-01-01T00:00Z")
        drawn = self.text(".svg")
        self.assertIn("Brody 2024", drawn)
        self.assertIn("Not settled", drawn)
        with self.assertRaisesMessage(CannotExport, "robvis has no word"):
            self.text(".csv")
        self.rob2.retired_at = self.rob2.adopted_at
        self.rob2.save()
        with self.assertRaisesMessage(CannotExport, "names no instrument"):
            self.text(".svg")
