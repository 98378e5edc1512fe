"""Each kind of algorithm that proposes a judgement."""

from typing import Any

import pytest

from reviews.instruments import asking, judging
from reviews.instruments.conditions import Answer
from reviews.instruments.definition import Instrument
from reviews.instruments.loading import definition, load


def answers_of(instrument: Instrument, code: str, **other: Answer) -> dict[str, Any]:
    """Answer every question the same but for the ones named."""
    return {
        domain.id: {
            question.id: other.get(question.id, code) for question in domain.questions
        }
        for domain in instrument.domains
    }


@pytest.mark.parametrize("case", definition("amstar2")["tests"])
def test_rates_confidence_by_weak_items(case: dict[str, Any]) -> None:
    amstar = load("amstar2")
    answers = answers_of(amstar, "Y", **dict.fromkeys(case["weak"], "N"))
    assert judging.overall(amstar, {}, answers).code == case["expect"]


def test_asks_whether_many_other_weaknesses_lower_the_rating() -> None:
    amstar = load("amstar2")
    answers = answers_of(amstar, "Y", **{"1": "N", "3": "N"})
    assert "assessor" in str(judging.overall(amstar, {}, answers).prompt)


def test_takes_the_critical_items_that_the_team_chose() -> None:
    amstar = load("amstar2")
    answers = answers_of(amstar, "Y", **{"7": "N", "10": "N"})
    assert judging.overall(amstar, {}, answers).code == "low"
    chosen = judging.overall(amstar, {}, answers, {"critical_10", "critical_7"})
    assert chosen.code == "critically_low"


def test_counts_a_partial_yes_as_weak_only_when_chosen() -> None:
    amstar = load("amstar2")
    answers = answers_of(amstar, "Y", **{"2": "P"})
    assert judging.overall(amstar, {}, answers).code == "high"
    assert judging.overall(amstar, {}, answers, {"partial_is_weak"}).code == "low"
    assert judging.weak_items(amstar, answers, {"partial_is_weak"}) == ("2",)


def test_leaves_amstar_open_while_an_item_is() -> None:
    amstar = load("amstar2")
    assert judging.overall(amstar, {}, answers_of(amstar, "Y", **{"16": ""})) == (
        judging.Proposal()
    )


@pytest.mark.parametrize("case", definition("grade")["tests"])
def test_adds_the_steps_of_grade(case: dict[str, Any]) -> None:
    grade = load("grade")
    steps = {**case.get("down", {}), **case.get("up", {})}
    steps = {key: str(step) for key, step in steps.items()}
    found = judging.overall(grade, {}, answers_of(grade, "0", **steps), {case["start"]})
    assert found.code == case["expect"]


def test_asks_about_unusual_steps_of_grade_without_blocking_them() -> None:
    grade = load("grade")
    answers = answers_of(grade, "0", large_effect="1")
    assert judging.overall(grade, {}, answers, {"nrs"}).prompt is None
    assert judging.overall(grade, {}, answers, {"rct"}).prompt == judging.RATE_UP_PROMPT
    answers = answers_of(grade, "0", risk_of_bias="-3")
    found = judging.overall(grade, {}, answers, {"rct"})
    assert (found.code, found.prompt) == ("very_low", judging.EXTREME_PROMPT)
    assert judging.overall(grade, {}, answers, {"nrs_robins_i"}).prompt is None


def test_leaves_grade_open_without_one_starting_level() -> None:
    grade = load("grade")
    answers = answers_of(grade, "0")
    assert judging.overall(grade, {}, answers).code is None
    assert judging.overall(grade, {}, answers, {"rct", "nrs"}).code is None


