"""The demo review, played through the same rules as the pages use.

The ketamine review (fixtures/ketamine): 65 records identified, 18 full texts, 8
studies. Every verdict follows from decisions that are made here one by one; none is
written. What the source does not print stays unknown: dates, counts by database and
appraisal.
"""

import json
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from reviews import (
    adoption,
    codings,
    criteria,
    extraction_fields,
    members,
    protocol,
    related,
    reports,
    searches,
    setup,
    studies,
)
from reviews.imports import loading, looking
from reviews.instruments.words import DESIGNS
from reviews.models import (
    Criterion,
    ExtractionField,
    Record,
    Review,
    Role,
    Search,
    Study,
    User,
)
from screening import conflicts, decisions
from screening.decisions import Item
from screening.extraction import entering
from screening.models import Choice

SLUG = "ketamine"
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "ketamine"
PASSWORD = "try-twofold-here"
NOTICE = (
    "Demonstration. The paper prints only its 8 included studies and the counts 65, 18 "
    "and 8. The other records come from the reference lists of the two source papers, "
    "and the individual decisions are reconstructed for demonstration."
)
# User name -> (name, what they do); the three reviewers of fixtures/decisions.json.
PEOPLE: Mapping[str, tuple[str, str]] = {
    "owner": ("Review Owner", "owner"),
    "reviewer-a": ("Reviewer A", "reviewer"),
    "reviewer-b": ("Reviewer B", "reviewer"),
    "reviewer-c": ("Reviewer C", "adjudicator"),
}
REVIEWERS = {"A": "reviewer-a", "B": "reviewer-b", "C": "reviewer-c"}


class Asked(NamedTuple):
    """An extraction field, and where studies.json has its values."""

    code: str
    label: str
    kind: str
    source: str
    meaning: str = ""
    in_table1: bool = False
    unit: str = ""


GROUPING = "effect"
FIELDS = (
    Asked(GROUPING, "Effect of ketamine", "choice", "group"),
    Asked("authors", "Authors", "text", "authors", "authors", True),
    Asked("year", "Year", "number", "year", "year", True),
    Asked("country", "Country", "text", "country", "country", True),
    Asked("methods", "Methods", "text", "methods_short", "methods", True),
    Asked("outcome", "Outcome measured", "text", "outcomes_measured_short", "", True),
    Asked("findings", "Key findings", "text", "key_findings_short", "findings", True),
    Asked("design", "Design", "text", "design"),
    Asked("participants", "Participants", "number", "n", "participants", unit="people"),
    Asked("population", "Population", "text", "population", "population"),
    Asked("intervention", "Intervention", "text", "intervention", "intervention"),
    Asked("comparator", "Comparator", "text", "comparator", "comparator"),
    Asked("dose", "Dose", "text", "dose", "dose"),
    Asked("follow_up", "Follow-up", "text", "follow_up", "duration"),
    # What the audit holds against the criteria.
    Asked("design_coded", "Design, coded", "choice", "design_code", "design"),
    Asked("humans", "In humans", "choice", "human", "humans"),
    Asked(
        "failed_treatments",
        "Fewest antidepressants failed before",
        "number",
        "min_failed_antidepressants",
        "failed_treatments",
    ),
    Asked(
        "outcome_domains", "Outcomes, coded", "multiple", "outcome_domains", "outcomes"
    ),
    Asked("scale", "Scale", "text", "outcome_scale", "scale"),
    Asked(
        "direction",
        "Direction of the primary result",
        "choice",
        "primary_result",
        "direction",
    ),
    Asked("percentages", "Percentages as printed", "text", "percent_claims"),
)
YES_NO = {True: "Yes", False: "No"}


class AmongOthers(Exception):
    """The instance holds other reviews; demo people with known passwords would join."""


def load(*, among_others: bool = False) -> Review:
    """Play the demo review, or return it where it stands already.

    Raises AmongOthers where the instance holds other people's reviews, unless
    `among_others`.
    """
    found = Review.objects.filter(slug=SLUG).first()
    if found is not None:
        return found
    if Review.objects.exists() and not among_others:
        raise AmongOthers(
            "This instance holds other people's reviews. The demo brings people with "
            "known passwords; say --force twice to load it all the same."
        )
    return _play()


