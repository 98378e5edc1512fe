import time
from argparse import SUPPRESS
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from config import worker
from reviews import jobs

# Seconds between two looks, with --forever.
INTERVAL = 1.0


class Command(BaseCommand):
    help = "Carry out the work that waits in the background, then end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lock", type=int, help=SUPPRESS)
        parser.add_argument(
            "--forever",
            action="store_true",
            help="wait for more; with PostgreSQL on any number of machines",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        queue = create_queue()
        # The first signal lets it end what it is carrying out.
        queue.configure_signals()
        if options["forever"]:
            _work_for_ever(queue)
        else:
            _work_off(queue, options["lock"])


def create_queue() -> Worker:
    """Return what carries out the tasks that are ready, one after the other."""
    return Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=INTERVAL,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )


def carry_out_waiting(queue: Worker, *, alone: bool) -> None:
    """Begin again what lost its worker, then carry out all that waits.

    `alone`: no other process does the same.
    """
    jobs.give_back_lost(alone=alone)
    if _something_waits():
        queue.run()


def _work_off(queue: Worker, lock: int | None) -> None:
    while queue.running:
        with worker.locked(lock) as mine:
            if mine is None:
                return
            carry_out_waiting(queue, alone=worker.is_alone())
        lock = None
        # Whoever began something after the last look found the lock held.
        if not _something_waits():
            return


def _work_for_ever(queue: Worker) -> None:
    while queue.running:
        if worker.is_alone():
            with worker.locked() as mine:
                if mine is not None:
                    carry_out_waiting(queue, alone=True)
        else:
            carry_out_waiting(queue, alone=False)
        if queue.running:
            time.sleep(INTERVAL)


def _something_waits() -> bool:
    return DBTaskResult.objects.ready().exists()
