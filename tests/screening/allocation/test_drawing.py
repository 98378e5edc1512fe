from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from screening.allocation import drawing
from screening.allocation.drawing import CELLS, cell_of, offset

SEEDS = st.integers(1, 2**31 - 1)


@given(SEEDS, st.integers(1, 2**31 - 1))
def test_a_key_always_has_the_same_cell(seed: int, key: int) -> None:
    begin = offset(seed, "allocation")
    assert 0 <= cell_of(key, begin) < CELLS
    assert cell_of(key, begin) == cell_of(key, offset(seed, "allocation"))


@given(SEEDS, st.lists(st.integers(1, 100), min_size=1, max_size=7))
def test_everybody_has_exactly_their_share(seed: int, shares: list[int]) -> None:
    people = tuple(enumerate(shares, start=1))
    cells = drawing.by_share(people, seed, "allocation")
    for person, share in people:
        assert sum(person in each for each in cells) == share * CELLS // 100


@given(SEEDS, st.integers(1, 3), st.integers(3, 9))
def test_equal_shares_give_each_cell_as_many_people_as_must_judge(
    seed: int, required: int, number: int
) -> None:
    people = tuple(drawing.evenly(range(number), required))
    cells = drawing.by_share(people, seed, "allocation")
    assert {len(each) for each in cells} == {required}
    counts = [sum(person in each for each in cells) for person, _ in people]
    assert max(counts) - min(counts) <= CELLS // 100


def test_equal_shares_bring_all_pairs_together() -> None:
    people = tuple(drawing.evenly([1, 2, 3, 4], 2))
    found = {tuple(sorted(each)) for each in drawing.by_share(people, 4, "allocation")}
    assert found == set(combinations([1, 2, 3, 4], 2))


@given(SEEDS)
def test_a_pair_always_has_a_core_reviewer(seed: int) -> None:
    cells = drawing.by_pair(
        frozenset({1}), frozenset({2, 3, 4}), required=2, seed=seed, purpose="pair"
    )
    assert all(1 in each and len(each) == 2 for each in cells)


@given(SEEDS)
def test_when_one_leaves_a_pair_only_their_cells_change(seed: int) -> None:
    core = frozenset({1})
    before = drawing.by_pair(
        core, frozenset({2, 3, 4}), required=2, seed=seed, purpose="pair"
    )
    after = drawing.by_pair(
        core, frozenset({2, 3}), required=2, seed=seed, purpose="pair"
    )
    for old, new in zip(before, after, strict=True):
        assert old == new or 4 in old


@given(SEEDS, st.integers(1, 2**31 - 1001))
def test_keys_in_a_row_spread_evenly_over_the_cells(seed: int, first: int) -> None:
    begin = offset(seed, "allocation")
    cells = [cell_of(key, begin) for key in range(first, first + 1000)]
    assert abs(sum(cell < CELLS // 2 for cell in cells) - 500) <= 5
    assert abs(sum(cell < CELLS // 10 for cell in cells) - 100) <= 5
