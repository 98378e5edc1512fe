from django.test import TestCase

from reviews import access, setup
from reviews.models import Event, Review, Role, Stage
from tests.cast import Cast, create_cast, join
from tests.factories import create_record, create_report, create_study


class CreateTests(TestCase):
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = create_cast()

    def create(self, slug: str = "sleep", title: str = "Sleep") -> Review:
        return setup.create(slug=slug, title=title, owner=self.cast.alice)

    def test_whoever_makes_a_review_owns_it(self) -> None:
        review = self.create()
        self.assertTrue(access.has_role(review, self.cast.alice, Role.OWNER))
        self.assertFalse(access.has_role(review, self.cast.alice, Role.REVIEWER))
        self.assertEqual(review.protocol.question, "")
        self.assertEqual(Event.objects.get().action, "review.created")

    def test_the_owner_may_review_too(self) -> None:
        review = setup.create(
            slug="a", title="A", owner=self.cast.alice, also_reviews=True
        )
        self.assertTrue(access.has_role(review, self.cast.alice, Role.REVIEWER))

    def test_the_short_name_fits_an_address_and_is_taken_once(self) -> None:
        self.create("Sleep")
        self.assertEqual(Review.objects.get().slug, "sleep")
        for slug in ("sleep", "SLEEP", "new", "ä b", "", "a/b", "x" * 61):
            with self.assertRaises(setup.SlugUnfit, msg=slug):
                self.create(slug)
        self.assertEqual(Review.objects.count(), 1)

    def test_a_review_has_a_title(self) -> None:
        with self.assertRaises(setup.TitleMissing):
            self.create(title="  ")

    def test_a_free_short_name_is_made_from_the_title(self) -> None:
        self.assertEqual(setup.free_slug("Sleep & Light"), "sleep-light")
        self.create("sleep-light")
        self.assertEqual(setup.free_slug("Sleep & Light"), "sleep-light-2")
        self.assertEqual(setup.free_slug("New"), "new-2")
        self.assertEqual(setup.free_slug("眠"), "review")


class SettingsTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = create_cast()
        cls.review = setup.create(slug="sleep", title="Sleep", owner=cls.cast.alice)

    def change(self, **rules: object) -> Review:
        return setup.change_settings(
            self.review, title="Sleep", rules=rules, by=self.cast.alice
        )

    def test_rules_change_while_nothing_has_entered_the_stage(self) -> None:
        review = self.change(title_abstract_reviewers=1, reasons_must_agree=True)
        self.assertEqual(review.title_abstract_reviewers, 1)
        self.assertTrue(review.reasons_must_agree)
        event = Event.objects.get(action="review.changed")
        self.assertEqual((event.old or {})["title_abstract_reviewers"], 2)

    def test_rules_of_a_stage_stand_once_something_entered_it(self) -> None:
        create_record(review=self.review)
        with self.assertRaises(setup.StageBegan) as refused:
            self.change(title_abstract_reviewers=1)
        self.assertEqual(refused.exception.field, "title_abstract_reviewers")
        self.assertEqual(self.change(full_text_reviewers=1).full_text_reviewers, 1)

    def test_reports_fix_the_rules_of_full_texts(self) -> None:
        create_report(review=self.review)
        for rule in ({"full_text_reviewers": 1}, {"reasons_must_agree": True}):
            with self.assertRaises(setup.StageBegan):
                self.change(**rule)

    def test_studies_fix_the_rule_of_extraction(self) -> None:
        create_study(review=self.review)
        entered = {Stage.TITLE_ABSTRACT, Stage.FULL_TEXT, Stage.EXTRACTION}
        self.assertEqual(setup.stages_entered(self.review), entered)

    def test_nothing_changes_when_nothing_was_changed(self) -> None:
        create_record(review=self.review)
        self.change(title_abstract_reviewers=2)
        self.assertFalse(Event.objects.filter(action="review.changed").exists())

    def test_only_an_owner_changes_settings(self) -> None:
        join(self.review, self.cast.bob, Role.REVIEWER)
        with self.assertRaises(access.WrongRole):
            setup.change_settings(self.review, title="B", rules={}, by=self.cast.bob)
