"""The gate: titles and abstracts are screened once a pilot round agreed well enough.

Which figure has to be reached is decided in the screening plan. Until a closed round
reaches it only pilot rounds are judged. An owner opens the gate by another way alone:
a change of the plan, which is an amendment with a reason (PRISMA 2020, item 24c). A
random sample of the rest that is being judged before screening stops is judged whatever
the gate says, or it could never be completed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from reviews.models import Review, ScreeningPlan, Stage
from screening.models import PilotRound, Stop

Measure = ScreeningPlan.Measure
# Figures are compared as they are, but for what a computer cannot write down.
CLOSE = 1e-9
WORDS = {
    Measure.AGREEMENT: "a percent agreement",
    Measure.KAPPA: "a Cohen's kappa",
    Measure.AC1: "a Gwet's AC1",
}


@dataclass(frozen=True)
class Gate:
    """What the plan asks for, and the closed rounds at titles and abstracts."""

    measure: str
    least: float
    rounds: tuple[PilotRound, ...] = ()

    @property
    def is_set(self) -> bool:
        return bool(self.measure)

    @property
    def reached_by(self) -> PilotRound | None:
        """The first round that reached what the plan asks for."""
        return next((each for each in self.rounds if self.is_reached_by(each)), None)

    @property
    def is_closed(self) -> bool:
        return self.is_set and self.reached_by is None

    @property
    def wanted(self) -> str:
        """What has to be reached, in words."""
        return f"{WORDS[Measure(self.measure)]} of {self.figure(self.least)} or more"

    def is_reached_by(self, found: PilotRound) -> bool:
        """Tell whether the round's figure is as high as the plan asks for."""
        value = self.value_of(found)
        return self.is_set and value is not None and value >= self.least - CLOSE

    def value_of(self, found: PilotRound) -> float | None:
        """Return the round's figure that the plan asks for; None: not estimable."""
        value: float | None = found.figures.get(self.measure)
        return value

    def figure(self, value: float) -> str:
        """Write a value of the measure as it is usually written."""
        if self.measure == Measure.AGREEMENT:
            return f"{100 * value:.0f}%"
        return f"{value:.2f}"


def of(review: Review) -> Gate:
    """Return the gate of the review as it stands."""
    plan = review.plan
    if not plan.gate_measure:
        return Gate("", 0)
    closed = PilotRound.objects.filter(
        review=review, stage=Stage.TITLE_ABSTRACT, state=PilotRound.State.CLOSED
    )
    return _gate(plan, closed.order_by("number"))


def _gate(plan: ScreeningPlan, closed: Iterable[PilotRound]) -> Gate:
    return Gate(plan.gate_measure, plan.gate_value / 100, tuple(closed))


def is_closed(review: Review, stage: Stage | str) -> bool:
    """Tell whether nothing but pilot rounds is judged at the stage."""
    return stage == Stage.TITLE_ABSTRACT and _shuts(of(review), review)


def _shuts(gate: Gate, review: Review) -> bool:
    if not gate.is_closed:
        return False
    return not Stop.objects.sampling().filter(review=review).exists()


def closed_in(reviews: Iterable[Review], stage: Stage | str) -> list[Review]:
    """Return the reviews where the same is so, asked once for all of them."""
    gated = [each for each in reviews if each.plan.gate_measure]
    if stage != Stage.TITLE_ABSTRACT or not gated:
        return []
    rounds: defaultdict[int, list[PilotRound]] = defaultdict(list)
    for each in PilotRound.objects.filter(
        review__in=gated, stage=stage, state=PilotRound.State.CLOSED
    ).order_by("number"):
        rounds[each.review_id].append(each)
    sampled = set(
        Stop.objects.sampling()
        .filter(review__in=gated)
        .values_list("review", flat=True)
    )
    return [
        each
        for each in gated
        if _gate(each.plan, rounds[each.pk]).is_closed and each.pk not in sampled
    ]


def why_closed(review: Review) -> str:
    """Say in words what is missing before screening opens; empty where it is open."""
    gate = of(review)
    if not _shuts(gate, review):
        return ""
    said = (
        f"By the protocol, screening opens once a closed pilot round reaches "
        f"{gate.wanted}."
    )
    if not gate.rounds:
        return f"{said} No round is closed yet."
    return f"{said} {reached(gate.rounds[-1], gate)}"


def reached(found: PilotRound, gate: Gate) -> str:
    """Say what a closed round reached of what the plan asks for."""
    value = gate.value_of(found)
    if value is None:
        return _not_estimable(found, gate)
    return f"Round {found.number} reached {gate.figure(value)}."


def _not_estimable(last: PilotRound, gate: Gate) -> str:
    words = WORDS[Measure(gate.measure)].removeprefix("a ")
    if not last.figures.get("items"):
        return (
            f"In round {last.number} no record was judged by two, so there is no "
            "figure: it does not count as reached."
        )
    return (
        f"In round {last.number} {words} cannot be estimated, as somebody said the "
        "same of every record: it does not count as reached. A larger round may hold "
        "records of both kinds; or the owner asks for percent agreement or AC1 in the "
        "screening plan, by an amendment."
    )
