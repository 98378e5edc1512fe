"""The lists of values and judgments by the way in which they were settled."""

from collections.abc import Sequence

from reviews.instruments.definition import OVERALL
from reviews.models import SettledJudgment
from reviews.models.study import ByLetter
from reviews.words.facts import Facts
from reviews.words.lists.listing import Lazily, Line, Listing, page_of
from reviews.words.values import texts


def values(facts: Facts, label: str, settlements: Sequence[str]) -> Listing:
    """Return the values of the included studies that were settled in a way."""
    rows = facts.settled_values().filter(settlement__in=settlements)
    ordered = rows.select_related("study", "field")
    return Listing(
        f"Values {label}",
        Lazily(
            ordered.order_by(
                ByLetter("study__label"), "study", "field__position", "field"
            ),
            lambda each: Line(
                f"{each.study.label}: {each.field.label}",
                page_of("study_detail", facts, each.study_id),
                "Not reported" if each.not_reported else "; ".join(texts(each)),
            ),
        ),
    )


def judgments(facts: Facts, label: str, settlements: Sequence[str]) -> Listing:
    """Return the judgments of the included studies that were settled in a way."""
    names = {
        (table.instrument.pk, column.id): column.name
        for table in facts.appraisals
        for column in table.columns
    }

    def tell(each: SettledJudgment) -> Line:
        target = each.target
        domain = names.get((target.instrument_id, each.domain))
        domain = domain or ("Overall" if each.domain == OVERALL else each.domain)
        said = f"{target.instrument.name}, {domain}"
        return Line(str(target), page_of("study_detail", facts, target.study_id), said)

    rows = facts.settled_judgments().filter(settlement__in=settlements)
    ordered = rows.select_related("target__study", "target__instrument")
    return Listing(
        f"Judgments {label}",
        Lazily(
            ordered.order_by(ByLetter("target__study__label"), "target", "pk"), tell
        ),
    )
