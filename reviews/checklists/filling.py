"""What the product can say of an item itself, as sentences from the records.

An item of which nothing is known is the authors' to write, and so it is marked: nothing
is made up to fill it. The answer and the place stay the team's in any case.

Of an earlier day the flow is told; what else the records say is known of today alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from reviews.checklists import answers, definitions
from reviews.checklists.definitions import Checklist, Item
from reviews.models import Review, Search
from reviews.scopes import Scope
from reviews.words import (
    collecting,
    parts,
    protocol,
    results,
    searching,
    selection,
    selection_process,
)
from reviews.words import facts as settled
from reviews.words.facts import Facts
from reviews.words.parts import Parts, sentence

Kind = Search.Kind


@dataclass(frozen=True)
class Filling:
    """Sentences for an item, and the page that they come from."""

    sentences: tuple[Parts, ...] = ()
    page: str = ""
    url: str = ""
    # An earlier day is asked for, and what fills the item is not known of it.
    is_of_today: bool = False

    @property
    def is_for_authors(self) -> bool:
        """Tell whether nothing is known, so that the authors write it all."""
        return not self.sentences and not self.is_of_today

    @property
    def text(self) -> str:
        return " ".join(map(parts.text, self.sentences))


@dataclass(frozen=True)
class Source:
    """Where an item is filled from: the sentences, and the page by label and name."""

    say: Callable[[Facts], Iterable[Parts]]
    page: str
    name: str
    # Whether it follows from the flow alone, and so can be told of an earlier day.
    replays: bool = False


def fill(
    review: Review, checklist: str, *, as_of: datetime | None = None
) -> Mapping[str, Filling]:
    """Return what is known of each item by its number, in constant queries.

    As of today, or of what the history can tell as of then. Raises UnknownChecklist.
    """
    asked = definitions.find(checklist)
    facts = settled.read(review, as_of=as_of)
    found = {item.number: _fill(facts, asked, item) for item in asked.items}
    if checklist == definitions.DEFAULT:
        found["2"] = _of_the_abstract(facts)
    return found


def _fill(facts: Facts, checklist: Checklist, item: Item) -> Filling:
    place = (checklist.key, item.number)
    source = _OF_ITEMS.get(place) or _SOURCES.get(item.source)
    if source is None or place in _UNKNOWN:
        return Filling()
    if facts.flow.as_of is not None and not source.replays:
        return Filling(is_of_today=True)
    url = facts.page(source.name)
    if source.name == "flow":
        url += Scope(facts.flow.as_of).query
    return Filling(tuple(source.say(facts)), source.page, url)


def _of_the_abstract(facts: Facts) -> Filling:
    said = answers.standing(facts.review, "abstracts", as_of=facts.flow.as_of)
    done = len(said) - answers.count_open(said.values())
    return Filling(
        (
            sentence(
                "In the checklist for abstracts, ",
                parts.Number(done),
                f" of {len(said)} items {parts.were(done)} answered",
            ),
        ),
    )


def _title(kind: str) -> Callable[[Facts], Iterable[Parts]]:
    """Return what says the title, and whether it names the kind of review."""

    def say(facts: Facts) -> Iterator[Parts]:
        title = " ".join(facts.review.title.split())
        yield sentence(f"The review is called “{title}”")
        if kind not in title.lower():
            yield sentence(f"The title does not say that it is a {kind}")

    return say


def _of_kinds(*kinds: str) -> Callable[[Facts], Iterable[Parts]]:
    return lambda facts: searching.sources(facts, kinds)


def _combined(facts: Facts) -> Iterator[Parts]:
    combined = [search for search in facts.searches if search.is_combined]
    for search in combined:
        named = parts.within(search.source) or search.name
        yield sentence(
            f"These sources were exported together, and how many records each gave is "
            f"not known: {named}"
        )
    if facts.searches and not combined:
        yield sentence("Each source was searched and exported by itself")


def _waves(facts: Facts) -> Iterator[Parts]:
    if facts.waves:
        names = [
            f"{wave.name} (begun {parts.day(f'{wave.begun_at:%Y-%m-%d}')})"
            for wave in facts.waves
        ]
        yield sentence("The searches were run in rounds: ", parts.listed(names))
    else:
        yield sentence("No update of the searches is recorded")


def _selection(facts: Facts) -> Iterator[Parts]:
    yield from selection_process.judging(facts)
    yield from selection_process.automation(facts)


def _near_misses(facts: Facts) -> Iterator[Parts]:
    number = facts.both("excluded_reports")
    # The list is of today; the box of the flow can be opened as of any day.
    is_past = facts.flow.as_of is not None
    url = (
        facts.box("excluded_reports", number)
        if is_past
        else facts.listed("reports", "excluded")
    )
    yield sentence(
        parts.join(
            "the list of excluded full texts cites ",
            parts.counted(number, "report", url=url),
            ", each with its reason" if number else "",
        )
    )


def _certainty(facts: Facts) -> Iterator[Parts]:
    for each in facts.instruments:
        if results.is_certainty(each):
            yield sentence(f"Certainty is assessed with {each.name}")


def _archive(facts: Facts) -> Iterator[Parts]:
    yield sentence(
        "The records, decisions, data, forms and scripts of the review can be "
        "exported as one archive; the authors say where it is published"
    )


_PROTOCOL = ("Protocol", "protocol_detail")
_SEARCHES = ("Searches", "search_list")
_FLOW = ("Flow", "flow")
_TABLE1 = ("Table 1", "table1")
_STUDIES = ("Studies", "study_list")

_SOURCES: Mapping[str, Source] = {
    "project.title": Source(_title("systematic review"), "Overview", "review_detail"),
    "protocol.question": Source(protocol.question, *_PROTOCOL),
    "protocol.criteria": Source(protocol.eligibility, *_PROTOCOL),
    "protocol.registration": Source(
        lambda facts: list(protocol.registration(facts))[:1], *_PROTOCOL
    ),
    "protocol.amendments": Source(protocol.amendments, *_PROTOCOL),
    "search.sources": Source(searching.sources, *_SEARCHES),
    "search.strategies": Source(searching.strategies, *_SEARCHES),
    "screening.settings": Source(_selection, *_FLOW),
    "screening.fulltext_exclusions": Source(
        _near_misses, "Reports sought", "report_list", replays=True
    ),
    "extraction.settings": Source(collecting.collection, *_STUDIES),
    "extraction.form": Source(collecting.items, *_PROTOCOL),
    "appraisal.settings": Source(
        collecting.appraisal, "Instruments", "instrument_list"
    ),
    "appraisal.plots": Source(results.of_studies, *_STUDIES),
    "grade": Source(_certainty, "Instruments", "instrument_list"),
    "flow": Source(selection.sentences, *_FLOW, replays=True),
    "table1": Source(results.characteristics, *_TABLE1),
    "import.counts": Source(selection.identified, *_SEARCHES, replays=True),
    "dedup.log": Source(selection_process.duplicates, "Duplicates", "duplicate_list"),
    "export.package": Source(_archive, "Overview", "review_detail"),
}

# Items whose file names no source, or one that is wider than the item.
_OF_ITEMS: Mapping[tuple[str, str], Source] = {
    ("prisma2020", "10a"): Source(protocol.outcomes, *_PROTOCOL),
    ("prisma2020", "22"): Source(results.certainty, *_STUDIES),
    ("abstracts", "1"): _SOURCES["project.title"],
    ("abstracts", "2"): _SOURCES["protocol.question"],
    ("abstracts", "3"): _SOURCES["protocol.criteria"],
    ("abstracts", "4"): _SOURCES["search.sources"],
    ("abstracts", "5"): _SOURCES["appraisal.settings"],
    ("abstracts", "7"): _SOURCES["table1"],
    ("abstracts", "12"): _SOURCES["protocol.registration"],
    ("prisma_s", "1"): Source(_of_kinds(Kind.DATABASE), *_SEARCHES),
    ("prisma_s", "2"): Source(_combined, *_SEARCHES),
    ("prisma_s", "3"): Source(_of_kinds(Kind.REGISTER), *_SEARCHES),
    ("prisma_s", "4"): Source(_of_kinds(Kind.WEBSITE, Kind.ORGANISATION), *_SEARCHES),
    ("prisma_s", "5"): Source(_of_kinds(Kind.CITATION), *_SEARCHES),
    ("prisma_s", "7"): Source(_of_kinds(Kind.OTHER), *_SEARCHES),
    ("prisma_s", "9"): Source(searching.limits, *_SEARCHES),
    ("prisma_s", "12"): Source(_waves, *_SEARCHES),
    ("prisma_s", "13"): Source(searching.sources, *_SEARCHES),
    ("prisma_scr", "1"): Source(_title("scoping review"), "Overview", "review_detail"),
    ("prisma_scr", "4"): _SOURCES["protocol.question"],
    ("prisma_scr", "5"): _SOURCES["protocol.registration"],
    ("prisma_scr", "6"): _SOURCES["protocol.criteria"],
    ("prisma_scr", "7"): _SOURCES["search.sources"],
    ("prisma_scr", "8"): _SOURCES["search.strategies"],
    ("prisma_scr", "9"): _SOURCES["screening.settings"],
    ("prisma_scr", "10"): _SOURCES["extraction.settings"],
    ("prisma_scr", "11"): _SOURCES["extraction.form"],
    ("prisma_scr", "12"): _SOURCES["appraisal.settings"],
    ("prisma_scr", "14"): _SOURCES["flow"],
    ("prisma_scr", "15"): _SOURCES["table1"],
    ("prisma_scr", "16"): _SOURCES["appraisal.plots"],
}

# Nobody records these: who was asked, filters, earlier strategies.
_UNKNOWN = frozenset({("prisma_s", "6"), ("prisma_s", "10"), ("prisma_s", "11")})
