import threading
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import IntegrityError, transaction
from django.test import SimpleTestCase, TestCase, TransactionTestCase, override_settings
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config import worker
from reviews import access, jobs
from reviews.models import Job, Review
from tests import background
from tests.cast import Cast
from tests.factories import create_staffed_review

# What the task below does; each test sets it.
WORK: dict[str, jobs.Work] = {}


@task
def do_work(pk: int) -> None:
    jobs.carry_out(pk, WORK["now"])


def count_to_three(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    for number in range(1, 4):
        progress.step(number, 3, f"{number} of 3 counted")
    return {"counted": 3}


def begin(
    review: Review,
    cast: Cast,
    work: jobs.Work = count_to_three,
    *,
    subject: str = "import 1",
) -> Job:
    WORK["now"] = work
    return jobs.begin(review, Job.Kind.TAKE_IN, subject, task=do_work, by=cast.alice)


class JobTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def begin(self, work: jobs.Work = count_to_three, *, subject: str = "a 1") -> Job:
        return begin(self.review, self.cast, work, subject=subject)

    def state_after_work(self, job: Job) -> str:
        background.carry_out()
        job.refresh_from_db()
        return job.state

    def test_is_carried_out_at_once_in_tests(self) -> None:
        job = self.begin()
        self.assertEqual((job.state, job.result), (Job.State.DONE, {"counted": 3}))
        self.assertEqual((job.step, job.percent), ("3 of 3 counted", 100))
        self.assertIsNotNone(job.ended_at)

    def test_waits_until_a_worker_looks(self) -> None:
        with background.held():
            job = self.begin()
            self.assertEqual(job.state, Job.State.WAITING)
            self.assertEqual(self.state_after_work(job), Job.State.DONE)

    def test_is_begun_together_with_what_it_belongs_to_or_not_at_all(self) -> None:
        with background.held(), self.assertRaises(IntegrityError), transaction.atomic():
            self.begin()
            raise IntegrityError
        self.assertFalse(Job.objects.exists())
        self.assertFalse(DBTaskResult.objects.exists())

    def test_wakes_a_worker_once_it_is_kept(self) -> None:
        with (
            background.held(),
            patch.object(worker, "wake") as wake,
            self.captureOnCommitCallbacks(execute=True),
        ):
            self.begin()
            wake.assert_not_called()
        wake.assert_called_once_with()

    def test_goes_on_once_a_subject_at_a_time(self) -> None:
        with background.held():
            job = self.begin()
            with self.assertRaises(jobs.AlreadyAtWork) as raised:
                self.begin()
            self.assertEqual(raised.exception.job, job)
            self.begin(subject="a 2")
            background.carry_out()
            again = self.begin()
            self.assertNotEqual(again, job)
            self.assertEqual(jobs.of(self.review, "a 1"), again)

    def test_fails_with_the_reason_that_the_work_gives(self) -> None:
        def give_up(job: Job, progress: jobs.Progress) -> dict[str, Any]:
            raise jobs.CannotBeDone("The file is not there any more.")

        job = self.begin(give_up)
        self.assertEqual(job.state, Job.State.FAILED)
        self.assertEqual(job.error, "The file is not there any more.")

    def test_what_stops_it_unforeseen_is_logged_whole_and_told_in_words(self) -> None:
        def stumble(job: Job, progress: jobs.Progress) -> dict[str, Any]:
            return {"never": 1 // 0}

        with background.held(), self.assertLogs("django_tasks") as logged:
            job = self.begin(stumble)
            self.assertEqual(self.state_after_work(job), Job.State.FAILED)
        self.assertEqual(job.error, jobs.UNFORESEEN)
        self.assertIn("ZeroDivisionError", "".join(logged.output))

    def test_a_process_told_to_end_at_once_leaves_it_to_the_next(self) -> None:
        def end(job: Job, progress: jobs.Progress) -> dict[str, Any]:
            raise SystemExit(1)

        with background.held(), self.assertLogs("django_tasks"):
            job = self.begin(end)
            self.assertEqual(self.state_after_work(job), Job.State.RUNNING)
            WORK["now"] = count_to_three
            with self.assertLogs("reviews.jobs"):
                self.assertEqual(self.state_after_work(job), Job.State.DONE)

    def test_is_carried_out_once_however_often_its_task_is(self) -> None:
        job = self.begin()
        jobs.carry_out(job.pk, lambda job, progress: {"again": True})
        job.refresh_from_db()
        self.assertEqual(job.result, {"counted": 3})


class CancelTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def cancel(self, job: Job) -> Job:
        return jobs.cancel(job, by=self.cast.alice)

    def test_ends_at_once_where_nobody_has_begun(self) -> None:
        with background.held():
            job = self.cancel(begin(self.review, self.cast))
            self.assertEqual(job.state, Job.State.CANCELLED)
            background.carry_out()
        job.refresh_from_db()
        self.assertEqual((job.state, job.result), (Job.State.CANCELLED, None))

    def test_reaches_the_work_at_its_next_step(self) -> None:
        reached = []

        def work(job: Job, progress: jobs.Progress) -> dict[str, Any]:
            progress.step(1, 2, "1 of 2")
            self.assertEqual(self.cancel(job).state, Job.State.RUNNING)
            reached.append(1)
            progress.step(2, 2, "2 of 2")
            reached.append(2)
            return {}

        job = begin(self.review, self.cast, work)
        self.assertEqual((job.state, reached), (Job.State.CANCELLED, [1]))

    def test_reaches_the_work_when_it_is_about_to_keep_its_result(self) -> None:
        def work(job: Job, progress: jobs.Progress) -> dict[str, Any]:
            self.cancel(job)
            progress.hold()
            raise AssertionError

        self.assertEqual(begin(self.review, self.cast, work).state, Job.State.CANCELLED)

    def test_comes_too_late_for_one_that_has_ended(self) -> None:
        job = begin(self.review, self.cast)
        self.assertEqual(self.cancel(job).state, Job.State.DONE)

    def test_is_for_owners(self) -> None:
        job = begin(self.review, self.cast)
        with self.assertRaises(access.WrongRole):
            jobs.cancel(job, by=self.cast.bob)


class LostWorkerTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def lose(self, **fields: Any) -> Job:
        """Return a job whose worker was killed in the middle."""
        with background.held():
            job = begin(self.review, self.cast)
        now = timezone.now()
        running = {"state": Job.State.RUNNING, "started_at": now, "heartbeat_at": now}
        Job.objects.filter(pk=job.pk).update(**{**running, **fields})
        DBTaskResult.objects.get(pk=job.task_id).claim("killed")
        job.refresh_from_db()
        return job

    def give_back(self, job: Job, *, alone: bool = True) -> Job:
        jobs.give_back_lost(alone=alone)
        job.refresh_from_db()
        return job

    def test_is_begun_again(self) -> None:
        job = self.lose()
        with self.assertLogs("reviews.jobs"):
            background.carry_out()
        job.refresh_from_db()
        self.assertEqual((job.state, job.attempts), (Job.State.DONE, 1))

    def test_is_left_alone_while_another_worker_gives_signs_of_life(self) -> None:
        job = self.lose()
        self.assertEqual(self.give_back(job, alone=False).state, Job.State.RUNNING)

    def test_is_taken_for_lost_after_a_minute_of_silence(self) -> None:
        job = self.lose(heartbeat_at=timezone.now() - timedelta(seconds=61))
        with self.assertLogs("reviews.jobs"):
            self.assertEqual(self.give_back(job, alone=False).state, Job.State.WAITING)

    def test_is_begun_again_if_lost_between_task_and_job(self) -> None:
        job = self.lose(state=Job.State.WAITING, heartbeat_at=None)
        with self.assertLogs("reviews.jobs"):
            background.carry_out()
        job.refresh_from_db()
        self.assertEqual(job.state, Job.State.DONE)

    def test_one_that_waits_for_its_turn_is_not_lost(self) -> None:
        with background.held():
            job = begin(self.review, self.cast)
        self.assertEqual(self.give_back(job).attempts, 0)

    def test_fails_when_it_was_lost_three_times(self) -> None:
        job = self.lose(attempts=2)
        with self.assertLogs("reviews.jobs"):
            self.give_back(job)
        self.assertEqual(job.state, Job.State.FAILED)
        self.assertEqual(job.error, jobs.LOST_TOO_OFTEN)
        self.assertIsNotNone(job.ended_at)

    def test_fails_where_its_task_is_gone(self) -> None:
        job = self.lose()
        DBTaskResult.objects.all().delete()
        with self.assertLogs("reviews.jobs"):
            self.assertEqual(self.give_back(job).state, Job.State.FAILED)

    def test_one_to_be_cancelled_is_begun_again_to_clean_up(self) -> None:
        job = jobs.cancel(self.lose(), by=self.cast.alice)
        with self.assertLogs("reviews.jobs"):
            self.give_back(job)
        self.assertEqual(jobs.cancel(job, by=self.cast.alice).state, Job.State.WAITING)
        background.carry_out()
        job.refresh_from_db()
        self.assertEqual(job.state, Job.State.CANCELLED)

    def test_a_worker_that_comes_back_to_life_changes_nothing_any_more(self) -> None:
        def be_suspended(job: Job, progress: jobs.Progress) -> dict[str, Any]:
            progress.step(1, 3, "1 of 3")
            with self.assertLogs("reviews.jobs"):
                jobs.give_back_lost(alone=True)
            with self.assertRaises(jobs.Superseded):
                progress.hold()
            progress.step(3, 3, "3 of 3")
            raise AssertionError

        with background.held(), self.assertLogs("reviews.jobs", "WARNING"):
            job = begin(self.review, self.cast, be_suspended)
            row = DBTaskResult.objects.get()
            row.claim("suspended")
            jobs.carry_out(job.pk, be_suspended)
        job.refresh_from_db()
        self.assertEqual((job.state, job.step), (Job.State.WAITING, ""))
        row.refresh_from_db()
        self.assertEqual(row.status, TaskResultStatus.READY)

    def test_is_looked_after_when_there_may_be_no_worker(self) -> None:
        job = self.lose()
        later = timezone.now() + timedelta(minutes=2)
        with patch.object(worker, "is_alone", return_value=True):
            self.assertTrue(jobs.needs_worker(job))
        with patch.object(worker, "is_alone", return_value=False):
            self.assertFalse(jobs.needs_worker(job))
            self.assertTrue(jobs.needs_worker(job, at=later))
        job.state = Job.State.DONE
        self.assertFalse(jobs.needs_worker(job, at=later))


class HeartbeatTests(TransactionTestCase):
    def test_a_long_step_gives_signs_of_life(self) -> None:
        review, cast = create_staffed_review()
        beaten = threading.Event()

        def work(job: Job, progress: jobs.Progress) -> dict[str, Any]:
            for _ in range(200):
                row = Job.objects.get(pk=job.pk)
                if row.heartbeat_at and row.started_at != row.heartbeat_at:
                    beaten.set()
                    break
                threading.Event().wait(0.05)
            return {}

        with background.held(), patch.object(jobs, "BEAT", timedelta(seconds=0.05)):
            job = begin(review, cast, work)
            jobs.carry_out(job.pk, work)
        self.assertTrue(beaten.is_set())


@override_settings(WORKER="demand")
class WakeTests(SimpleTestCase):
    def test_starts_a_process_unless_one_holds_the_lock(self) -> None:
        with patch("config.worker.subprocess.Popen") as popen:
            with worker.locked() as mine:
                self.assertIsNotNone(mine)
                worker.wake()
                popen.assert_not_called()
            worker.wake()
        popen.assert_called_once()
        self.assertTrue(popen.call_args.kwargs["start_new_session"])

    @override_settings(WORKER="external")
    def test_leaves_it_to_the_team_that_runs_its_own(self) -> None:
        with patch("config.worker.subprocess.Popen") as popen:
            worker.wake()
        popen.assert_not_called()
