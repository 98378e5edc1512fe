"""A review that has a row in every table of the archive, with text that is awkward."""

import hashlib
import uuid
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from reviews import events, reports, targets
from reviews.duplicates import merging
from reviews.imports import loading, undoing
from reviews.instruments.sheets import Sheet
from reviews.models import (
    Amendment,
    ChecklistAnswer,
    ColumnMapping,
    Criterion,
    CriterionCoding,
    Diagram,
    Dismissal,
    FlowSnapshot,
    ImportProblem,
    JointRemoval,
    Manuscript,
    PreviousReport,
    Record,
    RelatedList,
    RelatedPair,
    RelatedReference,
    Review,
    Search,
    Stage,
    Study,
    Table1Column,
    User,
    Wave,
)
from reviews.models.record import DistinctPair, DuplicateSet
from screening import conflicts, decisions, judging, quotes
from screening.allocation import changing
from screening.allocation.dealing import Part
from screening.appraisal import answering
from screening.appraisal import consensus as appraisal_consensus
from screening.archive.tables import TABLES
from screening.extraction import consensus, entering
from screening.labels import putting, vocabulary
from screening.leaving import setting_aside
from screening.models import (
    Allocation,
    Choice,
    HandedItem,
    Handover,
    Statement,
    Stop,
    StopCertificate,
    VoteImport,
    VoteProblem,
)
from screening.numbers import changing as numbers
from screening.pilots import rounds
from screening.words import lists
from screening.words.lists import Facts
from tests.cast import Cast
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_instrument,
    create_record,
    create_search,
    create_staffed_review,
)
from tests.screening.moving_in import moved

AWKWARD = (
    'O\'Brien said "no"; 1,5 mg\r\n=SUM(A1)\n\ttab '
    "抑郁症 العربية 🧪 \u2028 é e\u0301 \\n {}"
)
LOW = {"1.1": "Y", "1.2": "Y", "1.3": "N"}
HIGH = {"1.1": "N", "1.2": "N", "1.3": "Y"}
PDF = b"%PDF-1.4\n%\xe2\xe3 not much of one\n%%EOF\n"


def create_whole_review(*, text: str = AWKWARD) -> tuple[Review, Cast]:
    """Create a review whose screening, extraction and appraisal are settled."""
    review, cast = create_staffed_review(
        slug="whole", title=f"Whole {text}", notice=text
    )
    search = _searches(review, cast, text)
    record, other = _screened(review, cast, search, text)
    study = _assessed(review, cast, record, other, text)
    _extracted(review, cast, study, text)
    _appraised(review, cast, study, text)
    _stopped(review, cast, record, text)
    _written_up(review, cast, text)
    events.record(
        review,
        "review.tried",
        text,
        by=None,
        old={"z": 1, "a": [1.5, None, True, text], "huge": 1e22, "small": 1e-7},
        new=None,
    )
    return review, cast


def _searches(review: Review, cast: Cast, text: str) -> Search:
    wave = Wave.objects.create(review=review, number=1, name="First")
    search = create_search(
        review=review, wave=wave, name="MEDLINE", strategy=text, notes=f"secret {text}"
    )
    data = b"TY  - JOUR\nTI  - Imported\nAU  - O'Brien, A\nER  - \n"
    made = loading.import_at_once(search, file_name="a b.ris", data=data, by=cast.alice)
    ImportProblem.objects.create(
        source_import=made, severity="warning", line=1, message=text
    )
    # A file with the same record and another, which was taken out again.
    more = data + b"TY  - JOUR\nTI  - Taken out\nAU  - Ng, B\nER  - \n"
    out = loading.import_at_once(search, file_name="more.ris", data=more, by=cast.alice)
    undoing.undo(out, by=cast.alice)
    ColumnMapping.objects.create(
        review=review,
        digest="0" * 64,
        headings=[text, "b"],
        mapping={"title": [text]},
        confirmed_by=cast.alice,
    )
    return search


