"""Who had which part in the review, from when to when: read off its history.

The history holds the parts of a member whenever they changed. Who began with the
review, or joined before a history was kept, has their parts from the day they joined.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from reviews.models import Event, Member, Review, User


@dataclass(frozen=True)
class Period:
    """A role that somebody had; `stage` is empty for all, `until` for today."""

    user: User
    role: str
    stage: str
    since: datetime
    until: datetime | None

    def covers(self, stage: str, moment: datetime) -> bool:
        """Tell whether the role was held at the stage at the moment or after it."""
        return self.stage in ("", stage) and (self.until is None or self.until > moment)


def of(review: Review, role: str) -> list[Period]:
    """Return who had the role, in the order in which they got it."""
    changes: dict[int, list[Event]] = defaultdict(list)
    told = Event.objects.filter(
        review=review, subject_type="member", action__startswith="member."
    )
    for event in told.order_by("at", "pk"):
        if event.subject_id is not None:
            changes[event.subject_id].append(event)
    members = review.members.select_related("user").prefetch_related("roles")
    found = [
        period
        for member in members
        for period in _of_member(member, changes[member.pk])
        if period.role == role
    ]
    return sorted(found, key=lambda each: (each.since, each.user.pk))


def _of_member(member: Member, changes: Iterable[Event]) -> Iterator[Period]:
    """Yield the periods of a member, given what their history tells."""
    known = [
        event for event in changes if _parts(event.new) is not None or _ends(event)
    ]
    if known:
        held = _parts(known[0].old) or set()
    else:
        held = {
            (each.role, each.stage)
            for each in member.roles.all()
            if member.removed_at is None
        }
    since = dict.fromkeys(held, member.added_at)
    for event in known:
        now = set() if _ends(event) else _parts(event.new) or set()
        for part in sorted(since.keys() - now):
            yield Period(member.user, *part, since.pop(part), event.at)
        for part in now - since.keys():
            since[part] = event.at
    for (role, stage), begun in sorted(since.items()):
        yield Period(member.user, role, stage, begun, None)


def _parts(facts: object) -> set[tuple[str, str]] | None:
    """Return the parts that an event names, or None where it names none."""
    if not isinstance(facts, dict) or not isinstance(facts.get("roles"), list):
        return None
    parts = (str(each).partition(":") for each in facts["roles"])
    return {(role, stage) for role, _, stage in parts}


def _ends(event: Event) -> bool:
    return event.action == "member.removed"
