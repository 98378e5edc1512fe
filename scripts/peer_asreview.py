"""Run ASReview on a labelled set; `benchmark_ranking` calls this in its own venv.

    python scripts/peer_asreview.py JOB.json ANSWER.json

To be run in a folder that may be thrown away: importing asreview writes a cache there.
Its default (ELAS u4) draws from numpy's global chance; here it is given the seed that
the other side has, so that the orders can be compared record by record.
"""

import csv
import gzip
import json
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from asreview import ActiveLearningCycle, Simulate
from asreview.metrics import loss, ndcg
from asreview.models.models import get_ai_config

csv.field_size_limit(10**9)


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text())
    told = played(job) if job["what"] == "order" else timed(job)
    told["version"] = version("asreview")
    told["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    Path(sys.argv[2]).write_text(json.dumps(told))


def cycle() -> Any:
    value = get_ai_config("elas_u4")["value"]
    value.classifier_param = {**value.classifier_param, "random_state": 0}
    return ActiveLearningCycle.from_meta(value)


def played(job: dict[str, Any]) -> dict[str, Any]:
    """Screen a set to its end, from the priors that the job names."""
    table = read(job["file"])
    labels = table["label_included"].astype(int).to_numpy()
    one = cycle()
    one.n_query = growing
    begun = time.perf_counter()
    run = Simulate(table, labels, [one], print_progress=False)
    run.label(job["priors"])
    run.review()
    seconds = time.perf_counter() - begun
    order = [int(each) for each in run._results["record_id"]][len(job["priors"]) :]
    rest = np.setdiff1d(np.arange(len(labels)), [*order, *job["priors"]])
    found = [int(labels[each]) for each in [*order, *rest]]
    return {
        "order": order,
        "seconds": seconds,
        "loss": loss(found),
        "ndcg": ndcg(found),
    }


def growing(results: Any) -> int:
    """Return how many records come before the model learns anew."""
    if len(results) < 100:
        return 1
    return 5 if len(results) < 1000 else 100


def timed(job: dict[str, Any]) -> dict[str, Any]:
    """Time the features, and learning and ranking with so many labels."""
    table = read(job["file"])
    one = cycle()
    begun = time.perf_counter()
    matrix = one.transform(table[["title", "abstract"]])
    features = time.perf_counter() - begun
    fits = []
    for some in job["labelled"]:
        places = np.array(some["places"])
        labels = np.array(some["labels"])
        pool = np.setdiff1d(np.arange(len(table)), places)
        seconds = []
        for _ in range(job["times"]):
            begun = time.perf_counter()
            one.fit(matrix[places], labels)
            pool[one.rank(matrix[pool])]
            seconds.append(time.perf_counter() - begun)
        fits.append(sorted(seconds)[len(seconds) // 2])
    return {"features": features, "fits": fits, "shape": list(matrix.shape)}


def read(path: str) -> pd.DataFrame:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return pd.DataFrame(list(csv.DictReader(file)))


if __name__ == "__main__":
    main()
