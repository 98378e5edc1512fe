"""The table of what was settled of the appraisal."""

from collections.abc import Iterator
from functools import cache

from reviews import targets
from reviews.instruments import definition, sheets
from reviews.models import SettledJudgment
from screening.archive import rows
from screening.archive.spreadsheets.facts import Facts
from screening.archive.spreadsheets.layout import Cells, Spreadsheet, columns_of


def appraisal(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        found = SettledJudgment.objects.filter(target__study__review=facts.review)
        found = found.select_related("target__instrument").order_by("target", "pk")
        form_of = cache(targets.form_of)
        for judgment in found.iterator(chunk_size=rows.CHUNK):
            target, form = judgment.target, form_of(judgment.target.instrument)
            yield {
                "target": target.pk,
                "study": target.study_id,
                "report": target.report_id,
                "instrument": target.instrument.key,
                "instrument_version": target.instrument.version,
                "instrument_name": target.instrument.name,
                "instrument_position": target.instrument.position,
                "outcome": target.outcome,
                "time_point": target.time_point,
                "comparison": target.comparison,
                "removed": target.removed_at is not None,
                "domain": judgment.domain,
                "part": judgment.domain
                in {domain.id for domain in sheets.domains(form, target.options)},
                "judgment": judgment.judgment,
                "judgment_in_words": _label(form, judgment),
                "support": judgment.support,
                "settlement": judgment.settlement,
                "settled_at": judgment.settled_at,
            }

    return Spreadsheet(
        "appraisal",
        "Each judgment of quality on which the team settled.",
        columns_of(
            """
            target | whole number | what is appraised
            study | whole number | as in studies
            report | whole number | as in reports, where one report is appraised
            instrument | text | the instrument's key
            instrument_version | whole number | version of the form
            instrument_name | text | the instrument's name
            instrument_position | whole number | its place in the protocol
            outcome | text | outcome, where a result is appraised
            time_point | text | time point, where a result is appraised
            comparison | text | comparison, where a result is appraised
            removed | yes or no | taken out of the appraisal since
            domain | text | the domain, or overall
            part | yes or no | the domain is part of this appraisal
            judgment | text | the judgment's code
            judgment_in_words | text | the judgment; empty where there are only answers
            support | text | the words behind the judgment
            settlement | text | how the judgment came about
            settled_at | moment | when it was settled
            """
        ),
        read,
    )


def _label(form: definition.Instrument, judgment: SettledJudgment) -> str:
    """Return a judgment in words, empty where only questions are answered."""
    domains = {domain.id: domain for domain in sheets.all_domains(form)}
    domain = domains.get(judgment.domain)
    level = sheets.level(domain, judgment.judgment) if domain else None
    return level.label if level else ""
