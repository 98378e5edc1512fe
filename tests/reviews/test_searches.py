from django.test import SimpleTestCase, TestCase

from reviews import searches
from reviews.models import Event, Import, Review, Search
from tests.cast import Cast
from tests.factories import create_record, create_search, create_staffed_review


class CountsInWordsTests(SimpleTestCase):
    def test_says_how_the_numbers_meet(self) -> None:
        for reported, imported, words in (
            (None, 12, "not recorded"),
            (12, 12, "All that the source reported"),
            (12, 0, "None"),
            (1312, 12, "1,300 fewer"),
            (12, 13, "1 more"),
        ):
            with self.subTest(reported=reported, imported=imported):
                self.assertIn(words, searches.tell_counts(reported, imported))


class SearchTests(TestCase):
    review: Review
    cast: Cast
    search: Search

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="MEDLINE")

    def test_a_new_search_comes_last_and_stands_in_the_history(self) -> None:
        search = searches.record(
            Search(review=self.review, name="Embase"), by=self.cast.alice
        )
        self.assertEqual(search.position, 2)
        event = Event.objects.get(action="search.recorded")
        self.assertEqual(event.subject_id, search.pk)

    def test_a_change_tells_the_old_and_the_new(self) -> None:
        self.search.platform = "Ovid"
        searches.record(self.search, by=self.cast.alice)
        event = Event.objects.get(action="search.changed")
        self.assertEqual((event.old or {})["platform"], "")
        self.assertEqual((event.new or {})["platform"], "Ovid")

    def test_saving_without_a_change_leaves_no_trace(self) -> None:
        searches.record(self.search, by=self.cast.alice)
        self.assertFalse(Event.objects.exists())

    def test_two_searches_do_not_share_a_name(self) -> None:
        with self.assertRaises(searches.NameTaken):
            searches.record(
                Search(review=self.review, name="medline"), by=self.cast.alice
            )
        self.assertEqual(self.review.searches.count(), 1)

    def test_removes_a_search_that_brought_nothing(self) -> None:
        searches.remove(self.search, by=self.cast.alice)
        self.assertFalse(self.review.searches.exists())
        self.assertEqual((Event.objects.get().old or {})["name"], "MEDLINE")

    def test_keeps_a_search_that_records_came_from(self) -> None:
        create_record(review=self.review, search=self.search)
        with self.assertRaises(searches.SearchInUse):
            searches.remove(self.search, by=self.cast.alice)

    def test_keeps_a_search_with_a_file_that_waits(self) -> None:
        Import.objects.create(
            search=self.search,
            file_name="a.ris",
            sha256="0" * 64,
            size=1,
            uploaded_by=self.cast.alice,
        )
        with self.assertRaisesRegex(searches.SearchInUse, "waits"):
            searches.remove(self.search, by=self.cast.alice)

    def test_counts_the_records_of_each_search(self) -> None:
        create_search(review=self.review, name="Embase")
        for _ in range(3):
            create_record(review=self.review, search=self.search)
        with self.assertNumQueries(2):
            counted = list(searches.with_counts(self.review))
        self.assertEqual([vars(search)["imported_count"] for search in counted], [3, 0])
