import io
import tempfile
import zipfile
from pathlib import Path

from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import SimpleTestCase, TestCase
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from reviews.models import Import, Record, ReportFile, Review, User
from screening import demo, replay
from screening.archive import restoring, rows, tables, writing
from screening.archive.restoring import CannotRestore
from screening.archive.verifying import NotAnArchive
from screening.archive.writing import Form
from screening.models import Decision, ImportedDecision, SampledRecord
from tests.factories import create_record, create_review
from tests.screening.archive.whole import PDF, create_whole_review, empty_instance


def archive_of(review: Review, form: Form = Form.OPERATOR) -> bytes:
    with writing.write(review, form) as file:
        return file.read()


def restore(data: bytes, *, people_exist: bool = False) -> restoring.Restored:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.zip"
        path.write_bytes(data)
        return restoring.restore(path, people_exist=people_exist)


class TablesTests(SimpleTestCase):
    def test_every_model_of_both_apps_is_held_or_left_out_with_a_reason(self) -> None:
        named = {*tables.TABLES, *tables.LEFT_OUT}
        for app in ("reviews", "screening"):
            for model in apps.get_app_config(app).get_models(include_auto_created=True):
                self.assertIn(model, named)

    def test_every_table_leads_to_its_review(self) -> None:
        for model, path in tables.TABLES.items():
            model._default_manager.filter(**{path: 1})

    def test_every_column_has_a_kind(self) -> None:
        for model in tables.TABLES:
            self.assertTrue(tables.columns(model))
            self.assertEqual(
                tables.schema(model)["required"],
                tables.arrangement()[tables.name_of(model)],
            )


