"""What is marked for a reader on the page of a record: highlights, quotes and labels.

All of it is the reader's own or the team's, never what another person put on an item
that is still open. It depends on no judgment at all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviews.models import Record, Review, Stage, User
from screening import arrangements, decisions, quotes, reading
from screening.arrangements import Arrangements
from screening.decisions import Item
from screening.labels import putting
from screening.labels.book import Book
from screening.models import Label, Quote, WordList
from screening.models.words import Meaning
from screening.quotes import Placed
from screening.words import lists, marking, matching
from screening.words.lists import Facts
from screening.words.marking import Look, MarkedPart, Marks, Piece, Quoted
from screening.words.matching import Finder, Wanted

MEANT = {
    Meaning.INCLUDE: "for",
    Meaning.EXCLUDE: "against",
    Meaning.POPULATION: "population",
    Meaning.INTERVENTION: "intervention",
    Meaning.COMPARATOR: "comparator",
    Meaning.OUTCOME: "outcome",
    Meaning.DESIGN: "design",
    Meaning.OTHER: "marked",
}


@dataclass(frozen=True)
class Counted:
    """A list in the legend: how it looks, and how many of its words stand there."""

    look: Look
    count: int


@dataclass(frozen=True)
class Ticked:
    """A label that can be put on an item, and whether it is on."""

    label: Label
    is_on: bool


class Highlighter:
    """Marks the words of some lists."""

    def __init__(self, word_lists: Sequence[WordList], *, is_kept: bool = True) -> None:
        self.looks = [look_of(each) for each in word_lists]
        words = tuple(map(wanted, word_lists))
        self._finder = matching.finder(words) if is_kept else Finder(words)

    def marks(self, text: str, quoted: Sequence[Quoted] = ()) -> Marks:
        """Return what is marked in a text."""
        return Marks(self._finder.spans(text), self.looks, quoted)

    def legend(self, *marked: Marks) -> list[Counted]:
        """Return the lists that have a word there, with how many."""
        count = Counter(span.of for marks in marked for span in marks.words)
        return [Counted(self.looks[of], count[of]) for of in sorted(count)]


def look_of(made: WordList) -> Look:
    """Return how a list is told."""
    meant = MEANT[Meaning(made.meaning)]
    return Look(made.meaning, meant, made.colour, made.name)


def wanted(made: WordList) -> Wanted:
    """Return a list as it is looked for."""
    words = tuple(made.words.splitlines())
    return Wanted(words, made.matches_case, made.whole_words)


def preview(facts: Facts, record: Record) -> dict[str, Any]:
    """Return a record with the words of one list marked, before it is stored."""
    made = WordList(
        name=facts.name,
        meaning=facts.meaning,
        colour=facts.colour,
        words=facts.words,
        matches_case=facts.matches_case,
        whole_words=facts.whole_words,
    )
    # What is tried and not stored takes no other's place among what is kept.
    found = Highlighter([made], is_kept=False)
    title, abstract = found.marks(record.title), found.marks(record.abstract)
    return {
        "title_pieces": title.pieces(record.title),
        "abstract": marking.parts(reading.parts(record.abstract), abstract),
        "legend": found.legend(title, abstract),
    }


def for_reader(review: Review, reader: User) -> Highlighter:
    """Return what marks the words that the reader wants to see."""
    return Highlighter(lists.switched_on(review, reader))


@dataclass(frozen=True)
class Marked:
    """What a reader's page of an item shows marked."""

    title: list[Piece]
    abstract: list[MarkedPart]
    # Tells the version of each text, so that a selection is of the words seen.
    versions: Mapping[str, str]
    legend: list[Counted]
    # How many lists are switched on, also those without a word here.
    lists: int
    quotes: list[Placed]
    labels: list[Label]
    offered: list[Ticked]

    @property
    def label_names(self) -> str:
        """The labels that are on, a line each, as a form sends them back."""
        return "\n".join(each.name for each in self.labels)


def on_page(item: Item, record: Record | None, reader: User) -> Marked:
    """Return what is marked on the page of one item."""
    stage = decisions.stage_of(item)
    in_use = arrangements.of(item.review, stage, reader)
    return on_pages(item.review, stage, [(item, record)], reader, in_use)[item.pk]


def on_pages(
    review: Review,
    stage: Stage,
    read: Sequence[tuple[Item, Record | None]],
    reader: User,
    in_use: Arrangements,
) -> dict[int, Marked]:
    """Return what is marked on the page of each item, in a constant number of queries.

    Each item comes with the record whose abstract is read.
    """
    items = [item for item, _ in read]
    found = for_reader(review, reader) if in_use.has_words else Highlighter([])
    quoted_on = quotes.own(stage, items, reader) if in_use.has_quotes else {}
    labels_on: Mapping[int, list[Label]] = {}
    offered: list[Label] = []
    if in_use.has_labels:
        book = Book(review, reader)
        offered = book.offered()
        labels_on = putting.own_on(stage, items, reader, book)
    return {
        item.pk: _marked(
            item,
            record,
            found,
            quoted_on.get(item.pk, ()),
            offered,
            labels_on.get(item.pk, []),
        )
        for item, record in read
    }


def _marked(
    item: Item,
    record: Record | None,
    found: Highlighter,
    own: Sequence[Quote],
    offered: Sequence[Label],
    on: list[Label],
) -> Marked:
    texts = texts_of(item, record)
    placed = quotes.placed_in(texts, own)
    title = found.marks(texts["title"], quoted(placed, "title"))
    abstract = found.marks(texts["abstract"], quoted(placed, "abstract"))
    return Marked(
        title=title.pieces(texts["title"]),
        abstract=marking.parts(reading.parts(texts["abstract"]), abstract),
        versions={name: quotes.version_of(text) for name, text in texts.items()},
        legend=found.legend(title, abstract),
        lists=len(found.looks),
        quotes=placed,
        labels=on,
        offered=_ticked(offered, on),
    )


def _ticked(offered: Sequence[Label], on: Sequence[Label]) -> list[Ticked]:
    """Return the labels to choose from; one that is on is there though retired."""
    keys = {each.key for each in on}
    known = {each.key: each for each in [*offered, *on]}
    return [Ticked(known[key], key in keys) for key in sorted(known)]


def texts_of(item: Item, record: Record | None) -> dict[str, str]:
    """Return the texts in which words are marked."""
    return {"title": item.title, "abstract": record.abstract if record else ""}


def quoted(
    placed: Iterable[Placed], field: str, names: Mapping[int, str] | None = None
) -> list[Quoted]:
    """Return the places of quotes in a field; with `names`, by whom each is."""
    return [
        Quoted(each.start, each.end, (names or {}).get(each.quote.person_id, ""))
        for each in placed
        if each.quote.field == field and not each.is_gone
    ]


def of_people(
    item: Item, reader: User, shown: Sequence[Quote], names: Mapping[int, str]
) -> dict[str, Any]:
    """Return the texts of an item with the quotes that are `shown` to the reader.

    For the page of a conflict: each quote in its place, with the name by which the
    page calls its maker, who may be hidden.
    """
    texts = texts_of(item, quotes.read_record(item))
    placed = quotes.placed_in(texts, shown)
    found = for_reader(item.review, reader)
    title = found.marks(texts["title"], quoted(placed, "title", names))
    abstract = found.marks(texts["abstract"], quoted(placed, "abstract", names))
    return {
        "title_pieces": title.pieces(texts["title"]),
        "abstract": marking.parts(reading.parts(texts["abstract"]), abstract),
    }
