"""The CSV of the R package comes back as it was, or its lines are named."""

import csv
import io
import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.diagram.filling import part_key
from reviews.diagram.r_package.reading import read
from reviews.diagram.r_package.table import COLUMNS, ROWS
from reviews.diagram.r_package.writing import write
from reviews.diagram.text import clean
from reviews.flow.balance.checking import check
from reviews.flow.balance.form import Counts
from reviews.formats.delimited import Unreadable
from tests.reviews.diagram.test_text import ODD_TEXT

DATA = Path(__file__).parents[2] / "data" / "prisma_flow_cases.json"
CASES = json.loads(DATA.read_text("utf-8"))["cases"]
COUNTS = Counts(**CASES[0]["counts"])
# What the file has no row for.
NOT_WRITTEN = (
    "records_excluded_human",
    "records_excluded_auto",
    "other_specific",
    "synthesis",
)


def rows_of(written: str) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(written, newline=""))
    return {row["data"] if row["data"] != "NA" else row["box"]: row for row in rows}


def problems_of(text: str) -> list[str]:
    with pytest.raises(Unreadable) as refused:
        read(text.encode())
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_official_cases_come_back_with_the_same_findings(
    case: dict[str, Any],
) -> None:
    counts = Counts(**case["counts"])
    try:
        found = read(write(counts, template="update_v2").encode())
    except Unreadable:
        # A number that is none can be written, and is not taken for another.
        assert "F15" in case["expect"]
        return
    unwritten: dict[str, Any] = dict.fromkeys(NOT_WRITTEN)
    waiting: dict[str, Any] = {
        f.name: 0 for f in fields(Counts) if "awaiting" in f.name
    }
    assert found.counts == replace(counts, **unwritten, **waiting)
    rules = {finding.rule for finding in check(found.counts, "update_v2")}
    expected = {expected.split(":")[0] for expected in case["expect"]}
    assert rules == expected - {"F14", "F16"}


def test_has_the_columns_and_rows_of_the_package() -> None:
    written = write(COUNTS, template="update_v2")
    assert written.splitlines()[0] == ",".join(COLUMNS)
    rows = rows_of(written)
    assert len(rows) == len(ROWS) == 34
    assert rows["newstud"]["boxtext"].startswith("Identification of new studies")
    assert rows["dbr_excluded"]["n"].startswith("Wrong population, 40; Wrong design")
    assert rows["database_specific_results"]["n"] == "MEDLINE, 700; Embase, 500"
    assert rows["screening"]["n"] == "NA"


def test_pandas_reads_it() -> None:
    frame = pd.read_csv(io.StringIO(write(COUNTS, template="new_v2")))
    assert list(frame.columns) == list(COLUMNS)
    assert frame.set_index("data").loc["records_screened", "n"] == "900"


def test_what_is_not_known_stays_not_known_and_nought_stays_nought() -> None:
    counts = Counts(database_results=0, dbr_excluded={}, database_specific={"A": None})
    rows = rows_of(write(counts, template="new_v1"))
    assert rows["database_results"]["n"] == "0"
    assert rows["records_screened"]["n"] == "NA"
    assert rows["dbr_excluded"]["n"] == "0"
    assert rows["other_excluded"]["n"] == "NA"
    assert rows["database_specific_results"]["n"] == "A, NA"
    assert read(write(counts, template="new_v1").encode()).counts == counts


def test_a_mark_that_the_format_cannot_hold_is_written_so_that_it_can_be_undone() -> (
    None
):
    reason = "Not adults, or Crohn's; unclear"
    counts = replace(COUNTS, dbr_excluded={reason: 3})
    written = write(counts, template="new_v1")
    cell = rows_of(written)["dbr_excluded"]["n"]
    assert cell.count(",") == 1
    assert not {"'", ";"} & set(cell)
    assert "‚" in cell
    assert "commas" in rows_of(written)["dbr_excluded"]["description"].casefold()
    assert read(written.encode()).counts.dbr_excluded == {reason: 3}


