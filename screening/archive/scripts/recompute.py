"""Recompute flow, agreement, Table 1 and appraisal from the tables of this archive.

    python3 scripts/recompute.py

Every figure must equal the one that Twofold gave (figures.json), and every cell of
Table 1 those of tables/table1_long.csv and table1_wide.csv; the script ends with 1
otherwise. It needs Python 3.8 or later and nothing else.
"""

from __future__ import annotations

import csv
import json
import re
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
# Before a text that begins so, a table has an apostrophe that is not part of it.
FORMULA = re.compile(
    "[\\s'\"\u2018\u2019\u201c\u201d\u200b-\u200f\u2060\ufeff\x00]*"
    "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
    "|['\" ]*[\t\r\n]"
)
NAMED_AUTHORS = 3


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of a table, each text as it is."""
    csv.field_size_limit(2**31 - 1)
    with open(
        FOLDER / "tables" / (name + ".csv"), encoding="utf-8", newline=""
    ) as file:
        rows = csv.DictReader(file, restval="")
        return [{name: bare(text) for name, text in row.items()} for row in rows]


def bare(text: str) -> str:
    """Return a text without the apostrophe that keeps it from being a formula."""
    return text[1:] if text[:1] == "'" and FORMULA.match(text[1:]) else text


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

    Taken is what each had said when as many as required had judged an item, without
    what was set aside.
    """
    joined = {row["reviewer"]: int(row["joined"]) for row in read("reviewers")}
    stages = {row["stage"] for row in read("agreement")}
    histories: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in read("decisions"):
        item = row["record"] or row["report"]
        if row["stage"] in stages and item in counted[row["stage"]]:
            histories[row["stage"], item].append(row)
    pairs: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for (stage, _), history in histories.items():
        said = independent(not_set_aside(history))
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


