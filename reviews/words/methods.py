"""The methods in words: PRISMA 2020, items 5 to 11 and 24.

How many people judged is told from what they settled, not from what was planned: only
what both of two reviewers judged is called the work of two, independently.
"""

from collections.abc import Iterable, Iterator

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
        Number(number, facts.page("protocol_detail")),
        " time: " if number == 1 else " times: ",
        listed(told),
    )


def question(facts: Facts) -> Iterator[Parts]:
    """Say what the review asks."""
    if asked := " ".join(facts.protocol.question.split()):
        yield sentence(f"The review asks: {asked}")
    else:
        yield sentence("The question of the review is not recorded")


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
    limits = []
    if languages := within(protocol.languages):
        limits.append(f"to the languages {languages}")
    if protocol.published_from and protocol.published_to:
        first, last = day(protocol.published_from), day(protocol.published_to)
        limits.append(f"to publications from {first} to {last}")
    elif protocol.published_from:
        limits.append(f"to publications since {day(protocol.published_from)}")
    elif protocol.published_to:
        limits.append(f"to publications up to {day(protocol.published_to)}")
    if limits:
        yield sentence("The review was limited ", listed(limits))


def sources(facts: Facts, kinds: Iterable[str] = ()) -> Iterator[Parts]:
    """Say what was searched and when; of some kinds of source alone, where named."""
    wanted = tuple(kinds) or Search.Kind.values
    found = [search for search in facts.searches if search.kind in wanted]
    for kind, begin in _SEARCHED.items():
        searches = [search for search in found if search.kind == kind]
        if searches:
            number = Number(len(searches), facts.page("search_list"))
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
    url = facts.page("search_list")
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
    number = facts.flow.duplicates + facts.flow.other.duplicates
    if not number:
        yield sentence("No duplicate record was removed")
        return
    sets = counted(facts.duplicate_sets, "set", "sets", facts.page("duplicate_list"))
    yield sentence(
        f"Records were compared with one another in {PRODUCT}; ",
        sets,
        f" of copies {were(facts.duplicate_sets)} merged, which removed ",
        counted(number, "duplicate record", url=facts.box("duplicates", number)),
    )


def automation(facts: Facts) -> Iterator[Parts]:
    """Say whether an automation tool took part in the decisions."""
    flow = facts.flow
    number = flow.removed_by_automation + flow.other.removed_by_automation
    if number:
        yield sentence(
            "An automation tool marked ",
            counted(number, "record", url=facts.box("removed_by_automation", number)),
            f" as ineligible, which {were(number)} removed before screening",
        )
    else:
        yield sentence("No record was removed by an automation tool")


def selection(facts: Facts) -> Iterator[Parts]:
    """Say how many people judged, and how conflicts were settled."""
    review = facts.review
    yield from _judged(
        facts.records,
        review.title_abstract_reviewers,
        facts.box("screened", facts.records.total),
        ("title and abstract of ", "record", "records"),
        "titles and abstracts",
    )
    yield from _judged(
        facts.reports,
        review.full_text_reviewers,
        facts.box("assessed", facts.reports.total),
        ("full text of ", "report", "reports"),
        "full texts",
    )
    if facts.reports.total:
        yield sentence(
            "An excluded report is counted under one reason, the first criterion in "
            "the order of the protocol that both reviewers gave, or else that either "
            "gave"
            if facts.reports.by_two
            else "An excluded report is counted under one reason, the first in the "
            "order of the protocol"
        )


def _judged(
    settled: Settled,
    planned: int,
    url: str,
    words_of: tuple[str, str, str],
    what: str,
) -> Iterator[Parts]:
    begin, one, many = words_of
    if not settled.total:
        who = "two reviewers, independently" if planned == 2 else "one reviewer"
        yield sentence(f"No {what} have been judged yet; the plan asks for {who}")
        return
    if settled.by_two:
        url_of_two = "" if settled.single else url
        yield sentence(
            f"Two reviewers, independently of each other, judged the {begin}",
            counted(settled.by_two, one, many, url_of_two),
            "; ",
            _conflicts(settled),
        )
    if settled.single:
        url_of_one = "" if settled.by_two else url
        yield sentence(
            f"One reviewer alone judged the {begin}",
            counted(settled.single, one, many, url_of_one),
        )


def _conflicts(settled: Settled) -> Parts:
    if not settled.conflicts:
        return ("they agreed on all" if settled.by_two > 1 else "they agreed",)
    told: list[Phrase] = [
        join(Number(number), f" {were(number)} settled {how}")
        for number, how in (
            (settled.consensus, "by consensus of the two"),
            (settled.adjudication, "by a third person"),
        )
        if number
    ]
    agreed = ("they agreed on ", Number(settled.agreement), ", ")
    of_them = counted(settled.conflicts, "conflict")
    return join(agreed, "and of ", of_them, ", ", listed(told))


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
        counted(len(labels), "item", url=facts.page("protocol_detail")),
        f" {were(len(labels))} asked for: ",
        listed(labels),
    )


def collection(facts: Facts) -> Iterator[Parts]:
    """Say how many people extracted the data."""
    yield from _of_values(
        facts.values, facts.review.extraction_reviewers, "value", "extracted"
    )


def _of_values(settled: Settled, planned: int, noun: str, verb: str) -> Iterator[Parts]:
    if not settled.total:
        who = "two reviewers, independently" if planned == 2 else "one reviewer"
        yield sentence(f"No {noun} has been settled yet; the plan asks for {who}")
        return
    if settled.by_two:
        yield sentence(
            f"Two reviewers, independently of each other, {verb} ",
            counted(settled.by_two, noun),
            "; ",
            _conflicts(settled),
        )
    if settled.single:
        yield sentence(f"One reviewer alone {verb} ", counted(settled.single, noun))


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
    yield from _of_values(
        facts.judged, facts.review.appraisal_reviewers, "judgment", "made"
    )


def software(facts: Facts) -> Iterator[Parts]:
    """Say what the records were kept and judged in."""
    yield sentence(
        f"Records, decisions and data were kept in {PRODUCT} {settings.VERSION}, which "
        "also drew the flow diagram and made these sentences from them, without a "
        "language model"
    )
