import pytest

from reviews.formats.pdf import NotReadable, count_pages
from tests.reviews.pdfs import create_pdf


@pytest.mark.parametrize("pages", [1, 3])
def test_counts_the_pages(pages: int) -> None:
    assert count_pages(create_pdf(pages=pages)) == pages


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"Not what the name says", "not a PDF"),
        (b"<html>%PDF</html>", "not a PDF"),
        (b"%PDF-1.4 and nothing more", "damaged"),
        (b"%PDF-1.7\n" + bytes(500), "damaged"),
        (create_pdf(pages=0), "cannot be opened"),
        (create_pdf(encrypted=True), "password"),
    ],
)
def test_says_why_a_file_is_no_pdf_to_read(data: bytes, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        count_pages(data)


def test_a_damaged_pdf_is_not_taken_for_the_protected_one_before() -> None:
    for data, words in (
        (create_pdf(encrypted=True), "password"),
        (create_pdf(pages=0), "cannot be opened"),
        (b"%PDF-1.4 and nothing more", "damaged"),
    ):
        with pytest.raises(NotReadable, match=words):
            count_pages(data)
