"""Which votes of a file count here, without a database."""

from datetime import UTC, datetime

from django.test import SimpleTestCase

from reviews.formats.votes.told import Decision, RecordKey, Vote
from reviews.models import Stage
from screening.models import Choice
from screening.moving_in import planning
from screening.moving_in.planning import Cast, Word

ANN, BOB, CAROL = 1, 2, 3
DAY = datetime(2024, 1, 1, tzinfo=UTC)
LATER = datetime(2024, 2, 1, tzinfo=UTC)


def cast(
    who: int,
    decision: Decision = Decision.INCLUDE,
    *,
    item: int = 7,
    line: int = 2,
    date: datetime | None = None,
    criteria: frozenset[int] = frozenset(),
) -> Cast:
    vote = Vote(RecordKey(), decision=decision, line=line, date=date)
    return Cast(vote, item, who, criteria)


class PlanningTests(SimpleTestCase):
    def plan(
        self,
        *casts: Cast,
        words: dict[int, dict[int, Word]] | None = None,
        stage: Stage = Stage.TITLE_ABSTRACT,
        required: int = 2,
    ) -> tuple[list[Cast], list[str]]:
        planned, refused = planning.plan(
            casts, words or {}, stage=stage, required=lambda _: required
        )
        return [each.cast for each in planned], [each.why for each in refused]

    def test_a_judgment_made_here_stays(self) -> None:
        words = {7: {ANN: Word(1, Choice.EXCLUDE)}}
        bob = cast(BOB)
        planned, refused = self.plan(cast(ANN), bob, words=words)
        self.assertEqual((planned, refused), ([bob], [planning.JUDGED_HERE]))

    def test_one_that_was_taken_back_here_is_followed_by_that_of_the_file(self) -> None:
        words = {7: {ANN: Word(9, Choice.WITHDRAWN)}}
        planned, _ = planning.plan(
            [cast(ANN)], words, stage=Stage.TITLE_ABSTRACT, required=lambda _: 2
        )
        self.assertEqual([each.supersedes for each in planned], [9])

    def test_no_more_count_than_the_protocol_asks_for_the_earliest_first(self) -> None:
        late, early = cast(ANN, date=LATER), cast(BOB, date=DAY, line=3)
        undated = cast(CAROL, line=1)
        planned, refused = self.plan(late, undated, early)
        self.assertEqual((planned, refused), ([early, late], [planning.ENOUGH]))

    def test_the_last_word_of_a_person_counts_where_dates_tell_it(self) -> None:
        last = cast(ANN, Decision.EXCLUDE, date=LATER)
        planned, refused = self.plan(last, cast(ANN, date=DAY, line=3))
        self.assertEqual((planned, refused), ([last], [planning.SAID_AGAIN]))

    def test_two_different_words_without_dates_count_for_nothing(self) -> None:
        planned, refused = self.plan(cast(ANN), cast(ANN, Decision.EXCLUDE, line=3))
        self.assertEqual((planned, refused), ([], [planning.AT_ODDS] * 2))

    def test_the_same_word_twice_counts_once_for_the_reasons_of_both(self) -> None:
        first = cast(ANN, Decision.EXCLUDE, criteria=frozenset({4}))
        again = cast(ANN, Decision.EXCLUDE, line=3, criteria=frozenset({5}))
        (counts,), refused = self.plan(again, first)
        self.assertEqual(refused, [planning.SAID_TWICE])
        self.assertEqual((counts.vote.line, counts.criteria), (2, {4, 5}))

    def test_the_same_word_with_other_reasons_counts_as_it_was_said_last(self) -> None:
        last = cast(ANN, Decision.EXCLUDE, date=LATER, criteria=frozenset({5}))
        first = cast(ANN, Decision.EXCLUDE, date=DAY, criteria=frozenset({4}))
        self.assertEqual(self.plan(last, first), ([last], [planning.SAID_AGAIN]))

    def test_a_changed_mind_keeps_the_place_that_was_taken_first(self) -> None:
        last = cast(ANN, Decision.EXCLUDE, date=LATER)
        bob = cast(BOB, date=DAY, line=3)
        planned, refused = self.plan(last, bob, cast(ANN, date=DAY), required=1)
        self.assertEqual(planned, [last])
        self.assertEqual(refused, [planning.SAID_AGAIN, planning.ENOUGH])

    def test_what_cannot_count_at_full_text_supersedes_nothing(self) -> None:
        said = cast(ANN, date=DAY)
        planned, refused = self.plan(
            said, cast(ANN, Decision.MAYBE, date=LATER), stage=Stage.FULL_TEXT
        )
        self.assertEqual((planned, refused), ([said], [planning.NO_MAYBE]))

    def test_a_full_text_has_no_maybe_and_is_excluded_for_a_criterion(self) -> None:
        with_reason = cast(CAROL, Decision.EXCLUDE, criteria=frozenset({4}))
        planned, refused = self.plan(
            cast(ANN, Decision.MAYBE),
            cast(BOB, Decision.EXCLUDE),
            with_reason,
            stage=Stage.FULL_TEXT,
        )
        self.assertEqual(planned, [with_reason])
        self.assertEqual(refused, [planning.NO_MAYBE, planning.NO_CRITERION])
