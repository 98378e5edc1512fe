"""A server of its own, on a database of its own, that a test may kill.

server = OwnServer(folder)
server.manage("migrate")
server.start()
server.kill()         # as a lost machine would: at once, and all of it
server.start()
"""

import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings


class OwnServer:
    """gunicorn with one worker, on a port that no other test of this run takes."""

    def __init__(self, folder: str) -> None:
        self.port = 20_000 + os.getpid() % 20_000
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/own.sqlite3",
            "STATIC_ROOT": f"{folder}/static",
            "DEBUG": "on",
            "LOG_LEVEL": "CRITICAL",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py on the database; return what it wrote."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def shell(self, code: str) -> str:
        return self.manage("shell", "--verbosity", "0", "-c", code)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            [
                Path(sys.executable).parent / "gunicorn",
                "config.wsgi",
                *("--bind", f"127.0.0.1:{self.port}", "--threads", "4"),
                *("--log-level", "critical"),
            ],
            cwd=settings.BASE_DIR,
            env=self.environment,
            # A group of its own, so that its workers are killed with it.
            start_new_session=True,
        )
        for _ in range(300):
            try:
                self._ask()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("The server does not start.")

    def kill(self) -> None:
        """Kill it as if the power were cut; one that is not there stays so."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _ask(self) -> None:
        link = HTTPConnection("127.0.0.1", self.port, timeout=20)
        link.request("GET", "/accounts/login/")
        link.getresponse().read()
        link.close()
