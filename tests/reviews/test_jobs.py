from typing import Any

from django.test import TestCase
from django_tasks import task

from reviews import jobs
from reviews.models import Job
from tests import background
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


class JobTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def begin(self, work: jobs.Work = count_to_three, subject: str = "import 1") -> Job:
        WORK["now"] = work
        return jobs.begin(
            self.review,
            Job.Kind.TAKE_IN,
            subject,
            task=do_work,
            by=self.cast.alice,
        )

    def test_is_carried_out_at_once_in_tests(self) -> None:
        job = self.begin()
        self.assertEqual(job.state, Job.State.DONE)
        self.assertEqual(job.result, {"counted": 3})
        self.assertEqual((job.done_count, job.total_count), (3, 3))
        self.assertIsNotNone(job.ended_at)

    def test_waits_until_a_worker_looks(self) -> None:
        with background.held():
            job = self.begin()
            self.assertEqual(job.state, Job.State.WAITING)
            background.carry_out()
        job.refresh_from_db()
        self.assertEqual(job.state, Job.State.DONE)
