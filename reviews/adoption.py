"""The appraisal instruments of the protocol: which one, for studies of which design.

A review keeps its own copy of the form, so that what was appraised means the same for
as long as it is kept (PRISMA 2020 item 11). Adopted again after it was retired, the
instrument comes back as it was, or as a new version where the form has changed since.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from reviews import events, protocol
from reviews.instruments import loading, words
from reviews.models import Amendment, Instrument, Review, User


class AlreadyAdopted(ValueError):
    """The protocol names this instrument already."""


class UnknownDesign(ValueError):
    """There is no study design of this code."""


def offered(review: Review) -> list[tuple[Any, bool]]:
    """Return the instruments that come with the product, and which are adopted."""
    adopted = set(review.instruments.in_force().values_list("key", flat=True))
    return [(form, form.key in adopted) for form in loading.catalogue()]


@transaction.atomic
def adopt(
    review: Review,
    key: str,
    *,
    by: User,
    designs: Iterable[str] | None = None,
    because: str = "",
    at: datetime | None = None,
) -> Instrument:
    """Take an instrument into the protocol, for the designs it is made for or these.

    Raises AlreadyAdopted, UnknownDesign, loading.UnknownInstrument or
    protocol.ReasonMissing.
    """
    review = protocol.lock(review, by)
    definition, form = loading.definition(key), loading.load(key)
    chosen = _fit(form.designs if designs is None else designs)
    if review.instruments.in_force().filter(key=key).exists():
        raise AlreadyAdopted(f"{form.short_name} is in the protocol already.")
    what = f"Adopted {form.short_name} for {told(chosen)}"
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    instrument = _retired_as(review, key, definition) or Instrument(
        review=review,
        key=key,
        version=_last(review.instruments.filter(key=key), "version") + 1,
        name=form.short_name,
        unit=form.unit,
        definition=definition,
        position=_last(review.instruments, "position") + 1,
    )
    instrument.designs = chosen
    instrument.retired_at = None
    instrument.adopted_at = at or timezone.now()
    instrument.save()
    _tell(instrument, "instrument.adopted", what, amendment, by=by, at=at)
    return instrument


@transaction.atomic
def change_designs(
    instrument: Instrument,
    designs: Iterable[str],
    *,
    by: User,
    because: str = "",
    at: datetime | None = None,
) -> Instrument:
    """Choose anew the designs an instrument is for.

    Raises UnknownDesign or protocol.ReasonMissing.
    """
    review = protocol.lock(instrument.review, by)
    instrument = review.instruments.select_for_update().get(pk=instrument.pk)
    old, chosen = list(instrument.designs), _fit(designs)
    if old == chosen:
        return instrument
    what = f"{instrument.name} is for {told(chosen)}, no longer for {told(old)}"
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    instrument.designs = chosen
    instrument.save(update_fields=["designs"])
    _tell(instrument, "instrument.changed", what, amendment, by=by, at=at, old=old)
    return instrument


@transaction.atomic
def retire(
    instrument: Instrument, *, by: User, because: str = "", at: datetime | None = None
) -> Instrument:
    """Take an instrument out of the protocol; what was appraised with it stays.

    Raises protocol.ReasonMissing.
    """
    review = protocol.lock(instrument.review, by)
    instrument = review.instruments.select_for_update().get(pk=instrument.pk)
    if instrument.retired_at is not None:
        return instrument
    what = f"Took out the instrument {instrument.name}"
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    instrument.retired_at = at or timezone.now()
    instrument.save(update_fields=["retired_at"])
    _tell(instrument, "instrument.retired", what, amendment, by=by, at=at)
    return instrument


def told(designs: Iterable[str]) -> str:
    """Say in words which designs these are."""
    named = [words.DESIGNS.get(design, design) for design in designs]
    return "; ".join(named).lower() if named else "any design, chosen by hand"


def _fit(designs: Iterable[str]) -> list[str]:
    wanted = set(designs)
    unknown = sorted(wanted - set(words.DESIGNS))
    if unknown:
        raise UnknownDesign(f"There is no study design {', '.join(unknown)}.")
    return [design for design in words.DESIGNS if design in wanted]


def _retired_as(
    review: Review, key: str, definition: dict[str, Any]
) -> Instrument | None:
    for each in review.instruments.filter(key=key).order_by("-version"):
        if each.definition == definition:
            return each
    return None


def _last(rows: Any, field: str) -> int:
    return int(rows.aggregate(last=Max(field))["last"] or 0)


def _tell(
    instrument: Instrument,
    action: str,
    what: str,
    amendment: Amendment | None,
    *,
    by: User,
    at: datetime | None,
    old: list[str] | None = None,
) -> None:
    new = {"key": instrument.key, "designs": instrument.designs}
    events.record(
        instrument.review,
        action,
        protocol.headline(amendment) + what,
        by=by,
        subject=instrument,
        old={"designs": old} if old is not None else None,
        new={**new, **protocol.reason_of(amendment)},
        at=at,
    )
