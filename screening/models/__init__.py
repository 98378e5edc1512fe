from screening.models.appraisal import AppraisalAnswer
from screening.models.decision import Choice, Decision, Resolution, Tick
from screening.models.extraction import ExtractionEntry
from screening.models.moving import (
    ImportedDecision,
    VoteImport,
    VotePerson,
    VoteProblem,
)

__all__ = [
    "AppraisalAnswer",
    "Choice",
    "Decision",
    "ExtractionEntry",
    "ImportedDecision",
    "Resolution",
    "Tick",
    "VoteImport",
    "VotePerson",
    "VoteProblem",
]
