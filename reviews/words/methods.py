"""The methods in words: PRISMA 2020, items 5 to 11 and 24.

How many people judged is told from what they settled, not from what was planned: only
what both of two reviewers judged is called the work of two, independently.
"""

from collections.abc import Callable, Iterable, Iterator

from django.conf import settings

from reviews.instruments import words
from reviews.models import Criterion, Search
from reviews.words.facts import Facts, Settled
from reviews.words.parts import (
    Number,
    Paragraph,
    Parts,
    Phrase,
    counted,
    day,
    join,
    listed,
    sentence,
    were,
    within,
)

PRODUCT = "Twofold"
_SEARCHED = {
    Search.Kind.DATABASE: "Databases searched",
    Search.Kind.REGISTER: "Registers searched",
    Search.Kind.WEBSITE: "Websites searched",
    Search.Kind.ORGANISATION: "Organisations consulted",
    Search.Kind.CITATION: "Citation searches",
    Search.Kind.OTHER: "Other methods",
}


def paragraphs(facts: Facts) -> Iterator[Paragraph]:
    """Yield the methods, a paragraph on each matter."""
    yield Paragraph("Protocol and registration", tuple(registration(facts)))
    yield Paragraph("Eligibility criteria", tuple(eligibility(facts)))
    yield Paragraph(
        "Information sources and search", (*sources(facts), *strategies(facts))
    )
    yield Paragraph(
        "Selection process",
        (*duplicates(facts), *automation(facts), *selection(facts)),
    )
    yield Paragraph("Data collection", (*items(facts), *collection(facts)))
    yield Paragraph("Appraisal of the studies", tuple(appraisal(facts)))
    yield Paragraph("Software", tuple(software(facts)))


def registration(facts: Facts) -> Iterator[Parts]:
    """Say where the review is registered, and what was amended."""
    if registered := within(facts.protocol.registration):
        yield sentence(f"The review is registered: {registered}")
    else:
        yield sentence("No registration of the review is recorded")
    yield from amendments(facts)


def amendments(facts: Facts) -> Iterator[Parts]:
    """Say how often and when the protocol was amended."""
    number = len(facts.amendments)
    if not number:
        yield sentence("No amendment of the protocol is recorded")
        return
    told = [
        f"{within(each.what)} ({each.made_at:%-d %B %Y}; {within(each.reason)})"
        for each in facts.amendments
    ]
    yield sentence(
        "After screening began, the protocol was amended ",
        Number(number, facts.listed("amendments", "all")),
        " time: " if number == 1 else " times: ",
        listed(told),
    )


def question(facts: Facts) -> Iterator[Parts]:
    """Say what the review asks, in one question and by its elements."""
    protocol = facts.protocol
    asked = " ".join(protocol.question.split())
    if asked:
        yield sentence(f"The review asks: {asked}")
    elements = {
        "population": protocol.population,
        "intervention": protocol.intervention,
        "comparator": protocol.comparator,
        "outcomes": protocol.outcomes,
    }
    named = [f"{name}: {told}" for name, e in elements.items() if (told := within(e))]
    if named:
        yield sentence("The elements of the question are: ", "; ".join(named))
    if not asked and not named:
        yield sentence("The question of the review is not recorded")


def outcomes(facts: Facts) -> Iterator[Parts]:
    """Say which outcomes the protocol names, and what was extracted."""
    if named := within(facts.protocol.outcomes):
        yield sentence(f"The protocol names these outcomes: {named}")
    yield from items(facts)


def eligibility(facts: Facts) -> Iterator[Parts]:
    """Say which studies were eligible."""
    for kind, begin in (
        (Criterion.Kind.INCLUSION, "Studies were eligible where all of these hold"),
        (Criterion.Kind.EXCLUSION, "Studies were excluded where any of these holds"),
    ):
        held = [each for each in facts.criteria if each.kind == kind]
        if held:
            criteria = "; ".join(f"({each.code}) {within(each.text)}" for each in held)
            yield sentence(f"{begin}: {criteria}")
    if not facts.criteria:
        yield sentence("The criteria of eligibility are not recorded")
    protocol = facts.protocol
    if designs := within(protocol.study_designs):
        yield sentence(f"The protocol asks for these designs of study: {designs}")
    limits = []
    if languages := within(protocol.languages):
        limits.append(f"by language ({languages})")
    if dates := _dates(protocol.published_from, protocol.published_to):
        limits.append(f"by date of publication ({dates})")
    if limits:
        yield sentence("The review was limited ", listed(limits))


