"""Agreement is of what was judged alone, and for owners once a stage is closed."""

import csv
import io

from django.core.management import call_command
from django.test import SimpleTestCase, TestCase
from django.urls import reverse

from reviews import records
from reviews.exports.options import CannotExport, Options
from reviews.models import Record, Review, Role, Stage, User
from screening import conflicts, decisions
from screening.agreement import reading, statistics, tables, wording
from screening.agreement.independent import Said, closing
from screening.models import Choice
from tests.cast import join
from tests.factories import create_criterion, create_record, create_staffed_review

INCLUDE, EXCLUDE, MAYBE = Choice.INCLUDE, Choice.EXCLUDE, Choice.MAYBE
BOTH = {1: "include", 2: "exclude"}


def first_standing(history: list[Said]) -> dict[int, str] | None:
    closed = closing(history, required=2)
    return {said.reviewer: said.choice for said in closed[1]} if closed else None


class IndependentTests(SimpleTestCase):
    def test_what_was_said_after_both_had_judged_changes_nothing(self) -> None:
        history = [Said(1, "include"), Said(2, "exclude"), Said(1, "exclude")]
        self.assertEqual(first_standing(history), BOTH)

    def test_what_was_thought_better_of_alone_is_left_out(self) -> None:
        history = [Said(1, "exclude"), Said(1, "include"), Said(2, "exclude")]
        self.assertEqual(first_standing(history), BOTH)

    def test_what_was_taken_back_alone_was_not_said(self) -> None:
        history = [Said(1, "exclude"), Said(1, "withdrawn")]
        self.assertIsNone(first_standing([*history, Said(2, "exclude")]))
        history += [Said(2, "exclude"), Said(1, "include")]
        self.assertEqual(first_standing(history), BOTH)


class AgreementTestCase(TestCase):
    review: Review

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")
        cls.criterion = create_criterion(review=cls.review)
        cls.records = [create_record(review=cls.review) for _ in range(4)]
        said = ((INCLUDE, MAYBE), (EXCLUDE, EXCLUDE), (EXCLUDE, EXCLUDE))
        for record, (one, other) in zip(cls.records, said, strict=False):
            decisions.decide(record, one, reviewer=cls.cast.bob)
            decisions.decide(record, other, reviewer=cls.cast.carol)
        decisions.decide(cls.records[3], INCLUDE, reviewer=cls.cast.bob)

    def close(self) -> None:
        last = self.records[3]
        decisions.decide(last, EXCLUDE, reviewer=self.cast.carol)
        conflicts.resolve(last, EXCLUDE, resolver=self.cast.dan, reason="Talked over")

    def pair(self) -> reading.Pair:
        (found,) = reading.agreements(self.review)
        (pair,) = found.pairs
        return pair


class ReadingTests(AgreementTestCase):
    def test_no_file_holds_a_stage_before_it_is_closed(self) -> None:
        self.assertEqual(reading.agreements(self.review), [])
        with self.assertRaises(CannotExport):
            tables.tables(self.review, Options())

    def test_so_far_only_what_is_settled_is_counted(self) -> None:
        decisions.decide(self.records[3], EXCLUDE, reviewer=self.cast.carol)
        (found,) = reading.so_far(self.review, self.cast.alice)
        self.assertEqual((found.items, found.is_closed), (3, False))
        self.assertEqual(found.pairs[0].came_to.counts, ((1, 0), (0, 2)))

    def test_counts_what_each_said_alone(self) -> None:
        self.close()
        pair = self.pair()
        self.assertEqual((pair.first, pair.second), (self.cast.bob, self.cast.carol))
        self.assertEqual(pair.came_to.counts, ((1, 1), (0, 2)))
        self.assertEqual(pair.said.counts, ((0, 1, 1), (0, 0, 0), (0, 0, 2)))
        self.assertTrue(pair.has_maybe)

    def test_a_changed_mind_over_the_conflict_changes_no_figure(self) -> None:
        decisions.decide(self.records[3], EXCLUDE, reviewer=self.cast.carol)
        decisions.decide(self.records[3], EXCLUDE, reviewer=self.cast.bob)
        self.assertEqual(self.pair().came_to.counts, ((1, 1), (0, 2)))

    def test_a_record_that_was_removed_is_not_counted(self) -> None:
        self.close()
        records.remove(
            self.records[1],
            Record.Removal.OTHER,
            reason="Retracted",
            by=self.cast.alice,
        )
        self.assertEqual(self.pair().came_to.items, 3)

    def test_a_number_opens_its_records(self) -> None:
        self.close()
        found = reading.behind(
            self.review,
            Stage.TITLE_ABSTRACT,
            self.cast.bob.pk,
            self.cast.carol.pk,
            one="on",
            other="exclude",
        )
        self.assertEqual(found, [self.records[3].pk])

    def test_its_queries_do_not_grow(self) -> None:
        self.close()
        with self.assertNumQueries(16):
            reading.so_far(self.review, self.cast.alice)
        for _ in range(5):
            record = create_record(review=self.review)
            for reviewer in (self.cast.bob, self.cast.carol):
                decisions.decide(record, EXCLUDE, reviewer=reviewer)
        with self.assertNumQueries(16):
            reading.so_far(self.review, self.cast.alice)


