"""Turns: writers of one process go one after the other, first come, first served.

SQLite lets one write at a time and makes the others ask again after ever longer naps,
so that under load somebody waits for seconds while others pass. With turns the wait is
that of a queue.
"""

import threading
from collections import deque


class Turns:
    """A lock that is handed to whoever has waited longest."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._is_taken = False

    def take(self, *, timeout: float) -> bool:
        """Wait for one's turn; tell whether it came within `timeout` seconds."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            called = threading.Event()
            self._waiting.append(called)
        if called.wait(timeout):
            return True
        with self._guard:
            # It may have been called between the end of the wait and here.
            if called.is_set():
                return True
            self._waiting.remove(called)
        return False

    def give_back(self) -> None:
        """Let the next one write."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False
