from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import TestCase, override_settings
from django.urls import reverse

from reviews.imports import looking
from reviews.models import Import, Record, Review, Search
from tests.cast import Cast
from tests.factories import create_search, create_staffed_review
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
            "Line 7: This record has neither a title nor an author.",
            status_code=422,
        )
        made = Import.objects.get()
        page = self.client.get(self.url("import_detail", made.pk))  # type: ignore[assignment]
        self.assertNotContains(page, self.url("import_take_in", made.pk))
        page = self.client.post(self.url("import_take_in", made.pk), follow=True)  # type: ignore[assignment]
        self.assertContains(page, "Nothing was imported")
        self.assertFalse(Record.objects.exists())

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
