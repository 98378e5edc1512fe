"""Conditions in words, and what a sheet lacks."""

from reviews.instruments import sheets
from reviews.instruments.judging import Proposal
from reviews.instruments.loading import catalogue, load
from reviews.instruments.phrasing import askable, only_if
from reviews.instruments.sheets import Sheet

ASSIGNED = frozenset({"aim_assignment"})


def test_says_which_answers_lead_to_a_question() -> None:
    domain = load("rob2").domain("D3")
    words = {each.id: only_if(domain, each, ASSIGNED) for each in domain.questions}
    assert words["3.1"] == ""
    assert words["3.2"] == "3.1 is “Probably no”, “No” or “No information”"


def test_each_condition_of_each_instrument_has_words() -> None:
    for form in catalogue():
        for domain in form.domains:
            for question in askable(domain, ()):
                words = only_if(domain, question, ())
                assert not words or words[0].isalnum(), (form.key, words)
                assert "is ," not in words
                assert not words.endswith("is "), (form.key, words)


def test_leaves_out_what_the_options_rule_out() -> None:
    deviations = load("robins_i").domain("D4")
    shown = {each.id for each in askable(deviations, ASSIGNED)}
    assert {"4.1", "4.2"} <= shown
    assert shown.isdisjoint({"4.3", "4.4", "4.5"})


def test_the_overall_judgment_is_the_last_domain_where_there_is_one() -> None:
    rob2 = sheets.domains(load("rob2"), ASSIGNED)
    assert [each.id for each in rob2] == ["D1", "D2a", "D3", "D4", "D5", "overall"]
    assert "overall" not in [each.id for each in sheets.domains(load("syrcle"), ())]
    scale = load("nos_cohort")
    assert [each.id for each in sheets.domains(scale, {"ahrq"})][-1] == "overall"
    assert [each.id for each in sheets.domains(scale, ())][-1] == "outcome"


def test_an_overall_judgment_that_excludes_needs_its_reason() -> None:
    form = load("jbi_cohort")
    overall = sheets.all_domains(form)[-1]
    for judgment, missing in (("include", set()), ("exclude", {"support"})):
        found = sheets.problems(form, overall, Sheet({}, judgment), (), None)
        assert set(found) == missing


def test_adds_what_the_concerns_about_applicability_come_to() -> None:
    form = load("quadas2")
    others = {each.id: Sheet({}, "low") for each in form.domains}
    found = sheets.proposal(form, sheets.all_domains(form)[-1], {}, (), others)
    assert found == Proposal(
        "low_all", "Concerns about applicability: Low in every domain."
    )


def test_sums_up_answers_where_a_domain_is_not_judged() -> None:
    items = load("jbi_cohort").domain("D2")
    assert sheets.summary(items, {"4": "Y", "5": "N"}) == "1 of 2 yes"
    assert sheets.summary(items, {"4": "Y", "5": "NA"}) == "1 of 1 yes"
    stars = load("nos_cohort").domain("comparability")
    assert sheets.summary(stars, {"C1": ["a", "b"]}) == "2 stars"
    grade = load("grade").domain("imprecision")
    label = grade.questions[0].label("-1")
    assert sheets.summary(grade, {"imprecision": "-1"}) == label
