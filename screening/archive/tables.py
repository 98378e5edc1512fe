"""Which tables the archive holds: every model of a review, each named here once.

A model that is added later and forgotten fails a test. Each table is a file of lines
of JSON, with a schema beside it; a stored file goes by its hash and never by the
name that it has on one machine's disk.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models

from reviews.models import (
    AlreadyThere,
    Amendment,
    AppraisalTarget,
    ChecklistAnswer,
    ColumnMapping,
    Criterion,
    CriterionCoding,
    CriterionVersion,
    Diagram,
    Dismissal,
    DistinctPair,
    DuplicateSet,
    Event,
    ExtractionField,
    ExtractionFieldVersion,
    Fingerprint,
    FlowSnapshot,
    Import,
    ImportProblem,
    ImportUndo,
    Instrument,
    Job,
    JointlyRemoved,
    JointRemoval,
    Manuscript,
    Member,
    MemberRole,
    PreviousReport,
    Protocol,
    Record,
    RelatedList,
    RelatedPair,
    RelatedReference,
    Report,
    ReportFile,
    Review,
    SavedFilter,
    ScreeningPlan,
    Search,
    SettledJudgment,
    SettledValue,
    Study,
    Table1Column,
    TakenOut,
    User,
    Wave,
)
from screening.models import (
    Allocation,
    AllocationPart,
    AllocationPerson,
    AllocationRecord,
    AppraisalAnswer,
    BulkDecision,
    BulkLine,
    Decision,
    ExtractionEntry,
    HandedItem,
    Handover,
    ImportedDecision,
    Label,
    Labelling,
    NumberChange,
    PilotItem,
    PilotPerson,
    PilotRound,
    PilotTick,
    PilotVote,
    Postponement,
    Quote,
    Ranking,
    Resolution,
    SampledRecord,
    SelfCheck,
    SelfCheckSetting,
    SetAside,
    SetAsideVote,
    Statement,
    Stop,
    StopCertificate,
    Tick,
    VoteImport,
    VotePerson,
    VoteProblem,
    WordList,
    WordListOff,
)

Model = type[models.Model]

# Model -> how it leads to its review. In this order they are restored.
TABLES: Mapping[Model, str] = {
    Review: "pk",
    Member: "review",
    MemberRole: "member__review",
    Protocol: "review",
    ScreeningPlan: "review",
    Amendment: "review",
    Criterion: "review",
    CriterionVersion: "criterion__review",
    ExtractionField: "review",
    ExtractionFieldVersion: "field__review",
    CriterionCoding: "criterion__review",
    Instrument: "review",
    Wave: "review",
    Search: "review",
    Import: "search__review",
    ImportProblem: "source_import__search__review",
    ImportUndo: "source_import__search__review",
    ColumnMapping: "review",
    DuplicateSet: "review",
    Record: "review",
    AlreadyThere: "source_import__search__review",
    TakenOut: "record__review",
    JointRemoval: "review",
    JointlyRemoved: "joint_removal__review",
    DistinctPair: "review",
    RelatedPair: "review",
    Study: "review",
    Report: "review",
    Report.records.through: "report__review",
    ReportFile: "report__review",
    SettledValue: "study__review",
    AppraisalTarget: "study__review",
    SettledJudgment: "target__study__review",
    PreviousReport: "review",
    FlowSnapshot: "review",
    Diagram: "review",
    Manuscript: "review",
    Table1Column: "review",
    ChecklistAnswer: "review",
    Dismissal: "review",
    RelatedList: "review",
    RelatedReference: "related_list__review",
    Event: "review",
    Decision: "review",
    Tick: "decision__review",
    VoteImport: "review",
    VotePerson: "vote_import__review",
    ImportedDecision: "decision__review",
    VoteProblem: "vote_import__review",
    Resolution: "review",
    Resolution.resolved.through: "resolution__review",
    Stop: "review",
    SampledRecord: "stop__review",
    StopCertificate: "stop__review",
    Allocation: "review",
    AllocationPart: "allocation__review",
    AllocationPerson: "part__allocation__review",
    AllocationRecord: "part__allocation__review",
    Handover: "review",
    HandedItem: "handover__review",
    SetAside: "review",
    SetAsideVote: "set_aside__review",
    NumberChange: "review",
    Statement: "decision__review",
    PilotRound: "review",
    PilotRound.measured.through: "pilotround__review",
    PilotPerson: "pilot_round__review",
    PilotItem: "pilot_round__review",
    PilotVote: "pilot_round__review",
    PilotTick: "vote__pilot_round__review",
    ExtractionEntry: "study__review",
    ExtractionEntry.resolved.through: "from_extractionentry__study__review",
    AppraisalAnswer: "target__study__review",
    AppraisalAnswer.resolved.through: "from_appraisalanswer__target__study__review",
    WordList: "review",
    Label: "review",
    Labelling: "review",
    Quote: "review",
}
# What is left out, and why.
LEFT_OUT: Mapping[Model, str] = {
    User: "An account is the instance's; who took part stands in data/people.ndjson.",
    User.groups.through: "What an account may do belongs to the instance.",
    Job: "Work in the background is the instance's, and ends.",
    Fingerprint: "It is made again from the record.",
    WordListOff: "Which lists somebody switched off is a setting of their own.",
    Ranking: "It is learned again from the records, the judgments and the seed.",
    SavedFilter: "A list can be asked the same again; most are one person's own.",
    BulkDecision: "Each decision stands by itself; this only takes them back at once.",
    BulkDecision.criteria.through: "As with the decisions that were made at once.",
    BulkLine: "As with the decisions that were made at once.",
    Postponement: "What somebody puts off is their own order of work, and ends.",
    SelfCheck: "It is one person's own, and counts for nothing in the review.",
    SelfCheck.criteria.through: "It is one person's own, as its self-check is.",
    SelfCheckSetting: "What somebody wants for themself is no part of the review.",
    User.user_permissions.through: "What an account may do belongs to the instance.",
}
PEOPLE = "people"
PERSON_COLUMNS = ("username", "first_name", "last_name", "email", "is_active")

_TYPES: Mapping[str, str] = {
    "BigAutoField": "integer",
    "PositiveSmallIntegerField": "integer",
    "PositiveIntegerField": "integer",
    "PositiveBigIntegerField": "integer",
    "BigIntegerField": "integer",
    "BooleanField": "boolean",
    "CharField": "string",
    "SlugField": "string",
    "EmailField": "string",
    "TextField": "string",
    "DateTimeField": "datetime",
    "UUIDField": "uuid",
    "JSONField": "json",
}
_BIG = ("BigAutoField", "BigIntegerField", "PositiveBigIntegerField")


@dataclass(frozen=True)
class Column:
    """A column of a table: how it is read from the database and what it holds."""

    name: str
    attname: str
    # integer, boolean, string, datetime, uuid, json; key, person.
    kind: str
    nullable: bool
    max_length: int | None = None
    # The model that a key points at.
    target: Model | None = None
    is_primary: bool = False
    # A number as wide as a key, where others are half as wide.
    is_big: bool = False


def name_of(model: Model) -> str:
    """Return the name of the model's table."""
    return model._meta.db_table


