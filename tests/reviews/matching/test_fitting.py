"""What was found, fitted into the sets that stand: settled things are never undone."""

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from reviews.matching.candidates import DuplicateSet, Found, Pair
from reviews.matching.fitting import Standing, fit


def found(
    *groups: tuple[int, ...], to_check: tuple[tuple[int, int], ...] = ()
) -> Found:
    return Found(
        sets=tuple(DuplicateSet(keys=group, basis="Same DOI") for group in groups),
        to_check=tuple(Pair(*pair, basis="Same title") for pair in to_check),
    )


def test_a_new_group_is_a_new_set_with_the_next_number() -> None:
    fitted = fit(found((1, 2)), [], first_number=5)
    assert [(s.number, s.keys, s.basis) for s in fitted.made] == [
        (5, {1, 2}, "Same DOI")
    ]


def test_a_group_that_links_two_sets_joins_them() -> None:
    sets = [Standing(1, {1, 2}, frozenset({2})), Standing(2, {3, 4}, frozenset({4}))]
    fitted = fit(found((2, 3)), sets)
    assert [s.keys for s in fitted.changed] == [{1, 2, 3, 4}]
    assert fitted.changed[0].copies == {2, 4}
    assert fitted.gone == [2]


def test_nobody_told_apart_comes_into_one_set_by_way_of_a_third() -> None:
    fitted = fit(found((2, 3)), [Standing(1, {1, 2})], distinct={(1, 3)})
    assert not fitted.made
    assert not fitted.changed


def test_what_is_certain_leaves_a_mere_question() -> None:
    question = Standing(1, {1, 2}, doubtful=True)
    fitted = fit(found((2, 3)), [question], first_number=2)
    assert [s.keys for s in fitted.made] == [{2, 3}]
    assert fitted.gone == [1]


def test_a_question_stays_where_its_record_cannot_come_into_the_certain_set() -> None:
    sets = [Standing(1, {1, 2}), Standing(2, {4, 5}, doubtful=True)]
    what = found((2, 5), to_check=((4, 5),))
    fitted = fit(what, sets, distinct={(1, 5)})
    assert (fitted.made, fitted.changed, fitted.gone) == ([], [], [])


def test_a_question_that_became_certain_is_one_no_more() -> None:
    fitted = fit(found((1, 2)), [Standing(1, {1, 2}, doubtful=True)])
    assert [(s.number, s.doubtful) for s in fitted.changed] == [(1, False)]


def test_a_pair_in_doubt_waits_for_an_open_set_and_joins_a_settled_one() -> None:
    waits = fit(found(to_check=((2, 3),)), [Standing(1, {1, 2})])
    assert (len(waits.waiting), waits.changed) == (1, [])
    joins = fit(found(to_check=((2, 3),)), [Standing(1, {1, 2}, frozenset({2}))])
    assert [(s.keys, s.doubtful) for s in joins.changed] == [({1, 2, 3}, True)]


KEYS = st.integers(1, 12)
PAIRS = st.tuples(KEYS, KEYS).filter(lambda pair: pair[0] < pair[1])


@st.composite
def _partitions(draw: st.DrawFn) -> list[set[int]]:
    homes = draw(st.lists(st.integers(0, 4), min_size=12, max_size=12))
    sets = [{key + 1 for key in range(12) if homes[key] == home} for home in range(5)]
    return [each for each in sets if len(each) > 1]


@given(
    before=_partitions(),
    groups=_partitions(),
    doubts=st.lists(PAIRS, max_size=4),
    distinct=st.sets(PAIRS, max_size=6),
    flags=st.lists(st.sampled_from(["open", "merged", "question"]), min_size=5),
)
def test_fitting_keeps_what_people_said_and_twice_changes_nothing(
    before: list[set[int]],
    groups: list[set[int]],
    doubts: list[tuple[int, int]],
    distinct: set[tuple[int, int]],
    flags: list[str],
) -> None:
    def apart(keys: set[int]) -> bool:
        return any({first, second} <= keys for first, second in distinct)

    standing = [
        Standing(
            number,
            set(keys),
            copies=frozenset(keys - {min(keys)}) if flag == "merged" else frozenset(),
            doubtful=flag == "question",
        )
        for number, (keys, flag) in enumerate(zip(before, flags, strict=False), 1)
        if not apart(keys)
    ]
    what = found(
        *(tuple(sorted(each)) for each in groups if not apart(each)),
        to_check=tuple(doubts),
    )
    merged = [set(each.keys) for each in standing if each.copies]

    fitted = fit(what, deepcopy(standing), distinct=distinct, first_number=6)

    changed = {each.number: each for each in [*fitted.made, *fitted.changed]}
    after = {each.number: each for each in standing} | changed
    sets = [each for number, each in after.items() if number not in fitted.gone]
    keys = [key for each in sets for key in each.keys]
    assert len(keys) == len(set(keys))
    assert all(len(each.keys) > 1 and not apart(each.keys) for each in sets)
    for each in merged:
        assert any(each <= other.keys for other in sets)
    again = fit(what, deepcopy(sets), distinct=distinct, first_number=99)
    assert (again.made, again.changed, again.gone) == ([], [], [])
