import uuid
from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reviews.models import ExtractionField, Role, SettledValue, Verdict
from screening.extraction import consensus, entering, pages, standing
from screening.forms.extraction import named
from screening.models import ExtractionEntry
from tests.cast import join
from tests.factories import (
    create_extraction_field,
    create_staffed_review,
    create_study,
)

SECRET = "Zanzibar-unmistakable"


class ExtractionPageCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        kinds = ExtractionField.Kind
        cls.study = create_study(review=cls.review, label="Brody 2024")
        cls.country = create_extraction_field(
            review=cls.review, instructions="As the <i>report</i> says."
        )
        cls.age = create_extraction_field(
            review=cls.review, label="Age", kind=kinds.NUMBER, unit="years"
        )
        cls.scales = create_extraction_field(
            review=cls.review,
            label="Scales",
            kind=kinds.MULTIPLE,
            choices=["MADRS", "HAM-D"],
        )
        cls.effect = create_extraction_field(
            review=cls.review,
            label="Effect",
            kind=kinds.CHOICE,
            choices=["Rapid", "None"],
        )
        cls.began = create_extraction_field(
            review=cls.review, label="Began", kind=kinds.DATE
        )

    def setUp(self) -> None:
        self.client.force_login(self.cast.bob)

    def tearDown(self) -> None:
        self.assertEqual(list(standing.check(self.review)), [])

    def url(self, name: str, *args: object) -> str:
        return reverse(f"screening:{name}", args=[self.review.slug, *args])

    def post(self, data: dict[str, object]) -> Any:
        """Post the form of extraction as it was shown, with these changes."""
        page = self.client.get(self.url("extract", self.study.pk))
        posted: dict[str, object] = {"token": str(uuid.uuid4())}
        for row in page.context["rows"]:
            for name in row["form"].fields:
                value = row["form"][name].value()
                if value not in (None, False):
                    posted[row["form"].add_prefix(name)] = value
                elif name == "shown":
                    posted[row["form"].add_prefix(name)] = ""
        return self.client.post(self.url("extract", self.study.pk), {**posted, **data})

    def of(self, field: ExtractionField, name: str = "value") -> str:
        return f"field-{field.pk}-{name}"

    def enter(self, who: str, value: str, field: ExtractionField | None = None) -> None:
        entering.enter(
            self.study,
            field or self.country,
            reviewer=getattr(self.cast, who),
            value=value,
        )