@pytest.mark.parametrize(
    ("levels", "expect", "asks"),
    [
        (["low"] * 7, "low", False),
        (["low"] * 6 + ["moderate"], "moderate", False),
        (["moderate"] * 6 + ["no_information"], "no_information", True),
        (["no_information"] * 6 + ["serious"], "serious", False),
        (["serious"] * 2 + ["low"] * 5, "serious", True),
        (["critical"] * 2 + ["serious"] * 5, "critical", False),
        (["critical"] * 6 + [""], None, False),
    ],
)
def test_takes_the_first_level_in_the_order_of_robins(
    levels: list[str], expect: str | None, asks: bool
) -> None:
    robins = load("robins_i")
    judgements = {
        each.id: level for each, level in zip(robins.domains, levels, strict=True)
    }
    found = judging.overall(robins, judgements, options={"aim_assignment"})
    assert found.code == expect
    assert bool(found.prompt) is asks
    assert judging.overall(robins, judgements).code is None  # no effect chosen


def test_ends_a_robins_domain_early_and_leaves_the_rest_to_the_assessor() -> None:
    confounding = load("robins_i").domain("D1")
    assert judging.proposed(confounding, {"1.1": "PN"}) == "low"
    answers = {"1.1": "Y", "1.2": "N", "1.4": "N", "1.6": "N"}
    assert asking.is_complete(confounding, answers)
    assert judging.proposed(confounding, answers) is None


def test_asks_only_about_the_effect_of_interest_in_robins() -> None:
    deviations = load("robins_i").domain("D4")
    assert not asking.is_complete(deviations, {})
    assigned = asking.asked(deviations, {}, {"aim_assignment"})
    assert [question.id for question in assigned] == ["4.1"]
    adhering = asking.asked(deviations, {}, {"aim_adhering"})
    assert [question.id for question in adhering] == ["4.3", "4.4", "4.5"]


def test_proposes_low_for_quadas_only_when_every_answer_is_yes() -> None:
    index_test = load("quadas2").domain("D2")
    assert judging.proposed(index_test, {"2.1": "Y", "2.2": "NA"}) == "low"
    risk = judging.proposal(index_test, {"2.1": "U", "2.2": "N"})
    assert (risk.code, risk.rules) == (None, ("D2.2",))
    assert "high or low" in str(risk.prompt)
    unclear = judging.proposal(index_test, {"2.1": "U", "2.2": "Y"})
    assert "unclear" in str(unclear.prompt)


def test_sums_up_quadas_for_bias_and_for_applicability() -> None:
    quadas = load("quadas2")
    low = dict.fromkeys(["D1", "D2", "D3", "D4"], "low")
    assert judging.overall(quadas, low).code == "low_all"
    assert judging.overall(quadas, {**low, "D3": "unclear"}).code == "at_risk"
    assert judging.overall(quadas, {**low, "D3": None}).code is None
    concerns = {"D1_applicability": "low", "D2_applicability": "low"}
    assert judging.overall_applicability(quadas, concerns).code is None
    concerns["D3_applicability"] = "high"
    assert judging.overall_applicability(quadas, concerns).code == "at_risk"
    assert judging.overall(quadas, {**low, **concerns}).code == "low_all"
    assert judging.overall_applicability(load("rob2"), concerns).code is None


def test_judges_a_concern_about_applicability_like_a_domain() -> None:
    quadas = load("quadas2")
    concerns = [each.id for each in quadas.domains if each.is_applicability]
    assert concerns == ["D1_applicability", "D2_applicability", "D3_applicability"]
    patients = quadas.domain("D1_applicability")
    assert judging.proposed(patients, {"D1_applicability": "unclear"}) == "unclear"


@pytest.mark.parametrize("key", ["nos_cohort", "nos_case_control"])
@pytest.mark.parametrize(
    ("selection", "comparability", "outcome", "expect"),
    [
        (4, 2, 3, "good"),
        (3, 1, 2, "good"),
        (2, 1, 2, "fair"),
        (1, 2, 3, "poor"),
        (4, 0, 3, "poor"),
        (4, 2, 1, "poor"),
        (0, 0, 0, "poor"),
    ],
)
def test_converts_stars(
    key: str, selection: int, comparability: int, outcome: int, expect: str
) -> None:
    scale = load(key)
    answers: dict[str, dict[str, Answer]] = {}
    for domain_id, stars in [("selection", selection), ("outcome", outcome)]:
        answers[domain_id] = {
            question.id: "a" if place < stars else question.choices[-1].code
            for place, question in enumerate(scale.domain(domain_id).questions)
        }
    answers["comparability"] = {"C1": [["none"], ["b"], ["b", "a"]][comparability]}
    assert judging.overall(scale, {}, answers, {"ahrq"}).code == expect
    assert judging.overall(scale, {}, answers).code is None  # no part of the scale
    assert not judging.overall_in_use(scale)
    found = asking.tally(scale, answers)
    assert found.most_stars == 9
    assert found.stars == selection + comparability + outcome
    assert found.stars_in["comparability"] == comparability


