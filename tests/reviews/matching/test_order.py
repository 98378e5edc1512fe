"""The result depends on what the records say: not on their order, keys or arrival."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.matching.candidates import Candidate
from reviews.matching.index import marks, pack, sharing
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
    packed = [(each.key, pack(marks(each))) for each in old]
    by_key = {each.key: each for each in old}
    fresh = {each.key for each in new}
    standing = [each.keys for each in find_sets(old).sets]

    near = sharing(packed, frozenset().union(*map(marks, new)))
    near.update(*(keys for keys in standing if near & set(keys)))
    found = find_sets(
        [*(by_key[key] for key in near), *new], new=fresh, standing=standing
    )

    whole = find_sets(records)
    joined = {frozenset(e.keys) & fresh for e in whole.sets} - {frozenset[int]()}
    assert {frozenset(e.keys) & fresh for e in found.sets} == joined


def test_a_new_record_joins_only_a_set_whose_members_all_allow_it() -> None:
    first = Candidate(1, title="Ketamine for pain: a randomised trial", pmid="111")
    bare = replace(first, key=2, pmid="")
    other = replace(first, key=3, pmid="222", doi="10.1000/3")
    known = replace(bare, key=2, doi="10.1000/3")

    alone = find_sets([known, other], new={3})
    beside = find_sets([first, known, other], new={3}, standing=[(1, 2)])

    assert [each.keys for each in alone.sets] == [(2, 3)]
    assert beside.sets == ()


def test_one_member_speaks_for_a_set_that_stands() -> None:
    first = Candidate(1, title="Ketamine for pain: a randomised trial", doi="10.1000/3")
    records = [first, replace(first, key=2), replace(first, key=3)]

    found = find_sets(records, new={3}, standing=[(1, 2)])

    assert len(found.sets) == 1
    assert len(found.sets[0].keys) == 2
    assert 3 in found.sets[0].keys
    assert find_sets(records[:2], new={7}, standing=[(1, 2)]).sets == ()


def test_no_record_shares_what_nobody_asks_for() -> None:
    packed = [(1, pack([7, 11])), (2, pack([])), (3, pack([-7]))]
    assert sharing(packed, {7, 12}) == {1}
    assert sharing(packed, {-7, 11}) == {1, 3}
    assert sharing(packed, set()) == set()


def test_fingerprints_stay_the_same_from_run_to_run() -> None:
    assert marks(Candidate(1, doi="10.1000/a")) == {-670913468263585763}
