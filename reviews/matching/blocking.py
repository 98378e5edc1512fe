"""Choose the pairs worth comparing, without comparing every record with every other.

Each record is filed under several keys; only records that share a key are compared.
A copy would have to differ in all of them to be missed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from reviews.matching.normalising import Profile

# A key shared by more records than this says little by itself ("Editorial").
_LARGEST_BLOCK = 60
_NEIGHBOURS = 8
_RARE_WORDS = 4


def pairs(profiles: Sequence[Profile]) -> Iterator[tuple[int, int]]:
    """Yield each pair of positions that share a key once, the lower one first."""
    blocks: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    spread = Counter(word for each in profiles for word in set(each.words))
    for position, each in enumerate(profiles):
        for key in _keys(each, spread):
            blocks[key].append(position)
    seen: set[int] = set()
    for block in blocks.values():
        if len(block) < 2:
            continue
        for first, second in _within(block, profiles):
            low, high = (first, second) if first < second else (second, first)
            code = low * len(profiles) + high
            if code not in seen:
                seen.add(code)
                yield low, high


def _keys(each: Profile, spread: Counter[str]) -> set[tuple[object, ...]]:
    keys: set[tuple[object, ...]] = set()
    first_author = each.names[0].letters if each.names else ""
    if each.doi:
        keys.add(("doi", each.doi))
    if each.pmid:
        keys.add(("pmid", each.pmid))
    if each.title:
        keys.add(("begins", each.title[:40]))
        keys.add(("ends", each.title[-30:]))
    # One misspelt word is rare by accident, so each of the four is left out once.
    rare = sorted(
        {word for word in each.words if len(word) > 3},
        key=lambda word: (spread[word], word),
    )[:_RARE_WORDS]
    if len(rare) == _RARE_WORDS:
        for left_out in rare:
            keys.add(("rare", *(word for word in rare if word != left_out)))
    if each.first_page and each.volume:
        keys.add(("page", each.first_page, each.volume, each.year))
        keys.add(("page", each.first_page, each.volume, first_author))
    if first_author and each.year:
        keys.add(("author", first_author, each.year, each.journal[:4]))
    if len(each.abstract) > 80:
        keys.add(("abstract", each.abstract[:80]))
    return keys


def _within(
    block: list[int], profiles: Sequence[Profile], split: int = 0
) -> Iterator[tuple[int, int]]:
    if len(block) <= _LARGEST_BLOCK:
        for index, first in enumerate(block):
            for second in block[index + 1 :]:
                yield first, second
    elif split == 2:
        # Still too many: whatever is alike stands next to each other.
        block = sorted(block, key=lambda at: (profiles[at].title, profiles[at].key))
        for index, first in enumerate(block):
            for second in block[index + 1 : index + 1 + _NEIGHBOURS]:
                yield first, second
    else:
        smaller: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        for position in block:
            each = profiles[position]
            smaller[(each.first_page,) if split else (each.year, each.volume)].append(
                position
            )
        for part in smaller.values():
            yield from _within(part, profiles, split + 1)
