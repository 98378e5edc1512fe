from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.models import Review
from tests.factories import create_criterion, create_record, create_staffed_review


class ReviewPagesTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="sleep", title="Sleep")

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def test_anybody_signed_in_makes_a_review_and_owns_it(self) -> None:
        self.client.force_login(self.cast.mallory)
        response = self.client.post(
            reverse("reviews:review_create"), {"title": "Light", "also_reviews": "on"}
        )
        review = Review.objects.get(title="Light")
        self.assertRedirects(response, review.get_absolute_url())
        self.assertEqual(review.slug, "light")
        roles = review.members.get().roles.values_list("role", flat=True)
        self.assertEqual(set(roles), {"owner", "reviewer"})

    def test_the_form_sent_twice_makes_one_review(self) -> None:
        url = reverse("reviews:review_create")
        self.client.post(url, {"title": "Light"})
        response = self.client.post(url, {"title": "Light"})
        self.assertContains(response, "already", status_code=422)
        self.client.post(url, {"title": "Light", "slug": "light-again"})
        self.assertEqual(Review.objects.filter(title="Light").count(), 2)

    def test_a_short_name_that_is_taken_is_told_at_its_field(self) -> None:
        response = self.client.post(
            reverse("reviews:review_create"), {"title": "Other", "slug": "SLEEP"}
        )
        self.assertContains(response, "Another review has", status_code=422)

    def test_an_empty_review_says_what_to_do_next(self) -> None:
        response = self.client.get(self.review.get_absolute_url())
        self.assertContains(response, "Next: Write the protocol")
        self.assertContains(
            response, reverse("reviews:protocol_detail", args=["sleep"])
        )
        self.client.force_login(self.cast.vera)
        response = self.client.get(self.review.get_absolute_url())
        self.assertContains(response, "An owner of the review does this.")

    def test_every_number_leads_to_what_it_counts(self) -> None:
        create_criterion(review=self.review)
        create_record(review=self.review)
        response = self.client.get(self.review.get_absolute_url())
        records = reverse("reviews:record_list", args=["sleep"])
        self.assertContains(response, f"{records}?state=awaiting_screening")
        self.assertContains(response, "Records that await screening: 1.")
        self.assertContains(response, "Reviewers of titles and abstracts do this.")

    def test_a_reviewer_is_led_to_where_one_screens(self) -> None:
        create_criterion(review=self.review)
        create_record(review=self.review)
        self.client.force_login(self.cast.bob)
        response = self.client.get(self.review.get_absolute_url())
        self.assertContains(response, 'class="btn btn-primary"')

    def test_the_number_of_queries_does_not_grow_with_the_records(self) -> None:
        create_criterion(review=self.review)
        url = self.review.get_absolute_url()

        create_record(review=self.review)
        with CaptureQueriesContext(connection) as few:
            self.client.get(url)
        for _ in range(10):
            create_record(review=self.review)
        with self.assertNumQueries(len(few)):
            self.client.get(url)

    def test_settings_change_before_anything_has_entered_a_stage(self) -> None:
        url = reverse("reviews:review_settings", args=["sleep"])
        chosen = {
            "title": "Sleep and light",
            "title_abstract_reviewers": 1,
            "full_text_reviewers": 2,
            "appraisal_reviewers": 2,
            "extraction_reviewers": 1,
            "reasons_must_agree": "on",
        }
        self.assertRedirects(
            self.client.post(url, chosen), self.review.get_absolute_url()
        )
        self.review.refresh_from_db()
        self.assertEqual(self.review.title, "Sleep and light")
        self.assertEqual(self.review.title_abstract_reviewers, 1)
        self.assertTrue(self.review.reasons_must_agree)

    def test_settings_of_a_stage_that_began_stand_and_say_why(self) -> None:
        create_record(review=self.review)
        url = reverse("reviews:review_settings", args=["sleep"])
        self.assertContains(self.client.get(url), "The review holds records, so this")
        self.client.post(
            url,
            {
                "title": "Sleep",
                "title_abstract_reviewers": 1,
                "full_text_reviewers": 1,
                "appraisal_reviewers": 2,
                "extraction_reviewers": 2,
            },
        )
        self.review.refresh_from_db()
        self.assertEqual(self.review.title_abstract_reviewers, 2)
        self.assertEqual(self.review.full_text_reviewers, 1)
