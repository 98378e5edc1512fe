"""Appraisal targets: what is appraised, and with which instrument of the protocol.

The instrument follows from the study's design, and its unit says what a target is: a
study, a report, or a result (outcome, time point, comparison). Options that the
instrument's conditions ask for are fixed when the target is made: both reviewers
answer under the same ones, and a later change would have to tell whether anybody has
begun. PRISMA 2020 items 11 and 18.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.instruments import asking, definition
from reviews.instruments.conditions import holds
from reviews.instruments.definition import Preliminary, PreliminaryKind
from reviews.instruments.parsing import parse
from reviews.models import (
    AppraisalTarget,
    Instrument,
    Report,
    Review,
    Role,
    Stage,
    Study,
    User,
)
from reviews.models.study import ByLetter

Unit = Instrument.Unit
OF_A_RESULT = frozenset({Unit.RESULT, Unit.ESTIMATE, Unit.OUTCOME})


class DetailMissing(ValueError):
    """The target lacks something; `problems` says what, by name of the field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class AlreadySetUp(Exception):
    """The same is set up to be appraised already."""


class NotOfThisReview(LookupError):
    """Instrument or report belong to another review, or not to today's protocol."""


def of(review: Review) -> QuerySet[AppraisalTarget]:
    """Return all targets of the review, those taken out too."""
    return AppraisalTarget.objects.filter(study__review=review).select_related(
        "study__review", "instrument", "report"
    )


def standing(review: Review) -> QuerySet[AppraisalTarget]:
    """Return the targets up for appraisal: of included studies, not removed."""
    return (
        of(review)
        .filter(removed_at=None, study__in=Study.objects.included())
        .order_by(ByLetter("study__label"), "instrument__position", "pk")
    )


def form_of(instrument: Instrument) -> definition.Instrument:
    """Return the form that the review keeps of the instrument."""
    return parse(instrument.definition)


def fitting(instruments: Iterable[Instrument], design: str) -> list[Instrument]:
    """Return the instruments that are made for the design, in their order."""
    return [each for each in instruments if design and design in each.designs]


def choices_before(form: definition.Instrument, design: str) -> list[Preliminary]:
    """Return what the team may choose before something is appraised.

    Without what the design settles; with what only another choice leads to.
    """
    possible = {code for each in form.preliminaries for code in each.codes} | {design}
    return [
        each
        for each in form.preliminaries
        if each.kind == PreliminaryKind.CHOICE
        and design not in each.codes
        and (
            each.ask_if is None
            or holds(each.ask_if, {}, {design})
            or holds(each.ask_if, {}, possible)
        )
    ]


def opens_by_itself(instrument: Instrument, design: str) -> bool:
    """Tell whether nothing is chosen before a study is appraised with this."""
    if instrument.unit != Unit.STUDY or design not in instrument.designs:
        return False
    return not choices_before(form_of(instrument), design)


def opening(
    pairs: Iterable[tuple[Study, Instrument]],
) -> Iterator[tuple[Study, Instrument]]:
    """Yield the pairs in which nothing is chosen before the appraisal begins.

    A form is read once for each design: reading it takes longer than a query.
    """
    known: dict[tuple[int, str], bool] = {}
    for study, instrument in pairs:
        key = instrument.pk, study.design
        if key not in known:
            known[key] = opens_by_itself(instrument, study.design)
        if known[key]:
            yield study, instrument


def may_set_up(review: Review, user: User) -> bool:
    """Tell whether the person may say what is appraised: owners and reviewers."""
    return access.has_role(review, user, Role.OWNER) or access.has_role(
        review, user, Role.REVIEWER, stage=Stage.APPRAISAL
    )


def require_may_set_up(review: Review, user: User) -> None:
    """Raise WrongRole unless the person may say what is appraised."""
    if not may_set_up(review, user):
        raise access.WrongRole("This needs the role of owner or reviewer.")


