"""Sets of duplicates: what is joined, refused, and said about it."""

import csv
import json
import random
from dataclasses import replace
from itertools import combinations
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.matching.candidates import Candidate, Pair, fullest
from reviews.matching.comparing import compare
from reviews.matching.normalising import profile
from reviews.matching.sets import find_sets
from tests.reviews.matching.cases import ARTICLE, copy, partition, read_demo
from tests.shared import shared_path


def test_says_in_plain_words_what_a_set_rests_on() -> None:
    first = replace(ARTICLE, doi="10.1000/1")
    found = find_sets([first, copy(doi="10.1000/1", pages="", volume="", journal="")])

    assert found.sets[0].keys == (1, 2)
    assert found.sets[0].basis == "Same DOI; same title, first author and year"


def test_says_what_differs_in_a_pair_to_check() -> None:
    found = find_sets([replace(ARTICLE, pmid="111"), copy(pmid="222")])

    assert found.to_check == (
        Pair(
            first=1,
            second=2,
            basis="Same title, first author, year, journal, volume and pages;"
            " different PMID",
        ),
    )


def test_joins_copies_that_only_a_third_one_links() -> None:
    by_doi = Candidate(2, doi="10.1000/1")
    found = find_sets(
        [replace(ARTICLE, doi="10.1000/1"), by_doi, replace(copy(), key=3)]
    )

    assert [each.keys for each in found.sets] == [(1, 2, 3)]


def test_never_joins_what_a_person_declared_different() -> None:
    third = replace(ARTICLE, key=3)
    found = find_sets([ARTICLE, copy(), third], distinct=[(2, 1)])

    assert len(found.sets) == 1
    assert not {1, 2} <= set(found.sets[0].keys)
    assert all(pair != (1, 2) for pair in ((p.first, p.second) for p in found.to_check))


def test_ignores_declarations_about_records_that_are_not_there() -> None:
    found = find_sets([ARTICLE, copy()], distinct=[(1, 99)])

    assert [each.keys for each in found.sets] == [(1, 2)]


def test_refuses_a_key_that_comes_twice() -> None:
    with pytest.raises(ValueError, match="same key"):
        find_sets([ARTICLE, ARTICLE])


def test_finds_nothing_in_nothing() -> None:
    found = find_sets([])

    assert (found.sets, found.to_check) == ((), ())


def test_joins_more_copies_than_a_block_may_hold() -> None:
    found = find_sets([replace(ARTICLE, key=key) for key in range(1, 151)])

    assert [each.keys for each in found.sets] == [tuple(range(1, 151))]


def test_keeps_the_fullest_copy() -> None:
    bare = replace(ARTICLE, key=1, journal="")
    full = replace(ARTICLE, key=2, abstract="Aim.")
    fuller = replace(ARTICLE, key=4, abstract="Aim. Methods.")

    assert fullest([bare, full, fuller, replace(fuller, key=3)]) == 3


TITLES = st.sampled_from(
    [
        "Walking groups for older adults with chronic back pain: a trial",
        "Walking groups for older adults with chronic back-pain: a trial.",
        "Walking groups for older adults with chronic back pain. Part 2",
        "Erratum: Walking groups for older adults with chronic back pain",
        "Editorial",
        "",
    ]
)
RECORDS = st.builds(
    Candidate,
    key=st.just(0),
    title=TITLES,
    authors=st.sampled_from([(), ("Okafor, N",), ("Okafor, Ngozi", "Sato, Y")]),
    year=st.sampled_from([None, 2018, 2019, 2022]),
    journal=st.sampled_from(["", "J Rehabil Res", "Pain"]),
    volume=st.sampled_from(["", "4", "5"]),
    pages=st.sampled_from(["", "1-10", "210-219", "210-9", "300"]),
    doi=st.sampled_from(["", "10.1000/1", "10.1000/2"]),
    pmid=st.sampled_from(["", "111", "222"]),
)
LIBRARIES = st.lists(RECORDS, max_size=9).map(
    lambda records: [replace(each, key=key) for key, each in enumerate(records, 1)]
)