def _screened(
    review: Review, cast: Cast, search: Search, text: str
) -> tuple[Record, Record]:
    wrong = create_criterion(review=review, code="E1", reason="Wrong design", text=text)
    website = create_search(review=review, name="A website", kind="website")
    record = create_record(
        review=review,
        search=search,
        title=f"=Kept {text}",
        abstract=f"abstract-text {text}",
        original=text,
        authors=[text, "Two, B"],
        keywords=[text],
    )
    other = create_record(review=review, search=website, title="Found elsewhere")
    out = create_record(review=review, search=search, title="Out")
    create_record(
        review=review, search=search, removal="automation", removal_reason="A tool"
    )
    RelatedPair.objects.create(review=review, first=record, second=other, basis=text)
    _moved_in(review, cast, out, text)
    _piloted(review, cast, wrong, text)
    copies = [create_record(review=review, search=search, title="Copy") for _ in "ab"]
    found = DuplicateSet.objects.create(review=review, number=1, basis=text)
    Record.objects.filter(pk__in=[each.pk for each in copies]).update(
        duplicate_set=found
    )
    copies = [Record.objects.get(pk=each.pk) for each in copies]
    # A lone vote on what will be a copy: it stays blind.
    decisions.decide(copies[1], Choice.INCLUDE, reviewer=cast.bob, note="lone vote")
    merging.merge(found, keep=copies[0], by=cast.alice)
    DistinctPair.objects.create(
        review=review, first=record, second=other, said_by=cast.alice
    )
    _marked(review, cast, record, text)
    for each in review.records.to_screen().order_by("pk"):
        if each.pk == out.pk:
            continue
        choice = Choice.INCLUDE if each.pk in (record.pk, other.pk) else Choice.EXCLUDE
        for reviewer in (cast.bob, cast.carol):
            _decide(each, choice, reviewer, wrong, note=f"secret note {text}")
    _decide(out, Choice.INCLUDE, cast.bob, wrong)
    _decide(out, Choice.EXCLUDE, cast.bob, wrong)
    _decide(out, Choice.INCLUDE, cast.carol, wrong)
    for side in conflicts.sides(out):
        Statement.objects.create(
            decision=side, by=side.reviewer, quote=f"secret words {text}"
        )
    conflicts.resolve(
        out,
        Choice.EXCLUDE,
        resolver=cast.dan,
        reason=f"secret reason {text}",
        criterion=wrong,
        cause="wording",
    )
    _dealt_out(review, cast, record, text)
    return record, other


def _marked(review: Review, cast: Cast, record: Record, text: str) -> None:
    """Highlight, label and quote; a label is merged into one that came later."""
    lists.create(
        review,
        Facts(f"Words {text}"[:80], "include", "green", "ketamine"),
        by=cast.alice,
        is_shared=True,
    )
    early = vocabulary.create(review, "Early", by=cast.alice)
    putting.put(record, ["early", f"Own {text}"[:60]], person=cast.bob)
    putting.put(record, [], off=["early"], person=cast.bob)
    late = vocabulary.create(review, "Late", by=cast.alice)
    vocabulary.merge(early, late, by=cast.alice)
    quote = quotes.mark(
        record, "abstract", "abstract-text", person=cast.bob, remark=f"secret {text}"
    )
    quotes.take_away(quote, person=cast.bob)


