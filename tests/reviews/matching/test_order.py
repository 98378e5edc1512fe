"""The result depends on what the records say: not on their order, keys or arrival."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.matching.candidates import Candidate
from reviews.matching.index import Index, marks
from reviews.matching.sets import find_sets
from tests.reviews.matching.cases import partition
from tests.reviews.matching.perturbing import CHANGES, article, print_again


def _library(seed: int, number: int) -> tuple[list[Candidate], dict[int, int]]:
    """Return records, and by the key of each that of the article it prints."""
    chance = random.Random(seed)
    records: list[Candidate] = []
    printed: dict[int, int] = {}
    for _ in range(number):
        first = article(len(records) + 1, chance)
        for copy in range(chance.randint(1, 3)):
            key = len(records) + 1
            records.append(print_again(first, key, chance) if copy else first)
            printed[key] = first.key
    return records, printed


@pytest.mark.parametrize("change", CHANGES)
def test_joins_each_single_change_of_print(change: object) -> None:
    chance = random.Random(3)
    for _ in range(20):
        first = article(1, chance)
        other = replace(change(first), key=2)  # type: ignore[operator]
        assert partition(each.keys for each in find_sets([first, other]).sets) == {
            frozenset((1, 2))
        }, other


def test_finds_the_copies_and_merges_nothing_else() -> None:
    records, printed = _library(seed=5, number=300)

    found = find_sets(records)

    for each in found.sets:
        assert len({printed[key] for key in each.keys}) == 1
    copies = len(records) - len(set(printed.values()))
    joined = sum(len(each.keys) - 1 for each in found.sets)
    assert joined >= 0.99 * copies


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(seed: int, chance: random.Random) -> None:
    records, _ = _library(seed, number=12)
    expected = find_sets(records)
    shuffled = records.copy()
    chance.shuffle(shuffled)

    assert find_sets(shuffled) == expected

    renamed = {record.key: at for at, record in enumerate(shuffled, start=1)}
    again = find_sets(replace(each, key=renamed[each.key]) for each in shuffled)
    assert partition(each.keys for each in again.sets) == {
        frozenset(renamed[key] for key in each.keys) for each in expected.sets
    }
    assert len(again.to_check) == len(expected.to_check)


def test_compares_what_is_new_as_a_whole_search_would() -> None:
    records, _ = _library(seed=8, number=200)
    random.Random(1).shuffle(records)
    old, new = records[:-50], records[-50:]
    index = Index()
    for each in old:
        index.add(each.key, marks(each))
    by_key = {each.key: each for each in old}
    fresh = {each.key for each in new}

    near = index.sharing(frozenset().union(*map(marks, new)))
    found = find_sets([*(by_key[key] for key in near), *new], new=fresh)

    whole = find_sets(records)
    joined = {frozenset(e.keys) & fresh for e in whole.sets} - {frozenset[int]()}
    assert {frozenset(e.keys) & fresh for e in found.sets} == joined


def test_an_index_forgets_what_is_taken_out() -> None:
    index = Index()
    for key in (1, 2, 3):
        index.add(key, [7, key + 10])

    index.discard(2, [7, 12])

    assert index.sharing([7]) == {1, 3}
    assert index.sharing([12]) == set()


def test_fingerprints_stay_the_same_from_run_to_run() -> None:
    assert marks(Candidate(1, doi="10.1000/a")) == {-670913468263585763}
