import re
from typing import Any

from django.test import TestCase
from django.urls import reverse

from reviews.bibliography import editing
from reviews.forms.record import RecordForm
from reviews.models import Record, Review
from tests.cast import Cast
from tests.factories import create_record, create_search, create_staffed_review


def filled(form: RecordForm) -> dict[str, Any]:
    """Return what a browser sends of a form in which nothing was touched."""
    given = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in given.items()}


class BibliographyTests(TestCase):
    review: Review
    cast: Cast
    record: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.record = create_record(review=cls.review, title="A tiral", doi="10.1/x")

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def url(self, name: str, *arguments: int) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *arguments])

    def test_a_record_is_added_by_hand(self) -> None:
        search = create_search(review=self.review, name="Citations")
        page = self.client.get(self.url("record_create", search.pk))
        self.assertContains(page, "It counts as found by Citations")
        given = {
            "title": " A trial\nin two lines ",
            "authors": "Dahl, P.\n\nO'Brien, J. III\n",
            "year": "2020",
            "doi": "https://doi.org/10.1000/ABC",
            "pmid": "123",
        }
        response = self.client.post(self.url("record_create", search.pk), given)
        record = search.records.get()
        self.assertRedirects(response, record.get_absolute_url())
        self.assertEqual(record.title, "A trial in two lines")
        self.assertEqual(record.authors, ["Dahl, P.", "O'Brien, J. III"])
        self.assertEqual((record.doi, record.pmid), ("10.1000/abc", "123"))

    def test_the_form_sent_twice_adds_one_record_and_says_so(self) -> None:
        search = create_search(review=self.review, name="Citations")
        url = self.url("record_create", search.pk)
        for _ in range(2):
            page = self.client.post(url, {"title": "A trial"}, follow=True)
        record = search.records.get()
        self.assertRedirects(page, record.get_absolute_url())
        self.assertContains(page, "Citations has this record already")

    def test_an_edit_changes_nothing_that_was_not_touched(self) -> None:
        odd = create_record(
            review=self.review,
            title="T",
            abstract="AIM: One.\nMETHODS: Two.",
            doi="not/a doi",
            authors=["Dahl, P.", "The Group"],
        )
        url = self.url("record_edit", odd.pk)
        form = self.client.get(url).context["form"]
        shown = filled(form)
        sent = {**shown, "abstract": shown["abstract"].replace("\n", "\r\n")}
        self.assertRedirects(self.client.post(url, sent), odd.get_absolute_url())
        self.assertFalse(editing.edits(odd))
        sent["abstract"] += "\r\nRESULTS: Three."
        self.client.post(url, sent)
        self.assertEqual(
            editing.edits(odd)[0].event.new,
            {"abstract": "AIM: One.\nMETHODS: Two.\nRESULTS: Three."},
        )

    def test_of_two_owners_who_edit_at_once_neither_loses_anything(self) -> None:
        url = self.url("record_edit", self.record.pk)
        form = self.client.get(url).context["form"]
        opened = filled(form)
        given = {"title": "A trial", "volume": "3"}
        self.client.post(url, {**opened, **given})
        mine = {**opened, "title": "A trail", "journal": "Trials"}
        page = self.client.post(url, mine)
        self.assertContains(page, "changed after you opened it", status_code=422)
        self.assertContains(page, "<dt>Title</dt><dd>A trial</dd>", 1, 422, html=True)
        again = page.context["form"]
        sent = filled(again)
        self.assertEqual((sent["title"], sent["volume"]), ("A trail", "3"))
        self.client.post(url, sent)
        self.record.refresh_from_db()
        said = (self.record.title, self.record.volume, self.record.journal)
        self.assertEqual(said, ("A trail", "3", "Trials"))

    def test_a_title_that_names_nothing_after_all_is_refused(self) -> None:
        record = create_record(review=self.review, title="T", authors=["Dahl, P."])
        url = self.url("record_edit", record.pk)
        form = self.client.get(url).context["form"]
        opened = filled(form)
        self.client.post(url, {**opened, "authors": ""})
        page = self.client.post(
            url, {**opened, "title": "", "authors": "\n".join(record.authors)}
        )
        self.assertContains(page, "needs a title", status_code=422)

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self) -> None:
        url = self.url("record_edit", self.record.pk)
        given = {"doi": "no doi", "pmid": "PMC1", "journal": "Typed", "year": "20"}
        response = self.client.post(url, given)
        for words in ("needs a title", "This is no DOI", "digits only", "Typed"):
            self.assertContains(response, words, status_code=422)
        self.record.refresh_from_db()
        self.assertEqual(self.record.title, "A tiral")

    def test_an_edit_shows_with_what_it_replaced_and_is_taken_back(self) -> None:
        url = self.url("record_edit", self.record.pk)
        self.assertContains(self.client.get(url), "A tiral")
        self.client.post(url, {"title": "A trial", "doi": "10.1000/x"})
        page = self.client.get(self.record.get_absolute_url())
        self.assertContains(page, "<del>A tiral</del> <ins>A trial</ins>", html=True)
        edit = editing.edits(self.record)[0].event
        back = self.url("record_put_back_values", self.record.pk, edit.pk)
        self.assertContains(page, back)
        self.client.post(back)
        self.record.refresh_from_db()
        self.assertEqual(self.record.title, "A tiral")
        page = self.client.post(back, follow=True)
        self.assertContains(page, "changed again since that edit")
        self.assertNotContains(page, back)

    def test_a_reviewer_pastes_an_abstract_in_and_goes_on_screening(self) -> None:
        self.client.force_login(self.cast.bob)
        judge = reverse(
            "screening:judge_record", args=[self.review.slug, self.record.pk]
        )
        self.assertContains(self.client.get(judge), "Paste the abstract in")
        url = self.url("record_add_abstract", self.record.pk)
        given = {"abstract": "AIM: One.", "next": judge}
        self.assertRedirects(self.client.post(url, given), judge)
        page = self.client.get(judge)
        self.assertContains(page, "One.")
        self.assertNotContains(page, "Paste the abstract in")
        again = self.client.post(url, given)
        self.assertContains(again, "has an abstract by now", status_code=422)

    def test_a_reviewer_takes_back_an_abstract_of_their_own_alone(self) -> None:
        self.client.force_login(self.cast.bob)
        url = self.url("record_add_abstract", self.record.pk)
        self.client.post(url, {"abstract": "Of another trial."})
        made = editing.latest(self.record)
        back = self.url("record_put_back_values", self.record.pk, made)
        self.client.force_login(self.cast.carol)
        page = self.client.get(self.record.get_absolute_url())
        self.assertNotContains(page, back)
        self.assertEqual(self.client.post(back).status_code, 403)
        self.client.force_login(self.cast.bob)
        page = self.client.get(self.record.get_absolute_url())
        self.assertContains(page, back)
        self.client.post(back)
        self.record.refresh_from_db()
        self.assertEqual(self.record.abstract, "")

    def test_nobody_is_led_to_another_site(self) -> None:
        url = self.url("record_add_abstract", self.record.pk)
        for there in (
            "https://elsewhere.example/",
            "//elsewhere.example",
            "javascript:1",
        ):
            page = self.client.get(url, {"next": there})
            self.assertNotContains(page, f'="{there}')
            # In the address of this very page it stands quoted, and leads nowhere.
            text = re.sub(r"[?]next(=|%3D)[^\"]*", "", page.content.decode())
            self.assertNotIn("elsewhere", text)
        given = {"abstract": "One.", "next": "https://elsewhere.example/"}
        response = self.client.post(url, given)
        self.assertRedirects(response, self.record.get_absolute_url())

    def test_a_duplicate_is_marked_while_screening(self) -> None:
        self.client.force_login(self.cast.bob)
        other = create_record(review=self.review, title="A tiral: with a subtitle")
        queue = reverse("screening:screen", args=[self.review.slug])
        url = self.url("duplicate_add", self.record.pk)
        page = self.client.get(url, {"next": queue})
        self.assertContains(page, "with a subtitle")
        response = self.client.post(url, {"to": other.pk, "next": queue})
        self.assertRedirects(response, queue, fetch_redirect_response=False)
        self.record.refresh_from_db()
        self.assertEqual(self.record.duplicate_of, other)
        judge = reverse(
            "screening:judge_record", args=[self.review.slug, self.record.pk]
        )
        page = self.client.get(judge)
        self.assertContains(page, "was merged into another copy")
        self.assertNotContains(page, "Mark as a duplicate of")
        self.assertNotContains(page, "Paste the abstract in")
        self.assert_taken_back()

    def assert_taken_back(self) -> None:
        place = self.record.get_absolute_url()
        split = self.url("duplicate_split", 1, self.record.pk)
        self.client.force_login(self.cast.carol)
        self.assertNotContains(self.client.get(place), split)
        self.assertEqual(self.client.post(split).status_code, 403)
        self.client.force_login(self.cast.bob)
        self.assertContains(self.client.get(place), split)
        self.assertRedirects(self.client.post(split, {"next": place}), place)
        self.assertNotContains(self.client.get(place), split)

    def test_a_record_that_was_taken_out_says_so_and_comes_back(self) -> None:
        self.client.post(self.url("record_take_out", self.record.pk))
        page = self.client.get(self.record.get_absolute_url())
        self.assertContains(page, "This record is out of the review")
        self.assertEqual(
            self.client.get(self.url("record_edit", self.record.pk)).status_code, 404
        )
        search = self.client.get(self.url("search_detail", self.record.search_id))
        self.assertContains(search, "Added by hand and taken out again")
        for listed in (search, self.client.get(self.url("event_list"))):
            self.assertContains(listed, self.record.get_absolute_url())
        self.client.post(self.url("record_put_back", self.record.pk))
        page = self.client.get(self.record.get_absolute_url())
        self.assertNotContains(page, "This record is out of the review")
