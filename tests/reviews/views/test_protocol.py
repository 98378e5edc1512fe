from django.test import TestCase
from django.urls import reverse

from reviews.models import Amendment, Criterion
from tests.factories import (
    create_criterion,
    create_instrument,
    create_record,
    create_review,
    create_staffed_review,
)


class ProtocolPagesTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="sleep")
        cls.page = reverse("reviews:protocol_detail", args=["sleep"])

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def url(self, name: str, *arguments: object) -> str:
        return reverse(f"reviews:{name}", args=["sleep", *arguments])

    def test_an_empty_protocol_says_what_is_missing(self) -> None:
        response = self.client.get(self.page)
        for told in ("No criterion is written", "No field is", "No instrument is"):
            self.assertContains(response, told)

    def test_members_read_it_and_the_owner_edits_it(self) -> None:
        create_criterion(review=self.review, code="E1")
        self.assertContains(self.client.get(self.page), "Take out")
        self.client.force_login(self.cast.vera)
        response = self.client.get(self.page)
        self.assertContains(response, "E1")
        self.assertNotContains(response, "Take out")

    def test_writes_the_question(self) -> None:
        url = self.url("protocol_edit")
        response = self.client.post(
            url, {"question_type": "free", "question": "Does light help?"}
        )
        self.assertRedirects(response, self.page)
        self.assertContains(self.client.get(self.page), "Does light help?")

    def test_refuses_a_date_that_is_none(self) -> None:
        response = self.client.post(
            self.url("protocol_edit"),
            {"question_type": "pico", "published_from": "last year"},
        )
        self.assertContains(response, "2024-09", status_code=422)

    def test_refuses_limits_the_wrong_way_round(self) -> None:
        limits = {"question_type": "pico", "published_from": "2024-06"}
        url = self.url("protocol_edit")
        response = self.client.post(url, {**limits, "published_to": "2020"})
        self.assertContains(response, "lies before", status_code=422)
        response = self.client.post(url, {**limits, "published_to": "2024"})
        self.assertRedirects(response, self.page)

    def test_asks_for_a_reason_only_once_there_are_records(self) -> None:
        url = self.url("protocol_edit")
        self.assertNotContains(self.client.get(url), "Reason for this amendment")
        create_record(review=self.review)
        self.assertContains(self.client.get(url), "Reason for this amendment")
        changed = {"question_type": "pico", "population": "Adults"}
        response = self.client.post(url, changed)
        self.assertContains(response, "say why it is made", status_code=422)
        self.client.post(url, {**changed, "because": "It was left out."})
        response = self.client.get(self.page)
        self.assertContains(response, "Amendment 1")
        self.assertContains(response, "Reason: It was left out.")

    def test_adds_a_criterion_and_refuses_its_code_twice(self) -> None:
        url = self.url("criterion_create")
        facts = {
            "kind": "exclusion",
            "code": "E1",
            "text": "Not in people",
            "reason": "Wrong population",
        }
        self.assertRedirects(self.client.post(url, facts), self.page)
        response = self.client.post(url, facts)
        self.assertContains(response, "another criterion E1", status_code=422)
        self.assertEqual(self.review.criteria.count(), 1)

    def test_moves_a_criterion_by_a_button_before_records(self) -> None:
        create_criterion(review=self.review, code="E1")
        second = create_criterion(review=self.review, code="E2")
        url = self.url("criterion_move", second.pk)
        self.client.post(url, {"direction": "up"})
        codes = [each.code for each in self.review.criteria.in_force()]
        self.assertEqual(codes, ["E2", "E1"])
        response = self.client.post(url, {"direction": "up"}, follow=True)
        self.assertContains(response, "at the end already")

    def test_asks_why_a_criterion_moves_once_there_are_records(self) -> None:
        create_criterion(review=self.review, code="E1")
        second = create_criterion(review=self.review, code="E2")
        create_record(review=self.review)
        url = self.url("criterion_move", second.pk)
        self.assertContains(self.client.get(self.page), f"{url}?direction=up")
        self.assertContains(self.client.get(f"{url}?direction=up"), "Move it up")
        response = self.client.post(url, {"direction": "up"})
        self.assertContains(response, "say why it is made", status_code=422)
        self.client.post(url, {"direction": "up", "because": "It is plainer."})
        self.assertEqual(Amendment.objects.get().what, "Moved criterion E2 before E1")

    def test_rewords_takes_out_and_brings_back_a_criterion(self) -> None:
        criterion = create_criterion(review=self.review, code="E1", text="Old words")
        create_record(review=self.review)
        self.client.post(
            self.url("criterion_edit", criterion.pk),
            {"text": "New words", "reason": criterion.reason, "because": "Unclear."},
        )
        response = self.client.get(self.url("criterion_detail", criterion.pk))
        self.assertContains(response, "Version 2")
        self.assertContains(response, "Old words")
        retire = self.url("criterion_retire", criterion.pk)
        self.client.post(retire, {"because": "Not needed."})
        self.assertFalse(Criterion.objects.in_force().exists())
        self.assertContains(self.client.get(self.page), "Taken out")
        self.client.post(
            self.url("criterion_reinstate", criterion.pk), {"because": "Needed."}
        )
        self.assertTrue(Criterion.objects.in_force().exists())

    def test_takes_out_a_criterion_before_records_without_a_reason(self) -> None:
        criterion = create_criterion(review=self.review)
        self.client.post(self.url("criterion_retire", criterion.pk))
        self.assertFalse(Criterion.objects.exists())

    def test_defines_fields_with_choices_one_a_line(self) -> None:
        url = self.url("field_create")
        facts = {"label": "Effect", "kind": "choice", "in_table1": "on"}
        response = self.client.post(url, {**facts, "choices": "Rapid"})
        self.assertContains(response, "at least two choices", status_code=422)
        response = self.client.post(url, {**facts, "choices": "Rapid\r\n\r\n None "})
        self.assertRedirects(response, self.page)
        field = self.review.extraction_fields.get()
        self.assertEqual(field.choices, ["Rapid", "None"])
        edit = self.client.get(self.url("field_edit", field.pk))
        self.assertContains(edit, "Rapid\nNone")

    def test_only_one_field_groups_table_1(self) -> None:
        url = self.url("field_create")
        for label in ("First", "Second"):
            facts = {"label": label, "kind": "text", "groups_table1": "on"}
            self.assertRedirects(self.client.post(url, facts), self.page)
        grouping = self.review.extraction_fields.get(groups_table1=True)
        self.assertEqual(grouping.label, "Second")

    def test_moves_and_takes_out_a_field(self) -> None:
        for label in ("First", "Second"):
            self.client.post(self.url("field_create"), {"label": label, "kind": "text"})
        second = self.review.extraction_fields.get(label="Second")
        self.client.post(self.url("field_move", second.pk), {"direction": "up"})
        labels = [each.label for each in self.review.extraction_fields.in_force()]
        self.assertEqual(labels, ["Second", "First"])
        self.client.post(self.url("field_retire", second.pk))
        self.assertFalse(self.review.extraction_fields.filter(label="Second").exists())

    def test_adopts_an_instrument_for_chosen_designs(self) -> None:
        self.assertContains(self.client.get(self.url("instrument_list")), "QUADAS-2")
        url = self.url("instrument_adopt", "rob2")
        response = self.client.post(url, {"designs": ["rct_parallel", "rct_cluster"]})
        self.assertRedirects(response, self.page)
        instrument = self.review.instruments.get()
        self.assertEqual(instrument.designs, ["rct_parallel", "rct_cluster"])
        response = self.client.post(url, {"designs": ["rct_parallel"]})
        self.assertContains(response, "in the protocol already", status_code=422)
        missing = self.url("instrument_adopt", "horoscope")
        self.assertEqual(self.client.get(missing).status_code, 404)

    def test_shows_an_instrument_and_takes_it_out(self) -> None:
        instrument = create_instrument(review=self.review)
        response = self.client.get(self.url("instrument_detail", instrument.pk))
        self.assertContains(response, "Randomisation process")
        self.client.post(self.url("instrument_retire", instrument.pk))
        self.assertFalse(self.review.instruments.in_force().exists())

    def test_a_criterion_of_another_review_is_not_found(self) -> None:
        other = create_criterion(review=create_review(owner=self.cast.alice))
        for page in ("criterion_detail", "criterion_edit", "criterion_retire"):
            response = self.client.get(self.url(page, other.pk))
            self.assertEqual(response.status_code, 404, page)
