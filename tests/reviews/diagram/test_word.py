"""The diagram as a Word document: shapes with text that two office programs read."""

import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pytest
from hypothesis import given, settings

from reviews.diagram import layout, prisma2009, prisma2020, text, wording
from reviews.diagram.boxes import Chart
from reviews.diagram.word import fonts, lettering, writing
from reviews.flow.balance.form import TEMPLATES, Counts
from tests.reviews.diagram.test_text import ODD_TEXT
from tests.reviews.documents.office import text_of

DATA = Path(__file__).parents[2] / "data" / "prisma_flow_cases.json"
COUNTS = replace(
    Counts(**json.loads(DATA.read_text("utf-8"))["cases"][0]["counts"]),
    records_excluded_human=700,
    records_excluded_auto=80,
    synthesis={"Pain": 12},
)
REASONS = {
    f"Reason {n}: Crohn's disease, the comparator was not the one; registered": n
    for n in range(1, 39)
}
REASONS |= {"人群不符合纳入标准": 39, "سبب: نوع الدراسة": 40}
LABELS = {
    "records_screened": "רשומות שנסרקו",
    "dbr_assessed": "評価した報告",
    "new_studies": "포함된 연구",
    "screening": "筛选",
}
NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
}
# The order of the schema: Word refuses a file that has another.
PARAGRAPH = ["bidi", "spacing", "ind", "jc"]
LETTERS = ["rFonts", "b", "bCs", "color", "sz", "szCs", "rtl"]
SHAPE = ["cNvPr", "cNvSpPr", "cNvCnPr", "spPr", "txbx", "bodyPr"]


def chart_of(
    counts: Counts = COUNTS,
    template: str = "update_v2",
    *,
    title: str = "Flow",
    labels: dict[str, str] | None = None,
    footnotes: tuple[str, ...] = (),
) -> Chart:
    return prisma2020.chart(
        counts, template=template, title=title, labels=labels, footnotes=footnotes
    )


def write(chart: Chart, *, monochrome: bool = False) -> bytes:
    return writing.write(chart, layout.place(chart), monochrome=monochrome)


