"""A snapshot of the flow is never changed: the database itself refuses.

SQLite remakes a table when a migration alters it, and a trigger goes with the old one.
"""

from django.db import IntegrityError, transaction
from django.test import TestCase
from django.utils import timezone

from reviews.models import FlowSnapshot
from tests.factories import create_staffed_review


class SnapshotsAreKeptTests(TestCase):
    def test_the_database_refuses_to_change_a_snapshot(self) -> None:
        review, people = create_staffed_review()
        kept = FlowSnapshot.objects.create(
            review=review,
            name="Protocol amendment",
            as_of=timezone.now(),
            taken_by=people.alice,
            figures={"identified": 1},
            sha256="0" * 64,
        )
        with self.assertRaises(IntegrityError), transaction.atomic():
            FlowSnapshot.objects.filter(pk=kept.pk).update(name="Another")
        kept.refresh_from_db()
        self.assertEqual(kept.name, "Protocol amendment")
