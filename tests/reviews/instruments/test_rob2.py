"""RoB 2 against the cases worked out from its flow charts and criteria."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reviews.instruments import asking, judging
from reviews.instruments.definition import Domain
from reviews.instruments.loading import load

CASES = json.loads(
    (Path(__file__).parents[2] / "data" / "rob2_cases.json").read_text("utf-8")
)
ROB2 = load("rob2")
DEVIATIONS = ("dev_nonprotocol", "dev_implementation", "dev_nonadherence")


def paths(domain: Domain, options: frozenset[str]) -> Iterator[dict[str, str]]:
    """Give every full way to answer a domain."""
    stack: list[dict[str, str]] = [{}]
    while stack:
        answers = stack.pop()
        missing = asking.unanswered(domain, answers, options)
        if not missing:
            yield answers
            continue
        for choice in missing[0].choices:
            stack.append({**answers, missing[0].id: choice.code})


def test_all_sixty_seven_cases_are_here() -> None:
    assert len(CASES["domain_cases"]) + len(CASES["overall_cases"]) == 67


@pytest.mark.parametrize("case", CASES["domain_cases"], ids=lambda each: each["why"])
def test_judges_a_domain(case: dict[str, Any]) -> None:
    domain = ROB2.domain(case["domain"])
    answers, options = case["answers"], case["options"]
    assert asking.is_complete(domain, answers, options) is case["complete"]
    assert judging.proposed(domain, answers, options) == case["expect"]


@pytest.mark.parametrize("case", CASES["overall_cases"])
@pytest.mark.parametrize("second", ["D2a", "D2b"])
def test_judges_the_whole(case: dict[str, Any], second: str) -> None:
    judgements = dict(
        zip(["D1", second, "D3", "D4", "D5"], case["domains"], strict=True)
    )
    options = {"aim_assignment"} if second == "D2a" else {"aim_adhering", *DEVIATIONS}
    found = judging.overall(ROB2, judgements, options=options)
    assert found.code == case["expect"]
    assert bool(found.prompt) is case["prompt_consider_high"]


@pytest.mark.parametrize("case", CASES["invalid_answers"])
def test_refuses_an_answer_outside_the_responses(case: dict[str, Any]) -> None:
    domain = ROB2.domain(case["domain"])
    answers = {"3.1": "N", case["question"]: case["answer"]}
    assert list(asking.answer_problems(domain, answers)) == [case["question"]]
    assert not asking.is_complete(domain, answers)


def test_every_full_path_of_every_domain_is_judged() -> None:
    counts: dict[str, int] = {}
    for domain in ROB2.domains:
        chosen = [frozenset({"aim_assignment"})]
        if domain.id == "D2b":
            chosen = [
                frozenset({"aim_adhering", *some})
                for size in (1, 2, 3)
                for some in itertools.combinations(DEVIATIONS, size)
            ]
        for options in chosen:
            for answers in paths(domain, options):
                counts[domain.id] = counts.get(domain.id, 0) + 1
                assert judging.proposed(domain, answers, options) is not None
    assert counts == {
        "D1": 125,
        "D2a": 13277,
        "D2b": 21539,
        "D3": 110,
        "D4": 493,
        "D5": 125,
    }


def test_uses_the_second_domain_of_the_effect_of_interest() -> None:
    def ids(*options: str) -> list[str]:
        return [each.id for each in asking.domains_in_use(ROB2, options)]

    assert ids("aim_adhering") == ["D1", "D2b", "D3", "D4", "D5"]
    assert ids("aim_assignment") == ids() == ["D1", "D2a", "D3", "D4", "D5"]


def test_names_the_rule_that_led_to_a_judgement() -> None:
    answers = {"1.1": "Y", "1.2": "Y", "1.3": "N"}
    assert judging.proposal(ROB2.domain("D1"), answers).rules == ("D1.5",)


def test_stays_open_while_no_deviation_is_chosen_for_adhering() -> None:
    domain = ROB2.domain("D2b")
    answers = {"2.1": "N", "2.2": "N"}
    assert judging.proposed(domain, answers, {"aim_adhering"}) is None
    assert asking.option_problems(ROB2, {"aim_adhering"}) == {
        "deviations_addressed": "Choose: Deviations to look at."
    }


def test_the_design_chosen_for_the_appraisal_goes_before_that_of_the_study() -> None:
    def settled(*options: str) -> frozenset[str]:
        return asking.settled_options(ROB2, options, "rct_parallel")

    assert settled() == {"rct_parallel", "aim_assignment"}
    assert settled("rct_cluster") == {"rct_cluster", "aim_assignment"}
