"""The diagram as Chromium draws it: every word in its box, no box upon another."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from reviews.diagram import layout, prisma2009, prisma2020, svg
from reviews.diagram.boxes import Chart
from reviews.diagram.filling import part_key
from reviews.diagram.wording import LABELS
from reviews.flow.balance.form import TEMPLATES, Counts

DATA = Path(__file__).parents[1] / "data" / "prisma_flow_cases.json"
FULL = Counts(**json.loads(DATA.read_text("utf-8"))["cases"][0]["counts"])
FONTS = Path(settings.BASE_DIR) / "static" / "vendor" / "source-sans-3"
SMALL = Counts(
    database_results=1,
    duplicates=0,
    records_screened=1,
    records_excluded=0,
    dbr_sought_reports=1,
    dbr_notretrieved_reports=0,
    dbr_assessed=1,
    dbr_excluded={},
    new_studies=1,
    new_reports=1,
)
DATABASES: dict[str, int | None] = {
    f"Database {number} of the Institute's “first; second, third” library": 1_234_567
    for number in range(28)
}
DATABASES |= {"中国知网（CNKI）、万方、维普": 65, "قاعدة بيانات المنشورات الطبية": None}
REASONS: dict[str, int | None] = {
    f"Reason {number}: the patients weren't adults, had bipolar disorder; or were "
    f"treated {'again and again ' * (number % 3)}with something else": number
    for number in range(1, 37)
}
REASONS |= {
    "不符合纳入标准的研究人群、干预措施或者结局指标，因此在全文筛选阶段被排除": 7,
    "دراسة غير عشوائية أو لم تقارن الكيتامين بعلاج آخر لدى المرضى": 8,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    * 2: 9,
    "<b>&amp; 'quoted' \"twice\"</b>": 10,
}
AWKWARD = replace(
    FULL,
    database_specific=DATABASES,
    register_specific={"ClinicalTrials.gov": 3, "EU Clinical Trials Register": 4},
    dbr_excluded=REASONS,
    other_excluded=REASONS,
    total_studies_ma=17,
    synthesis={"Depression, day 1": 3, "الاكتئاب": 2, "抑郁症": 1, "Not settled": 1},
)
RIGHT_TO_LEFT = {
    "identification": "تحديد الدراسات",
    "screening": "الفرز والتقييم",
    "included": "المشمولة",
    "hdr_previous": "الدراسات السابقة",
    "hdr_dbr": "تحديد الدراسات الجديدة عبر قواعد البيانات والسجلات",
    "hdr_other": "تحديد الدراسات الجديدة عبر طرق أخرى",
    "records_screened": "السجلات التي تم فرزها",
    "dbr_assessed": "التقارير التي جرى تقييم أهليتها",
    "new_studies": "الدراسات الجديدة المشمولة في المراجعة",
}
LONG = {
    name: f"{label}, wie es das Team der Übersichtsarbeit ausführlich nennt"
    for name, label in LABELS.items()
}
NOTES = (
    "* Exported together. How many records each source gave isn't known; none is, "
    "therefore, estimated: " + "a, b; c, " * 40,
    "** 排除的记录由两名评审员独立筛选。",
    "لم يتم استرجاع تقريرين.",
)
OF_2009 = prisma2009.Counts(
    db=1_234, other=56, dedup=1_000, screened=1_000, excluded=900, ft=100, qual=12
)


def of_2020(counts: Counts, template: str, **more: Any) -> Chart:
    return prisma2020.chart(counts, template=template, title="Flow", **more)


CHARTS = {
    "small": of_2020(SMALL, "new_v1"),
    "nothing known": of_2020(Counts(), "update_v2"),
    **{form: of_2020(FULL, form) for form in sorted(TEMPLATES)},
    "awkward": of_2020(AWKWARD, "update_v2", footnotes=NOTES),
    "awkward, two columns": of_2020(AWKWARD, "new_v1", footnotes=NOTES),
    "right to left": of_2020(AWKWARD, "update_v2", labels=RIGHT_TO_LEFT),
    "long words": of_2020(FULL, "update_v2", labels=LONG),
    "renamed reason": of_2020(
        replace(SMALL, dbr_excluded={"E1": 3}),
        "new_v1",
        labels={part_key("dbr_excluded", "E1"): "Wasn't a trial; or, 不是, لا"},
    ),
    "2009": prisma2009.chart(OF_2009, title="Flow"),
    "2009, awkward": prisma2009.chart(
        replace(OF_2009, ft_excl=REASONS, quant=9, synthesis={"抑郁症": 1, "لا": 2}),
        title="Flow",
        footnotes=NOTES,
        labels={"qual": LONG["new_studies"], "eligibility": "الأهلية"},
    ),
}
# Of what leaves the drawing or its box, and of boxes that lie upon each other.
MEASURE = """
() => {
  const rounded = (r) => ({left: r.left, top: r.top, right: r.right, bottom: r.bottom});
  const inside = (a, b) => a.left >= b.left - 0.5 && a.right <= b.right + 0.5
    && a.top >= b.top - 0.5 && a.bottom <= b.bottom + 0.5;
  const meet = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5
    && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
  const svg = document.querySelector("svg");
  const [sheet, ...shapes] = [...svg.querySelectorAll("rect")].map(
    (each) => rounded(each.getBoundingClientRect()));
  const texts = [...svg.querySelectorAll("text")].map((each) => (
    {text: each.textContent, box: rounded(each.getBoundingClientRect())}));
  const wrong = [];
  const held = new Set();
  for (const {text, box} of texts) {
    if (!text.trim()) continue;
    const touched = shapes.filter((shape) => meet(shape, box));
    if (!inside(box, sheet)) wrong.push(["leaves the sheet", text, box, sheet]);
    if (touched.length > 1) wrong.push(["in two boxes", text, box, touched]);
    if (touched.some((shape) => !inside(box, shape))) {
      wrong.push(["leaves its box", text, box, touched]);
    }
    touched.forEach((shape) => held.add(shape));
  }
  // A line of type is a little taller than what it prints.
  const printed = (r) => ({left: r.left + 2, top: r.top + 2, right: r.right - 2,
    bottom: r.bottom - 2});
  texts.forEach((a, at) => texts.slice(at + 1).forEach((b) => {
    if (meet(printed(a.box), printed(b.box))) {
      wrong.push(["upon another text", a.text, b.text]);
    }
  }));
  shapes.forEach((a, at) => {
    if (!inside(a, sheet)) wrong.push(["a box leaves the sheet", a]);
    if (!held.has(a)) wrong.push(["an empty box", a]);
    shapes.slice(at + 1).forEach((b) => {
      if (meet(a, b)) wrong.push(["a box upon a box", a, b]);
    });
  });
  return {wrong, texts: texts.length, shapes: shapes.length};
}
"""


def own_font() -> str:
    faces = []
    for weight, name in (("400", "400Regular"), ("700", "700Bold")):
        data = (FONTS / f"SourceSans3_{name}.woff2").read_bytes()
        source = f"data:font/woff2;base64,{base64.b64encode(data).decode()}"
        faces.append(
            f'@font-face {{font-family: "Source Sans 3"; font-weight: {weight}; '
            f"src: url({source})}}"
        )
    return "".join(faces)


@pytest.mark.parametrize("font", ["its own font", "the font of the machine"])
@pytest.mark.parametrize("name", CHARTS)
def test_every_word_stays_in_its_box_and_no_box_lies_upon_another(
    name: str, font: str, person: Callable[..., Page]
) -> None:
    chart = CHARTS[name]
    page = person()
    style = own_font() if font == "its own font" else ""
    page.set_content(
        f"<!DOCTYPE html><meta charset=utf-8><style>{style}</style>"
        + svg.write(layout.place(chart))
    )
    page.evaluate("() => document.fonts.ready")
    if style:
        assert page.evaluate("() => document.fonts.check('13px \"Source Sans 3\"')")
    found = page.evaluate(MEASURE)
    bars = len(chart.headers) + len(chart.side_bars)
    assert found["shapes"] == len(chart.boxes) + bars
    assert found["texts"] > len(chart.boxes)
    assert found["wrong"] == []