class ExtractTests(ExtractionPageCase):
    def test_saves_every_kind_of_value_and_part_of_the_form(self) -> None:
        self.post(
            {
                self.of(self.country): "US",
                self.of(self.country, "note"): "p. 3",
                self.of(self.age): "46.50",
                self.of(self.scales): ["HAM-D", "MADRS"],
            }
        )
        self.post(
            {
                self.of(self.effect): "Rapid",
                self.of(self.began): "2024-09",
            }
        )
        own = entering.own(self.study, self.cast.bob)
        self.assertEqual(
            [own[field.pk].value for field in self.review.extraction_fields.in_force()],
            ["US", "46.50", ["MADRS", "HAM-D"], "Rapid", "2024-09"],
        )
        self.assertEqual(ExtractionEntry.objects.count(), 5)

    def test_not_reported_is_saved_as_such(self) -> None:
        self.post({self.of(self.country, "not_reported"): "on"})
        entry = entering.own(self.study, self.cast.bob)[self.country.pk]
        self.assertTrue(entry.not_reported)

    def test_an_emptied_cell_is_taken_back(self) -> None:
        self.enter("bob", "US")
        self.post({self.of(self.country): ""})
        self.assertEqual(entering.own(self.study, self.cast.bob), {})

    def test_what_another_window_saved_is_not_taken_back(self) -> None:
        form = {
            "token": str(uuid.uuid4()),
            self.of(self.country, "shown"): "",
            self.of(self.age, "shown"): "",
            self.of(self.age): "46",
        }
        self.enter("bob", "US")
        self.client.post(self.url("extract", self.study.pk), form)
        self.assertEqual(len(entering.own(self.study, self.cast.bob)), 2)

    def test_a_wrong_cell_saves_nothing_and_keeps_what_was_written(self) -> None:
        answer = self.post(
            {self.of(self.age): "46 years", self.of(self.country): "Ireland"}
        )
        self.assertContains(answer, "Nothing is saved yet", status_code=422)
        self.assertContains(answer, "Ireland", status_code=422)
        self.assertFalse(ExtractionEntry.objects.exists())

    def test_a_value_and_not_reported_together_are_refused(self) -> None:
        answer = self.post(
            {self.of(self.age): "46", self.of(self.age, "not_reported"): "on"}
        )
        self.assertContains(answer, "Either write a value", status_code=422)

    def test_a_note_alone_is_refused(self) -> None:
        answer = self.post({self.of(self.age, "note"): "Table 2"})
        self.assertContains(answer, "A note goes with a value", status_code=422)

    def test_instructions_are_text_and_never_markup(self) -> None:
        page = self.client.get(self.url("extract", self.study.pk))
        self.assertContains(page, "&lt;i&gt;report&lt;/i&gt;")

    def test_another_persons_entry_stands_nowhere(self) -> None:
        before = self.client.get(self.url("extract", self.study.pk))
        listed = self.client.get(self.url("extraction_list"))
        entering.enter(
            self.study,
            self.country,
            reviewer=self.cast.carol,
            value=SECRET,
            note=SECRET,
        )
        for url, was in (
            (self.url("extract", self.study.pk), before),
            (self.url("extraction_list"), listed),
        ):
            page = self.client.get(url)
            self.assertNotContains(page, SECRET)
            self.assertEqual(
                len(page.content), len(was.content), "the page tells of her entry"
            )
        for user in (self.cast.bob, self.cast.carol, self.cast.dan):
            self.client.force_login(user)
            page = self.client.get(self.url("extraction_consensus", self.study.pk))
            self.assertNotContains(page, SECRET)

    def test_a_cell_that_two_others_have_filled_is_closed(self) -> None:
        join(self.review, self.cast.alice, Role.REVIEWER)
        self.enter("alice", "US")
        self.enter("carol", "US")
        page = self.client.get(self.url("extract", self.study.pk))
        self.assertContains(page, "As many people as the protocol asks for")
        form = {
            self.of(self.country, "shown"): "",
            self.of(self.country): "UK",
        }
        answer = self.client.post(self.url("extract", self.study.pk), form, follow=True)
        self.assertContains(answer, "two others have extracted it meanwhile")

    def test_a_study_that_is_not_included_keeps_its_entries_and_takes_none(
        self,
    ) -> None:
        self.enter("bob", "US")
        record = self.study.reports.get().records.get()
        record.verdict, record.settlement, record.settled_at = Verdict.OPEN, "", None
        record.save()
        page = self.client.get(self.url("extract", self.study.pk))
        self.assertContains(page, "This study is not included now")
        answer = self.post({self.of(self.age): "46"})
        self.assertContains(answer, "none of its reports is", status_code=422)

    def test_goes_on_to_the_next_study_that_waits(self) -> None:
        other = create_study(review=self.review, label="Peters 2023")
        answer = self.post({"next": "1"})
        self.assertRedirects(answer, self.url("extract", other.pk))

    def test_only_reviewers_of_the_stage_see_the_form(self) -> None:
        for name, status in (("dan", 403), ("vera", 403), ("mallory", 404)):
            self.client.force_login(getattr(self.cast, name))
            answer = self.client.get(self.url("extract", self.study.pk))
            self.assertEqual(answer.status_code, status)

    def test_the_list_takes_as_many_queries_for_many_studies_as_for_one(self) -> None:
        with CaptureQueriesContext(connection) as few:
            self.client.get(self.url("extraction_list"))
        for _ in range(5):
            create_study(review=self.review)
        self.enter("bob", "US")
        with self.assertNumQueries(len(few)):
            self.client.get(self.url("extraction_list"))


class DeskTests(ExtractionPageCase):
    def test_the_desk_tells_what_waits_and_nothing_of_the_others_work(self) -> None:
        desk = reverse("screening:desk")
        self.assertContains(self.client.get(desk), "1 study waits for you")
        self.enter("carol", "UK")
        self.assertNotContains(self.client.get(desk), "Differences on")
        self.enter("bob", "US")
        for who in ("bob", "carol", "dan"):
            self.client.force_login(getattr(self.cast, who))
            self.assertContains(self.client.get(desk), "Differences on 1 study")
        self.client.force_login(self.cast.vera)
        self.assertNotContains(self.client.get(desk), "Differences on")

    def test_without_fields_the_list_leads_to_the_protocol(self) -> None:
        self.review.extraction_fields.update(retired_at=timezone.now())
        page = self.client.get(self.url("extraction_list"))
        protocol = reverse("reviews:protocol_detail", args=[self.review.slug])
        self.assertContains(page, f'class="btn btn-primary" href="{protocol}"')


