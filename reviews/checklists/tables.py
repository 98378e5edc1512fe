"""A checklist as a table for a journal: item, what the records say, status, place."""

from datetime import datetime

from reviews import moments
from reviews.checklists import answers, definitions, filling
from reviews.checklists.answers import Answer
from reviews.checklists.definitions import Item
from reviews.checklists.filling import Filling
from reviews.documents.table import Column, Group, Row, Table
from reviews.exports import formats
from reviews.exports.options import CannotExport, Options, Writers
from reviews.models import Review

FOR_AUTHORS = "For the authors to write."
OF_TODAY = "Known of today alone."
OF_EARLIER = (
    "The answers and the flow are replayed from the history; what else the records say "
    "is known of today alone."
)
COLUMNS = (
    Column("Item", 0.5),
    Column("Topic", 1.3),
    Column("What to report", 1.8),
    Column("From the records", 4.7),
    Column("Status", 0.9),
    Column("Page and section", 1),
    Column("Note", 0.9),
)


def table(review: Review, checklist: str, *, as_of: datetime | None = None) -> Table:
    """Return the checklist of a review as it stands, or stood then.

    Raises UnknownChecklist.
    """
    asked = definitions.find(checklist)
    filled = filling.fill(review, checklist, as_of=as_of)
    said = answers.standing(review, checklist, as_of=as_of)
    groups = [
        Group(
            section.capitalize(),
            [_row(each, filled[each.number], said[each.number]) for each in items],
        )
        for section, items in definitions.by_section(asked)
    ]
    return Table(
        title=f"{asked.name}: {' '.join(review.title.split())}",
        columns=COLUMNS,
        groups=groups,
        notes=(
            *([review.notice] if review.notice else []),
            *([f"As of {moments.told(as_of)}. {OF_EARLIER}"] if as_of else []),
            f"Items in our own words, after: {asked.citation} doi:{asked.doi}",
        ),
        landscape=True,
        grouped_by="Section",
    )


def _row(item: Item, filled: Filling, said: Answer) -> Row:
    optional = " (optional)" if item.is_optional and "option" not in item.topic else ""
    return Row.of(
        item.number,
        item.topic + optional,
        item.gist,
        filled.text or (OF_TODAY if filled.is_of_today else FOR_AUTHORS),
        # Blank, for a team that goes on with a pen.
        said.status.label if said.status else "",
        said.place,
        said.note,
    )


def _tables(review: Review, options: Options) -> list[Table]:
    try:
        key = options.kind or definitions.DEFAULT
        return [table(review, key, as_of=options.as_of)]
    except definitions.UnknownChecklist as error:
        raise CannotExport(str(error)) from error


WRITERS: Writers = {"checklist": formats.in_every_format(_tables)}
