from typing import Any

from django.test import SimpleTestCase

from reviews.audit.checks import reference_quality
from tests.reviews.audit.cases import codes, facts, found, reference


class ReferenceQualityTests(SimpleTestCase):
    def test_a_whole_reference_is_clear(self) -> None:
        told = facts(references=(reference(), reference(2, pages="606-12")))
        self.assertEqual(codes(reference_quality, told), [])

    def test_each_flaw_is_named_with_its_record(self) -> None:
        flaws: dict[str, dict[str, Any]] = {
            "initials": {"authors": ("M. T.",)},
            "organisation": {"authors": ("Organization, World Health",)},
            "year": {"year": None},
            "volume": {"volume": ""},
            "pages": {"pages": ""},
            "swapped": {"volume": "1", "issue": "350"},
            "backwards": {"pages": "612-606"},
            "long": {"pages": "536-580"},
        }
        for expected, flaw in flaws.items():
            with self.subTest(expected):
                told = facts(references=(reference(7, **flaw),))
                (finding,) = found(reference_quality, told)
                self.assertEqual(finding.code, expected)
                self.assertEqual(finding.records, ("REF-7",))

    def test_a_surname_in_capitals_is_not_only_initials(self) -> None:
        told = facts(references=(reference(authors=("WHITE", "Ng, A", "LI, B")),))
        self.assertEqual(codes(reference_quality, told), [])

    def test_a_book_needs_neither_volume_nor_pages(self) -> None:
        told = facts(references=(reference(type="BOOK", volume="", pages=""),))
        self.assertEqual(codes(reference_quality, told), [])

    def test_it_says_where_only_a_part_was_looked_at(self) -> None:
        told = facts(references=(reference(),), references_of="Full texts")
        self.assertEqual(codes(reference_quality, told), ["part"])

    def journals(self, *held: tuple[str, int, str, str]) -> list[str]:
        references = tuple(
            reference(pk, journal=name, year=year, volume=volume, doi=doi)
            for pk, (name, year, volume, doi) in enumerate(held, start=1)
        )
        return [
            f"{finding.code}: {finding.arithmetic}"
            for finding in found(reference_quality, facts(references=references))
        ]

    def test_an_abbreviation_whose_volumes_fall_is_of_two_journals(self) -> None:
        self.assertEqual(
            self.journals(("AJP", 2017, "174", ""), ("A.J.P.", 2024, "96", "")),
            ["abbreviation: AJP: REF-1 (2017, 174) and REF-2 (2024, 96)"],
        )
        self.assertEqual(
            self.journals(("BMJ", 2017, "356", ""), ("BMJ", 2024, "384", "")), []
        )
        # A volume of 1 is an issue in the wrong place, which is asked about by itself.
        self.assertEqual(
            self.journals(("AJP", 2017, "174", ""), ("AJP", 2024, "1", "")), []
        )

    def test_an_abbreviation_of_two_registrants_is_of_two_journals(self) -> None:
        one, other = "10.1176/appi.ajp.1", "10.1016/j.ajp.2024"
        asked = self.journals(("AJP", 2017, "", one), ("AJP", 2024, "9", other))
        self.assertIn("abbreviation", [line.partition(":")[0] for line in asked])

    def test_a_journal_with_a_short_and_a_full_name_is_asked_about(self) -> None:
        self.assertEqual(
            self.journals(
                ("J Affect Disord", 2017, "1", ""),
                ("Journal of Affective Disorders", 2024, "2", ""),
            ),
            ["names: J Affect Disord (1) = Journal of Affective Disorders (1)"],
        )
        self.assertEqual(
            self.journals(
                ("Psychiatry Research", 2017, "1", ""),
                ("Psychiatric Research", 2018, "2", ""),
                ("PSYCHIATRY RESEARCH", 2019, "3", ""),
            ),
            [],
        )
