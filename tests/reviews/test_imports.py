import hashlib
from collections import Counter
from unittest import mock

from django.db import DatabaseError
from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from reviews import searches
from reviews.access import WrongRole
from reviews.formats.parsed import UnreadableFile
from reviews.imports import keeping, loading, looking
from reviews.models import Event, Import, Record, Review, Search
from tests.cast import Cast
from tests.factories import create_search, create_staffed_review


def ris(*titles: str, end: str = "ER  - \n") -> bytes:
    """Return a RIS file of records with these titles."""
    return "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - Brody, Ada\nPY  - 2024\n{end}\n"
        for title in titles
    ).encode()


class ImportTests(TestCase):
    review: Review
    cast: Cast
    search: Search

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="MEDLINE")

    def preview(
        self, data: bytes, name: str = "a.ris", search: Search | None = None
    ) -> Import:
        return looking.preview(
            search or self.search, file_name=name, data=data, by=self.cast.alice
        )

    def bring(self, data: bytes, search: Search | None = None) -> Import:
        return loading.take_in(self.preview(data, search=search), by=self.cast.alice)

    def test_looking_at_a_file_makes_no_record(self) -> None:
        made = self.preview(ris("One", "Two"))
        self.assertEqual(made.state, Import.State.PREVIEWED)
        self.assertEqual(made.read_count, 2)
        self.assertEqual(keeping.count_new(made), 2)
        self.assertFalse(Record.objects.exists())
        self.assertFalse(Event.objects.exists())

    def test_takes_every_record_in_with_its_source(self) -> None:
        made = self.bring(ris("Ketamin für Ältere", "Two"))
        first, second = self.review.records.order_by("line")
        self.assertEqual(first.title, "Ketamin für Ältere")
        self.assertEqual(first.source_import, made)
        self.assertEqual(first.search, self.search)
        self.assertIn("TI  - Ketamin für Ältere", first.original)
        self.assertEqual((first.line, second.line), (1, 7))
        event = Event.objects.get()
        self.assertEqual(event.action, "import.taken_in")
        self.assertEqual((event.new or {})["new"], 2)

    def test_the_same_file_again_adds_nothing_and_says_so(self) -> None:
        made = self.bring(ris("One"))
        with self.assertRaisesRegex(keeping.AlreadyImported, "nothing was added"):
            self.preview(ris("One"), name="other name.ris")
        self.assertEqual(Import.objects.get(), made)
        self.assertEqual(Record.objects.count(), 1)

    def test_a_file_looked_at_twice_waits_once(self) -> None:
        first = self.preview(ris("One"))
        again = self.preview(ris("One"), name="again.ris")
        self.assertEqual(first.pk, again.pk)
        self.assertEqual(again.file_name, "again.ris")

    def test_taking_in_twice_adds_nothing(self) -> None:
        made = self.preview(ris("One"))
        loading.take_in(made, by=self.cast.alice)
        with self.assertRaisesRegex(keeping.NotWaiting, "imported already"):
            loading.take_in(made, by=self.cast.alice)
        self.assertEqual(Record.objects.count(), 1)

    def test_a_later_export_adds_what_it_holds_more(self) -> None:
        self.bring(ris("One", "Two"))
        made = self.bring(ris("One", "Two", "Three"))
        self.assertEqual((made.new_count, made.already_there_count), (1, 2))
        self.assertEqual(self.review.records.count(), 3)

    def test_the_same_record_of_another_search_is_another_record(self) -> None:
        self.bring(ris("One"))
        other = create_search(review=self.review, name="Embase")
        self.assertEqual(self.bring(ris("One"), search=other).new_count, 1)
        self.assertEqual(self.review.records.count(), 2)

    def test_a_broken_file_names_its_lines_and_stays_out(self) -> None:
        made = self.preview(
            ris("One") + b"TY  - JOUR\nPY  - 2001\nER  - \n\nTY  - JOUR\nER  - \n"
        )
        with self.assertRaisesRegex(
            keeping.HasErrors,
            "^Line 7: .*neither a title nor an author.*1 more error after",
        ):
            loading.take_in(made, by=self.cast.alice)
        self.assertEqual([p.line for p in keeping.errors(made)], [7, 11])
        self.assertFalse(Record.objects.exists())

    def test_an_owner_may_go_without_what_could_not_be_read(self) -> None:
        made = self.preview(ris("One") + b"TY  - JOUR\nPY  - 2001\nER  - \n")
        self.assertEqual(made.read_count, 1)
        self.assertEqual([r.title for r in looking.first_records(made)], ["One"])
        made = keeping.accept_errors(made, by=self.cast.alice)
        made = loading.take_in(made, by=self.cast.alice)
        self.assertEqual((made.read_count, made.new_count), (1, 1))
        self.assertEqual(Record.objects.get().title, "One")
        self.assertEqual([p.line for p in keeping.errors(made)], [7])
        event = self.review.events.get(action="import.taken_in")
        self.assertIn("despite 1 error", event.summary)
        self.assertTrue(event.new and event.new["despite_errors"])

    def test_an_owner_may_agree_again_where_the_process_was_killed(self) -> None:
        made = self.preview(ris("One") + b"TY  - JOUR\nER  - \n")
        Import.objects.filter(pk=made.pk).update(state=Import.State.LOADING)
        made = keeping.accept_errors(made, by=self.cast.alice)
        self.assertEqual(loading.take_in(made, by=self.cast.alice).new_count, 1)
        with self.assertRaises(keeping.NotWaiting):
            keeping.accept_errors(made, by=self.cast.alice)

    def test_what_was_agreed_to_is_one_reading_of_a_file(self) -> None:
        made = self.preview(ris("One") + b"TY  - JOUR\nER  - \n")
        keeping.accept_errors(made, by=self.cast.alice)
        hints = looking.Hints("ris", "cp1252", None)
        made = looking.read_again(made, hints, by=self.cast.alice)
        with self.assertRaises(keeping.HasErrors):
            loading.take_in(made, by=self.cast.alice)
        with self.assertRaises(WrongRole):
            keeping.accept_errors(made, by=self.cast.bob)

    def test_a_record_known_by_its_doi_alone_comes_in(self) -> None:
        self.bring(b"TY  - JOUR\nDO  - 10.1000/a\nER  - \n")
        self.assertEqual(str(Record.objects.get().doi), "10.1000/a")

    def test_a_file_that_cannot_be_read_is_not_kept(self) -> None:
        for data in (b"", b"  \n", b"%PDF-1.7", b"\x00\x01\x02" * 50, b"Hello."):
            with self.subTest(data=data[:10]), self.assertRaises(UnreadableFile):
                self.preview(data)
        self.assertFalse(Import.objects.exists())

    def test_a_failure_halfway_leaves_nothing(self) -> None:
        made = self.preview(ris(*(f"Title {n}" for n in range(20))))
        really = Record.objects.bulk_create

        def fail_after_some(records: object, **options: object) -> None:
            really(list(records)[:7])  # type: ignore[call-overload]
            raise DatabaseError("The disk is full.")

        with (
            mock.patch.object(Record.objects, "bulk_create", fail_after_some),
            self.assertRaises(DatabaseError),
        ):
            loading.take_in(made, by=self.cast.alice)
        self.assertEqual(Record.objects.count(), 0)
        self.assertFalse(Event.objects.exists())
        made.refresh_from_db()
        self.assertEqual(made.state, Import.State.PREVIEWED)
        self.assertEqual(loading.take_in(made, by=self.cast.alice).new_count, 20)

    def test_a_file_that_was_put_aside_can_be_looked_at_again(self) -> None:
        made = self.preview(ris("One"))
        keeping.discard(made, by=self.cast.alice)
        with self.assertRaisesRegex(keeping.NotWaiting, "put aside"):
            loading.take_in(Import.objects.get(pk=made.pk), by=self.cast.alice)
        with self.assertRaises(keeping.NotWaiting):
            keeping.discard(made, by=self.cast.alice)
        self.assertEqual(self.bring(ris("One")).new_count, 1)

    def test_the_name_of_a_file_never_reaches_the_disk(self) -> None:
        data = ris("One")
        made = self.preview(data, name="../../etc/Ergebnisse – Ä.ris")
        self.assertEqual(made.file_name, "Ergebnisse – Ä.ris")
        self.assertIn(hashlib.sha256(data).hexdigest(), str(made.file))

    def test_shows_the_first_records_of_a_file_of_any_length(self) -> None:
        for number in (3, 5000):
            with self.subTest(number=number):
                made = self.preview(ris(*(f"Title {n}" for n in range(number))))
                first = looking.first_records(made)
                self.assertEqual(
                    [record.title for record in first],
                    [f"Title {n}" for n in range(min(number, 10))],
                )

    def test_shows_the_first_records_in_the_encoding_of_the_whole(self) -> None:
        plain = ris(*(f"Title {n}" for n in range(5000)))
        made = self.preview(plain + "TY  - JOUR\nTI  - Süß\nER  - \n".encode("cp1252"))
        self.assertEqual(made.encoding, "cp1252")
        self.assertEqual(looking.first_records(made)[0].title, "Title 0")

    def test_a_script_makes_the_search_with_the_import(self) -> None:
        search = Search(review=self.review, name="Scopus")
        made = loading.import_at_once(
            search, file_name="a.ris", data=ris("One"), by=self.cast.alice
        )
        self.assertEqual(made.state, Import.State.IMPORTED)
        self.assertEqual(self.review.searches.get(name="Scopus").records.count(), 1)

    def test_a_script_leaves_no_search_behind_where_it_fails(self) -> None:
        search = Search(review=self.review, name="Scopus")
        with self.assertRaises(keeping.HasErrors):
            loading.import_at_once(
                search,
                file_name="a.ris",
                data=ris("One") + b"TY  - JOUR\nER  - \n",
                by=self.cast.alice,
            )
        self.assertFalse(self.review.searches.filter(name="Scopus").exists())


class ImportInvariantTests(HypothesisTestCase):
    @settings(max_examples=25, deadline=None)
    @given(
        files=st.lists(
            st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=6),
            min_size=1,
            max_size=5,
        )
    )
    def test_a_search_holds_each_record_as_often_as_one_file_did(
        self, files: list[list[str]]
    ) -> None:
        review, cast = create_staffed_review()
        search = searches.record(Search(review=review, name="S"), by=cast.alice)
        most: Counter[str] = Counter()
        for number, titles in enumerate(files):
            try:
                made = loading.import_at_once(
                    search, file_name=f"{number}.ris", data=ris(*titles), by=cast.alice
                )
            except keeping.AlreadyImported:
                pass
            else:
                self.assertEqual(
                    made.read_count, made.new_count + made.already_there_count
                )
            most |= Counter(titles)
        held = Counter(search.records.values_list("title", flat=True))
        self.assertEqual(held, most)
