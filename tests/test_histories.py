"""Whatever several people do in whatever order: no decision is lost, and all adds up.

A state machine plays imports, merges, splits, decisions, changes of mind, taking back,
retrieval, resolutions and re-openings at random. A small model remembers what each
person last said of each item; after every step the product must say the same, every
stored verdict must follow from the judgments, and the flow must balance.
"""

from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from reviews import records, reports
from reviews.access import WrongRole
from reviews.duplicates import marking, members, merging, splitting
from reviews.flow import counting, findings, opening
from reviews.flow.figures import Flow
from reviews.flow.names import COLUMN, KINDS, OTHER
from reviews.imports import keeping, loading, looking, undoing
from reviews.models import (
    Import,
    Record,
    Report,
    Review,
    Role,
    Search,
    User,
    Wave,
)
from screening import conflicts, decisions, replay
from screening.decisions import Item
from screening.models import Choice, Decision, Resolution
from tests.cast import create_cast, join
from tests.factories import create_criterion, create_review, create_search

CHOICES = st.sampled_from([Choice.INCLUDE, Choice.MAYBE, Choice.EXCLUDE])
NUMBERS = st.integers(0, 7)
REFUSALS = (
    decisions.JudgedByOthers,
    decisions.NotOpenForDecision,
    decisions.CriterionMissing,
    conflicts.NotInConflict,
    conflicts.ReasonMissing,
    marking.CannotBeCopies,
    members.NotInASet,
    merging.NotMerged,
    records.IsDuplicate,
    WrongRole,
)

Said = dict[tuple[str, int, int], str | None]
# Boxes that are asked for in the same words whatever stands in the review.
SAME_WORDS = frozenset(
    (
        *COLUMN,
        *(f"{OTHER}{name}" for name in COLUMN),
        *(name for name, _ in KINDS.values()),
    )
)


def standing(review: Review) -> object:
    """Return every record with its set, and every set, as they stand."""
    records = review.records.order_by("pk")
    sets = review.duplicate_sets.order_by("number")
    return (
        list(
            records.values_list(
                "pk", "duplicate_set__number", "duplicate_of", "verdict", "removal"
            )
        ),
        list(sets.values_list("number", "state", "basis", "settled_at", "settled_by")),
    )


class Boxes:
    """Counts what stands in the boxes of one review, as often as one likes.

    Putting a question together takes longer than answering it: what is asked for in
    the same words is put into words once.
    """

    def __init__(self) -> None:
        self.asked: dict[tuple[str, int | None], tuple[str, tuple[Any, ...]]] = {}

    def count(self, review: Review, name: str, wave: Wave | None = None) -> int:
        if name not in SAME_WORDS:
            return opening.find(review, name, wave=wave).count(review)
        key = name, wave.number if wave else None
        if key not in self.asked:
            rows = counting.box(review, name, wave=wave).order_by().values("pk")
            self.asked[key] = rows.query.sql_with_params()
        sql, values = self.asked[key]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS box", values)
            return int(cursor.fetchone()[0])


