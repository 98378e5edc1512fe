"""A long file is laid down in batches, and is there whole or not at all."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core.files import File
from django.db import DatabaseError, connections
from django.test import (
    SimpleTestCase,
    TestCase,
    TransactionTestCase,
    override_settings,
)

from reviews import jobs
from reviews.imports import keeping, later, loading, looking
from reviews.models import AlreadyThere, Event, Import, Job, Record, Review, Search
from screening import decisions, replay
from screening.models import Choice, Decision
from tests import background, databases
from tests.cast import Cast
from tests.factories import create_record, create_search, create_staffed_review
from tests.reviews.test_imports import ris

TITLES = [f"Title {number}" for number in range(25)]


@override_settings(IMPORT_AT_ONCE_RECORDS=5)
class LoadingTests(TestCase):
    review: Review
    cast: Cast
    search: Search

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="MEDLINE")

    def setUp(self) -> None:
        batch = mock.patch.object(loading, "BATCH", 4)
        batch.start()
        self.addCleanup(batch.stop)

    def preview(self, *titles: str) -> Import:
        return looking.preview(
            self.search,
            file_name="a.ris",
            data=ris(*(titles or TITLES)),
            by=self.cast.alice,
        )

    def take_in(self, made: Import) -> Import:
        return loading.take_in(made, by=self.cast.alice)

    def nothing_is_left(self, made: Import) -> None:
        made.refresh_from_db()
        self.assertEqual(made.state, Import.State.PREVIEWED)
        self.assertFalse(Record.stored.filter(source_import=made).exists())
        self.assertFalse(AlreadyThere.objects.filter(source_import=made).exists())

    def failing_at(self, call: int) -> Any:
        """Let the laying down of a batch fail."""
        really, calls = loading._lay, iter(range(1, 100))

        def lay(*args: Any, **options: Any) -> int:
            if next(calls) == call:
                raise DatabaseError("The disk is full.")
            return really(*args, **options)

        return mock.patch.object(loading, "_lay", lay)

    def test_takes_all_of_it_in_in_the_order_of_its_lines(self) -> None:
        made = self.take_in(self.preview())
        self.assertEqual((made.new_count, made.state), (25, Import.State.IMPORTED))
        found = self.review.records.order_by("pk").values_list("title", flat=True)
        self.assertEqual(list(found), TITLES)
        self.assertEqual(Event.objects.get().action, "import.taken_in")

    def test_nobody_sees_a_record_before_all_are_there(self) -> None:
        seen: list[int] = []

        class Watching(jobs.Progress):
            def __init__(self) -> None:
                pass

            def step(self, done: int, total: int, words: str) -> None:
                seen.append(Record.objects.count())

            def hold(self) -> None:
                seen.append(Record.objects.count())

        made = self.preview()
        loading.take_in(made, by=self.cast.alice, progress=Watching())
        self.assertEqual(set(seen), {0})
        self.assertEqual(len(seen), 8)

    def test_a_failure_in_any_batch_leaves_nothing(self) -> None:
        made = self.preview()
        for call in (1, 3, 7):
            with (
                self.subTest(call=call),
                self.failing_at(call),
                self.assertRaises(DatabaseError),
            ):
                self.take_in(made)
            self.nothing_is_left(made)
        self.assertEqual(self.take_in(made).new_count, 25)

    def test_what_a_killed_process_left_is_cleared_first(self) -> None:
        made = self.preview()
        with (
            self.failing_at(5),
            mock.patch.object(loading, "clear"),
            self.assertRaises(DatabaseError),
        ):
            self.take_in(made)
        made.refresh_from_db()
        self.assertEqual(made.state, Import.State.LOADING)
        self.assertEqual(Record.stored.count(), 16)
        self.assertFalse(Record.objects.exists())
        self.assertEqual(self.take_in(made).new_count, 25)
        self.assertEqual(Record.stored.count(), 25)

    def test_what_a_killed_process_left_is_in_nobodys_way(self) -> None:
        made = self.preview()
        with (
            self.failing_at(5),
            mock.patch.object(loading, "clear"),
            self.assertRaises(DatabaseError),
        ):
            self.take_in(made)
        again = self.preview()
        self.assertEqual((again, again.state), (made, Import.State.PREVIEWED))
        self.assertEqual(Record.stored.filter(source_import=made).count(), 0)
        self.assertEqual(self.take_in(again).new_count, 25)

    def test_what_a_killed_process_left_can_be_put_aside(self) -> None:
        made = self.preview()
        with (
            self.failing_at(5),
            mock.patch.object(loading, "clear"),
            self.assertRaises(DatabaseError),
        ):
            self.take_in(made)
        loading.clear_left(made)
        self.nothing_is_left(made)

    def test_what_comes_meanwhile_from_another_file_is_no_longer_new(self) -> None:
        made = self.preview()
        really, other = loading._lay_down, self.preview("Title 3", "New")

        def lay_down(*args: Any, **options: Any) -> Any:
            laid = really(*args, **options)
            if other.state == Import.State.PREVIEWED:
                loading.take_in(other, by=self.cast.alice)
                other.refresh_from_db()
            return laid

        with mock.patch.object(loading, "_lay_down", lay_down):
            made = self.take_in(made)
        self.assertEqual((made.new_count, made.already_there_count), (24, 1))
        self.assertEqual(keeping.already_there(made).get().record.title, "Title 3")
        self.assertEqual(self.review.records.count(), 26)

    def test_a_search_that_never_rests_is_given_up(self) -> None:
        made = self.preview()
        with (
            mock.patch.object(loading, "mark", side_effect=lambda _: (object(),)),
            self.assertRaisesRegex(loading.ChangedMeanwhile, "Nothing was imported"),
        ):
            self.take_in(made)
        self.nothing_is_left(made)

    def test_a_job_takes_it_in_and_says_what_came(self) -> None:
        job = later.take_in(self.preview(), by=self.cast.alice)
        job.refresh_from_db()
        self.assertEqual(job.state, Job.State.DONE)
        self.assertEqual(job.result, {"read": 25, "new": 25, "already_there": 0})

    def test_a_job_that_is_cancelled_leaves_nothing(self) -> None:
        made = self.preview()
        really = loading._lay

        def lay(*args: Any, **options: Any) -> int:
            job = Job.objects.get()
            if job.cancel_requested_at is None:
                jobs.cancel(job, by=self.cast.alice)
            return really(*args, **options)

        with mock.patch.object(loading, "_lay", lay):
            job = later.take_in(made, by=self.cast.alice)
        job.refresh_from_db()
        self.assertEqual(job.state, Job.State.CANCELLED)
        self.nothing_is_left(made)
        self.assertEqual(self.take_in(made).new_count, 25)

    def test_a_file_in_work_is_left_alone(self) -> None:
        made = self.preview()
        with background.held():
            later.take_in(made, by=self.cast.alice)
            with self.assertRaises(jobs.AlreadyAtWork):
                later.take_in(made, by=self.cast.alice)
            acts: list[Callable[[], object]] = [
                lambda: keeping.discard(made, by=self.cast.alice),
                lambda: looking.read_again(
                    made, looking.TOLD_BY_CONTENT, by=self.cast.alice
                ),
                lambda: self.preview(),
            ]
            for act in acts:
                with self.assertRaises(keeping.NotWaiting):
                    act()
            background.carry_out()
        self.assertEqual(self.review.records.count(), 25)

    @override_settings(IMPORT_AT_ONCE_BYTES=10)
    def test_a_file_read_in_the_background_is_put_aside_when_cancelled(self) -> None:
        with (
            mock.patch.object(jobs.Progress, "step", side_effect=jobs.Cancelled),
            mock.patch.object(looking, "_STEP", 5),
            tempfile.TemporaryFile() as file,
        ):
            file.write(ris(*TITLES))
            file.seek(0)
            made = later.preview(self.search, file=as_upload(file), by=self.cast.alice)
        made.refresh_from_db()
        self.assertEqual(made.state, Import.State.DISCARDED)


def as_upload(file: Any) -> Any:
    """Return an open file as an upload is."""
    return File(file, name="a.ris")


@override_settings(IMPORT_AT_ONCE_RECORDS=5)
class ImportWhileOthersVoteTests(TransactionTestCase):
    def test_no_vote_is_lost(self) -> None:
        review, cast = create_staffed_review()
        search = create_search(review=review, name="MEDLINE")
        judged = [create_record(review=review) for _ in range(20)]
        made = looking.preview(
            search,
            file_name="a.ris",
            data=ris(*(f"T {n}" for n in range(120))),
            by=cast.alice,
        )
        begun = threading.Barrier(3)
        failed: list[BaseException] = []

        def run(act: Callable[[], object]) -> None:
            try:
                begun.wait()
                act()
            except DatabaseError as error:
                failed.append(error)
            finally:
                connections.close_all()

        def vote(reviewer: Any) -> None:
            for record in judged:
                decisions.decide(record, Choice.INCLUDE, reviewer=reviewer)

        acts: list[Callable[[], object]] = [
            lambda: loading.take_in(made, by=cast.alice),
            lambda: vote(cast.bob),
            lambda: vote(cast.carol),
        ]
        threads = [threading.Thread(target=run, args=[act]) for act in acts]
        with mock.patch.object(loading, "BATCH", 10):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(failed, [])
        self.assertEqual(Decision.objects.count(), 40)
        self.assertEqual(review.records.count(), 140)
        self.assertEqual(review.records.included().count(), 20)
        self.assertEqual(replay.check(review), [])


BEGIN = """
from tests.factories import create_search, create_staffed_review
from reviews.imports import looking
from tests.reviews.test_imports import ris
review, cast = create_staffed_review(slug="kill")
search = create_search(review=review, name="MEDLINE")
looking.preview(
    search, file_name="a.ris", data=ris(*(f"T {n}" for n in range(40))), by=cast.alice
)
"""
# The process kills itself before a function is called for the nth time.
KILLED = """
import os, signal
from reviews import events
from reviews.imports import loading
from reviews.models import Import
from django.db.models import QuerySet
loading.BATCH = 10
left = {number}
def killing(really):
    def act(*args, **options):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return really(*args, **options)
    return act
{where} = killing({where})
made = Import.objects.get()
loading.take_in(made, by=made.uploaded_by)
"""
LOOK = """
SELECT (SELECT COUNT(*) FROM reviews_record WHERE in_review), new_count,
    (SELECT COUNT(*) FROM reviews_event)
