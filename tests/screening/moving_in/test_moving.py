"""Votes of other tools count here by the rules of those that are cast here."""

import io
import zipfile
from datetime import UTC, datetime
from unittest import mock

from django.db import DatabaseError
from django.test import TestCase

from reviews import access, members, records
from reviews.models import Event, Record, Role, Stage
from screening import conflicts, decisions, replay
from screening.models import (
    Choice,
    Decision,
    ImportedDecision,
    VoteImport,
    VoteProblem,
)
from screening.moving_in import (
    files,
    finding,
    meaning,
    moving,
    planning,
    reading,
    telling,
    undoing,
)
from screening.moving_in import records as moving_in_records
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_staffed_review,
)
from tests.screening.moving_in.moved import looked_at, moved, row, table


class MovedIn(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.records = [create_record(review=cls.review) for _ in range(4)]
        cls.wrong = create_criterion(review=cls.review, code="E1")
        cls.people = {"Bob B": cls.cast.bob, "Carol C": cls.cast.carol}

    def record(self, number: int) -> Record:
        return Record.objects.get(pk=self.records[number].pk)

    def move(self, *rows: str, **more: object) -> VoteImport:
        made = moved(
            self.review,
            rows,
            by=self.cast.alice,
            people=dict(self.people),
            **more,  # type: ignore[arg-type]  # as `moved` takes them
        )
        if "stage" not in more:
            self.assertEqual(replay.check(self.review), [])
        return made

    def agreed(self) -> VoteImport:
        return self.move(
            row(self.records[0], "Bob B", "include"),
            row(self.records[0], "Carol C", "maybe"),
            row(
                self.records[1],
                "Bob B",
                "exclude",
                reason="wrong mice",
                labels="rct",
                note="so I think",
                date="2024-02-03 10:11",
            ),
            row(self.records[1], "Carol C", "exclude"),
            row(self.records[2], "Bob B", "include"),
            row(self.records[2], "Carol C", "exclude"),
            row(self.records[3], "Bob B", "exclude"),
            criteria={"wrong mice": "E1"},
        )


class MovingTests(MovedIn):
    def test_they_settle_records_as_votes_cast_here_do(self) -> None:
        made = self.agreed()
        self.assertEqual(made.state, VoteImport.State.MOVED_IN)
        self.assertEqual(
            [self.record(number).verdict for number in range(4)],
            ["include", "exclude", "", ""],
        )
        self.assertEqual(self.record(0).reports.count(), 1)
        self.assertEqual(self.record(1).counted_reason, self.wrong)
        in_conflict = conflicts.in_conflict(self.review, Stage.TITLE_ABSTRACT)
        self.assertEqual([each.pk for each in in_conflict], [self.records[2].pk])

    def test_each_is_marked_and_keeps_what_the_file_said(self) -> None:
        made = self.agreed()
        self.assertEqual(made.decisions.count(), Decision.objects.count())
        said = ImportedDecision.objects.get(labels=["rct"])
        self.assertEqual((said.person, said.said, said.line), ("Bob B", "exclude", 4))
        self.assertEqual(said.reasons, ["wrong mice"])
        self.assertEqual(said.said_at, datetime(2024, 2, 3, 10, 11, tzinfo=UTC))
        self.assertEqual(said.decision.note, "so I think")
        self.assertEqual(said.decision.decided_at, made.moved_at)
        self.assertEqual(
            said.decision.ticks.get().criterion.criterion_id, self.wrong.pk
        )

    def test_what_somebody_judged_here_stays_and_only_they_learn_of_it(self) -> None:
        decisions.decide(self.records[0], Choice.EXCLUDE, reviewer=self.cast.bob)
        made = self.move(
            row(self.records[0], "Bob B", "include"),
            row(self.records[1], "Bob B", "include"),
        )
        mine = decisions.own(self.review, self.cast.bob).get(record=self.records[0])
        self.assertEqual(mine.choice, Choice.EXCLUDE)
        self.assertFalse(telling.problems(made).exists())
        self.assertEqual(
            telling.figures(made), telling.Figures(total=2, counted=0, kept_out=0)
        )
        (told,) = telling.own_problems(self.review, self.cast.bob)
        self.assertEqual(told.message, planning.JUDGED_HERE)
        self.assertFalse(telling.own_problems(self.review, self.cast.carol).exists())

    def test_the_owner_learns_of_it_once_the_record_is_settled(self) -> None:
        decisions.decide(self.records[0], Choice.EXCLUDE, reviewer=self.cast.bob)
        made = self.move(row(self.records[0], "Bob B", "include"))
        decisions.decide(self.records[0], Choice.EXCLUDE, reviewer=self.cast.carol)
        self.assertEqual(
            [each.message for each in telling.problems(made)], [planning.JUDGED_HERE]
        )
        self.assertEqual(telling.figures(made).kept_out, 1)

    def test_a_conflict_that_was_resolved_stays_as_it_is(self) -> None:
        record = self.records[0]
        decisions.decide(record, Choice.EXCLUDE, reviewer=self.cast.bob)
        decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.carol)
        conflicts.resolve(
            record, Choice.INCLUDE, resolver=self.cast.dan, reason="It fits"
        )
        self.move(row(record, "Bob B", "include"), row(record, "Carol C", "exclude"))
        self.assertEqual(self.record(0).settlement, "adjudication")

    def test_what_finds_nothing_is_told_by_line(self) -> None:
        made = self.move(
            row(self.records[0], "Bob B", "include"),
            ",Nowhere to be found,Bob B,include,,,,",
            row(self.records[1], "Stranger", "include"),
            row(self.records[1], "Bob B", "perhaps"),
            row(self.records[1], "Bob B", "", note="only a note"),
        )
        lines = telling.problems(made).values_list("line", flat=True)
        self.assertEqual(list(lines), [3, 4, 5, 6])

    def test_a_line_is_told_once_however_many_votes_stand_on_it(self) -> None:
        data = b"title,Ann,Zoe\nNowhere,yes,no\nNo such,yes,\n"
        made = looked_at(self.review, data, by=self.cast.alice)
        lines = telling.problems(made).values_list("line", flat=True)
        self.assertEqual(list(lines), [2, 3])
        self.assertEqual(made.report["not_found"], {finding.NOWHERE: 3})

    def test_a_column_of_other_things_is_not_taken_for_names(self) -> None:
        rows = [row(self.records[0], f"Name {n}", "include") for n in range(201)]
        made = looked_at(self.review, table(rows), by=self.cast.alice)
        self.assertIn("201 people", made.report["trouble"])
        self.assertFalse(made.people.exists())

    def test_reasons_that_are_too_many_to_list_are_counted(self) -> None:
        reasons = "; ".join(f"reason {number}" for number in range(502))
        data = table([row(self.records[0], "Bob B", "exclude", reason=reasons)])
        made = looked_at(self.review, data, by=self.cast.alice)
        self.assertEqual(len(made.report["reasons"]), 500)
        self.assertEqual(made.report["more_reasons"], 2)

    def test_a_word_that_was_said_to_be_no_decision_is_told_as_that(self) -> None:
        data = table(
            [row(self.records[0], "Bob B", "yes"), row(self.records[1], "Bob B", "no")]
        )
        made = looked_at(self.review, data, by=self.cast.alice)
        files.say(made, words={"no": ""}, by=self.cast.alice)
        made = files.read(VoteImport.objects.get(pk=made.pk))
        (problem,) = telling.problems(made)
        self.assertEqual((problem.line, problem.message), (3, reading.SAID_TO_BE_NONE))

    def test_what_was_taken_out_while_the_file_was_read_is_told(self) -> None:
        rows = [row(each, "Bob B", "include") for each in self.records[:2]]
        made = looked_at(
            self.review,
            table(rows),
            by=self.cast.alice,
            people={"Bob B": self.cast.bob},
        )
        looked = reading.look(made, reading.read(made, table(rows)))
        records.remove(
            self.records[1],
            Record.Removal.OTHER,
            reason="not ours",
            by=self.cast.alice,
        )
        with mock.patch.object(reading, "look", return_value=looked):
            made = moving.move_in(made, by=self.cast.alice)
        self.assertEqual(made.decisions.count(), 1)
        self.assertEqual(telling.problems(made).get().message, moving.GONE)

    def test_the_records_that_are_not_here_come_out_of_a_zip_of_rayyan(self) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(
                "articles.csv",
                "key,title,notes\n"
                'rayyan-1,Nowhere,"RAYYAN-INCLUSION: {""Ann""=>""Included""}"\n',
            )
        made = looked_at(
            self.review, packed.getvalue(), by=self.cast.alice, source="rayyan"
        )
        self.assertEqual(
            (made.format, made.read_count, made.found_count), ("zip", 1, 0)
        )
        missing = moving_in_records.missing(made).decode()
        self.assertIn("TI  - Nowhere", missing)
        self.assertNotIn("Included", missing)

    def test_full_texts_are_judged_at_their_stage(self) -> None:
        reports = [
            create_report(review=self.review, record=record)
            for record in self.records[:2]
        ]
        made = self.move(
            row(self.records[0], "Bob B", "exclude", reason="wrong mice; unknown"),
            row(self.records[0], "Carol C", "exclude", reason="wrong mice"),
            row(self.records[1], "Bob B", "exclude", reason="unknown"),
            stage=Stage.FULL_TEXT,
            criteria={"wrong mice": "E1"},
        )
        reports[0].refresh_from_db()
        self.assertEqual(reports[0].counted_reason, self.wrong)
        self.assertEqual(made.decisions.count(), 2)
        (told,) = telling.own_problems(self.review, self.cast.bob)
        self.assertEqual(told.message, planning.NO_CRITERION)

    def test_only_an_owner_moves_votes_in(self) -> None:
        data = table([row(self.records[0], "Bob B", "include")])
        made = looked_at(
            self.review, data, by=self.cast.alice, people={"Bob B": self.cast.bob}
        )
        for user in (self.cast.bob, self.cast.dan, self.cast.mallory):
            with self.assertRaises(access.WrongRole):
                moving.move_in(made, by=user)
        self.assertFalse(Decision.objects.exists())

    def test_somebody_who_is_no_reviewer_judges_nothing(self) -> None:
        made = moved(
            self.review,
            [
                row(self.records[0], "Bob B", "include"),
                row(self.records[0], "Dan", "include"),
            ],
            by=self.cast.alice,
            people={"Bob B": self.cast.bob, "Dan": self.cast.dan},
        )
        self.assertEqual(made.decisions.count(), 1)
        (told,) = telling.problems(made)
        self.assertIn("not a reviewer", told.message)

    def test_an_outsider_cannot_be_taken_for_anybody(self) -> None:
        data = table([row(self.records[0], "Bob B", "include")])
        with self.assertRaises(meaning.UnknownMeaning):
            looked_at(
                self.review,
                data,
                by=self.cast.alice,
                people={"Bob B": self.cast.mallory},
            )

    def test_somebody_who_left_meanwhile_judges_nothing(self) -> None:
        data = table(
            [
                row(self.records[0], "Bob B", "include"),
                row(self.records[0], "Carol C", "include"),
            ]
        )
        made = looked_at(
            self.review, data, by=self.cast.alice, people=dict(self.people)
        )
        member = self.review.members.get(user=self.cast.bob)
        members.remove(member, by=self.cast.alice)
        moving.move_in(made, by=self.cast.alice)
        self.assertEqual(Decision.objects.get().reviewer, self.cast.carol)

    def test_the_history_says_who_was_taken_for_whom_and_nothing_of_votes(self) -> None:
        self.agreed()
        event = Event.objects.get(action="votes.moved_in")
        self.assertEqual(
            (event.new or {})["people"], {"Bob B": "bob", "Carol C": "carol"}
        )
        told = f"{event.summary} {event.new}"
        for word in ("include", "exclude", "mice", "rct", "think"):
            self.assertNotIn(word, told)

    def test_the_same_file_is_moved_in_once(self) -> None:
        made = self.agreed()
        number = Decision.objects.count()
        moving.move_in(made, by=self.cast.alice)
        made.state = VoteImport.State.PREVIEWED
        moving.move_in(made, by=self.cast.alice)
        with self.assertRaises(files.AlreadyMovedIn):
            files.keep(
                self.review,
                source="csv",
                stage=Stage.TITLE_ABSTRACT,
                file_name="again.csv",
                data=files.data_of(made),
                by=self.cast.alice,
            )
        self.assertEqual(Decision.objects.count(), number)

    def test_it_is_all_or_nothing(self) -> None:
        data = table([row(self.records[0], "Bob B", "include")])
        made = looked_at(
            self.review, data, by=self.cast.alice, people={"Bob B": self.cast.bob}
        )
        broken = mock.patch.object(moving, "_done", side_effect=DatabaseError("killed"))
        with broken, self.assertRaises(DatabaseError):
            moving.move_in(made, by=self.cast.alice)
        self.assertFalse(Decision.objects.exists())
        made.refresh_from_db()
        self.assertEqual(made.state, VoteImport.State.PREVIEWED)
        moving.move_in(made, by=self.cast.alice)
        self.assertTrue(Decision.objects.exists())

    def test_its_queries_do_not_grow_with_the_votes(self) -> None:
        rows = [row(self.records[0], "Bob B", "include")]
        people = {"Bob B": self.cast.bob}
        one = looked_at(self.review, table(rows), by=self.cast.alice, people=people)
        more = [create_record(review=self.review) for _ in range(40)]
        rows = [row(record, "Bob B", "include") for record in more]
        many = looked_at(self.review, table(rows), by=self.cast.alice, people=people)
        with self.assertNumQueries(30) as counted:
            moving.move_in(one, by=self.cast.alice)
        with self.assertNumQueries(len(counted)):
            moving.move_in(many, by=self.cast.alice)


