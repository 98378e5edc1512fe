"""Work in the background, in tests.

A task is carried out at once, inside `jobs.begin`: a test posts and looks at the
result, and what stops a task unforeseen stops the test. To see a job that waits:

    with background.held():
        client.post(...)          # the job waits
        background.carry_out()    # a worker's round; an exception only fails the job
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import override_settings
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import TaskResult
from django_tasks_db.models import DBTaskResult

from reviews import jobs
from reviews.management.commands import work

QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


class AtOnceBackend(ImmediateBackend):
    """Carries a task out within its `enqueue`, and lets its exceptions through."""

    def _execute_task(self, task_result: TaskResult[Any]) -> None:
        task_result.task.call(*task_result.args, **task_result.kwargs)


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
