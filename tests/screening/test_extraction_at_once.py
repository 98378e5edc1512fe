"""Two people who fill a cell at the same instant: no entry lost, one value."""

from django.test import TransactionTestCase

from reviews.models import SettledValue
from screening.extraction import entering, standing
from screening.models import ExtractionEntry
from tests.factories import (
    create_extraction_field,
    create_staffed_review,
    create_study,
)
from tests.test_concurrency import at_once

ROUNDS = 10


class AtOnceTests(TransactionTestCase):
    def test_two_who_fill_a_cell_at_once_settle_it_and_lose_no_entry(self) -> None:
        review, cast = create_staffed_review()
        study = create_study(review=review)
        for number in range(1, ROUNDS + 1):
            field = create_extraction_field(review=review)
            at_once(
                *(
                    lambda field=field, who=who: entering.enter(
                        study, field, reviewer=who, value="US"
                    )
                    for who in (cast.bob, cast.carol)
                )
            )
            self.assertEqual(ExtractionEntry.objects.count(), 2 * number)
            self.assertEqual(SettledValue.objects.count(), number)
        self.assertEqual(list(standing.check(review)), [])
