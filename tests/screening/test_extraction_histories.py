"""Whatever two people and an adjudicator do, the stored values are what it gives."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from reviews.access import WrongRole
from reviews.models import SettledValue
from screening.extraction import cells, consensus, entering
from screening.extraction import standing as extraction_standing
from screening.models import ExtractionEntry
from tests.factories import (
    create_extraction_field,
    create_staffed_review,
    create_study,
)

WHO = st.sampled_from(["bob", "carol", "dan"])
VALUE = st.sampled_from(["US", "U S", " US ", "UK", None])
ACT = st.one_of(
    st.tuples(st.just("enter"), WHO, VALUE),
    st.tuples(st.just("take back"), WHO, st.none()),
    st.tuples(st.just("resolve"), WHO, VALUE),
    st.tuples(st.just("reopen"), WHO, st.none()),
)


class HistoryTests(TestCase):
    @given(st.lists(ACT, max_size=12), st.sampled_from([1, 2]))
    @settings(max_examples=40, deadline=None)
    def test_replaying_gives_the_stored_values_and_loses_no_entry(
        self, acts: list[tuple[str, str, str | None]], required: int
    ) -> None:
        review, cast = create_staffed_review(extraction_reviewers=required)
        study = create_study(review=review)
        field = create_extraction_field(review=review)
        number = 0
        for what, who, value in acts:
            user = getattr(cast, who)
            told: dict[str, Any] = {"value": value, "not_reported": value is None}
            try:
                match what:
                    case "enter":
                        entering.enter(study, field, reviewer=user, **told)
                    case "take back":
                        entering.take_back(study, field, reviewer=user)
                    case "resolve":
                        consensus.resolve(
                            study, field, resolver=user, reason="So it is.", **told
                        )
                    case "reopen":
                        consensus.reopen(study, field, by=user, reason="Not so.")
            except (
                WrongRole,
                entering.ExtractedByOthers,
                consensus.NotInConflict,
            ):
                self.assertEqual(ExtractionEntry.objects.count(), number)
            self.assertGreaterEqual(ExtractionEntry.objects.count(), number)
            number = ExtractionEntry.objects.count()
            self.assertEqual(list(extraction_standing.check(review)), [])
            standing = len(cells.of_cell(study, field).readings)
            self.assertLessEqual(standing, required)
            if standing < required:
                self.assertFalse(SettledValue.objects.exists())
