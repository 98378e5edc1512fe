"""Sets of records of which is known which repeat one another.

A set is a folder with `records.csv` and `groups.csv`: two records are copies exactly
when they share a group. `synthesize` writes one of any size out of the titles, names,
journals and abstracts of others: 30 in 100 are copies with two to five changes of
print, and one original in seventeen has a neighbour that is no copy (a second part, an
erratum, a reply, a comment, the next year's, a meeting's abstract).
"""

import csv
import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

COLUMNS = (
    "record_id source_db type title authors year journal booktitle volume issue pages "
    "doi isbn issn pmid language abstract label_raw"
).split()
Row = dict[str, str]

csv.field_size_limit(10**9)


def rows(folder: Path) -> Iterator[Row]:
    """Yield the records of a set as they stand in its file."""
    with (folder / "records.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@dataclass(frozen=True)
class Pool:
    """What synthetic records are made of."""

    titles: list[str]
    people: list[str]
    journals: list[str]
    abstracts: list[str]


def pool(folders: list[Path]) -> Pool:
    """Collect the words of real records."""
    known = [row for folder in folders for row in rows(folder)]
    people = {name for row in known for name in row["authors"].split("; ")}
    return Pool(
        titles=sorted(
            {r["title"].strip() for r in known if len(r["title"].split()) > 7}
        ),
        people=sorted(name for name in people if "," in name and len(name) < 40),
        journals=sorted({r["journal"] for r in known if 12 < len(r["journal"]) < 80}),
        abstracts=sorted({r["abstract"] for r in known if len(r["abstract"]) > 300}),
    )


def synthesize(made_of: Pool, number: int, seed: int, folder: Path) -> None:
    """Write a set of so many records, the same for the same seed."""
    chance = random.Random(seed)
    found: list[tuple[int, Row]] = []
    titles: set[str] = set()
    while len(found) < number:
        first = _article(made_of, len(found), chance)
        if first["title"].casefold() in titles:
            continue
        titles.add(first["title"].casefold())
        group = len(found)
        beside: list[tuple[int, Row]] = []
        if chance.random() < 0.06:
            beside.append((-group - 1, _neighbour(first, chance)))
        copies = [
            _copy(first, chance) for _ in range(chance.choice((0,) * 5 + (1, 1, 1, 2)))
        ]
        found += [(group, first), *beside, *((group, copy) for copy in copies)]
    found = found[:number]
    chance.shuffle(found)
    _write(found, folder)


def _write(found: list[tuple[int, Row]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "records.csv").open("w", encoding="utf-8", newline="") as records,
        (folder / "groups.csv").open("w", encoding="utf-8", newline="") as groups,
    ):
        record_rows, group_rows = csv.DictWriter(records, COLUMNS), csv.writer(groups)
        record_rows.writeheader()
        group_rows.writerow(["record_id", "group_id"])
        for place, (group, row) in enumerate(found):
            key = f"r{place:06}"
            record_rows.writerow({**row, "record_id": key})
            group_rows.writerow([key, f"g{group}"])


def _article(made_of: Pool, place: int, chance: random.Random) -> Row:
    begins, ends = (chance.choice(made_of.titles).split() for _ in range(2))
    page = chance.randint(1, 2000)
    words = chance.choice(made_of.abstracts).split()
    chance.shuffle(words)
    return {
        **dict.fromkeys(COLUMNS, ""),
        "type": "article",
        "title": " ".join(
            begins[: max(5, len(begins) * 2 // 3)] + ends[len(ends) // 3 :]
        ),
        "authors": "; ".join(chance.sample(made_of.people, chance.randint(1, 7))),
        "year": str(chance.randint(1985, 2024)),
        "journal": chance.choice(made_of.journals),
        "volume": str(chance.randint(1, 250)),
        "issue": str(chance.randint(1, 12)),
        "pages": f"{page}-{page + chance.randint(2, 20)}",
        "doi": f"10.{chance.randint(1000, 1400)}/s{place}.{page}"
        if chance.random() < 0.7
        else "",
        "abstract": " ".join(words[:200]) if chance.random() < 0.75 else "",
    }


def _neighbour(first: Row, chance: random.Random) -> Row:
    """Return another report that is easily taken for a copy of the first."""
    page = chance.randint(1, 2000)
    volume, year = int(first["volume"]), int(first["year"])
    kinds: tuple[Row, ...] = (
        {"title": f"{first['title']}. Part 2", "pages": f"{page}-{page + 8}"},
        {"title": f"Erratum to: {first['title']}", "pages": str(page), "abstract": ""},
        {"title": f"Reply to comment on {first['title']}", "pages": str(page)},
        {
            "year": str(year + 1),
            "volume": str(volume + 1),
            "pages": f"{page}-{page + 9}",
            "abstract": "",
        },
        {
            "journal": f"Proceedings of the Annual Meeting of {first['journal']}",
            "volume": "",
            "issue": "",
            "pages": f"S{page}",
            "year": str(year - chance.randint(0, 1)),
            "abstract": first["abstract"][:200],
        },
        {
            "title": f"Comment on {first['title']}",
            "authors": "Zimmer, Q. Z.",
            "pages": str(page),
            "abstract": "",
        },
    )
    kind = chance.randrange(len(kinds))
    other = {**first, **kinds[kind], "doi": "", "pmid": ""}
    if kind == 0:
        first["title"] += ". Part 1"
    return other


def _copy(first: Row, chance: random.Random) -> Row:
    """Return the record as another database prints it."""
    copy = dict(first)
    for _ in range(chance.randint(2, 5)):
        chance.choice(_CHANGES)(copy, chance)
    return copy


def _capitals(copy: Row, chance: random.Random) -> None:
    copy["title"] = copy["title"].upper()


def _initials(copy: Row, chance: random.Random) -> None:
    def short(name: str) -> str:
        family, _, given = name.partition(",")
        letters = [f"{word[0]}." for word in given.replace(".", " ").split()]
        return f"{family}, {' '.join(letters)}"

    copy["authors"] = "; ".join(map(short, copy["authors"].split("; ")))


def _without(*names: str) -> Callable[[Row, random.Random], None]:
    def change(copy: Row, chance: random.Random) -> None:
        copy.update(dict.fromkeys(names, ""))

    return change


def _abbreviated(copy: Row, chance: random.Random) -> None:
    small = {"of", "the", "and", "for", "in", "&", "on"}
    words = copy["journal"].replace(":", "").split()
    words = [word for word in words if word.casefold() not in small]
    if len(words) > 1:
        copy["journal"] = " ".join(
            word if len(word) < 5 else word[: (4, 3, 5, 4)[len(word) % 4]]
            for word in words
        )


def _short_range(copy: Row, chance: random.Random) -> None:
    first, _, last = copy["pages"].partition("-")
    if first.isdigit() and last.isdigit() and len(first) == len(last):
        same = next(
            (at for at in range(len(first)) if first[at] != last[at]), len(first) - 1
        )
        copy["pages"] = f"{first}-{last[same:]}"


def _first_page(copy: Row, chance: random.Random) -> None:
    copy["pages"] = copy["pages"].split("-")[0]


def _without_subtitle(copy: Row, chance: random.Random) -> None:
    main = copy["title"].split(": ")[0]
    if len(main) > 30:
        copy["title"] = main


def _misspelt(copy: Row, chance: random.Random) -> None:
    title = copy["title"]
    at = chance.randrange(3, max(4, len(title) - 3))
    if not title[at : at + 1].isdigit():
        copy["title"] = title[:at] + title[at + 1 :]


def _added_to(copy: Row, chance: random.Random) -> None:
    copy["title"] += chance.choice((".", " [Review] [53 refs]", " [Review]"))


def _without_accents(copy: Row, chance: random.Random) -> None:
    for name in ("authors", "title"):
        letters = unicodedata.normalize("NFKD", copy[name])
        copy[name] = "".join(
            each for each in letters if not unicodedata.combining(each)
        )


def _ahead_of_print(copy: Row, chance: random.Random) -> None:
    copy.update(volume="", issue="", pages="")
    copy["year"] = str(int(copy["year"]) - chance.randint(0, 1))


def _first_authors(copy: Row, chance: random.Random) -> None:
    copy["authors"] = "; ".join(copy["authors"].split("; ")[:3])


_CHANGES: tuple[Callable[[Row, random.Random], None], ...] = (
    _capitals,
    _initials,
    _without("doi"),
    _without("abstract"),
    _without("issue"),
    _abbreviated,
    _short_range,
    _first_page,
    _without_subtitle,
    _misspelt,
    _added_to,
    _without_accents,
    _ahead_of_print,
    _first_authors,
)
