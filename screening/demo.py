"""The demo review, played through the same rules as the pages use.

The ketamine review (fixtures/ketamine): 65 records identified, 18 full texts, 8
studies. Every verdict follows from decisions that are made here one by one; none is
written. What the source does not print stays unknown: dates, counts by database and
appraisal.
"""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from reviews import (
    adoption,
    criteria,
    extraction_fields,
    imports,
    members,
    protocol,
    reports,
    searches,
    setup,
    studies,
)
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
# Code, label, kind, unit, whether Table 1 shows it, and where studies.json has it.
FIELDS: tuple[tuple[str, str, str, str, bool, str], ...] = (
    ("effect", "Effect of ketamine", "choice", "", False, "group"),
    ("authors", "Authors", "text", "", True, "authors"),
    ("year", "Year", "number", "", True, "year"),
    ("country", "Country", "text", "", True, "country"),
    ("methods", "Methods", "text", "", True, "methods_short"),
    ("outcome", "Outcome measured", "text", "", True, "outcomes_measured_short"),
    ("findings", "Key findings", "text", "", True, "key_findings_short"),
    ("design", "Design", "text", "", False, "design"),
    ("participants", "Participants", "number", "people", False, "n"),
    ("population", "Population", "text", "", False, "population"),
    ("intervention", "Intervention", "text", "", False, "intervention"),
    ("comparator", "Comparator", "text", "", False, "comparator"),
    ("dose", "Dose", "text", "", False, "dose"),
    ("follow_up", "Follow-up", "text", "", False, "follow_up"),
)


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
    return review


def _person(name: str) -> User:
    first, last = PEOPLE[name][0].split()
    return User.objects.create_user(
        name, f"{name}@demo.invalid", PASSWORD, first_name=first, last_name=last
    )


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
        _add_field(review, *field, by=by)
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
    return kind, f"{text} (the paper's {reason['criterion']}{extension})"


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


def _add_field(
    review: Review,
    code: str,
    label: str,
    kind: str,
    unit: str,
    in_table1: bool,
    source: str,
    *,
    by: User,
) -> None:
    groups = [group["name"] for group in _read("studies.json")["groups"]]
    extraction_fields.add(
        review,
        code=code,
        label=label,
        kind=ExtractionField.Kind(kind),
        unit=unit,
        choices=groups if kind == "choice" else [],
        in_table1=in_table1,
        groups_table1=kind == "choice",
        by=by,
    )


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
    looked_at = imports.preview(
        search,
        file_name="identified.ris",
        data=(FOLDER / "identified.ris").read_bytes(),
        by=by,
    )
    imports.take_in(looked_at, by=by)


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
    for code, _, _, _, _, source in FIELDS:
        value = told.get(source, told["structured"].get(source))
        enter = partial(entering.enter, study, fields[code], reviewer=reviewer)
        if value is None:
            enter(not_reported=True)
        else:
            enter(value=str(value))
