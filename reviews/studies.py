"""Studies: included reports grouped by investigation, and what was settled of each.

A study is counted once, however many reports it has (PRISMA 2020, items 16a and 17).
Owners and reviewers group. A study none of whose reports is included lies dormant,
with all that was settled of it. Only `settle_value` and `reopen_value`,
`settle_judgment` and `reopen_judgment` write what the team settled, called in the
transaction of the judgment that completes or breaks it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_lowercase
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.instruments import words
from reviews.models import (
    AppraisalTarget,
    Event,
    ExtractionField,
    Report,
    Review,
    Role,
    SettledJudgment,
    SettledValue,
    Settlement,
    Study,
    User,
)

DESIGNS: Mapping[str, str] = {
    code: label
    for code, label in words.DESIGNS.items()
    # It is appraised, but nobody includes it as a study.
    if code != "body_of_evidence"
}
"""The designs that a study may have: the codes that instruments are chosen by."""

NO_DATE = "no date"
LONGEST_LABEL = 200

Value = str | list[str]


class NotIncluded(ValueError):
    """Only included reports are grouped into studies."""


class NothingToGroup(ValueError):
    """A study is made of at least one report."""


class GroupedAlready(ValueError):
    """The report belongs to a study; it is moved, not grouped again."""


class LabelTaken(ValueError):
    """The review has a study of this name already."""


class LabelMissing(ValueError):
    """A study has a name."""


class UnknownDesign(ValueError):
    """The study design is not one that instruments are chosen by."""


class NothingToUndo(Exception):
    """The report was never moved, or has been moved since."""


# Grouping --------------------------------------------------------------------


def may_group(review: Review, user: User) -> bool:
    """Tell whether the person may group reports into studies."""
    return any(
        access.has_role(review, user, role) for role in (Role.OWNER, Role.REVIEWER)
    )


def require_grouper(review: Review, user: User) -> None:
    """Raise WrongRole unless the person may group reports into studies."""
    if not may_group(review, user):
        raise access.WrongRole("Owners and reviewers group reports into studies.")


@transaction.atomic
def group(
    review: Review,
    reports: Iterable[Report],
    *,
    label: str,
    design: str = "",
    notes: str = "",
    by: User,
    at: datetime | None = None,
) -> Study:
    """Make a study of included reports that have none yet.

    Raises WrongRole, NothingToGroup, NotIncluded, GroupedAlready, LabelMissing,
    LabelTaken or UnknownDesign.
    """
    _lock(review)
    require_grouper(review, by)
    chosen = {report.pk for report in reports}
    found = list(
        review.reports.included().filter(pk__in=chosen).select_for_update(of=("self",))
    )
    if not chosen:
        raise NothingToGroup("Choose at least one report.")
    if len(found) < len(chosen):
        raise NotIncluded("Only included reports can be grouped into studies.")
    if any(report.study_id is not None for report in found):
        raise GroupedAlready("A report that was chosen belongs to a study already.")
    return _make(review, found, _checked(review, label, design), notes, by=by, at=at)


@transaction.atomic
def group_each(
    review: Review, *, by: User, at: datetime | None = None
) -> Sequence[Study]:
    """Make each included report without a study a study of its own.

    Each gets the name that `propose_label` gives it.
    """
    _lock(review)
    require_grouper(review, by)
    taken = _labels(review)
    made = []
    for report in review.reports.without_study().order_by("year", "pk"):
        label = propose_label(report, taken)
        taken.add(label.casefold())
        made.append(_make(review, [report], (label, ""), "", by=by, at=at))
    return made


@transaction.atomic
def describe(
    study: Study,
    *,
    label: str,
    design: str,
    notes: str,
    by: User,
    at: datetime | None = None,
) -> Study:
    """Change the name, design or notes of a study.

    Raises WrongRole, LabelMissing, LabelTaken or UnknownDesign.
    """
    _lock(study.review)
    require_grouper(study.review, by)
    study = Study.objects.select_for_update(of=("self",)).get(pk=study.pk)
    old = _facts(study)
    study.label, study.design = _checked(study.review, label, design, study=study)
    study.notes = notes.strip()
    if old == _facts(study):
        return study
    study.save(update_fields=["label", "design", "notes"])
    events.record(
        study.review,
        "study.described",
        f"Study changed: {study}",
        by=by,
        subject=study,
        old=old,
        new=_facts(study),
        at=at,
    )
    return study


@transaction.atomic
def move(
    report: Report,
    study: Study | None,
    *,
    by: User,
    at: datetime | None = None,
) -> Report:
    """Move a report into another study of its review, or out of its study.

    What was settled stays with the study. Raises WrongRole or NotIncluded.
    """
    _lock(report.review)
    require_grouper(report.review, by)
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    old = report.study
    if study == old:
        return report
    if study is not None:
        if study.review_id != report.review_id:
            raise NotIncluded("A report is moved within its own review.")
        if not report.review.reports.included().filter(pk=report.pk).exists():
            raise NotIncluded("Only included reports can be grouped into studies.")
    report.study = study
    report.save(update_fields=["study"])
    events.record(
        report.review,
        "report.moved",
        f"Moved into {study}: {report}" if study else f"Out of {old}: {report}",
        by=by,
        subject=report,
        old={"study": old.pk if old else None},
        new={"study": study.pk if study else None},
        at=at,
    )
    return report


@transaction.atomic
def undo_move(report: Report, *, by: User, at: datetime | None = None) -> Report:
    """Put a report back where its last move took it from.

    Raises WrongRole, NotIncluded or NothingToUndo.
    """
    _lock(report.review)
    last = last_move(report)
    if last is None:
        raise NothingToUndo("There is no move to undo.")
    back = (last.old or {}).get("study")
    study = report.review.studies.get(pk=back) if back else None
    return move(report, study, by=by, at=at)


def last_move(report: Report) -> Event | None:
    """Return the last move of the report, if it is where that move put it."""
    last = (
        report.review.events.filter(
            subject_type="report", subject_id=report.pk, action="report.moved"
        )
        .order_by("-pk")
        .first()
    )
    put = (last.new or {}).get("study") if last else None
    return last if put == report.study_id else None


def propose_label(report: Report, taken: Iterable[str]) -> str:
    """Return a name such as "Brody 2024", or "Brody 2024b" where that is taken.

    `taken` are the names in use, in lower case.
    """
    name = report.first_author or " ".join(report.title.split()[:4])
    room = LONGEST_LABEL - len(NO_DATE) - 5
    plain = f"{name[:room]} {report.year or NO_DATE}"
    names = set(taken)
    if plain.casefold() not in names:
        return plain
    for suffix in _suffixes():
        if f"{plain}{suffix}".casefold() not in names:
            return f"{plain}{suffix}"
    raise LabelTaken("Every name that could be proposed is taken.")


def proposed_labels(review: Review, reports: Iterable[Report]) -> dict[int, str]:
    """Return the name to propose for each report, no two the same."""
    taken = _labels(review)
    proposed = {}
    for report in reports:
        proposed[report.pk] = propose_label(report, taken)
        taken.add(proposed[report.pk].casefold())
    return proposed


def _suffixes() -> Iterable[str]:
    """Return b, c, … z, aa, ab, …"""
    yield from ascii_lowercase[1:]
    for first in ascii_lowercase:
        for second in ascii_lowercase:
            yield first + second


def _labels(review: Review) -> set[str]:
    return {
        label.casefold() for label in review.studies.values_list("label", flat=True)
    }


def _lock(review: Review) -> None:
    """Let one person at a time group, as names are unique within the review."""
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)


def _checked(
    review: Review, label: str, design: str, *, study: Study | None = None
) -> tuple[str, str]:
    label = " ".join(label.split())
    if not label:
        raise LabelMissing("Give the study a name.")
    if design and design not in DESIGNS:
        raise UnknownDesign(f"There is no study design {design!r}.")
    others = review.studies.exclude(pk=study.pk) if study else review.studies.all()
    if others.filter(label=label).exists():
        raise LabelTaken("The review has a study of this name already.")
    return label, design


def _make(
    review: Review,
    reports: Sequence[Report],
    named: tuple[str, str],
    notes: str,
    *,
    by: User,
    at: datetime | None,
) -> Study:
    label, design = named
    study = Study.objects.create(
        review=review,
        label=label,
        design=design,
        notes=notes.strip(),
        created_at=at or timezone.now(),
    )
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(study=study)
    events.record(
        review,
        "study.grouped",
        f"Study made: {study}",
        by=by,
        subject=study,
        new={**_facts(study), "reports": sorted(report.pk for report in reports)},
        at=at,
    )
    return study


def _facts(study: Study) -> dict[str, str]:
    return {"label": study.label, "design": study.design, "notes": study.notes}


# What is settled -------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A field of the protocol and what was settled of it, if anything."""

    field: ExtractionField
    settled: SettledValue | None


