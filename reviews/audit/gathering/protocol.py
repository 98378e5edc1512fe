"""What the checks of the audit read of the protocol and of the checklist."""

from collections import defaultdict

from reviews.audit.facts import (
    Coding,
    CriterionFacts,
    Field,
    InstrumentFacts,
    Item,
    Limits,
)
from reviews.checklists import answers, definitions
from reviews.models import Protocol, Review
from reviews.models.protocol import CriterionCoding

_CHECKLIST = "prisma2020"


def limits(review: Review) -> Limits:
    protocol = Protocol.objects.get(review=review)
    names = Limits.__dataclass_fields__
    return Limits(**{name: getattr(protocol, name) for name in names})


def criteria(review: Review) -> tuple[CriterionFacts, ...]:
    codings: dict[int, list[Coding]] = defaultdict(list)
    rows = CriterionCoding.objects.filter(criterion__review=review).order_by("pk")
    for row in rows:
        codings[row.criterion_id].append(
            Coding(row.field_id, tuple(map(str, row.values)))
        )
    return tuple(
        CriterionFacts(
            pk=criterion.pk,
            code=criterion.code,
            text=criterion.text,
            kind=criterion.kind,
            topic=criterion.topic,
            codings=tuple(codings[criterion.pk]),
        )
        for criterion in review.criteria.in_force()
    )


def fields(review: Review) -> tuple[Field, ...]:
    return tuple(
        Field(
            pk=field.pk,
            label=field.label,
            kind=field.kind,
            meaning=field.meaning,
            choices=tuple(field.choices),
            in_table1=field.in_table1,
            groups_table1=field.groups_table1,
        )
        for field in review.extraction_fields.in_force()
    )


def instruments(review: Review) -> tuple[InstrumentFacts, ...]:
    rows = review.instruments.in_force().values_list("key", "name", "designs")
    return tuple(InstrumentFacts(key, name, tuple(d)) for key, name, d in rows)


def items(review: Review) -> tuple[Item, ...]:
    said = answers.standing(review, _CHECKLIST)
    return tuple(
        Item(
            number=item.number,
            topic=item.topic,
            status=said[item.number].status,
            place=said[item.number].place,
        )
        for item in definitions.find(_CHECKLIST).items
    )
