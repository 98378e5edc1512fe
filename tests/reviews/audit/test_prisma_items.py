from django.test import SimpleTestCase

from reviews.audit.checks import prisma_items
from reviews.audit.facts import Item
from reviews.audit.finding import Severity
from tests.reviews.audit.cases import codes, facts, found


class PrismaItemsTests(SimpleTestCase):
    def test_what_is_reported_or_does_not_apply_is_clear(self) -> None:
        items = (
            Item(number="1", topic="Title", status="reported"),
            Item(number="13e", topic="Heterogeneity", status="not_applicable"),
            Item(number="2", topic="Abstract", status="partly"),
        )
        self.assertEqual(codes(prisma_items, facts(items=items)), [])

    def test_an_item_that_is_not_reported_is_named(self) -> None:
        items = (Item(number="27", topic="Availability", status="not_reported"),)
        (finding,) = found(prisma_items, facts(items=items))
        self.assertEqual(finding.severity, Severity.REPORTING)

    def test_in_part_is_not_enough_for_what_weighs_most(self) -> None:
        items = (Item(number="7", topic="Search strategy", status="partly"),)
        (finding,) = found(prisma_items, facts(items=items))
        self.assertEqual(finding.severity, Severity.MAJOR)

    def test_items_without_an_answer_are_one_finding(self) -> None:
        items = tuple(Item(number=str(n), topic="x") for n in range(42))
        (finding,) = found(prisma_items, facts(items=items))
        self.assertEqual(finding.arithmetic, "0 of 42 answered")