class WordingTests(AgreementTestCase):
    def test_says_what_the_figure_means(self) -> None:
        self.close()
        self.assertEqual(
            wording.meaning(self.pair()),
            "Bob and Carol came to the same on 3 of 4 (75.0%); beyond chance the "
            "agreement is moderate by the words of Landis and Koch: kappa 0.50 "
            "(-0.23 to 1.00).",
        )

    def test_writes_a_sentence_with_each_figure_and_its_n(self) -> None:
        self.close()
        (found,) = reading.agreements(self.review)
        self.assertEqual(
            wording.sentence(found),
            "Two reviewers judged 4 titles and abstracts independently; before any "
            "discussion they agreed on 3 (75.0%; Cohen’s kappa 0.50, 95% CI -0.23 to "
            "1.00; PABAK 0.50, 95% CI -0.35 to 1.00; Gwet’s AC1 0.53, 95% CI -1.00 to "
            "1.00).",
        )

    def test_of_several_pairs_the_sentence_tells_all_together(self) -> None:
        self.close()
        record = create_record(review=self.review)
        join(self.review, self.cast.dan, Role.REVIEWER)
        for user in (self.cast.bob, self.cast.dan):
            decisions.decide(record, EXCLUDE, reviewer=user)
        (found,) = reading.agreements(self.review)
        told = wording.sentence(found)
        self.assertIn("3 reviewers judged 5 titles and abstracts", told)
        self.assertIn("on 80.0% of the pairs of judgments", told)

    def test_says_where_kappa_misleads(self) -> None:
        lopsided = statistics.Crossed(("on", "exclude"), ((0, 2), (5, 118)))
        self.assertIn("Nearly everything was excluded", wording.caution(lopsided))
        fair = statistics.Crossed(("on", "exclude"), ((20, 5), (10, 15)))
        self.assertEqual(wording.caution(fair), "")


class FileTests(AgreementTestCase):
    def test_every_format_holds_the_figures(self) -> None:
        self.close()
        for suffix, writer in tables.WRITERS["agreement"].items():
            with self.subTest(suffix):
                data = b"".join(writer(self.review, Options()))
                if suffix in (".csv", ".html", ".tex"):
                    self.assertIn(b"0.5000", data)

    def test_the_csv_has_a_number_a_row(self) -> None:
        self.close()
        data = b"".join(tables.WRITERS["agreement"][".csv"](self.review, Options()))
        rows = list(csv.DictReader(io.StringIO(data.decode())))
        found = {row["figure"]: row["value"] for row in rows}
        self.assertEqual(found["kappa"], "0.500000")
        self.assertEqual(found["first_include_second_maybe"], "1")
        self.assertIn("weighted_kappa", found)
        self.assertEqual(found["reviewers"], "2")


class PageTests(AgreementTestCase):
    def url(self, name: str = "agreement", *args: str) -> str:
        return reverse(f"screening:{name}", args=["ketamine", *args])

    def test_an_owner_is_told_what_is_not_counted_yet(self) -> None:
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.url())
        self.assertContains(page, "Left out until closed: titles and abstracts")
        self.assertContains(page, "Bob and Carol came to the same on 3 of 3")
        self.assertContains(page, "Not final: the stage is still open")
        file = self.client.get(self.url("agreement_file", "csv"))
        self.assertEqual(file.status_code, 409)

    def test_an_adjudicator_without_names_finds_no_pair_of_an_open_stage(self) -> None:
        join(self.review, self.cast.alice, Role.ADJUDICATOR)
        self.review.plan.hides_judges = True
        self.review.plan.save()
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.url())
        self.assertContains(page, "its pairs are shown once it is closed")
        self.assertNotContains(page, "Bob")
        query = {
            "first": self.cast.bob.pk,
            "second": self.cast.carol.pk,
            "one": "on",
            "other": "on",
        }
        items = self.url("agreement_items", "title_abstract")
        self.assertEqual(self.client.get(items, query).status_code, 404)
        self.close()
        self.assertContains(self.client.get(self.url()), "Bob")

    def test_an_owner_sees_the_figures_and_opens_them(self) -> None:
        self.close()
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.url())
        self.assertContains(page, "kappa 0.50")
        self.assertContains(page, "Two reviewers judged 4 titles and abstracts")
        query = {
            "first": self.cast.bob.pk,
            "second": self.cast.carol.pk,
            "one": "on",
            "other": "exclude",
        }
        page = self.client.get(self.url("agreement_items", "title_abstract"), query)
        self.assertContains(page, self.records[3].title)
        self.assertNotContains(page, self.records[0].title)
        query["other"] = "perhaps"
        page = self.client.get(self.url("agreement_items", "title_abstract"), query)
        self.assertEqual(page.status_code, 404)

    def test_nobody_else_sees_any_of_it(self) -> None:
        self.close()
        for name in ("bob", "dan", "vera"):
            self.client.force_login(getattr(self.cast, name))
            self.assertEqual(self.client.get(self.url()).status_code, 403)


def plain(page: bytes) -> bytes:
    """Return a page without what is another each time: the token of its forms."""
    return b"\n".join(
        line
        for line in page.splitlines()
        if b"csrf" not in line and b"X-CSRFToken" not in line
    )


class DemoTests(TestCase):
    def test_the_demo_agrees_as_its_readme_says(self) -> None:
        call_command("load_demo", verbosity=0)
        review = Review.objects.get(slug="ketamine")
        found = [
            round(kappa.value, 4)
            for each in reading.agreements(review)
            for pair in each.pairs
            if (kappa := statistics.kappa(pair.came_to))
        ]
        self.assertEqual(found, [0.8465, 0.6667])
        self.assertEqual(User.objects.count(), 4)
