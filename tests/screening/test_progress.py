"""Progress is told by what is settled: a lone vote changes no byte for another."""

from datetime import UTC, date, datetime

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from reviews import progress as reviews_progress
from reviews.models import Record, Review, Stage
from screening import conflicts, decisions, progress
from screening.models import Choice
from tests.factories import create_criterion, create_record, create_staffed_review
from tests.screening.agreement.test_reading import plain

INCLUDE, EXCLUDE = Choice.INCLUDE, Choice.EXCLUDE


LISTS = [
    f"screening:progress_list/{key}"
    for key in (
        "records",
        "title-abstract-decisions",
        "title-abstract-conflicts",
        "own-decisions",
    )
]


def day(number: int) -> datetime:
    return datetime(2026, 3, number, 12, tzinfo=UTC)


class ProgressTestCase(TestCase):
    review: Review
    records: list[Record]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")
        cls.criteria = [
            create_criterion(review=cls.review, code=code) for code in ("E1", "E2")
        ]
        cls.records = [create_record(review=cls.review) for _ in range(5)]
        for number, record in enumerate(cls.records[:2], start=1):
            for reviewer, later in ((cls.cast.bob, 0), (cls.cast.carol, 4)):
                decisions.decide(
                    record, EXCLUDE, reviewer=reviewer, at=day(number + later)
                )
        decisions.decide(cls.records[2], INCLUDE, reviewer=cls.cast.bob, at=day(3))
        decisions.decide(
            cls.records[2],
            EXCLUDE,
            reviewer=cls.cast.carol,
            criteria=cls.criteria,
            at=day(4),
        )
        decisions.decide(cls.records[3], INCLUDE, reviewer=cls.cast.bob, at=day(9))

    def resolve(self) -> None:
        conflicts.resolve(
            self.records[2],
            EXCLUDE,
            resolver=self.cast.dan,
            reason="Talked over",
            criterion=self.criteria[0],
            at=day(10),
        )


class RuleTests(ProgressTestCase):
    def test_only_decisions_on_what_is_settled_count(self) -> None:
        found = progress.decided(self.review, self.cast.vera)
        self.assertEqual(
            [(each.name, each.total) for each in found],
            [("Titles and abstracts", 4), ("Full texts", 0)],
        )
        self.assertNotIn(date(2026, 3, 9), dict(found[0].days))

    def test_ones_own_are_shown_to_oneself(self) -> None:
        *_, own = progress.decided(self.review, self.cast.bob)
        self.assertEqual((own.name, own.total), ("Yours, settled or not", 4))
        *_, own = progress.decided(self.review, self.cast.carol)
        self.assertEqual(own.total, 3)

    def test_settled_counts_on_the_day_of_the_verdict(self) -> None:
        found = reviews_progress.screened(self.review)
        self.assertEqual(found.days, {date(2026, 3, 5): 1, date(2026, 3, 6): 1})

    def test_conflicts_count_once_they_are_settled(self) -> None:
        self.assertEqual(progress.conflicts(self.review), [])
        self.resolve()
        (found,) = progress.conflicts(self.review)
        self.assertEqual(found.stage, Stage.TITLE_ABSTRACT)
        self.assertEqual((found.total, found.by_adjudication), (1, 1))
        self.assertEqual(
            [(criterion.code, count) for criterion, count in found.by_criterion],
            [("E1", 1), ("E2", 1)],
        )
        self.assertEqual(found.without_criterion, 0)

    def test_a_long_time_is_told_by_month(self) -> None:
        series = progress.Series(
            "S", [(date(2026, month, n), 1) for month in (1, 2) for n in range(1, 28)]
        )
        self.assertEqual(
            [(each.name, each.counts) for each in progress.periods([series])],
            [("January 2026", [27]), ("February 2026", [27])],
        )


