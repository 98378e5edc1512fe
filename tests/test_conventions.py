"""The house style, as far as a test can hold it."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.test import SimpleTestCase
from django.urls import URLPattern, URLResolver, get_resolver

BASE = Path(settings.BASE_DIR)
APPS = ("reviews", "screening")
CODE = [
    path
    for folder in (*APPS, "config")
    for path in sorted((BASE / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))
# `models` re-exports names.
WITH_CODE = {BASE / app / "models" / "__init__.py" for app in APPS}


def trees() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text())) for path in CODE]


def _plain(distribution: str) -> str:
    """Return the name of a distribution without version, in one way of writing it."""
    return re.split(r"[=\[]", distribution)[0].lower().replace("_", "-")


def _imported(tree: ast.Module) -> set[str]:
    """Return the outermost names of all that a module imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


class CodeTests(SimpleTestCase):
    def test_no_init_but_that_of_models_holds_code(self) -> None:
        for path in CODE:
            if path.name == "__init__.py" and path not in WITH_CODE:
                self.assertEqual(path.read_text().strip(), "", path)

    def test_no_module_is_a_drawer(self) -> None:
        drawers = {"utils", "helpers", "services", "selectors", "common", "misc"}
        for path in CODE:
            self.assertNotIn(path.stem, drawers)

    def test_all_that_the_code_imports_is_required_where_it_runs(self) -> None:
        required = {
            _plain(line)
            for line in (BASE / "requirements.txt").read_text().splitlines()
            if line
        }
        distributions = packages_distributions()
        for path, tree in trees():
            for name in _imported(tree) - {*APPS, "config"} - sys.stdlib_module_names:
                found = {_plain(each) for each in distributions[name]}
                self.assertTrue(found & required, f"{path} imports {name}")

    def test_nothing_catches_every_exception(self) -> None:
        for path, tree in trees():
            for node in ast.walk(tree):
                if isinstance(node, ast.ExceptHandler):
                    self.assertIsNotNone(node.type, path)
                    named = ast.unparse(node.type) if node.type else ""
                    self.assertNotIn(named, {"Exception", "BaseException"}, path)

    def test_views_are_functions_that_leave_writing_to_the_rules(self) -> None:
        for path, tree in trees():
            if "views" not in path.parts:
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    bases = {ast.unparse(base) for base in node.bases}
                    self.assertFalse(any("View" in base for base in bases), path)
            text = path.read_text()
            self.assertNotRegex(text, r"\.(save|delete|update|bulk_create)\(", path)
            self.assertNotRegex(text, r"\w\.objects\.", path)

    def test_a_review_is_locked_so_that_others_may_still_point_at_it(self) -> None:
        """Else whoever judges waits for a merge that waits for them: a deadlock."""
        for path in CODE:
            self.assertNotIn(
                "Review.objects.select_for_update()", path.read_text(), path
            )

    def test_what_is_read_along_with_a_row_is_not_locked_with_it(self) -> None:
        """Else the lock on a stop is one on its review and on a user too."""
        whole = r"select_for_update\((?![^)]*of=)[^)]*\)\s*\.select_related"
        for path in CODE:
            self.assertNotRegex(path.read_text(), whole, path)

    def test_no_signals_and_no_models_fetched_by_name(self) -> None:
        for path in CODE:
            self.assertNotRegex(path.read_text(), r"post_save|pre_save|apps\.get_model")

    def test_no_model_orders_itself(self) -> None:
        for app in APPS:
            for model in apps.get_app_config(app).get_models():
                if model.__name__ != "User":
                    self.assertEqual(model._meta.ordering, [], model)

    def test_rules_modules_open_with_the_rule_that_they_keep(self) -> None:
        for app in APPS:
            for path in sorted((BASE / app).glob("*.py")):
                if path.name in ("__init__.py", "apps.py", "admin.py"):
                    continue
                self.assertTrue(ast.get_docstring(ast.parse(path.read_text())), path)

    def test_a_silenced_check_says_why(self) -> None:
        for path in CODE:
            for line in path.read_text().splitlines():
                if "# noqa" in line:
                    self.assertRegex(line, r"# noqa: \S+ - \S", path)
                if "type: ignore" in line:
                    self.assertRegex(line, r"type: ignore\[[a-z-]+\]  # \S", path)

    def test_every_page_has_a_name(self) -> None:
        for resolver in get_resolver().url_patterns:
            if isinstance(resolver, URLResolver) and resolver.namespace in APPS:
                for pattern in resolver.url_patterns:
                    assert isinstance(pattern, URLPattern)
                    self.assertRegex(pattern.name or "", r"^[a-z0-9_]+$")


class TemplateTests(SimpleTestCase):
    def test_nothing_is_marked_safe_and_nothing_stands_inline(self) -> None:
        for path in TEMPLATES:
            text = path.read_text()
            self.assertNotRegex(text, r"\|\s*safe\b|autoescape off", path)
            self.assertNotRegex(text, r"<style\b|\sstyle=|\son[a-z]+=\"", path)
            for tag in re.findall(r"<script\b[^>]*>", text):
                self.assertIn("src=", tag, path)

    def test_nothing_is_fetched_from_elsewhere(self) -> None:
        for path in TEMPLATES:
            for tag in re.findall(
                r"<(?:script|link|img|iframe)\b[^>]*>", path.read_text()
            ):
                self.assertNotRegex(tag, r"https?://", path)

    def test_every_form_that_posts_carries_its_token(self) -> None:
        for path in TEMPLATES:
            text = re.sub(
                r"{%\s*comment.*?endcomment\s*%}", "", path.read_text(), flags=re.S
            )
            for form in re.findall(r"<form\b.*?</form>", text, re.S):
                if re.search(r'method="post"', form, re.I):
                    self.assertRegex(form, r"csrf_token|{% crispy|{%\s*include", path)
