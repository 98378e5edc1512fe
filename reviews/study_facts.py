"""What is known of an included study without anybody having extracted it.

Its citations with their numbers in the reference list, its authors and years, its
design, the number of its reports and the overall judgment of its appraisal: all read
off settled facts alone, for all studies of a review at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from reviews import studies, targets
from reviews.instruments import sheets
from reviews.instruments.definition import OVERALL
from reviews.models import Report, Review, Study, Table1Column
from reviews.references import citations, numbering, styles

Fact = Table1Column.Fact

HEADINGS: Mapping[str, str] = {
    Fact.CITATION: "Reference",
    Fact.AUTHORS: "Authors",
    Fact.YEAR: "Year",
    Fact.DESIGN: "Design",
    Fact.REPORTS: "Reports",
    Fact.APPRAISAL: "Overall appraisal",
}
# Of more authors only the first is named.
NAMED = 3


@dataclass(frozen=True)
class Facts:
    """The facts of every included study; each report comes with its number."""

    reports: Mapping[int, list[tuple[int, Report]]]
    citations: Mapping[int, str] = field(default_factory=dict)
    judgments: Mapping[int, list[str]] = field(default_factory=dict)

    def numbers(self, study: Study) -> tuple[int, ...]:
        """Return the numbers of the study's reports in the reference list."""
        return tuple(number for number, _ in self.reports.get(study.pk, []))

    def tell(self, fact: str, study: Study) -> str:
        """Return a fact in words, empty where it is not known."""
        reports = self.reports.get(study.pk, [])
        match fact:
            case Fact.CITATION:
                return "\n".join(
                    f"{number}. {self.citations[report.pk]}"
                    for number, report in reports
                )
            case Fact.AUTHORS:
                return next((_authors(r) for _, r in reports if r.authors), "")
            case Fact.YEAR:
                years = sorted({r.year for _, r in reports if r.year})
                return ", ".join(map(str, years))
            case Fact.DESIGN:
                return studies.design_of(study)
            case Fact.REPORTS:
                return str(len(reports))
            case Fact.APPRAISAL:
                return "; ".join(self.judgments.get(study.pk, []))
        raise ValueError(f"There is no fact {fact}.")


def read(review: Review, wanted: Collection[str], *, style: str = "") -> Facts:
    """Return the facts that are wanted, from at most five queries.

    Citations are in the style that is named, else in that of the review. Raises
    reviews.references.styles.UnknownStyle.
    """
    query = numbering.ordered(review)
    if Fact.CITATION in wanted:
        query = query.prefetch_related("records")
    found: defaultdict[int, list[tuple[int, Report]]] = defaultdict(list)
    for number, report in enumerate(query, start=1):
        if report.study_id is not None:
            found[report.study_id].append((number, report))
    listed = [report for pairs in found.values() for _, report in pairs]
    printed: Mapping[int, str] = {}
    if Fact.CITATION in wanted:
        printed = citations.formatted(listed, style or styles.of(review))
    return Facts(
        found,
        printed,
        _overall(review) if Fact.APPRAISAL in wanted else {},
    )


def family_name(author: str) -> str:
    """Return what stands before the comma of an author's name."""
    return author.split(",")[0].strip()


def _authors(report: Report) -> str:
    """Return the family names of a report's authors, the first of more than three."""
    names = [family_name(str(name)) for name in report.authors]
    return f"{names[0]} et al." if len(names) > NAMED else ", ".join(names)


def _overall(review: Review) -> dict[int, list[str]]:
    """Return the settled overall judgments of each study, told apart where several."""
    found: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for study, name, label in _judged(review):
        found[study].append((name, label))
    return {
        study: [
            f"{name}: {label}" if len(judged) > 1 else label for name, label in judged
        ]
        for study, judged in found.items()
    }


def _judged(review: Review) -> Iterator[tuple[int, str, str]]:
    domains = {}
    for target in targets.standing(review).prefetch_related("judgments"):
        if target.instrument_id not in domains:
            form = targets.form_of(target.instrument)
            every = {domain.id: domain for domain in sheets.all_domains(form)}
            domains[target.instrument_id] = every.get(OVERALL)
        domain = domains[target.instrument_id]
        settled = {each.domain: each for each in target.judgments.all()}.get(OVERALL)
        level = sheets.level(domain, settled.judgment) if domain and settled else None
        if level is not None:
            parts = (target.instrument.name, target.outcome, target.time_point)
            yield target.study_id, ", ".join(filter(None, parts)), level.label
