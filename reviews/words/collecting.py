"""The data collection and the appraisal in words: PRISMA 2020, items 9 to 11."""

from collections.abc import Iterator

from reviews.instruments import words
from reviews.words.facts import Facts
from reviews.words.independence import tell
from reviews.words.parts import (
    Parts,
    counted,
    listed,
    sentence,
    were,
    within,
)


def items(facts: Facts) -> Iterator[Parts]:
    """Say what was extracted."""
    if not facts.fields:
        yield sentence("The data items are not recorded")
        return
    labels = [
        f"{within(each.label)} ({each.unit})" if each.unit else within(each.label)
        for each in facts.fields
    ]
    yield sentence(
        "Of each study ",
        counted(len(labels), "item", url=facts.listed("fields", "all")),
        f" {were(len(labels))} asked for: ",
        listed(labels),
    )


def collection(facts: Facts) -> Iterator[Parts]:
    """Say how many people extracted the data."""
    yield from tell(
        facts,
        "values",
        facts.values,
        did="extracted",
        none="No value has been settled",
        planned=facts.review.extraction_reviewers,
    )


def appraisal(facts: Facts) -> Iterator[Parts]:
    """Say with what the studies were appraised, and by how many."""
    if not facts.instruments:
        yield sentence("No appraisal instrument is part of the protocol")
        return
    told = []
    for each in facts.instruments:
        designs = [words.label(code).lower() for code in each.designs]
        told.append(f"{each.name} ({'; '.join(designs)})" if designs else each.name)
    yield sentence("For the appraisal the protocol names ", listed(told))
    yield from tell(
        facts,
        "judgments",
        facts.judged,
        did="made",
        none="No judgment has been settled",
        planned=facts.review.appraisal_reviewers,
    )
