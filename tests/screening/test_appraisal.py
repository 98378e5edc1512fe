import uuid

from django.db import IntegrityError, transaction
from django.test import SimpleTestCase, TestCase

from reviews import studies, targets
from reviews.access import WrongRole
from reviews.instruments.sheets import Sheet
from reviews.models import (
    AppraisalTarget,
    Event,
    Instrument,
    Review,
    Role,
    SettledJudgment,
    Settlement,
    Study,
    User,
)
from screening import replay
from screening.appraisal import answering, consensus, standing
from screening.appraisal.settling import Outcome, Ruling, Vote, outcome
from screening.models import AppraisalAnswer
from screening.settling import State
from tests.cast import Cast, join
from tests.factories import (
    create_instrument,
    create_review,
    create_staffed_review,
    create_study,
)


def vote(number: int, judgment: str = "", support: str = "", **answers: str) -> Vote:
    return Vote(number, number, judgment, answers, support)


class OutcomeTests(SimpleTestCase):
    def test_waits_for_as_many_as_the_protocol_asks_for(self) -> None:
        self.assertEqual(
            outcome([vote(1, "low")], None, required=2).state, State.AWAITING
        )

    def test_equal_judgments_agree_and_keep_the_answers_that_both_gave(self) -> None:
        votes = [
            vote(1, "low", "Table 1.", a="Y", b="PY"),
            vote(2, "low", "Page 3.", a="Y", b="Y"),
        ]
        self.assertEqual(
            outcome(votes, None, required=2),
            Outcome(
                State.SETTLED,
                Settlement.AGREEMENT,
                "low",
                {"a": "Y"},
                "Table 1.\n\nPage 3.",
            ),
        )

    def test_without_judgments_the_answers_decide(self) -> None:
        same = [vote(1, a="Y"), vote(2, a="Y")]
        self.assertEqual(outcome(same, None, required=2).state, State.SETTLED)
        differing = [vote(1, a="Y"), vote(2, a="Y", b="N")]
        self.assertEqual(outcome(differing, None, required=2).state, State.CONFLICT)

    def test_one_is_enough_where_one_is_asked_for(self) -> None:
        found = outcome([vote(1, "high")], None, required=1)
        self.assertEqual(found.settlement, Settlement.SINGLE)

    def test_a_consensus_holds_for_the_very_answers_that_it_resolved(self) -> None:
        votes = [vote(1, "low"), vote(2, "high")]
        ruling = Ruling("consensus", "high", frozenset({1, 2}), {"a": "N"}, "Why")
        self.assertEqual(
            outcome(votes, ruling, required=2),
            Outcome(State.SETTLED, Settlement.CONSENSUS, "high", {"a": "N"}, "Why"),
        )
        changed = [vote(1, "low"), vote(3, "high")]
        self.assertEqual(outcome(changed, ruling, required=2).state, State.CONFLICT)


LOW = {"1.1": "Y", "1.2": "Y", "1.3": "N"}
HIGH = {"1.1": "N", "1.2": "N", "1.3": "Y"}


