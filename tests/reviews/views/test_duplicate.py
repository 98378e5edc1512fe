from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.duplicates import background, finding, merging, splitting, stored
from reviews.models import DuplicateSet, Job, Record, Review, User
from tests.cast import Cast
from tests.factories import (
    create_duplicate_set,
    create_record,
    create_search,
    create_staffed_review,
)

FOUND, MERGED, SPLIT = DuplicateSet.State
ARTICLE: dict[str, Any] = {
    "title": "Ketamine for suicidal ideation: a randomised trial",
    "authors": ["Brody, A"],
    "year": 2024,
    "journal": "Journal of Trials",
    "volume": "12",
    "pages": "100-110",
}


class DuplicatePageTestCase(TestCase):
    review: Review
    cast: Cast
    copies: list[Record]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        medline = create_search(review=cls.review, name="MEDLINE")
        embase = create_search(review=cls.review, name="Embase")
        cls.copies = [
            create_record(
                review=cls.review, search=medline, source_id="M-1", **ARTICLE
            ),
            create_record(
                review=cls.review,
                search=embase,
                source_id="E-9",
                **{**ARTICLE, "journal": "J Trials"},
            ),
        ]
        create_duplicate_set(*cls.copies)

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def address(self, page: str, *args: int) -> str:
        return reverse(f"reviews:duplicate_{page}", args=[self.review.slug, *args])

    def get(self, page: str, *args: int, user: User | None = None, **query: str) -> Any:
        self.client.force_login(user or self.cast.alice)
        return self.client.get(self.address(page, *args), query)

    def post(self, page: str, *args: int, **data: Any) -> Any:
        return self.client.post(self.address(page, *args), data, follow=True)

    def state(self) -> str:
        return self.review.duplicate_sets.get(number=1).state

    def merge(self) -> None:
        merging.merge(
            self.review.duplicate_sets.get(), keep=self.copies[0], by=self.cast.alice
        )


class ListTests(DuplicatePageTestCase):
    def test_shows_every_copy_with_its_source_and_what_differs(self) -> None:
        page = self.get("list", user=self.cast.vera)
        for text in ("MEDLINE", "M-1", "Embase", "E-9", "J Trials", "12: 100-110"):
            self.assertContains(page, text)
        lines = {line.label: line.difference for line in page.context["cards"][0].lines}
        self.assertEqual(lines["Journal"], "differs")
        self.assertEqual(lines["Year"], "")
        self.assertContains(page, "differs")

    def test_only_an_owner_is_offered_to_change_anything(self) -> None:
        self.assertContains(self.get("list"), "Not duplicates")
        for user in (self.cast.bob, self.cast.dan, self.cast.vera):
            page = self.get("list", user=user)
            self.assertNotContains(page, "Not duplicates")
            self.assertNotContains(page, "Find duplicates")

    def test_filters_by_state_and_words(self) -> None:
        for query, shown in (
            ({"state": "found"}, 1),
            ({"state": "merged"}, 0),
            ({"state": "to_check"}, 0),
            ({"text": "E-9"}, 1),
            ({"text": "brody ketamine"}, 1),
            ({"text": "esketamine"}, 0),
        ):
            with self.subTest(query):
                page = self.get("list", user=None, **query)
                self.assertEqual(len(page.context["cards"]), shown)

    def test_certain_sets_come_before_those_in_doubt_and_merged_ones_after(
        self,
    ) -> None:
        self.merge()
        self.copies_of("Doubt", basis=f"{stored.TO_CHECK}same title")
        self.copies_of("Certain")
        cards = self.get("list").context["cards"]
        titles = [card.copies[0].title for card in cards]
        self.assertEqual(titles, ["Certain", "Doubt", ARTICLE["title"]])
        self.assertContains(self.get("list", state="to_check"), "To be checked.")

    def test_asks_the_database_as_often_for_thirty_sets_as_for_three(self) -> None:
        self.fill(3)
        self.get("list")
        with CaptureQueriesContext(connection) as few:
            self.client.get(self.address("list"))
        self.fill(30)
        with self.assertNumQueries(len(few)):
            page = self.client.get(self.address("list"))
        self.assertEqual(len(page.context["cards"]), 20)

    def fill(self, sets: int) -> None:
        """Find as many sets."""
        for number in range(self.review.duplicate_sets.count(), sets):
            self.copies_of(f"Ketamine number {number * 104729}")

    def copies_of(self, title: str, **fields: Any) -> None:
        create_duplicate_set(
            *(
                create_record(review=self.review, **{**ARTICLE, "title": title})
                for _ in range(2)
            ),
            **fields,
        )

    def test_says_why_a_copy_is_kept(self) -> None:
        Record.objects.filter(pk=self.copies[1].pk).update(abstract="Much fuller.")
        merging.merge(self.review.duplicate_sets.get(), by=None)
        page = self.get("list", state="merged")
        self.assertContains(page, "The fullest when its copies were merged")
        self.assertContains(page, "Merged automatically on")

    def test_tells_how_many_records_wait_to_be_compared(self) -> None:
        self.assertContains(self.get("list"), "2 records have not been compared")
        finding.find(self.review, by=None)
        self.assertContains(self.get("list"), "Every record has been compared")

    def test_says_what_to_do_while_there_is_nothing(self) -> None:
        self.review.records.update(duplicate_set=None)
        self.review.duplicate_sets.all().delete()
        self.assertContains(self.get("list"), "No duplicates are known")
        self.review.records.all().delete()
        self.assertContains(self.get("list"), "There are no records yet")


