"""The process that carries out what waits: killed, started twice, told to end.

Each worker is a process of its own, on a database of its own.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import SimpleTestCase

from tests import databases

SETUP = """
from tests.factories import create_staffed_review
create_staffed_review(slug="work")
"""
BEGIN = """
from reviews import jobs
from reviews.models import Job, Review
from tests.background import count_slowly
jobs.begin(
    Review.objects.get(slug="work"), Job.Kind.TAKE_IN, "{subject}",
    task=count_slowly, by=None,
)
"""
WAKE = "from config import worker; worker.wake()"
PATIENCE = 60.0


@pytest.mark.django_db
@pytest.mark.usefixtures("django_db_setup")
class WorkerTests(SimpleTestCase):
    environment: dict[str, str]
    database: Path

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(folder.cleanup)
        cls.database = Path(folder.name) / "work.sqlite3"
        cls.environment = {
            **os.environ,
            "DATA_DIR": folder.name,
            "DATABASE_URL": f"sqlite:///{cls.database}",
            "WORKER": "external",
        }
        databases.lay(cls.database, cls.environment)
        cls.shell(SETUP)

    @classmethod
    def manage(cls, *arguments: str, **environment: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env={**cls.environment, **environment},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    @classmethod
    def shell(cls, code: str, **environment: str) -> str:
        return cls.manage("shell", "--verbosity", "0", "-c", code, **environment)

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "work", *options],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def job(self, subject: str) -> dict[str, Any]:
        with closing(sqlite3.connect(self.database)) as link:
            link.row_factory = sqlite3.Row
            found = link.execute(
                "SELECT * FROM reviews_job WHERE subject = ?", [subject]
            )
            return dict(found.fetchone())

    def wait_for(self, subject: str, test: Callable[[dict[str, Any]], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not test(self.job(subject)):
            self.assertLess(time.monotonic(), until, self.job(subject))
            time.sleep(0.05)

    def wait_until_done(self, subject: str) -> None:
        self.wait_for(subject, lambda job: job["state"] == "done")
        self.assertEqual(self.job(subject)["result"], '{"counted": 100}')

    def test_one_that_is_killed_in_the_middle_is_replaced_when_somebody_looks(
        self,
    ) -> None:
        self.shell(BEGIN.format(subject="killed"))
        first = self.start()
        self.wait_for("killed", lambda job: job["done_count"] > 5)
        first.send_signal(signal.SIGKILL)
        first.wait()
        self.assertEqual(self.job("killed")["state"], "running")
        self.shell(WAKE, WORKER="demand")
        self.wait_until_done("killed")
        self.assertEqual(self.job("killed")["attempts"], 1)

    def test_begins_by_itself_and_ends_when_nothing_waits(self) -> None:
        self.shell(BEGIN.format(subject="by itself"), WORKER="demand")
        self.wait_until_done("by itself")
        self.assertEqual(self.start().wait(PATIENCE), 0)

    def test_of_two_started_at_once_one_alone_works(self) -> None:
        self.shell(BEGIN.format(subject="two"))
        both = [self.start(), self.start()]
        self.wait_for("two", lambda job: job["done_count"] > 5)
        self.wait_for("two", lambda _: any(each.poll() == 0 for each in both))
        self.assertEqual(self.job("two")["state"], "running")
        self.wait_until_done("two")
        self.assertEqual(self.job("two")["attempts"], 0)

    def test_that_of_a_team_waits_for_more_and_ends_what_it_began_when_told_to(
        self,
    ) -> None:
        process = self.start("--forever")
        for subject in ("first", "second"):
            self.shell(BEGIN.format(subject=subject))
            self.wait_for(subject, lambda job: job["done_count"] > 5)
            if subject == "second":
                process.terminate()
            self.wait_until_done(subject)
        self.assertEqual(process.wait(PATIENCE), 0)
