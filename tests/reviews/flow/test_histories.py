"""Whatever history a review has: any moment of it can be shown again.

The state machine of `tests.test_histories` plays on, with searches that change and go,
waves, studies, classifications and previous reports. After every step the flow of that
moment is noted; replayed later, it must be the same, number by number.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from reviews import previous, records, reports, searches, studies, waves
from reviews.duplicates import finding, merging, splitting
from reviews.flow import counting, findings, history, opening
from reviews.flow.figures import Flow
from reviews.models import DuplicateSet, Report, Search, Settlement, Verdict
from tests import test_histories

NUMBERS = test_histories.NUMBERS
REFUSALS = (
    *test_histories.REFUSALS,
    splitting.NotToldApart,
    previous.ThereAlready,
    searches.NameTaken,
    searches.SearchInUse,
    studies.GroupedAlready,
    studies.LabelTaken,
    studies.NotIncluded,
    waves.NameTaken,
    waves.WaveInUse,
)


class Moments(test_histories.Histories):
    """The same people, and what an owner does besides."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[tuple[datetime, Flow, dict[int, Flow]]] = []

    def teardown(self) -> None:
        try:
            for number in range(len(self.noted)):
                self.replay(number)
        finally:
            super().teardown()

    # What people do besides -------------------------------------------------

    @rule(number=NUMBERS, name=st.sampled_from(["Embase", "CENTRAL", "Websites"]))
    def change_search(self, number: int, name: str) -> None:
        found = list(self.review.searches.order_by("pk"))
        search = found[number % len(found)]
        search.name, search.reported_count = name, number
        search.kind = Search.Kind.WEBSITE if name == "Websites" else search.kind
        self.try_to(lambda: searches.record(search, by=self.owner))

    @rule(number=NUMBERS)
    def record_search(self, number: int) -> None:
        search = Search(review=self.review, name=f"Register {number}", kind="register")
        self.try_to(lambda: searches.record(search, by=self.owner))

    @rule(number=NUMBERS)
    def remove_search(self, number: int) -> None:
        # The first two are those that records come from.
        found = list(self.review.searches.order_by("pk"))[2:]
        if found:
            search = found[number % len(found)]
            self.try_to(lambda: searches.remove(search, by=self.owner))

    @rule(number=NUMBERS)
    def begin_wave(self, number: int) -> None:
        name = f"Update {number}"
        self.try_to(lambda: waves.begin(self.review, name=name, by=self.owner))

    @rule()
    def undo_wave(self) -> None:
        last = waves.latest(self.review)
        if last is not None and last.number > 1:
            self.try_to(lambda: waves.undo(last, by=self.owner))

    @rule()
    def include_everything(self) -> None:
        """Hurry on, or few histories would come to a study."""
        for record in self.review.records.order_by("pk"):
            records.settle(
                record,
                Verdict.INCLUDE,
                settlement=Settlement.AGREEMENT,
                counted_reason=None,
                by=self.owner,
            )
        for report in self.review.reports.order_by("pk"):
            reports.mark_retrieved(report, by=self.owner)

    @precondition(lambda self: self.review.reports.exists())
    @rule(number=NUMBERS, verdict=st.sampled_from(Verdict))
    def settle_report(self, number: int, verdict: Verdict) -> None:
        report = self.report(number)
        assert report is not None
        if verdict == Verdict.OPEN:
            reports.reopen(report, by=self.owner)
            return
        reports.settle(
            report,
            verdict,
            settlement=Settlement.AGREEMENT,
            counted_reason=self.criteria[number % 3]
            if verdict == Verdict.EXCLUDE
            else None,
            by=self.owner,
        )

    @precondition(lambda self: self.review.reports.exists())
    @rule(number=NUMBERS, said=st.sampled_from(Report.Classification))
    def classify(self, number: int, said: Report.Classification) -> None:
        report = self.report(number)
        assert report is not None
        reports.classify(report, said, by=self.owner)

    @rule()
    def group_each(self) -> None:
        studies.group_each(self.review, by=self.owner)

    @precondition(lambda self: self.review.studies.exists())
    @rule(number=NUMBERS, into=NUMBERS)
    def move(self, number: int, into: int) -> None:
        report, found = self.report(number), list(self.review.studies.order_by("pk"))
        study = found[into] if into < len(found) else None
        if report is not None:
            self.try_to(lambda: studies.move(report, study, by=self.owner))

    @precondition(lambda self: self.review.studies.exists())
    @rule(number=NUMBERS, name=st.sampled_from(["study 0", "Study  1", "Other"]))
    def name_study(self, number: int, name: str) -> None:
        """Name it as a study of the previous version, or as none."""
        found = list(self.review.studies.order_by("pk"))
        study = found[number % len(found)]
        self.try_to(
            lambda: studies.describe(
                study, label=name, design="", notes="", by=self.owner
            )
        )

    @rule()
    def find_and_merge_all(self) -> None:
        finding.find(self.review, by=self.owner)
        merging.merge_all(self.review, by=self.owner)

    @rule(
        number=NUMBERS,
        act=st.sampled_from(
            [merging.unmerge, splitting.tell_apart, splitting.put_back]
        ),
    )
    def work_on_set(self, number: int, act: Callable[..., DuplicateSet]) -> None:
        found = list(self.review.duplicate_sets.order_by("pk"))
        if found:
            chosen = found[number % len(found)]
            self.try_to(lambda: act(chosen, by=self.owner))

    @rule(number=NUMBERS)
    def previous_report(self, number: int) -> None:
        text = f"Study {number % 2}: Report {number}"
        found = self.review.previous_reports.filter(citation=f"Report {number}").first()
        if found is None:
            previous.add(self.review, text, by=self.owner)
        elif found.removed_at is None:
            previous.remove(found, by=self.owner)
        else:
            self.try_to(lambda: previous.restore(found, by=self.owner))

    def try_to(self, act: object) -> None:
        assert callable(act)
        try:
            with transaction.atomic():
                act()
        except REFUSALS:
            pass

    # What must hold ---------------------------------------------------------

    @invariant()
    def the_moment_is_noted(self) -> None:
        if hasattr(self, "review"):
            by_wave = {}
            for wave in self.review.waves.all():
                by_wave[wave.number] = counting.flow(self.review, wave=wave)
                self.every_number_opens_into_as_many(by_wave[wave.number], wave)
            flow = counting.flow(self.review)
            self.noted.append((timezone.now(), flow, by_wave))

    def every_verdict_follows_from_the_judgments(self) -> None:
        """Here an owner settles without anybody's judgment, to come further."""

    def no_decision_is_lost(self) -> None:
        """That is held by the machine that this one plays on."""

    @invariant()
    def every_wave_balances(self) -> None:
        if self.noted:
            for flow in self.noted[-1][2].values():
                assert [f for f in findings.find(flow) if f.level == "error"] == []

    def replay(self, number: int) -> None:
        """Show a noted moment again, and open one of its numbers."""
        at, flow, by_wave = self.noted[number]
        state = history.state(self.review, at)
        assert state.unknown == ()
        assert counting.put_together(state.rows(None)) == replace(flow, as_of=at)
        for wave, noted in by_wave.items():
            again = counting.put_together(state.rows(wave))
            assert again == replace(noted, as_of=at), wave
        names = list(flow.numbers)
        name = names[number % len(names)]
        box = opening.find(self.review, name, as_of=at)
        assert box.count(self.review) == flow.numbers[name], name


@pytest.mark.django_db
def test_any_moment_of_any_history_can_be_shown_again() -> None:
    run_state_machine_as_test(
        Moments,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