def _dates(first: str, last: str) -> str:
    if first and last:
        return f"{day(first)} to {day(last)}"
    if first:
        return f"since {day(first)}"
    return f"up to {day(last)}" if last else ""


def sources(facts: Facts, kinds: Iterable[str] = ()) -> Iterator[Parts]:
    """Say what was searched and when; of some kinds of source alone, where named."""
    wanted = tuple(kinds) or Search.Kind.values
    found = [search for search in facts.searches if search.kind in wanted]
    for kind, begin in _SEARCHED.items():
        searches = [search for search in found if search.kind == kind]
        if searches:
            number = Number(len(searches), facts.listed("searches", "all", kind))
            yield sentence(
                f"{begin} (n = ", number, "): ", listed(map(_search, searches))
            )
    if not found:
        yield sentence(
            "No search is recorded" if not kinds else "No such search is recorded"
        )


def _search(search: Search) -> str:
    name = within(search.name)
    source = within(search.source)
    said = [source] if source and source != name else []
    if platform := within(search.platform):
        said.append(f"by {platform}")
    said.append(
        f"searched {day(search.searched_on)}"
        if search.searched_on
        else "date not recorded"
    )
    return f"{name} ({'; '.join(said)})"


def strategies(facts: Facts) -> Iterator[Parts]:
    """Say for which searches the full strategy is recorded, and their limits."""
    if not facts.searches:
        return
    without = [within(each.name) for each in facts.searches if not each.strategy]
    total = len(facts.searches)
    url = facts.listed("searches", "all")
    if not without:
        yield sentence(
            "The full strategy of ",
            ("each of the ", *counted(total, "search", "searches", url))
            if total > 1
            else ("the ", *counted(total, "search", url=url)),
            " is recorded",
        )
    elif len(without) == total:
        yield sentence("The full search strategies are not recorded")
    else:
        yield sentence("The full strategy is not recorded for ", listed(without))
    yield from limits(facts)


def limits(facts: Facts) -> Iterator[Parts]:
    """Say by what the searches were limited."""
    limited = [each for each in facts.searches if within(each.limits)]
    for search in limited:
        yield sentence(
            f"The search of {within(search.name)} was limited: {within(search.limits)}"
        )
    if facts.searches and not limited:
        yield sentence("No limits of the searches are recorded")


def duplicates(facts: Facts) -> Iterator[Parts]:
    """Say how duplicates were removed."""
    number = facts.both("duplicates")
    if not number:
        yield sentence("No duplicate record was removed")
        return
    url = facts.listed("sets", "merged")
    sets = counted(facts.duplicate_sets, "set", "sets", url)
    yield sentence(
        f"Records were compared with one another in {PRODUCT}; ",
        sets,
        f" of copies {were(facts.duplicate_sets)} merged, which removed ",
        counted(number, "duplicate record", url=facts.listed("records", "duplicates")),
    )


def automation(facts: Facts) -> Iterator[Parts]:
    """Say whether an automation tool took part in the decisions."""
    number = facts.both("removed_by_automation")
    url = facts.listed("records", "removed_by_automation")
    if number:
        yield sentence(
            "An automation tool marked ",
            counted(number, "record", url=url),
            f" as ineligible, which {were(number)} removed before screening",
        )
    else:
        yield sentence("No record was removed by an automation tool")


def selection(facts: Facts) -> Iterator[Parts]:
    """Say how many people judged, and how conflicts were settled."""
    yield from _judged(facts, "records")
    yield from _judged(facts, "reports")
    if facts.reports.total:
        yield sentence(
            "An excluded report is counted under one reason, the first criterion in "
            "the order of the protocol that both reviewers gave, or else that either "
            "gave"
            if facts.reports.by_two
            else "An excluded report is counted under one reason, the first in the "
            "order of the protocol"
        )


