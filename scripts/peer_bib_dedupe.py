"""Run bib-dedupe on a labelled set; `benchmark_duplicates` calls this in its own venv.

    python scripts/peer_bib_dedupe.py FOLDER ANSWER.json

The columns and types are those that its documentation asks for; one process, since two
find the same.
"""

import csv
import json
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from bib_dedupe.bib_dedupe import block, match, prep
from bib_dedupe.cluster import get_connected_components

SAME = ("title year journal booktitle volume pages doi isbn abstract").split()

csv.field_size_limit(10**9)


def main() -> None:
    folder, answer = map(Path, sys.argv[1:3])
    with (folder / "records.csv").open(encoding="utf-8", newline="") as file:
        records = pd.DataFrame(map(row, csv.DictReader(file)))
    begun = processor_seconds()
    matched = match(block(prep(records, cpu=1), cpu=1), cpu=1)
    if "duplicate_label" in matched:
        matched = matched[matched["duplicate_label"] == "duplicate"]
    groups = get_connected_components(matched)
    told = {
        "groups": [list(map(str, group)) for group in groups],
        "to_check": [],
        "seconds": processor_seconds() - begun,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "version": version("bib-dedupe"),
    }
    answer.write_text(json.dumps(told))


def row(read: dict[str, str]) -> dict[str, str]:
    return {
        "ID": read["record_id"],
        "ENTRYTYPE": read["type"] or "article",
        "author": " and ".join(read["authors"].split("; ")),
        "number": read["issue"],
        "search_set": "",
        **{name: read[name] for name in SAME},
    }


def processor_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