FROM reviews_import
"""
AGAIN = """
from reviews.imports import loading
from reviews.models import Import
made = Import.objects.get()
if made.state != "imported":
    loading.take_in(made, by=made.uploaded_by)
"""


@pytest.mark.django_db
@pytest.mark.usefixtures("django_db_setup")
class KilledTests(SimpleTestCase):
    """A process of its own, on a database of its own, killed while it imports."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.database = self.folder / "kill.sqlite3"
        self.environment = {
            **os.environ,
            "DATA_DIR": folder.name,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "IMPORT_AT_ONCE_RECORDS": "5",
            "LOG_LEVEL": "CRITICAL",
        }

    def shell(self, code: str) -> subprocess.CompletedProcess[str]:
        return self.manage("shell", "--verbosity", "0", "-c", code)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def kept(self) -> tuple[int, ...]:
        """Return how many records, how many the import counts, how many events."""
        with closing(sqlite3.connect(self.database)) as link:
            (found,) = link.execute(LOOK)
            return tuple(found)

    def test_killed_at_any_moment_it_leaves_none_or_all(self) -> None:
        databases.lay(self.database, self.environment)
        self.shell(BEGIN)
        for where, number in (
            ("loading._begin", 1),
            ("loading._lay", 1),
            ("loading._lay", 3),
            ("loading._bring_in", 1),
            ("loading._finish", 1),
            ("events.record", 1),
        ):
            with self.subTest(where=where, number=number):
                killed = self.shell(KILLED.format(where=where, number=number))
                self.assertEqual(killed.returncode, -signal.SIGKILL, killed.stderr)
                self.assertEqual(self.kept(), (0, 0, 0))
        self.shell(AGAIN)
        self.assertEqual(self.kept(), (40, 40, 1))
