"""No text leaves its box, and no box lies on another, whatever the labels."""

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.diagram.drawing import Drawing
from reviews.diagram.layout import place
from reviews.diagram.prisma2020 import chart
from reviews.diagram.sizes import SIZE
from reviews.diagram.wording import LABELS
from reviews.flow.balance.form import TEMPLATES, Counts
from tests.reviews.diagram.test_text import ODD_TEXT

DATA = Path(__file__).parents[2] / "data" / "prisma_flow_cases.json"
COUNTS = Counts(**json.loads(DATA.read_text("utf-8"))["cases"][0]["counts"])
TEMPLATE_NAMES = sorted(TEMPLATES)


def placed(
    counts: Counts, template: str, labels: Mapping[str, str] | None = None
) -> Drawing:
    return place(chart(counts, template=template, title="Flow", labels=labels))


def assert_nothing_collides(drawing: Drawing) -> None:
    for one, other in combinations(drawing.shapes, 2):
        apart_x = one.right <= other.x or other.right <= one.x
        apart_y = one.bottom <= other.y or other.bottom <= one.y
        assert apart_x or apart_y, (one, other)
    for shape in drawing.shapes:
        assert shape.x >= 0
        assert shape.right <= drawing.width
        assert shape.bottom <= drawing.height
    shapes = {shape.key: shape for shape in drawing.shapes}
    for line in drawing.texts:
        if not line.inside:
            assert line.width <= drawing.width - 2 * line.x or line.rtl
            assert line.y <= drawing.height
            continue
        shape = shapes[line.inside]
        if line.upwards:
            assert line.width <= shape.height
            assert shape.x <= line.x - SIZE / 2
            assert line.x <= shape.right
            continue
        start = line.x - line.width * (0.5 if line.centred else line.rtl)
        assert shape.x <= start
        assert start + line.width <= shape.right
        assert shape.y <= line.y - SIZE * 0.8
        assert line.y + SIZE * 0.2 <= shape.bottom


def assert_arrows_cross_no_box(drawing: Drawing) -> None:
    for points in drawing.arrows:
        for (x1, y1), (x2, y2) in pairwise(points):
            for shape in drawing.shapes:
                outside_x = max(x1, x2) <= shape.x or min(x1, x2) >= shape.right
                outside_y = max(y1, y2) <= shape.y or min(y1, y2) >= shape.bottom
                assert outside_x or outside_y, (points, shape)


@pytest.mark.parametrize("template", TEMPLATE_NAMES)
def test_a_full_review_fits_every_template(template: str) -> None:
    drawing = placed(COUNTS, template)
    assert_nothing_collides(drawing)
    assert_arrows_cross_no_box(drawing)


@pytest.mark.parametrize("template", TEMPLATE_NAMES)
def test_a_review_that_knows_nothing_fits_too(template: str) -> None:
    assert_nothing_collides(placed(Counts(), template))


def test_forty_long_reasons_fit_and_widen_their_box() -> None:
    reasons = {
        f"{n}. Wrong population, not Crohn's disease; adults": n for n in range(40)
    }
    drawing = placed(replace(COUNTS, dbr_excluded=reasons), "update_v2")
    assert_nothing_collides(drawing)
    assert_arrows_cross_no_box(drawing)
    widths = {shape.key: shape.width for shape in drawing.shapes}
    usual = {shape.key: shape.width for shape in placed(COUNTS, "update_v2").shapes}
    assert widths["ft_excluded"] > usual["ft_excluded"]


def test_the_boxes_of_a_row_begin_at_one_height() -> None:
    tops = {shape.key: shape.y for shape in placed(COUNTS, "new_v2").shapes}
    assert tops["screened"] == tops["excluded"]
    assert tops["assessed"] == tops["ft_excluded"] == tops["other_assessed"]


def test_a_side_bar_spans_its_stage() -> None:
    shapes = {shape.key: shape for shape in placed(COUNTS, "update_v2").shapes}
    assert shapes["screening"].y == shapes["screened"].y
    assert shapes["screening"].bottom == shapes["ft_excluded"].bottom
    assert shapes["included"].y == shapes["included_box"].y
    assert shapes["included"].bottom == shapes["meta_analysis"].bottom


def test_a_number_is_not_parted_from_the_last_word_of_its_reason() -> None:
    reasons = {"Not treatment-resistant depression in adults": 3}
    drawing = placed(replace(COUNTS, dbr_excluded=reasons), "new_v2")
    lines = ["".join(run.text for run in line.runs) for line in drawing.texts]
    assert not [line for line in lines if line == "(n = 3)"]
    assert [line for line in lines if line.endswith(" (n = 3)")]


def test_a_label_from_right_to_left_begins_at_the_right() -> None:
    drawing = placed(replace(COUNTS, dbr_excluded={"سبب": 3}), "new_v1")
    (line,) = [line for line in drawing.texts if line.rtl]
    box = next(shape for shape in drawing.shapes if shape.key == "ft_excluded")
    assert line.x > box.middle[0]


@settings(max_examples=60, deadline=None)
@given(
    template=st.sampled_from(TEMPLATE_NAMES),
    labels=st.dictionaries(st.sampled_from(sorted(LABELS)), ODD_TEXT, max_size=8),
    reasons=st.dictionaries(ODD_TEXT, st.none() | st.integers(0, 10**7), max_size=12),
    sources=st.dictionaries(ODD_TEXT, st.none() | st.integers(0, 10**7), max_size=6),
)
def test_odd_labels_fit(
    template: str,
    labels: dict[str, str],
    reasons: dict[str, int | None],
    sources: dict[str, int | None],
) -> None:
    counts = replace(
        COUNTS,
        dbr_excluded=reasons,
        other_excluded=reasons,
        database_specific=sources,
        other_specific=sources,
    )
    drawing = placed(counts, template, labels)
    assert_nothing_collides(drawing)
    assert_arrows_cross_no_box(drawing)
