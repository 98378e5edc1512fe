import uuid

from django.db import IntegrityError, transaction
from django.test import TestCase
from django.utils import timezone

from reviews.access import WrongRole
from reviews.models import Event, ExtractionField, SettledValue, Settlement, Verdict
from screening import replay
from screening.extraction import consensus, entering, standing
from screening.extraction.entering import Filled
from screening.extraction.values import NotAValue
from screening.models import ExtractionEntry
from tests.cast import join
from tests.factories import (
    create_extraction_field,
    create_staffed_review,
    create_study,
)


class ExtractionCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.study = create_study(review=cls.review, label="Brody 2024")
        cls.country = create_extraction_field(review=cls.review)
        cls.number = create_extraction_field(
            review=cls.review, label="Patients", kind=ExtractionField.Kind.NUMBER
        )

    def enter(self, who: str, value: str | None, **more: object) -> ExtractionEntry:
        return entering.enter(
            self.study,
            self.country,
            reviewer=getattr(self.cast, who),
            value=value,
            not_reported=value is None,
            **more,  # type: ignore[arg-type]
        )

    def stored(self) -> SettledValue | None:
        return SettledValue.objects.filter(field=self.country).first()

    def tearDown(self) -> None:
        self.assertEqual(list(standing.check(self.review)), [])


class EnteringTests(ExtractionCase):
    def test_one_entry_of_two_settles_nothing_and_leaves_no_trace(self) -> None:
        self.enter("bob", "US")
        self.assertIsNone(self.stored())
        self.assertFalse(Event.objects.exists())

    def test_two_that_agree_settle_the_cell(self) -> None:
        self.enter("bob", "United  States")
        self.enter("carol", "United States ")
        settled = self.stored()
        assert settled is not None
        self.assertEqual(settled.value, "United  States")
        self.assertEqual(settled.settlement, Settlement.AGREEMENT)

    def test_not_reported_is_a_value_of_its_own(self) -> None:
        self.enter("bob", None)
        self.enter("carol", None)
        settled = self.stored()
        assert settled is not None
        self.assertTrue(settled.not_reported)

    def test_one_alone_settles_where_the_review_asks_for_one(self) -> None:
        self.review.extraction_reviewers = 1
        self.review.save()
        self.enter("bob", "US")
        settled = self.stored()
        assert settled is not None
        self.assertEqual(settled.settlement, Settlement.SINGLE)
        with self.assertRaises(entering.ExtractedByOthers):
            self.enter("carol", "US")

    def test_the_same_again_appends_nothing(self) -> None:
        self.enter("bob", "US", note="p. 3")
        self.enter("bob", "US", note=" p. 3 ")
        self.assertEqual(ExtractionEntry.objects.count(), 1)
        self.enter("bob", "US", note="p. 4")
        self.assertEqual(ExtractionEntry.objects.count(), 2)

    def test_the_same_token_counts_once(self) -> None:
        token = uuid.uuid4()
        self.enter("bob", "US", token=token)
        self.enter("bob", "UK")
        self.enter("bob", "US", token=token)
        entry = entering.last_word(self.study, self.country, self.cast.bob)
        self.assertEqual(entry and entry.value, "UK")

    def test_a_changed_mind_opens_the_cell_again_and_loses_nothing(self) -> None:
        self.enter("bob", "US")
        self.enter("carol", "US")
        self.enter("bob", "UK")
        self.assertIsNone(self.stored())
        self.assertEqual(ExtractionEntry.objects.count(), 3)

    def test_taking_back_empties_the_cell_once(self) -> None:
        self.enter("bob", "US")
        self.enter("carol", "US")
        for _ in range(2):
            entering.take_back(self.study, self.country, reviewer=self.cast.bob)
        self.assertIsNone(self.stored())
        self.assertEqual(entering.own(self.study, self.cast.bob), {})
        self.assertEqual(ExtractionEntry.objects.count(), 3)

    def test_a_third_person_is_not_needed_once_two_have_filled_the_cell(self) -> None:
        join(self.review, self.cast.alice, "reviewer")  # type: ignore[arg-type]
        self.enter("bob", "US")
        self.enter("carol", "UK")
        with self.assertRaises(entering.ExtractedByOthers):
            self.enter("alice", "US")

    def test_only_reviewers_of_the_stage_extract(self) -> None:
        for name in ("dan", "vera", "mallory"):
            with self.assertRaises(WrongRole):
                self.enter(name, "US")

    def test_a_study_that_is_not_included_is_not_extracted(self) -> None:
        self.enter("bob", "US")
        report = self.study.reports.get()
        report.verdict, report.settlement = Verdict.OPEN, Settlement.OPEN
        report.settled_at = None
        report.save()
        with self.assertRaises(entering.NotOpenForExtraction):
            self.enter("carol", "US")
        self.assertEqual(len(entering.own(self.study, self.cast.bob)), 1)

    def test_a_field_that_was_retired_is_not_extracted(self) -> None:
        self.country.retired_at = timezone.now()
        self.country.save()
        with self.assertRaises(entering.NotOpenForExtraction):
            self.enter("bob", "US")

    def test_a_value_of_the_wrong_kind_is_refused(self) -> None:
        for value, not_reported in (("many", False), (None, False), ("4", True)):
            with self.assertRaises(NotAValue):
                entering.enter(
                    self.study,
                    self.number,
                    reviewer=self.cast.bob,
                    value=value,
                    not_reported=not_reported,
                )

    def test_the_database_refuses_a_second_line_of_entries(self) -> None:
        self.enter("bob", "US")
        with self.assertRaises(IntegrityError), transaction.atomic():
            ExtractionEntry.objects.create(
                study=self.study,
                field=self.country,
                field_version=1,
                reviewer=self.cast.bob,
                value="UK",
            )


