"""The arithmetic of the flow, over the official cases and over made-up reviews."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.flow.balance.checking import check
from reviews.flow.balance.form import TEMPLATES, Counts, has_other
from reviews.flow.balance.waiting import open_work

CASES = json.loads(
    (Path(__file__).parents[2] / "data" / "prisma_flow_cases.json").read_text("utf-8")
)
BALANCED = Counts(**CASES["cases"][0]["counts"])


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["id"])
def test_finds_exactly_what_an_official_case_breaks(case: Mapping[str, Any]) -> None:
    found = [
        f.rule if f.level == "error" else f"{f.rule}:{f.level}"
        for f in check(Counts(**case["counts"]), CASES["template"])
    ]
    assert found == case["expect"]


def test_names_the_arithmetic_in_words() -> None:
    (finding,) = check(
        replace(BALANCED, records_screened=901, records_excluded=781), "update_v2"
    )
    assert finding.message == (
        "Records screened is 901, but 1,260 identified less 310 duplicates, "
        "40 by automation and 10 for other reasons leave 900."
    )
    assert "records_screened" in finding.counts


def test_refuses_an_unknown_template() -> None:
    with pytest.raises(ValueError, match="new_v3"):
        check(BALANCED, "new_v3")


def test_an_unknown_number_breaks_no_rule() -> None:
    assert check(Counts(), "update_v2") == ()
    assert check(replace(BALANCED, dbr_assessed=None), "update_v2") == ()


def test_named_sources_with_an_unknown_count_may_not_exceed_the_total() -> None:
    unknown = {"MEDLINE": None, "Embase": 65}
    counts = Counts(database_results=65, database_specific=unknown)
    assert check(counts, "new_v1") == ()
    (finding,) = check(replace(counts, database_results=64), "new_v1")
    assert finding.rule == "F1"


@pytest.mark.parametrize("value", [-1, 1.5, "12", True])
def test_a_count_is_a_whole_number(value: object) -> None:
    counts = replace(BALANCED, duplicates=value)  # type: ignore[arg-type]  # on purpose
    findings = [f for f in check(counts, "update_v2") if f.rule == "F15"]
    assert [f.counts for f in findings] == [("duplicates",)]


def test_a_reason_with_an_impossible_count_is_named() -> None:
    counts = replace(BALANCED, dbr_excluded={"Wrong design": -2})
    (finding,) = check(counts, "update_v2")
    assert "Wrong design" in finding.message


def test_open_work_balances_and_is_told() -> None:
    counts = Counts(
        database_results=100,
        duplicates=10,
        records_screened=78,
        awaiting_screening=12,
        records_excluded=60,
        dbr_sought_reports=18,
        dbr_notretrieved_reports=1,
        awaiting_retrieval=2,
        dbr_assessed=15,
        dbr_excluded={"Wrong design": 4},
        awaiting_decision=1,
        new_reports=10,
        new_studies=8,
    )
    (finding,) = check(counts, "new_v1")
    assert (finding.rule, finding.level) == ("F16", "info")
    assert finding.message == open_work(counts)
    assert finding.message == (
        "Not final: 12 records await screening, 2 reports await retrieval "
        "and 1 report awaits a decision on eligibility."
    )
    assert open_work(BALANCED) == ""


def test_the_split_of_exclusions_adds_up() -> None:
    split = replace(BALANCED, records_excluded_human=700, records_excluded_auto=80)
    assert check(split, "update_v2") == ()
    broken = replace(split, records_excluded_auto=81)
    assert [f.rule for f in check(broken, "update_v2")] == ["F14"]


def test_columns_that_a_template_lacks_are_not_checked() -> None:
    counts = replace(BALANCED, other_assessed=999, total_studies=1)
    rules = {f.rule for f in check(counts, "new_v1")}
    assert rules.isdisjoint({"F7", "F8", "F9", "F12"})


NUMBER = st.integers(min_value=0, max_value=50)
PARTS = st.dictionaries(st.text(min_size=1, max_size=8), NUMBER, max_size=5)


@st.composite
def balanced(draw: st.DrawFn, *, other: bool = True) -> Counts:
    """Make counts that add up, built from the included end backwards."""
    databases = draw(PARTS.filter(bool))
    registers = draw(PARTS.filter(bool))
    reasons, other_reasons = draw(PARTS), draw(PARTS) if other else {}
    going_on, other_going_on = draw(NUMBER), draw(NUMBER) if other else 0
    assessed = sum(reasons.values()) + going_on
    missing, other_missing = draw(NUMBER), draw(NUMBER)
    sought = assessed + missing
    human, tools = draw(NUMBER), draw(NUMBER)
    screened = sought + human + tools
    duplicates, automatic, removed = draw(NUMBER), draw(NUMBER), draw(NUMBER)
    identified = screened + duplicates + automatic + removed
    databases["the rest"] = 0
    spare = identified - sum(databases.values()) - sum(registers.values())
    if spare < 0:
        duplicates -= spare
        spare = 0
    databases["the rest"] = spare
    other_assessed = sum(other_reasons.values()) + other_going_on
    other_sought = other_assessed + other_missing
    new_reports = going_on + other_going_on
    new_studies = draw(st.integers(0, new_reports))
    previous_studies = draw(NUMBER)
    previous_reports = previous_studies + draw(NUMBER)
    return Counts(
        database_results=sum(databases.values()),
        database_specific=databases,
        register_results=sum(registers.values()),
        register_specific=registers,
        duplicates=duplicates,
        excluded_automatic=automatic,
        excluded_other=removed,
        records_screened=screened,
        records_excluded=human + tools,
        records_excluded_human=human,
        records_excluded_auto=tools,
        dbr_sought_reports=sought,
        dbr_notretrieved_reports=missing,
        dbr_assessed=assessed,
        dbr_excluded=reasons,
        website_results=other_sought,
        other_sought_reports=other_sought,
        other_notretrieved_reports=other_missing,
        other_assessed=other_assessed,
        other_excluded=other_reasons,
        previous_studies=previous_studies,
        previous_reports=previous_reports,
        new_studies=new_studies,
        new_reports=new_reports,
        total_studies=previous_studies + new_studies,
        total_reports=previous_reports + new_reports,
        total_studies_ma=draw(st.integers(0, new_studies)),
        total_reports_ma=draw(st.integers(0, new_reports)),
    )


@given(data=st.data(), template=st.sampled_from(sorted(TEMPLATES)))
def test_what_adds_up_is_found_to_add_up(data: st.DataObject, template: str) -> None:
    counts = data.draw(balanced(other=has_other(template)))
    assert check(counts, template) == ()


@given(
    counts=balanced(),
    name=st.sampled_from(
        (
            "database_results",
            "register_results",
            "duplicates",
            "excluded_automatic",
            "excluded_other",
            "records_screened",
            "records_excluded",
            "records_excluded_human",
            "records_excluded_auto",
            "dbr_sought_reports",
            "dbr_notretrieved_reports",
            "dbr_assessed",
            "other_sought_reports",
            "other_notretrieved_reports",
            "other_assessed",
            "new_studies",
        )
    ),
    by=st.sampled_from((-1, 1)),
)
def test_one_number_nudged_is_always_found(counts: Counts, name: str, by: int) -> None:
    nudged: dict[str, Any] = {name: getattr(counts, name) + by}
    assert check(replace(counts, **nudged), "update_v2") != ()