@given(LIBRARIES, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_finds_the_same_in_any_order(
    library: list[Candidate], chance: random.Random
) -> None:
    shuffled = chance.sample(library, len(library))

    assert find_sets(shuffled) == find_sets(library)


@given(LIBRARIES, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_holds_every_declaration_and_puts_no_record_in_two_sets(
    library: list[Candidate], chance: random.Random
) -> None:
    pairs = list(combinations(range(1, len(library) + 1), 2))
    distinct = chance.sample(pairs, len(pairs) // 3)
    found = find_sets(library, distinct=distinct)

    keys = [key for each in found.sets for key in each.keys]
    assert len(keys) == len(set(keys))
    for each in found.sets:
        assert len(each.keys) > 1
        assert each.basis
        assert not set(combinations(each.keys, 2)) & set(distinct)
    for pair in found.to_check:
        assert pair.first < pair.second
        assert (pair.first, pair.second) not in distinct
        assert not any({pair.first, pair.second} <= set(s.keys) for s in found.sets)


@given(RECORDS, RECORDS)
@settings(max_examples=200, deadline=None)
def test_compares_alike_in_both_directions(one: Candidate, other: Candidate) -> None:
    assert compare(profile(one), profile(other)) == compare(
        profile(other), profile(one)
    )


def test_finds_the_five_true_pairs_of_the_demo_and_no_look_alike() -> None:
    demo = read_demo(shared_path("demo/combined.ris"))
    truth = json.loads(shared_path("demo/duplicates.json").read_text(encoding="utf-8"))
    found = find_sets(demo.values())

    assert len(demo) == truth["records_in_combined"]
    assert partition(each.keys for each in found.sets) == {
        frozenset(demo[name].key for name in pair["ids"]) for pair in truth["pairs"]
    }
    look_alikes = {
        frozenset(demo[name].key for name in pair["ids"])
        for pair in truth["not_duplicates"]
    }
    assert not look_alikes & {frozenset((p.first, p.second)) for p in found.to_check}


@pytest.mark.parametrize(
    ("name", "lost", "left"),
    [("sra_cytology_screening", 0, 6), ("is_jais", 0, 10), ("special_cases", 0, 1)],
)
def test_holds_its_accuracy_on_labelled_records(
    name: str, lost: int, left: int
) -> None:
    """Lost: other reports merged away. Left: copies not found."""
    folder = shared_path(f"data/dedup/{name}")
    with (folder / "groups.csv").open(encoding="utf-8") as file:
        groups = {row["record_id"]: row["group_id"] for row in csv.DictReader(file)}
    with (folder / "records.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = find_sets(_from_row(key, row) for key, row in enumerate(rows))

    truth = [groups[row["record_id"]] for row in rows]
    merged = [{truth[key] for key in each.keys} for each in found.sets]
    removed = sum(len(s.keys) - len(m) for s, m in zip(found.sets, merged, strict=True))
    assert sum(len(each) - 1 for each in merged) <= lost
    assert len(truth) - len(set(truth)) - removed <= left


def _from_row(key: int, row: dict[str, str]) -> Candidate:
    return Candidate(
        key=key,
        title=row["title"],
        authors=tuple(name for name in row["authors"].split("; ") if name),
        year=int(row["year"]) if row["year"].isdigit() else None,
        journal=row["journal"] or row["booktitle"],
        volume=row["volume"],
        issue=row["issue"],
        pages=row["pages"],
        doi=row["doi"],
        pmid=row["pmid"],
        abstract=row["abstract"],
    )


def test_thousands_of_equal_records_are_not_all_compared_with_one_another() -> None:
    records = [replace(ARTICLE, key=key) for key in range(3000)]
    with patch("reviews.matching.sets.compare", wraps=compare) as compared:
        found = find_sets(records)

    assert [len(each.keys) for each in found.sets] == [3000]
    assert compared.call_count < 20 * len(records)
