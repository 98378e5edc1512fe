from django.test import TestCase

from reviews import related
from reviews.access import WrongRole
from reviews.formats.parsed import UnreadableFile
from reviews.models import RelatedReference
from tests.factories import create_staffed_review

RIS = b"TY  - JOUR\nID  - C1\nAU  - Popova, V\nTI  - A trial\nPY  - 2019\nER  - \n"


class RelatedTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def add(self, name: str = "Costi", data: bytes = RIS) -> object:
        return related.add(
            self.review, name=name, file_name="costi.ris", data=data, by=self.cast.alice
        )

    def test_references_are_kept_and_become_no_records(self) -> None:
        self.add()
        reference = RelatedReference.objects.get()
        self.assertEqual((reference.source_id, reference.year), ("C1", 2019))
        self.assertFalse(self.review.records.exists())
        self.assertEqual(self.review.events.latest("pk").action, "related_list.added")

    def test_a_name_is_used_once_until_its_list_is_removed(self) -> None:
        self.add()
        with self.assertRaises(related.NameTaken):
            self.add()
        first = self.review.related_lists.get()
        related.remove(first, by=self.cast.alice)
        self.add()
        with self.assertRaises(related.NameTaken):
            related.restore(first, by=self.cast.alice)

    def test_what_is_removed_comes_back_whole(self) -> None:
        self.add()
        made = self.review.related_lists.get()
        related.remove(made, by=self.cast.alice)
        related.remove(made, by=self.cast.alice)
        self.assertFalse(related.lists(self.review).exists())
        self.assertEqual(related.removed(self.review).get().number, 1)
        related.restore(made, by=self.cast.alice)
        self.assertEqual(related.lists(self.review).get().number, 1)

    def test_a_broken_or_foreign_file_adds_nothing(self) -> None:
        with self.assertRaises(UnreadableFile):
            self.add(data=b"%PDF-1.7")
        with self.assertRaises(related.HasErrors):
            self.add(data=RIS + b"TY  - JOUR\nTI  - No end\n")
        with self.assertRaises(related.NameMissing):
            self.add(name=" ")
        self.assertFalse(self.review.related_lists.exists())

    def test_only_an_owner_adds(self) -> None:
        with self.assertRaises(WrongRole):
            related.add(self.review, name="C", file_name="", data=RIS, by=self.cast.bob)