@transaction.atomic
def _play() -> Review:
    people = {name: _person(name) for name in PEOPLE}
    facts = _read("decisions.json")
    review = setup.create(
        slug=SLUG,
        title=facts["title"],
        owner=people["owner"],
        notice=NOTICE,
    )
    for name, role in (
        ("reviewer-a", Role.REVIEWER),
        ("reviewer-b", Role.REVIEWER),
        ("reviewer-c", Role.ADJUDICATOR),
    ):
        members.add(review, people[name], [members.Part(role)], by=people["owner"])
    written = _write_protocol(review, by=people["owner"])
    _import_records(review, facts["search"], by=people["owner"])
    _screen(review, facts["records"], people, written)
    _read_full_texts(review, facts["records"], people, written)
    _extract(review, people)
    _add_related_list(review, by=people["owner"])
    return review


def _person(name: str) -> User:
    first, last = PEOPLE[name][0].split()
    return User.objects.create_user(
        name, f"{name}@demo.invalid", PASSWORD, first_name=first, last_name=last
    )


@cache
def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def _write_protocol(review: Review, *, by: User) -> dict[str, Criterion]:
    """Write the question, the criteria in their order, the fields and instruments."""
    told = _read("protocol.json")
    pico = told["pico"]
    protocol.describe(
        review,
        {
            "question_type": "pico",
            "question": told["question"]["text"],
            "population": pico["population"]["text"],
            "intervention": pico["intervention"]["text"],
            "outcomes": "; ".join(pico["outcomes"]["text"]),
            "study_designs": pico["study_design"]["text"],
            "published_from": told["dates"]["publication_from"],
            "published_to": told["dates"]["publication_to"],
            "languages": told["language"]["text"],
            "notes": _notes(told),
        },
        by=by,
    )
    reasons = {reason["code"]: reason for reason in told["exclusion_reasons"]}
    included = {one["code"]: one["text"] for one in told["eligibility"]["inclusion"]}
    written = {}
    for code in told["order_of_reasons"]:
        kind, text = _criterion(reasons[code], included)
        written[code] = criteria.add(
            review,
            kind=kind,
            code=code,
            text=text,
            reason=reasons[code]["label"],
            by=by,
        )
    for field in FIELDS:
        _add_field(review, field, by=by)
    _code(review, written, by=by)
    for key in ("rob2", "jbi_case_series"):
        adoption.adopt(review, key, by=by)
    return written


def _criterion(
    reason: Mapping[str, Any], included: Mapping[str, str]
) -> tuple[str, str]:
    """Return the kind and words of the criterion behind a reason.

    X6, animals, is only implied by the paper's I1, which X5 states.
    """
    must_hold = reason["criterion"] in included and reason["code"] != "X6"
    text = included[reason["criterion"]] if must_hold else reason["label"]
    extension = f"; {reason['extension']}" if reason["extension"] else ""
    kind = Criterion.Kind.INCLUSION if must_hold else Criterion.Kind.EXCLUSION
    printed = f"the paper's {reason['criterion']}: “{reason['printed']}”"
    return kind, f"{text} ({printed}{extension})"


def _code(review: Review, written: Mapping[str, Criterion], *, by: User) -> None:
    """Code the criteria, for the audit to hold the studies against them."""
    fields = {field.code: field.pk for field in review.extraction_fields.all()}
    for code, told in _read("audit.json")["criteria"].items():
        codings.code(
            written[code],
            topic=told["topic"],
            values={fields[name]: listed for name, listed in told["values"].items()},
            by=by,
        )


def _notes(told: Mapping[str, Any]) -> str:
    eligibility = told["eligibility"]
    lines = [
        "Eligibility as the paper prints it:",
        *(
            f"{criterion['code']} {criterion['text']}"
            for criterion in (*eligibility["inclusion"], *eligibility["exclusion"])
        ),
        "",
        "The order of the reasons: " + told["order_note"],
        "",
        "The paper announces quality assessment by two and names no instrument and no "
        "result. RoB 2 and a JBI checklist stand here to be tried; nothing is "
        "appraised.",
    ]
    return "\n".join(lines)


def _add_field(review: Review, asked: Asked, *, by: User) -> None:
    field = extraction_fields.add(
        review,
        code=asked.code,
        label=asked.label,
        kind=ExtractionField.Kind(asked.kind),
        unit=asked.unit,
        choices=list(_words(asked).values()),
        in_table1=asked.in_table1,
        groups_table1=asked.code == GROUPING,
        by=by,
    )
    extraction_fields.mean(field, asked.meaning, by=by)


def _words(asked: Asked) -> Mapping[Any, str]:
    """Return what may be chosen of a field, by the code that studies.json has."""
    if asked.code == GROUPING:
        groups = _read("studies.json")["groups"]
        return {group["name"]: group["name"] for group in groups}
    told = _read("audit.json")
    chosen: Mapping[str, Mapping[Any, str]] = {
        "design_coded": told["designs"],
        "outcome_domains": told["domains"],
        "direction": told["directions"],
        "humans": YES_NO,
    }
    return chosen.get(asked.code, {})


