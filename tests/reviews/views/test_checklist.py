from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.checklists import answers
from reviews.checklists.answers import Answer, Status
from reviews.models import Event
from tests.factories import create_staffed_review, create_study

LIST, DETAIL, EDIT = "checklist_list", "checklist_detail", "checklist_edit"


class ChecklistPageTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        create_study(review=cls.review)

    def url(self, name: str, *arguments: str) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *arguments])

    def say(self, item: str, said: Answer) -> None:
        answers.answer(self.review, "prisma_s", item, said, by=self.cast.alice)

    def test_lists_the_four_checklists_with_their_progress(self) -> None:
        self.say("8", Answer(Status.REPORTED))
        self.client.force_login(self.cast.vera)

        page = self.client.get(self.url(LIST))

        for name in ("PRISMA 2020 checklist", "abstracts", "PRISMA-S", "PRISMA-ScR"):
            self.assertContains(page, name)
        self.assertContains(page, "1 of 16")

    def test_shows_what_the_records_say_and_what_the_team_says(self) -> None:
        said = Answer(Status.PARTLY, "Page 4", "Lacks <b>")
        answers.answer(self.review, "prisma2020", "13b", said, by=self.cast.alice)
        self.client.force_login(self.cast.vera)

        page = self.client.get(self.url(DETAIL, "prisma2020"))

        self.assertContains(page, 'id="item-13b"')
        self.assertContains(page, "Partly reported")
        self.assertContains(page, "Lacks &lt;b&gt;")
        self.assertContains(page, "For the authors to write")
        self.assertContains(page, '">1</a> study')
        self.assertNotContains(page, "Answer the items")

    def test_an_owner_answers_all_items_in_one_form(self) -> None:
        self.client.force_login(self.cast.alice)
        self.assertContains(self.client.get(self.url(EDIT, "prisma_s")), "8-place")

        response = self.client.post(
            self.url(EDIT, "prisma_s"),
            {"8-status": "reported", "8-place": "Appendix 1", "9-note": "To do"},
        )

        self.assertRedirects(response, self.url(DETAIL, "prisma_s"))
        found = answers.standing(self.review, "prisma_s")
        self.assertEqual(found["8"], Answer(Status.REPORTED, "Appendix 1"))
        self.assertEqual(found["9"].note, "To do")
        self.assertEqual(Event.objects.filter(action="checklist.answered").count(), 2)

    def test_a_form_that_was_opened_before_undoes_nobodys_answer(self) -> None:
        self.client.force_login(self.cast.alice)
        self.say("8", Answer(Status.REPORTED, "Page 2"))

        # As the page was before: item 8 open, and left alone.
        posted = {"8-status": "", "initial-8-status": "", "8-place": ""}
        posted |= {"initial-8-place": "", "9-status": "partly"}
        self.client.post(self.url(EDIT, "prisma_s"), posted)

        found = answers.standing(self.review, "prisma_s")
        self.assertEqual(found["8"], Answer(Status.REPORTED, "Page 2"))
        self.assertEqual(found["9"].status, Status.PARTLY)

    def test_an_answer_is_cleared(self) -> None:
        self.client.force_login(self.cast.alice)
        self.say("8", Answer(Status.REPORTED, "Page 2"))

        self.client.post(
            self.url(EDIT, "prisma_s"),
            {
                "8-status": "",
                "initial-8-status": "reported",
                "8-place": "",
                "initial-8-place": "Page 2",
            },
        )

        self.assertEqual(answers.standing(self.review, "prisma_s")["8"], Answer())

    def test_a_wrong_status_or_a_place_too_long_is_refused(self) -> None:
        self.client.force_login(self.cast.alice)
        for posted in ({"8-status": "perhaps"}, {"8-place": "x" * 501}):
            response = self.client.post(self.url(EDIT, "prisma_s"), posted)
            self.assertEqual(response.status_code, 422)
        self.assertFalse(self.review.checklist_answers.exists())

    def test_there_is_no_other_checklist_nor_file(self) -> None:
        self.client.force_login(self.cast.alice)
        for url in (
            self.url(DETAIL, "consort"),
            self.url(EDIT, "consort"),
            self.url("checklist_file", "consort", "csv"),
            self.url("checklist_file", "prisma_s", "exe"),
        ):
            self.assertEqual(self.client.get(url).status_code, 404, url)

    def test_a_checklist_can_be_downloaded(self) -> None:
        self.client.force_login(self.cast.vera)
        for key in ("prisma2020", "abstracts", "prisma_s", "prisma_scr"):
            url = self.url("checklist_file", key, "docx")
            self.assertEqual(self.client.get(url).status_code, 200)

    def test_queries_do_not_grow_with_the_review(self) -> None:
        self.client.force_login(self.cast.vera)
        with CaptureQueriesContext(connection) as before:
            self.client.get(self.url(DETAIL, "prisma2020"))
        for _ in range(3):
            create_study(review=self.review)
        with self.assertNumQueries(len(before.captured_queries)):
            self.client.get(self.url(DETAIL, "prisma2020"))

    def test_a_day_shows_what_stood_then(self) -> None:
        self.say("8", Answer(Status.REPORTED, "Page 7"))
        self.client.force_login(self.cast.alice)
        url = self.url(DETAIL, "prisma_s")
        today = self.client.get(url)
        self.assertContains(today, "Page 7")
        self.assertContains(today, "Answer the items")
        then = self.client.get(url, {"as_of": "2001-01-01"})
        self.assertContains(then, "As it stood on 1 January 2001")
        self.assertContains(then, "0 of 16")
        self.assertContains(then, "docx?as_of=2001-01-01")
        self.assertContains(then, "Known of today alone")
        for word in ("Page 7", "Answer the items"):
            self.assertNotContains(then, word)
        wrong = self.client.get(url, {"as_of": "yesterday"})
        self.assertContains(wrong, "This is the checklist of today.", status_code=422)
        file = self.url("checklist_file", "prisma_s", "md")
        written = self.client.get(file, {"as_of": "2001-01-01"}).getvalue()
        self.assertNotIn(b"Page 7", written)
        self.assertEqual(self.client.get(file, {"as_of": "yesterday"}).status_code, 400)
