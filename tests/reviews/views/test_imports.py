import errno
import os
import re
import tempfile
from pathlib import Path
from unittest import mock

from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import TestCase, override_settings
from django.urls import reverse

from reviews import jobs
from reviews.imports import loading, looking
from reviews.models import Import, Job, Record, Review, Search
from screening.models import Decision
from tests import background
from tests.cast import Cast
from tests.factories import create_review, create_search, create_staffed_review
from tests.reviews.test_imports import ris


class ImportPageTests(TestCase):
    review: Review
    cast: Cast
    search: Search

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="MEDLINE")

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def url(self, name: str, pk: int) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, pk])

    def upload(
        self, data: bytes, name: str = "a.ris", *, follow: bool = True
    ) -> HttpResponse:
        return self.client.post(  # type: ignore[return-value]
            self.url("import_create", self.search.pk),
            {"file": [SimpleUploadedFile(name, data)]},
            follow=follow,
        )

    def test_shows_what_was_read_and_then_imports_it(self) -> None:
        page = self.upload(ris(*(f"Title {n}" for n in range(12))) + b"stray\n")
        self.assertContains(page, "The first 10 of 12 records")
        self.assertContains(page, "Title 9")
        self.assertNotContains(page, "Title 10")
        self.assertContains(page, "This line stands outside the records")
        self.assertContains(page, "UTF-8")
        self.assertContains(page, "Import 12 records")
        self.assertFalse(Record.objects.exists())
        made = Import.objects.get()
        page = self.client.post(self.url("import_take_in", made.pk), follow=True)  # type: ignore[assignment]
        self.assertContains(page, "12 read, 12 new, 0 already there")
        self.assertEqual(self.review.records.count(), 12)

    def test_keeps_the_letters_of_a_file_name(self) -> None:
        page = self.upload(ris("One"), name="Ergebnisse – 検索 <b>.ris")
        self.assertContains(page, "Ergebnisse – 検索 &lt;b&gt;.ris")

    def test_says_that_the_same_file_was_imported_before(self) -> None:
        self.upload(ris("One"))
        self.client.post(self.url("import_take_in", Import.objects.get().pk))
        page = self.upload(ris("One"), name="again.ris")
        self.assertContains(page, "nothing was added")
        self.assertEqual(Import.objects.count(), 1)
        self.assertEqual(Record.objects.count(), 1)

    def test_says_what_is_wrong_with_a_file_that_cannot_be_read(self) -> None:
        for data, words in (
            (b"", "The file is empty"),
            (b"   \n\n", "The file is empty"),
            (b"PK\x03\x04" + bytes(50), "a zip archive"),
            (bytes(range(1, 32)) * 99, "binary data"),
            (b"Just a letter.", "not recognised"),
            (b"TY  - JOUR\nTI  - \x81\x8d\x8f\nER  - \n", "encoding"),
        ):
            with self.subTest(words=words):
                page = self.upload(data, follow=False)
                self.assertContains(page, words, status_code=422)
                self.assertContains(page, "Nothing was imported", status_code=422)
        self.assertFalse(Import.objects.exists())

    def test_names_each_line_of_a_broken_file(self) -> None:
        data = ris("One") + b"TY  - JOUR\nPY  - 2001\nER  - \n"
        page = self.upload(data, follow=False)
        self.assertContains(
            page,
            "Line 7: This record has neither a title nor an author",
            status_code=422,
        )
        made = Import.objects.get()
        page = self.client.get(self.url("import_detail", made.pk))  # type: ignore[assignment]
        self.assertContains(page, "Import the 1 record that could be read")
        page = self.client.post(self.url("import_take_in", made.pk), follow=True)  # type: ignore[assignment]
        self.assertContains(page, "Nothing was imported")
        self.assertFalse(Record.objects.exists())
        page = self.client.post(  # type: ignore[assignment]
            self.url("import_take_in", made.pk), {"despite_errors": "yes"}, follow=True
        )
        self.assertContains(page, "1 read, 1 new, 0 already there, despite 1 error")
        self.assertEqual(Record.objects.get().title, "One")

    def test_says_that_a_file_may_be_incomplete_and_imports_what_it_holds(self) -> None:
        page = self.upload(ris("One") + b"TY  - JOUR\nTI  - Two and mo")
        self.assertContains(page, "This file may be incomplete.")
        self.assertContains(page, "Import 2 records")

    def test_pages_through_very_many_problems(self) -> None:
        data = ris("One") + b"TY  - JOUR\nTI  - T\nPY  - soon\nER  - \n" * 250
        self.upload(data)
        made = Import.objects.get()
        page = self.client.get(self.url("import_detail", made.pk), {"page": 3})
        self.assertContains(page, "201–250 of 250")

    @override_settings(IMPORT_MAX_BYTES=100, FULL_TEXT_MAX_BYTES=50_000)
    def test_refuses_a_file_over_the_limit(self) -> None:
        page = self.upload(ris("One", "Two"), follow=False)
        self.assertContains(page, "at most 100", status_code=422)

    @override_settings(IMPORT_MAX_BYTES=100_000, FULL_TEXT_MAX_BYTES=10)
    def test_refuses_a_file_that_was_dropped_on_the_way(self) -> None:
        page = self.upload(ris("One") * 5000, follow=False)
        self.assertContains(page, "too large", status_code=422)
        self.assertFalse(Import.objects.exists())

    def test_asks_for_a_file(self) -> None:
        page = self.client.post(self.url("import_create", self.search.pk))
        self.assertContains(page, "Choose a file first", status_code=422)

    def test_posting_twice_imports_once(self) -> None:
        self.upload(ris("One", "Two"))
        url = self.url("import_take_in", Import.objects.get().pk)
        self.client.post(url)
        page = self.client.post(url, follow=True)
        self.assertContains(page, "imported already; nothing was added")
        self.assertEqual(Record.objects.count(), 2)

    def test_a_file_need_not_be_imported(self) -> None:
        self.upload(ris("One"))
        made = Import.objects.get()
        page = self.client.post(self.url("import_discard", made.pk), follow=True)
        self.assertContains(page, "was not imported")
        page = self.client.post(self.url("import_take_in", made.pk), follow=True)
        self.assertContains(page, "put aside")
        self.assertFalse(Record.objects.exists())

    def test_a_reviewer_looks_and_does_not_import(self) -> None:
        made = looking.preview(
            self.search, file_name="a.ris", data=ris("One"), by=self.cast.alice
        )
        self.client.force_login(self.cast.bob)
        page = self.client.get(self.url("import_detail", made.pk))
        self.assertContains(page, "One")
        self.assertNotContains(page, self.url("import_take_in", made.pk))
        for name in ("import_take_in", "import_discard"):
            page = self.client.post(self.url(name, made.pk))
            self.assertEqual(page.status_code, 403)
        self.assertEqual(self.upload(ris("Two")).status_code, 403)

    # What a person says of a file ---------------------------------------------

    TABLE = b"naam,wie,wanneer\nEen,Ng,2024\nTwee,Li,2023\n"

    def columns(self, *fields: str) -> dict[str, str]:
        return {f"column-{number}": field for number, field in enumerate(fields)}

    def test_asks_what_the_columns_of_a_table_mean(self) -> None:
        page = self.upload(self.TABLE, name="lijst.csv")
        self.assertContains(page, "None of the columns is known to hold titles")
        self.assertContains(page, "wanneer")
        self.assertContains(page, "Twee")
        made = Import.objects.get()
        self.assertNotContains(page, self.url("import_take_in", made.pk))
        url = self.url("import_map", made.pk)
        page = self.client.post(url, self.columns("", "authors", "year"))  # type: ignore[assignment]
        self.assertContains(page, "Say which column is the title", status_code=422)
        page = self.client.post(  # type: ignore[assignment]
            url, self.columns("title", "authors", "year"), follow=True
        )
        self.assertContains(page, "Import 2 records")
        self.client.post(self.url("import_take_in", made.pk))
        record = self.review.records.get(title="Een")
        self.assertEqual((record.authors, record.year), (["Ng"], 2024))

    def test_a_table_without_titles_is_not_taken_in(self) -> None:
        self.upload(self.TABLE)
        url = self.url("import_take_in", Import.objects.get().pk)
        page = self.client.post(url, {"despite_errors": "yes"}, follow=True)
        self.assertContains(page, "Nothing was imported")
        self.assertFalse(Record.objects.exists())

    def test_remembers_what_the_columns_of_a_table_mean(self) -> None:
        self.upload(self.TABLE, name="lijst.csv")
        self.client.post(
            self.url("import_map", Import.objects.get().pk),
            self.columns("title", "authors", "year"),
        )
        page = self.upload(self.TABLE + b"Drie,Wu,2022\n", name="meer.csv")
        self.assertContains(page, "As Alice confirmed it")
        self.assertContains(page, "Import 3 records")

    def test_a_known_table_may_be_taken_otherwise(self) -> None:
        page = self.upload(
            b"Title,Note,Year\nOne,Better,2024\nTwo,Best,2023\n", "a.csv"
        )
        self.assertContains(page, "As the headings are known")
        made = Import.objects.get()
        self.client.post(
            self.url("import_map", made.pk), self.columns("abstract", "title", "year")
        )
        self.client.post(self.url("import_take_in", made.pk))
        self.assertTrue(self.review.records.filter(title="Best").exists())

    def test_reads_a_file_again_in_another_encoding(self) -> None:
        data = ris("Sjögren").decode().encode("mac-roman")
        self.upload(data)
        made = Import.objects.get()
        url = self.url("import_read_again", made.pk)
        page = self.client.post(url, {"encoding": "mac-roman"}, follow=True)
        self.assertContains(page, "Sjögren")
        self.assertContains(page, "Mac Roman")
        self.client.post(self.url("import_take_in", made.pk))
        self.assertEqual(self.review.records.get().title, "Sjögren")

    def test_keeps_the_earlier_report_where_a_hint_is_wrong(self) -> None:
        self.upload(ris("One"))
        made = Import.objects.get()
        page = self.client.post(
            self.url("import_read_again", made.pk), {"format": "endnote_xml"}
        )
        self.assertContains(page, "stays as it was read before", status_code=422)
        made.refresh_from_db()
        self.assertEqual((made.format, made.read_count), ("ris", 1))

    def test_reads_a_file_as_a_person_says_at_once(self) -> None:
        page = self.client.post(
            self.url("import_create", self.search.pk),
            {
                "file": [SimpleUploadedFile("a.ris", ris("One"))],
                "encoding": "cp1252",
            },
            follow=True,
        )
        self.assertContains(page, "Windows-1252 (Western European), as a person said")

    # Several files -------------------------------------------------------------

    def several(self, **files: bytes) -> HttpResponse:
        return self.client.post(  # type: ignore[return-value]
            self.url("import_create", self.search.pk),
            {"file": [SimpleUploadedFile(f"{n}.ris", d) for n, d in files.items()]},
            follow=True,
        )

    def test_one_bad_file_does_not_lose_the_others(self) -> None:
        page = self.several(a=ris("One"), b=b"\x00\x01" * 99, c=ris("Two", "Three"))
        self.assertContains(page, "b.ris: The format of the file is not")
        self.assertContains(page, "Import the 2 files that are ready")
        keys = [made.pk for made in Import.objects.all()]
        page = self.client.post(  # type: ignore[assignment]
            self.several_url("import_take_in_several"),
            {"import": [*keys, "x", "9" * 30]},
            follow=True,
        )
        self.assertEqual(self.review.records.count(), 3)
        self.assertContains(page, "Imported c.ris into MEDLINE: 2 read")

    def several_url(self, name: str) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug])

    def test_each_of_several_files_belongs_to_its_search(self) -> None:
        other = create_search(review=self.review, name="Embase")
        create_search(review=self.review, name="Scopus")
        page = self.client.post(
            self.several_url("import_files"),
            {
                f"files-{self.search.pk}": [SimpleUploadedFile("a.ris", ris("One"))],
                f"files-{other.pk}": [
                    SimpleUploadedFile("b.ris", ris("Two")),
                    SimpleUploadedFile("c.ris", b"\x00\x01" * 99),
                    SimpleUploadedFile("d.ris", ris("Three")),
                ],
            },
            follow=True,
        )
        self.assertContains(page, "c.ris: The format of the file is not")
        self.assertContains(page, "Import the 3 files that are ready")
        made = Import.objects.values_list("file_name", "search__name")
        self.assertEqual(
            set(made), {("a.ris", "MEDLINE"), ("b.ris", "Embase"), ("d.ris", "Embase")}
        )
        page = self.client.get(self.several_url("search_list"))
        self.assertContains(page, "3 files</a> wait to be imported")
        self.client.post(
            self.several_url("import_take_in_several"),
            {"import": [made.pk for made in Import.objects.all()]},
        )
        self.assertEqual(other.records.count(), 2)
        page = self.client.get(self.several_url("import_waiting"))
        self.assertContains(page, "Every file was imported or put aside")
        page = self.client.get(self.several_url("search_list"))
        self.assertNotContains(page, "to be imported")

    def test_several_searches_and_no_file_is_asked_for_one(self) -> None:
        url = self.several_url("import_files")
        page = self.client.get(url)
        self.assertContains(page, "MEDLINE")
        self.assertNotContains(page, "Choose the files of")
        page = self.client.post(url)
        self.assertContains(page, "Choose the files of at least one", status_code=422)

    @override_settings(IMPORT_MAX_BYTES=10)
    def test_a_file_of_several_over_the_limit_is_named(self) -> None:
        field = f"files-{self.search.pk}"
        url = self.several_url("import_files")
        page = self.client.post(url, {field: SimpleUploadedFile("a.ris", ris("One"))})
        self.assertContains(page, "a.ris has", status_code=422)
        self.assertNotContains(page, "Choose the files", status_code=422)
        self.assertFalse(Import.objects.exists())

    def test_a_file_for_the_search_of_another_review_goes_nowhere(self) -> None:
        other = create_search(review=create_review(owner=self.cast.alice))
        url = self.several_url("import_files")
        files = {f"files-{other.pk}": SimpleUploadedFile("a.ris", ris("One"))}
        self.assertEqual(self.client.post(url, files).status_code, 422)
        self.assertFalse(Import.objects.exists())

    @override_settings(IMPORT_AT_ONCE_BYTES=100)
    def test_shows_how_far_the_files_that_are_read_in_the_background_are(self) -> None:
        with background.held():
            page = self.several(a=ris(*(f"Title {n}" for n in range(9))), b=b"")
            self.assertContains(page, "It is being read")
            self.assertContains(page, 'hx-trigger="every 2s"')
            background.carry_out()
        page = self.client.get(self.several_url("import_waiting"))  # type: ignore[assignment]
        self.assertContains(page, "Ready")
        self.assertNotContains(page, "hx-trigger")

    def test_says_what_each_of_several_files_waits_for(self) -> None:
        page = self.several(
            a=ris("One") + b"TY  - JOUR\nER  - \n",
            b=self.TABLE,
            c=ris("Two"),
        )
        for words in (
            "1 error: open it to decide",
            "Open it to say which column is the title",
            "Ready",
            "Import the file that is ready",
        ):
            self.assertContains(page, words)

    # In the background ----------------------------------------------------------

    @override_settings(IMPORT_AT_ONCE_BYTES=100, IMPORT_AT_ONCE_RECORDS=2)
    def test_a_large_file_is_read_and_taken_in_in_the_background(self) -> None:
        data = ris(*(f"Title {n}" for n in range(9)))
        with background.held():
            page = self.upload(data)
            self.assertContains(page, "the file is read first")
            self.assertNotContains(page, "every line was understood")
            self.assertNotContains(page, "records read")
            made = Import.objects.get()
            self.assertNotContains(page, self.url("import_discard", made.pk))
            background.carry_out()
            page = self.client.get(self.url("import_detail", made.pk))  # type: ignore[assignment]
            self.assertContains(page, "Import 9 records")
            url = self.url("import_take_in", made.pk)
            page = self.client.post(url, follow=True)  # type: ignore[assignment]
            self.assertContains(page, "is being taken in")
            self.assertContains(page, "records read")
            self.assertNotContains(page, "Read wrongly?")
            page = self.client.post(url, follow=True)  # type: ignore[assignment]
            self.assertContains(page, "going on already")
            self.assertFalse(self.review.records.exists())
            background.carry_out()
        self.assertEqual(self.review.records.count(), 9)

    @override_settings(IMPORT_AT_ONCE_RECORDS=2)
    def test_a_large_file_goes_out_and_comes_back_in_the_background(self) -> None:
        self.upload(ris(*(f"Title {n}" for n in range(9))))
        made = Import.objects.get()
        self.client.post(self.url("import_take_in", made.pk))
        page = self.url("import_detail", made.pk)
        for name, words, left in (
            ("import_undo", "is being taken out", 0),
            ("import_redo", "is being taken in again", 9),
        ):
            with background.held():
                told = self.client.post(self.url(name, made.pk), follow=True)
                self.assertContains(told, words)
                self.assertNotContains(told, self.url(name, made.pk))
                told = self.client.post(self.url(name, made.pk), follow=True)
                self.assertContains(told, "is going on already")
                background.carry_out()
            self.assertEqual(Record.objects.count(), left)
            self.assertNotContains(self.client.get(page), "hx-trigger")
        self.assertContains(self.client.get(page), "is in the review again: 9 records.")

    @override_settings(IMPORT_AT_ONCE_BYTES=100)
    def test_a_large_file_that_cannot_be_read_says_why(self) -> None:
        with background.held():
            self.upload(b"Just a letter. " * 20)
            background.carry_out()
        page = self.client.get(self.url("import_detail", Import.objects.get().pk))
        self.assertContains(page, "not recognised")

    @override_settings(IMPORT_AT_ONCE_BYTES=100)
    def test_one_whose_reading_was_cancelled_claims_nothing_of_its_lines(self) -> None:
        with background.held():
            self.upload(ris(*(f"Title {n}" for n in range(9))))
            job = jobs.cancel(self.review.jobs.get(), by=self.cast.alice)
        self.assertEqual(job.state, Job.State.CANCELLED)
        page = self.client.get(self.url("import_detail", Import.objects.get().pk))
        self.assertContains(page, "was cancelled")
        self.assertNotContains(page, "every line was understood")

    # Nowhere to keep it ---------------------------------------------------------

    def test_says_that_the_server_has_no_room_for_a_file(self) -> None:
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def fill(storage: FileSystemStorage, name: str, content: object) -> str:
            Path(storage.path(name)).parent.mkdir(parents=True, exist_ok=True)
            Path(storage.path(name)).write_text("half of it")
            raise full

        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with (
            self.settings(MEDIA_ROOT=folder.name),
            mock.patch.object(FileSystemStorage, "_save", autospec=True) as save,
            self.assertLogs("reviews.imports.keeping", "ERROR"),
        ):
            save.side_effect = fill
            page = self.upload(ris("One"))
            several = self.several(a=ris("One"), b=ris("Two"))
        self.assertContains(page, "No space left on device", status_code=422)
        self.assertContains(several, "a.ris: The server could not keep the file")
        self.assertFalse(Import.objects.exists())
        left = [path for path in Path(folder.name).rglob("*") if path.is_file()]
        self.assertEqual(left, [])

    # Out and in again ------------------------------------------------------------

    def taken_in(self, *titles: str) -> Import:
        made = looking.preview(
            self.search, file_name="a.ris", data=ris(*titles), by=self.cast.alice
        )
        return loading.take_in(made, by=self.cast.alice)

    def test_takes_a_file_out_and_in_again(self) -> None:
        made = self.taken_in("One", "Two")
        url = self.url("import_undo", made.pk)
        page = self.client.get(url)
        self.assertContains(page, "Take 2 records out")
        self.assertContains(page, "Parked with their records")
        self.assertEqual(self.review.records.count(), 2)
        page = self.client.post(url, follow=True)
        self.assertContains(page, "was taken out again")
        self.assertEqual(self.review.records.count(), 0)
        page = self.client.post(url, follow=True)
        self.assertContains(page, "is not in the review")
        page = self.upload(ris("One", "Two"))  # type: ignore[assignment]
        self.assertContains(page, "it can be taken in again")
        redo = self.url("import_redo", made.pk)
        self.assertContains(page, redo)
        page = self.client.post(redo, follow=True)
        self.assertContains(page, "2 records")
        self.assertEqual(self.review.records.count(), 2)

    def test_tells_nothing_of_open_judgments(self) -> None:
        made = self.taken_in("One", "Two")
        url = self.url("import_undo", made.pk)
        before = self.client.get(url).content
        Decision.objects.create(
            review=self.review,
            stage="title_abstract",
            record=self.review.records.get(title="One"),
            reviewer=self.cast.bob,
            choice="include",
        )
        after = self.client.get(url).content
        token = re.compile(
            rb'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"'
        )
        self.assertEqual(token.sub(b"", before), token.sub(b"", after))

    def test_lists_what_was_new_and_what_was_there_by_line(self) -> None:
        self.taken_in("One")
        made = self.taken_in("Zero", "One")
        url = self.url("import_detail", made.pk)
        page = self.client.get(url, {"lines": "new"})
        self.assertContains(page, "Zero")
        self.assertNotContains(page, ">One<")
        page = self.client.get(url, {"lines": "there"})
        self.assertContains(page, ">One<")
        self.assertContains(
            page, '<td><span class="d-inline d-md-none">Line </span>7</td>'
        )