class PageTests(ProgressTestCase):
    def page(self, name: str, *, of: str = "screening:progress") -> bytes:
        self.client.force_login(getattr(self.cast, name))
        name, _, key = of.partition("/")
        arguments = ["ketamine", key] if key else ["ketamine"]
        found = self.client.get(reverse(name, args=arguments))
        self.assertEqual(found.status_code, 200)
        return plain(found.content)

    def test_a_lone_vote_changes_no_byte_for_another(self) -> None:
        self.resolve()
        pages = ("screening:progress", "reviews:review_detail", *LISTS)
        others = ("alice", "carol", "dan", "vera")
        before = {(p, who): self.page(who, of=p) for p in pages for who in others}
        own = self.page("bob")
        decisions.decide(self.records[4], EXCLUDE, reviewer=self.cast.bob)
        decisions.decide(self.records[3], EXCLUDE, reviewer=self.cast.bob)
        mine = decisions.own(self.review, self.cast.bob).filter(record=self.records[3])
        decisions.take_back(mine.get(), reviewer=self.cast.bob)
        for (page, who), found in before.items():
            with self.subTest(page=page, who=who):
                self.assertEqual(self.page(who, of=page), found)
        self.assertNotEqual(self.page("bob"), own)

    def test_an_open_conflict_changes_no_byte_either(self) -> None:
        before = self.page("vera")
        decisions.decide(self.records[3], EXCLUDE, reviewer=self.cast.carol)
        self.assertEqual(self.page("vera"), before)

    def test_the_numbers_of_each_plot_stand_in_a_table(self) -> None:
        self.resolve()
        page = self.page("vera").decode()
        self.assertIn("5 March 2026", page)
        told = "1 conflict settled: 0 by consensus, 1 by an adjudicator"
        self.assertIn(told, " ".join(strip_tags(page).split()))
        self.assertIn("E2: Wrong population", page)

    def test_the_overview_has_a_small_plot_of_settled_records(self) -> None:
        page = self.page("vera", of="reviews:review_detail").decode()
        self.assertIn("Records settled: 2", page)

    def test_an_open_conflict_is_not_told(self) -> None:
        page = self.page("vera").decode()
        self.assertIn("No conflict is settled yet", page)

    def test_its_queries_do_not_grow(self) -> None:
        self.resolve()
        self.client.force_login(self.cast.bob)
        url = reverse("screening:progress", args=["ketamine"])
        self.client.get(url)
        with self.assertNumQueries(19):
            self.client.get(url)
        for number in range(1, 8):
            record = create_record(review=self.review)
            for reviewer in (self.cast.bob, self.cast.carol):
                decisions.decide(record, EXCLUDE, reviewer=reviewer, at=day(number))
        with self.assertNumQueries(19):
            self.client.get(url)


class ListTests(ProgressTestCase):
    def setUp(self) -> None:
        self.resolve()
        self.client.force_login(self.cast.bob)

    def numbers(self) -> dict[str, int]:
        """Return each number of the page by the address that it opens."""
        page = self.client.get(reverse("screening:progress", args=["ketamine"]))
        plots, conflicts = page.context["plots"], page.context["conflicts"]
        found = [number for plot in plots for _, row in plot.rows for number in row]
        found += [number for plot in plots for number in plot.totals]
        for told in conflicts:
            found += [told.total, told.by_consensus, told.by_adjudication]
            found += [number for _, number in told.by_criterion]
            found.append(told.without_criterion)
        return {number.url: number.count for number in found}

    def test_each_number_opens_as_many_lines(self) -> None:
        numbers = self.numbers()
        self.assertGreater(len(numbers), 12)
        for url, number in numbers.items():
            with self.subTest(url=url):
                lines = self.client.get(url).context["page_obj"]
                self.assertEqual(lines.paginator.count, number)
                self.assertEqual(len(list(lines)), number)

    def test_a_line_leads_to_its_item_and_says_when(self) -> None:
        address = reverse("screening:progress_list", args=["ketamine", "records"])
        page = self.client.get(address, {"first": "2026-03-05", "last": "2026-03-05"})
        self.assertContains(page, f'href="{self.records[0].get_absolute_url()}"')
        self.assertContains(page, "Settled on 5 March 2026")
        self.assertContains(page, "n = 1, on 5 March 2026")

    def test_ones_own_open_decisions_are_listed_to_oneself_alone(self) -> None:
        address = reverse("screening:progress_list", args=["ketamine", "own-decisions"])
        title = self.records[3].title
        self.assertContains(self.client.get(address), title)
        self.client.force_login(self.cast.carol)
        self.assertNotContains(self.client.get(address), title)

    def test_what_is_not_a_list_is_not_found(self) -> None:
        address = reverse("screening:progress_list", args=["ketamine", "records"])
        conflicts = reverse(
            "screening:progress_list", args=["ketamine", "title-abstract-conflicts"]
        )
        for asked in (
            address.replace("records", "votes"),
            f"{address}?first=tomorrow",
            f"{conflicts}?how=war",
            f"{conflicts}?criterion=E1",
            f"{conflicts}?criterion=999999999",
        ):
            with self.subTest(asked=asked):
                self.assertEqual(self.client.get(asked).status_code, 404)

    def test_a_list_takes_as_many_queries_for_many_lines_as_for_few(self) -> None:
        address = reverse(
            "screening:progress_list", args=["ketamine", "title-abstract-decisions"]
        )
        with CaptureQueriesContext(connection) as few:
            self.client.get(address, {"last": "2026-03-01"})
        with CaptureQueriesContext(connection) as many:
            self.client.get(address)
        self.assertEqual(len(many), len(few))
