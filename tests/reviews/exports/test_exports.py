"""The files hold what the team settled, each record with its own identifier."""

import io
import json
from typing import Any

import pandas as pd
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.urls import reverse

from reviews.exports import excluded, records
from reviews.exports import flow as flow_export
from reviews.flow import counting
from reviews.formats.reading import read
from reviews.models import Criterion, Record, Review, Settlement, Verdict
from tests.cast import Cast, join
from tests.factories import (
    create_criterion,
    create_record,
    create_review,
    create_search,
    create_staffed_review,
    create_study,
)
from tests.reviews.test_flow import exclude_report, mark_copy, settled


def read_csv(data: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)


class ExportTests(TestCase):
    review: Review
    cast: Cast
    reason: Criterion
    record: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")
        cls.reason = create_criterion(review=cls.review, code="E1", reason="Not adults")
        search = create_search(review=cls.review, name="MEDLINE")
        cls.record = create_record(
            review=cls.review,
            search=search,
            title="=HYPERLINK(1)",
            authors=["Brody, A", "Müller, Ö"],
            year=None,
            abstract='Line one\nline "two", three',
            keywords=["ketamine", "≥ 2 trials"],
            source_id="PMID-1",
            **settled(Verdict.EXCLUDE, counted_reason=cls.reason),
        )
        mark_copy(create_record(review=cls.review, source_id="E-9"), of=cls.record)
        create_study(review=cls.review, label="Brody 2024")
        exclude_report(cls.review, cls.reason, title="Not adults at all")

    def get(self, name: str, **query: str) -> Any:
        self.client.force_login(self.cast.vera)
        return self.client.get(
            reverse(f"reviews:{name}", args=[self.review.slug]), query
        )

    def table(self, name: str, **query: str) -> pd.DataFrame:
        answer = self.get(name, **query)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        return read_csv(answer.getvalue())

    def test_records_hold_what_came_in_and_what_was_settled(self) -> None:
        found = self.table("export_records")
        self.assertEqual(list(found.columns), list(records.COLUMNS))
        self.assertEqual(len(found), self.review.records.count())
        first = found.iloc[0]
        self.assertEqual(first["source_id"], "PMID-1")
        self.assertEqual(first["title"], "'=HYPERLINK(1)")
        self.assertEqual(first["abstract"], 'Line one\nline "two", three')
        self.assertEqual(first["authors"], "Brody, A; Müller, Ö")
        self.assertEqual((first["verdict"], first["reason_code"]), ("exclude", "E1"))
        self.assertEqual(found.iloc[1]["duplicate_of"], str(self.record.pk))
        self.assertEqual(found.iloc[1]["year"], "2020")
        self.assertEqual(found.iloc[2]["studies"], "Brody 2024")
        self.assertNotEqual(found.iloc[2]["reports"], "")

    def test_records_of_one_box_alone(self) -> None:
        found = self.table("export_records", box="duplicates")
        self.assertEqual(list(found["source_id"]), ["E-9"])

    def test_a_box_that_holds_no_records_is_not_found(self) -> None:
        for box in ("assessed", "secrets"):
            for name in ("export_records", "export_ris"):
                self.assertEqual(self.get(name, box=box).status_code, 404)

    def test_ris_is_read_back_with_every_record(self) -> None:
        data = self.get("export_ris").getvalue()
        found = read(data)
        self.assertEqual(found.problems, ())
        self.assertEqual(
            [record.source_id for record in found.records],
            list(
                self.review.records.order_by("pk").values_list("source_id", flat=True)
            ),
        )
        self.assertIn("excluded on title and abstract (Not adults)", data.decode())
        self.assertIn(f"duplicate of record {self.record.pk}", data.decode())

    def test_excluded_full_texts_have_their_counted_reason(self) -> None:
        self.client.force_login(self.cast.alice)
        answer = self.client.get(
            reverse("reviews:table_file", args=[self.review.slug, "excluded", "csv"])
        )
        found = read_csv(answer.getvalue())
        self.assertEqual(list(found.columns), list(excluded.COLUMNS))
        self.assertEqual(
            found[["title", "reason_code", "reason"]].to_numpy().tolist(),
            [["Not adults at all", "E1", "Not adults"]],
        )

    def test_the_flow_has_a_row_for_each_number(self) -> None:
        found = self.table("export_flow")
        numbers = counting.flow(self.review).numbers
        self.assertGreater(len(found), 15)
        for box, number in zip(found["box"], found["n"], strict=True):
            self.assertEqual(int(number), numbers[box], box)

    def test_copies_stand_in_one_set(self) -> None:
        duplicates = self.table("export_duplicates")
        self.assertEqual(len(duplicates), self.review.records.count())
        self.assertIn("source_id", duplicates.columns)
        self.assertEqual(duplicates.iloc[0]["set"], duplicates.iloc[1]["set"])

    def test_an_empty_review_exports_headings(self) -> None:
        empty = create_review(owner=self.cast.alice)
        join(empty, self.cast.vera)
        self.client.force_login(self.cast.vera)
        for name in ("records", "flow", "duplicates"):
            answer = self.client.get(
                reverse(f"reviews:export_{name}", args=[empty.slug])
            )
            self.assertGreater(len(answer.getvalue().splitlines()), 0, name)

    def test_files_have_names_that_say_what_they_are(self) -> None:
        for name, file in (
            ("export_records", "ketamine-records.csv"),
            ("export_ris", "ketamine-records.ris"),
            ("export_duplicates", "ketamine-duplicates.csv"),
        ):
            self.assertIn(f'filename="{file}"', self.get(name)["Content-Disposition"])

    def test_asks_no_more_often_for_more_records(self) -> None:
        with self.assertNumQueries(3):
            list(records.frames(self.review.records.all()))


