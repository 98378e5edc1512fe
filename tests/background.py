"""Work in the background, in tests.

A task is carried out at once, inside `jobs.begin`: a test posts and looks at the
result, and what stops a task unforeseen stops the test. To see a job that waits:

    with background.held():
        client.post(...)          # the job waits
        background.carry_out()    # a worker's round; an exception only fails the job
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import override_settings
from django_tasks import task
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import TaskResult
from django_tasks_db.models import DBTaskResult

from reviews import jobs
from reviews.management.commands import work
from reviews.models import Job

QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


class AtOnceBackend(ImmediateBackend):
    """Carries a task out within its `enqueue`, and lets its exceptions through."""

    def _execute_task(self, task_result: TaskResult[Any]) -> None:
        task_result.task.call(*task_result.args, **task_result.kwargs)


@task
def count_slowly(pk: int) -> None:
    """Count to a hundred in five seconds, for tests of a worker's process."""
    jobs.carry_out(pk, _count_slowly)


@contextmanager
def held() -> Iterator[None]:
    """Leave tasks waiting in their queue."""
    with override_settings(TASKS=QUEUED):
        yield


def carry_out() -> None:
    """Do what a worker does with all that waits, in this connection."""
    jobs.give_back_lost(alone=True)
    queue = work.create_queue()
    for row in list(DBTaskResult.objects.ready()):
        row.claim(queue.worker_id)
        queue.run_task(row)


def _count_slowly(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    for number in range(1, 101):
        progress.step(number, 100, f"{number} of 100 counted")
        time.sleep(0.05)
    return {"counted": 100}
