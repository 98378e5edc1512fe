"""The official form: what is drawn, what is left out, and what is said of it."""

import itertools
import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.diagram import layout
from reviews.diagram.filling import part_key
from reviews.diagram.prisma2020 import chart
from reviews.diagram.svg import write
from reviews.diagram.wording import CREDIT
from reviews.flow.balance.form import TEMPLATES, Counts
from tests.reviews.diagram.test_text import ODD_TEXT

SVG = "{http://www.w3.org/2000/svg}"
DATA = Path(__file__).parents[2] / "data" / "prisma_flow_cases.json"
COUNTS = Counts(**json.loads(DATA.read_text("utf-8"))["cases"][0]["counts"])
KETAMINE = Counts(
    database_results=65,
    duplicates=0,
    records_screened=65,
    records_excluded=47,
    dbr_sought_reports=18,
    dbr_notretrieved_reports=0,
    dbr_assessed=18,
    dbr_excluded={"Not a trial": 4, "Not treatment-resistant": 3, "No ketamine": 3},
    new_studies=8,
    new_reports=8,
)


def draw(counts: Counts, *, monochrome: bool = False, **wishes: Any) -> str:
    """Draw the form as the text of an SVG."""
    placed = layout.place(chart(counts, **wishes))
    return write(placed, monochrome=monochrome)


def lines_of(text: str) -> list[str]:
    """Give the lines of text as drawn."""
    root = ET.fromstring(text)
    return ["".join(line.itertext()) for line in root.iter(f"{SVG}text")]


def words_of(text: str) -> str:
    return " ".join(lines_of(text))


def boxes_of(counts: Counts, template: str) -> set[str]:
    return {box.key for box in chart(counts, template=template, title="Flow").boxes}


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_count_of_the_template_is_drawn(template: str) -> None:
    counts = replace(COUNTS, total_studies_ma=17, total_reports_ma=21)
    hidden = ["awaiting"]
    hidden += [] if template.endswith("_v2") else ["other_", "website", "organi", "cit"]
    hidden += [] if template.startswith("update") else ["previous", "total"]
    words = words_of(draw(counts, template=template, title="Flow"))
    for field in fields(counts):
        value = getattr(counts, field.name)
        if value is None or field.name.endswith("_ma") or "awaiting" in field.name:
            continue
        if any(field.name.startswith(prefix) for prefix in hidden):
            continue
        parts = value if isinstance(value, dict) else {"": value}
        for label, number in parts.items():
            assert f"{label} (n = {number:,})".strip() in words
    assert "(n = 17)" in words
    assert "(n = 21)" in words


def test_the_ketamine_review_reads_65_18_and_8() -> None:
    lines = lines_of(draw(KETAMINE, template="new_v1", title="Ketamine"))
    following = dict(itertools.pairwise(lines))
    assert "Databases (n = 65)" in lines
    assert following["Records screened"] == "(n = 65)"
    assert following["Reports assessed for eligibility"] == "(n = 18)"
    assert following["Studies included in review"] == "(n = 8)"
    assert "Duplicate records removed (n = 0)" in lines


@pytest.mark.parametrize(
    ("template", "present", "absent"),
    [
        ("new_v1", {"included_box"}, {"other_identified", "previous", "total"}),
        ("new_v2", {"other_identified", "other_ft_excluded"}, {"previous", "total"}),
        ("update_v1", {"previous", "total"}, {"other_identified"}),
        ("update_v2", {"previous", "total", "other_identified"}, set()),
    ],
)
def test_each_template_has_its_boxes(
    template: str, present: set[str], absent: set[str]
) -> None:
    boxes = boxes_of(COUNTS, template)
    assert present <= boxes
    assert not absent & boxes


def test_an_update_speaks_of_new_studies() -> None:
    words = words_of(draw(COUNTS, template="update_v1", title="Flow"))
    assert "Identification of new studies via databases and registers" in words
    assert "New studies included in review" in words


def test_what_does_not_apply_is_left_out() -> None:
    counts = replace(KETAMINE, duplicates=None)
    assert "removed" not in boxes_of(counts, "new_v1")
    assert "meta_analysis" not in boxes_of(counts, "new_v1")
    words = words_of(draw(counts, template="new_v1", title="Flow"))
    assert "Registers" not in words
    assert "automation" not in words


def test_an_unknown_number_is_called_unknown_and_none_is_made_up() -> None:
    counts = replace(KETAMINE, database_specific={"Scopus": None}, dbr_assessed=None)
    lines = lines_of(draw(counts, template="new_v1", title="Flow"))
    assert "Scopus (n not known)†" in lines
    assert "† The number is not known, and none is estimated." in lines
    known = words_of(draw(KETAMINE, template="new_v1", title="Flow"))
    assert "†" not in known
    nothing = words_of(draw(Counts(), template="update_v2", title="Flow"))
    assert not re.search(r"n = \d", nothing)


def test_the_mark_of_unknown_numbers_gives_way_to_a_footnote_of_the_team() -> None:
    svg = draw(Counts(), template="new_v1", title="Flow", footnotes=["† Ours."])
    assert "(n not known)‡" in lines_of(svg)