def design_of(study: Study) -> str:
    """Return the study's design in words, empty where it is not stated."""
    return DESIGNS.get(study.design, study.design)


def with_state(review: Review) -> QuerySet[Study]:
    """Return the studies, each told whether it is included and how much is settled."""
    in_force = Q(values__field__retired_at=None)
    return review.studies.annotate(
        is_included=Exists(Study.objects.included().filter(pk=OuterRef("pk"))),
        settled_count=Count("values", filter=in_force, distinct=True),
    ).prefetch_related("reports")


def values_of(study: Study) -> list[Line]:
    """Return what was settled of a study in the order of the protocol.

    A field that was retired comes last, if something was settled of it.
    """
    settled = {value.field_id: value for value in study.values.select_related("field")}
    fields = list(study.review.extraction_fields.in_force())
    known = {field.pk for field in fields}
    retired = [value.field for key, value in settled.items() if key not in known]
    return [Line(field, settled.get(field.pk)) for field in [*fields, *retired]]


@transaction.atomic
def settle_value(
    study: Study,
    field: ExtractionField,
    *,
    value: Value | None,
    not_reported: bool,
    field_version: int,
    settlement: Settlement,
    by: User,
    at: datetime | None = None,
) -> SettledValue:
    """Store the value of one field for one study; `value` is None if not reported."""
    Study.objects.select_for_update(of=("self",)).get(pk=study.pk)
    new: dict[str, Any] = {
        "value": value,
        "not_reported": not_reported,
        "field_version": field_version,
        "settlement": str(settlement),
    }
    found = SettledValue.objects.filter(study=study, field=field).first()
    old = _value_facts(found) if found else None
    if found is not None and old == new:
        return found
    settled, _ = SettledValue.objects.update_or_create(
        study=study,
        field=field,
        defaults={**new, "settled_at": at or timezone.now()},
    )
    events.record(
        study.review,
        "value.settled",
        f"{study}: {field} settled",
        by=by,
        subject=study,
        old=old and {"field": field.pk, **old},
        new={"field": field.pk, **new},
        at=at,
    )
    return settled