class ConsensusTests(ExtractionPageCase):
    def setUp(self) -> None:
        super().setUp()
        self.enter("bob", "US")
        self.enter("carol", "UK")
        self.page_url = self.url("extraction_consensus", self.study.pk)

    def settle(self, pick: str, **more: str) -> Any:
        page = self.client.get(self.page_url)
        ((_, form),) = page.context["disputes"]
        posted = {
            form.add_prefix(name): form[name].value()
            for name in ("field", "shown", "token")
        }
        posted[form.add_prefix("pick")] = pick
        posted |= {form.add_prefix(name): value for name, value in more.items()}
        return self.client.post(self.page_url, posted, follow=True)

    def entry_of(self, who: str) -> str:
        """Return how the page names what this person read."""
        part = standing.part(self.review, self.cast.dan)
        open_ones, settled = pages.disputes(self.study, part)
        (dispute,) = [*open_ones, *settled]
        reader = getattr(self.cast, who).pk
        (reading,) = (
            side.reading for side in dispute.sides if side.reading.reviewer == reader
        )
        return named(reading)

    def test_shows_both_sides_to_those_who_may_settle(self) -> None:
        self.enter("bob", "1234567890123.5", self.age)
        for who in ("bob", "carol", "dan"):
            self.client.force_login(getattr(self.cast, who))
            page = self.client.get(self.page_url)
            self.assertContains(page, "What Bob read")
            self.assertContains(page, "What Carol read")
            self.assertNotContains(page, "1234567890123.5")

    def test_a_reviewer_who_did_not_extract_sees_neither(self) -> None:
        join(self.review, self.cast.alice, Role.REVIEWER)
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.page_url)
        self.assertContains(page, "Nothing here for you to settle")
        self.assertNotContains(page, "What Bob read")

    def test_one_value_is_kept(self) -> None:
        page = self.settle(self.entry_of("carol"))
        self.assertContains(page, "Country is settled")
        self.assertContains(page, "by consensus")
        self.assertEqual(SettledValue.objects.get().value, "UK")

    def test_another_value_needs_a_reason(self) -> None:
        answer = self.settle("other", value="Ireland")
        self.assertContains(answer, "Say why", status_code=422)
        self.assertContains(answer, "Ireland", status_code=422)
        self.settle("other", value="Ireland", reason="Table 2.")
        self.assertEqual(SettledValue.objects.get().value, "Ireland")

    def test_another_value_is_written(self) -> None:
        answer = self.settle("other", reason="So it is.")
        self.assertContains(answer, "Write the value", status_code=422)

    def test_nothing_chosen_is_refused(self) -> None:
        self.assertContains(self.settle(""), "Choose one of the two", status_code=422)

    def test_the_second_of_two_who_settle_is_told(self) -> None:
        page = self.client.get(self.page_url)
        ((_, form),) = page.context["disputes"]
        consensus.resolve(self.study, self.country, resolver=self.cast.dan, value="UK")
        answer = self.client.post(
            self.page_url,
            {
                form.add_prefix("field"): self.country.pk,
                form.add_prefix("pick"): self.entry_of("bob"),
            },
            follow=True,
        )
        self.assertContains(answer, "not in conflict any more")
        self.assertEqual(SettledValue.objects.get().value, "UK")

    def test_is_opened_again_with_a_reason(self) -> None:
        self.settle(self.entry_of("carol"))
        url = self.url("extraction_reopen", self.study.pk, self.country.pk)
        self.assertContains(self.client.post(url, follow=True), "Say why")
        page = self.client.post(url, {"reason": "Misread."}, follow=True)
        self.assertContains(page, "Country is open again")
        self.assertFalse(SettledValue.objects.exists())

    def test_those_without_a_part_see_nothing(self) -> None:
        for name, status in (("vera", 403), ("alice", 403), ("mallory", 404)):
            self.client.force_login(getattr(self.cast, name))
            self.assertEqual(self.client.get(self.page_url).status_code, status)