def test_a_mark_of_the_same_looks_is_left_alone() -> None:
    counts = replace(COUNTS, dbr_excluded={"‚so’；とても，長い": 3})
    found = read(write(counts, template="new_v1").encode())
    assert found.counts.dbr_excluded == counts.dbr_excluded


def test_no_label_is_a_formula_for_a_spreadsheet() -> None:
    label = '=HYPERLINK("http://evil","x")'
    counts = replace(COUNTS, dbr_excluded={label: 3})
    rows = rows_of(
        write(
            counts,
            template="new_v1",
            labels={"records_screened": "+1", "included": " -"},
        )
    )
    for row in rows.values():
        for cell in row.values():
            assert cell[:1] not in ("=", "+", "-", "@")
    found = read(write(counts, template="new_v1").encode())
    assert found.counts.dbr_excluded == {label: 3}


def test_labels_of_the_team_come_back_and_official_ones_are_none() -> None:
    labels = {
        "records_screened": "Gesichtet, alle",
        "hdr_dbr": "数据库",
        "included": "納入",
    }
    found = read(write(COUNTS, template="update_v2", labels=labels).encode())
    assert found.labels == labels
    assert not read(write(COUNTS, template="new_v1").encode()).labels
    assert not read(write(COUNTS, template="update_v1").encode()).labels


def test_reasons_are_written_by_their_labels() -> None:
    counts = replace(COUNTS, dbr_excluded={"E1": 3})
    labels = {part_key("dbr_excluded", "E1"): "Not a trial"}
    written = write(counts, template="new_v1", labels=labels)
    assert rows_of(written)["dbr_excluded"]["n"] == "Not a trial, 3"


def test_the_form_is_the_one_that_the_numbers_need() -> None:
    for counts, template in (
        (Counts(database_results=3), "new_v1"),
        (Counts(database_results=3, website_results=0), "new_v1"),
        (Counts(website_results=3), "new_v2"),
        (Counts(previous_studies=3), "update_v1"),
        (COUNTS, "update_v2"),
    ):
        assert read(write(counts, template="update_v2").encode()).template == template


def test_a_label_of_somebody_else_may_hold_a_comma() -> None:
    found = read(b'data,n\ndbr_excluded,"Children, or adolescents, 1,234; Other, 2"\n')
    assert found.counts.dbr_excluded == {"Children, or adolescents": 1234, "Other": 2}


def test_a_forgotten_semicolon_is_named_and_no_number_is_lost() -> None:
    (said,) = problems_of('data,n\ndbr_excluded,"Not a trial, 3 No ketamine, 4"\n')
    assert said.startswith("Line 2: “Not a trial, 3 No ketamine, 4” may be two")
    counts = Counts(database_results=1, dbr_excluded={"Children, 3 to 5 years": 4})
    assert read(write(counts, template="new_v1").encode()).counts == counts
    found = read('data,n\ndbr_excluded,"Children‚ 3 to 5 years, 4"\n'.encode())
    assert found.counts.dbr_excluded == {"Children‚ 3 to 5 years": 4}


def test_reads_what_r_itself_writes() -> None:
    text = '"","data","node","box","boxtext","url","n"\n'
    text += '"1",NA,"node6","newstud","Found anew",NA,"0"\n'
    text += '"2","organisation_results",NA,"box11","Organisations",NA,"0"\n'
    text += '"3","duplicates","node8","box3","Duplicate records",NA,"xxx"\n'
    text += '"4","dbr_excluded","node14","box9",NA,NA,"Reason1, xxx; Reason2, 3"\n'
    for data in (text.encode(), text.replace("\n", "\r\n").encode("utf-16")):
        found = read(data)
        assert found.counts == Counts(
            organisation_results=0, dbr_excluded={"Reason1": None, "Reason2": 3}
        )
        assert found.labels == {"hdr_dbr": "Found anew"}


