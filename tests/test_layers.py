"""One direction: `screening` may know `reviews`; `reviews` never knows `screening`."""

import ast
import re
from pathlib import Path

from django.conf import settings
from django.core.exceptions import FieldError
from django.test import SimpleTestCase

from reviews.models import Record, Report, Study
from screening.models import AppraisalAnswer, Decision, ExtractionEntry, Resolution

BASE = Path(settings.BASE_DIR)
BOTH_ALLOWED = {"templates/base.html", "templates/review_base.html"}


def python_files(folder: str) -> list[Path]:
    return sorted((BASE / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


class LayerTests(SimpleTestCase):
    def test_reviews_never_imports_screening(self) -> None:
        for path in python_files("reviews"):
            for name in imported(path):
                self.assertNotEqual(name.split(".")[0], "screening", path)

    def test_reviews_never_names_a_page_or_template_of_screening(self) -> None:
        files = [
            *python_files("reviews"),
            *(BASE / "templates/reviews").rglob("*.html"),
        ]
        for path in files:
            found = re.search(r"""["']screening[:/]""", path.read_text())
            self.assertIsNone(found, path)

    def test_only_two_templates_outside_the_apps_name_both(self) -> None:
        for path in (BASE / "templates").glob("*.html"):
            text = path.read_text()
            if re.search(r"screening:", text) and re.search(r"reviews:", text):
                self.assertIn(str(path.relative_to(BASE)), BOTH_ALLOWED)

    def test_formats_and_pure_rules_know_no_database(self) -> None:
        pure = [
            *python_files("reviews/formats"),
            *python_files("reviews/matching"),
            *python_files("reviews/instruments"),
            *python_files("reviews/diagram"),
            *python_files("reviews/flow/balance"),
            *python_files("screening/priority"),
        ]
        for path in pure:
            for name in imported(path):
                self.assertNotIn("django.db", name, path)
                self.assertFalse(name.startswith("reviews.models"), path)

    def test_a_settled_fact_has_no_way_up_to_a_judgment(self) -> None:
        for model, names in (
            (Record, ("decision", "resolution", "decision_set")),
            (Report, ("decision", "resolution")),
            (Study, ("extractionentry", "extraction_entry")),
        ):
            for name in names:
                with self.assertRaises(FieldError):
                    model.objects.filter(**{f"{name}__isnull": False})

    def test_judgments_hide_themselves_from_what_they_judge(self) -> None:
        for model in (Decision, Resolution, ExtractionEntry, AppraisalAnswer):
            for field in model._meta.get_fields():
                remote = getattr(field, "remote_field", None)
                if remote and remote.model._meta.app_label == "reviews":
                    self.assertTrue(remote.hidden, f"{model.__name__}.{field.name}")
