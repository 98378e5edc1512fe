from pathlib import Path

from django.test import SimpleTestCase

from reviews.audit import checks, registry
from reviews.audit.finding import Finding, Kind, Severity, Subject
from tests.reviews.audit.cases import facts, found
from tests.shared import shared_path

FOLDER = Path(checks.__path__[0])
TESTS = Path(__file__).parent


class RegistryTests(SimpleTestCase):
    def test_every_module_is_a_check_and_has_its_test(self) -> None:
        modules = sorted(p.stem for p in FOLDER.glob("*.py") if p.stem != "__init__")
        self.assertEqual(sorted(check.NAME for check in registry.CHECKS), modules)
        for name in modules:
            self.assertTrue((TESTS / f"test_{name}.py").exists(), name)

    def test_every_check_bears_a_review_that_holds_nothing(self) -> None:
        for check in registry.CHECKS:
            with self.subTest(check.NAME):
                severities = {finding.severity for finding in found(check, facts())}
                self.assertLessEqual(severities, {Severity.INFO})


class FindingTests(SimpleTestCase):
    def finding(self, **more: object) -> Finding:
        told = {
            "check": "x",
            "severity": Severity.MINOR,
            "what": "It is so.",
            "code": "x",
            "arithmetic": "1 + 1 = 3",
            "subjects": (Subject(Kind.STUDY, 1, "Brody 2024", ("MAJD-19",)),),
        }
        return Finding(**{**told, **more})  # type: ignore[arg-type]  # by name

    def test_the_key_changes_with_the_numbers_and_not_with_the_words(self) -> None:
        key = self.finding().key
        self.assertEqual(len(key), 64)
        self.assertEqual(self.finding(what="So it is.").key, key)
        self.assertNotEqual(self.finding(arithmetic="1 + 1 = 4").key, key)

    def test_the_key_holds_in_a_review_restored_elsewhere(self) -> None:
        moved = (Subject(Kind.STUDY, 99, "Brody 2024", ("MAJD-19",)),)
        self.assertEqual(self.finding(subjects=moved).key, self.finding().key)

    def test_records_go_by_the_names_of_their_source(self) -> None:
        self.assertEqual(self.finding().records, ("MAJD-19",))
        self.assertEqual(self.finding().about, ("Brody 2024",))


def test_the_checks_are_the_twenty_that_were_proposed() -> None:
    text = shared_path("demo/inconsistencies.md").read_text()
    names = [
        line.split("`")[1]
        for line in text.splitlines()
        if line.startswith("### ") and line.count("`") == 2
    ]
    assert [check.NAME for check in registry.CHECKS] == names
