"""The protocol: what is asked, the limits set beforehand, and how it was amended.

Until the review holds records nobody can have judged by the protocol, and it is
written freely. From then on every change is an amendment, with a date and a reason
(PRISMA 2020 item 24c), and what was judged keeps the wording that it was judged by.
The question is item 4, the limits are part of items 5 and 6, the register item 24a.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from reviews import access, events
from reviews.models import Amendment, Protocol, Review, Role, User

# Changed after the start they are no change of method.
FREE = frozenset({"registration", "notes"})
FIELDS = (
    "question_type",
    "question",
    "population",
    "intervention",
    "comparator",
    "outcomes",
    "study_designs",
    "published_from",
    "published_to",
    "languages",
    "registration",
    "notes",
)


class ReasonMissing(ValueError):
    """After screening could begin, a change of the protocol has a reason."""


def is_underway(review: Review) -> bool:
    """Tell whether the review holds records, so that somebody may have judged one."""
    return review.records.exists()


def lock(review: Review, by: User) -> Review:
    """Lock the review, so that its protocol has one writer, who must be an owner."""
    locked = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(locked, by, Role.OWNER)
    return locked


def amend(
    review: Review, what: str, *, because: str, by: User, at: datetime | None = None
) -> Amendment | None:
    """Write down an amendment if the review is under way, else return None.

    The caller holds the lock. Raises ReasonMissing.
    """
    if not is_underway(review):
        return None
    if not because.strip():
        raise ReasonMissing(
            "The review holds records, so this is an amendment: say why it is made."
        )
    last = review.amendments.aggregate(last=Max("number"))["last"] or 0
    return Amendment.objects.create(
        review=review,
        number=last + 1,
        made_at=at or timezone.now(),
        made_by=by,
        what=what,
        reason=because.strip(),
    )


@transaction.atomic
def describe(
    review: Review,
    facts: Mapping[str, str],
    *,
    by: User,
    because: str = "",
    at: datetime | None = None,
) -> Protocol:
    """Write the question and the limits; `facts` are named as in FIELDS.

    Raises ReasonMissing.
    """
    review = lock(review, by)
    protocol = Protocol.objects.select_for_update().get(review=review)
    old = {name: getattr(protocol, name) for name in FIELDS}
    new = {**old, **{name: facts[name].strip() for name in facts}}
    changed = [name for name in FIELDS if old[name] != new[name]]
    if not changed:
        return protocol
    bound = [name for name in changed if name not in FREE]
    amendment = None
    if bound:
        what = "; ".join(_told(name, old[name], new[name]) for name in bound)
        amendment = amend(review, what, because=because, by=by, at=at)
    for name in changed:
        setattr(protocol, name, new[name])
    protocol.save(update_fields=changed)
    events.record(
        review,
        "protocol.changed",
        f"{headline(amendment)}Changed in the protocol: {_names(changed)}",
        by=by,
        subject=protocol,
        old={name: old[name] for name in changed},
        new={**{name: new[name] for name in changed}, **reason_of(amendment)},
        at=at,
    )
    return protocol


def headline(amendment: Amendment | None) -> str:
    """Return what an event's line begins with when it tells of an amendment."""
    return f"Amendment {amendment.number}. " if amendment else ""


def reason_of(amendment: Amendment | None) -> dict[str, str]:
    """Return the reason as an event keeps it, or nothing."""
    return {"reason": amendment.reason} if amendment else {}


def sentence(text: str) -> str:
    """Return a text without its last full stop, to be quoted in a line."""
    return text.strip().removesuffix(".")


def _told(name: str, old: str, new: str) -> str:
    label = _label(name)
    if not old:
        return f"{label}: added “{sentence(new)}”"
    if not new:
        return f"{label}: took out “{sentence(old)}”"
    return f"{label}: “{sentence(new)}” in place of “{sentence(old)}”"


def _names(names: list[str]) -> str:
    return ", ".join(_label(name).lower() for name in names)


def _label(name: str) -> str:
    named = Protocol._meta.get_field(name)
    return str(named.verbose_name).capitalize()  # type: ignore[union-attr]  # a column
