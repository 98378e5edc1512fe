"""Learning anew, in the background: after every decision, one job at a time.

A job looks after one review. It learns for each reviewer for whom something changed,
stays for a while and looks again, so that a decision writes nothing while one is there,
and leaves as soon as other work waits. Features are read once a job. Nothing waits for
it: until there is a newer order, the one before holds.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from reviews import jobs, members
from reviews.models import Event, Review, ScreeningPlan, Stage, User
from screening.models import Decision, Ranking
from screening.priority import chance, features, learning, libraries, model, reasons
from screening.priority.learning import Known
from screening.priority.model import Line, Places
from screening.ranking import keeping, labels, question
from screening.ranking.keeping import Kept
from screening.ranking.labels import Standing

STAGE = Stage.TITLE_ABSTRACT
# Records that are told by their keys, and those drawn by chance.
HEAD = 300
DRAWN = 100
# Seconds: how long a job stays for the next decision, and between two looks.
STAYS = 60.0
LOOKS = 0.25
PARAMETERS: dict[str, Any] = {
    "features": features.PARAMETERS,
    "model": model.PARAMETERS,
    "start": learning.PARAMETERS,
}
# What is written in the history and changes no text.
_ELSEWHERE = ("record.settled", "record.reopened", "report.", "study.", "member.")


@dataclass(frozen=True)
class Mark:
    """The last of each: nothing has happened as long as it is the same."""

    decision: int
    event: int


def mark(review: Review) -> Mark:
    """Return where the review stands."""
    decision = Decision.objects.filter(review=review, stage=STAGE)
    return Mark(
        decision.aggregate(last=Max("pk"))["last"] or 0,
        review.events.aggregate(last=Max("pk"))["last"] or 0,
    )


def keep_up(review: Review, progress: jobs.Progress) -> int:
    """Learn until nothing has changed for a while; return how many orders were made."""
    made, seen, kept = 0, None, None
    began = last = time.monotonic()
    while True:
        now = mark(review)
        if now != seen:
            progress.step(0, 1, "Learning the order of the records")
            began = time.monotonic()
            if kept is None or _texts_changed(review, kept, seen, now):
                kept = keeping.of(review)
            made += learn_for_all(review, kept, now)
            seen, last = now, time.monotonic()
        idle = time.monotonic() - last
        if connection.in_atomic_block or _others_wait() or idle > STAYS:
            return made
        # After work as long a rest: whoever screens needs the processor too.
        time.sleep(LOOKS if idle > LOOKS else max(LOOKS, last - began))


def learn_for_all(review: Review, kept: Kept, seen: Mark) -> int:
    """Learn anew for each reviewer for whom something changed, the latest first."""
    review = Review.objects.select_related("protocol", "plan").get(pk=review.pk)
    if review.plan.order != ScreeningPlan.Order.RELEVANCE:
        return 0
    among = labels.standing(review, kept.keys)
    said = question.text(review)
    made = 0
    for person in _reviewers(review):
        made += learn_for(review, person, kept, among, said, seen) is not None
    return made


def learn_for(
    review: Review,
    reviewer: User,
    kept: Kept,
    among: Standing,
    said: str,
    seen: Mark,
    *,
    at: datetime | None = None,
) -> Ranking | None:
    """Learn anew for one reviewer, and keep the order; None where nothing changed."""
    known, pool = labels.of(review, STAGE, reviewer, kept.keys, among)
    learned_from = _digest(review, kept, known, pool, said)
    last = in_use(review, reviewer)
    if last is not None and last.learned_from == learned_from:
        Ranking.objects.filter(pk=last.pk).update(
            seen_decision=seen.decision, seen_event=seen.event
        )
        return None
    terms = kept.features.terms
    asked = terms.weigh(said)
    line = learning.learn(
        kept.features.matrix, known, pool, question=asked, seed=review.plan.seed
    )
    if line is None:
        return None
    by_text = bool(asked.nnz) and learning.presumes(known)
    order = model.ranked(line.scores(kept.features.matrix), pool)
    keys = kept.keys[order]
    return _keep(
        Ranking(
            review=review,
            stage=STAGE,
            reviewer=reviewer,
            made_at=at or timezone.now(),
            basis=Ranking.Basis.TEXT if by_text else Ranking.Basis.LABELS,
            model=model.NAME,
            model_version=model.VERSION,
            parameters=PARAMETERS,
            libraries=libraries.versions(),
            seed=review.plan.seed,
            label_count=len(known.labels),
            relevant_count=known.relevant,
            record_count=len(keys),
            features=kept.digest,
            learned_from=learned_from,
            seen_decision=seen.decision,
            seen_event=seen.event,
            head=keys[:HEAD].tolist(),
            drawn=chance.drawn(np.sort(keys), review.plan.seed, DRAWN).tolist(),
            words=dict(_words(kept, line, order[:HEAD])),
            whole=packed(keys),
        )
    )


def in_use(review: Review, reviewer: User) -> Ranking | None:
    """Return the reviewer's order of today, without the whole of it."""
    return (
        Ranking.objects.filter(
            review=review, stage=STAGE, reviewer=reviewer, whole__isnull=False
        )
        .defer("whole")
        .first()
    )


def packed(keys: Places) -> bytes:
    """Return keys as few bytes."""
    return keys.astype("<i8" if len(keys) and keys.max() >= 2**32 else "<u4").tobytes()


def unpacked(whole: bytes, number: int) -> list[int]:
    """Return the keys that were packed, so many."""
    wide = number and len(whole) // number == 8
    return [int(key) for key in np.frombuffer(whole, "<i8" if wide else "<u4")]


@transaction.atomic
def _keep(ranking: Ranking) -> Ranking:
    Ranking.objects.filter(
        review=ranking.review,
        stage=ranking.stage,
        reviewer=ranking.reviewer,
        whole__isnull=False,
    ).update(whole=None, head=[], drawn=[], words={})
    ranking.save()
    return ranking


def _words(kept: Kept, line: Line, order: Places) -> Iterator[tuple[str, list[str]]]:
    rows = kept.features.matrix[order]
    for number, place in enumerate(order):
        told = reasons.words(rows[number], line, kept.features.terms)
        if told:
            yield str(kept.keys[place]), told


def _digest(review: Review, kept: Kept, known: Known, pool: Places, said: str) -> str:
    """Return the hash of all that the order depends on."""
    made = blake2b(digest_size=16)
    for part in (kept.digest, said, f"{review.plan.seed} {model.VERSION} {PARAMETERS}"):
        made.update(part.encode())
    for array in (known.places, known.labels, pool):
        made.update(array.tobytes())
    return made.hexdigest()


def _reviewers(review: Review) -> list[User]:
    rows = members.reviewers(review, STAGE).select_related("user").order_by("pk")
    last = dict(
        Decision.objects.filter(review=review, stage=STAGE)
        .order_by()
        .values("reviewer")
        .annotate(last=Max("pk"))
        .values_list("reviewer", "last")
    )
    return sorted(
        (member.user for member in rows),
        key=lambda person: last.get(person.pk, 0),
        reverse=True,
    )


def _texts_changed(review: Review, kept: Kept, before: Mark | None, now: Mark) -> bool:
    """Tell whether a title or abstract may be another since then, or came in."""
    if before is None or before.event == now.event:
        return False
    since = Event.objects.filter(review=review, pk__gt=before.event)
    for beginning in _ELSEWHERE:
        since = since.exclude(action__startswith=beginning)
    return since.exists() and not keeping.still_hold(kept, review)


def _others_wait() -> bool:
    return DBTaskResult.objects.ready().exists()
