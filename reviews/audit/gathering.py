"""Gather what the checks of the audit read, in as many queries whatever the size.

Of records only few are read whole: those of the included studies, those whose citations
are looked at, and those that may be the same as a line of a related list.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from reviews import dismissals
from reviews.audit.checks.unaccounted_trials import likely
from reviews.audit.facts import (
    ALL_RECORDS,
    Coding,
    CriterionFacts,
    ExcludedReport,
    Facts,
    Field,
    InstrumentFacts,
    Item,
    Limits,
    Reference,
    SearchFacts,
    StudyFacts,
)
from reviews.checklists import answers, definitions
from reviews.duplicates import stored
from reviews.flow.counting import flow as count_flow
from reviews.matching.places import doi as bare_doi
from reviews.models import (
    DuplicateSet,
    Manuscript,
    Protocol,
    Record,
    RelatedReference,
    Report,
    Review,
    SettledJudgment,
    SettledValue,
    Settlement,
    Stage,
    Verdict,
)
from reviews.models.protocol import CriterionCoding

# More citations than these are not compared with one another while somebody waits.
LOOKED_AT = 1000
_CHECKLIST = "prisma2020"
_CITATION = (
    "pk",
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "source_id",
)
_SHORTEST_WORD = 5


def gather(review: Review) -> Facts:
    """Return what the checks read of a review."""
    flow = count_flow(review)
    counts = {source.search: source.count for source in flow.sources}
    manuscript = Manuscript.objects.filter(review=review).first()
    references_of, references = _references(review, flow.screened + flow.other.screened)
    facts = Facts(
        flow=flow,
        limits=_limits(review),
        criteria=_criteria(review),
        fields=_fields(review),
        studies=_studies(review),
        excluded=_excluded(review),
        searches=_searches(review, counts),
        instruments=_instruments(review),
        items=_items(review),
        references=references,
        references_of=references_of,
        told_apart=frozenset(stored.distinct_pairs(review)),
        sets_to_settle=review.duplicate_sets.filter(
            state=DuplicateSet.State.FOUND
        ).count(),
        related=_related(review),
        settled_by_one=_settled_by_one(review),
        reviewers_required={
            stage: review.reviewers_required(stage) for stage in Stage.values
        },
        abstract=manuscript.abstract if manuscript else "",
        body=manuscript.body if manuscript else "",
        dismissed=frozenset(dismissals.standing(review)),
    )
    return replace(facts, near=_near(review, likely(facts)))


def _limits(review: Review) -> Limits:
    protocol = Protocol.objects.get(review=review)
    names = Limits.__dataclass_fields__
    return Limits(**{name: getattr(protocol, name) for name in names})


def _criteria(review: Review) -> tuple[CriterionFacts, ...]:
    codings: dict[int, list[Coding]] = defaultdict(list)
    rows = CriterionCoding.objects.filter(criterion__review=review).order_by("pk")
    for row in rows:
        codings[row.criterion_id].append(
            Coding(row.field_id, tuple(map(str, row.values)))
        )
    return tuple(
        CriterionFacts(
            pk=criterion.pk,
            code=criterion.code,
            text=criterion.text,
            kind=criterion.kind,
            topic=criterion.topic,
            codings=tuple(codings[criterion.pk]),
        )
        for criterion in review.criteria.in_force()
    )


def _fields(review: Review) -> tuple[Field, ...]:
    return tuple(
        Field(
            pk=field.pk,
            label=field.label,
            kind=field.kind,
            meaning=field.meaning,
            choices=tuple(field.choices),
            in_table1=field.in_table1,
            groups_table1=field.groups_table1,
        )
        for field in review.extraction_fields.in_force()
    )


def _studies(review: Review) -> tuple[StudyFacts, ...]:
    studies = list(review.studies.included().order_by("label", "pk"))
    values: dict[int, dict[int, tuple[str, ...] | None]] = defaultdict(dict)
    for value in SettledValue.objects.filter(
        study__review=review, field__retired_at=None
    ):
        values[value.study_id][value.field_id] = _texts(value.value)
    references: dict[int, list[Reference]] = defaultdict(list)
    reports = review.reports.included().exclude(study=None).order_by("pk")
    for report in reports.prefetch_related(_records_in_order()):
        references[report.study_id or 0] += map(_reference, report.records.all()[:1])
    appraised: dict[int, set[str]] = defaultdict(set)
    unsupported: dict[int, int] = defaultdict(int)
    for judgment in _judgments(review):
        study = judgment.target.study_id
        appraised[study].add(judgment.target.instrument.key)
        unsupported[study] += bool(judgment.judgment and not judgment.support.strip())
    return tuple(
        StudyFacts(
            pk=study.pk,
            label=study.label,
            design=study.design,
            values=values[study.pk],
            references=tuple(references[study.pk]),
            appraised_with=frozenset(appraised[study.pk]),
            judgments_without_support=unsupported[study.pk],
        )
        for study in studies
    )


def _judgments(review: Review) -> QuerySet[SettledJudgment]:
    rows = SettledJudgment.objects.filter(
        target__study__review=review, target__removed_at=None
    )
    # The whole form would come with each judgment.
    return rows.select_related("target__instrument").defer(
        "target__instrument__definition"
    )


def _texts(value: str | list[str] | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(value) if isinstance(value, list) else (str(value),)


def _records_in_order() -> "Prefetch[str, QuerySet[Record], str]":
    rows = Record.objects.order_by("pk").defer("abstract", "original")
    return Prefetch("records", queryset=rows)


def _names_in_order() -> QuerySet[Record]:
    return Record.objects.order_by("pk").only("source_id")


def _reference(record: Record) -> Reference:
    values = {name: getattr(record, name) for name in _CITATION if name != "authors"}
    return Reference(
        **values,
        authors=tuple(record.authors),
        pmid=record.pmid,
        type=record.publication_type,
    )


def _excluded(review: Review) -> tuple[ExcludedReport, ...]:
    reports = (
        review.reports.excluded()
        .select_related("counted_reason")
        .prefetch_related(Prefetch("records", queryset=_names_in_order()))
        .order_by("pk")
    )
    return tuple(
        ExcludedReport(
            pk=report.pk,
            title=report.title,
            citation=report.citation
            or ("; ".join(report.authors) if report.year else ""),
            criterion=report.counted_reason_id,
            criterion_retired=bool(
                report.counted_reason and report.counted_reason.retired_at
            ),
            source_ids=tuple(r.source_id for r in report.records.all() if r.source_id),
        )
        for report in reports
    )


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


def _instruments(review: Review) -> tuple[InstrumentFacts, ...]:
    rows = review.instruments.in_force().values_list("key", "name", "designs")
    return tuple(InstrumentFacts(key, name, tuple(d)) for key, name, d in rows)


def _items(review: Review) -> tuple[Item, ...]:
    said = answers.standing(review, _CHECKLIST)
    return tuple(
        Item(
            number=item.number,
            topic=item.topic,
            status=said[item.number].status,
            place=said[item.number].place,
        )
        for item in definitions.find(_CHECKLIST).items
    )


def _references(review: Review, screened: int) -> tuple[str, tuple[Reference, ...]]:
    """Return the records whose citations are looked at, and what they are."""
    # An included record is one whose report is sought.
    sought = review.records.included()
    if screened <= LOOKED_AT:
        name, rows = ALL_RECORDS, review.records.to_screen()
    elif sought.count() <= LOOKED_AT:
        name, rows = "Full texts", sought
    else:
        included = Report.objects.filter(
            review=review,
            verdict=Verdict.INCLUDE,
            retrieval=Report.Retrieval.RETRIEVED,
        )
        name, rows = "Included reports", sought.filter(reports__in=included).distinct()
    rows = rows.order_by("pk").defer("abstract", "original")
    return name, tuple(map(_reference, rows[:LOOKED_AT]))


def _related(review: Review) -> tuple[Reference, ...]:
    rows = RelatedReference.objects.filter(
        related_list__review=review, related_list__removed_at=None
    ).select_related("related_list")
    return tuple(
        Reference(
            **{name: getattr(row, name) for name in _CITATION if name != "authors"},
            authors=tuple(row.authors),
            of_list=row.related_list.name,
        )
        for row in rows.order_by("related_list__added_at", "related_list", "pk")
    )


def _near(review: Review, wanted: Iterable[Reference]) -> tuple[Reference, ...]:
    """Return the records that may be one of these: near its year, with its long word.

    The database narrows; whether it is the same decide the rules of duplicates.
    """
    years: dict[str, set[int]] = defaultdict(set)
    matches = Q()
    for reference in wanted:
        if reference.year is not None and (word := _longest_word(reference.title)):
            years[word] |= {reference.year + apart for apart in (-1, 0, 1)}
        if identifier := bare_doi(reference.doi):
            matches |= Q(doi__iexact=identifier)
    for word, near in years.items():
        matches |= (Q(year__in=near) | Q(year=None)) & Q(title__icontains=word)
    if not matches:
        return ()
    rows = review.records.filter(matches).order_by("pk").defer("abstract", "original")
    return tuple(map(_reference, rows))


def _longest_word(title: str) -> str:
    words = (word for word in title.split() if word.isalnum())
    longest = max(words, key=len, default="")
    return longest if len(longest) >= _SHORTEST_WORD else ""


def _settled_by_one(review: Review) -> Mapping[str, int]:
    """Count by stage what one person alone settled."""
    alone: dict[str, Any] = {"settlement": Settlement.SINGLE}
    values = SettledValue.objects.filter(study__review=review, **alone)
    judgments = _judgments(review).filter(**alone)
    return {
        Stage.TITLE_ABSTRACT: review.records.screened().filter(**alone).count(),
        Stage.FULL_TEXT: review.reports.assessed()
        .filter(**alone)
        .aggregate(number=Count("pk"))["number"],
        Stage.EXTRACTION: values.count(),
        Stage.APPRAISAL: judgments.count(),
    }
