from django.test import SimpleTestCase, TestCase

from reviews.models import Manuscript
from reviews.references import citations, items, names, numbering, styles
from tests.factories import (
    create_included_report,
    create_record,
    create_staffed_review,
    create_study,
)

ARTICLE = {
    "id": "record-1",
    "type": "article-journal",
    "title": "Ketamine & esketamine: p <0.05 in “TRD”",
    "author": [
        names.name("van der Berg, Jan Pieter"),
        names.name("Smith, AB, Jr"),
        names.name("World Health Organization"),
        names.name("王, 小明"),
    ],
    "issued": {"date-parts": [[2024]]},
    "container-title": "JAMA Psychiatry",
    "volume": "12",
    "issue": "3",
    "page": "534-540",
    "DOI": "10.1001/x.y",
}


class NameTest(SimpleTestCase):
    def test_reads_family_given_and_suffix(self) -> None:
        for author in ("Smith, A. B., Jr", "Smith, Jr, A. B."):
            self.assertEqual(
                names.name(author),
                {"family": "Smith", "given": "A. B.", "suffix": "Jr"},
            )

    def test_sets_a_particle_apart_from_the_family_name(self) -> None:
        self.assertEqual(
            names.name("van der Berg, Jan"),
            {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"},
        )

    def test_takes_a_body_as_it_is_printed(self) -> None:
        for author in (
            "World Health Organization",
            "Department of Health, England",
            "NICE,",
            "A, B, C, D",
            "Brody B",
        ):
            self.assertEqual(names.name(author), {"literal": author})

    def test_a_family_name_is_never_only_a_particle(self) -> None:
        self.assertEqual(names.name("De, A")["family"], "De")
        self.assertEqual(names.name("van, A")["family"], "van")

    def test_keeps_every_initial_of_those_run_together(self) -> None:
        found = names.for_print({"family": "Abdallah", "given": "CG"})

        self.assertEqual(found["given"], "C. G.")


class CitationTest(SimpleTestCase):
    def test_prints_an_article_in_the_style_of_vancouver(self) -> None:
        self.assertEqual(
            citations.bibliography([ARTICLE]),
            (
                "van der Berg JP, Smith AB Jr, World Health Organization, 王小明. "
                "Ketamine & esketamine: p <0.05 in “TRD”. JAMA Psychiatry. "
                "2024;12(3):534–40. doi:10.1001/x.y",
            ),
        )

    def test_prints_the_same_in_apa_and_ama(self) -> None:
        apa, ama = (
            citations.bibliography([ARTICLE], name)[0] for name in ("apa", "ama")
        )

        self.assertEqual(
            apa,
            "van der Berg, J. P., Smith, A. B., Jr, World Health Organization, & "
            "王小明. (2024). Ketamine & esketamine: p <0.05 in “TRD”. JAMA "
            "Psychiatry, 12(3), 534–540. https://doi.org/10.1001/x.y",
        )
        self.assertIn("JAMA Psychiatry. 2024;12(3):534-540. doi:10.1001/x.y", ama)

    def test_every_style_prints_every_kind_of_item(self) -> None:
        bare: list[items.Item] = [
            {"id": "1", "type": "document", "title": "Ends with a question?"},
            {"id": "2", "type": "chapter", "author": [{"literal": "NICE"}]},
            {**ARTICLE, "type": "book", "publisher": "Elsevier"},
            {**ARTICLE, "type": "thesis", "title": "A trial : résumé"},
        ]

        for name in styles.STYLES:
            for line in citations.bibliography([ARTICLE, *bare], name):
                self.assertNotIn("?.", line, name)
                self.assertNotIn("..", line, name)
                self.assertNotRegex(line, "[\ue000-\uf8ff]", name)
                self.assertTrue(line.strip(), name)

    def test_no_style_prints_a_number_of_its_own(self) -> None:
        for name in styles.STYLES:
            self.assertNotRegex(
                citations.bibliography([ARTICLE], name)[0], r"^[\[(]?1[\]).]", name
            )

    def test_says_what_is_set_in_italics_and_bold(self) -> None:
        runs = next(citations.entries([ARTICLE], "nature"))

        self.assertIn(citations.Run("JAMA Psychiatry", italic=True), runs)
        self.assertIn(citations.Run("12", bold=True), runs)

    def test_keeps_the_blanks_of_a_french_title(self) -> None:
        (line,) = citations.bibliography([{**ARTICLE, "title": "Kétamine : un essai"}])

        self.assertIn("Kétamine : un essai.", line)

    def test_chicago_keeps_given_names_whole(self) -> None:
        (line,) = citations.bibliography([ARTICLE], "chicago")

        self.assertTrue(
            line.startswith("Berg, Jan Pieter van der, A. B. Smith Jr"), line
        )

    def test_refuses_a_style_that_nobody_knows(self) -> None:
        with self.assertRaises(styles.UnknownStyle):
            citations.bibliography([ARTICLE], "../vancouver")


class ItemTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, _ = create_staffed_review()

    def test_a_record_becomes_an_item(self) -> None:
        record = create_record(
            review=self.review,
            title="Ketamine",
            authors=["Brody, Ben", "WHO"],
            year=2024,
            journal="JAMA",
            publication_type="JOUR",
            pages="e1",
            doi="10.1/x",
            pmid="12",
            source_id="W1",
            keywords=["pain", "mood"],
        )

        self.assertEqual(
            items.of_record(record),
            {
                "id": f"record-{record.pk}",
                "type": "article-journal",
                "title": "Ketamine",
                "author": [{"family": "Brody", "given": "Ben"}, {"literal": "WHO"}],
                "issued": {"date-parts": [[2024]]},
                "container-title": "JAMA",
                "page": "e1",
                "DOI": "10.1/x",
                "PMID": "12",
                "keyword": "pain, mood",
                "note": "Identifier: W1",
            },
        )

    def test_what_the_language_has_no_field_for_goes_to_the_note(self) -> None:
        record = create_record(
            review=self.review,
            title="A book",
            publication_type="BOOK",
            source_id="",
            original="TY  - BOOK\nTI  - A book\nSN  - 978-3\nPB  - Thieme\nC6  - x9\n"
            "ER  - \n",
        )

        item = items.of_record(record)

        self.assertEqual(item["type"], "book")
        self.assertEqual(item["ISBN"], "978-3")
        self.assertEqual(item["publisher"], "Thieme")
        self.assertEqual(item["note"], "C6: x9")

    def test_an_unknown_type_is_kept_in_the_note(self) -> None:
        record = create_record(
            review=self.review, journal="", publication_type="Preprint"
        )

        item = items.of_record(record)

        self.assertEqual(item["type"], "document")
        self.assertIn("Type: Preprint", item["note"])

    def test_a_report_says_what_any_of_its_records_says(self) -> None:
        first = create_record(review=self.review, title="One", doi="", volume="7")
        report = create_included_report(review=self.review, record=first, title="Own")
        report.records.add(create_record(review=self.review, doi="10.1/z", volume="8"))

        item = items.of_report(report)

        self.assertEqual(item["id"], f"report-{report.pk}")
        self.assertEqual(
            (item["title"], item["volume"], item["DOI"]), ("Own", "7", "10.1/z")
        )


class NumberingTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, _ = create_staffed_review()
        cls.second = create_study(review=cls.review, label="Brody 2024").reports.get()
        cls.first = create_study(review=cls.review, label="Anand 2023").reports.get()
        cls.loose = create_included_report(review=cls.review)

    def test_numbers_follow_the_names_of_the_studies(self) -> None:
        with self.assertNumQueries(1):
            found = numbering.numbers(self.review)

        self.assertEqual(found, {self.first.pk: 1, self.second.pk: 2, self.loose.pk: 3})

    def test_reports_are_printed_by_their_keys(self) -> None:
        reports = numbering.ordered(self.review).prefetch_related("records")

        found = citations.formatted(reports, "apa")

        self.assertEqual(list(found), [self.first.pk, self.second.pk, self.loose.pk])

    def test_the_team_chooses_the_style(self) -> None:
        self.assertEqual(styles.of(self.review), "vancouver")
        manuscript = Manuscript.objects.create(review=self.review, citation_style="apa")
        self.assertEqual(styles.of(self.review), "apa")
        manuscript.citation_style = "gone"
        manuscript.save()
        self.assertEqual(styles.of(self.review), "vancouver")
