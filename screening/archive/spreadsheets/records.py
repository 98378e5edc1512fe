"""The tables of records, searches and reports."""

from collections.abc import Iterator

from reviews import study_facts
from reviews.exports.flow import sections
from reviews.models import Report
from screening.archive import rows
from screening.archive.spreadsheets.facts import Facts
from screening.archive.spreadsheets.layout import Cells, Spreadsheet, columns_of


def records(facts: Facts) -> Spreadsheet:
    names = (
        "pk source_id search_id search__name title authors year journal volume issue "
        "pages doi pmid abstract keywords language publication_type url "
        "duplicate_of_id removal removal_reason verdict settlement counted_reason_id "
        "settled_at"
    ).split()

    def read() -> Iterator[Cells]:
        found = facts.review.records.order_by("pk").values(*names)
        for record in found.iterator(chunk_size=rows.CHUNK):
            code, reason = facts.reasons.get(record["counted_reason_id"], ("", ""))
            yield {
                **record,
                "record": record["pk"],
                "search": record["search_id"],
                "search_name": record["search__name"],
                "type": record["publication_type"],
                "duplicate_of": record["duplicate_of_id"],
                "reason_code": code,
                "reason": reason,
            }

    return Spreadsheet(
        "records",
        "Every record as its source gave it, with what was settled.",
        columns_of(
            """
            record | whole number | the record's key
            source_id | text | what its source calls it
            search | whole number | the search that found it, as in searches
            search_name | text | the search's name
            title | text | title
            authors | list | authors, with "; " between
            year | whole number | year of publication
            journal | text | journal
            volume | text | volume
            issue | text | issue
            pages | text | pages
            doi | text | digital object identifier
            pmid | text | number in PubMed
            abstract* | text | abstract
            keywords | list | keywords, with "; " between
            language | text | language
            type | text | type of publication, as the source codes it
            url | text | address
            duplicate_of | whole number | the copy that goes on in its stead
            removal | text | automation or other, where removed before screening
            removal_reason | text | why it was removed before screening
            verdict | text | include, exclude or empty, on title and abstract
            settlement | text | how the verdict came about
            reason_code | text | the criterion that is counted, as in criteria
            reason | text | the reason that is counted
            settled_at | moment | when it was settled
            """
        ),
        read,
    )


def searches(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        for search in facts.review.searches.select_related("wave").order_by("pk"):
            yield {
                **{
                    column.name: getattr(search, column.name)
                    for column in columns[1:-2]
                },
                "search": search.pk,
                "wave": search.wave and search.wave.name,
                "notes": search.notes,
            }

    columns = columns_of(
        """
        search | whole number | the search's key
        name | text | as the diagram names it
        kind | text | database, register, website, organisation, citation or other
        source | text | the source or sources
        platform | text | the platform
        strategy | text | the strategy, line by line
        searched_on | text | date of the search: a year, a month or a day
        limits | text | limits
        reported_count | whole number | the number that the source reported
        is_combined | yes or no | several sources together, the split is not known
        wave | text | the round of searching
        notes* | text | the team's notes
        """
    )
    return Spreadsheet("searches", "Every search.", columns, read)


def reports(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        for report in facts.review.reports.order_by("pk").iterator(rows.CHUNK):
            yield _report(facts, report)

    return Spreadsheet(
        "reports",
        "Every report that was or is sought, with what was settled.",
        columns_of(
            """
            report | whole number | the report's key
            title | text | title
            authors | list | authors, with "; " between
            year | whole number | year of publication
            citation | text | where it was published
            retrieval | text | awaiting, retrieved or not_retrieved
            not_retrieved_reason | text | why it was not retrieved
            classification | text | awaiting or ongoing, where it has no verdict yet
            classification_note* | text | what is known of it
            verdict | text | include, exclude or empty, on the full text
            settlement | text | how the verdict came about
            reason_code | text | the criterion that is counted, as in criteria
            reason | text | the reason that is counted
            settled_at | moment | when it was settled
            study | whole number | the study that it reports
            number | whole number | its number in the reference list, where included
            reference | text | its reference, where Table 1 has a column for it
            """
        ),
        read,
    )


def report_authors(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        found = facts.review.reports.order_by("pk").values_list("pk", "authors")
        for report, authors in found.iterator(chunk_size=rows.CHUNK):
            for place, name in enumerate(map(str, authors), start=1):
                yield {
                    "report": report,
                    "place": place,
                    "name": name,
                    "family_name": study_facts.family_name(name),
                }

    return Spreadsheet(
        "report_authors",
        "Every author of every report, in order.",
        columns_of(
            """
            report | whole number | as in reports
            place | whole number | place among the authors
            name | text | name
            family_name | text | the name before its comma, as Table 1 has it
            """
        ),
        read,
    )


def _report(facts: Facts, report: Report) -> Cells:
    code, reason = facts.reasons.get(report.counted_reason_id, ("", ""))
    return {
        **{
            name: getattr(report, name)
            for name in (
                "title authors year citation retrieval not_retrieved_reason "
                "classification classification_note verdict settlement settled_at"
            ).split()
        },
        "report": report.pk,
        "reason_code": code,
        "reason": reason,
        "study": report.study_id,
        "number": facts.numbers.get(report.pk),
        "reference": facts.table1.citations.get(report.pk, ""),
    }


def report_records(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        found = Report.records.through.objects.filter(report__review=facts.review)
        pairs = found.order_by("report", "record").values("report", "record")
        return pairs.iterator(chunk_size=rows.CHUNK)

    return Spreadsheet(
        "report_records",
        "Which records point at which report.",
        columns_of(
            """
            report | whole number | as in reports
            record | whole number | as in records
            """
        ),
        read,
    )


def excluded(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        for report in facts.review.reports.excluded().order_by("pk"):
            yield _report(facts, report)

    return Spreadsheet(
        "excluded",
        "The reports excluded at full text (PRISMA 2020, item 16b).",
        columns_of(
            """
            report | whole number | as in reports
            title | text | title
            authors | list | authors, with "; " between
            year | whole number | year of publication
            citation | text | where it was published
            reason_code | text | the criterion that is counted, as in criteria
            reason | text | the reason that is counted
            """
        ),
        read,
    )


def flow(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        for column, lines in sections(facts.flow).items():
            for line in lines:
                yield {
                    "column": column,
                    "box": line.box,
                    "label": line.label,
                    "n": line.count,
                }

    return Spreadsheet(
        "flow",
        "Every number of the flow diagram.",
        columns_of(
            """
            column | text | the column of the diagram
            box | text | the box's name
            label | text | the box's label
            n | whole number | the number in it
            """
        ),
        read,
    )
