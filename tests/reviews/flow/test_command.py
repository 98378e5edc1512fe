"""`manage.py flow` prints any moment and any wave, for people and for scripts."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command
from django.test import SimpleTestCase, TestCase

from reviews import waves
from reviews.exports import flow as flow_export
from reviews.models import Review
from tests.factories import create_record, create_search, create_staffed_review


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("flow", *arguments, stdout=out)
    return out.getvalue()


class FlowCommandTests(TestCase):
    review: Review

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cast = create_staffed_review(slug="trials")
        for day in (5, 7):
            create_record(
                review=cls.review, added_at=datetime(2026, 5, day, 12, tzinfo=UTC)
            )
        update = waves.begin(cls.review, name="Update", by=cast.alice)
        late = create_search(review=cls.review, wave=update)
        create_record(review=cls.review, search=late)

    def figures(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            run("trials", *arguments, "--format", "json")
        )
        return found

    def test_prints_the_flow_of_today(self) -> None:
        self.assertIn("Records identified: 3", run("trials"))
        found = self.figures()
        self.assertEqual((found["identified"], found["template"]), (3, "new_v1"))
        self.assertEqual((found["as_of"], found["wave"]), (None, None))

    def test_a_day_means_its_end(self) -> None:
        told = run("trials", "--as-of", "2026-05-05")
        self.assertIn("As of 2026-05-05", told)
        self.assertIn("Records identified: 1", told)
        found = self.figures("--as-of", "2026-05-07T11:59:00+00:00")
        self.assertEqual(found["identified"], 1)
        self.assertEqual(found["as_of"], "2026-05-07T11:59:00+00:00")

    def test_prints_one_wave_with_what_was_there_before(self) -> None:
        found = self.figures("--wave", "2")
        self.assertEqual((found["identified"], found["wave"]), (1, 2))
        self.assertEqual(
            (found["template"], found["previous_studies"]), ("update_v1", 0)
        )
        told = run("trials", "--wave", "2")
        self.assertIn("Previous studies\n", told)
        self.assertIn("  Total studies included in review: 0\n", told)

    def test_refuses_what_is_no_day_and_no_wave(self) -> None:
        for arguments in (("--as-of", "yesterday"), ("--wave", "9")):
            with self.assertRaises(CommandError):
                run("trials", *arguments)


class CanonicalTests(SimpleTestCase):
    def test_the_same_figures_have_one_text_and_one_hash(self) -> None:
        one = {"b": [1, {"d": "ä", "c": None}], "a": 1}
        other = {"a": 1, "b": [1, {"c": None, "d": "ä"}]}
        self.assertEqual(
            flow_export.canonical(one), '{"a":1,"b":[1,{"c":null,"d":"ä"}]}'.encode()
        )
        self.assertEqual(flow_export.fingerprint(one), flow_export.fingerprint(other))
        self.assertRegex(flow_export.fingerprint(one), "^[0-9a-f]{64}$")
