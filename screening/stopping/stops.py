"""Stopping: the sample of the rest, the certificate, and the way back.

Never by itself: an owner begins it once the rule of the protocol holds, the sample is
judged as everything is, and an owner signs. The records that were never screened then
leave the flow as what they are; a vote that somebody gave alone lies dormant with its
record and wakes when the stop is lifted. What was signed is kept for ever.

An owner who begins a stop while judged records wait for a resolution is told so, and
neither which nor how many: with them the rule could not be trusted.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import access, events, jobs, removals
from reviews.models import Record, Review, Role, ScreeningPlan, Stage, User
from screening.models import SampledRecord, Stop, StopCertificate
from screening.models.stopping import StopQuerySet
from screening.pilots import gate
from screening.pilots import standing as pilot_standing
from screening.stopping import certificate, looking, sampling
from screening.stopping.looking import CannotStop, Look
from screening.stopping.reading import Reading
from screening.stopping.sampling import Judged

BATCH = 2000


class ReasonMissing(ValueError):
    """What was begun or signed is ended with a reason."""


def begin(review: Review, *, by: User, at: datetime | None = None) -> Stop:
    """Draw the sample of the rest. Raises WrongRole or CannotStop."""
    access.require(review, by, Role.OWNER)
    _require_open(review)
    with looking.held(review, by, draws=True) as (review, look):
        _require_open(review)
        return _begin(review, look, by=by, at=at)


def _begin(review: Review, look: Look, *, by: User, at: datetime | None) -> Stop:
    rest, drawn = look.rest, look.drawn
    stop = Stop.objects.create(
        review=review,
        number=look.number,
        seed=look.plan.seed,
        rest_count=len(rest),
        facts=certificate.of_reading(look.plan, look.found, look.said),
        begun_at=at or timezone.now(),
        begun_by=by,
    )
    SampledRecord.objects.bulk_create(
        (
            SampledRecord(stop=stop, record_id=key, position=place)
            for place, key in enumerate(drawn, start=1)
        ),
        batch_size=BATCH,
    )
    events.record(
        review,
        "stop.begun",
        f"{stop}: a sample of {len(drawn):,} was drawn from {len(rest):,} records "
        "that nobody had completed",
        by=by,
        subject=stop,
        new={"seed": stop.seed, "rest": len(rest), "sample": len(drawn)},
        at=at,
    )
    return stop


def require_signable(stop: Stop) -> None:
    """Raise CannotStop unless the sample is judged and the rule holds with it."""
    told = _require_judged(stop)
    plan = ScreeningPlan.objects.get(review=stop.review)
    found, _ = looking.require_rule(stop.review, plan)
    _require_recall(stop, told, plan, found)


def sign(
    stop: Stop,
    *,
    by: User,
    progress: jobs.Progress | None = None,
    at: datetime | None = None,
) -> StopCertificate:
    """Sign the certificate; what was never screened leaves the flow.

    Raises WrongRole, CannotStop or Cancelled.
    """
    access.require(stop.review, by, Role.OWNER)
    _require_judged(stop)
    with looking.held(stop.review, by) as (review, look):
        if progress:
            progress.hold()
        return _sign(review, stop, look, by=by, at=at or timezone.now())


def _sign(
    review: Review, stop: Stop, look: Look, *, by: User, at: datetime
) -> StopCertificate:
    stop = (
        Stop.objects.select_for_update(of=("self",))
        .select_related("begun_by")
        .get(pk=stop.pk)
    )
    plan, found = look.plan, look.found
    _require_recall(stop, _require_judged(stop), plan, found)
    made_removal = removals.remove(
        review,
        look.rest,
        removal(review),
        reason=f"Never screened: stop certificate {stop.number}",
        by=by,
        at=at,
    )
    # What left, not what was to leave: something may be settled in this moment.
    left = made_removal.records.count()
    facts = certificate.of_stop(
        stop, plan, found, look.said, never_screened=left, by=by, at=at
    )
    stop.state = Stop.State.SIGNED
    stop.save(update_fields=["state"])
    made = StopCertificate.objects.create(
        stop=stop,
        facts=facts,
        sha256=certificate.fingerprint(facts),
        removal=made_removal,
        signed_at=at,
        signed_by=by,
    )
    events.record(
        review,
        "stop.signed",
        f"{stop}: signed; {left:,} records were never screened",
        by=by,
        subject=stop,
        new={"never_screened": left, "sha256": made.sha256},
        at=at,
    )
    return made


@transaction.atomic
def give_up(stop: Stop, *, because: str, by: User, at: datetime | None = None) -> Stop:
    """Go on screening: the sample counts as what was judged, and the rest waits again.

    Raises WrongRole, ReasonMissing or CannotStop.
    """
    looking.lock(stop.review, by)
    stop = Stop.objects.select_for_update().get(pk=stop.pk)
    if stop.state != Stop.State.SAMPLING:
        raise CannotStop("This stop is not under way any more.")
    return _end(stop, Stop.State.GIVEN_UP, "stop.given_up", because, by=by, at=at)


@transaction.atomic
def lift(
    stop: Stop,
    *,
    because: str,
    by: User,
    progress: jobs.Progress | None = None,
    at: datetime | None = None,
) -> Stop:
    """Take a signed stop back: its records wait again, with the votes they had.

    The certificate stays, marked as lifted. Raises WrongRole, ReasonMissing,
    CannotStop or Cancelled.
    """
    if progress:
        progress.hold()
    looking.lock(stop.review, by)
    stop = Stop.objects.select_for_update().get(pk=stop.pk)
    require_liftable(stop, because)
    ended = _end(stop, Stop.State.LIFTED, "stop.lifted", because, by=by, at=at)
    removals.restore(
        stop.certificate.removal,
        by=by,
        because=f"stop certificate {stop.number} was lifted",
        at=at,
    )
    return ended


def require_liftable(stop: Stop, because: str) -> None:
    """Raise CannotStop or ReasonMissing unless a stop can be lifted so."""
    if stop.state != Stop.State.SIGNED:
        raise CannotStop("Only a stop that was signed can be lifted.")
    if not because.strip():
        raise ReasonMissing("Say why.")


def standing(review: Review) -> Stop | None:
    """Return the stop whose sample is judged, or the last that stands."""
    states = (Stop.State.SAMPLING, Stop.State.SIGNED)
    return of(review).filter(state__in=states).order_by("-number").first()


def removal(review: Review) -> Record.Removal:
    """Return as what records that were never screened leave the flow.

    Where a ranking had put them last, an automation tool took part in that.
    """
    plan = ScreeningPlan.objects.get(review=review)
    if plan.order == ScreeningPlan.Order.IMPORTED:
        return Record.Removal.OTHER
    return Record.Removal.AUTOMATION


def of(review: Review) -> StopQuerySet:
    """Return the stops of a review."""
    return Stop.objects.filter(review=review).select_related("begun_by", "ended_by")


def _end(
    stop: Stop,
    state: Stop.State,
    action: str,
    because: str,
    *,
    by: User,
    at: datetime | None,
) -> Stop:
    if not because.strip():
        raise ReasonMissing("Say why.")
    stop.state = state
    stop.ended_at, stop.ended_by = at or timezone.now(), by
    stop.ended_because = because.strip()
    stop.save(update_fields=["state", "ended_at", "ended_by", "ended_because"])
    events.record(
        stop.review,
        action,
        f"{stop}: {state.label.lower()}. {stop.ended_because}",
        by=by,
        subject=stop,
        new={"because": stop.ended_because},
        at=at,
    )
    return stop


def _is_enough(stop: Stop, told: Judged, plan: ScreeningPlan, found: Reading) -> bool:
    """Tell whether the sample alone shows the recall wanted, whatever the order did."""
    if plan.stopping != ScreeningPlan.Stopping.RECALL:
        return False
    relevant = found.screened.found
    whole = relevant + certificate.missed_at_most(stop, told)
    return 100 * relevant >= plan.target_recall * whole


def _require_judged(stop: Stop) -> Judged:
    """Raise CannotStop unless all of the sample is settled."""
    if stop.state != Stop.State.SAMPLING:
        raise CannotStop("There is no sample that waits for a signature.")
    told = sampling.judged(stop)
    if told.waiting:
        raise CannotStop("The sample is not judged and settled yet.")
    return told


def _require_recall(
    stop: Stop, told: Judged, plan: ScreeningPlan, found: Reading
) -> None:
    """Raise CannotStop where what the sample holds may be too much."""
    if told.relevant and not _is_enough(stop, told, plan, found):
        raise CannotStop(
            "The sample holds relevant records, and does not by itself show the "
            "recall wanted: screening goes on."
        )


def _require_open(review: Review) -> None:
    """Raise CannotStop while a sample is judged, or records are held back."""
    if sampling.going(review) is not None:
        raise CannotStop("A sample is being judged already.")
    if pilot_standing.open_round(review, Stage.TITLE_ABSTRACT):
        raise CannotStop(
            "A pilot round is open, and its records wait for nobody else: it is closed "
            "or abandoned first."
        )
    if why := gate.why_closed(review):
        raise CannotStop(f"Screening is not open yet. {why}")
