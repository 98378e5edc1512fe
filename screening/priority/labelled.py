"""Labelled sets: files of records of which is known which a review included.

A table with the columns title, abstract and label_included (1 or 0), as CSV, gzipped or
not. Nothing is guessed: a row that cannot be read is named with its line.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from screening.priority import features

COLUMNS = ("title", "abstract", "label_included")
LABELS = {"1": 1, "0": 0, "1.0": 1, "0.0": 0, "true": 1, "false": 0}
# An abstract is longer than the module's own limit more often than one would think.
_LONGEST_FIELD = 10**9


class UnreadableSet(ValueError):
    """The file is not a labelled set, for a reason that is told."""


@dataclass(frozen=True)
class LabelledSet:
    """The texts of the records and whether each was included."""

    texts: list[str]
    labels: list[int]


def read(path: Path) -> LabelledSet:
    """Return a set from a file; raises UnreadableSet."""
    csv.field_size_limit(_LONGEST_FIELD)
    texts, labels = [], []
    try:
        for line, row in _rows(path):
            texts.append(features.text_of(row["title"] or "", row["abstract"] or ""))
            labels.append(_label(row["label_included"], line))
    except OSError as error:
        raise UnreadableSet(f"{path} cannot be read: {_reason(error)}.") from error
    except (EOFError, zlib.error) as error:
        raise UnreadableSet(f"{path} ends in the middle or is damaged.") from error
    except UnicodeDecodeError as error:
        raise UnreadableSet(f"{path} is not text in UTF-8.") from error
    except csv.Error as error:
        raise UnreadableSet(f"{path} is not a table: {error}.") from error
    if not labels:
        raise UnreadableSet(f"{path} has no records.")
    if not 0 < sum(labels) < len(labels):
        kind = "included" if sum(labels) else "excluded"
        raise UnreadableSet(
            f"All {len(labels):,} records are {kind}: there is nothing to tell apart."
        )
    if not any(features.WORD.search(text.lower()) for text in texts):
        raise UnreadableSet("No record has a word in its title or abstract.")
    return LabelledSet(texts, labels)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    opener = gzip.open if packed else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        named = [(name or "").strip().lower() for name in table.fieldnames or []]
        missing = [name for name in COLUMNS if name not in named]
        if missing:
            raise UnreadableSet(
                f"{path} has no column {' and none '.join(missing)}. A labelled set "
                f"has the columns {', '.join(COLUMNS)}."
            )
        table.fieldnames = named
        for row in table:
            yield table.line_num, row


def _label(said: str | None, line: int) -> int:
    label = LABELS.get((said or "").strip().lower())
    if label is None:
        told = f"“{said.strip()[:40]}”" if said and said.strip() else "empty"
        raise UnreadableSet(
            f"Line {line}: label_included is {told}; it is 1 for an included record "
            "and 0 for another."
        )
    return label


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
