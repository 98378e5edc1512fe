"""A review that is kept up to date: its searches belong to waves."""

from django.test import TestCase

from reviews import searches, waves
from reviews.access import WrongRole
from reviews.models import Event, Review, Search, Wave
from tests.cast import Cast
from tests.factories import create_record, create_search, create_staffed_review


class WaveTests(TestCase):
    review: Review
    cast: Cast
    search: Search

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="MEDLINE")
        create_record(review=cls.review, search=cls.search)

    def begin(self, name: str = "Update of May 2026") -> Wave:
        return waves.begin(self.review, name=name, by=self.cast.alice)

    def numbers(self) -> list[tuple[int, str]]:
        found = self.review.waves.order_by("number")
        return [(wave.number, wave.name) for wave in found]

    def wave_of(self, search: Search) -> int | None:
        found = Search.objects.select_related("wave").get(pk=search.pk).wave
        return found.number if found else None

    def test_the_first_update_makes_of_what_was_searched_the_first_wave(self) -> None:
        wave = self.begin()
        self.assertEqual(wave.number, 2)
        self.assertEqual(
            self.numbers(), [(1, "Original review"), (2, "Update of May 2026")]
        )
        self.assertEqual(self.wave_of(self.search), 1)
        self.assertEqual(Event.objects.filter(action="wave.begun").count(), 2)

    def test_a_later_update_leaves_the_searches_where_they_are(self) -> None:
        self.begin()
        self.begin("Update of May 2027")
        self.assertEqual(len(self.numbers()), 3)
        self.assertEqual(self.wave_of(self.search), 1)

    def test_a_new_search_belongs_to_the_latest_wave(self) -> None:
        before = searches.record(
            Search(review=self.review, name="Embase"), by=self.cast.alice
        )
        self.assertIsNone(self.wave_of(before))
        self.begin()
        after = searches.record(
            Search(review=self.review, name="MEDLINE 2026"), by=self.cast.alice
        )
        self.assertEqual((self.wave_of(before), self.wave_of(after)), (1, 2))

    def test_a_search_may_be_moved_to_another_wave(self) -> None:
        wave = self.begin()
        search = Search.objects.get(pk=self.search.pk)
        search.wave = wave
        searches.record(search, by=self.cast.alice)
        event = Event.objects.get(action="search.changed")
        self.assertEqual((event.new or {})["wave"], wave.pk)
        self.assertEqual(self.wave_of(self.search), 2)

    def test_a_wave_is_renamed_but_not_to_the_name_of_another(self) -> None:
        wave = self.begin()
        waves.rename(wave, " First  update ", by=self.cast.alice)
        waves.rename(wave, "First update", by=self.cast.alice)
        self.assertEqual(self.numbers()[1], (2, "First update"))
        self.assertEqual(Event.objects.filter(action="wave.renamed").count(), 1)
        with self.assertRaises(waves.NameTaken):
            waves.rename(wave, "original REVIEW", by=self.cast.alice)

    def test_a_name_is_asked_for(self) -> None:
        for name in ("", "  ", "x" * 201):
            with self.assertRaises(waves.NameMissing):
                self.begin(name)
        self.assertEqual(self.numbers(), [])

    def test_two_waves_do_not_share_a_name(self) -> None:
        self.begin()
        with self.assertRaises(waves.NameTaken):
            self.begin("update of may 2026")
        with self.assertRaises(waves.NameTaken):
            waves.begin(
                Review.objects.get(pk=self.review.pk),
                name="original review",
                by=self.cast.alice,
            )

    def test_the_only_update_undone_leaves_a_review_that_searched_once(self) -> None:
        search = Search(review=self.review, name="Embase")
        wave = self.begin()
        searches.record(search, by=self.cast.alice)
        waves.undo(wave, by=self.cast.alice)
        self.assertEqual(self.numbers(), [])
        self.assertIsNone(self.wave_of(self.search))
        self.assertIsNone(self.wave_of(search))
        self.assertEqual(Event.objects.filter(action="wave.undone").count(), 1)

    def test_only_the_last_wave_is_undone(self) -> None:
        second = self.begin()
        third = self.begin("Update of May 2027")
        first = self.review.waves.get(number=1)
        for wave in (first, second):
            with self.assertRaises(waves.WaveInUse):
                waves.undo(wave, by=self.cast.alice)
        waves.undo(third, by=self.cast.alice)
        self.assertEqual([number for number, _ in self.numbers()], [1, 2])

    def test_a_wave_that_brought_records_stays(self) -> None:
        wave = self.begin()
        search = create_search(review=self.review, name="Embase", wave=wave)
        create_record(review=self.review, search=search)
        with self.assertRaises(waves.WaveInUse):
            waves.undo(wave, by=self.cast.alice)
        self.assertEqual(len(self.numbers()), 2)

    def test_only_an_owner_begins_renames_or_undoes(self) -> None:
        wave = self.begin()
        with self.assertRaises(WrongRole):
            waves.begin(self.review, name="Another", by=self.cast.bob)
        with self.assertRaises(WrongRole):
            waves.rename(wave, "Another", by=self.cast.bob)
        with self.assertRaises(WrongRole):
            waves.undo(wave, by=self.cast.bob)

    def test_each_wave_is_told_with_its_numbers(self) -> None:
        self.begin()
        create_record(review=self.review, search=self.search)
        create_search(review=self.review, wave=self.review.waves.get(number=1))
        told = [
            (wave.number, wave.search_count, wave.record_count)
            for wave in waves.with_counts(self.review)
        ]
        self.assertEqual(told, [(1, 2, 2), (2, 0, 0)])
