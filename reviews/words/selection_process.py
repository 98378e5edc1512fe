"""The selection process in words: PRISMA 2020, item 8."""

from collections.abc import Iterator

from django.contrib.humanize.templatetags.humanize import apnumber

from reviews.models import Record, Stage
from reviews.words.facts import Facts
from reviews.words.independence import tell
from reviews.words.parts import (
    Parts,
    counted,
    sentence,
    were,
)


def duplicates(facts: Facts) -> Iterator[Parts]:
    """Say how duplicates were removed."""
    number = facts.both("duplicates")
    if not number:
        yield sentence("No duplicate record was removed")
        return
    url = facts.listed("sets", "merged")
    sets = counted(facts.duplicate_sets, "set", "sets", url)
    yield sentence(
        "Records were compared with one another in Twofold; ",
        sets,
        f" of copies {were(facts.duplicate_sets)} merged, which removed ",
        counted(number, "duplicate record", url=facts.listed("records", "duplicates")),
    )


def automation(facts: Facts) -> Iterator[Parts]:
    """Say whether an automation tool took part in the decisions."""
    number = facts.both("removed_by_automation")
    stopped = facts.never_screened.get(Record.Removal.AUTOMATION, 0)
    url = facts.listed("records", "removed_by_automation")
    if number > stopped:
        yield sentence(
            "An automation tool marked ",
            counted(number, "record", url=url),
            f" as ineligible, which {were(number)} removed before screening",
        )
    elif not stopped:
        yield sentence("No record was removed by an automation tool")


def stopping(facts: Facts) -> Iterator[Parts]:
    """Say by which rule screening was to stop, and whether it was stopped."""
    plan = facts.plan
    if plan.stopping == plan.Stopping.RECALL:
        yield sentence(
            "Screening of titles and abstracts was to stop once a hypergeometric test "
            "(Callaghan and Müller-Hansen 2020) showed, with 95% confidence, that at "
            f"least {plan.target_recall}% of the relevant records had been found, and "
            f"a random sample of {plan.audit_size:,} of the records left had been "
            "screened as well"
        )
    elif plan.stopping == plan.Stopping.RUN:
        yield sentence(
            "Screening of titles and abstracts was to stop after "
            f"{plan.run_length:,} irrelevant records in a row, which is a heuristic "
            f"without guarantee, and a random sample of {plan.audit_size:,} of the "
            "records left"
        )
    if stopped := sum(facts.never_screened.values()):
        url = facts.listed("records", "never_screened")
        yield sentence(
            "Screening was stopped by this rule, so that ",
            counted(stopped, "record", url=url),
            f" {were(stopped)} never screened",
        )


def piloting(facts: Facts) -> Iterator[Parts]:
    """Say what was judged in pilot rounds, before each went on alone."""
    for pilot in facts.pilots:
        text, unit = (
            ("full text", "reports")
            if pilot.stage == Stage.FULL_TEXT
            else ("title and abstract", "records")
        )
        yield sentence(
            f"In pilot round {pilot.number}, {apnumber(pilot.reviewers)} reviewers "
            f"each judged the {text} of the same {pilot.size:,} {unit}, drawn at "
            "random, without seeing one another's judgments, and compared them "
            "afterwards; these judgments "
            f"{'counted' if pilot.counts else 'did not count'} for the review"
        )


def judging(facts: Facts) -> Iterator[Parts]:
    """Say how many people judged, and how conflicts were settled."""
    yield from tell(
        facts,
        "records",
        facts.records,
        did="judged the title and abstract of",
        none="No titles and abstracts have been judged",
        planned=facts.review.title_abstract_reviewers,
        is_mixed=Stage.TITLE_ABSTRACT in facts.of_mixed_numbers,
    )
    yield from tell(
        facts,
        "reports",
        facts.reports,
        did="judged the full text of",
        none="No full texts have been judged",
        planned=facts.review.full_text_reviewers,
        is_mixed=Stage.FULL_TEXT in facts.of_mixed_numbers,
    )
    if facts.reports.total:
        yield sentence(
            "An excluded report is counted under one reason, the first criterion in "
            + (
                "the order of the protocol that all reviewers gave, or else that any "
                "of them gave"
                if facts.review.full_text_reviewers > 2
                else "the order of the protocol that both reviewers gave, or else that "
                "either gave"
            )
            if facts.reports.by_two
            else "An excluded report is counted under one reason, the first in the "
            "order of the protocol"
        )
