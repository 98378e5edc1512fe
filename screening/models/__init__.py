from screening.models.allocation import (
    Allocation,
    AllocationPart,
    AllocationPerson,
    AllocationRecord,
    HandedItem,
    Handover,
)
from screening.models.appraisal import AppraisalAnswer
from screening.models.bulk import BulkDecision, BulkLine
from screening.models.conflict import Statement
from screening.models.decision import Choice, Decision, Resolution, Tick
from screening.models.extraction import ExtractionEntry
from screening.models.label import Label, Labelling
from screening.models.moving import (
    ImportedDecision,
    VoteImport,
    VotePerson,
    VoteProblem,
)
from screening.models.number import NumberChange
from screening.models.pilot import (
    PilotItem,
    PilotPerson,
    PilotRound,
    PilotTick,
    PilotVote,
)
from screening.models.postponement import Postponement
from screening.models.quote import Quote
from screening.models.ranking import Ranking
from screening.models.selfcheck import SelfCheck, SelfCheckSetting
from screening.models.set_aside import SetAside, SetAsideVote
from screening.models.stopping import SampledRecord, Stop, StopCertificate
from screening.models.words import Colour, Meaning, WordList, WordListOff

__all__ = [
    "Allocation",
    "AllocationPart",
    "AllocationPerson",
    "AllocationRecord",
    "AppraisalAnswer",
    "BulkDecision",
    "BulkLine",
    "Choice",
    "Colour",
    "Decision",
    "ExtractionEntry",
    "HandedItem",
    "Handover",
    "ImportedDecision",
    "Label",
    "Labelling",
    "Meaning",
    "NumberChange",
    "PilotItem",
    "PilotPerson",
    "PilotRound",
    "PilotTick",
    "PilotVote",
    "Postponement",
    "Quote",
    "Ranking",
    "Resolution",
    "SampledRecord",
    "SelfCheck",
    "SelfCheckSetting",
    "SetAside",
    "SetAsideVote",
    "Statement",
    "Stop",
    "StopCertificate",
    "Tick",
    "VoteImport",
    "VotePerson",
    "VoteProblem",
    "WordList",
    "WordListOff",
]
