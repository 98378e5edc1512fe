"""Gather what the checks of the audit read, in as many queries whatever the size."""

from collections.abc import Mapping
from dataclasses import replace

from reviews import dismissals
from reviews.audit import citing
from reviews.audit.checks.unaccounted_trials import likely
from reviews.audit.facts import Facts, SearchFacts
from reviews.audit.gathering import protocol, references, studies
from reviews.duplicates import stored
from reviews.flow.counting import flow as count_flow
from reviews.models import DuplicateSet, Manuscript, Review, Stage


def gather(review: Review) -> Facts:
    """Return what the checks read of a review."""
    flow = count_flow(review)
    counts = {source.search: source.count for source in flow.sources}
    manuscript = Manuscript.objects.filter(review=review).first()
    references_of, cited = references.looked_at(
        review, flow.screened + flow.other.screened
    )
    body, listed = citing.parted(manuscript.body if manuscript else "")
    facts = Facts(
        flow=flow,
        limits=protocol.limits(review),
        criteria=protocol.criteria(review),
        fields=protocol.fields(review),
        studies=studies.studies(review),
        excluded=studies.excluded(review),
        searches=_searches(review, counts),
        instruments=protocol.instruments(review),
        items=protocol.items(review),
        references=cited,
        references_of=references_of,
        told_apart=frozenset(stored.distinct_pairs(review)),
        sets_to_settle=review.duplicate_sets.filter(
            state=DuplicateSet.State.FOUND
        ).count(),
        related=references.related(review),
        settled_by_one=studies.settled_by_one(review),
        reviewers_required={
            stage: review.reviewers_required(stage) for stage in Stage.values
        },
        abstract=manuscript.abstract if manuscript else "",
        body=body,
        listed=listed,
        dismissed=frozenset(dismissals.standing(review)),
    )
    return replace(facts, near=references.near(review, likely(facts)))


def _searches(review: Review, counts: Mapping[int, int]) -> tuple[SearchFacts, ...]:
    return tuple(
        SearchFacts(
            pk=search.pk,
            name=search.name,
            source=search.source,
            platform=search.platform,
            strategy=search.strategy,
            searched_on=search.searched_on,
            limits=search.limits,
            reported=search.reported_count,
            count=counts.get(search.pk, 0),
            is_combined=search.is_combined,
            is_main=search.kind in search.MAIN_KINDS,
            notes=search.notes,
        )
        for search in review.searches.order_by("position", "pk")
    )
