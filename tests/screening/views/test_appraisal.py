import re
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews import targets
from reviews.instruments import asking, judging, loading, sheets
from reviews.instruments.definition import Domain
from reviews.instruments.definition import Instrument as Form
from reviews.instruments.sheets import Sheet
from reviews.models import (
    AppraisalTarget,
    Instrument,
    Review,
    SettledJudgment,
    Study,
    User,
)
from screening.appraisal import answering, standing
from screening.models import AppraisalAnswer
from tests.cast import Cast
from tests.factories import (
    create_instrument,
    create_review,
    create_staffed_review,
    create_study,
)

PLANTED = "Zanzibar marmalade"
LOW = {"1.1": "Y", "1.2": "Y", "1.3": "N"}
HIGH = {"1.1": "N", "1.2": "N", "1.3": "Y"}


def posted(domain: str, answers: Mapping[str, Any], **parts: str) -> dict[str, Any]:
    """Return what the form of a domain sends."""
    return {
        **{f"{domain}-question_{key}": value for key, value in answers.items()},
        **{f"{domain}-{name}": value for name, value in parts.items()},
    }


class AppraisalPageTests(TestCase):
    review: Review
    cast: Cast
    study: Study
    instrument: Instrument
    target: AppraisalTarget

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.study = create_study(
            review=cls.review, label="Brody 2024", design="rct_parallel"
        )
        cls.instrument = create_instrument(review=cls.review, key="rob2")
        cls.target = targets.create(
            cls.study, cls.instrument, by=cls.cast.alice, outcome="Depression"
        )

    def setUp(self) -> None:
        self.client.force_login(self.cast.bob)

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"screening:{name}", args=[self.review.slug, *args])

    def send(self, domain: str, data: dict[str, Any], **extra: Any) -> Any:
        url = self.url("appraise_domain", self.target.pk, domain)
        return self.client.post(url, data, **extra)

    def answer(self, reviewer: User, judgment: str, **parts: str) -> AppraisalAnswer:
        answers = LOW if judgment == "low" else HIGH
        return answering.answer(
            self.target, "D1", Sheet(answers, judgment, **parts), reviewer=reviewer
        )

    def test_lists_what_is_set_up_and_how_far_one_has_come(self) -> None:
        response = self.client.get(self.url("appraisal_list"))
        self.assertContains(response, "Brody 2024")
        self.assertContains(response, "You: not begun")
        self.answer(self.cast.bob, "low")
        response = self.client.get(self.url("appraisal_list"))
        self.assertContains(response, "You: 1 of 6 domains")

    def test_the_list_costs_as_many_queries_for_ten_studies_as_for_one(self) -> None:
        with CaptureQueriesContext(connection) as few:
            self.client.get(self.url("appraisal_list"))
        for _ in range(9):
            study = create_study(review=self.review, design="rct_parallel")
            targets.create(study, self.instrument, by=self.cast.alice, outcome="Pain")
        with self.assertNumQueries(len(few.captured_queries)):
            self.client.get(self.url("appraisal_list"))

    def test_says_what_to_do_where_no_instrument_or_design_is_set(self) -> None:
        other = create_review(owner=self.cast.alice)
        targets_url = reverse("screening:appraisal_list", args=[other.slug])
        other.members.create(user=self.cast.bob)
        self.assertContains(self.client.get(targets_url), "No instrument is chosen yet")
        create_study(review=self.review, label="Undesigned 2020")
        response = self.client.get(self.url("appraisal_list"))
        self.assertContains(response, "Set the design of Undesigned 2020")

    def test_sets_a_result_up_with_its_options(self) -> None:
        self.client.force_login(self.cast.alice)
        url = self.url("appraisal_add", self.study.pk, self.instrument.pk)
        self.assertContains(self.client.get(url), "Effect of interest")
        refused = self.client.post(url, {"option_aim": "aim_adhering"})
        self.assertEqual(refused.status_code, 422)
        self.assertContains(refused, "Name the outcome", status_code=422)
        self.assertContains(refused, "Deviations to look at", status_code=422)
        data = {
            "outcome": "Remission",
            "option_aim": "aim_adhering",
            "option_deviations_addressed": ["dev_nonadherence"],
        }
        self.assertRedirects(self.client.post(url, data), self.url("appraisal_list"))
        added = AppraisalTarget.objects.get(outcome="Remission")
        self.assertIn("dev_nonadherence", added.options)
        again = self.client.post(url, data)
        self.assertContains(again, "set up to be appraised already", status_code=422)

    def test_sets_all_fitting_studies_up_at_once_and_takes_one_out(self) -> None:
        checklist = create_instrument(review=self.review, key="jbi_rct_2023")
        self.client.post(self.url("appraisal_prepare", checklist.pk))
        target = checklist.targets.get()
        remove = self.url("appraisal_remove", target.pk)
        self.assertEqual(self.client.post(remove).status_code, 403)
        self.client.force_login(self.cast.alice)
        self.client.post(remove)
        self.assertIsNotNone(checklist.targets.get().removed_at)

    def test_the_form_shows_the_source_and_that_the_wording_is_ours(self) -> None:
        response = self.client.get(self.url("appraise", self.target.pk))
        self.assertContains(response, "Sterne JAC")
        self.assertContains(response, "https://www.riskofbias.info/")
        self.assertContains(response, "wording of the questions is ours")
        self.assertContains(response, "Answer only if 2.1 is")
        self.assertContains(response, 'data-unasked="')

    def test_an_unfinished_domain_names_what_is_missing_and_keeps_the_rest(
        self,
    ) -> None:
        response = self.send("D1", posted("D1", {"1.1": "Y"}, support="As typed."))
        self.assertContains(response, "Question 1.2 is not answered", status_code=422)
        self.assertContains(response, "As typed.", status_code=422)
        self.assertRegex(
            response.content.decode(), r'name="D1-question_1.1"[^>]*checked'
        )
        self.assertFalse(AppraisalAnswer.objects.exists())

    def test_saves_a_domain_and_shows_it_again(self) -> None:
        response = self.send("D1", posted("D1", LOW, judgment="low", support="Good."))
        self.assertRedirects(
            response,
            self.url("appraise", self.target.pk) + "#domain-D1",
            fetch_redirect_response=False,
        )
        page = self.client.get(self.url("appraise", self.target.pk))
        self.assertContains(page, "Good.")

    def test_answers_htmx_with_the_domain_alone(self) -> None:
        response = self.send(
            "D1",
            posted("D1", LOW, judgment="low"),
            headers={"HX-Request": "true"},
        )
        self.assertContains(response, 'id="domain-D1"')
        self.assertContains(response, "Saved just now")
        self.assertNotContains(response, "<html")
        self.assertNotContains(response, 'id="domain-D2a"')

    def test_previews_what_is_asked_and_proposed_without_storing(self) -> None:
        url = self.url("appraisal_preview", self.target.pk, "D1")
        response = self.client.post(url, posted("D1", HIGH))
        self.assertContains(response, "The rules propose")
        self.assertContains(response, "High risk")
        self.assertNotContains(response, "<input")
        self.assertFalse(AppraisalAnswer.objects.exists())
        nowhere = self.url("appraisal_preview", self.target.pk, "D9")
        self.assertEqual(self.client.post(nowhere).status_code, 404)

    def test_says_so_when_it_was_taken_out_while_somebody_answered(self) -> None:
        targets.remove(self.target, by=self.cast.alice)
        response = self.send("D1", posted("D1", LOW, judgment="low", support="Typed."))
        self.assertContains(response, "no longer up for appraisal", status_code=409)
        self.assertContains(response, "Typed.", status_code=409)

    def test_hides_carols_answers_from_everybody_before_bob_has_answered(self) -> None:
        pages = [
            self.url("appraisal_list"),
            self.url("appraise", self.target.pk),
            self.url("appraisal_consensus", self.target.pk),
        ]
        for person in (self.cast.bob, self.cast.dan, self.cast.alice, self.cast.vera):
            self.client.force_login(person)
            before = [stripped(self.client.get(url).content) for url in pages]
            answer = self.answer(self.cast.carol, "high", support=PLANTED)
            after = [stripped(self.client.get(url).content) for url in pages]
            self.assertEqual(before, after, person)
            AppraisalAnswer.objects.filter(pk=answer.pk).delete()

    def test_shows_both_sides_to_those_who_may_settle_and_settles(self) -> None:
        self.answer(self.cast.bob, "low", support="Central.")
        self.answer(self.cast.carol, "high", support=PLANTED)
        url = self.url("appraisal_consensus", self.target.pk)
        for person in (self.cast.alice, self.cast.vera):
            self.client.force_login(person)
            self.assertEqual(self.client.get(url).status_code, 403)
        self.client.force_login(self.cast.dan)
        page = self.client.get(url)
        self.assertContains(page, PLANTED)
        # On a phone, where the columns are gone, each answer has its person's name.
        self.assertContains(page, f'data-label="{self.cast.carol}">No</td>')
        data = {"domain": "D1", **posted("D1", HIGH, judgment="high")}
        refused = self.client.post(url, data)
        self.assertContains(refused, "Say why it is settled so.", status_code=422)
        data |= posted("D1", {}, support="The list was open.")
        self.assertRedirects(self.client.post(url, data), url)
        settled = SettledJudgment.objects.get()
        self.assertEqual(
            (settled.settlement, settled.judgment), ("adjudication", "high")
        )
        self.client.force_login(self.cast.bob)
        late = self.client.post(url, data, follow=True)
        self.assertContains(late, "is not in conflict any more")
        table = self.client.get(self.url("appraisal_list"))
        self.assertContains(table, "What is settled")
        self.assertContains(table, "#BF0000")
        self.assertContains(table, "High risk")

    def test_shows_only_what_differs(self) -> None:
        self.answer(self.cast.bob, "low")
        self.answer(self.cast.carol, "low", support=PLANTED)
        url = self.url("appraisal_consensus", self.target.pk)
        response = self.client.get(url)
        self.assertContains(response, "Nothing differs here")
        self.assertNotContains(response, PLANTED)


