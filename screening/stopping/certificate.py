"""The stop certificate: all that somebody needs to judge whether stopping was right.

Plain values, as they are signed and downloaded: the rule and when it was set, what was
read in which order, what recall is certain, the random sample of the rest and what was
found in it, the people and the amendments in force. The records of the sample are
named, so that the draw can be repeated (PRISMA 2020, items 8, 16a and 24c).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from reviews.models import Review, ScreeningPlan, Stage, User
from screening.models import Ranking, SampledRecord, Stop, StopCertificate
from screening.stopping import elusion, sampling, urn
from screening.stopping.reading import Reading
from screening.stopping.rule import Said
from screening.stopping.sampling import Judged

FORM = "twofold stop certificate 1"


def of_reading(plan: ScreeningPlan, found: Reading, said: Said) -> dict[str, Any]:
    """Return what the rule says of what was read."""
    screened = found.screened
    is_recall = plan.stopping == ScreeningPlan.Stopping.RECALL
    return {
        "rule": {
            "name": plan.stopping,
            "label": plan.get_stopping_display(),
            "target_recall_percent": plan.target_recall if is_recall else None,
            "threshold": urn.THRESHOLD if is_recall else None,
            "run_length": None if is_recall else plan.run_length,
            "guarantees": is_recall,
        },
        "order": {
            "name": plan.order,
            "label": plan.get_order_display(),
            "random_share_percent": plan.random_share,
        },
        "screening": {
            "records": screened.pool,
            "screened": screened.read,
            "relevant": len(screened.relevant),
            "relevant_known_beforehand": screened.known,
            "irrelevant_since_the_last_relevant": screened.since_last,
            "draws_begin_after": screened.valid_from,
        },
        "test": {
            "p": said.p if found.is_ordered else None,
            "recall_at_least": said.certified.recall if found.is_ordered else None,
            "missed_at_most": said.certified.missed if found.is_ordered else None,
            "confidence_percent": 95,
        },
    }


def of_stop(
    stop: Stop,
    plan: ScreeningPlan,
    found: Reading,
    said: Said,
    *,
    never_screened: int,
    by: User,
    at: datetime,
) -> dict[str, Any]:
    """Return all that the certificate says."""
    review = stop.review
    facts = of_reading(plan, found, said)
    return _plain(
        {
            "form": FORM,
            "number": stop.number,
            "review": {"title": review.title, "slug": review.slug},
            **facts,
            "when_begun": stop.facts,
            "sample": _sample(stop, facts["screening"]),
            "never_screened": never_screened,
            "reviewers_for_each_record": review.reviewers_required(
                Stage.TITLE_ABSTRACT
            ),
            "ranking": ranking(review),
            "people": _people(review),
            "amendments": _amendments(review),
            "begun": {"at": stop.begun_at, "by": _name(stop.begun_by)},
            "signed": {"at": at, "by": _name(by)},
        }
    )


def missed_at_most(stop: Stop, told: Judged) -> int:
    """Return how many relevant records the sample leaves in the rest at most."""
    rest = stop.rest_count - told.gone
    return elusion.upper_bound(rest, told.settled, told.relevant) - told.relevant


def ranking(review: Review) -> dict[str, Any] | None:
    """Return what ordered the records last, if a model did.

    How much each reviewer's order was learned from, and when, tells of votes that may
    be blind: it is left out.
    """
    made = Ranking.objects.filter(review=review, stage=Stage.TITLE_ABSTRACT)
    last = made.order_by("-pk").first()
    if last is None:
        return None
    return {
        "model": last.model,
        "version": last.model_version,
        "seed": last.seed,
        "parameters": last.parameters,
        "libraries": last.libraries,
    }


def fingerprint(facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the facts."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(text.encode()).hexdigest()


def _sample(stop: Stop, screening: Mapping[str, int]) -> dict[str, Any]:
    told = sampling.judged(stop)
    left = missed_at_most(stop, told)
    earlier = _missed_before(stop)
    found = screening["relevant"] + screening["relevant_known_beforehand"]
    rows = SampledRecord.objects.filter(stop=stop).order_by("position")
    return {
        "drawn_from": stop.rest_count,
        "drawn": told.drawn,
        "judged": told.settled,
        "left_the_flow_meanwhile": told.gone,
        "relevant": told.relevant,
        "missed_at_most": left,
        "missed_at_most_in_earlier_stops": earlier,
        "recall_at_least": found / (found + left + earlier) if found else None,
        "confidence_percent": 95,
        "seed": stop.seed,
        "purpose": sampling.purpose(stop.number),
        "records": [
            {"place": place, "source_id": source, "title": title, "verdict": verdict}
            for place, source, title, verdict in rows.values_list(
                "position", "record__source_id", "record__title", "record__verdict"
            )
        ],
    }


def _missed_before(stop: Stop) -> int:
    """Return how many the samples of earlier stops that stand leave at most."""
    earlier = StopCertificate.objects.filter(
        stop__review=stop.review_id, stop__state=Stop.State.SIGNED
    ).exclude(stop=stop)
    return sum(each.facts["sample"]["missed_at_most"] for each in earlier)


def _people(review: Review) -> list[dict[str, Any]]:
    members = review.members.filter(removed_at=None).select_related("user")
    return [
        {
            "name": _name(member.user),
            "roles": sorted(
                f"{each.role} ({each.stage})" if each.stage else each.role
                for each in member.roles.all()
            ),
        }
        for member in members.prefetch_related("roles").order_by("pk")
    ]


def _amendments(review: Review) -> list[dict[str, Any]]:
    rows = review.amendments.order_by("number")
    return [
        {
            "number": each.number,
            "at": each.made_at,
            "what": each.what,
            "reason": each.reason,
        }
        for each in rows
    ]


def _name(person: User) -> str:
    return person.get_full_name() or person.get_username()


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts as they are read again out of JSON."""
    told: dict[str, Any] = json.loads(json.dumps(facts, default=_text))
    return told


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
