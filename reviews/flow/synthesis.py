"""The box of studies in synthesis: included studies by what was settled of them.

By the values of one extraction field, or by the overall judgment of an appraisal
instrument. A study with several values stands under each of them, and one of which
nothing is settled is told as such, so that no study is lost from sight.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from reviews import targets
from reviews.instruments import sheets
from reviews.instruments.definition import OVERALL
from reviews.models import (
    ExtractionField,
    Instrument,
    Review,
    SettledJudgment,
    SettledValue,
)

BOX = "synthesis"
NOT_REPORTED = "Not reported"
NOT_SETTLED = "Not settled"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A line of the box, with the name of the box that opens it."""

    label: str
    count: int
    box: str


@dataclass(frozen=True)
class Synthesis:
    """The labels that are known, in order, and those of each study."""

    labels: tuple[str, ...]
    values: Mapping[int, tuple[str, ...]]

    def parts(self, studies: Collection[int]) -> tuple[Part, ...]:
        """Count the studies under each label; the labels of none are left out."""
        numbers = [(number, len(self.members(number, studies))) for number in self._all]
        return tuple(
            Part(label=self.label(number), count=count, box=box_name(number))
            for number, count in numbers
            if count
        )

    def members(self, number: int, studies: Collection[int]) -> list[int]:
        """Return the studies under one label; 0 is for those not settled."""
        if number == 0:
            return [study for study in studies if not self.values.get(study)]
        label = self.label(number)
        return [study for study in studies if label in self.values.get(study, ())]

    def label(self, number: int) -> str:
        """Return a label by its number. Raises IndexError."""
        return self._ordered[number - 1] if number else NOT_SETTLED

    @property
    def _all(self) -> list[int]:
        return [*range(1, len(self._ordered) + 1), 0]

    @property
    def _ordered(self) -> list[str]:
        found = {label for labels in self.values.values() for label in labels}
        others = sorted(found - {*self.labels, NOT_REPORTED})
        return [*self.labels, *others, NOT_REPORTED]


def box_name(number: int) -> str:
    """Name the box of one label."""
    return f"{BOX}-{number}"


def box_label(label: str) -> str:
    """Say what the box of one label holds."""
    return f"Studies in synthesis: {label}"


def of_field(
    field: ExtractionField, rows: Iterable[tuple[int, object, bool]]
) -> Synthesis:
    """Read the values of a field: study, value, and whether it is not reported."""
    return Synthesis(
        tuple(dict.fromkeys(field.choices)),
        {
            study: (NOT_REPORTED,) if missing else _labels(value)
            for study, value, missing in rows
        },
    )


def of_instrument(instrument: Instrument, rows: Iterable[tuple[int, str]]) -> Synthesis:
    """Read the overall judgments of an instrument: study, and code of the judgment."""
    every = {each.id: each for each in sheets.all_domains(targets.form_of(instrument))}
    overall = every.get(OVERALL)
    names = dict(overall.pairs()) if overall else {}
    found: defaultdict[int, list[str]] = defaultdict(list)
    for study, code in rows:
        label = names.get(code, code)
        if label and label not in found[study]:
            found[study].append(label)
    return Synthesis(
        tuple(dict.fromkeys(names.values())),
        {study: tuple(labels) for study, labels in found.items()},
    )


def settled_values(field: ExtractionField) -> dict[int, tuple[object, bool]]:
    """Return what is settled of a field today, by study."""
    rows = SettledValue.objects.filter(field=field)
    found = rows.values_list("study_id", "value", "not_reported")
    return {study: (value, missing) for study, value, missing in found}


def settled_judgments(
    review: Review, instrument: Instrument
) -> dict[int, tuple[int, str]]:
    """Return the overall judgments of today, by target: the study, and the code."""
    rows = SettledJudgment.objects.filter(
        target__study__review=review,
        target__instrument__key=instrument.key,
        target__removed_at=None,
        domain=OVERALL,
    )
    found = rows.values_list("target_id", "target__study_id", "judgment")
    return {target: (study, code) for target, study, code in found.order_by("pk")}


def read(
    review: Review, *, field: int | None, instrument: int | None
) -> Synthesis | None:
    """Return what is settled today; None where the team wants no such box."""
    if field is not None:
        chosen = review.extraction_fields.get(pk=field)
        values = settled_values(chosen).items()
        return of_field(chosen, ((study, *each) for study, each in values))
    if instrument is not None:
        form = review.instruments.get(pk=instrument)
        return of_instrument(form, settled_judgments(review, form).values())
    return None


def _labels(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
