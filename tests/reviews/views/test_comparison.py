"""Two moments side by side, and the lists of what moved between them."""

import re
from datetime import UTC, datetime
from typing import Any

from django.test import TestCase
from django.urls import reverse
from django.utils.html import escape

from reviews import moments, records, reports, snapshots
from reviews.models import Criterion, Record, Review, Settlement, Verdict
from tests.cast import Cast
from tests.factories import (
    create_criterion,
    create_record,
    create_search,
    create_staffed_review,
)

EARLY = datetime(2024, 3, 1, 12, tzinfo=UTC)
LATE = datetime(2024, 6, 1, 12, tzinfo=UTC)


class ComparisonPageTests(TestCase):
    review: Review
    cast: Cast
    reason: Criterion
    included: Record
    excluded: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.reason = create_criterion(review=cls.review, reason="Not in adults")
        search = create_search(review=cls.review, name="MEDLINE", created_at=EARLY)
        cls.included, cls.excluded, _ = (
            create_record(review=cls.review, search=search, added_at=EARLY)
            for _ in range(3)
        )
        records.settle(
            cls.excluded,
            Verdict.EXCLUDE,
            settlement=Settlement.AGREEMENT,
            counted_reason=cls.reason,
            by=cls.cast.bob,
            at=LATE,
        )
        records.settle(
            cls.included,
            Verdict.INCLUDE,
            settlement=Settlement.AGREEMENT,
            counted_reason=None,
            by=cls.cast.bob,
            at=LATE,
        )
        included = Record.objects.get(pk=cls.included.pk)
        reports.seek(included, by=cls.cast.bob, at=LATE)

    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def get(self, name: str = "flow_compare", **query: str) -> Any:
        url = reverse(f"reviews:{name}", args=[self.review.slug])
        return self.client.get(url, query)

    def moved(self, **query: str) -> Any:
        return self.get("flow_moved", before="2024-04-01", **query)

    def test_asks_for_two_dates(self) -> None:
        page = self.get()
        self.assertContains(page, "Compare two dates")
        self.assertNotContains(page, "What moved")

    def test_shows_each_number_at_both_with_the_difference(self) -> None:
        page = self.get(before="2024-04-01", after="")
        self.assertContains(page, "1 April 2024")
        self.assertContains(page, "Today")
        self.assertContains(page, "Records screened, before: 0")
        self.assertContains(page, "Records screened, after: 2")
        self.assertContains(page, "<strong>+2</strong>")
        self.assertNotContains(page, "Duplicate records removed")
        url = reverse("reviews:flow_box", args=[self.review.slug, "screened"])
        self.assertContains(page, f'href="{url}?as_of=2024-04-01"')

    def test_every_list_of_what_moved_opens_into_as_many_rows(self) -> None:
        page = self.get(before="2024-04-01", after="").content.decode()
        links = re.findall(r'href="([^"]+/moved/[^"]+)">(\d+) (\w+)', page)
        self.assertGreaterEqual(len(links), 3)
        for link, number, unit in links:
            answer = self.client.get(link.replace("&amp;", "&"))
            self.assertContains(answer, f"{number} {unit}, between")
            self.assertEqual(answer.context["page_obj"].paginator.count, int(number))

    def test_a_list_names_what_moved(self) -> None:
        page = self.moved(
            unit="records", **{"from": "awaiting_screening", "to": "excluded"}
        )
        self.assertContains(page, escape(str(self.excluded)))
        self.assertNotContains(page, escape(str(self.included)))

    def test_what_did_not_move_so_is_not_found(self) -> None:
        for query in (
            {"unit": "records", "from": "excluded", "to": "duplicates"},
            {"unit": "secrets", "from": "awaiting_screening", "to": "excluded"},
            {},
            {"after": "soon"},
            {"wave": "7"},
        ):
            self.assertEqual(self.moved(**query).status_code, 404)

    def test_a_date_that_is_none_is_refused_with_the_page(self) -> None:
        page = self.get(before="2024-02-30", after="")
        self.assertContains(page, "is not a day", status_code=422)
        page = self.get(before_snapshot="7", after="", before="")
        self.assertEqual(page.status_code, 200)

    def test_a_snapshot_stands_for_its_moment(self) -> None:
        kept = snapshots.take(
            self.review,
            name="Before",
            as_of=moments.read("2024-04-01"),
            by=self.cast.alice,
        )
        page = self.get(before_snapshot=str(kept.pk), before="", after="")
        self.assertContains(page, "Records screened, before: 0")
        other = self.get(before_snapshot="999", before="", after="")
        self.assertEqual(other.status_code, 422)

    def test_the_same_moment_twice_moved_nothing(self) -> None:
        page = self.get(before="2024-04-01", after="2024-04-01")
        self.assertContains(page, "Nothing moved between the two.")

    def test_an_outsider_finds_nothing(self) -> None:
        self.client.force_login(self.cast.mallory)
        self.assertEqual(self.get().status_code, 404)
        self.assertEqual(self.get("flow_moved").status_code, 404)
