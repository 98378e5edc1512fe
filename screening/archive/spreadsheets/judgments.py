"""The tables of what people judged at the stages that are closed, and of who did."""

from collections.abc import Iterator, Mapping, Sequence

from reviews.exports import table
from reviews.models import Stage, User
from screening import exports
from screening.archive import figures, rows
from screening.archive.spreadsheets.facts import Facts
from screening.archive.spreadsheets.layout import Cells, Spreadsheet, columns_of
from screening.models import Choice, Tick
from screening.numbers import changing
from screening.stages import STAGES


def reviewers(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        found = User.objects.in_bulk(facts.ranks)
        for key, rank in facts.ranks.items():
            yield {
                "reviewer": facts.people[key],
                "joined": rank,
                "name": found[key].get_full_name(),
            }

    return Spreadsheet(
        "reviewers",
        "Everybody who took part.",
        columns_of(
            """
            reviewer | text | user name; in the public form a number
            joined | whole number | the order in which people joined the team
            name* | text | name
            """
        ),
        read,
    )


def decisions(facts: Facts) -> Spreadsheet:
    names = (
        "pk token stage record_id report_id reviewer_id choice note decided_at "
        "is_superseded supersedes__token imported__vote_import__source "
        "imported__said_at sets_aside restores_id"
    ).split()

    required = {stage: changing.required_at(facts.review, stage) for stage in STAGES}

    def read() -> Iterator[Cells]:
        found = facts.decisions().values(*names).iterator(chunk_size=rows.CHUNK)
        for part in table.chunks(found, rows.CHUNK):
            ticks = _ticks(facts, part)
            for made in part:
                yield {
                    **made,
                    "decision": made["token"],
                    "record": made["record_id"],
                    "report": made["report_id"],
                    "reviewer": facts.people[made["reviewer_id"]],
                    "standing": _standing(made),
                    "criteria": ticks.get(made["pk"], []),
                    "supersedes": made["supersedes__token"],
                    "act": exports.act(
                        sets_aside=made["sets_aside"], brings_back=made["restores_id"]
                    ),
                    "required": required[Stage(made["stage"])](made["pk"]),
                    "at": made["decided_at"],
                    "imported_from": made["imported__vote_import__source"] or "",
                    "said_at": made["imported__said_at"],
                }

    return Spreadsheet(
        "decisions",
        "Every decision of the stages that are closed, the superseded ones too.",
        columns_of(
            """
            decision | text | the decision's token
            stage | text | title_abstract or full_text
            record | whole number | as in records
            report | whole number | as in reports
            reviewer | text | who judged
            choice | text | include, maybe, exclude or withdrawn
            standing | text | current, superseded or taken back
            criteria | list | the criteria that failed, with the version of the wording
            note* | text | the reviewer's note
            supersedes | text | the decision that it superseded
            act | text | set aside or brought back, by an owner; else empty
            required | whole number | how many judged each item of the stage that day
            at | moment | when it was made, or moved in
            imported_from | text | the tool in which it was made, if not here
            said_at | moment | when it was made there
            """
        ),
        read,
    )


def _ticks(facts: Facts, part: Sequence[Cells]) -> Mapping[object, list[str]]:
    """Return the criteria ticked in some decisions, given in order of the keys."""
    found: dict[object, list[str]] = {}
    if not part:
        return found
    ticks = Tick.objects.filter(
        decision__review=facts.review,
        decision__gte=part[0]["pk"],
        decision__lte=part[-1]["pk"],
    )
    order = ticks.order_by("decision", "criterion__position", "criterion")
    named = order.values_list(
        "decision", "criterion__criterion__code", "criterion__number"
    )
    for decision, code, number in named:
        found.setdefault(decision, []).append(f"{code} (version {number})")
    return found


def _standing(made: Cells) -> str:
    if made["is_superseded"]:
        return exports.SUPERSEDED
    is_taken_back = made["choice"] == Choice.WITHDRAWN
    return exports.TAKEN_BACK if is_taken_back else exports.CURRENT


def resolutions(facts: Facts) -> Spreadsheet:
    names = (
        "token stage record_id report_id resolver_id choice how cause reason "
        "resolved_at is_superseded criterion__criterion__code supersedes__token"
    ).split()

    def read() -> Iterator[Cells]:
        found = facts.resolutions().values(*names)
        for made in found.iterator(chunk_size=rows.CHUNK):
            yield {
                **made,
                "resolution": made["token"],
                "record": made["record_id"],
                "report": made["report_id"],
                "resolver": facts.people[made["resolver_id"]],
                "standing": _standing(made),
                "reason_code": made["criterion__criterion__code"],
                "supersedes": made["supersedes__token"],
                "at": made["resolved_at"],
            }

    return Spreadsheet(
        "resolutions",
        "How conflicts were settled, in the stages that are closed.",
        columns_of(
            """
            resolution | text | the resolution's token
            stage | text | title_abstract or full_text
            record | whole number | as in records
            report | whole number | as in reports
            resolver | text | who settled or wrote it down
            how | text | consensus or adjudication
            choice | text | include, exclude or withdrawn (opened again)
            standing | text | current, superseded or taken back
            reason_code | text | the criterion that is counted
            cause | text | why two came to differ; empty where nobody was asked
            reason* | text | why, in words
            supersedes | text | the resolution that it superseded
            at | moment | when it was made
            """
        ),
        read,
    )


def agreement(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        for found in facts.agreements:
            for pair in found.pairs:
                (both, first), (second, neither) = pair.came_to.counts
                yield {
                    "stage": found.stage.value,
                    "required": found.required,
                    "first": facts.people[pair.first.pk],
                    "second": facts.people[pair.second.pk],
                    "items": pair.came_to.items,
                    "both_on": both,
                    "first_only": first,
                    "second_only": second,
                    "neither": neither,
                    "percent": figures.percent(pair),
                    "kappa": figures.kappa(pair),
                }

    return Spreadsheet(
        "agreement",
        "How well two agreed who judged alone, at the stages that are closed.",
        columns_of(
            """
            stage | text | title_abstract or full_text
            required | whole number | how many judge each item
            first | text | the one of the two who joined the team first
            second | text | the other
            items | whole number | settled items that both judged alone
            both_on | whole number | both let it go on (include or maybe)
            first_only | whole number | the first alone lets it go on
            second_only | whole number | the second alone lets it go on
            neither | whole number | both exclude
            percent | number | share of items on which both agree, per cent
            kappa | number | Cohen's kappa; empty where it cannot be estimated
            """
        ),
        read,
    )