class FlowCommandTests(TestCase):
    review: Review

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, _ = create_staffed_review(slug="ketamine")
        reason = create_criterion(review=cls.review, code="E1", reason="Not adults")
        exclude_report(cls.review, reason)
        create_study(review=cls.review)

    def run_flow(self, *arguments: str) -> str:
        out = io.StringIO()
        call_command("flow", *arguments, stdout=out)
        return out.getvalue()

    def test_prints_the_numbers_as_json(self) -> None:
        found = json.loads(self.run_flow("ketamine", "--format", "json"))
        for name, number in (
            ("identified", 2),
            ("duplicates", 0),
            ("screened", 2),
            ("excluded", 0),
            ("sought", 2),
            ("not_retrieved", 0),
            ("assessed", 2),
            ("excluded_reports", 1),
            ("reasons", [{"code": "E1", "label": "Not adults", "n": 1}]),
            ("studies_included", 1),
            ("reports_included", 1),
        ):
            self.assertEqual(found[name], number, name)
        self.assertTrue(found["final"])

    def test_prints_them_in_words(self) -> None:
        told = self.run_flow("ketamine")
        self.assertIn("Reports assessed for eligibility: 2\n", told)
        self.assertIn("E1 Not adults: 1\n", told)

    def test_an_unknown_review_is_one_line(self) -> None:
        with self.assertRaisesMessage(CommandError, "There is no review nowhere."):
            self.run_flow("nowhere")


class FlowFiguresTests(TestCase):
    def test_other_methods_stand_under_a_name_of_their_own(self) -> None:
        review, _ = create_staffed_review()
        search = create_search(review=review, kind="citation")
        create_record(
            review=review,
            search=search,
            verdict="exclude",
            settlement=Settlement.AGREEMENT,
            settled_at=review.created_at,
        )
        found = flow_export.figures(counting.flow(review))
        self.assertEqual(found["identified"], 0)
        self.assertEqual(found["other_methods"]["excluded"], 1)