class RoundTripTests(TestCase):
    review: Review

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_whole_review()

    def test_the_review_of_this_test_has_a_row_in_every_table(self) -> None:
        for model in tables.TABLES:
            there = rows.selected(model, self.review, None).exists()
            self.assertTrue(there, tables.name_of(model))

    def test_writing_it_twice_gives_the_same_bytes(self) -> None:
        for form in (Form.OPERATOR, Form.PUBLIC):
            self.assertEqual(
                archive_of(self.review, form), archive_of(self.review, form)
            )

    def test_restoring_it_and_writing_it_again_gives_the_same_bytes(self) -> None:
        whole, public = archive_of(self.review), archive_of(self.review, Form.PUBLIC)
        empty_instance()
        found = restore(whole)
        self.assertEqual(found.people_made, ["alice", "bob", "carol", "dan", "vera"])
        self.assertEqual(archive_of(found.review), whole)
        self.assertEqual(archive_of(found.review, Form.PUBLIC), public)
        self.assertEqual(replay.check(found.review), [])

    def test_every_key_of_a_judgment_is_numbered_anew_wherever_it_stands(self) -> None:
        # Made once more, so that no key is the number that it is given.
        empty_instance()
        review, _ = create_whole_review()
        whole = archive_of(review)
        empty_instance()
        found = restore(whole)
        self.assertEqual(archive_of(found.review), whole)
        self.assertEqual(
            {each.stop.review for each in SampledRecord.objects.all()}, {found.review}
        )

    def test_keys_files_and_history_are_those_of_before(self) -> None:
        before = {
            model: list(model._default_manager.order_by("pk").values())
            for model in (Record, Review)
        }
        whole = archive_of(self.review)
        empty_instance()
        # Other accounts were made before, so the keys of people differ.
        User.objects.create_user("root", "root@example.org")
        restore(whole)
        self.assertEqual(list(Record.objects.order_by("pk").values()), before[Record])
        self.assertEqual(Review.objects.get().created_by.username, "alice")
        with ReportFile.objects.get().file.open() as file:
            self.assertEqual(file.read(), PDF)
        with Import.objects.get(file_name="a b.ris").file.open() as file:
            self.assertIn(b"Imported", file.read())

    def test_what_is_out_of_the_review_comes_back_out_of_it(self) -> None:
        whole = archive_of(self.review)
        empty_instance()
        restore(whole)
        out = Record.stored.get(in_review=False)
        self.assertEqual(out.title, "Taken out")
        self.assertFalse(Record.objects.filter(pk=out.pk).exists())

    def test_votes_that_were_moved_in_stay_marked_and_keep_their_file(self) -> None:
        whole = archive_of(self.review)
        empty_instance()
        restore(whole)
        said = ImportedDecision.objects.get()
        self.assertEqual(said.decision.reviewer.username, "carol")
        self.assertIsNotNone(said.said_at)
        with said.vote_import.file.open() as file:
            self.assertIn(b"Carol C", file.read())

    def test_nobody_can_sign_in_until_a_password_is_set(self) -> None:
        whole = archive_of(self.review)
        empty_instance()
        restore(whole)
        alice = User.objects.get(username="alice")
        self.assertFalse(alice.has_usable_password())
        self.assertFalse(alice.is_staff or alice.is_superuser)
        self.assertEqual(alice.email, "alice@example.org")

    def test_new_rows_get_keys_after_those_that_were_restored(self) -> None:
        last = Record.objects.order_by("-pk").values_list("pk", flat=True)[0]
        whole = archive_of(self.review)
        empty_instance()
        found = restore(whole)
        self.assertGreater(create_record(review=found.review).pk, last)

    def test_a_lost_file_is_told_and_stays_lost(self) -> None:
        ReportFile.objects.update(file="reports/gone.pdf")
        whole = archive_of(self.review)
        with zipfile.ZipFile(io.BytesIO(whole)) as opened:
            self.assertIn(b"no more as they had been", opened.read("README.md"))
        empty_instance()
        self.assertEqual(archive_of(restore(whole).review), whole)

    def test_an_instance_with_a_review_refuses_and_names_it(self) -> None:
        whole = archive_of(self.review)
        with self.assertRaisesMessage(CannotRestore, "has reviews: whole"):
            restore(whole)

    def test_accounts_of_the_same_names_are_for_the_operator_to_judge(self) -> None:
        whole = archive_of(self.review)
        empty_instance()
        bob = User.objects.create_user("Bob", "bob@elsewhere.example")
        with self.assertRaisesMessage(CannotRestore, "user names exist: bob"):
            restore(whole)
        self.assertFalse(Review.objects.exists())
        found = restore(whole, people_exist=True)
        self.assertEqual(found.people_found, ["bob"])
        self.assertTrue(Decision.objects.filter(reviewer=bob).exists())
        bob.refresh_from_db()
        self.assertEqual(bob.email, "bob@elsewhere.example")

    def test_an_address_that_somebody_else_has_is_refused(self) -> None:
        whole = archive_of(self.review)
        empty_instance()
        User.objects.create_user("robert", "BOB@example.org")
        with self.assertRaisesMessage(CannotRestore, "robert has the e-mail address"):
            restore(whole)
        self.assertFalse(User.objects.exclude(username="robert").exists())

    def test_the_public_form_is_not_restored(self) -> None:
        public = archive_of(self.review, Form.PUBLIC)
        empty_instance()
        with self.assertRaisesMessage(NotAnArchive, "the public form"):
            restore(public)

    def test_a_verdict_that_does_not_follow_is_not_restored(self) -> None:
        settled = Record.objects.filter(verdict="include")
        settled.update(verdict="", settlement="", settled_at=None)
        whole = archive_of(self.review)
        empty_instance()
        with self.assertRaisesMessage(CannotRestore, "do not follow"):
            restore(whole)
        self.assertFalse(Review.objects.exists())

    def test_two_reviews_beside_each_other_stay_apart(self) -> None:
        other = create_review(owner=self.cast.mallory, slug="other")
        create_record(review=other, title="Not ours")
        whole = archive_of(self.review)
        with zipfile.ZipFile(io.BytesIO(whole)) as opened:
            for name in opened.namelist():
                self.assertNotIn(b"Not ours", opened.read(name))
                self.assertNotIn(b"mallory", opened.read(name))

    def test_the_command_restores_and_tells(self) -> None:
        whole = archive_of(self.review)
        empty_instance()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.zip"
            path.write_bytes(whole)
            told = io.StringIO()
            call_command("restore", str(path), stdout=told)
            self.assertIn("Restored whole", told.getvalue())
            self.assertIn("without a password", told.getvalue())
            with self.assertRaisesMessage(CommandError, "Nothing was restored"):
                call_command("restore", str(path))

    def test_the_database_holds_every_constraint_after_it(self) -> None:
        whole = archive_of(self.review)
        empty_instance()
        restore(whole)
        connection.check_constraints()


class DemoTests(TestCase):
    def test_the_demo_comes_back_as_it_was(self) -> None:
        whole = archive_of(demo.load())
        empty_instance()
        found = restore(whole)
        self.assertEqual(archive_of(found.review), whole)
        self.assertEqual(replay.check(found.review), [])
        self.assertEqual(found.review.studies.included().count(), 8)


class AnyTextTests(HypothesisTestCase):
    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    @given(
        # What a form or an import lets in: no NUL, which PostgreSQL refuses.
        st.text(
            st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
            min_size=1,
            max_size=80,
        ).filter(str.strip)
    )
    def test_any_text_goes_out_and_comes_back(self, text: str) -> None:
        review, _ = create_whole_review(text=text)
        whole = archive_of(review)
        empty_instance()
        self.assertEqual(archive_of(restore(whole).review), whole)
