from dataclasses import replace

from django.test import SimpleTestCase

from reviews.audit.checks import criterion_design, eligible_only_direction
from reviews.audit.facts import Facts
from reviews.audit.finding import Severity
from tests.reviews.audit.cases import (
    Kind,
    Meaning,
    Topic,
    codes,
    criterion,
    facts,
    field,
    found,
    study,
)

DIRECTIONS = ("Favourable", "Not significant", "Unfavourable", "Not applicable")
FIELD = field(1, Meaning.DIRECTION, Kind.CHOICE, choices=DIRECTIONS)
TRIALS = criterion("I7", Topic.DESIGN, (None, ["rct_parallel"]))


def told(*studies: tuple[str, str]) -> Facts:
    return facts(
        fields=(FIELD,),
        criteria=(TRIALS,),
        studies=tuple(
            study(f"Study {pk}", pk, design=design, values={1: (direction,)})
            for pk, (design, direction) in enumerate(studies)
        ),
    )


EIGHT = told(
    *[("cohort", "Favourable")] * 4,
    ("animal_intervention", "Not applicable"),
    ("rct_parallel", "Favourable"),
    *[("rct_parallel", "Not significant")] * 2,
)


class EligibleOnlyDirectionTests(SimpleTestCase):
    def test_the_majority_changes_and_fewer_than_half_remain(self) -> None:
        changes, few = found(eligible_only_direction, EIGHT)
        self.assertEqual(changes.severity, Severity.CRITICAL)
        self.assertEqual(
            changes.arithmetic,
            "All 8: 5 favourable, 2 not significant, 0 unfavourable, 1 not applicable. "
            "The 3 without a conflict: 1 favourable, 2 not significant, "
            "0 unfavourable, 0 not applicable.",
        )
        self.assertEqual(few.severity, Severity.MAJOR)

    def test_a_conflict_that_is_let_stand_does_not_count(self) -> None:
        stands = frozenset(
            (finding.check, finding.key) for finding in criterion_design.check(EIGHT)
        )
        self.assertEqual(
            codes(eligible_only_direction, replace(EIGHT, dismissed=stands)), []
        )

    def test_where_all_qualify_nothing_is_found(self) -> None:
        clear = told(("rct_parallel", "Favourable"))
        self.assertEqual(codes(eligible_only_direction, clear), [])

    def test_an_unknown_direction_keeps_the_tally_open(self) -> None:
        unknown = replace(EIGHT, studies=(*EIGHT.studies, study("Late 2024", 99)))
        self.assertEqual(codes(eligible_only_direction, unknown), ["unknown"])

    def test_a_conclusion_that_praises_what_the_rest_do_not_show_is_asked_about(
        self,
    ) -> None:
        for text, expected in (
            ("Conclusion\nKetamine is effective.", ["concluded/abstract"]),
            ("Conclusion\nWhether it is effective is unclear.", []),
            ("Results\nKetamine is effective.", []),
        ):
            with self.subTest(text):
                asked = codes(eligible_only_direction, replace(EIGHT, abstract=text))
                self.assertEqual([c for c in asked if "/" in c], expected)
        agreed = told(("rct_parallel", "Favourable"))
        text = "Conclusion\nKetamine is effective."
        self.assertEqual(
            codes(eligible_only_direction, replace(agreed, abstract=text)), []
        )
