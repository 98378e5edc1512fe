"""How the team wants its flow diagram: form, words, notes, colour and synthesis.

The official words stand wherever the team has none of its own, and a label that is
given back to the official form is not kept. PRISMA 2020 lets a team adapt the diagram
(item 16a); the numbers are never among what it may word.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from reviews import access, events
from reviews.diagram import prisma2009, wording
from reviews.models import Diagram, ExtractionField, Instrument, Review, Role, User

LONGEST_LABEL, LONGEST_NOTES, MOST_NOTES = 300, 4000, 20
# Every label that can be renamed, with the official words; those of 2009 under a name
# of their own where the two forms differ.
LABELS: Mapping[str, str] = {**prisma2009.LABELS, **wording.LABELS}


RESET = "diagram.reset"


class CannotKeep(ValueError):
    """The wishes contradict each other, or name what no diagram has."""


class NothingSetAside(ValueError):
    """No wishes were set aside, or others have taken their place."""


def of(review: Review) -> Diagram:
    """Return what the team wants; before anybody said, all as it comes."""
    return Diagram.objects.filter(review=review).first() or Diagram(review=review)


def is_official(review: Review) -> bool:
    """Tell whether the team wants nothing of its own."""
    return _told(of(review)) == _told(Diagram(review=review))


def has_credit(diagram: Diagram) -> bool:
    """Tell whether the authors of the form are credited under the diagram."""
    return bool(diagram.labels.get("credit", True))


def draft(
    review: Review,
    *,
    form: str,
    labels: Mapping[str, str],
    footnotes: str,
    monochrome: bool,
    has_credit: bool = True,
    synthesis_field: ExtractionField | None = None,
    synthesis_instrument: Instrument | None = None,
) -> Diagram:
    """Return the wishes without keeping them. Raises CannotKeep."""
    unknown = sorted(labels.keys() - LABELS.keys())
    if unknown:
        raise CannotKeep(f"No diagram has a label “{unknown[0]}”.")
    if synthesis_field and synthesis_instrument:
        raise CannotKeep(
            "The box of studies in synthesis goes by a field or by an instrument, "
            "not by both."
        )
    for one in (synthesis_field, synthesis_instrument):
        if one is not None and one.review_id != review.pk:
            raise CannotKeep("That is of another review.")
    own = _own(labels)
    notes = [" ".join(line.split()) for line in footnotes.splitlines()]
    return Diagram(
        review=review,
        form=form,
        labels=own if has_credit else own | {"credit": ""},
        footnotes="\n".join(filter(None, notes)),
        monochrome=monochrome,
        synthesis_field=synthesis_field,
        synthesis_instrument=synthesis_instrument,
    )


@transaction.atomic
def write(review: Review, *, by: User, **wishes: Any) -> Diagram:
    """Keep what the team wants, as `draft` takes it. Raises WrongRole or CannotKeep."""
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    old, new = of(review), draft(review, **wishes)
    if _told(old) == _told(new):
        return old
    new.pk = old.pk
    new.save()
    events.record(
        review,
        "diagram.written",
        "Said how the flow diagram is drawn",
        by=by,
        subject=new,
        old=_told(old),
        new=_told(new),
    )
    return new


@transaction.atomic
def reset(review: Review, *, by: User) -> None:
    """Give the diagram back to the official form and words. Raises WrongRole."""
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    diagram = of(review)
    if diagram.pk is None or is_official(review):
        return
    fresh = Diagram(pk=diagram.pk, review=review)
    fresh.save()
    events.record(
        review,
        RESET,
        "Gave the flow diagram back to the official form and words",
        by=by,
        subject=fresh,
        old=_told(diagram),
        new=_told(fresh),
    )


def set_aside(diagram: Diagram) -> dict[str, Any]:
    """Return the wishes that were set aside last, while none took their place."""
    if diagram.pk is None or _told(diagram) != _told(Diagram(review=diagram.review)):
        return {}
    last = events.about(diagram).filter(action__startswith="diagram.").first()
    return dict(last.old) if last and last.action == RESET and last.old else {}


@transaction.atomic
def take_up(review: Review, *, by: User) -> None:
    """Wish again for what was set aside last. Raises WrongRole or NothingSetAside."""
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    fresh = of(review)
    old = set_aside(fresh)
    if not old:
        raise NothingSetAside("There is nothing to take up again.")
    field, instrument = old.pop("synthesis_field"), old.pop("synthesis_instrument")
    again = Diagram(
        pk=fresh.pk,
        review=review,
        # What has left the protocol since does not come back.
        synthesis_field=review.extraction_fields.filter(pk=field).first(),
        synthesis_instrument=review.instruments.filter(pk=instrument).first(),
        **old,
    )
    again.save()
    events.record(
        review,
        "diagram.taken_up",
        "Gave the flow diagram the team’s form and words again",
        by=by,
        subject=again,
        old=_told(fresh),
        new=_told(again),
    )


def _own(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the labels that are other than the official words."""
    said = {name: " ".join(label.split()) for name, label in labels.items()}
    return {
        name: label for name, label in said.items() if label and label != LABELS[name]
    }


def _told(diagram: Diagram) -> dict[str, Any]:
    return {
        "form": diagram.form,
        "labels": diagram.labels,
        "footnotes": diagram.footnotes,
        "monochrome": diagram.monochrome,
        "synthesis_field": diagram.synthesis_field_id,
        "synthesis_instrument": diagram.synthesis_instrument_id,
    }
