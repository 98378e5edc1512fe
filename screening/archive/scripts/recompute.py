"""Recompute the flow, the agreement and Table 1 from the tables of this archive.

    python3 scripts/recompute.py

Every figure must equal the one that Twofold gave (figures.json, tables/figures.csv);
the script ends with 1 otherwise. It needs Python 3.8 or later and nothing else.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent
MAIN = ("database", "register")
KINDS = {
    "database": "databases",
    "register": "registers",
    "website": "other_websites",
    "organisation": "other_organisations",
    "citation": "other_citations",
    "other": "other_other_methods",
}
RECORD_BOXES = (
    "identified duplicates removed_by_automation removed_for_other_reasons screened "
    "awaiting_screening excluded"
).split()
REPORT_BOXES = (
    "sought not_retrieved awaiting_retrieval assessed excluded_reports "
    "awaiting_decision included_reports"
).split()


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    csv.field_size_limit(2**31 - 1)
    with open(
        FOLDER / "tables" / (name + ".csv"), encoding="utf-8", newline=""
    ) as file:
        return list(csv.DictReader(file))


def flow() -> tuple[dict[str, int], set[str], dict[str, set[str]]]:
    """Count each box of the flow.

    With the studies that are included, and what stands at each stage and is settled.
    """
    kinds = {row["search"]: row["kind"] for row in read("searches")}
    found: Counter[str] = Counter()
    for name in RECORD_BOXES + REPORT_BOXES:
        found[name] = found["other_" + name] = 0
    for name in KINDS.values():
        found[name] = 0
    for search in kinds:
        found["search-" + search] = 0
    main = {}
    settled: dict[str, set[str]] = {"title_abstract": set(), "full_text": set()}
    for record in read("records"):
        kind = kinds[record["search"]]
        prefix = "" if kind in MAIN else "other_"
        boxes = list(record_boxes(record))
        for name in boxes:
            found[prefix + name] += 1
        if "screened" in boxes:
            settled["title_abstract"].add(record["record"])
        found["search-" + record["search"]] += 1
        found[KINDS[kind]] += 1
        stands = not record["duplicate_of"] and not record["removal"]
        if stands and record["verdict"] == "include":
            main[record["record"]] = kind in MAIN
    routes: dict[str, list[bool]] = defaultdict(list)
    for link in read("report_records"):
        if link["record"] in main:
            routes[link["report"]].append(main[link["record"]])
    studies: set[str] = set()
    found["reports_included"] = found["reports_without_study"] = 0
    for report in read("reports"):
        if report["report"] not in routes:
            continue
        prefix = "" if any(routes[report["report"]]) else "other_"
        boxes = report_boxes(report)
        for name in boxes:
            found[prefix + name] += 1
        if "assessed" in boxes and report["verdict"]:
            settled["full_text"].add(report["report"])
        if "excluded_reports" in boxes:
            found[prefix + "reason:" + report["reason_code"]] += 1
        if "included_reports" in boxes:
            found["reports_included"] += 1
            found["reports_without_study"] += not report["study"]
            studies.add(report["study"])
    studies.discard("")
    found["studies_included"] = len(studies)
    return dict(found), studies, settled


def record_boxes(record: dict[str, str]) -> Iterator[str]:
    """Yield the boxes in which a record stands."""
    yield "identified"
    if record["duplicate_of"]:
        yield "duplicates"
    elif record["removal"] == "automation":
        yield "removed_by_automation"
    elif record["removal"]:
        yield "removed_for_other_reasons"
    elif not record["verdict"]:
        yield "awaiting_screening"
    else:
        yield "screened"
        if record["verdict"] == "exclude":
            yield "excluded"


def report_boxes(report: dict[str, str]) -> list[str]:
    """Return the boxes in which a report stands that is sought."""
    if report["retrieval"] == "not_retrieved":
        return ["sought", "not_retrieved"]
    if report["retrieval"] == "awaiting":
        return ["sought", "awaiting_retrieval"]
    verdicts = {"include": "included_reports", "exclude": "excluded_reports"}
    return ["sought", "assessed", verdicts.get(report["verdict"], "awaiting_decision")]


def agreement(counted: dict[str, set[str]]) -> dict[str, Any]:
    """Return per cent and Cohen's kappa of each pair, on items that are counted.

    Taken is what each had said when as many as required had judged an item.
    """
    joined = {row["reviewer"]: int(row["joined"]) for row in read("reviewers")}
    required = {row["stage"]: int(row["required"]) for row in read("agreement")}
    histories: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in read("decisions"):
        item = row["record"] or row["report"]
        if row["stage"] in required and item in counted[row["stage"]]:
            histories[row["stage"], item].append(row)
    pairs: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for (stage, _), history in histories.items():
        said = independent(history, required[stage])
        for one, two in combinations(sorted(said, key=joined.__getitem__), 2):
            pair = f"{stage}:{joined[one]}-{joined[two]}"
            pairs[pair].append((said[one], said[two]))
    found: dict[str, Any] = {}
    for pair, both in pairs.items():
        items = len(both)
        observed = sum(a == b for a, b in both) / items
        first = sum(a for a, _ in both) / items
        second = sum(b for _, b in both) / items
        chance = first * second + (1 - first) * (1 - second)
        found[pair + ":items"] = items
        found[pair + ":percent"] = 100 * observed
        found[pair + ":kappa"] = None
        if 1 - chance > 1e-12:
            found[pair + ":kappa"] = (observed - chance) / (1 - chance)
    return found


def independent(history: list[dict[str, str]], required: int) -> dict[str, bool]:
    """Return who let the item go on when as many as required had judged it."""
    said: dict[str, bool] = {}
    for row in history:
        said.pop(row["reviewer"], None)
        if row["choice"] != "withdrawn":
            said[row["reviewer"]] = row["choice"] != "exclude"
        if len(said) >= required:
            return said
    return {}


def table1(included: set[str]) -> dict[str, str]:
    """Return each cell of Table 1, and the group of each study."""
    values = {(row["study"], row["field"]): row for row in read("values")}
    fields = read("fields")
    shown = [row["field"] for row in fields if row["in_table1"] == "yes"]
    groups = [row["field"] for row in fields if row["groups_table1"] == "yes"]
    found = {}
    for study in included:
        found[study + ":group"] = ""
        for field in groups:
            value = cell(values.get((study, field)), "Not reported", "Not settled yet")
            found[study + ":group"] = value
        for field in shown:
            found[study + ":field:" + field] = cell(
                values.get((study, field)), "NR", ""
            )
    return found


def cell(row: dict[str, str] | None, not_reported: str, not_settled: str) -> str:
    """Return a value as Table 1 shows it."""
    if row is None:
        return not_settled
    return not_reported if row["not_reported"] == "yes" else row["value"]


def same(mine: Any, theirs: Any) -> bool:
    """Tell whether two figures are equal; numbers to the sixth decimal."""
    if isinstance(mine, (int, float)) and isinstance(theirs, (int, float)):
        return abs(mine - theirs) < 1e-6
    return bool(mine == theirs)


def main() -> int:
    """Compare every figure, and say what differs."""
    counted, included, settled = flow()
    mine: dict[str, dict[str, Any]] = {
        "flow": counted,
        "agreement": agreement(settled),
        "table1": table1(included),
    }
    theirs = json.loads((FOLDER / "figures.json").read_text(encoding="utf-8"))
    wrong = []
    for part in sorted(set(mine) | set(theirs)):
        ours, given = mine.get(part, {}), theirs.get(part, {})
        for name in sorted(set(ours) | set(given)):
            pair = ours.get(name, "missing"), given.get(name, "missing")
            if not same(*pair):
                wrong.append(f"{part}, {name}: from the tables %r, given %r" % pair)
    for line in wrong:
        print(line)
    if wrong:
        return 1
    number = sum(map(len, theirs.values()))
    print(f"All {number} figures follow from the tables.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