class SavingTests(ExtractionCase):
    def save(self, *filled: Filled, token: uuid.UUID | None = None) -> entering.Saved:
        return entering.enter_all(
            self.study, filled, reviewer=self.cast.bob, token=token or uuid.uuid4()
        )

    def test_a_form_that_is_posted_twice_counts_once(self) -> None:
        token = uuid.uuid4()
        filled = (Filled(self.country, "US"), Filled(self.number, not_reported=True))
        self.assertEqual(self.save(*filled, token=token).written, 2)
        self.assertEqual(self.save(*filled, token=token).written, 0)
        self.assertEqual(ExtractionEntry.objects.count(), 2)

    def test_an_emptied_cell_is_taken_back(self) -> None:
        self.save(Filled(self.country, "US"))
        self.save(Filled(self.country))
        self.assertEqual(entering.own(self.study, self.cast.bob), {})

    def test_a_cell_that_two_others_filled_meanwhile_is_left_and_named(self) -> None:
        join(self.review, self.cast.alice, "reviewer")  # type: ignore[arg-type]
        self.enter("alice", "US")
        self.enter("carol", "US")
        saved = self.save(Filled(self.country, "UK"), Filled(self.number, "41"))
        self.assertEqual(saved.written, 1)
        self.assertEqual(saved.closed, (self.country,))