def _judged(facts: Facts, unit: str) -> Iterator[Parts]:
    review, of_records = facts.review, unit == "records"
    settled = facts.records if of_records else facts.reports
    begin = "title and abstract of " if of_records else "full text of "
    one = unit.removesuffix("s")

    def url(way: str) -> str:
        return facts.listed(unit, way)

    if not settled.total:
        planned = (
            review.title_abstract_reviewers
            if of_records
            else review.full_text_reviewers
        )
        what = "titles and abstracts" if of_records else "full texts"
        yield sentence(f"No {what} have been judged yet; {_plan(planned)}")
    if settled.by_two:
        yield sentence(
            f"Two reviewers, independently of each other, judged the {begin}",
            counted(settled.by_two, one, url=url("two")),
            "; ",
            _conflicts(settled, url),
        )
    if settled.single:
        yield sentence(
            f"One reviewer alone judged the {begin}",
            counted(settled.single, one, url=url("single")),
        )


def _plan(reviewers: int) -> str:
    who = "two reviewers, independently" if reviewers == 2 else "one reviewer"
    return f"the plan asks for {who}"


def _conflicts(settled: Settled, url: Callable[[str], str]) -> Parts:
    if not settled.conflicts:
        return ("they agreed on all" if settled.by_two > 1 else "they agreed",)
    told: list[Phrase] = [
        join(Number(number, url(way)), f" {were(number)} settled {how}")
        for number, way, how in (
            (settled.consensus, "consensus", "by consensus of the two"),
            (settled.adjudication, "adjudication", "by a third person"),
        )
        if number
    ]
    agreed = ("they agreed on ", Number(settled.agreement, url("agreement")))
    of_them = counted(settled.conflicts, "conflict", url=url("conflicts"))
    return join(agreed, ", and of ", of_them, ", ", listed(told))


def items(facts: Facts) -> Iterator[Parts]:
    """Say what was extracted."""
    if not facts.fields:
        yield sentence("The data items are not recorded")
        return
    labels = [
        f"{within(each.label)} ({each.unit})" if each.unit else within(each.label)
        for each in facts.fields
    ]
    yield sentence(
        "Of each study ",
        counted(len(labels), "item", url=facts.listed("fields", "all")),
        f" {were(len(labels))} asked for: ",
        listed(labels),
    )


def collection(facts: Facts) -> Iterator[Parts]:
    """Say how many people extracted the data."""
    planned = facts.review.extraction_reviewers
    yield from _of_studies(facts, facts.values, planned, "value", "extracted")


def _of_studies(
    facts: Facts, settled: Settled, planned: int, noun: str, verb: str
) -> Iterator[Parts]:
    def url(way: str) -> str:
        return facts.listed(f"{noun}s", way)

    if not settled.total:
        yield sentence(f"No {noun} has been settled yet; {_plan(planned)}")
    if settled.by_two:
        yield sentence(
            f"Two reviewers, independently of each other, {verb} ",
            counted(settled.by_two, noun, url=url("two")),
            "; ",
            _conflicts(settled, url),
        )
    if settled.single:
        one = counted(settled.single, noun, url=url("single"))
        yield sentence(f"One reviewer alone {verb} ", one)


def appraisal(facts: Facts) -> Iterator[Parts]:
    """Say with what the studies were appraised, and by how many."""
    if not facts.instruments:
        yield sentence("No appraisal instrument is part of the protocol")
        return
    told = []
    for each in facts.instruments:
        designs = [words.label(code).lower() for code in each.designs]
        told.append(f"{each.name} ({'; '.join(designs)})" if designs else each.name)
    yield sentence("For the appraisal the protocol names ", listed(told))
    planned = facts.review.appraisal_reviewers
    yield from _of_studies(facts, facts.judged, planned, "judgment", "made")


def software(facts: Facts) -> Iterator[Parts]:
    """Say what the records were kept and judged in."""
    yield sentence(
        f"Records, decisions and data were kept in {PRODUCT} {settings.VERSION}, which "
        "also drew the flow diagram and made these sentences from them, without a "
        "language model"
    )
