"""The methods in words, a paragraph on each matter: PRISMA 2020, items 5 to 11, 24."""

from collections.abc import Iterator

from django.conf import settings

from reviews.words import collecting, protocol, searching, selection_process
from reviews.words.facts import Facts
from reviews.words.parts import Paragraph, Parts, sentence


def paragraphs(facts: Facts) -> Iterator[Paragraph]:
    """Yield the methods, a paragraph on each matter."""
    yield Paragraph("Protocol and registration", tuple(protocol.registration(facts)))
    yield Paragraph("Eligibility criteria", tuple(protocol.eligibility(facts)))
    yield Paragraph(
        "Information sources and search",
        (*searching.sources(facts), *searching.strategies(facts)),
    )
    yield Paragraph(
        "Selection process",
        (
            *selection_process.duplicates(facts),
            *selection_process.automation(facts),
            *selection_process.piloting(facts),
            *selection_process.judging(facts),
            *selection_process.stopping(facts),
        ),
    )
    yield Paragraph(
        "Data collection", (*collecting.items(facts), *collecting.collection(facts))
    )
    yield Paragraph("Appraisal of the studies", tuple(collecting.appraisal(facts)))
    yield Paragraph("Software", tuple(software(facts)))


def software(facts: Facts) -> Iterator[Parts]:
    """Say what the records were kept and judged in."""
    yield sentence(
        f"Records, decisions and data were kept in Twofold {settings.VERSION}, which "
        "also drew the flow diagram and made these sentences from them, without a "
        "language model"
    )