@transaction.atomic
def reopen_value(
    study: Study, field: ExtractionField, *, by: User, at: datetime | None = None
) -> None:
    """Take the value of one field for one study back, where one is stored."""
    Study.objects.select_for_update(of=("self",)).get(pk=study.pk)
    found = SettledValue.objects.filter(study=study, field=field).first()
    if found is None:
        return
    old = _value_facts(found)
    found.delete()
    events.record(
        study.review,
        "value.reopened",
        f"{study}: {field} opened again",
        by=by,
        subject=study,
        old={"field": field.pk, **old},
        at=at,
    )


@transaction.atomic
def settle_judgment(
    target: AppraisalTarget,
    domain: str,
    *,
    judgment: str,
    answers: Mapping[str, Any],
    support: str,
    settlement: Settlement,
    by: User,
    at: datetime | None = None,
) -> SettledJudgment:
    """Store the judgment of one domain, by the instrument's own id, or "overall".

    `judgment` is empty where the instrument gives the domain none, only answers.
    """
    AppraisalTarget.objects.select_for_update(of=("self",)).get(pk=target.pk)
    new: dict[str, Any] = {
        "judgment": judgment,
        "answers": dict(answers),
        "support": support,
        "settlement": str(settlement),
    }
    found = SettledJudgment.objects.filter(target=target, domain=domain).first()
    old = _judgment_facts(found) if found else None
    if found is not None and old == new:
        return found
    settled, _ = SettledJudgment.objects.update_or_create(
        target=target,
        domain=domain,
        defaults={**new, "settled_at": at or timezone.now()},
    )
    events.record(
        target.study.review,
        "judgment.settled",
        f"{target}: {domain} settled",
        by=by,
        subject=target,
        old=old and {"domain": domain, **old},
        new={"domain": domain, **new},
        at=at,
    )
    return settled


@transaction.atomic
def reopen_judgment(
    target: AppraisalTarget, domain: str, *, by: User, at: datetime | None = None
) -> None:
    """Take the judgment of one domain back, where one is stored."""
    AppraisalTarget.objects.select_for_update(of=("self",)).get(pk=target.pk)
    found = SettledJudgment.objects.filter(target=target, domain=domain).first()
    if found is None:
        return
    old = _judgment_facts(found)
    found.delete()
    events.record(
        target.study.review,
        "judgment.reopened",
        f"{target}: {domain} opened again",
        by=by,
        subject=target,
        old={"domain": domain, **old},
        at=at,
    )


def _value_facts(settled: SettledValue) -> dict[str, Any]:
    return {
        "value": settled.value,
        "not_reported": settled.not_reported,
        "field_version": settled.field_version,
        "settlement": str(settled.settlement),
    }


def _judgment_facts(settled: SettledJudgment) -> dict[str, Any]:
    return {
        "judgment": settled.judgment,
        "answers": settled.answers,
        "support": settled.support,
        "settlement": str(settled.settlement),
    }
