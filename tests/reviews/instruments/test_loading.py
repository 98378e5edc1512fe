"""All instruments load, can be answered in full, and refuse to be damaged."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviews.instruments import asking, judging
from reviews.instruments.loading import (
    UnknownInstrument,
    catalogue,
    definition,
    fitting,
    keys,
    load,
)
from reviews.instruments.parsing import parse
from reviews.instruments.reading import InvalidInstrument
from reviews.instruments.words import DESIGNS
from tests.reviews.instruments.answering import answer_to, answers_to, options_for

generated = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
each_instrument = pytest.mark.parametrize("key", keys())


def test_eighteen_instruments_come_with_the_product() -> None:
    assert len(keys()) == len(catalogue()) == 18
    assert [load(key).key for key in keys()] == list(keys())


def test_says_that_an_instrument_is_unknown() -> None:
    for key in ("rob3", "../prisma2020_flow", ""):
        with pytest.raises(UnknownInstrument):
            load(key)


def test_each_design_has_words_and_finds_its_instruments() -> None:
    for instrument in catalogue():
        for design in instrument.designs:
            assert design in DESIGNS
            assert instrument in fitting(design)
    assert [each.key for each in fitting("diagnostic_accuracy")] == ["quadas2"]


@each_instrument
def test_says_where_the_instrument_comes_from(key: str) -> None:
    instrument = load(key)
    assert instrument.version
    assert instrument.reference.citation
    assert instrument.reference.url.startswith("https://") or instrument.key in {
        "mmat2018"
    }
    assert instrument.licence.note
    for domain in instrument.domains:
        for level in domain.judgements:
            assert level.label
            assert level.symbol
            assert level.colour.startswith("#")
    for level in instrument.overall.judgements:
        assert level.label
        assert level.symbol
        assert level.colour.startswith("#")


@each_instrument
@given(data=st.data())
@generated
def test_can_be_answered_in_full(key: str, data: st.DataObject) -> None:
    instrument = load(key)
    design = data.draw(st.sampled_from(["", *instrument.designs]))
    options = data.draw(options_for(instrument, design))
    options = asking.settled_options(instrument, options, design)
    assert asking.option_problems(instrument, options) == {}
    answers: dict[str, dict[str, Any]] = {}
    judgements: dict[str, str | None] = {}
    used = asking.domains_in_use(instrument, options)
    assert used
    for domain in used:
        own = data.draw(answers_to(domain, options))
        answers[domain.id] = own
        assert asking.is_complete(domain, own, options)
        assert not asking.answer_problems(domain, own, options)
        code = judging.proposed(domain, own, options)
        levels = [level.code for level in domain.judgements]
        assert code is None or code in levels
        if levels:
            judgements[domain.id] = code or data.draw(st.sampled_from(levels))
    tally = asking.tally(instrument, answers, options)
    assert tally.asked == tally.answered >= tally.applicable >= tally.yes
    assert tally.stars <= tally.most_stars
    found = judging.overall(instrument, judgements, answers, options)
    assert found.code is None or instrument.overall.judgement(found.code)
    if instrument.overall.kind not in ("none", "manual"):
        in_use = judging.overall_in_use(instrument, options)
        assert (found.code is not None) is in_use


@each_instrument
@given(data=st.data())
@generated
def test_an_answer_to_a_question_that_is_not_asked_changes_nothing(
    key: str, data: st.DataObject
) -> None:
    instrument = load(key)
    design = data.draw(st.sampled_from(["", *instrument.designs]))
    options = data.draw(options_for(instrument, design))
    options = asking.settled_options(instrument, options, design)
    domain = data.draw(st.sampled_from(asking.domains_in_use(instrument, options)))
    answers = data.draw(answers_to(domain, options))
    asked = asking.asked(domain, answers, options)
    stale = {
        question.id: data.draw(answer_to(question))
        for question in domain.questions
        if question not in asked
    }
    both = {**stale, **answers, "no such question": "Y"}
    assert asking.asked(domain, both, options) == asked
    assert asking.given(domain, both, options) == asking.given(domain, answers, options)
    assert judging.proposal(domain, both, options) == (
        judging.proposal(domain, answers, options)
    )


@each_instrument
@given(data=st.data())
@generated
def test_nothing_is_proposed_while_a_question_is_open(
    key: str, data: st.DataObject
) -> None:
    instrument = load(key)
    design = data.draw(st.sampled_from(["", *instrument.designs]))
    options = data.draw(options_for(instrument, design))
    options = asking.settled_options(instrument, options, design)
    domain = data.draw(st.sampled_from(asking.domains_in_use(instrument, options)))
    answers = data.draw(answers_to(domain, options))
    open_question = data.draw(st.sampled_from(sorted(answers)))
    del answers[open_question]
    assert not asking.is_complete(domain, answers, options)
    assert judging.proposal(domain, answers, options) == judging.Proposal()


@each_instrument
def test_a_stored_copy_of_the_definition_gives_the_same_instrument(
    key: str,
) -> None:
    instrument = load(key)
    assert parse(json.loads(json.dumps(definition(instrument.key)))) == instrument


def test_a_copy_can_be_changed_without_changing_the_original() -> None:
    definition("rob2")["domains"].clear()
    assert definition("rob2")["domains"]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("schema_version",), 2, "schema_version must be 1."),
        (("name",), None, "instrument.name must be a text."),
        (("domains",), [], "The instrument has no domains."),
        (("domains",), {}, "instrument.domains must be a list."),
        (("domains", 0, "id"), "D3", "domains: id 'D3' stands twice."),
        (
            ("domains", 0, "questions", 1, "responses"),
            "other",
            "domains[0].questions[1].responses: no response set 'other'.",
        ),
        (
            ("domains", 1, "questions", 2, "ask_if"),
            {"q": "2.7", "in": ["Y"]},
            "domains[1]: question 2.3 depends on one that is not before it.",
        ),
        (
            ("domains", 0, "judgement", "algorithm", "rules", 0, "when"),
            {"q": "9.9", "in": ["Y"]},
            "domains[0]: rule D1.1 has an unknown question.",
        ),
        (
            ("domains", 0, "judgement", "algorithm", "rules", 0, "when"),
            {"maybe": []},
            "domains[0].rules[0].when must be one of q with in, opt, all, any or not.",
        ),
        (
            ("domains", 0, "judgement", "algorithm", "rules", 0, "then"),
            "awful",
            "domains[0]: rule D1.1 leads to no judgement of this domain.",
        ),
        (
            ("domains", 0, "judgement", "algorithm", "type"),
            "magic",
            "domains[0]: no algorithm 'magic'.",
        ),
        (("domains", 0, "id"), "overall", "No domain may be called overall."),
        (("domains", 0, "id"), "d" * 41, f"'{'d' * 41}' is over 40 characters."),
        (("domains", 1, "use_when"), {"opt": "x"}, "No option 'x' is offered."),
        (
            ("overall", "algorithm", "type"),
            "nos_ahrq",
            "overall: nos_ahrq does not fit the domains.",
        ),
    ],
)
def test_says_where_a_definition_is_wrong(
    path: tuple[str | int, ...], value: object, message: str
) -> None:
    source = definition("rob2")
    place: Any = source
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(InvalidInstrument) as caught:
        parse(source)
    assert str(caught.value) == message


def places(source: Any) -> list[tuple[Any, Any]]:
    """Give each container of a definition with each of its keys."""
    pairs = source.items() if isinstance(source, dict) else enumerate(source)
    found: list[tuple[Any, Any]] = []
    for key, value in pairs:
        found.append((source, key))
        if isinstance(value, dict | list):
            found.extend(places(value))
    return found


def test_a_sum_without_a_level_of_its_own_is_refused() -> None:
    source = copy.deepcopy(definition("grade"))
    source["levels"][0]["value"] = -1
    with pytest.raises(InvalidInstrument, match="follow one another"):
        parse(source)


@each_instrument
@given(data=st.data())
@settings(generated, max_examples=60)
def test_a_damaged_definition_is_read_or_refused_in_words(
    key: str, data: st.DataObject
) -> None:
    instrument = load(key)
    source = copy.deepcopy(definition(instrument.key))
    container, key = data.draw(st.sampled_from(places(source)))
    junk = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
    action = data.draw(st.sampled_from(["drop", "replace", "list", "object"]))
    if action == "drop":
        del container[key]
    else:
        wrong: dict[str, Any] = {"replace": data.draw(junk), "list": [1], "object": {}}
        container[key] = wrong[action]
    try:
        damaged = parse(source)
    except InvalidInstrument:
        return
    options = data.draw(options_for(damaged))
    used = asking.domains_in_use(damaged, options)
    answers = {
        domain.id: {
            question.id: data.draw(answer_to(question)) for question in domain.questions
        }
        for domain in used
    }
    judgements = {
        domain.id: judging.proposed(domain, answers[domain.id], options)
        for domain in used
    }
    judging.overall(damaged, judgements, answers, options)