def _dealt_out(review: Review, cast: Cast, record: Record, text: str) -> None:
    """Give records to people, set votes aside and back, and change the number."""
    bob, carol = cast.bob, cast.carol
    made = changing.change(
        review,
        Stage.TITLE_ABSTRACT,
        Allocation.Way.BATCH,
        [
            Part(
                frozenset({bob.pk, carol.pk}),
                first=record.pk,
                last=record.pk,
                name=text[:200],
            ),
            Part(
                frozenset({bob.pk, carol.pk}),
                named=Record.stored.filter(pk=record.pk).values_list("pk", flat=True),
            ),
        ],
        by=cast.alice,
        reason=text,
    )
    handover = Handover.objects.create(
        review=review, allocation=made, giver=bob, taker=carol, made_by=cast.alice
    )
    HandedItem.objects.create(handover=handover, record=record, place_of=bob)
    (aside,) = setting_aside.ask(
        review,
        carol,
        [Stage.TITLE_ABSTRACT],
        reason=text,
        by=cast.alice,
        token=uuid.uuid4(),
    )
    aside = setting_aside.set_aside(aside, by=cast.alice)
    setting_aside.bring_back(aside, by=cast.alice)
    for number in (1, 2):
        asked = numbers.ask(
            review, Stage.TITLE_ABSTRACT, number, by=cast.alice, because=text
        )
        numbers.change(asked, by=cast.alice)
        review.refresh_from_db()


def _moved_in(review: Review, cast: Cast, record: Record, text: str) -> None:
    """Move in a vote that is changed here afterwards."""
    votes = moved.moved(
        review,
        [moved.row(record, "Carol C", "include", note="secret")],
        by=cast.alice,
        people={"Carol C": cast.carol},
    )
    VoteImport.objects.update(file_name=text, criteria={text: "E1"}, words={"b": "a"})
    votes.people.update(name=text)
    votes.decisions.update(
        person=text,
        said=text,
        labels=[text],
        reasons=[text],
        said_at=review.created_at,
    )
    VoteProblem.objects.create(vote_import=votes, line=2, message=text)
    VoteProblem.objects.create(
        vote_import=votes, line=3, message=text, record=record, reviewer=cast.bob
    )


def _piloted(review: Review, cast: Cast, wrong: Criterion, text: str) -> None:
    """Try the criteria in a round that does not count, then in one that does."""
    people = [cast.bob, cast.carol]
    stage = Stage.TITLE_ABSTRACT
    for counts in (False, True):
        search = review.searches.get(name="MEDLINE")
        for _ in "ab":
            create_record(review=review, search=search, title="Tried out")
        found = rounds.begin(
            review, stage, size=2, people=people, counts=counts, by=cast.alice
        )
        for item in found.items.order_by("position"):
            assert item.record is not None
            for person in people:
                judging.judge(
                    item.record,
                    Choice.EXCLUDE,
                    reviewer=person,
                    criteria=[wrong],
                    note=f"secret pilot {text}",
                    token=uuid.uuid4(),
                    pilot=None if counts else found.number,
                )
        rounds.close(found, by=cast.alice)


def _decide(
    record: Record, choice: Choice, reviewer: User, wrong: Criterion, note: str = ""
) -> None:
    ticks = [wrong] if choice == Choice.EXCLUDE else []
    decisions.decide(
        Record.objects.get(pk=record.pk),
        choice,
        reviewer=reviewer,
        criteria=ticks,
        note=note,
        token=uuid.uuid4(),
    )


def _assessed(
    review: Review, cast: Cast, record: Record, other: Record, text: str
) -> Study:
    wrong = review.criteria.get()
    kept, lost = record.reports.get(), other.reports.get()
    kept = reports.mark_retrieved(kept, by=cast.alice)
    file = kept.files.model(
        report=kept,
        name=text,
        size=len(PDF),
        sha256=hashlib.sha256(PDF).hexdigest(),
        pages=1,
        uploaded_by=cast.alice,
    )
    file.file.save("some.pdf", ContentFile(PDF))
    for reviewer in (cast.bob, cast.carol):
        decisions.decide(kept, Choice.INCLUDE, reviewer=reviewer)
    lost = reports.mark_retrieved(lost, by=cast.alice)
    for reviewer in (cast.bob, cast.carol):
        decisions.decide(lost, Choice.EXCLUDE, reviewer=reviewer, criteria=[wrong])
    study = Study.objects.create(
        review=review, label=f"Brody {text}", design="rct_parallel", notes="secret"
    )
    kept.refresh_from_db()
    kept.study = study
    kept.save()
    return study