def test_an_empty_tick_list_is_open_and_none_of_these_stands_alone() -> None:
    comparability = load("nos_cohort").domain("comparability")
    assert not asking.is_complete(comparability, {"C1": []})
    assert asking.is_complete(comparability, {"C1": ["none"]})
    assert not asking.is_complete(comparability, {"C1": ["none", "a"]})
    assert asking.given(comparability, {"C1": ["b", "a"]}) == {"C1": ("a", "b")}


def test_judges_each_item_of_syrcle_by_itself() -> None:
    syrcle = load("syrcle")
    assert len(syrcle.domains) == 10
    for code, expect in [("Y", "low"), ("N", "high"), ("U", "unclear")]:
        assert judging.proposed(syrcle.domain("4"), {"4": code}) == expect
    judgements = dict.fromkeys([domain.id for domain in syrcle.domains], "low")
    assert judging.overall(syrcle, judgements) == judging.Proposal()


def test_jbi_proposes_nothing_but_counts_yes_among_applicable() -> None:
    checklist = load("jbi_rct_2023")
    answers = answers_of(checklist, "Y", **{"4": "N", "5": "NA", "6": ""})
    found = asking.tally(checklist, answers)
    assert (found.asked, found.answered, found.applicable, found.yes) == (
        13,
        12,
        11,
        10,
    )
    assert judging.overall(checklist, {}, answers) == judging.Proposal()
    assert judging.overall_in_use(checklist)
    assert judging.needs_reason(None, "exclude", checklist.overall)
    assert not judging.needs_reason(None, "include", checklist.overall)


@pytest.mark.parametrize(
    ("design", "options", "expect"),
    [
        ("qualitative", set(), ["S", "1"]),
        ("rct_parallel", set(), ["S", "2"]),
        ("cohort", set(), ["S", "3"]),
        ("survey", set(), ["S", "4"]),
        ("mixed_methods", {"section_3"}, ["S", "1", "3", "5"]),
        ("", {"section_4"}, ["S", "4"]),
    ],
)
def test_uses_the_sections_that_fit_the_design(
    design: str, options: set[str], expect: list[str]
) -> None:
    mmat = load("mmat2018")
    used = asking.domains_in_use(mmat, options, design)
    assert [domain.id for domain in used] == expect
    assert asking.option_problems(mmat, options, design) == {}


def test_asks_for_a_section_where_the_design_does_not_tell() -> None:
    mmat = load("mmat2018")
    assert list(asking.option_problems(mmat, (), "rct_cluster")) == ["section"]
    assert list(asking.option_problems(mmat, (), "mixed_methods")) == [
        "quantitative_section"
    ]


@pytest.mark.parametrize(
    ("key", "domain_id", "stops"),
    [("mmat2018", "S", {"N", "CT"}), ("casp_rct", "A", {"N"})],
)
def test_asks_whether_to_go_on_after_screening(
    key: str, domain_id: str, stops: set[str]
) -> None:
    domain = load(key).domain(domain_id)
    assert domain.screening
    for code in ("Y", "N", "CT"):
        answers = {question.id: "Y" for question in domain.questions[1:]}
        answers[domain.questions[0].id] = code
        found = judging.proposal(domain, answers)
        assert found.code is None
        assert bool(found.prompt) is (code in stops)


def test_a_final_judgement_that_departs_needs_a_reason() -> None:
    assert judging.departs("some_concerns", "high")
    assert not judging.departs("high", "high")
    assert not judging.departs(None, "high")
    assert not judging.departs("high", "")
    assert judging.needs_reason("some_concerns", "high")
    assert not judging.needs_reason("high", "high", load("rob2").overall)
