"""A drawing as PNG and PDF is the same everywhere, and no letter is missing."""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress

import pypdfium2
from django.test import SimpleTestCase

from reviews.diagram import rendering

WORDS = {
    "Latin": "Crohn's ≥ 5 ± “µ” – Žluťoučký",
    "Greek and Cyrillic": "Ελληνικά Кириллица",
    "Chinese and Japanese": "纳入的研究 日本語 かな",
    "Korean": "제외된 기록",
    "Hebrew": "רשומות",
    "Arabic": "السجلات",
}


def drawing(text: str, *, width: int = 300, attributes: str = "") -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="40" '
        f'viewBox="0 0 {width} 40" font-family="&apos;Source Sans 3&apos;">'
        f'<rect width="{width}" height="40" fill="#FFFFFF"/>'
        f'<text x="10" y="25" {attributes}>{text}</text></svg>'
    )


def read_text(pdf: bytes) -> str:
    page = pypdfium2.PdfDocument(pdf)[0]
    return str(page.get_textpage().get_text_range())


def pixels(picture: bytes) -> bytes:
    """Return the inflated data of the picture: what is drawn, however it is coded."""
    data = b"".join(re.findall(rb"IDAT(.*?)(?=.{4}(?:IDAT|IEND))", picture, re.DOTALL))
    return zlib.decompressobj().decompress(data)


class RenderingTests(SimpleTestCase):
    def test_a_png_knows_its_dots_to_the_inch(self) -> None:
        for dpi in (72, 300, 1200):
            picture = rendering.png(drawing("Records screened"), dpi=dpi)
            width, _ = struct.unpack(">II", picture[16:24])
            self.assertAlmostEqual(width, 300 * dpi / 96, delta=1)
            dots, _, unit = struct.unpack(
                ">IIB", picture[picture.index(b"pHYs") + 4 :][:9]
            )
            self.assertEqual((dots, unit), (round(dpi / 0.0254), 1))

    def test_refuses_dots_that_no_journal_asks_for(self) -> None:
        for dpi in (0, 71, 1201):
            with self.assertRaisesMessage(rendering.CannotRender, "72 to 1200 dots"):
                rendering.png(drawing("Records"), dpi=dpi)

    def test_refuses_a_picture_that_does_not_fit_and_says_what_would(self) -> None:
        with self.assertRaisesMessage(rendering.CannotRender, "will do") as caught:
            rendering.png(drawing("Records", width=90_000), dpi=1200)
        most = int(re.findall(r"; (\d+) will do", str(caught.exception))[0])
        self.assertLess(most, 1200)

    def test_every_script_is_drawn_and_can_be_selected(self) -> None:
        empty = pixels(rendering.png(drawing(""), dpi=96))
        unknown = pixels(rendering.png(drawing("\U0001d173\U000e0fff"), dpi=96))
        for script, text in WORDS.items():
            found = pixels(rendering.png(drawing(text), dpi=96))
            self.assertNotIn(found, (empty, unknown), script)
            told = read_text(rendering.pdf(drawing(text), title="Flow"))
            # Letters that join are told in the shape that they are drawn in.
            if script != "Arabic":
                self.assertTrue(set(text) - {" "} <= set(told), (script, told))

    def test_text_from_right_to_left_begins_at_its_place(self) -> None:
        right = 'direction="rtl"'
        svg = drawing("רשומות", attributes=right).replace('x="10"', 'x="290"')
        box = pypdfium2.PdfDocument(rendering.pdf(svg, title="Flow"))[0].get_bbox()
        self.assertGreaterEqual(box[0], 0)
        empty = pixels(rendering.png(drawing(""), dpi=96))
        self.assertNotEqual(pixels(rendering.png(svg, dpi=96)), empty)

    def test_several_drawings_are_pages_of_one_document(self) -> None:
        pages = [drawing("Page one"), drawing("Page two", width=600)]
        document = pypdfium2.PdfDocument(rendering.pdf(pages, title="Lights"))
        self.assertEqual([round(p.get_width()) for p in document], [225, 450])

    def test_what_somebody_typed_is_text_and_no_command(self) -> None:
        told = read_text(rendering.pdf(drawing("#evil[x] *bold*"), title="#panic()"))
        self.assertIn("#evil[x] *bold*", told)

    def test_the_same_drawing_gives_the_same_bytes(self) -> None:
        svg = drawing("Records screened")
        self.assertEqual(rendering.pdf(svg, title="F"), rendering.pdf(svg, title="F"))
        self.assertEqual(rendering.png(svg, dpi=96), rendering.png(svg, dpi=96))

    def test_every_font_has_its_licence(self) -> None:
        for font in rendering.FONTS.glob("*.ttf"):
            family = re.split(r"[-_]|Full", font.stem)[0]
            self.assertTrue((rendering.FONTS / f"{family}.LICENSE").exists(), family)

    def test_a_pdf_says_what_it_shows(self) -> None:
        told = "<title>Flow</title><desc>Records screened (n = 65).</desc><rect"
        pdf = rendering.pdf(drawing("x").replace("<rect", told, 1), title="Flow")
        said = re.sub(rb"\\(.)", rb"\1", b"".join(inflated(pdf)))
        self.assertIn(b"Flow. Records screened (n = 65).", said)


def inflated(pdf: bytes) -> Iterator[bytes]:
    """Yield the file, and what is packed in it."""
    yield pdf
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            yield zlib.decompress(stream)
