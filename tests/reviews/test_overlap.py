from django.test import TestCase

from reviews import overlap
from reviews.models import DuplicateSet, Record, Search
from tests.factories import (
    create_record,
    create_review,
    create_search,
    create_staffed_review,
)


class OverlapTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.medline, cls.embase, cls.scopus = (
            create_search(review=cls.review, name=name, position=number)
            for number, name in enumerate(("MEDLINE", "Embase", "Scopus"), start=1)
        )
        cls.alone = create_record(review=cls.review, search=cls.medline)
        cls.twice = create_record(review=cls.review, search=cls.medline)
        cls.copy(cls.twice, cls.medline)
        cls.copy(cls.twice, cls.embase)
        cls.thrice = create_record(review=cls.review, search=cls.embase)
        cls.copy(cls.thrice, cls.medline)
        cls.copy(cls.thrice, cls.scopus)

    @classmethod
    def copy(cls, kept: Record, search: Search) -> Record:
        number = cls.review.duplicate_sets.count() + 1
        found = DuplicateSet.objects.create(review=cls.review, number=number)
        return create_record(
            review=cls.review,
            search=search,
            duplicate_of=kept,
            duplicate_set=found,
        )

    def test_each_combination_counts_copies_once(self) -> None:
        found = {
            tuple(search.name for search in each.searches): each.count
            for each in overlap.combinations(self.review)
        }
        self.assertEqual(
            found,
            {
                ("MEDLINE",): 1,
                ("MEDLINE", "Embase"): 1,
                ("MEDLINE", "Embase", "Scopus"): 1,
            },
        )

    def test_a_source_tells_what_it_alone_found(self) -> None:
        medline, embase, scopus = overlap.overlap(self.review).sources
        self.assertEqual(
            (medline.identified, medline.copies, medline.distinct), (4, 1, 3)
        )
        self.assertEqual((medline.unique, medline.shared), (1, 2))
        self.assertEqual((embase.unique, embase.shared), (0, 2))
        self.assertEqual((scopus.unique, scopus.shared), (0, 1))

    def test_pairs_say_what_both_found(self) -> None:
        matrix = overlap.overlap(self.review).matrix()
        counts = [[pair.count for pair in pairs] for _, pairs in matrix]
        self.assertEqual(counts, [[3, 2, 1], [2, 2, 1], [1, 1, 1]])

    def test_every_number_opens_into_as_many_records(self) -> None:
        found = overlap.overlap(self.review)
        for each in found.combinations:
            *_, records = overlap.select(self.review, each.name)
            self.assertEqual(records.count(), each.count, each.name)
        for source in found.sources:
            for name, count in (
                (source.distinct_name, source.distinct),
                (source.unique_name, source.unique),
                (source.shared_name, source.shared),
            ):
                *_, records = overlap.select(self.review, name)
                self.assertEqual(records.count(), count, name)
        for _, pairs in found.matrix():
            for pair in pairs:
                *_, records = overlap.select(self.review, pair.name)
                self.assertEqual(records.count(), pair.count, pair.name)

    def test_a_name_that_names_nothing_is_refused(self) -> None:
        other = create_review(owner=self.cast.mallory)
        theirs = create_search(review=other)
        for name in (
            "",
            "only",
            "only-",
            "only-0",
            "all-x",
            f"none-{self.medline.pk}",
            f"only-{theirs.pk}",
            f"only-{self.medline.pk}-{self.medline.pk}",
            f"shared-{self.medline.pk}-{self.embase.pk}",
            "only-" + "9" * 30,
        ):
            with self.assertRaises(overlap.UnknownSelection):
                overlap.select(self.review, name)

    def test_takes_three_queries_however_many_records(self) -> None:
        with self.assertNumQueries(3):
            overlap.overlap(self.review)
        self.copy(self.alone, self.scopus)
        create_record(review=self.review, search=self.scopus)
        with self.assertNumQueries(3):
            overlap.overlap(self.review)