@transaction.atomic
def create(
    study: Study,
    instrument: Instrument,
    *,
    by: User,
    report: Report | None = None,
    outcome: str = "",
    time_point: str = "",
    comparison: str = "",
    options: Iterable[str] = (),
    at: datetime | None = None,
) -> AppraisalTarget:
    """Set up something to be appraised.

    Raises WrongRole, NotOfThisReview, DetailMissing or AlreadySetUp.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    require_may_set_up(study.review, by)
    _require_of_one_review(study, instrument, report)
    form = form_of(instrument)
    chosen = asking.settled_options(form, known(form, options), study.design)
    problems = _problems(form, instrument, report, outcome, chosen)
    if problems:
        raise DetailMissing(problems)
    named = {
        "report": report,
        "outcome": outcome.strip(),
        "time_point": time_point.strip(),
        "comparison": comparison.strip(),
    }
    same = AppraisalTarget.objects.filter(study=study, instrument=instrument, **named)
    if same.filter(removed_at=None).exists():
        raise AlreadySetUp("This is set up to be appraised already.")
    target = AppraisalTarget.objects.create(
        study=study,
        instrument=instrument,
        options=sorted(chosen),
        created_at=at or timezone.now(),
        **named,
    )
    events.record(
        study.review,
        "appraisal_target.created",
        f"To be appraised with {instrument}: {target}",
        by=by,
        subject=target,
        new={
            "study": study.pk,
            "instrument": instrument.pk,
            "report": report.pk if report else None,
            "options": target.options,
        },
        at=at,
    )
    return target


@transaction.atomic
def prepare(instrument: Instrument, *, by: User, at: datetime | None = None) -> int:
    """Set up every included study that the instrument fits, and return how many.

    All at once, so that what is set up does not tell who has begun with what. A
    study from which the instrument was taken out is left alone.
    """
    studies = (
        instrument.review.studies.included()
        .filter(design__in=instrument.designs)
        .exclude(appraisal_targets__instrument__key=instrument.key)
        .by_label()
    )
    wanted = [study for study, _ in opening((each, instrument) for each in studies)]
    for study in wanted:
        create(study, instrument, by=by, at=at)
    return len(wanted)


@transaction.atomic
def remove(target: AppraisalTarget, *, by: User, at: datetime | None = None) -> None:
    """Take a target out of the appraisal; what was answered stays in the history.

    Only an owner may, as it puts aside what others did. Raises WrongRole.
    """
    target = AppraisalTarget.objects.select_for_update(of=("self",)).get(pk=target.pk)
    review = target.study.review
    access.require(review, by, Role.OWNER)
    if target.removed_at is not None:
        return
    target.removed_at = at or timezone.now()
    target.save(update_fields=["removed_at"])
    events.record(
        review,
        "appraisal_target.removed",
        f"No longer appraised with {target.instrument}: {target}",
        by=by,
        subject=target,
        old={"options": target.options},
        at=at,
    )


def known(form: definition.Instrument, options: Iterable[str]) -> frozenset[str]:
    """Return the options that the instrument offers, without any other."""
    offered = {code for each in form.preliminaries for code in each.codes}
    return frozenset(options) & offered


def _require_of_one_review(
    study: Study, instrument: Instrument, report: Report | None
) -> None:
    if instrument.review_id != study.review_id or instrument.retired_at is not None:
        raise NotOfThisReview("The protocol does not hold this instrument.")
    if report is not None and report.study_id != study.pk:
        raise NotOfThisReview("The report is none of this study.")


def _problems(
    form: definition.Instrument,
    instrument: Instrument,
    report: Report | None,
    outcome: str,
    chosen: frozenset[str],
) -> dict[str, str]:
    """Say what is missing, by "option_" and the preliminary's id or by the field."""
    problems = {
        f"option_{key}": problem
        for key, problem in asking.option_problems(form, chosen).items()
    }
    if instrument.unit == Unit.REPORT and report is None:
        problems["report"] = "Choose the report."
    if instrument.unit in OF_A_RESULT and not outcome.strip():
        problems["outcome"] = "Name the outcome whose result is appraised."
    return problems