def stripped(page: bytes) -> str:
    """Return a page without what changes with every request."""
    text = page.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    text = re.sub(r"X-CSRFToken[^}]+", "", text)
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", text)


def first_answers(domain: Domain, options: frozenset[str]) -> dict[str, Any]:
    """Answer what is asked with the first choice, one after the other."""
    answers: dict[str, Any] = {}
    while missing := asking.unanswered(domain, answers, options):
        code = missing[0].choices[0].code
        answers[missing[0].id] = [code] if missing[0].multiple else code
    return answers


class EveryInstrumentTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def test_each_of_the_eighteen_is_set_up_answered_by_two_and_settled(self) -> None:
        instruments = loading.keys()
        self.assertEqual(len(instruments), 18)
        for key in instruments:
            with self.subTest(key):
                self.appraise(key)
        self.assertEqual(list(standing.check(self.review)), [])

    def appraise(self, key: str) -> None:
        form = loading.load(key)
        study = create_study(review=self.review, design=form.designs[0])
        instrument = create_instrument(review=self.review, key=key)
        self.client.force_login(self.cast.alice)
        self.set_up(study, instrument, form)
        target = instrument.targets.get()
        used = sheets.domains(form, frozenset(target.options))
        for person in (self.cast.bob, self.cast.carol):
            self.client.force_login(person)
            for domain in used:
                self.save(target, form, domain)
        settled = {each.domain: each for each in target.judgments.all()}
        self.assertEqual(set(settled), {domain.id for domain in used})
        for domain in used:
            self.assertEqual(bool(settled[domain.id].judgment), domain.is_judged)
        url = reverse("screening:appraisal_list", args=[self.review.slug])
        self.assertContains(self.client.get(url), str(instrument))

    def set_up(self, study: Study, instrument: Instrument, form: Form) -> None:
        data: dict[str, Any] = {"outcome": "Depression"}
        for each in targets.choices_before(form, study.design):
            if each.minimum and each.ask_if is None:
                data[f"option_{each.id}"] = each.options[0].code
            elif each.default:
                data[f"option_{each.id}"] = list(each.default)
        url = reverse(
            "screening:appraisal_add",
            args=[self.review.slug, study.pk, instrument.pk],
        )
        response = self.client.post(url, data)
        self.assertEqual(response.status_code, 302, response.content.decode())

    def save(self, target: AppraisalTarget, form: Form, domain: Domain) -> None:
        options = frozenset(target.options)
        answers = first_answers(domain, options)
        judgment = ""
        if domain.is_judged:
            judgment = (
                judging.proposed(domain, answers, options) or domain.judgements[0].code
            )
        data = posted(domain.id, answers, judgment=judgment, support="Page 3.")
        data |= posted(domain.id, {}, departure="Because.")
        args = [self.review.slug, target.pk, domain.id]
        response = self.client.post(
            reverse("screening:appraise_domain", args=args), data
        )
        self.assertEqual(response.status_code, 302, response.content.decode())