class Histories(RuleBasedStateMachine):
    """Three reviewers, an adjudicator and an owner on one review."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.said: Said = {}
        self.boxes = Boxes()
        self.rows = 0
        self.imported = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(required=st.sampled_from([1, 2]), strict=st.booleans())
    def begin(self, required: int, strict: bool) -> None:
        cast = create_cast()
        self.review = create_review(
            owner=cast.alice,
            slug="history",
            title_abstract_reviewers=required,
            full_text_reviewers=required,
            reasons_must_agree=strict,
        )
        self.owner, self.adjudicator = cast.alice, cast.dan
        self.reviewers = [cast.bob, cast.carol, cast.vera]
        join(self.review, self.owner, Role.OWNER)
        join(self.review, self.adjudicator, Role.ADJUDICATOR)
        for reviewer in self.reviewers:
            join(self.review, reviewer, Role.REVIEWER)
        self.criteria = [
            create_criterion(review=self.review, reason=reason)
            for reason in ("Population", "Design", "Outcome")
        ]
        self.searches = [
            create_search(review=self.review, name="MEDLINE"),
            create_search(
                review=self.review, name="Citations", kind=Search.Kind.CITATION
            ),
        ]
        self.take_in(0, 2)

    # What people do ---------------------------------------------------------

    @rule(search=st.integers(0, 1), number=st.integers(1, 2))
    def take_in(self, search: int, number: int) -> None:
        text = "".join(
            f"TY  - JOUR\nID  - H{self.imported + index}\nTI  - Title {search}\n"
            f"AU  - Author, A\nPY  - 2020\nER  - \n"
            for index in range(number)
        )
        self.imported += number
        made = looking.preview(
            self.searches[search],
            file_name="history.ris",
            data=text.encode(),
            by=self.owner,
        )
        taken = loading.take_in(made, by=self.owner)
        assert taken.state == Import.State.IMPORTED
        assert taken.new_count == number

    @rule(number=NUMBERS)
    def take_out_again(self, number: int) -> None:
        made = self.file(number)
        if made is None or made.state != Import.State.IMPORTED:
            return
        # Something must be left to work on.
        if len(undoing.leaving(made)) < self.review.records.count():
            undoing.undo(made, by=self.owner)

    @rule(number=NUMBERS)
    def take_in_again(self, number: int) -> None:
        made = self.file(number)
        if made is not None and made.state == Import.State.UNDONE:
            undoing.redo(made, by=self.owner)

    @rule(number=NUMBERS)
    def take_out_and_in_at_once(self, number: int) -> None:
        made = self.file(number)
        if made is not None and made.state == Import.State.IMPORTED:
            before = standing(self.review)
            undoing.redo(undoing.undo(made, by=self.owner).source_import, by=self.owner)
            assert standing(self.review) == before

    @rule(
        number=NUMBERS, who=st.integers(0, 2), choice=CHOICES, ticked=st.integers(0, 7)
    )
    def judge_record(self, number: int, who: int, choice: Choice, ticked: int) -> None:
        self.judge(self.record(number), self.reviewers[who], choice, ticked)

    @precondition(lambda self: self.review.reports.exists())
    @rule(
        number=NUMBERS, who=st.integers(0, 2), choice=CHOICES, ticked=st.integers(0, 7)
    )
    def judge_report(self, number: int, who: int, choice: Choice, ticked: int) -> None:
        if choice != Choice.MAYBE:
            self.judge(self.report(number), self.reviewers[who], choice, ticked)

    @rule(who=st.integers(0, 2), number=NUMBERS)
    def take_back(self, who: int, number: int) -> None:
        mine = list(
            Decision.objects.filter(reviewer=self.reviewers[who]).order_by("pk")
        )
        if mine:
            decision = mine[number % len(mine)]
            last = decisions.last_word(
                decision.record or decision.report,  # type: ignore[arg-type]
                self.reviewers[who],
            )
            decisions.take_back(decision, reviewer=self.reviewers[who])
            if last == decision and decision.choice != Choice.WITHDRAWN:
                self.remember(decision, None)

    @rule(
        number=NUMBERS,
        who=st.integers(0, 3),
        choice=st.sampled_from([Choice.INCLUDE, Choice.EXCLUDE]),
        full_text=st.booleans(),
    )
    def resolve(self, number: int, who: int, choice: Choice, full_text: bool) -> None:
        item = self.report(number) if full_text else self.record(number)
        if item is not None:
            self.attempt(
                lambda: conflicts.resolve(
                    item,
                    choice,
                    resolver=[*self.reviewers, self.adjudicator][who],
                    criterion=self.criteria[number % 3],
                    reason="Talked over.",
                )
            )

    @rule(number=NUMBERS)
    def open_again(self, number: int) -> None:
        resolutions = list(Resolution.objects.order_by("pk"))
        if resolutions:
            resolution = resolutions[number % len(resolutions)]
            self.attempt(
                lambda: conflicts.reopen(
                    resolution, by=self.adjudicator, reason="Looked again."
                )
            )

    @precondition(lambda self: self.review.reports.exists())
    @rule(number=NUMBERS, state=st.sampled_from(["retrieved", "not", "awaiting"]))
    def retrieve(self, number: int, state: str) -> None:
        report = self.report(number)
        assert report is not None
        if state == "retrieved":
            reports.mark_retrieved(report, by=self.owner)
        elif state == "not":
            reports.mark_not_retrieved(report, reason="No copy.", by=self.owner)
        else:
            reports.mark_awaiting(report, by=self.owner)

    @rule(first=NUMBERS, second=NUMBERS)
    def merge(self, first: int, second: int) -> None:
        dropped, kept = self.record(first), self.record(second)
        self.attempt(lambda: marking.add(dropped, to=kept, by=self.owner))

    @rule(number=NUMBERS)
    def split(self, number: int) -> None:
        record = self.record(number)
        self.attempt(lambda: splitting.split(record, by=self.owner))

    @rule(number=NUMBERS)
    def remove_or_restore(self, number: int) -> None:
        record = self.record(number)
        if record.removal:
            self.attempt(lambda: records.restore(record, by=self.owner))
        else:
            self.attempt(
                lambda: records.remove(
                    record,
                    removal=Record.Removal.OTHER,
                    reason="Retracted.",
                    by=self.owner,
                )
            )

    # What must hold ---------------------------------------------------------

    @invariant()
    def no_decision_is_lost(self) -> None:
        if not hasattr(self, "review"):
            return
        assert Decision.objects.count() >= self.rows
        self.rows = Decision.objects.count()
        current = {
            self.key(decision): decision.choice
            for decision in Decision.objects.current()
        }
        assert current == {key: said for key, said in self.said.items() if said}

    @invariant()
    def every_verdict_follows_from_the_judgments(self) -> None:
        if hasattr(self, "review"):
            assert replay.check(self.review) == []

    @invariant()
    def the_flow_balances(self) -> None:
        if not hasattr(self, "review"):
            return
        found = counting.flow(self.review)
        assert [f for f in findings.find(found) if f.level == "error"] == []
        everything = self.review.records.count()
        assert everything == (
            self.review.records.duplicates().count()
            + self.review.records.removed_by_automation().count()
            + self.review.records.removed_for_other_reasons().count()
            + self.review.records.screened().count()
            + self.review.records.awaiting_screening().count()
        )
        sought = self.review.reports.sought()
        assert sought.count() == (
            sought.not_retrieved().count()
            + sought.awaiting_retrieval().count()
            + sought.excluded().count()
            + sought.included().count()
            + sought.awaiting_decision().count()
        )
        self.every_number_opens_into_as_many(found)

    # How the model works ----------------------------------------------------

    def every_number_opens_into_as_many(
        self, flow: Flow, wave: Wave | None = None
    ) -> None:
        for name, number in flow.numbers.items():
            assert self.boxes.count(self.review, name, wave) == number, name

    def judge(
        self, item: Item | None, reviewer: User, choice: Choice, ticked: int
    ) -> None:
        if item is None:
            return
        criteria = [c for bit, c in enumerate(self.criteria) if ticked & (1 << bit)]
        made = self.attempt(
            lambda: decisions.decide(item, choice, reviewer=reviewer, criteria=criteria)
        )
        if made is not None:
            self.remember(made, choice)

    def attempt(self, act: Any) -> Any:
        """Do it; what is refused must leave nothing behind."""
        try:
            with transaction.atomic():
                return act()
        except REFUSALS:
            return None

    def remember(self, decision: Decision, choice: str | None) -> None:
        self.said[self.key(decision)] = choice

    @staticmethod
    def key(decision: Decision) -> tuple[str, int, int]:
        return (
            decision.stage,
            decision.record_id or decision.report_id or 0,
            decision.reviewer_id,
        )

    def file(self, number: int) -> Import | None:
        found = list(keeping.of(self.review).order_by("pk"))
        return found[number % len(found)] if found else None

    def record(self, number: int) -> Record:
        found = list(self.review.records.order_by("pk"))
        return found[number % len(found)]

    def report(self, number: int) -> Report | None:
        found = list(self.review.reports.order_by("pk"))
        return found[number % len(found)] if found else None


@pytest.mark.django_db
def test_any_history_balances_and_loses_nothing() -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
