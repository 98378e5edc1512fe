"""The test of stopping over real screenings: it never stops before its target."""

import csv
import gzip

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from screening.stopping import urn
from screening.stopping.urn import Screened
from tests.shared import shared_path

csv.field_size_limit(2**24)
MOST = 1500
SETS = (
    "synergy_Donners_2021",
    "synergy_Jeyaraman_2020",
    "synergy_Meijboom_2021",
    "synergy_Smid_2020",
    "synergy_van_de_Schoot_2018",
)


def ranked(name: str) -> list[int]:
    """Return the labels of a set in the order in which a ranking brings them.

    Of a large set no more than MOST irrelevant records are taken, for speed. It begins
    with one record of each kind, and learns anew after each tenth of the set.
    """
    path = shared_path(f"data/screening/{name}.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = np.array([int(row["label_included"]) for row in rows])
    chance = np.random.default_rng(7)
    irrelevant = chance.permutation(np.flatnonzero(labels == 0))[:MOST]
    kept = chance.permutation(np.concatenate([np.flatnonzero(labels), irrelevant]))
    texts = [f"{rows[at]['title']} {rows[at]['abstract']}" for at in kept]
    labels = labels[kept]
    features = TfidfVectorizer(sublinear_tf=True, min_df=2).fit_transform(texts)
    read = [int(np.flatnonzero(labels == each)[0]) for each in (1, 0)]
    while len(read) < len(labels):
        model = LinearSVC(C=0.11, class_weight="balanced", random_state=0)
        model.fit(features[read], labels[read])
        rest = np.setdiff1d(np.arange(len(labels)), read)
        score = model.decision_function(features[rest])
        batch = max(10, len(read) // 3)
        read += [int(at) for at in rest[np.argsort(-score, kind="stable")][:batch]]
    return [int(labels[at]) for at in read]


@pytest.mark.parametrize("name", SETS)
def test_never_stops_before_its_target(name: str) -> None:
    labels = ranked(name)
    total = sum(labels)
    for target in (95, 90, 80):
        for read in range(10, len(labels) + 1, 10):
            places = [at for at, each in enumerate(labels[:read], 1) if each]
            screened = Screened(len(labels), read, places)
            if urn.p_value(screened, target) < urn.THRESHOLD:
                assert 100 * len(places) >= target * total, (target, read)
                break


@pytest.mark.parametrize("name", SETS[:3])
def test_the_certified_recall_is_never_above_the_truth(name: str) -> None:
    labels = ranked(name)
    total = sum(labels)
    for read in range(25, len(labels) + 1, 25):
        places = [at for at, each in enumerate(labels[:read], 1) if each]
        certified = urn.certified(Screened(len(labels), read, places))
        assert len(places) + certified.missed >= total, read
