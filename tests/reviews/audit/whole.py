"""A small review in which nothing is amiss, built through the rules of the product."""

from collections.abc import Mapping
from typing import Any

from reviews import codings, related, studies
from reviews.checklists import answers, definitions
from reviews.checklists.answers import Answer, Status
from reviews.duplicates import marking
from reviews.models import (
    Criterion,
    ExtractionField,
    Manuscript,
    Review,
    Settlement,
    Study,
    Verdict,
)
from tests.cast import Cast
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_instrument,
    create_record,
    create_report,
    create_search,
    create_staffed_review,
)

Kind, Meaning = ExtractionField.Kind, ExtractionField.Meaning
DIRECTIONS = ["Favourable", "Not significant"]
TITLE = "Ketamine in treatment-resistant depression: a randomised trial"
ABSTRACT = (
    "MEDLINE and Embase were searched for 2014–2024. One study was included; 46.3% "
    "responded."
)
BODY = f"""Methods
MEDLINE and Embase were searched for 2014–2024.

Results
One study was included. Brody found that 19 of 41 people (46.3%) responded (1).

References
1. Brody B, Smith C. {TITLE}. J Affect Disord. 2020;12:606-12.
"""
FIELDS: Mapping[str, tuple[str, str, list[str]]] = {
    Meaning.AUTHORS: (Kind.TEXT, "Brody et al.", []),
    Meaning.YEAR: (Kind.NUMBER, "2020", []),
    Meaning.COUNTRY: (Kind.TEXT, "Canada", []),
    Meaning.DESIGN: (Kind.TEXT, "Randomised trial, placebo-controlled", []),
    Meaning.PARTICIPANTS: (Kind.NUMBER, "41", []),
    Meaning.HUMANS: (Kind.CHOICE, "Yes", ["Yes", "No"]),
    Meaning.POPULATION: (Kind.TEXT, "Adults with treatment-resistant depression", []),
    Meaning.FAILED_TREATMENTS: (Kind.NUMBER, "2", []),
    Meaning.INTERVENTION: (Kind.TEXT, "Ketamine infusion", []),
    Meaning.COMPARATOR: (Kind.TEXT, "Saline", []),
    Meaning.DOSE: (Kind.TEXT, "0.5 mg/kg", []),
    Meaning.DURATION: (Kind.TEXT, "4 weeks", []),
    Meaning.OUTCOMES: (Kind.CHOICE, "Response", ["Response", "Spine density"]),
    Meaning.SCALE: (Kind.TEXT, "MADRS", []),
    Meaning.DIRECTION: (Kind.CHOICE, "Favourable", DIRECTIONS),
    Meaning.FINDINGS: (Kind.TEXT, "19 of 41 (46.3%) responded to ketamine.", []),
    Meaning.REGISTRATION: (Kind.TEXT, "NCT00000001", []),
}
CODED: Mapping[str, tuple[str, Mapping[str, list[str]]]] = {
    "Adults with treatment-resistant depression": (
        Criterion.Topic.POPULATION,
        {
            Meaning.POPULATION: ["treatment-resistant depression"],
            Meaning.FAILED_TREATMENTS: ["at least 2"],
        },
    ),
    "Ketamine": (Criterion.Topic.INTERVENTION, {Meaning.INTERVENTION: ["ketamine"]}),
    "Response": (Criterion.Topic.OUTCOME, {Meaning.OUTCOMES: ["Response"]}),
    "Published 2014–2024": (Criterion.Topic.DATE, {}),
    "In English": (Criterion.Topic.LANGUAGE, {}),
}


