"""What is still blind, and so is not for a page to give.

Only what everybody on the team may see decides here: whether something stands at a
stage and is not settled. Whether somebody has judged it makes no difference, so no
answer tells of a judgment. And a judgment leaves by a page only with an item that is
settled; a lone vote on a copy, or on a report that nobody asks for any more, stays.
"""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from reviews import targets
from reviews.models import (
    Report,
    Review,
    SettledJudgment,
    SettledValue,
    Stage,
    Verdict,
)
from screening.appraisal import answering
from screening.archive.tables import Model
from screening.models import (
    AppraisalAnswer,
    Decision,
    ExtractionEntry,
    ImportedDecision,
    Label,
    Labelling,
    PilotRound,
    PilotTick,
    PilotVote,
    Quote,
    Resolution,
    SetAsideVote,
    Statement,
    Tick,
    VoteProblem,
    WordList,
)


class StillBlind(Exception):
    """Something awaits a verdict, so the whole archive is not for a page to give."""

    def __init__(self, stages: list[Stage]) -> None:
        self.stages = stages
        named = ", ".join(stage.label.lower() for stage in stages)
        super().__init__(
            f"Not settled yet: {named}. Until then the whole archive would lay open "
            "what people judged alone."
        )


def open_stages(review: Review) -> list[Stage]:
    """Return the stages at which something stands that is not settled."""
    waiting = {
        Stage.TITLE_ABSTRACT: review.records.awaiting_screening().exists(),
        Stage.FULL_TEXT: _full_texts_are_open(review),
        Stage.APPRAISAL: _appraisal_is_open(review),
        Stage.EXTRACTION: _extraction_is_open(review),
    }
    return [stage for stage, is_open in waiting.items() if is_open]


def _full_texts_are_open(review: Review) -> bool:
    """Tell whether a report waits, other than for its study to end or be known."""
    waiting = review.reports.awaiting_decision() | review.reports.awaiting_retrieval()
    return waiting.filter(classification=Report.Classification.NONE).exists()


def _extraction_is_open(review: Review) -> bool:
    studies = review.studies.included()
    fields = review.extraction_fields.in_force()
    settled = SettledValue.objects.filter(
        study__in=studies, field__in=fields.order_by()
    )
    return settled.count() < studies.count() * fields.count()


def _appraisal_is_open(review: Review) -> bool:
    found = targets.standing(review).select_related("study__review", "instrument")
    forms = {
        each.pk: targets.form_of(each)
        for each in review.instruments.filter(targets__isnull=False).distinct()
    }
    return any(
        {
            domain.id
            for domain in answering.of(target, forms[target.instrument_id]).domains
        }
        - answering.settled(target).keys()
        for target in found.prefetch_related("judgments")
    )


def settled_only() -> Mapping[Model, Q]:
    """Return the condition, for each table of judgments, that the item is settled."""
    return {
        Decision: _of_items(""),
        Tick: _of_items("decision__"),
        ImportedDecision: _of_items("decision__"),
        SetAsideVote: _of_items("vote__"),
        VoteProblem: Q(record=None, report=None) | _of_items(""),
        Resolution: _of_items(""),
        Resolution.resolved.through: _of_items("resolution__"),
        Statement: _of_items("decision__"),
        PilotRound.measured.through: _of_items("decision__"),
        PilotVote: _of_items("") & _of_closed(""),
        PilotTick: _of_items("vote__") & _of_closed("vote__"),
        ExtractionEntry: _of_cells(""),
        ExtractionEntry.resolved.through: _of_cells("from_extractionentry__"),
        AppraisalAnswer: _of_domains(""),
        AppraisalAnswer.resolved.through: _of_domains("from_appraisalanswer__"),
        WordList: Q(is_shared=True),
        Label: _known_labels(),
        Labelling: _of_items(""),
        Quote: _of_items(""),
    }


def _known_labels() -> Q:
    """Return the condition of the vocabulary, and of labels on what is settled."""
    put = Labelling.objects.filter(_of_items(""), label=OuterRef("pk"))
    return Q(owner=None) | Q(Exists(put))


def _of_items(prefix: str) -> Q:
    verdicts = [verdict for verdict in Verdict.values if verdict]
    return Q(**{f"{prefix}record__verdict__in": verdicts}) | Q(
        **{f"{prefix}report__verdict__in": verdicts}
    )


def _of_closed(prefix: str) -> Q:
    """Return the condition that the pilot round was closed to all of its people."""
    return Q(**{f"{prefix}pilot_round__state": PilotRound.State.CLOSED})


def _of_cells(prefix: str) -> Q:
    settled = SettledValue.objects.filter(
        study=OuterRef(f"{prefix}study"), field=OuterRef(f"{prefix}field")
    )
    return Q(Exists(settled))


def _of_domains(prefix: str) -> Q:
    settled = SettledJudgment.objects.filter(
        target=OuterRef(f"{prefix}target"), domain=OuterRef(f"{prefix}domain")
    )
    return Q(Exists(settled))