def _extracted(review: Review, cast: Cast, study: Study, text: str) -> None:
    country = create_extraction_field(review=review, code="country", label=text)
    effect = create_extraction_field(
        review=review,
        code="effect",
        label="Effect",
        kind="choice",
        choices=["Better", "=Worse"],
        groups_table1=True,
    )
    for reviewer in (cast.bob, cast.carol):
        entering.enter(
            study, country, reviewer=reviewer, value=f"={text}", note="secret"
        )
    for reviewer, value in ((cast.bob, "Better"), (cast.carol, "=Worse")):
        entering.enter(study, effect, reviewer=reviewer, value=value)
    consensus.resolve(
        study, effect, resolver=cast.dan, value="=Worse", reason=f"secret {text}"
    )
    CriterionCoding.objects.create(
        criterion=review.criteria.get(), field=effect, values=["Better"]
    )
    Table1Column.objects.create(
        review=review, position=1, field=country, heading=text[:200]
    )
    for position, fact in enumerate(Table1Column.Fact.values, start=2):
        Table1Column.objects.create(
            review=review, position=position, fact=fact, sorts=fact == "year"
        )
    Diagram.objects.create(
        review=review, labels={"x": text}, footnotes=text, synthesis_field=effect
    )


def _appraised(review: Review, cast: Cast, study: Study, text: str) -> None:
    instrument = create_instrument(review=review, key="rob2")
    target = targets.create(study, instrument, by=cast.bob, outcome=text)
    for reviewer, answers, judgment in (
        (cast.bob, LOW, "low"),
        (cast.carol, HIGH, "high"),
    ):
        written = Sheet(answers, judgment)
        answering.answer(target, "D1", written, reviewer=reviewer)
    appraisal_consensus.resolve(
        target, "D1", Sheet(LOW, "low", support=text), resolver=cast.bob
    )


def _stopped(review: Review, cast: Cast, record: Record, text: str) -> None:
    """Write down a stop that was lifted again."""
    removal = JointRemoval.objects.create(
        review=review,
        removal="automation",
        reason=text,
        removed_by=cast.alice,
        restored_at=timezone.now() + timedelta(hours=1),
        restored_by=cast.alice,
    )
    removal.records.create(record=record, back_at=removal.restored_at)
    stop = Stop.objects.create(
        review=review,
        number=1,
        state=Stop.State.LIFTED,
        seed=1,
        rest_count=2,
        facts={"rule": text},
        begun_by=cast.alice,
        ended_at=removal.restored_at,
        ended_by=cast.alice,
        ended_because=text,
    )
    stop.sample.create(record=record, position=1)
    StopCertificate.objects.create(
        stop=stop,
        facts={"review": text},
        sha256="0" * 64,
        removal=removal,
        signed_by=cast.alice,
    )


def _written_up(review: Review, cast: Cast, text: str) -> None:
    made = Amendment.objects.create(
        # Changing the number of judges made two before.
        review=review,
        number=3,
        made_by=cast.alice,
        what=text,
        reason=text,
    )
    version = review.criteria.get().versions.get()
    version.amendment = made
    version.save()
    FlowSnapshot.objects.create(
        review=review,
        name=text[:200],
        as_of=review.created_at,
        taken_by=cast.alice,
        figures={"b": 1, "a": {"z": 2.5}},
        sha256="0" * 64,
    )
    Manuscript.objects.create(review=review, abstract=text, body=text)
    ChecklistAnswer.objects.create(
        review=review, checklist="prisma2020", item="1", note=text
    )
    Dismissal.objects.create(
        review=review,
        check_name="x",
        finding="y",
        what=text,
        reason=text,
        dismissed_by=cast.alice,
    )
    PreviousReport.objects.create(review=review, study_label="A", citation=text)
    related = RelatedList.objects.create(review=review, name="Related")
    RelatedReference.objects.create(related_list=related, title=text, authors=[text])


def empty_instance() -> None:
    """Remove every review and every account, as in an instance that is new."""
    with connection.cursor() as cursor:
        for model in [*TABLES, User]:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