def build() -> tuple[Review, Cast]:
    """Build a review of one study to its end."""
    review, cast = create_staffed_review()
    _limits(review)
    fields = {
        meaning: create_extraction_field(
            review=review,
            label=str(Meaning(meaning).label),
            kind=kind,
            meaning=meaning,
            choices=choices,
        )
        for meaning, (kind, _, choices) in FIELDS.items()
    }
    _criteria(review, cast, fields)
    study = _records(review, cast)
    for meaning, (_, value, _) in FIELDS.items():
        studies.settle_value(
            study,
            fields[meaning],
            value=value,
            not_reported=False,
            field_version=1,
            settlement=Settlement.AGREEMENT,
            by=cast.bob,
        )
    _appraise(review, study, cast)
    reported = Answer(status=Status.REPORTED, place="page 1")
    said = {item.number: reported for item in definitions.find("prisma2020").items}
    answers.answer_all(review, "prisma2020", said, by=cast.alice)
    Manuscript.objects.create(review=review, abstract=ABSTRACT, body=BODY)
    related.add(
        review,
        name="Costi",
        file_name="costi.ris",
        data=f"TY  - JOUR\nTI  - {TITLE}\nPY  - 2020\nER  - \n".encode(),
        by=cast.alice,
    )
    return review, cast


def _limits(review: Review) -> None:
    protocol = review.protocol
    protocol.population = "Adults with treatment-resistant depression"
    protocol.intervention = "Ketamine"
    protocol.published_from, protocol.published_to = "2014", "2024"
    protocol.languages = "English"
    protocol.save()


def _criteria(
    review: Review, cast: Cast, fields: Mapping[str, ExtractionField]
) -> None:
    for number, (text, (topic, coded)) in enumerate(CODED.items(), start=1):
        criterion = create_criterion(
            review=review, code=f"I{number}", kind="inclusion", text=text
        )
        codings.code(
            criterion,
            topic=topic,
            values={fields[meaning].pk: values for meaning, values in coded.items()},
            by=cast.alice,
        )
    for code, kind, text, designs in (
        ("I9", "inclusion", "Randomised trials", ["rct_parallel"]),
        ("E1", "exclusion", "Cohort studies", ["cohort"]),
    ):
        criterion = create_criterion(review=review, code=code, kind=kind, text=text)
        codings.code(criterion, topic="design", values={None: designs}, by=cast.alice)


def _records(review: Review, cast: Cast) -> Study:
    """Find three records in two sources: a copy, one that is excluded, one study."""
    searches = [
        create_search(
            review=review,
            name=name,
            source=name,
            platform="Ovid",
            strategy="1 ketamine\n2 treatment-resistant depression\n3 1 and 2",
            searched_on="2024-12-31",
            limits="English, 2014 to 2024",
            reported_count=count,
        )
        for name, count in (("MEDLINE", 2), ("Embase", 1))
    ]
    of_brody: dict[str, Any] = {
        "title": TITLE,
        "authors": ["Brody, B", "Smith, C"],
        "journal": "J Affect Disord",
        "volume": "12",
        "pages": "606-12",
        "publication_type": "JOUR",
    }
    of_another: dict[str, Any] = {
        **of_brody,
        "title": "A cohort of people who were given ketamine on a ward",
        "authors": ["Roe, R"],
        "pages": "1-9",
    }
    kept = create_record(review=review, search=searches[0], **of_brody)
    copy = create_record(review=review, search=searches[1], **of_brody)
    other = create_record(review=review, search=searches[0], **of_another)
    marking.add(copy, to=kept, by=cast.alice)
    kept.refresh_from_db()
    agreed: dict[str, Any] = {
        "settlement": Settlement.AGREEMENT,
        "settled_at": kept.added_at,
    }
    create_report(
        review=review,
        record=other,
        verdict=Verdict.EXCLUDE,
        counted_reason=review.criteria.get(code="E1"),
        citation="Roe R. 2020.",
        **agreed,
    )
    study = Study.objects.create(
        review=review, label="Brody 2020", design="rct_parallel"
    )
    create_report(
        review=review, record=kept, verdict=Verdict.INCLUDE, study=study, **agreed
    )
    return study


def _appraise(review: Review, study: Study, cast: Cast) -> None:
    target = study.appraisal_targets.create(
        instrument=create_instrument(review=review), outcome="Response"
    )
    studies.settle_judgment(
        target,
        "D1",
        judgment="low",
        answers={},
        support="Drawn by a computer.",
        settlement=Settlement.AGREEMENT,
        by=cast.bob,
    )
