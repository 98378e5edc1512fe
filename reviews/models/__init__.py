from reviews.models.event import Event
from reviews.models.protocol import (
    Amendment,
    Criterion,
    CriterionVersion,
    ExtractionField,
    ExtractionFieldVersion,
    Instrument,
    Protocol,
)
from reviews.models.record import DistinctPair, DuplicateSet, Record
from reviews.models.report import Report, ReportFile
from reviews.models.review import (
    Member,
    MemberRole,
    Review,
    Role,
    Settlement,
    Stage,
    Verdict,
)
from reviews.models.search import Import, ImportProblem, Search
from reviews.models.study import (
    AppraisalTarget,
    SettledJudgment,
    SettledValue,
    Study,
)
from reviews.models.user import User

__all__ = [
    "Amendment",
    "AppraisalTarget",
    "Criterion",
    "CriterionVersion",
    "DistinctPair",
    "DuplicateSet",
    "Event",
    "ExtractionField",
    "ExtractionFieldVersion",
    "Import",
    "ImportProblem",
    "Instrument",
    "Member",
    "MemberRole",
    "Protocol",
    "Record",
    "Report",
    "ReportFile",
    "Review",
    "Role",
    "Search",
    "SettledJudgment",
    "SettledValue",
    "Settlement",
    "Stage",
    "Study",
    "User",
    "Verdict",
]
