"""The tables of the manuscript, in every format, over one awkward review."""

from io import BytesIO

import docx
import openpyxl
import pandas as pd
from django.test import TestCase

from reviews import studies, table1_columns
from reviews.exports import tables
from reviews.exports.options import CannotExport, Options
from reviews.models import (
    ExtractionField,
    Report,
    Search,
    SettledJudgment,
    Settlement,
)
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_instrument,
    create_record,
    create_report,
    create_review,
    create_search,
    create_staffed_review,
    create_study,
)
from tests.reviews.documents.office import text_of
from tests.reviews.test_flow import exclude_report, mark_copy

NAMES = sorted(tables.WRITERS)


class TablesTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")
        cls.medline = create_search(
            review=cls.review,
            name="MEDLINE",
            source="MEDLINE",
            platform="Ovid",
            strategy="1  exp Ketamine/\n2  (ketamin* or esketamin*).ti,ab.\n3  1 or 2",
            searched_on="2024-09-30",
            reported_count=3,
        )
        cls.site = create_search(
            review=cls.review, name="Registry & site", kind=Search.Kind.WEBSITE
        )
        cls.late = create_criterion(
            review=cls.review, code="E2", reason="Wrong design", position=2
        )
        cls.early = create_criterion(
            review=cls.review, code="E1", reason="Not adults", position=1
        )
        exclude_report(cls.review, cls.late, title="A cohort")
        exclude_report(cls.review, cls.early, title="In <children> & youths")
        cls.country = create_extraction_field(
            review=cls.review, code="country", label="Country", meaning="country"
        )
        cls.change = create_extraction_field(
            review=cls.review, code="change", label="Change", kind="number", unit="%"
        )
        cls.study = create_study(review=cls.review, label="Brody 2024")
        cls.settle(cls.country, None)
        cls.settle(cls.change, "-0.50")
        cls.other = create_study(review=cls.review, label="Peters 2023")
        cls.waiting = create_record(review=cls.review, title="Who knows")
        mark_copy(create_record(review=cls.review, search=cls.site), of=cls.waiting)
        for classification in ("awaiting", "ongoing"):
            create_report(
                review=cls.review,
                classification=classification,
                classification_note=f"Asked about the {classification} one",
                title=f"The {classification} report",
            )
        create_report(
            review=cls.review,
            retrieval=Report.Retrieval.NOT_RETRIEVED,
            not_retrieved_reason="No library has it",
        )
        create_report(review=cls.review, retrieval=Report.Retrieval.AWAITING)

    @classmethod
    def settle(cls, field: ExtractionField, value: str | None) -> None:
        studies.settle_value(
            cls.study,
            field,
            value=value,
            not_reported=value is None,
            field_version=1,
            settlement=Settlement.AGREEMENT,
            by=cls.cast.bob,
        )

    def write(self, what: str, suffix: str, *, style: str = "") -> bytes:
        parts = tables.WRITERS[what][suffix](self.review, Options(style=style))
        return b"".join(parts)

    def read(self, what: str) -> pd.DataFrame:
        found = BytesIO(self.write(what, ".csv"))
        return pd.read_csv(found, dtype=str, keep_default_na=False)

    def test_each_is_written_in_each_format_the_same_every_time(self) -> None:
        for what in NAMES:
            for suffix in tables.WRITERS[what]:
                with self.subTest(what, suffix=suffix):
                    first = self.write(what, suffix)
                    self.assertTrue(first)
                    self.assertEqual(first, self.write(what, suffix))

    def test_each_is_written_of_an_empty_review(self) -> None:
        empty = create_review(owner=self.cast.alice)
        for what in NAMES:
            for suffix, writer in tables.WRITERS[what].items():
                with self.subTest(what, suffix=suffix):
                    self.assertTrue(b"".join(writer(empty, Options())))

    def test_word_and_excel_open_again(self) -> None:
        for what in NAMES:
            if ".docx" in tables.WRITERS[what]:
                found = docx.Document(BytesIO(self.write(what, ".docx")))
                self.assertTrue(found.tables, what)
            openpyxl.load_workbook(BytesIO(self.write(what, ".xlsx")))

    def test_libreoffice_opens_table_1_and_the_searches(self) -> None:
        self.assertIn("Brody 2024 [1]", text_of(self.write("table1", ".docx"), ".docx"))
        searched = text_of(self.write("searches", ".docx"), ".docx")
        self.assertIn("(ketamin* or esketamin*).ti,ab.", searched)
        self.assertIn("-0.5", text_of(self.write("table1", ".xlsx"), ".xlsx"))

    def test_long_tells_settled_not_reported_and_open_apart(self) -> None:
        found = self.read("extraction-long")
        self.assertEqual(
            found[["study", "field", "unit", "value", "status"]].to_numpy().tolist(),
            [
                ["Brody 2024", "country", "", "", "not_reported"],
                ["Brody 2024", "change", "%", "-0.50", "settled"],
                ["Peters 2023", "country", "", "", "open"],
                ["Peters 2023", "change", "%", "", "open"],
            ],
        )
        self.assertTrue(found["citation"][0].startswith("1. "))

    def test_wide_has_a_row_for_each_study(self) -> None:
        found = self.read("extraction-wide")
        self.assertEqual(found["country"].tolist(), ["NR", ""])
        self.assertEqual(found["change"].tolist(), ["-0.50", ""])

    def test_the_dictionary_tells_every_column_of_both(self) -> None:
        names = set(self.read("dictionary")["name"])
        for what in ("extraction-long", "extraction-wide"):
            self.assertLessEqual(set(self.read(what).columns), names)

    def test_the_excluded_stand_by_reason_in_protocol_order(self) -> None:
        text = self.write("excluded", ".md").decode()
        self.assertLess(text.index("E1 Not adults"), text.index("E2 Wrong design"))
        self.assertIn(r"\(n = 1\)", text)
        self.assertIn("&lt;children&gt;", text)
        self.assertEqual(self.read("excluded")["reason_code"].tolist(), ["E1", "E2"])

    def test_the_awaiting_stand_in_their_states_with_what_is_known(self) -> None:
        found = self.read("awaiting")
        self.assertEqual(
            found["State"].tolist(),
            [
                "Awaiting classification (n = 1)",
                "Ongoing (n = 1)",
                "Awaiting retrieval (n = 1)",
                "Not retrieved (n = 1)",
            ],
        )
        self.assertEqual(found["What is known"][3], "No library has it")
        self.assertEqual(found["What is known"][1], "Asked about the ongoing one")

    def test_the_unsettled_are_told_without_who_judged(self) -> None:
        instrument = create_instrument(review=self.review)
        target = self.study.appraisal_targets.create(instrument=instrument)
        SettledJudgment.objects.create(
            target=target,
            domain="overall",
            judgment="low",
            settlement=Settlement.AGREEMENT,
        )
        found = self.read("unsettled")
        kinds = found.groupby("Kind").size().to_dict()
        self.assertEqual(kinds["Records awaiting screening"], 1)
        self.assertEqual(kinds["Reports awaiting retrieval"], 1)
        self.assertEqual(kinds["Reports awaiting a decision"], 2)
        self.assertEqual(kinds["Values not settled"], 2)
        open_domains = found[found["Kind"] == "Appraisals not settled"]
        self.assertIn("Peters 2023", open_domains["Item"].tolist())
        self.assertFalse(
            open_domains["What is open"].str.contains("Overall judgment").any()
        )
        text = found.to_csv()
        for person in ("bob", "carol", "Bob", "Carol"):
            self.assertNotIn(person, text)

    def test_unknown_of_a_search_is_said_and_not_made_up(self) -> None:
        text = self.write("searches", ".md").decode()
        self.assertIn("not recorded", text)
        self.assertIn("<code>1&nbsp; exp Ketamine/<br>", text)
        found = self.read("searches")
        self.assertEqual(found["reported"].tolist(), ["3", ""])
        self.assertEqual(found["strategy"][0], self.medline.strategy)

    def test_overlap_is_one_tidy_list_of_numbers(self) -> None:
        found = self.read("overlap")
        both = found[found["counted"] == "found by both"]
        self.assertEqual(both["n"].tolist(), ["1"])
        self.assertEqual(both["sources"].tolist(), ["MEDLINE; Registry & site"])

    def test_citations_follow_the_style_that_is_asked_for(self) -> None:
        self.assertNotEqual(
            self.write("excluded", ".md", style="apa"),
            self.write("excluded", ".md", style="vancouver"),
        )
        with self.assertRaises(CannotExport):
            self.write("excluded", ".md", style="no-such-style")

    def test_citations_of_studies_follow_it_too(self) -> None:
        table1_columns.add(self.review, "fact-citation", by=self.cast.alice)
        for what in ("table1", "characteristics", "extraction-long", "extraction-wide"):
            with self.subTest(what=what):
                written = {
                    self.write(what, ".csv", style=style)
                    for style in ("apa", "vancouver")
                }
                self.assertEqual(len(written), 2)
                # Without one it is that of the team.
                self.assertIn(self.write(what, ".csv"), written)
                with self.assertRaises(CannotExport):
                    self.write(what, ".csv", style="no-such-style")

    def test_the_long_characteristics_hold_every_field_of_every_study(self) -> None:
        found = self.read("characteristics")
        self.assertEqual(
            found["Study"].unique().tolist(), ["Brody 2024 [1]", "Peters 2023 [2]"]
        )
        told = found.set_index(["Study", "Characteristic"])["What was settled"]
        self.assertEqual(told["Brody 2024 [1]", "Country"], "Not reported")
        self.assertEqual(told["Peters 2023 [2]", "Change (%)"], "Not settled yet")

    def test_table_1_explains_what_is_not_reported_and_not_settled(self) -> None:
        text = self.write("table1", ".md").decode()
        self.assertIn("NR, not reported.", text)
        self.assertIn("–, not settled yet.", text)

    def test_the_number_of_queries_does_not_grow(self) -> None:
        for what in ("unsettled", "awaiting", "excluded", "overlap", "searches"):
            self.write(what, ".csv")
        with self.assertNumQueries(8):
            self.write("unsettled", ".csv")
        for _ in range(3):
            create_record(review=self.review)
            create_report(review=self.review)
            create_study(review=self.review)
        with self.assertNumQueries(8):
            self.write("unsettled", ".csv")
