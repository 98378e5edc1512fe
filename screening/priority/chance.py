"""What comes by chance: a share of the records that are read, seeded.

Reading some records whatever the model says of them shows it what it does not know, and
tells how many relevant ones there are. Which slot is one of chance follows from the
seed and the record read before; which record fills it, from the seed and its own key.
So both can be drawn again, nobody's judgment has a part in it, and two reviewers are
dealt the same records.
"""

from hashlib import blake2b

import numpy as np

from screening.priority.model import Places

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def is_slot(seed: int, share: int, after: int) -> bool:
    """Tell whether what follows this record comes by chance; `share` is in per cent."""
    said = f"{seed} a record by chance after {after}".encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest()) % 100 < share


def drawn(keys: Places, seed: int, number: int) -> Places:
    """Return so many of the keys, drawn by chance: the same for the same seed.

    Each key has its own place, so the order of the others stays when one is gone.
    """
    start = int.from_bytes(
        blake2b(f"{seed} records by chance".encode(), digest_size=8).digest()
    )
    mixed = keys.astype(np.uint64) * _STEP + np.uint64(start)
    # The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    mixed ^= mixed >> np.uint64(31)
    return keys[np.argsort(mixed, kind="stable")[:number]]