class UndoingTests(MovedIn):
    def test_what_came_in_is_taken_back_and_what_was_said_since_stays(self) -> None:
        made = self.agreed()
        decisions.decide(self.records[3], Choice.INCLUDE, reviewer=self.cast.bob)
        decisions.decide(self.records[3], Choice.INCLUDE, reviewer=self.cast.carol)
        undoing.take_back(made, by=self.cast.alice)
        self.assertEqual(
            [self.record(number).verdict for number in range(4)],
            ["", "", "", "include"],
        )
        self.assertEqual(Decision.objects.current().count(), 2)
        self.assertEqual(replay.check(self.review), [])

    def test_it_is_done_once_and_by_an_owner(self) -> None:
        made = self.agreed()
        with self.assertRaises(access.WrongRole):
            undoing.take_back(made, by=self.cast.bob)
        undoing.take_back(made, by=self.cast.alice)
        number = Decision.objects.count()
        undoing.take_back(made, by=self.cast.alice)
        self.assertEqual(Decision.objects.count(), number)

    def test_votes_of_others_stay(self) -> None:
        decisions.decide(self.records[0], Choice.INCLUDE, reviewer=self.cast.carol)
        made = self.move(row(self.records[0], "Bob B", "include"))
        self.assertEqual(self.record(0).verdict, "include")
        undoing.take_back(made, by=self.cast.alice)
        self.assertEqual(self.record(0).verdict, "")
        self.assertEqual(Decision.objects.current().get().reviewer, self.cast.carol)

    def test_it_can_be_moved_in_again(self) -> None:
        made = self.agreed()
        undoing.take_back(made, by=self.cast.alice)
        again = files.read(files.again(made, by=self.cast.alice))
        moving.move_in(again, by=self.cast.alice)
        self.assertEqual(self.record(0).verdict, "include")
        self.assertEqual(self.record(1).counted_reason, self.wrong)
        self.assertEqual(replay.check(self.review), [])

    def test_a_record_that_was_taken_out_meanwhile_is_opened_too(self) -> None:
        made = self.agreed()
        Record.objects.filter(pk=self.records[0].pk).update(in_review=False)
        undoing.take_back(made, by=self.cast.alice)
        found = Record.stored.get(pk=self.records[0].pk)
        self.assertEqual(found.verdict, "")

    def test_a_resolution_of_votes_that_came_in_lapses(self) -> None:
        made = self.agreed()
        conflicts.resolve(
            self.record(2), Choice.INCLUDE, resolver=self.cast.dan, reason="It fits"
        )
        undoing.take_back(made, by=self.cast.alice)
        self.assertEqual(self.record(2).verdict, "")
        self.assertEqual(replay.check(self.review), [])
        self.assertFalse(VoteProblem.objects.filter(reviewer__isnull=False).exists())
        self.assertTrue(access.has_role(self.review, self.cast.alice, Role.OWNER))