class AppraisalTests(TestCase):
    review: Review
    cast: Cast
    study: Study
    instrument: Instrument
    target: AppraisalTarget

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.study = create_study(review=cls.review, design="rct_parallel")
        cls.instrument = create_instrument(review=cls.review, key="rob2")
        cls.target = targets.create(
            cls.study, cls.instrument, by=cls.cast.bob, outcome="Depression"
        )

    def answer(
        self, reviewer: User, domain: str = "D1", judgment: str = "low", **fields: str
    ) -> AppraisalAnswer:
        answers = LOW if judgment == "low" else HIGH
        return answering.answer(
            self.target,
            domain,
            Sheet(answers if domain == "D1" else {}, judgment, **fields),
            reviewer=reviewer,
        )

    def tearDown(self) -> None:
        self.assertEqual(list(standing.check(self.review)), [])

    def test_one_of_two_settles_nothing_and_leaves_no_event(self) -> None:
        before = Event.objects.count()
        self.answer(self.cast.bob)
        self.assertFalse(SettledJudgment.objects.exists())
        self.assertEqual(Event.objects.count(), before)

    def test_two_that_agree_settle_the_domain(self) -> None:
        self.answer(self.cast.bob, support="Central allocation.")
        self.answer(self.cast.carol)
        settled = SettledJudgment.objects.get()
        self.assertEqual((settled.domain, settled.judgment), ("D1", "low"))
        self.assertEqual(settled.settlement, Settlement.AGREEMENT)
        self.assertEqual(settled.answers, LOW)
        self.assertEqual(settled.support, "Central allocation.")

    def test_says_which_questions_are_missing_and_writes_nothing(self) -> None:
        with self.assertRaises(answering.Unfinished) as raised:
            answering.answer(
                self.target, "D1", Sheet({"1.1": "Y"}), reviewer=self.cast.bob
            )
        self.assertEqual(
            set(raised.exception.problems),
            {"question_1.2", "question_1.3", "judgment"},
        )
        self.assertFalse(AppraisalAnswer.objects.exists())

    def test_answers_to_what_is_not_asked_are_left_out(self) -> None:
        answers = {"5.1": "Y", "5.2": "N", "5.3": "N", "9.9": "Y"}
        made = answering.answer(
            self.target, "D5", Sheet(answers, "low"), reviewer=self.cast.bob
        )
        self.assertEqual(set(made.answers), {"5.1", "5.2", "5.3"})

    def test_a_judgment_that_departs_needs_its_reason(self) -> None:
        with self.assertRaises(answering.Unfinished) as raised:
            answering.answer(
                self.target, "D1", Sheet(LOW, "high"), reviewer=self.cast.bob
            )
        self.assertEqual(set(raised.exception.problems), {"departure"})
        made = answering.answer(
            self.target,
            "D1",
            Sheet(LOW, "high", departure="Sealed, but not opaque."),
            reviewer=self.cast.bob,
        )
        self.assertEqual((made.proposed, made.judgment), ("low", "high"))

    def test_the_same_token_and_the_same_answers_count_once(self) -> None:
        token = uuid.uuid4()
        for _ in range(2):
            answering.answer(
                self.target,
                "D1",
                Sheet(LOW, "low"),
                reviewer=self.cast.bob,
                token=token,
            )
        self.answer(self.cast.bob)
        self.assertEqual(AppraisalAnswer.objects.count(), 1)

    def test_a_changed_mind_supersedes_and_opens_the_domain_again(self) -> None:
        self.answer(self.cast.bob)
        self.answer(self.cast.carol)
        self.answer(self.cast.bob, judgment="high")
        self.assertFalse(SettledJudgment.objects.exists())
        self.assertEqual(AppraisalAnswer.objects.count(), 3)
        self.assertEqual(standing.conflicts(self.review, self.cast.bob), 1)
        self.assertEqual(standing.conflicts(self.review, self.cast.dan), 1)
        self.assertEqual(standing.conflicts(self.review, self.cast.vera), 0)

    def test_the_database_refuses_an_edit(self) -> None:
        made = self.answer(self.cast.bob)
        with self.assertRaises(IntegrityError), transaction.atomic():
            AppraisalAnswer.objects.filter(pk=made.pk).update(judgment="high")

    def test_only_reviewers_appraise(self) -> None:
        for person in (self.cast.alice, self.cast.dan, self.cast.vera):
            with self.assertRaises(WrongRole):
                self.answer(person)

    def test_a_third_reviewer_is_told_that_two_appraise_it(self) -> None:
        join(self.review, self.cast.dan, Role.REVIEWER)
        self.answer(self.cast.bob)
        answering.answer(
            self.target,
            "D5",
            Sheet({"5.1": "Y", "5.2": "N", "5.3": "N"}, "low"),
            reviewer=self.cast.carol,
        )
        with self.assertRaises(answering.AppraisedByOthers):
            self.answer(self.cast.dan)

    def test_somebody_takes_over_what_a_member_who_left_had_open(self) -> None:
        self.answer(self.cast.bob)
        self.answer(self.cast.carol)
        self.review.members.filter(user=self.cast.bob).update(
            removed_at=self.study.created_at
        )
        with self.assertRaises(WrongRole):
            self.answer(self.cast.bob, judgment="high")
        join(self.review, self.cast.dan, Role.REVIEWER)
        open_to_dan = answering.open_to(answering.of(self.target), self.cast.dan)
        self.assertNotIn("D1", [domain.id for domain in open_to_dan])
        made = answering.answer(
            self.target,
            "D5",
            Sheet({"5.1": "Y", "5.2": "N", "5.3": "N"}, "low"),
            reviewer=self.cast.dan,
        )
        self.assertEqual(made.judgment, "low")

    def test_nothing_is_answered_on_what_was_taken_out(self) -> None:
        targets.remove(self.target, by=self.cast.alice)
        with self.assertRaises(answering.NotOpenForAppraisal):
            self.answer(self.cast.bob)

    def test_the_overall_judgment_comes_after_the_domains(self) -> None:
        with self.assertRaises(answering.Unfinished) as raised:
            self.answer(self.cast.bob, domain="overall")
        self.assertIn("Randomisation", raised.exception.problems["judgment"])

    def test_a_consensus_settles_beside_the_answers_and_lapses(self) -> None:
        self.answer(self.cast.bob)
        self.answer(self.cast.carol, judgment="high")
        made = consensus.resolve(
            self.target,
            "D1",
            Sheet(HIGH, "high", "The list was open."),
            resolver=self.cast.bob,
        )
        self.assertEqual(made.kind, "consensus")
        settled = SettledJudgment.objects.get()
        self.assertEqual(
            (settled.judgment, settled.settlement), ("high", Settlement.CONSENSUS)
        )
        self.assertEqual(AppraisalAnswer.objects.count(), 3)
        self.answer(self.cast.bob, support="Read again.")
        self.assertFalse(SettledJudgment.objects.exists())
        again = consensus.resolve(
            self.target, "D1", Sheet(LOW, "low", "No."), resolver=self.cast.dan
        )
        self.assertEqual((again.kind, again.supersedes), ("adjudication", made))

    def test_of_two_who_settle_at_once_the_second_is_told(self) -> None:
        self.answer(self.cast.bob)
        self.answer(self.cast.carol, judgment="high")
        sheet = Sheet(HIGH, "high", "The list was open.")
        token = uuid.uuid4()
        for _ in range(2):
            consensus.resolve(
                self.target, "D1", sheet, resolver=self.cast.dan, token=token
            )
        with self.assertRaises(consensus.NotInConflict):
            consensus.resolve(self.target, "D1", sheet, resolver=self.cast.bob)

    def test_nobody_else_settles_and_not_without_saying_why(self) -> None:
        self.answer(self.cast.bob)
        self.answer(self.cast.carol, judgment="high")
        for person in (self.cast.alice, self.cast.vera):
            with self.assertRaises(WrongRole):
                consensus.resolve(
                    self.target, "D1", Sheet(HIGH, "high", "So."), resolver=person
                )
        with self.assertRaises(answering.Unfinished) as raised:
            consensus.resolve(
                self.target, "D1", Sheet(HIGH, "high"), resolver=self.cast.dan
            )
        self.assertEqual(set(raised.exception.problems), {"support"})

    def test_the_replay_finds_a_judgment_that_does_not_follow(self) -> None:
        studies.settle_judgment(
            self.target,
            "D1",
            judgment="low",
            answers={},
            support="",
            settlement=Settlement.AGREEMENT,
            by=self.cast.bob,
        )
        self.assertIn("appraisal", {each.what for each in replay.check(self.review)})
        studies.reopen_judgment(self.target, "D1", by=self.cast.bob)

    def test_what_waits_does_not_tell_what_another_did(self) -> None:
        before = standing.waiting(self.review, self.cast.bob)
        self.answer(self.cast.carol)
        self.assertEqual(before, 1)
        self.assertEqual(standing.waiting(self.review, self.cast.bob), 1)
        self.assertEqual(standing.waiting(self.review, self.cast.vera), 0)


