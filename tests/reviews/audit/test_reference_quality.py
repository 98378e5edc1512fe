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
