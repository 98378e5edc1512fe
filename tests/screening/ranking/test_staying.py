"""The job that learns stays for further decisions, and leaves as others wait."""

from collections.abc import Callable
from unittest import mock

from django.test import TestCase
from django.utils import timezone

from reviews import jobs
from reviews.models import Job
from screening import decisions
from screening.models import Choice, Ranking
from screening.ranking import refitting
from tests.screening.ranking.ordered import STAGE, create_ordered_review


class Clock:
    """A clock that goes on only where somebody sleeps; what happens then is told."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        self.now, self.slept, self.happens = 0.0, 0, list(happens)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1
        if self.happens:
            self.happens.pop(0)()


class StayingTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast, cls.records = create_ordered_review()
        cls.job = Job.objects.create(
            review=cls.review,
            kind=Job.Kind.RANK,
            subject="ranking",
            state=Job.State.RUNNING,
        )

    def keep_up(self, clock: Clock, *, others_wait: bool = False) -> int:
        with (
            mock.patch.object(refitting, "time", clock),
            # A test is one transaction, in which nobody else would be seen.
            mock.patch.object(refitting, "connection", in_atomic_block=False),
            mock.patch.object(refitting, "_others_wait", return_value=others_wait),
        ):
            return refitting.keep_up(self.review, jobs.Progress(self.job))

    def judge(self, at: int, choice: Choice = Choice.EXCLUDE) -> Callable[[], object]:
        return lambda: decisions.decide(
            self.records[at], choice, reviewer=self.cast.bob
        )

    def test_it_leaves_once_nothing_has_changed_for_a_while(self) -> None:
        clock = Clock()
        made = self.keep_up(clock)
        self.assertEqual(made, Ranking.objects.filter(stage=STAGE).count())
        self.assertGreater(clock.now, refitting.STAYS)
        self.assertLess(clock.now, refitting.STAYS + 2 * refitting.LOOKS)

    def test_a_decision_is_learned_from_while_it_stays(self) -> None:
        self.keep_up(Clock())
        begun = Ranking.objects.count()
        clock = Clock(self.judge(0), lambda: None, self.judge(1, Choice.INCLUDE))
        self.keep_up(clock)
        self.assertEqual(Ranking.objects.count() - begun, 2)
        # It stays as long again after the last of them.
        self.assertGreater(clock.now, refitting.STAYS + 2 * refitting.LOOKS)

    def test_what_is_written_while_it_learns_is_learned_from_next(self) -> None:
        learn = refitting.learn_for_all
        told: list[int] = []

        def judged_meanwhile(*args: object) -> int:
            made = learn(*args)  # type: ignore[arg-type]  # handed on as it came
            if not told:
                self.judge(0)()
            told.append(made)
            return made

        with mock.patch.object(refitting, "learn_for_all", judged_meanwhile):
            self.keep_up(Clock())
        self.assertGreaterEqual(len(told), 2)
        self.assertTrue(told[1])

    def test_features_are_made_once_however_long_it_stays(self) -> None:
        with mock.patch.object(
            refitting.keeping, "of", wraps=refitting.keeping.of
        ) as made:
            self.keep_up(Clock(self.judge(0), self.judge(1)))
        made.assert_called_once()

    def test_it_leaves_as_soon_as_other_work_waits(self) -> None:
        clock = Clock(self.judge(0))
        self.keep_up(clock, others_wait=True)
        self.assertEqual(clock.slept, 0)

    def test_it_stops_where_it_is_asked_to(self) -> None:
        Job.objects.filter(pk=self.job.pk).update(cancel_requested_at=timezone.now())
        with self.assertRaises(jobs.Cancelled):
            self.keep_up(Clock())