def not_set_aside(history: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return a history without the judgments that an owner had set aside."""
    rows: list[dict[str, str]] = []
    aside: list[int] = []
    for row in history:
        who = row["reviewer"]
        own = [at for at, each in enumerate(rows) if each["reviewer"] == who]
        times = max((aside[at] for at in own), default=0)
        if row["act"] == "set aside":
            for at in own:
                aside[at] = aside[at] or times + 1
        elif row["act"] == "brought back":
            for at in own:
                aside[at] = 0 if aside[at] == times else aside[at]
        else:
            rows.append(row)
            aside.append(0)
    return [row for row, times in zip(rows, aside, strict=True) if not times]


def independent(history: list[dict[str, str]]) -> dict[str, bool]:
    """Return who let the item go on when as many as required had judged it."""
    said: dict[str, bool] = {}
    for row in history:
        said.pop(row["reviewer"], None)
        if row["choice"] != "withdrawn":
            said[row["reviewer"]] = row["choice"] != "exclude"
        if len(said) >= int(row["required"]):
            return said
    return {}


def table1(included: set[str]) -> dict[str, str]:
    """Return each cell of Table 1, and the label and group of each study."""
    values = {(row["study"], row["field"]): row for row in read("values")}
    groups = [row["field"] for row in read("fields") if row["groups_table1"] == "yes"]
    columns = read("table1_columns")
    known = facts(included)
    found = {}
    for study in read("studies"):
        key = study["study"]
        if key not in included:
            continue
        found[key + ":label"] = study["label"]
        found[key + ":group"] = ""
        for field in groups:
            value = cell(values.get((key, field)), "Not reported", "Not settled yet")
            found[key + ":group"] = value
        known[key]["design"] = study["design_in_words"]
        for column in columns:
            if column["fact"]:
                text = known[key][column["fact"]]
            else:
                text = cell(values.get((key, column["field"])), "NR", "")
            found[key + ":" + column["column"]] = text
    return found


def facts(included: set[str]) -> dict[str, dict[str, str]]:
    """Return what is known of each study without it having been extracted."""
    names: dict[str, list[str]] = defaultdict(list)
    for author in read("report_authors"):
        names[author["report"]].append(author["family_name"])
    reports: dict[str, list[dict[str, str]]] = defaultdict(list)
    for report in read("reports"):
        if report["number"]:
            reports[report["study"]].append(report)
    judged: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in standing(included):
        if row["domain"] == "overall" and row["judgment_in_words"]:
            parts = (row["instrument_name"], row["outcome"], row["time_point"])
            of_what = ", ".join(filter(None, parts))
            judged[row["study"]].append((of_what, row["judgment_in_words"]))
    found = {}
    for study in included:
        listed = sorted(reports[study], key=lambda row: int(row["number"]))
        overall = judged[study]
        found[study] = {
            "citation": "\n".join(f"{r['number']}. {r['reference']}" for r in listed),
            "authors": next(
                (authors(names[r["report"]]) for r in listed if names[r["report"]]), ""
            ),
            "year": ", ".join(
                sorted({r["year"] for r in listed if r["year"]}, key=int)
            ),
            "reports": str(len(listed)),
            "appraisal": "; ".join(
                f"{of_what}: {text}" if len(overall) > 1 else text
                for of_what, text in overall
            ),
        }
    return found


def authors(families: list[str]) -> str:
    """Return the authors of a report, the first alone of more than three."""
    if len(families) > NAMED_AUTHORS:
        return families[0] + " et al."
    return ", ".join(families)


def standing(included: set[str]) -> list[dict[str, str]]:
    """Return the judgments on what is appraised of the included studies, in order."""
    rows = read("appraisal")
    kept = [row for row in rows if row["removed"] == "no" and row["study"] in included]
    return sorted(
        kept, key=lambda row: (int(row["instrument_position"]), int(row["target"]))
    )


def appraisal(included: set[str]) -> dict[str, int]:
    """Count how often each level was settled on in each domain of an instrument."""
    found: Counter[str] = Counter()
    for row in standing(included):
        if row["part"] == "yes" and row["judgment_in_words"]:
            names = "instrument instrument_version domain judgment".split()
            found[":".join(row[name] for name in names)] += 1
    return dict(found)


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


def printed() -> dict[str, dict[str, str]]:
    """Return Table 1 as each of its own tables prints it."""
    long: dict[str, str] = {}
    for row in read("table1_long"):
        kind = "fact" if row["fact"] else "field"
        long[f"{row['study']}:label"] = row["label"]
        long[f"{row['study']}:group"] = row["group"]
        long[f"{row['study']}:{kind}:{row[kind]}"] = row["value"]
    names = ["label", "group", *(row["column"] for row in read("table1_columns"))]
    wide = {
        f"{row['study']}:{name}": row[name]
        for row in read("table1_wide")
        for name in names
    }
    return {"table1_long.csv": long, "table1_wide.csv": wide}


def differences(
    part: str, mine: dict[str, Any], theirs: dict[str, Any], source: str
) -> Iterator[str]:
    """Say of each figure that differs what it is, from the tables and as given."""
    for name in sorted(set(mine) | set(theirs)):
        ours, given = mine.get(name, "missing"), theirs.get(name, "missing")
        if not same(ours, given):
            yield f"{part}, {name}: from the tables {ours!r}, in {source} {given!r}"


def main() -> int:
    """Compare every figure, and say what differs."""
    counted, included, settled = flow()
    mine: dict[str, dict[str, Any]] = {
        "flow": counted,
        "agreement": agreement(settled),
        "table1": table1(included),
        "appraisal": appraisal(included),
    }
    theirs = json.loads((FOLDER / "figures.json").read_text(encoding="utf-8"))
    wrong: list[str] = []
    for part in sorted(set(mine) | set(theirs)):
        ours, given = mine.get(part, {}), theirs.get(part, {})
        wrong += differences(part, ours, given, "figures.json")
    for source, cells in printed().items():
        wrong += differences("table1", mine["table1"], cells, source)
    for line in wrong:
        print(line)
    if wrong:
        return 1
    number = sum(map(len, theirs.values()))
    print(f"All {number} figures follow from the tables.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
