"""The unblinding ledger: who could see what was judged of an item, and from when.

Blinding ends for an item when as many have judged it as the protocol asks for. From
then on its judges may see each other's judgment (once they have stated what decided,
where the review asks for it) and an adjudicator those of a conflict; once it is
settled its verdict tells the team what two who agreed have said, and owners may look
behind the figures of agreement; a closed pilot round that counts tells its people,
owners and adjudicators what was said in it; a download shows all that it holds to
whoever took it. The ledger is derived from decisions, rounds, the history of roles and
the downloads, and holds closed items alone: settled ones, and open conflicts that its
reader may see anyway. It tells that somebody could see, not that they looked (MECIR
C39; PRISMA 2020 item 8).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.db.models import F, Q

from reviews.models import Review, Role, Settlement, Stage, User
from screening import conflicts, room
from screening.agreement import judged
from screening.decisions import Item, Items
from screening.ledger import downloads, periods
from screening.ledger.downloads import Download
from screening.ledger.periods import Period
from screening.models import PilotItem, PilotRound, Statement
from screening.stages import item_name

CHUNK = 2000
BY_RESOLUTION = (Settlement.CONSENSUS, Settlement.ADJUDICATION)
JUDGED = "judged it"
ADJUDICATES = "as an adjudicator"
OWNS = "as an owner, behind the agreement"
EVERYBODY = "Everybody on the team"
VERDICT = "as the verdict tells on what they agreed"
REVIEWERS = "The reviewers who judged it"
OPERATOR = "Whoever runs the instance"


@dataclass(frozen=True)
class Seer:
    """Somebody who could see the judgments: how, from when, and until when."""

    who: str
    how: str
    since: datetime | None
    until: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """An item that is closed: when it was, and who could see since."""

    item: Item
    closed_at: datetime
    settled_at: datetime | None
    was_conflict: bool
    seers: tuple[Seer, ...]


@dataclass(frozen=True)
class _Known:
    """What is the same for every item of a stage."""

    stage: Stage
    names: dict[int, str]
    adjudicators: Sequence[Period]
    owners: Sequence[Period]
    downloads: Sequence[Download]
    rounds: Mapping[int, PilotRound]
    states_first: bool
    hides: bool
    reader: int


def items(review: Review, stage: Stage, reader: User) -> Items:
    """Return the closed items whose entries the reader may see."""
    known = (
        review.records.to_screen()
        if stage == Stage.TITLE_ABSTRACT
        else review.reports.assessed()
    )
    disputed = conflicts.visible_to(review, stage, reader).order_by().values("pk")
    return known.filter(~Q(verdict="") | Q(pk__in=disputed)).order_by("pk")


def of(review: Review, stage: Stage, reader: User, found: Items) -> Iterator[Entry]:
    """Yield the entries of items that are in the order of their keys.

    By as many queries however many there are; `found` comes from `items`.
    """
    known = _known(review, stage, reader)
    heavy = ("abstract", "original") if stage == Stage.TITLE_ABSTRACT else ()
    stated = _stated(stage, found)
    waiting = next(stated, None)
    rows = found.defer(*heavy).iterator(chunk_size=CHUNK)
    closed = judged.of(review, stage, items=found)
    at = next(closed, None)
    for item in rows:
        item.review = review
        while at is not None and at.item < item.pk:
            at = next(closed, None)
        while waiting is not None and waiting[0] < item.pk:
            waiting = next(stated, None)
        here = waiting[1] if waiting is not None and waiting[0] == item.pk else {}
        if at is not None and at.item == item.pk:
            yield _entry(known, item, at, here)


def _known(review: Review, stage: Stage, reader: User) -> _Known:
    people = review.members.select_related("user")
    return _Known(
        stage,
        {member.user_id: str(member.user) for member in people},
        periods.of(review, Role.ADJUDICATOR),
        periods.of(review, Role.OWNER),
        [each for each in downloads.of(review) if stage in each.stages],
        _rounds(review, stage),
        review.plan.states_reason_first,
        room.names_are_hidden(review, stage, reader),
        reader.pk,
    )


def _rounds(review: Review, stage: Stage) -> dict[int, PilotRound]:
    """Return the first closed round that counts, by the items that it told of."""
    name = item_name(stage)
    rows = PilotItem.objects.filter(
        pilot_round__review=review,
        pilot_round__stage=stage,
        pilot_round__counts=True,
        pilot_round__state=PilotRound.State.CLOSED,
    ).order_by("-pilot_round__number")
    rows = rows.select_related("pilot_round").prefetch_related(
        "pilot_round__people__user"
    )
    return {getattr(each, f"{name}_id"): each.pilot_round for each in rows}


def _stated(stage: Stage, found: Items) -> Iterator[tuple[int, dict[int, datetime]]]:
    """Yield when each stated what decided or called it in, in the order of items."""
    name = f"decision__{item_name(stage)}"
    rows = (
        Statement.objects.filter(**{f"{name}__in": found.order_by().values("pk")})
        .filter(Q(called_in=True) | Q(by=F("decision__reviewer")))
        .order_by(name, "pk")
        .values_list(name, "by", "stated_at")
    )
    for item, said in groupby(rows.iterator(chunk_size=CHUNK), key=itemgetter(0)):
        yield item, {by: at for _, by, at in said}


def _entry(
    known: _Known, item: Item, closed: judged.Judged, stated: dict[int, datetime]
) -> Entry:
    was_conflict = not item.verdict or item.settlement in BY_RESOLUTION
    seers = list(_judges(known, item, closed, stated, was_conflict=was_conflict))
    if was_conflict:
        # Whoever is asked to state first opens it for those who settle it.
        begun = max([closed.closed_at, *stated.values()])
        seers += _periods(known, known.adjudicators, ADJUDICATES, begun)
    settled = item.settled_at if item.verdict else None
    if settled is not None:
        if not was_conflict:
            seers.append(Seer(EVERYBODY, VERDICT, settled))
        seers += _periods(known, known.owners, OWNS, settled)
    seers += _in_a_round(known, item, closed, stated, was_conflict=was_conflict)
    seers += _downloads(known, closed.closed_at)
    return Entry(item, closed.closed_at, settled, was_conflict, tuple(seers))


def _judges(
    known: _Known,
    item: Item,
    closed: judged.Judged,
    stated: dict[int, datetime],
    *,
    was_conflict: bool,
) -> Iterator[Seer]:
    nameless = known.hides and known.reader not in closed.choices
    moments: dict[datetime | None, list[str]] = defaultdict(list)
    for user in closed.choices:
        moment: datetime | None = closed.closed_at
        if was_conflict and user in stated:
            moment = max(closed.closed_at, stated[user])
        elif was_conflict and known.states_first:
            moment = item.settled_at if item.verdict else None
        moments[moment].append(known.names.get(user, f"Reviewer {user}"))
    for moment, names in moments.items():
        yield Seer(
            REVIEWERS if nameless else " and ".join(sorted(names)), JUDGED, moment
        )


def _in_a_round(
    known: _Known,
    item: Item,
    closed: judged.Judged,
    stated: Mapping[int, datetime],
    *,
    was_conflict: bool,
) -> Iterator[Seer]:
    """Yield who reads a closed pilot round, in which the item stood.

    A conflict whose sides state first is kept from them until they have.
    """
    found = known.rounds.get(item.pk)
    since: datetime | None = closed.closed_at
    if was_conflict and known.states_first:
        all_did = closed.choices.keys() <= stated.keys()
        since = max(stated.values()) if all_did else item.settled_at
    if found is None or found.ended_at is None or since is None:
        return
    since = max(since, closed.closed_at, found.ended_at)
    yield Seer(f"The people of pilot round {found.number}", "as it was closed", since)
    how = f"in pilot round {found.number}"
    yield from _periods(known, known.owners, f"as an owner, {how}", since)
    yield from _periods(known, known.adjudicators, f"as an adjudicator, {how}", since)


def _periods(
    known: _Known, found: Sequence[Period], how: str, moment: datetime
) -> Iterator[Seer]:
    for period in found:
        if period.covers(known.stage, moment):
            since = max(period.since, moment)
            yield Seer(str(period.user), how, since, period.until)


def _downloads(known: _Known, closed: datetime) -> Iterator[Seer]:
    """Yield the files that held the item: all of its stage since it was closed.

    A file is of a closed stage, so whatever was judged by then was settled.
    """
    for each in known.downloads:
        if each.at >= closed:
            who = str(each.by) if each.by else OPERATOR
            yield Seer(who, f"by a download: {each.what}", each.at)
