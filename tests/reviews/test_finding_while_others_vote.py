"""Duplicates are found in the background while others work."""

import threading
from unittest import mock

from django.db import connections
from django.test import TransactionTestCase

from reviews import events, jobs, tasks
from reviews.duplicates import finding, stored
from reviews.models import Job
from tests import background
from tests.factories import create_record, create_staffed_review


class FindingWhileOthersWorkTests(TransactionTestCase):
    def test_goes_on_when_somebody_writes_while_it_reads(self) -> None:
        review, cast = create_staffed_review()
        for number in range(12):
            create_record(review=review, title=f"Ketamine in ward {number}")
        with background.held():
            job = jobs.begin(
                review,
                Job.Kind.FIND_DUPLICATES,
                "duplicates",
                task=tasks.find_duplicates,
                by=cast.alice,
            )

        def write() -> None:
            events.record(review, "note.made", "Somebody did something", by=cast.bob)
            connections.close_all()

        class Meanwhile(jobs.Progress):
            def step(self, done: int, total: int, words: str) -> None:
                other = threading.Thread(target=write)
                other.start()
                other.join()
                super().step(done, total, words)

        with (
            mock.patch.object(jobs, "Progress", Meanwhile),
            mock.patch.object(jobs, "_TOLD", jobs.timedelta(0)),
            mock.patch.object(stored, "_PAGE", 3),
            mock.patch.object(finding, "_TOLD_AFTER", 2),
            background.held(),
        ):
            background.carry_out()
        job.refresh_from_db()
        self.assertEqual((job.state, job.error), (Job.State.DONE, ""))
