"""A review with settled judgments, as the figures draw them."""

from reviews.instruments import sheets
from reviews.models import AppraisalTarget, Instrument, Review, SettledJudgment
from reviews.models.review import Settlement
from reviews.targets import form_of
from tests.factories import create_instrument, create_study


def appraise(
    review: Review,
    label: str,
    judgments: dict[str, str],
    *,
    instrument: Instrument | None = None,
    outcome: str = "Depression",
    options: tuple[str, ...] = ("aim_assignment",),
    answers: dict[str, dict[str, str]] | None = None,
    support: str = "",
) -> AppraisalTarget:
    """Settle these judgments, by domain, on a result of a new or known study."""
    instrument = instrument or create_instrument(review=review)
    study = review.studies.filter(label=label).first()
    study = study or create_study(review=review, label=label)
    target = AppraisalTarget.objects.create(
        study=study, instrument=instrument, outcome=outcome, options=list(options)
    )
    used = {domain.id for domain in sheets.domains(form_of(instrument), options)}
    given = answers or {}
    for domain in {**judgments, **given}:
        assert domain in used, (domain, used)
        SettledJudgment.objects.create(
            target=target,
            domain=domain,
            judgment=judgments.get(domain, ""),
            answers=given.get(domain, {}),
            support=support,
            settlement=Settlement.AGREEMENT,
        )
    return target
