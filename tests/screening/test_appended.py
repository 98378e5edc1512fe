"""Judgments are appended: the database itself refuses to change one that was made.

SQLite remakes a table when a migration alters it, and a trigger goes with the old one.
"""

from django.db import connection
from django.test import TestCase

from screening.models import (
    AppraisalAnswer,
    Decision,
    ExtractionEntry,
    PilotItem,
    PilotTick,
    PilotVote,
    Resolution,
    Statement,
    Tick,
)

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


class AppendedTests(TestCase):
    def test_every_judgment_is_still_guarded_after_the_last_migration(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(TRIGGERS[connection.vendor])
            found = {name for (name,) in cursor.fetchall()}
        for model in (
            AppraisalAnswer,
            Decision,
            ExtractionEntry,
            PilotItem,
            PilotTick,
            PilotVote,
            Resolution,
            Statement,
            Tick,
        ):
            self.assertIn(f"{model._meta.db_table}_is_appended", found)
