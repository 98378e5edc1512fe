from reviews.models.audit import Dismissal, RelatedList, RelatedReference
from reviews.models.event import Event
from reviews.models.flow import Diagram, FlowSnapshot, PreviousReport
from reviews.models.holding import AlreadyThere, TakenOut
from reviews.models.job import Job
from reviews.models.manuscript import ChecklistAnswer, Manuscript, Table1Column
from reviews.models.plan import ScreeningPlan
from reviews.models.protocol import (
    Amendment,
    Criterion,
    CriterionCoding,
    CriterionVersion,
    ExtractionField,
    ExtractionFieldVersion,
    Instrument,
    Protocol,
)
from reviews.models.record import (
    DistinctPair,
    DuplicateSet,
    Fingerprint,
    Record,
    RelatedPair,
)
from reviews.models.removal import JointlyRemoved, JointRemoval
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
from reviews.models.saved_filter import SavedFilter
from reviews.models.search import (
    ColumnMapping,
    Import,
    ImportProblem,
    ImportUndo,
    Search,
    Wave,
)
from reviews.models.study import (
    AppraisalTarget,
    SettledJudgment,
    SettledValue,
    Study,
)
from reviews.models.user import User

__all__ = [
    "AlreadyThere",
    "Amendment",
    "AppraisalTarget",
    "ChecklistAnswer",
    "ColumnMapping",
    "Criterion",
    "CriterionCoding",
    "CriterionVersion",
    "Diagram",
    "Dismissal",
    "DistinctPair",
    "DuplicateSet",
    "Event",
    "ExtractionField",
    "ExtractionFieldVersion",
    "Fingerprint",
    "FlowSnapshot",
    "Import",
    "ImportProblem",
    "ImportUndo",
    "Instrument",
    "Job",
    "JointRemoval",
    "JointlyRemoved",
    "Manuscript",
    "Member",
    "MemberRole",
    "PreviousReport",
    "Protocol",
    "Record",
    "RelatedList",
    "RelatedPair",
    "RelatedReference",
    "Report",
    "ReportFile",
    "Review",
    "Role",
    "SavedFilter",
    "ScreeningPlan",
    "Search",
    "SettledJudgment",
    "SettledValue",
    "Settlement",
    "Stage",
    "Study",
    "Table1Column",
    "TakenOut",
    "User",
    "Verdict",
    "Wave",
]
