from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reviews import jobs
from reviews.imports import looking
from reviews.models import Job, Review
from tests.cast import Cast
from tests.factories import create_search, create_staffed_review


class JobPageTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def create(self, **fields: Any) -> Job:
        fields = {
            "kind": Job.Kind.TAKE_IN,
            "subject": "import 7",
            "created_by": self.cast.alice,
            **fields,
        }
        return Job.objects.create(review=self.review, **fields)

    def running(self, **fields: Any) -> Job:
        now = timezone.now()
        return self.create(
            state=Job.State.RUNNING,
            started_at=now,
            heartbeat_at=now,
            step="12,400 records laid down",
            done_count=12_400,
            total_count=100_000,
            **fields,
        )

    def url(self, name: str, *arguments: int) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *arguments])

    def test_tells_how_far_it_is_and_asks_again_each_second(self) -> None:
        job = self.running()
        page = self.client.get(self.url("job_detail", job.pk))
        self.assertContains(page, "12,400 records laid down")
        self.assertContains(page, "12 %")
        self.assertContains(page, 'hx-trigger="every 1s"')
        self.assertContains(page, "Look again")
        self.assertContains(page, self.url("job_cancel", job.pk))

    def test_answers_the_fragment_alone_to_the_page_that_asks_again(self) -> None:
        job = self.running()
        url = self.url("job_detail", job.pk)
        answer = self.client.get(url, headers={"HX-Request": "true"})
        self.assertTemplateNotUsed(answer, "reviews/job/detail.html")
        self.assertContains(answer, f'id="job-{job.pk}"', count=1)
        self.assertNotIn("HX-Refresh", answer.headers)

    def test_has_the_page_loaded_anew_for_who_is_signed_out(self) -> None:
        url = self.url("job_detail", self.running().pk)
        self.client.logout()
        answer = self.client.get(url, headers={"HX-Request": "true"})
        self.assertEqual(answer.headers["HX-Refresh"], "true")
        self.assertRedirects(
            self.client.get(url), f"{reverse('account_login')}?next={url}"
        )

    def test_has_the_page_loaded_anew_when_it_has_ended(self) -> None:
        job = self.create(state=Job.State.DONE, ended_at=timezone.now())
        url = self.url("job_detail", job.pk)
        answer = self.client.get(url, headers={"HX-Request": "true"})
        self.assertEqual(answer.headers["HX-Refresh"], "true")
        page = self.client.get(url)
        self.assertNotContains(page, "every 1s")
        self.assertContains(page, self.url("import_detail", 7))

    def test_tells_in_words_why_it_failed(self) -> None:
        job = self.create(
            state=Job.State.FAILED, error=jobs.UNFORESEEN, ended_at=timezone.now()
        )
        page = self.client.get(self.url("job_detail", job.pk))
        self.assertContains(page, "Taking in a file failed.")
        self.assertContains(page, jobs.UNFORESEEN)
        self.assertContains(page, 'role="alert"')

    def test_looks_after_one_whose_worker_was_lost(self) -> None:
        job = self.running()
        url = self.url("job_detail", job.pk)
        with patch("config.worker.wake") as wake:
            Job.objects.update(heartbeat_at=timezone.now() - jobs.LOST * 2)
            self.client.get(url)
            wake.assert_called_once_with()
            Job.objects.update(state=Job.State.DONE, ended_at=timezone.now())
            self.client.get(url)
            wake.assert_called_once_with()

    def test_an_owner_cancels_it_once(self) -> None:
        job = self.running()
        answer = self.client.post(self.url("job_cancel", job.pk))
        self.assertRedirects(
            answer, self.url("import_detail", 7), fetch_redirect_response=False
        )
        page = self.client.get(self.url("job_detail", job.pk))
        self.assertContains(page, "It is being stopped")
        self.assertNotContains(page, self.url("job_cancel", job.pk))

    def test_a_member_follows_it_and_cannot_cancel_it(self) -> None:
        job = self.running()
        self.client.force_login(self.cast.bob)
        page = self.client.get(self.url("job_detail", job.pk))
        self.assertNotContains(page, self.url("job_cancel", job.pk))
        answer = self.client.post(self.url("job_cancel", job.pk))
        self.assertEqual(answer.status_code, 403)

    def test_hides_the_votes_that_are_moved_in_from_a_reviewer(self) -> None:
        job = self.running(kind=Job.Kind.MOVE_IN_VOTES)
        self.client.force_login(self.cast.bob)
        answer = self.client.get(self.url("job_detail", job.pk))
        self.assertEqual(answer.status_code, 404)

    def test_lists_the_latest_first_for_owners(self) -> None:
        made = looking.preview(
            create_search(review=self.review),
            file_name="one.ris",
            data=b"TY  - JOUR\nTI  - A trial\nER  - \n",
            by=self.cast.alice,
        )
        self.create(subject=f"import {made.pk}", step="the later")
        self.create(
            kind=Job.Kind.FIND_DUPLICATES,
            subject="duplicates",
            state=Job.State.FAILED,
            error="the earlier",
            ended_at=timezone.now(),
            created_at=timezone.now() - timedelta(hours=1),
        )
        text = self.client.get(self.url("job_list")).content.decode()
        self.assertLess(text.index("the later"), text.index("the earlier"))
        self.assertIn("one.ris", text)
        history = self.client.get(self.url("event_list"))
        self.assertContains(history, self.url("job_list"))

    def test_a_list_of_many_takes_as_many_queries_as_one_of_few(self) -> None:
        def ended(number: int) -> Job:
            return self.create(
                subject=f"import {number}",
                state=Job.State.DONE,
                ended_at=timezone.now(),
            )

        ended(1)
        with CaptureQueriesContext(connection) as few:
            self.client.get(self.url("job_list"))
        for number in range(2, 30):
            ended(number)
        with self.assertNumQueries(len(few)):
            self.client.get(self.url("job_list"))