def _import_records(review: Review, told: Mapping[str, Any], *, by: User) -> None:
    search = searches.record(
        Search(
            review=review,
            name=told["label"],
            kind=Search.Kind.DATABASE,
            source=", ".join(told["databases"]),
            limits=f"Published {told['publication_window']}; English",
            is_combined=True,
            notes=f"Printed as “{told['records_printed']}”. {told['note']} "
            "The day of the last search is not stated; the paper says until "
            f"{told['search_until']}.",
        ),
        by=by,
    )
    looked_at = looking.preview(
        search,
        file_name="identified.ris",
        data=(FOLDER / "identified.ris").read_bytes(),
        by=by,
    )
    loading.take_in(looked_at, by=by)


def _screen(
    review: Review,
    told: list[dict[str, Any]],
    people: Mapping[str, User],
    written: Mapping[str, Criterion],
) -> None:
    records = {record.source_id: record for record in review.records.all()}
    for facts in told:
        record = records[facts["ris_id"]]
        _judge(record, facts["title_abstract"], people, written)


def _read_full_texts(
    review: Review,
    told: list[dict[str, Any]],
    people: Mapping[str, User],
    written: Mapping[str, Criterion],
) -> None:
    for facts in told:
        if facts["full_text"] is None:
            continue
        report = _record(review, facts["ris_id"]).reports.get()
        reports.mark_retrieved(report, by=people["owner"])
        _judge(report, facts["full_text"], people, written)


def _record(review: Review, source_id: str) -> Record:
    return review.records.get(source_id=source_id)


def _judge(
    item: Item,
    told: Mapping[str, Any],
    people: Mapping[str, User],
    written: Mapping[str, Criterion],
) -> None:
    """Let both judge, and settle what they differ on as the reconstruction says."""
    for said in told["decisions"]:
        decisions.decide(
            item,
            Choice(said["decision"]),
            reviewer=people[REVIEWERS[said["reviewer"]]],
            criteria=[written[said["reason"]]] if said["reason"] else [],
        )
    settled = told["settled"]
    if settled is None:
        return
    by_third = settled["method"] == "third person"
    conflicts.resolve(
        item,
        Choice(settled["decision"]),
        resolver=people["reviewer-c" if by_third else "reviewer-a"],
        criterion=written[settled["reason"]] if settled["reason"] else None,
        reason=settled["note"],
    )


def _extract(review: Review, people: Mapping[str, User]) -> None:
    """Group the eight reports into studies and let both read the facts printed."""
    fields = {field.code: field for field in review.extraction_fields.all()}
    for told in _read("studies.json")["studies"]:
        report = _record(review, told["record"]).reports.get()
        design = told["structured"]["design_code"]
        study = studies.group(
            review,
            [report],
            label=told["label"],
            design=design if design in DESIGNS else "",
            by=people["owner"],
        )
        for name in ("reviewer-a", "reviewer-b"):
            _fill(study, told, fields, people[name])


def _fill(
    study: Study,
    told: Mapping[str, Any],
    fields: Mapping[str, ExtractionField],
    reviewer: User,
) -> None:
    for asked in FIELDS:
        value = _value(asked, told)
        enter = partial(entering.enter, study, fields[asked.code], reviewer=reviewer)
        if value is None:
            enter(not_reported=True)
        else:
            enter(value=value)


def _value(asked: Asked, told: Mapping[str, Any]) -> str | list[str] | None:
    """Return what studies.json says, in the words of the field; None where nothing."""
    value = told.get(asked.source, told["structured"].get(asked.source))
    if value is None or value == []:
        return None
    if asked.source == "percent_claims":
        return "; ".join(map(_percentage, value))
    if words := _words(asked):
        return [words[v] for v in value] if isinstance(value, list) else words[value]
    return "; ".join(value) if isinstance(value, list) else str(value)


def _percentage(claim: Mapping[str, Any]) -> str:
    printed = f"{claim['printed_percent']}%"
    if claim["count"] is None:
        return f"{claim['label']}: {printed}"
    return f"{claim['label']}: {claim['count']} of {claim['denominator']} ({printed})"


def _add_related_list(review: Review, *, by: User) -> None:
    told = _read("audit.json")["related_list"]
    related.add(
        review,
        name=told["name"],
        file_name=told["file"],
        data=(FOLDER / told["file"]).read_bytes(),
        by=by,
    )
