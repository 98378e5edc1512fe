"""Makes a synthetic review that was carried through to its included studies.

Used by the benchmarks: rows are written in bulk, with the history that the rules would
have left, so that `check_settled` finds nothing and any date can be replayed. One
record in ten is a merged copy; one in ten of the others is included and retrieved; one
report in four of these is included, and each is a study with its values.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from reviews import adoption, criteria, extraction_fields, members, setup
from reviews.models import (
    DuplicateSet,
    Event,
    ExtractionField,
    Import,
    Record,
    Report,
    Review,
    Role,
    Search,
    SettledValue,
    Settlement,
    Stage,
    Study,
    User,
    Verdict,
)
from screening.models import Choice, Decision, ExtractionEntry, Tick

BATCH = 2000
BEGIN = datetime(2025, 1, 6, 9, tzinfo=UTC)
SOURCES = ("MEDLINE", "Embase", "CENTRAL", "PsycINFO")
COUNTRIES = ("Brazil", "Canada", "France", "Japan", "United States")


def make(records: int, *, seed: int = 7, slug: str = "bench") -> Review:
    """Make the review and return it; its people are owner, bob and carol."""
    maker = _Maker(records, random.Random(seed), slug)
    maker.people()
    maker.protocol()
    maker.records()
    maker.screening()
    maker.full_texts()
    maker.studies()
    return maker.review


class _Maker:
    def __init__(self, number: int, chance: random.Random, slug: str) -> None:
        self.number, self.chance, self.slug = number, chance, slug

    def people(self) -> None:
        self.owner, self.bob, self.carol = (
            User.objects.create_user(name, f"{name}@example.org")
            for name in ("owner", "bob", "carol")
        )
        self.review = setup.create(
            slug=self.slug, title="A synthetic review", owner=self.owner
        )
        for user in (self.bob, self.carol):
            members.add(self.review, user, [members.Part(Role.REVIEWER)], by=self.owner)

    def protocol(self) -> None:
        for code in ("E1", "E2", "E3", "E4"):
            criteria.add(
                self.review,
                kind="exclusion",
                code=code,
                text=f"Criterion {code}",
                reason=f"Reason {code}",
                by=self.owner,
            )
        for code, label, kind in (
            ("country", "Country", "text"),
            ("participants", "Participants", "number"),
            ("findings", "Key findings", "text"),
        ):
            extraction_fields.add(
                self.review,
                code=code,
                label=label,
                kind=ExtractionField.Kind(kind),
                in_table1=True,
                by=self.owner,
            )
        adoption.adopt(self.review, "rob2", by=self.owner)
        self.criteria = list(self.review.criteria.in_force())
        self.versions = [one.versions.get() for one in self.criteria]
        self.fields = list(self.review.extraction_fields.in_force())

    def records(self) -> None:
        searches = [
            Search.objects.create(review=self.review, name=name, source=name)
            for name in SOURCES
        ]
        imports = [self._import(search) for search in searches]
        Record.objects.bulk_create(
            (
                self._record(number, searches[number % 4], imports[number % 4])
                for number in range(self.number)
            ),
            batch_size=BATCH,
        )
        self._merge()

    def _import(self, search: Search) -> Import:
        made = Import(
            search=search,
            file_name=f"{search.name}.ris",
            sha256=f"{search.pk:064x}",
            size=2,
            state=Import.State.IMPORTED,
            imported_at=BEGIN,
            uploaded_by=self.owner,
        )
        made.file.save(f"{search.name}.ris", ContentFile(b"\n\n"))
        return made

    def _record(self, number: int, search: Search, made: Import) -> Record:
        words = " ".join(self.chance.choices(WORDS, k=14))
        abstract = " ".join(self.chance.choices(WORDS, k=230))
        return Record(
            review=self.review,
            search=search,
            source_import=made,
            source_id=f"SYN-{number}",
            line=number + 1,
            original=f"TY  - JOUR\nTI  - {words}\nAB  - {abstract}\nER  - \n",
            title=words.capitalize(),
            abstract=abstract,
            authors=[f"Family{number % 977}, A", "Other, B C"],
            year=1995 + number % 30,
            journal="Journal of Synthetic Results",
            volume=str(number % 90),
            pages=f"{number % 900}-{number % 900 + 9}",
            doi=f"10.5555/syn.{number}",
            publication_type="JOUR",
            added_at=BEGIN,
        )

    def _merge(self) -> None:
        """Merge every tenth record into the one before it."""
        keys = list(self.review.records.order_by("pk").values_list("pk", flat=True))
        pairs = [(keys[i - 1], keys[i]) for i in range(9, len(keys), 10)]
        at = BEGIN + timedelta(hours=1)
        DuplicateSet.objects.bulk_create(
            (
                DuplicateSet(
                    review=self.review,
                    number=number,
                    state=DuplicateSet.State.MERGED,
                    basis="The same title",
                    found_at=BEGIN,
                    settled_at=at,
                    settled_by=self.owner,
                )
                for number, _ in enumerate(pairs, 1)
            ),
            batch_size=BATCH,
        )
        sets = list(self.review.duplicate_sets.order_by("number"))
        changed, old, new = [], {}, {}
        for found, (kept, copy) in zip(sets, pairs, strict=True):
            changed.append(Record(pk=kept, duplicate_set=found))
            changed.append(Record(pk=copy, duplicate_set=found, duplicate_of_id=kept))
            old[found.number] = _facts(found.number, "found", kept, copy, None)
            new[found.number] = _facts(found.number, "merged", kept, copy, kept)
        Record.objects.bulk_update(
            changed, ["duplicate_set", "duplicate_of"], batch_size=500
        )
        self._event(at, "duplicates.merged", old=old, new=new)
        self.standing = sorted(set(keys) - {copy for _, copy in pairs})

    def screening(self) -> None:
        """Let both judge every record alike; one in ten goes on."""
        reasons = {
            pk: None if index % 10 == 0 else index % 4
            for index, pk in enumerate(self.standing)
        }
        self._judge(Stage.TITLE_ABSTRACT, "record", reasons)
        self._settle(Record, "record", reasons, days=2)
        self.included = [pk for pk, reason in reasons.items() if reason is None]

    def full_texts(self) -> None:
        records = Record.objects.in_bulk(self.included, field_name="pk")
        at = BEGIN + timedelta(days=60)
        Report.objects.bulk_create(
            (
                Report(
                    review=self.review,
                    title=record.title,
                    authors=record.authors,
                    year=record.year,
                    citation=record.title,
                    added_at=at,
                    retrieval=Report.Retrieval.RETRIEVED,
                    retrieval_at=at,
                )
                for record in records.values()
            ),
            batch_size=BATCH,
        )
        keys = list(self.review.reports.order_by("pk").values_list("pk", flat=True))
        through = Report.records.through
        through.objects.bulk_create(
            (
                through(report_id=report, record_id=record)
                for report, record in zip(keys, records, strict=True)
            ),
            batch_size=BATCH,
        )
        self._history(
            (
                self._row(
                    at, "report.sought", "report", report, None, {"record": record}
                )
                for report, record in zip(keys, records, strict=True)
            )
        )
        self._history(
            self._row(
                at,
                "report.retrieved",
                "report",
                report,
                {"retrieval": "awaiting", "reason": ""},
                {"retrieval": "retrieved", "reason": ""},
            )
            for report in keys
        )
        reasons = {
            pk: None if index % 4 == 0 else index % 4 for index, pk in enumerate(keys)
        }
        self._judge(Stage.FULL_TEXT, "report", reasons)
        self._settle(Report, "report", reasons, days=90)
        self.reports = [pk for pk, reason in reasons.items() if reason is None]

    def studies(self) -> None:
        at = BEGIN + timedelta(days=200)
        Study.objects.bulk_create(
            (
                Study(
                    review=self.review,
                    label=f"Study {number:05}",
                    design="rct_parallel",
                    created_at=at,
                )
                for number, _ in enumerate(self.reports)
            ),
            batch_size=BATCH,
        )
        studies = list(self.review.studies.order_by("pk"))
        pairs = list(zip(self.reports, studies, strict=True))
        Report.objects.bulk_update(
            (Report(pk=pk, study=study) for pk, study in pairs), ["study"], 500
        )
        self._history(
            self._row(
                at, "study.grouped", "study", study.pk, None, {"reports": [report]}
            )
            for report, study in pairs
        )
        self._extract(studies, at)

    def _extract(self, studies: list[Study], at: datetime) -> None:
        def values() -> Iterator[tuple[Study, ExtractionField, str]]:
            for study in studies:
                country, participants, findings = self.fields
                yield study, country, self.chance.choice(COUNTRIES)
                yield study, participants, str(self.chance.randint(10, 900))
                yield study, findings, "The outcome was better with the intervention."

        told = list(values())
        for reviewer in (self.bob, self.carol):
            ExtractionEntry.objects.bulk_create(
                (
                    ExtractionEntry(
                        study=study,
                        field=field,
                        field_version=1,
                        reviewer=reviewer,
                        value=value,
                        entered_at=at,
                    )
                    for study, field, value in told
                ),
                batch_size=BATCH,
            )
        SettledValue.objects.bulk_create(
            (
                SettledValue(
                    study=study,
                    field=field,
                    field_version=1,
                    value=value,
                    settlement=Settlement.AGREEMENT,
                    settled_at=at,
                )
                for study, field, value in told
            ),
            batch_size=BATCH,
        )

    def _judge(self, stage: Stage, noun: str, reasons: dict[int, int | None]) -> None:
        for reviewer in (self.bob, self.carol):
            Decision.objects.bulk_create(
                (
                    Decision(
                        review=self.review,
                        stage=stage,
                        reviewer=reviewer,
                        choice=Choice.INCLUDE if reason is None else Choice.EXCLUDE,
                        decided_at=BEGIN + timedelta(days=1),
                        **{f"{noun}_id": pk},
                    )
                    for pk, reason in reasons.items()
                ),
                batch_size=BATCH,
            )
        made = Decision.objects.filter(stage=stage, choice=Choice.EXCLUDE)
        ticked = made.values_list("pk", f"{noun}_id")
        Tick.objects.bulk_create(
            (
                Tick(decision_id=pk, criterion=self.versions[reasons[item] or 0])
                for pk, item in ticked
            ),
            batch_size=BATCH,
        )

    def _settle(
        self,
        model: type[Record] | type[Report],
        noun: str,
        reasons: dict[int, int | None],
        *,
        days: int,
    ) -> None:
        changed: list[Any] = []
        rows: list[Event] = []
        nothing = {"verdict": "", "settlement": "", "counted_reason": None}
        for index, (pk, reason) in enumerate(reasons.items()):
            at = BEGIN + timedelta(days=days + index * 50 // len(reasons))
            criterion = None if reason is None else self.criteria[reason]
            verdict = Verdict.INCLUDE if criterion is None else Verdict.EXCLUDE
            changed.append(
                model(
                    pk=pk,
                    verdict=verdict,
                    settlement=Settlement.AGREEMENT,
                    counted_reason=criterion,
                    settled_at=at,
                )
            )
            new = {
                "verdict": verdict.value,
                "settlement": "agreement",
                "counted_reason": criterion.pk if criterion else None,
            }
            rows.append(self._row(at, f"{noun}.settled", noun, pk, nothing, new))
        fields = ["verdict", "settlement", "counted_reason", "settled_at"]
        model._default_manager.bulk_update(changed, fields, batch_size=200)
        self._history(iter(rows))

    def _event(self, at: datetime, action: str, *, old: Any, new: Any) -> None:
        self._history(iter([self._row(at, action, "", None, old, new)]))

    def _history(self, rows: Iterator[Event]) -> None:
        Event.objects.bulk_create(rows, batch_size=BATCH)

    def _row(
        self,
        at: datetime,
        action: str,
        noun: str,
        pk: int | None,
        old: Any,
        new: Any,
    ) -> Event:
        return Event(
            review=self.review,
            at=at,
            by=self.owner,
            action=action,
            subject_type=noun,
            subject_id=pk,
            summary=action,
            old=old,
            new=new,
        )


def _facts(
    number: int, state: str, kept: int, copy: int, duplicate_of: int | None
) -> dict[str, Any]:
    return {
        "number": number,
        "state": state,
        "duplicate_of": {kept: None, copy: duplicate_of},
    }


WORDS = (
    "ketamine esketamine depression treatment resistant randomised controlled trial "
    "patients infusion intranasal placebo midazolam response remission suicidal "
    "ideation anxiety efficacy safety tolerability adults adolescents outcome baseline"
).split()