class FindTests(DuplicatePageTestCase):
    def test_finds_what_is_new_and_says_so(self) -> None:
        page = self.post("find")
        self.assertContains(page, "No new duplicates were found.")
        for _ in range(2):
            create_record(
                review=self.review,
                title="Esketamine for chronic pain in adults",
                authors=["Ito, C"],
            )
        page = self.post("find")
        self.assertContains(page, "Compared 2 new records")
        self.assertContains(page, "Merged into 1 set.")

    def test_compares_all_again_when_asked(self) -> None:
        self.post("find")
        self.assertContains(self.post("find"), "Compared 0 new records")
        page = self.post("find", everything="yes")
        self.assertContains(page, "Compared 2 new records")

    def test_leaves_a_large_review_to_the_worker_and_tells_what_it_did(self) -> None:
        with patch.multiple(background, _AT_ONCE=1, _NEW_AT_ONCE=1):
            page = self.post("find")
        job = self.review.jobs.get()
        self.assertEqual((job.state, job.subject), (Job.State.DONE, "duplicates"))
        self.assertEqual(job.created_by, self.cast.alice)
        self.assertContains(page, "Compared 2 new records")

    def test_begins_nothing_while_a_search_is_going_on(self) -> None:
        self.review.jobs.create(kind=Job.Kind.FIND_DUPLICATES, subject="duplicates")
        page = self.post("find")
        self.assertContains(page, "is going on already")
        self.assertContains(page, "Finding duplicates: waiting for its turn.")
        self.assertEqual(self.review.jobs.count(), 1)


class PairTests(DuplicatePageTestCase):
    def test_shows_what_is_related_to_every_member(self) -> None:
        self.assertContains(self.get("related"), "No related records are known")
        preprint = create_record(
            review=self.review,
            title=ARTICLE["title"],
            authors=ARTICLE["authors"],
            year=2023,
            journal="medRxiv",
        )
        finding.find(self.review, by=None)
        page = self.get("related", user=self.cast.vera)
        self.assertContains(page, "two records, one study")
        self.assertContains(page, preprint.get_absolute_url())
        self.assertFalse(self.review.records.duplicates().filter(pk=preprint.pk))

    def test_shows_what_was_told_apart_and_merges_it_after_all(self) -> None:
        self.assertContains(self.get("distinct"), "Nothing was told apart")
        splitting.tell_apart(self.review.duplicate_sets.get(), by=self.cast.alice)
        self.assertNotContains(
            self.get("distinct", user=self.cast.vera), "Merge after all"
        )
        self.assertContains(self.get("distinct"), "Merge after all")
        self.post("add", self.copies[1].pk, to=self.copies[0].pk)
        self.assertFalse(self.review.distinct_pairs.exists())
        self.assertEqual(self.review.records.duplicates().get(), self.copies[1])


