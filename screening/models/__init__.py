from screening.models.appraisal import AppraisalAnswer
from screening.models.decision import Choice, Decision, Resolution, Tick
from screening.models.extraction import ExtractionEntry

__all__ = [
    "AppraisalAnswer",
    "Choice",
    "Decision",
    "ExtractionEntry",
    "Resolution",
    "Tick",
]