def part(document: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return package.read(name)


def body(document: bytes) -> ET.Element:
    return ET.fromstring(part(document, "word/document.xml"))


def shape_texts(document: bytes) -> list[str]:
    """Return the words of each shape that has any, its paragraphs joined."""
    return [
        " ".join(
            "".join(words.text or "" for words in paragraph.iterfind(".//w:t", NAMES))
            for paragraph in content.iterfind("w:p", NAMES)
        ).replace(lettering.NO_BREAK, " ")
        for content in body(document).iterfind(".//w:txbxContent", NAMES)
    ]


def expected(chart: Chart) -> list[str]:
    texts = [each.text for each in (*chart.side_bars, *chart.headers)]
    for box in chart.boxes:
        said = [word for line in box.lines for word in (line.text, line.count)]
        texts.append(" ".join(filter(None, map(text.clean, said))))
    return texts


def order_of(element: ET.Element) -> list[str]:
    return [child.tag.rpartition("}")[2] for child in element]


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_box_header_and_bar_is_a_shape_with_its_words(template: str) -> None:
    chart = chart_of(template=template)
    found = shape_texts(write(chart))
    assert sorted(found) == sorted(expected(chart))


def older() -> Chart:
    reasons = {"Not a trial": 4}
    counts = prisma2009.Counts(db=65, screened=65, ft=9, ft_excl=reasons, qual=5)
    return prisma2009.chart(counts, title="Flow")


def test_the_form_of_2009_is_of_shapes_too() -> None:
    assert sorted(shape_texts(write(older()))) == sorted(expected(older()))


def test_python_docx_opens_it_and_finds_title_and_notes() -> None:
    chart = chart_of(title="Ketamine’s <use> & 漢字", footnotes=("* By source.",))
    found = docx.Document(io.BytesIO(write(chart)))
    paragraphs = [paragraph.text for paragraph in found.paragraphs]
    assert paragraphs[0] == "Ketamine’s <use> & 漢字"
    assert paragraphs[-2:] == ["* By source.", wording.CREDIT]
    assert found.core_properties.title == "Ketamine’s <use> & 漢字"
    assert found.core_properties.author == ""
    assert not list(found.part.package.image_parts)


def test_the_bytes_are_the_same_every_time() -> None:
    chart = chart_of()
    assert write(chart) == write(chart)


def test_the_drawing_is_one_group_with_a_title_and_a_description() -> None:
    chart = chart_of(title="Flow of ketamine")
    root = body(write(chart))
    (group,) = root.iterfind(".//wpg:wgp", NAMES)
    (about,) = root.iterfind(".//wp:inline/wp:docPr", NAMES)
    assert about.get("title") == "Flow of ketamine"
    assert about.get("descr") == chart.description
    inside = len(group.findall("wps:wsp/wps:txbx", NAMES))
    assert inside == len(chart.boxes) + len(chart.headers)
    bars = root.findall(".//wp:anchor", NAMES)
    turned = [bar.find(".//wps:bodyPr", NAMES) for bar in bars]
    assert {each.get("vert") for each in turned if each is not None} == {"vert270"}
    assert len(bars) == len(chart.side_bars)


def test_each_arrow_is_a_connector_with_one_head() -> None:
    chart = chart_of()
    root = body(write(chart))
    lines = [
        shape
        for shape in root.iterfind(".//wps:wsp", NAMES)
        if shape.find("wps:cNvCnPr", NAMES) is not None
    ]
    heads = [line for line in lines if line.find(".//a:tailEnd", NAMES) is not None]
    elbows = sum(1 for arrow in chart.arrows if arrow.way.startswith("down_"))
    assert len(heads) == len(chart.arrows)
    assert len(lines) == len(chart.arrows) + elbows


def test_what_word_is_strict_about() -> None:
    chart = chart_of(labels=LABELS, footnotes=("הערה: כל המספרים", "注：数字"))
    root = body(write(chart))
    for path, names in (("w:pPr", PARAGRAPH), ("w:rPr", LETTERS)):
        for found in root.iterfind(f".//w:txbxContent//{path}", NAMES):
            order = [names.index(name) for name in order_of(found)]
            assert order == sorted(order)
    for found in root.iterfind("w:body/w:p/w:pPr", NAMES):
        order = [PARAGRAPH.index(n) for n in order_of(found) if n in PARAGRAPH]
        assert order == sorted(order)
    for found in root.iterfind(".//wps:wsp", NAMES):
        order = [SHAPE.index(name) for name in order_of(found)]
        assert order == sorted(order)
        # A text box without a paragraph cannot be opened.
        if (content := found.find(".//w:txbxContent", NAMES)) is not None:
            assert content.find("w:p", NAMES) is not None
    shapes = [*root.iterfind(".//wpg:wgp/wps:wsp/wps:cNvPr", NAMES)]
    ids = [each.get("id") for each in (*shapes, *root.iterfind(".//wp:docPr", NAMES))]
    assert len(ids) == len(set(ids))


def test_words_from_right_to_left_and_of_the_east_are_told_as_such() -> None:
    root = body(write(chart_of(labels=LABELS)))
    by_text = {
        paragraph.findtext(".//w:t", "", NAMES): paragraph
        for paragraph in root.iterfind(".//w:txbxContent/w:p", NAMES)
    }
    hebrew = by_text[LABELS["records_screened"]]
    assert hebrew.find("w:pPr/w:bidi", NAMES) is not None
    assert hebrew.find("w:r/w:rPr/w:rtl", NAMES) is not None
    assert by_text["Reports not retrieved"].find(".//w:rtl", NAMES) is None
    for name, font in (
        ("dbr_assessed", "MS Gothic"),
        ("new_studies", "Malgun Gothic"),
        ("screening", fonts.CHINESE),
    ):
        named = by_text[LABELS[name]].find(".//w:rFonts", NAMES)
        assert named is not None
        assert named.get(f"{{{NAMES['w']}}}eastAsia") == font


def pages(document: bytes) -> tuple[float, float]:
    section = docx.Document(io.BytesIO(document)).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    return section.page_width.inches, section.page_height.inches


def test_the_page_is_a4_where_the_text_stays_legible() -> None:
    width, height = pages(write(chart_of(template="new_v1")))
    assert (round(width, 2), round(height, 2)) == writing.A4
    width, height = pages(write(chart_of()))
    assert width > height


@pytest.mark.parametrize("reasons", [{}, {"Wrong": 1}, REASONS])
@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_the_drawing_stays_on_its_page(template: str, reasons: dict[str, int]) -> None:
    document = write(chart_of(replace(COUNTS, dbr_excluded=reasons), template))
    width, height = pages(document)
    extent = body(document).find(".//wp:inline/wp:extent", NAMES)
    assert extent is not None
    room = 2 * writing.PAGE_MARGIN
    assert int(extent.get("cx", 0)) / 914400 <= width - room + 0.01
    assert int(extent.get("cy", 0)) / 914400 <= height - room
    assert max(width, height) <= writing.LONGEST


@settings(max_examples=30, deadline=None)
@given(name=ODD_TEXT, note=ODD_TEXT)
def test_any_words_make_a_document_that_opens(name: str, note: str) -> None:
    chart = chart_of(
        replace(COUNTS, dbr_excluded={name: 3}), title=name, footnotes=(note,)
    )
    document = write(chart)
    docx.Document(io.BytesIO(document))
    said = text.clean(name).replace(lettering.NO_BREAK, " ")
    assert said in " ".join(shape_texts(document))


def test_without_colour_nothing_is_coloured() -> None:
    root = body(write(chart_of(), monochrome=True))
    for colour in root.iterfind(".//a:srgbClr", NAMES):
        red, green, blue = re.findall("..", colour.attrib["val"])
        assert red == green == blue


def test_libreoffice_finds_every_word_on_one_page() -> None:
    long = chart_of(replace(COUNTS, dbr_excluded=REASONS), footnotes=("* By source.",))
    for chart in (long, older()):
        printed = text_of(write(chart), ".docx")
        told = re.sub(r"\s+", "", printed)
        said = [
            f"{line.text} {line.count}" for box in chart.boxes for line in box.lines
        ]
        for each in " ".join([*said, *(note.text for note in chart.notes)]).split():
            # Letters that join are printed in other shapes, from the right.
            assert each in told or text.is_rtl(each)
        assert printed.count("\f") == 1
