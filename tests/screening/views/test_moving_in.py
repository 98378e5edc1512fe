"""Pages on which an owner moves votes in, and what they tell whom."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import TestCase, override_settings
from django.urls import reverse

from reviews import access
from reviews.models import Import, Job, Record, Role, User
from screening import decisions
from screening.models import Choice, Decision, VoteImport
from screening.moving_in import planning
from tests import background
from tests.cast import join
from tests.factories import (
    create_criterion,
    create_record,
    create_review,
    create_search,
    create_staffed_review,
)
from tests.screening.moving_in.moved import looked_at, moved, row, table


class Pages(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="sleep")
        cls.records = [create_record(review=cls.review) for _ in range(3)]
        create_criterion(review=cls.review, code="E1", reason="Wrong design")

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def url(self, page: str, made: VoteImport | None = None) -> str:
        args: list[object] = ["sleep", made.pk] if made else ["sleep"]
        return reverse(f"screening:moving_in_{page}", args=args)

    def upload(self, data: bytes, **more: str) -> HttpResponse:
        fields = {"source": "csv", "stage": "title_abstract", "whole_list": "", **more}
        file = SimpleUploadedFile("votes.csv", data)
        response = self.client.post(self.url("create"), {**fields, "file": file})
        assert isinstance(response, HttpResponse)
        return response

    def looked_at(self, *rows: str) -> VoteImport:
        people: dict[str, User | None] = {}
        return looked_at(self.review, table(rows), by=self.cast.alice, people=people)


class MovingInTests(Pages):
    def test_from_the_file_to_its_votes(self) -> None:
        rows = [
            row(self.records[0], "Ann", "exclude", reason="mice"),
            row(self.records[0], "Ben", "exclude"),
            row(self.records[1], "Ann", "perhaps"),
        ]
        response = self.upload(table(rows))
        made = VoteImport.objects.get()
        self.assertRedirects(response, self.url("detail", made))
        self.client.post(
            self.url("say", made),
            {
                "person-0": str(self.cast.bob.pk),
                "person-1": str(self.cast.carol.pk),
                "word-0": "exclude",
                "word-1": "maybe",
                "reason-0": "E1",
            },
        )
        page = self.client.get(self.url("detail", made))
        self.assertContains(page, "Move in 3 votes")
        self.client.post(self.url("move", made))
        record = Record.objects.get(pk=self.records[0].pk)
        self.assertEqual(
            (record.verdict, str(record.counted_reason)[:2]), ("exclude", "E1")
        )
        self.assertContains(self.client.get(self.url("detail", made)), "Moved in on")
        self.client.post(self.url("take_back", made))
        record.refresh_from_db()
        self.assertEqual(record.verdict, "")
        self.client.post(self.url("again", made))
        again = VoteImport.objects.order_by("-pk")[0]
        self.client.post(self.url("move", again))
        record.refresh_from_db()
        self.assertEqual(record.verdict, "exclude")

    def test_a_member_of_the_same_name_is_proposed_and_no_other(self) -> None:
        made = self.looked_at(
            row(self.records[0], "Bob", "include"),
            row(self.records[0], "Zed", "include"),
        )
        people = {each.name: each.user for each in made.people.all()}
        self.assertEqual(people, {"Bob": self.cast.bob, "Zed": None})

    def test_what_cannot_be_read_is_told_and_nothing_is_kept_waiting(self) -> None:
        response = self.upload(b"nothing", source="rayyan")
        self.assertEqual(response.status_code, 422)
        self.assertFalse(VoteImport.objects.exclude(state="discarded").exists())

    def test_columns_are_said_where_the_headings_tell_nothing(self) -> None:
        title = self.records[0].title
        self.upload(f'T,Who,X\n"{title}",Ann,ja\n'.encode())
        made = VoteImport.objects.get()
        page = self.client.get(self.url("detail", made))
        self.assertContains(page, "Which column holds what")
        said = {"column-title": "T", "column-who": "Who", "column-decision": "X"}
        self.client.post(self.url("say", made), said)
        page = self.client.get(self.url("detail", made))
        self.assertContains(page, "“ja”")
        said |= {"word-0": "include"}
        self.client.post(self.url("say", made), said)
        made.refresh_from_db()
        self.assertEqual((made.read_count, made.found_count), (1, 1))

    def test_a_person_who_is_not_here_gets_a_place(self) -> None:
        made = self.looked_at(row(self.records[0], "Erin", "include"))
        said = {"name": "Erin", "email": "erin@example.org"}
        self.client.post(self.url("invite", made), said)
        erin = User.objects.get(username="erin")
        self.assertTrue(
            access.has_role(self.review, erin, Role.REVIEWER, stage="title_abstract")
        )
        response = self.client.post(
            self.url("invite", made), {"name": "M", "email": "mallory@example.org"}
        )
        self.assertContains(response, "Somebody has an account", status_code=422)

    def test_records_come_in_without_the_votes_of_the_file(self) -> None:
        search = create_search(review=self.review)
        text = (
            "key,title,year,authors,notes\n"
            'rayyan-1,Quite new,2020,"Ng, A",'
            '"RAYYAN-INCLUSION: {""Ann""=>""Included""} | RAYYAN-LABELS: zebra"\n'
        )
        self.upload(text.encode(), source="rayyan")
        made = VoteImport.objects.get()
        self.client.post(self.url("records", made), {"search": search.pk})
        found = Import.objects.get()
        self.assertEqual(found.read_count, 1)
        with found.file.open() as file:
            data = file.read()
        self.assertIn(b"Quite new", data)
        for word in (b"RAYYAN", b"Included", b"zebra", b"Ann"):
            self.assertNotIn(word, data)

    @override_settings(IMPORT_AT_ONCE_BYTES=1)
    def test_a_large_file_is_worked_on_in_the_background(self) -> None:
        with background.held():
            self.upload(table([row(self.records[0], "Bob", "include")]))
            made = VoteImport.objects.get()
            page = self.client.get(self.url("detail", made))
            self.assertContains(page, "Reading a file")
            background.carry_out()
            made.refresh_from_db()
            self.assertEqual(made.state, VoteImport.State.PREVIEWED)
            self.client.post(self.url("move", made))
            self.client.post(self.url("move", made))
            self.assertFalse(Decision.objects.exists())
            background.carry_out()
        self.assertEqual(Decision.objects.count(), 1)
        self.client.post(self.url("take_back", made))
        self.assertEqual(Decision.objects.current().count(), 0)
        self.assertEqual(Job.objects.filter(state=Job.State.DONE).count(), 3)

    def test_a_file_of_another_review_is_not_there(self) -> None:
        made = self.looked_at(row(self.records[0], "Bob", "include"))
        other = create_review(owner=self.cast.mallory, slug="other")
        join(other, self.cast.mallory, Role.OWNER)
        self.client.force_login(self.cast.mallory)
        for page in ("detail", "report", "take_back"):
            url = self.url(page, made).replace("/sleep/", "/other/")
            self.assertEqual(self.client.get(url).status_code, 404)
        for page in ("say", "move", "discard", "again", "records", "invite"):
            url = self.url(page, made).replace("/sleep/", "/other/")
            self.assertEqual(self.client.post(url).status_code, 404)

    def test_a_forged_person_is_refused(self) -> None:
        made = self.looked_at(row(self.records[0], "Zed", "include"))
        said = {"person-0": str(self.cast.mallory.pk)}
        response = self.client.post(self.url("say", made), said)
        self.assertEqual(response.status_code, 422)
        self.assertIsNone(made.people.get().user)


class BlindTests(Pages):
    """No page tells the owner what became of a vote before its record is settled."""

    def bodies(self, judged: Choice | None) -> list[bytes]:
        if judged:
            decisions.decide(self.records[0], judged, reviewer=self.cast.bob)
        made = moved(
            self.review,
            [
                row(self.records[0], "Bob", "include", note="zebra", labels="yak"),
                row(self.records[1], "Bob", "exclude", reason="gnu"),
            ],
            by=self.cast.alice,
            people={"Bob": self.cast.bob},
        )
        pages = ("detail", "report", "take_back")
        found = [self.client.get(self.url(page, made)) for page in pages]
        return [b"".join(each) for each in found]

    def test_the_owner_sees_the_same_whatever_was_judged_here(self) -> None:
        for body in self.bodies(Choice.EXCLUDE):
            for word in (b"zebra", b"yak", b"gnu", planning.JUDGED_HERE.encode()):
                self.assertNotIn(word, body)

    def test_the_person_is_told_what_did_not_count(self) -> None:
        self.bodies(Choice.EXCLUDE)
        self.client.force_login(self.cast.bob)
        page = self.client.get(reverse("screening:my_decisions", args=["sleep"]))
        self.assertContains(page, planning.JUDGED_HERE)
        self.client.force_login(self.cast.carol)
        page = self.client.get(reverse("screening:my_decisions", args=["sleep"]))
        self.assertNotContains(page, planning.JUDGED_HERE)

    def test_jobs_and_history_tell_nothing_of_votes(self) -> None:
        self.bodies(None)
        told = json.dumps(
            [str(each) for each in self.review.events.values_list("summary", "new")]
            + [str(each) for each in Job.objects.values_list("result", "step")]
        )
        for word in ("zebra", "yak", "gnu", "include"):
            self.assertNotIn(word, told)