class ConsensusTests(ExtractionCase):
    def resolve(self, who: str, value: str | None, **more: object) -> ExtractionEntry:
        return consensus.resolve(
            self.study,
            self.country,
            resolver=getattr(self.cast, who),
            value=value,
            not_reported=value is None,
            **more,  # type: ignore[arg-type]
        )

    def differ(self) -> list[int]:
        return [self.enter("bob", "US").pk, self.enter("carol", "UK").pk]

    def test_one_of_the_two_records_a_consensus(self) -> None:
        shown = self.differ()
        entry = self.resolve("carol", "US", shown=shown)
        settled = self.stored()
        assert settled is not None
        self.assertEqual((settled.value, settled.settlement), ("US", "consensus"))
        self.assertCountEqual(entry.resolved.all().values_list("pk", flat=True), shown)

    def test_an_adjudicator_who_did_not_extract_decides(self) -> None:
        self.differ()
        self.resolve("dan", None, reason="Neither says so.")
        settled = self.stored()
        assert settled is not None
        self.assertEqual(settled.settlement, Settlement.ADJUDICATION)
        self.assertTrue(settled.not_reported)

    def test_nobody_else_settles(self) -> None:
        self.differ()
        join(self.review, self.cast.alice, "reviewer")  # type: ignore[arg-type]
        for name in ("alice", "vera", "mallory"):
            with self.assertRaises(WrongRole):
                self.resolve(name, "US")

    def test_a_value_that_neither_wrote_needs_a_reason(self) -> None:
        self.differ()
        with self.assertRaises(consensus.ReasonMissing):
            self.resolve("bob", "Canada")
        self.resolve("bob", "Canada", reason="Table 2 says so.")

    def test_a_cell_with_one_entry_is_not_in_conflict(self) -> None:
        self.enter("bob", "US")
        with self.assertRaises(consensus.NotInConflict):
            self.resolve("bob", "US")

    def test_a_value_that_changed_since_it_was_shown_is_not_settled(self) -> None:
        shown = self.differ()
        self.enter("bob", "IE")
        with self.assertRaises(consensus.NotInConflict):
            self.resolve("carol", "UK", shown=shown)

    def test_the_second_of_two_who_settle_is_told(self) -> None:
        self.differ()
        self.resolve("bob", "US")
        with self.assertRaises(consensus.NotInConflict):
            self.resolve("carol", "UK")

    def test_the_same_token_settles_once(self) -> None:
        self.differ()
        token = uuid.uuid4()
        first = self.resolve("bob", "US", token=token)
        self.assertEqual(self.resolve("bob", "US", token=token), first)

    def test_lapses_when_one_of_the_two_changes(self) -> None:
        self.differ()
        self.resolve("bob", "US")
        self.enter("carol", "Ireland")
        self.assertIsNone(self.stored())
        self.resolve("bob", "Ireland")
        self.assertIsNotNone(self.stored())

    def test_can_be_taken_back_with_a_reason(self) -> None:
        self.differ()
        self.resolve("bob", "US")
        with self.assertRaises(consensus.ReasonMissing):
            consensus.reopen(self.study, self.country, by=self.cast.bob, reason=" ")
        for _ in range(2):
            consensus.reopen(
                self.study, self.country, by=self.cast.bob, reason="Misread."
            )
        self.assertIsNone(self.stored())
        self.assertEqual(ExtractionEntry.objects.exclude(kind="independent").count(), 2)


class StandingTests(ExtractionCase):
    def waiting(self, who: str) -> int:
        return standing.waiting(self.review, getattr(self.cast, who))

    def to_settle(self, who: str) -> int:
        return standing.to_settle(self.review, getattr(self.cast, who))

    def test_counts_studies_with_cells_to_fill(self) -> None:
        self.assertEqual(
            [self.waiting(who) for who in ("bob", "carol", "dan", "vera")],
            [1, 1, 0, 0],
        )

    def test_what_one_has_done_changes_nothing_for_the_other(self) -> None:
        def seen_by_carol() -> list[object]:
            taking = standing.part(self.review, self.cast.carol)
            return [
                (each.progress, each.conflicts)
                for each in standing.standings(self.review, taking)
            ]

        before = seen_by_carol()
        self.enter("bob", "US")
        self.assertEqual(seen_by_carol(), before)
        self.assertEqual(self.to_settle("dan"), 0)

    def test_counts_conflicts_for_those_who_may_settle_them(self) -> None:
        self.enter("bob", "US")
        self.enter("carol", "UK")
        join(self.review, self.cast.alice, "reviewer")  # type: ignore[arg-type]
        self.assertEqual(
            [self.to_settle(who) for who in ("bob", "carol", "dan", "alice", "vera")],
            [1, 1, 1, 0, 0],
        )

    def test_the_number_of_queries_stays_the_same(self) -> None:
        with self.assertNumQueries(7):
            self.waiting("bob")
        for number in range(5):
            create_study(review=self.review, label=f"Study {number}")
        self.enter("bob", "US")
        with self.assertNumQueries(7):
            self.waiting("bob")

    def test_the_replay_names_a_value_that_no_entry_gives(self) -> None:
        value = SettledValue.objects.create(
            study=self.study,
            field=self.country,
            field_version=1,
            value="US",
            settlement=Settlement.AGREEMENT,
        )
        found = [each for each in replay.check(self.review) if each.what == "study"]
        self.assertEqual([each.pk for each in found], [self.study.pk])
        self.assertIn("US", found[0].stored)
        value.delete()