class OverallTests(TestCase):
    review: Review
    cast: Cast
    target: AppraisalTarget

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        study = create_study(review=cls.review, design="cohort")
        instrument = create_instrument(review=cls.review, key="nos_cohort")
        cls.target = targets.create(
            study, instrument, by=cls.cast.alice, options=["ahrq"]
        )

    def answer(self, domain: str, judgment: str = "", **answers: str) -> None:
        given = {
            key: [value] if key == "C1" else value for key, value in answers.items()
        }
        answering.answer(
            self.target, domain, Sheet(given, judgment), reviewer=self.cast.bob
        )

    def test_takes_the_overall_judgment_back_when_the_domains_say_otherwise(
        self,
    ) -> None:
        self.answer("selection", S1="a", S2="a", S3="a", S4="a")
        self.answer("comparability", C1="a")
        self.answer("outcome", O1="a", O2="a", O3="a")
        self.answer("overall", "good")
        self.assertIn("overall", answering.own(self.target, self.cast.bob))
        self.answer("comparability", C1="b")
        self.assertIn("overall", answering.own(self.target, self.cast.bob))
        self.answer("comparability", C1="none")
        self.assertNotIn("overall", answering.own(self.target, self.cast.bob))
        self.answer("overall", "poor")
        self.assertEqual(list(standing.check(self.review)), [])


