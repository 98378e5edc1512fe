"""The docs say what the code does: every model and field, setting and command."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.test import SimpleTestCase

BASE = Path(settings.BASE_DIR)
APPS = ("reviews", "screening")


def sections(text: str) -> dict[str, set[str]]:
    """Return the fields that the page names under each model."""
    found: dict[str, set[str]] = {}
    for part in text.split("\n### ")[1:]:
        name, _, body = part.partition("\n")
        found[name.strip()] = set(re.findall(r"^\| `(\w+)` \|", body, re.M))
    return found


class DocsTests(SimpleTestCase):
    def test_the_data_model_names_every_model_and_field_and_no_other(self) -> None:
        told = sections((BASE / "docs/data-model.md").read_text())
        models = [
            model for app in APPS for model in apps.get_app_config(app).get_models()
        ]
        self.assertEqual(set(told), {model.__name__ for model in models})
        for model in models:
            fields = {
                field.name
                for field in model._meta.get_fields()
                if field.name != "id" and (field.concrete or not field.auto_created)
            }
            self.assertEqual(told[model.__name__], fields, model.__name__)

    def test_the_table_of_settings_names_every_variable_and_no_other(self) -> None:
        code = (BASE / "config/settings.py").read_text()
        read = set(re.findall(r"env\.\w+\(\s*\"(\w+)\"", code))
        page = (BASE / "docs/settings.md").read_text()
        self.assertEqual(set(re.findall(r"^\| `(\w+)` \|", page, re.M)), read)

    def test_the_readme_names_every_command(self) -> None:
        readme = (BASE / "README.md").read_text()
        for app in APPS:
            for path in (BASE / app / "management/commands").glob("[a-z]*.py"):
                self.assertIn(path.stem, readme)

    def test_every_decision_has_its_number_and_its_title(self) -> None:
        for path in (BASE / "docs/decisions").glob("*.md"):
            self.assertRegex(path.name, r"^\d{4}-[a-z0-9-]+\.md$")
            self.assertTrue(path.read_text().startswith("# "), path)

    def test_the_changelog_has_something_to_come(self) -> None:
        self.assertIn("## Unreleased", (BASE / "CHANGELOG.md").read_text())
