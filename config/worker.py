"""The process that carries out what waits: started on demand, one at a time.

It is a process and not a thread of the web server, or reading a large file would hold
up every page (docs/decisions/0007-a-process-on-demand.md).
"""

import fcntl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

# Whoever only looks whether the lock is free holds it for an instant.
_PAUSE = 0.05


def wake() -> None:
    """Start a worker, unless one is at work or the team runs its own."""
    if settings.WORKER != "demand" or is_at_work():
        return
    with open(settings.WORKER_LOG, "ab") as log:
        process = subprocess.Popen(
            [sys.executable, settings.BASE_DIR / "manage.py", "work"],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # It outlives the web server's process, and its signals.
            start_new_session=True,
        )
    # Somebody has to take note that it ended, or it stays in the list of processes.
    threading.Thread(target=process.wait, daemon=True).start()


def is_at_work() -> bool:
    """Return whether a worker of this machine holds the lock."""
    with locked() as free:
        return not free


def is_alone() -> bool:
    """Return whether the worker that holds the lock is the only one there can be."""
    return connection.vendor == "sqlite"


@contextmanager
def locked(*, tries: int = 1) -> Iterator[bool]:
    """Hold the lock of the one worker; yield whether it could be had.

    The kernel frees it when its process ends, whatever ended it.
    """
    with open(settings.WORKER_LOCK, "ab") as file:
        had = _lock(file.fileno())
        for _ in range(tries - 1):
            if had:
                break
            time.sleep(_PAUSE)
            had = _lock(file.fileno())
        yield had


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