def test_no_reason_at_all_is_nought() -> None:
    svg = draw(replace(KETAMINE, dbr_excluded={}), template="new_v1", title="Flow")
    lines = lines_of(svg)
    assert lines[lines.index("Reports excluded") + 1] == "(n = 0)"


def test_footnotes_stand_below_and_set_their_marks() -> None:
    notes = [
        "* From one search.",
        "** All by a human.",
        "Not final: 12 await screening.",
    ]
    lines = lines_of(draw(KETAMINE, template="new_v1", title="Flow", footnotes=notes))
    assert [line for line in lines if line in notes] == notes
    assert "Records identified from*:" in lines
    assert "Records excluded**" in lines
    plain = lines_of(draw(KETAMINE, template="new_v1", title="Flow"))
    assert "Records identified from:" in plain
    assert "Records excluded" in plain


def test_the_source_is_credited_unless_a_caption_does_it() -> None:
    assert CREDIT in words_of(draw(KETAMINE, template="new_v1", title="Flow"))
    labels = {"credit": ""}
    svg = draw(KETAMINE, template="new_v1", title="Flow", labels=labels)
    assert "Page MJ" not in svg


def test_a_count_links_to_what_is_behind_it() -> None:
    links = {
        "records_screened": "/reviews/k/records/?box=screened&page=1",
        part_key("dbr_excluded", "No ketamine"): "/reviews/k/reports/?reason=3",
    }
    root = ET.fromstring(draw(KETAMINE, template="new_v1", title="Flow", links=links))
    found = {
        a.get("href"): ("".join(a.itertext()), a.get("aria-label"))
        for a in root.iter(f"{SVG}a")
    }
    assert found == {
        links["records_screened"]: ("(n = 65)", "Records screened (n = 65)"),
        "/reviews/k/reports/?reason=3": ("(n = 3)", "No ketamine (n = 3)"),
    }
    assert root.get("role") == "group"


@pytest.mark.parametrize("url", ["javascript:alert(1)", " data:text/html,x", "\tx:y"])
def test_refuses_a_link_that_runs(url: str) -> None:
    with pytest.raises(ValueError, match="path or a web address"):
        draw(KETAMINE, template="new_v1", title="x", links={"records_screened": url})


def test_labels_can_be_renamed_and_translated() -> None:
    key = part_key("dbr_excluded", "No ketamine")
    labels = {"records_screened": "Gesichtet", key: "Kein Ketamin", "included": "納入"}
    lines = lines_of(draw(KETAMINE, template="new_v1", title="Flow", labels=labels))
    assert {"Gesichtet", "Kein Ketamin (n = 3)", "納入"} <= set(lines)
    assert "Records screened" not in lines


def test_a_screen_reader_gets_a_title_and_the_flow_in_words() -> None:
    root = ET.fromstring(draw(KETAMINE, template="new_v1", title="Ketamine & mood"))
    title, description = root[0], root[1]
    assert (title.tag, title.text) == (f"{SVG}title", "Ketamine & mood")
    assert description.tag == f"{SVG}desc"
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == description.get("id")
    assert "Screening: Records screened (n = 65)." in str(description.text)
    assert "Reports excluded: Not a trial (n = 4); Not treat" in str(description.text)


def test_the_file_stands_alone_under_a_strict_content_policy() -> None:
    svg = draw(KETAMINE, template="new_v1", title="Flow")
    root = ET.fromstring(svg)
    for element in root.iter():
        assert not {"style", "class"} & set(element.attrib)
        assert element.tag != f"{SVG}style"
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_monochrome_has_no_colour() -> None:
    svg = draw(
        COUNTS,
        template="update_v2",
        title="Flow",
        monochrome=True,
        links={"records_screened": "/a/"},
    )
    for red, green, blue in re.findall(r"#(..)(..)(..)\b", svg):
        assert red == green == blue


def test_the_same_counts_give_the_same_drawing() -> None:
    one, two = (draw(COUNTS, template="update_v2", title="Flow") for _ in range(2))
    assert one == two


def test_marks_of_the_markup_are_escaped() -> None:
    reason = "<script>alert('x')</script> & \"Crohn's\", adults; 10%"
    counts = replace(KETAMINE, dbr_excluded={reason: 3})
    svg = draw(counts, template="new_v1", title="<b>", footnotes=["a < b & c"])
    assert "<script" not in svg
    assert f"{reason} (n = 3)" in words_of(svg)


def test_refuses_an_unknown_template() -> None:
    with pytest.raises(ValueError, match="old_v1"):
        draw(COUNTS, template="old_v1", title="Flow")


@settings(max_examples=60, deadline=None)
@given(
    title=ODD_TEXT,
    reasons=st.dictionaries(ODD_TEXT, st.integers(0, 10**7), min_size=1, max_size=8),
    footnotes=st.lists(ODD_TEXT, max_size=3),
)
def test_any_text_gives_a_well_formed_file_with_every_count(
    title: str, reasons: dict[str, int], footnotes: list[str]
) -> None:
    counts = replace(KETAMINE, dbr_excluded=reasons)
    svg = draw(counts, template="new_v1", title=title, footnotes=footnotes)
    words = words_of(svg)
    for number in reasons.values():
        assert f"(n = {number:,})" in words
    svg.encode("utf-8")
