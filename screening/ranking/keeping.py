"""The features of a review, kept in a folder so that they are made once.

They are made of the titles and abstracts that stand for screening. A record that is
merged or removed afterwards leaves its row unused; a new or changed one has them made
anew. What is read from the folder is held against the texts first, so that a folder of
another day or another database is never taken for this one's. Whoever writes a folder
removes those of reviews that are gone.
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from scipy import sparse

from reviews.models import Record, Review
from screening.priority import features
from screening.priority.features import Features, Terms
from screening.priority.model import Places

Prints = NDArray[np.uint64]
_ARRAYS = ("data", "indices", "indptr", "codes", "rarity", "keys", "prints")
_CHUNK = 2000


@dataclass(frozen=True)
class Kept:
    """Features, and of which records; `keys` ascend, a row each."""

    keys: Places
    # A number for each text, which another text would not have.
    prints: Prints
    features: Features
    digest: str

    def covers(self, keys: Places, prints: Prints) -> bool:
        """Tell whether these records stand here, with the same texts."""
        if not len(self.keys):
            return not len(keys)
        at = np.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        return bool((self.keys[at] == keys).all() and (self.prints[at] == prints).all())


def of(review: Review) -> Kept:
    """Return the features of the records that stand for screening now."""
    keys, prints = _printed(review)
    kept = _load(_folder(review))
    if kept is not None and kept.covers(keys, prints):
        return kept
    made = _build(review, keys, prints)
    _save(made, _folder(review))
    return made


def still_hold(kept: Kept, review: Review) -> bool:
    """Tell whether all records that stand for screening now are there, unchanged."""
    return kept.covers(*_printed(review))


def _texts(review: Review) -> Iterator[tuple[int, str]]:
    rows = Record.objects.filter(review=review).to_screen().order_by("pk")
    read = rows.values_list("pk", "title", "abstract").iterator(_CHUNK)
    for key, title, abstract in read:
        yield key, features.text_of(title, abstract)


def _printed(review: Review) -> tuple[Places, Prints]:
    keys, prints = [], []
    for key, text in _texts(review):
        keys.append(key)
        written = text.encode("utf-8", "surrogatepass")
        prints.append(int.from_bytes(blake2b(written, digest_size=8).digest()))
    return np.array(keys, dtype=np.int64), np.array(prints, dtype=np.uint64)


def _build(review: Review, keys: Places, prints: Prints) -> Kept:
    told = blake2b(features.recipe().encode(), digest_size=16)
    told.update(keys.tobytes())
    told.update(prints.tobytes())
    # Records that came in between the two readings wait for the next time.
    wanted = set(keys.tolist())
    built = features.build(text for key, text in _texts(review) if key in wanted)
    return Kept(keys, prints, built, told.hexdigest())


def _folder(review: Review) -> Path:
    return Path(settings.DATA_DIR) / "rankings" / str(review.pk)


def _load(folder: Path) -> Kept | None:
    """Return what is kept, read as far as it is used; None where nothing is whole."""
    for each in sorted(folder.glob("[0-9a-f]*")):
        try:
            read = {
                name: np.load(each / f"{name}.npy", mmap_mode="r") for name in _ARRAYS
            }
            words = json.loads((each / "words.json").read_text())
            rows = sparse.csr_matrix(
                (read["data"], read["indices"], read["indptr"]),
                shape=(len(read["keys"]), len(read["codes"])),
                copy=False,
            )
        # One that is empty, as where the power failed, is an EOFError.
        except (OSError, EOFError, ValueError):
            continue
        terms = Terms(words, np.asarray(read["codes"]), np.asarray(read["rarity"]))
        keys, prints = np.asarray(read["keys"]), np.asarray(read["prints"])
        return Kept(keys, prints, Features(rows, terms), each.name)
    return None


def _sweep(rankings: Path) -> None:
    """Remove the folders of reviews that are not there any more."""
    there = {str(key) for key in Review.objects.values_list("pk", flat=True)}
    for each in rankings.iterdir():
        if each.name.isdecimal() and each.name not in there:
            shutil.rmtree(each, ignore_errors=True)


def _save(kept: Kept, folder: Path) -> None:
    """Keep the features in the place of those that were there, whole or not at all."""
    written = folder / f".{uuid4().hex}"
    written.mkdir(parents=True, mode=0o700)
    rows, terms = kept.features.matrix, kept.features.terms
    for name, array in (
        ("data", rows.data),
        ("indices", rows.indices),
        ("indptr", rows.indptr),
        ("codes", terms.codes),
        ("rarity", terms.rarity),
        ("keys", kept.keys),
        ("prints", kept.prints),
    ):
        np.save(written / f"{name}.npy", array)
    (written / "words.json").write_text(json.dumps(list(terms.words)))
    for each in folder.iterdir():
        if each != written:
            shutil.rmtree(each, ignore_errors=True)
    os.replace(written, folder / kept.digest)
    _sweep(folder.parent)