def test_reads_what_a_spreadsheet_makes_of_it() -> None:
    text = "\ufeffdata;node;box;boxtext;n\r\nduplicates;x;box3;Dubletten;1,234\r\n"
    text += 'dbr_excluded;x;box9;;"Reason1, xxx; Reason2, 3"\r\n;;;;\r\n'
    found = read(text.encode())
    assert found.counts.duplicates == 1234
    assert found.counts.dbr_excluded == {"Reason1": None, "Reason2": 3}
    assert found.labels == {"duplicates": "Dubletten"}


def test_every_line_that_cannot_be_read_is_named() -> None:
    text = 'data,box,n\nduplicates,,1O\nfoo,,3\ndbr_excluded,,"Wrong, 3; Bad"\n'
    text += (
        'NA,nothing,1\nduplicates,,-4\nother_excluded,,"A, 1; A, 2"\nnew_studies,,2.5\n'
    )
    said = problems_of(text)
    assert [line.split(":")[0] for line in said] == [
        f"Line {number}" for number in (2, 3, 4, 5, 6, 7, 8)
    ]
    assert "1O" in said[0]
    assert "foo" in said[1]
    assert "Bad" in said[2]
    assert "listed twice" in said[5]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "There is no column"),
        (b"data,n\n", "No line is one of"),
        (b"%PDF-1.7\n", "PDF"),
        (b"data,n\n" + b"duplicates,1\n" * 600, "More than"),
        (b"data,n\n" + b"x" * 1_000_001, "larger"),
        (b"data,n\nduplicates," + b"9" * 400 + b"\n", "no whole number"),
    ],
)
def test_a_file_that_is_something_else_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(data)


@settings(max_examples=100, deadline=None)
@given(
    reasons=st.dictionaries(
        ODD_TEXT.map(clean).filter(bool), st.none() | st.integers(0, 10**9), max_size=8
    ),
    label=ODD_TEXT,
)
def test_any_label_comes_back(reasons: dict[str, int | None], label: str) -> None:
    counts = Counts(database_results=1, dbr_excluded=reasons)
    written = write(counts, template="new_v1", labels={"duplicates": label})
    assert read(written.encode()).counts == counts


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read(b"data,box,boxtext,n\n" + data)
    except Unreadable as error:
        problems = error.problems
    else:
        return
    assert problems


def rows_by_rule(rows: list[dict[str, str]], rule: str) -> list[dict[str, str]]:
    """Find rows as the package does: by a regular expression on the column `data`."""
    return [row for row in rows if re.search(rule, row["data"])]


def reasons_by_rule(cell: str) -> list[tuple[str, str]]:
    """Read a list as the package does, and lose what it loses."""
    return [
        (
            re.sub(",.*$", "", part),
            re.sub("[^0-9.]", "", re.sub(".*?,([ 0-9,]*)|.*()", r"\1", part, count=1)),
        )
        for part in re.split(r";(?: )?", cell)
    ]


def test_the_package_finds_one_row_for_each_number_and_every_reason() -> None:
    reasons = {f"{n}. Not adults, or Crohn's; 'unclear'": n for n in range(1, 41)}
    counts = replace(COUNTS, dbr_excluded=reasons)
    written = write(counts, template="update_v2")
    rows = list(csv.DictReader(io.StringIO(written, newline="")))
    for row in ROWS:
        if row.data:
            rule = row.data + (
                "$" if row.data in ("total_studies", "total_reports") else ""
            )
            assert len(rows_by_rule(rows, rule)) == 1
        else:
            assert [r["box"] for r in rows].count(row.box) == 1
    (excluded,) = rows_by_rule(rows, "dbr_excluded")
    read_so = reasons_by_rule(excluded["n"])
    assert [number for _, number in read_so] == [str(n) for n in reasons.values()]
    for said, label in zip(read_so, reasons, strict=True):
        assert said[0].startswith(label.split(",")[0])
        assert said[0].endswith("’")
        assert "'" not in said[0]
