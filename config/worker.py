"""The process that carries out what waits: started on demand, one at a time.

It is a process and not a thread of the web server, or reading a large file would hold
up every page (docs/decisions/0007-a-process-on-demand.md).
"""

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


def wake() -> None:
    """Start a worker, unless one is at work or the team runs its own."""
    if settings.WORKER != "demand":
        return
    with locked() as lock, open(settings.WORKER_LOG, "ab") as log:
        if lock is None:
            return
        process = subprocess.Popen(
            [sys.executable, "manage.py", "work", "--lock", str(lock)],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # It holds the lock from its birth: nobody starts a second one meanwhile.
            pass_fds=[lock],
            # It outlives the web server's process, and its signals.
            start_new_session=True,
        )
    # Somebody has to take note that it ended, or it stays in the list of processes.
    threading.Thread(target=process.wait, daemon=True).start()


def is_alone() -> bool:
    """Return whether the worker that holds the lock is the only one there can be."""
    return connection.vendor == "sqlite"


@contextmanager
def locked(inherited: int | None = None) -> Iterator[int | None]:
    """Hold the lock of this machine's worker; yield its descriptor if it could be had.

    The kernel frees it when its process ends, whatever ended it. `inherited`: the
    descriptor of one that is held already.
    """
    if inherited is not None:
        try:
            yield inherited
        finally:
            os.close(inherited)
        return
    with open(settings.WORKER_LOCK, "ab") as file:
        yield file.fileno() if _lock(file.fileno()) else None


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