class TargetTests(TestCase):
    review: Review
    cast: Cast
    study: Study
    nos: Instrument
    robins: Instrument

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.study = create_study(review=cls.review, design="cohort")
        cls.nos = create_instrument(review=cls.review, key="jbi_cohort")
        cls.robins = create_instrument(review=cls.review, key="robins_i", position=2)

    def test_finds_the_instruments_made_for_a_design(self) -> None:
        instruments = self.review.instruments.in_force()
        self.assertEqual(
            targets.fitting(instruments, "cohort"), [self.nos, self.robins]
        )
        self.assertEqual(targets.fitting(instruments, ""), [])

    def test_sets_every_study_up_at_once_that_needs_nothing_chosen(self) -> None:
        create_study(review=self.review, design="cohort")
        create_study(review=self.review, design="case_report")
        self.assertEqual(targets.prepare(self.nos, by=self.cast.bob), 2)
        self.assertEqual(targets.prepare(self.nos, by=self.cast.bob), 0)
        self.assertEqual(targets.prepare(self.robins, by=self.cast.bob), 0)

    def test_a_result_has_an_outcome_and_its_options(self) -> None:
        with self.assertRaises(targets.DetailMissing) as raised:
            targets.create(self.study, self.robins, by=self.cast.alice)
        self.assertEqual(set(raised.exception.problems), {"outcome", "option_effect"})
        target = targets.create(
            self.study,
            self.robins,
            by=self.cast.alice,
            outcome="Remission",
            options=["aim_assignment", "unheard-of"],
        )
        self.assertEqual(target.options, ["aim_assignment", "cohort"])
        self.assertEqual(Event.objects.get().action, "appraisal_target.created")

    def test_the_same_is_set_up_once_but_anew_after_it_was_taken_out(self) -> None:
        first = targets.create(self.study, self.nos, by=self.cast.alice)
        with self.assertRaises(targets.AlreadySetUp):
            targets.create(self.study, self.nos, by=self.cast.bob)
        with self.assertRaises(IntegrityError), transaction.atomic():
            AppraisalTarget.objects.create(study=self.study, instrument=self.nos)
        with self.assertRaises(WrongRole):
            targets.remove(first, by=self.cast.bob)
        targets.remove(first, by=self.cast.alice)
        again = targets.create(self.study, self.nos, by=self.cast.bob)
        self.assertEqual(list(targets.standing(self.review)), [again])

    def test_only_owners_and_reviewers_set_up(self) -> None:
        for person in (self.cast.dan, self.cast.vera, self.cast.mallory):
            with self.assertRaises(WrongRole):
                targets.create(self.study, self.nos, by=person)

    def test_refuses_an_instrument_of_another_review(self) -> None:
        other = create_review(owner=self.cast.alice)
        foreign = create_instrument(review=other, key="jbi_cohort")
        with self.assertRaises(targets.NotOfThisReview):
            targets.create(self.study, foreign, by=self.cast.alice)
