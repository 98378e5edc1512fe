"""The Word document holds shapes with text, which Word and LibreOffice open."""

import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from unittest import SkipTest
from xml.etree import ElementTree as ET

import docx
import pytest

from reviews.diagram import layout, prisma2009, prisma2020, word
from reviews.diagram.boxes import Chart
from reviews.flow.balance import Counts
from tests.reviews.documents import office

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
DATA = Path(__file__).parents[2] / "data" / "prisma_flow_cases.json"
COUNTS = Counts(**json.loads(DATA.read_text("utf-8"))["cases"][0]["counts"])
REASONS = {f"{n}. Not adults, or Crohn's; unclear <b>": n for n in range(1, 39)}
REASONS |= {"人群不符合纳入标准": 39, "سبب: نوع الدراسة": 40}
AWKWARD = replace(COUNTS, dbr_excluded=REASONS)


def chart_of(counts: Counts, template: str = "update_v2") -> Chart:
    return prisma2020.chart(
        counts, template=template, title="Flow & <b>", footnotes=["* From one search."]
    )


def written(chart: Chart, *, monochrome: bool = False) -> bytes:
    return word.write(chart, layout.place(chart), monochrome=monochrome)


def body_of(document: bytes) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(document)) as file:
        return ET.fromstring(file.read("word/document.xml"))


def shapes_of(document: bytes) -> list[str]:
    """Give the text of each shape that has any."""
    return [
        " ".join("".join(p.itertext()) for p in box.iter(f"{W}p")).replace("\xa0", " ")
        for box in body_of(document).iter(f"{W}txbxContent")
    ]


@pytest.mark.parametrize("template", sorted(prisma2020.TEMPLATES))
def test_every_box_is_a_shape_with_its_words(template: str) -> None:
    chart = chart_of(COUNTS, template)
    found = shapes_of(written(chart))
    assert len(found) == len(chart.boxes) + len(chart.headers) + len(chart.side_bars)
    for box in chart.boxes:
        words = " ".join(f"{line.text} {line.count}".strip() for line in box.lines)
        assert words in found


def test_it_is_no_picture_and_its_arrows_are_connectors() -> None:
    chart = chart_of(COUNTS)
    document = written(chart)
    with zipfile.ZipFile(io.BytesIO(document)) as file:
        assert not [name for name in file.namelist() if "media" in name]
    body = body_of(document)
    heads = list(body.iter(f"{A}tailEnd"))
    assert len(heads) == len(chart.arrows)
    assert len(list(body.iter(f"{WPS}cNvCnPr"))) >= len(chart.arrows)


def test_it_is_told_to_a_screen_reader_and_no_two_parts_share_an_id() -> None:
    chart = chart_of(COUNTS)
    body = body_of(written(chart))
    told = [about.get("descr") for about in body.iter(f"{WP}docPr")]
    assert chart.description in told
    ids = [about.get("id") for about in body.iter(f"{WPS}cNvPr")]
    assert len(ids) == len(set(ids))


def test_python_docx_opens_it_with_title_and_notes() -> None:
    document = docx.Document(io.BytesIO(written(chart_of(COUNTS))))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert said[0] == "Flow & <b>"
    assert "* From one search." in said
    assert document.core_properties.title == "Flow & <b>"


def test_a_small_diagram_is_on_an_upright_page_and_a_wide_one_on_a_broad_one() -> None:
    small = docx.Document(io.BytesIO(written(chart_of(COUNTS, "new_v1")))).sections[0]
    wide = docx.Document(io.BytesIO(written(chart_of(COUNTS)))).sections[0]
    assert small.page_width is not None
    assert small.page_height is not None
    assert wide.page_width is not None
    assert wide.page_height is not None
    assert small.page_width < small.page_height
    assert wide.page_width > wide.page_height


def test_a_large_diagram_gets_a_page_that_word_knows() -> None:
    document = written(chart_of(AWKWARD))
    section = docx.Document(io.BytesIO(document)).sections[0]
    extents = [
        (int(extent.attrib["cx"]), int(extent.attrib["cy"]))
        for extent in body_of(document).iter(f"{WP}extent")
    ]
    assert section.page_width is not None
    assert section.page_height is not None
    assert max(section.page_width, section.page_height) <= 22 * 914400
    assert max(width for width, _ in extents) < section.page_width
    assert max(height for _, height in extents) < section.page_height


def test_a_label_from_right_to_left_is_set_so() -> None:
    body = body_of(written(chart_of(AWKWARD)))
    (right,) = [
        paragraph
        for paragraph in body.iter(f"{W}p")
        if paragraph.find(f".//{W}bidi") is not None
        and not paragraph.findall(f".//{W}p")
    ]
    assert "سبب" in "".join(right.itertext())
    assert right.find(f".//{W}rtl") is not None


def test_without_colour_nothing_is_coloured() -> None:
    body = body_of(written(chart_of(COUNTS), monochrome=True))
    for colour in body.iter(f"{A}srgbClr"):
        red, green, blue = re.findall("..", colour.attrib["val"])
        assert red == green == blue


def test_the_same_diagram_gives_the_same_bytes() -> None:
    assert written(chart_of(COUNTS)) == written(chart_of(COUNTS))


def test_libreoffice_opens_it_with_every_word() -> None:
    older = prisma2009.chart(
        prisma2009.Counts(db=65, other=0, ft_excl={"Not a trial": 4}), title="Older"
    )
    for chart in (chart_of(AWKWARD), older):
        try:
            text = office.text_of(written(chart), ".docx").replace("\xa0", " ")
        except SkipTest as absent:
            pytest.skip(str(absent))
        for box in chart.boxes:
            for line in box.lines:
                if line.text.isascii():
                    assert line.text.split()[0] in text
                if line.count and "known" not in line.count:
                    assert line.count in text