def path_of(model: Model) -> str:
    """Return the name of the table's file in the archive."""
    return f"data/{name_of(model)}.ndjson"


@cache
def columns(model: Model) -> tuple[Column, ...]:
    """Return the columns of a model, but for where a file lies on the disk."""
    return tuple(
        _column(each)
        for each in model._meta.concrete_fields
        if not isinstance(each, models.FileField)
    )


def _column(field: "models.Field[Any, Any]") -> Column:
    if isinstance(field, models.ForeignKey):
        target: Model = field.related_model
        kind = "person" if target is User else "key"
        return Column(field.name, field.attname, kind, field.null, target=target)
    return Column(
        field.name,
        field.attname,
        _TYPES[_kind(field)],
        field.null,
        field.max_length,
        is_primary=field.primary_key,
        is_big=_kind(field) in _BIG,
    )


def _kind(field: "models.Field[Any, Any]") -> str:
    """Return the field's kind by Django's own name, whatever class we made of it."""
    return next(
        each.__name__ for each in type(field).__mro__ if each.__name__ in _TYPES
    )


def schema(model: Model) -> dict[str, Any]:
    """Return the JSON Schema of one line of the model's table."""
    return _schema(
        name_of(model),
        " ".join((model.__doc__ or "").split("\n", 1)[0].split())
        if not model._meta.auto_created
        else f"Which {model._meta.verbose_name} belong together.",
        {column.name: _property(column) for column in columns(model)},
    )


def people_schema() -> dict[str, Any]:
    """Return the JSON Schema of one line of the people."""
    kinds = {name: {"type": "string"} for name in PERSON_COLUMNS}
    about = "Everybody who took part, by user name."
    return _schema(PEOPLE, about, {**kinds, "is_active": {"type": "boolean"}})


def _schema(
    title: str, description: str, properties: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        "type": "object",
        "properties": dict(properties),
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _property(column: Column) -> dict[str, Any]:
    if column.kind == "json":
        return {}
    found: dict[str, Any] = dict(_PROPERTIES[column.kind])
    if column.kind == "key" and column.target is not None:
        found["description"] = f"id in {name_of(column.target)}"
    if column.max_length and column.kind == "string":
        found["maxLength"] = column.max_length
    if column.nullable:
        found["type"] = [found["type"], "null"]
    return found


_PROPERTIES: Mapping[str, Mapping[str, Any]] = {
    "integer": {"type": "integer"},
    "key": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "string": {"type": "string"},
    "datetime": {"type": "string", "format": "date-time"},
    "uuid": {"type": "string", "format": "uuid"},
    "person": {"type": "string", "description": "username in people"},
}


def arrangement() -> dict[str, list[str]]:
    """Return the columns of every table, as an archive of this version has them."""
    found = {name_of(model): _names(model) for model in TABLES}
    return {**found, PEOPLE: sorted(PERSON_COLUMNS)}


def _names(model: Model) -> list[str]:
    return sorted(column.name for column in columns(model))


def referring(model: Model) -> Iterator[Column]:
    """Yield the columns of a model that name a person."""
    return (column for column in columns(model) if column.kind == "person")