class MergeTests(DuplicatePageTestCase):
    def test_merges_into_the_copy_that_was_chosen(self) -> None:
        page = self.post("merge", 1, keep=self.copies[1].pk)
        self.assertContains(page, "Set 1 is merged.")
        self.assertContains(page, "Merged away")
        self.assertEqual(
            Record.objects.get(pk=self.copies[0].pk).duplicate_of, self.copies[1]
        )

    def test_without_a_choice_shows_the_same_page_and_merges_nothing(self) -> None:
        for keep in ("", "abc", create_record(review=self.review).pk):
            page = self.post("merge", 1, keep=keep)
            self.assertEqual(page.status_code, 422)
            self.assertContains(page, "opy to keep", status_code=422)
        self.assertEqual(self.state(), FOUND)

    def test_comes_back_to_the_list_as_it_was_filtered(self) -> None:
        answer = self.client.post(
            self.address("merge", 1) + "?state=found&page=1",
            {"keep": self.copies[0].pk},
        )
        self.assertRedirects(answer, self.address("list") + "?state=found&page=1")

    def test_says_when_the_set_was_told_apart_meanwhile(self) -> None:
        splitting.tell_apart(self.review.duplicate_sets.get(), by=self.cast.alice)
        page = self.post("merge", 1, keep=self.copies[0].pk)
        self.assertContains(page, "told apart meanwhile")
        self.assertEqual(self.state(), SPLIT)

    def test_merge_all_asks_first_and_merges_what_was_seen(self) -> None:
        self.assertContains(self.get("merge_all"), "Merge 1 set<")
        self.assertEqual(self.state(), FOUND)
        self.post("merge_all", expected=1)
        self.assertEqual(self.state(), MERGED)
        self.assertContains(self.get("merge_all"), "Nothing is left to merge")

    def test_merge_all_asks_again_when_the_sets_have_changed(self) -> None:
        page = self.post("merge_all", expected=7)
        self.assertContains(page, "The sets have changed")
        self.assertEqual(self.post("merge_all", expected="x").status_code, 422)
        self.assertEqual(self.state(), FOUND)


class SplitTests(DuplicatePageTestCase):
    def test_a_merged_set_is_split_again(self) -> None:
        self.merge()
        self.assertContains(self.get("list"), "Split again")
        self.post("tell_apart", 1)
        self.assertEqual(self.state(), SPLIT)
        self.assertFalse(self.review.records.duplicates().exists())

    def test_a_merge_is_undone(self) -> None:
        self.merge()
        self.post("unmerge", 1)
        self.assertEqual(self.state(), FOUND)
        self.assertContains(self.post("unmerge", 1), "not merged any more")

    def test_told_apart_is_looked_at_again(self) -> None:
        self.post("tell_apart", 1)
        self.assertContains(self.get("list", state="split"), "Look at it again")
        self.post("put_back", 1)
        self.assertEqual(self.state(), FOUND)
        self.assertContains(self.post("put_back", 1), "stand elsewhere by now")

    def test_one_of_three_is_taken_out(self) -> None:
        third = create_record(review=self.review, **ARTICLE)
        Record.objects.filter(pk=third.pk).update(
            duplicate_set=self.review.duplicate_sets.get()
        )
        self.assertContains(self.get("list"), "Take out")
        page = self.post("split", 1, third.pk)
        self.assertContains(page, "taken out of set 1")
        self.assertIsNone(Record.objects.get(pk=third.pk).duplicate_set)
        again = self.client.post(self.address("split", 1, third.pk))
        self.assertEqual(again.status_code, 404)

    def test_a_set_of_another_review_is_not_found(self) -> None:
        for page in ("merge", "unmerge", "tell_apart", "put_back"):
            answer = self.client.post(self.address(page, 99))
            self.assertEqual(answer.status_code, 404)


class AddTests(DuplicatePageTestCase):
    def test_marks_a_record_as_a_duplicate_of_one_that_was_searched(self) -> None:
        record = create_record(review=self.review, title="A translated title")
        page = self.get("add", record.pk, text="brody M-1")
        self.assertEqual(list(page.context["page_obj"]), [self.copies[0]])

        self.post("add", record.pk, to=self.copies[0].pk)

        record = Record.objects.get(pk=record.pk)
        self.assertEqual(record.duplicate_of, self.copies[0])

    def test_refuses_the_record_itself_and_nothing(self) -> None:
        record = self.copies[0]
        for to in (record.pk, "", "abc"):
            answer = self.post("add", record.pk, to=to)
            self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.review.records.duplicates().exists())

    def test_shows_what_begins_alike_until_something_is_searched(self) -> None:
        create_record(review=self.review, title="Another matter")
        page = self.get("add", self.copies[0].pk)
        self.assertEqual(list(page.context["page_obj"]), self.copies[1:])
