"""The figures of a round: of two and of three, over all and by criterion."""

from screening import judging
from screening.agreement import statistics
from screening.models import Choice
from screening.pilots import measuring, rounds
from tests.factories import create_criterion
from tests.screening.pilots.test_rounds import PilotCase

ON, EXCLUDE, MAYBE = Choice.INCLUDE, Choice.EXCLUDE, Choice.MAYBE


class MeasuringTests(PilotCase):
    def run_with(self, *lines: tuple[Choice, ...]) -> measuring.Measured:
        """Judge a round, a line of choices for each person."""
        found = self.begin(counts=False, size=len(lines[0]), people=len(lines))
        for person, line in zip(found.people.order_by("pk"), lines, strict=True):
            for record, choice in zip(self.drawn(found), line, strict=True):
                judging.judge(
                    record,
                    choice,
                    reviewer=person.user,
                    criteria=[self.criterion] if choice == EXCLUDE else [],
                    pilot=found.number,
                )
        return measuring.measured(rounds.close(found, by=self.cast.alice))

    def test_two_are_told_as_everywhere_else_and_maybe_goes_on(self) -> None:
        measured = self.run_with((ON, MAYBE, EXCLUDE, EXCLUDE), (ON, ON, EXCLUDE, ON))
        told = measuring.overall(measured)
        table = next(table for _, _, table in measuring.pairs(measured))
        kappa = statistics.kappa(table)
        assert kappa is not None
        assert told.kappa is not None
        self.assertEqual(told.agreement, 0.75)
        self.assertAlmostEqual(told.kappa, 0.5)
        self.assertEqual(told.kappa_estimate, kappa)

    def test_kappa_of_three_is_the_mean_over_their_pairs(self) -> None:
        measured = self.run_with(
            (ON, EXCLUDE, EXCLUDE, ON),
            (ON, EXCLUDE, ON, ON),
            (ON, EXCLUDE, EXCLUDE, EXCLUDE),
        )
        tables = [table for _, _, table in measuring.pairs(measured)]
        kappas = [kappa.value for each in tables if (kappa := statistics.kappa(each))]
        told = measuring.overall(measured)
        self.assertEqual(len(tables), 3)
        assert told.kappa is not None
        self.assertAlmostEqual(told.kappa, sum(kappas) / 3)
        self.assertIsNone(told.kappa_estimate)
        assert told.agreement is not None
        self.assertAlmostEqual(told.agreement, (1 + 1 + 1 / 3 + 1 / 3) / 4)

    def test_it_cannot_be_estimated_where_that_of_a_pair_cannot(self) -> None:
        measured = self.run_with((ON, ON), (ON, ON), (ON, EXCLUDE))
        self.assertIsNone(measuring.overall(measured).kappa)

    def test_the_criterion_that_stands_in_the_most_differences_is_marked(self) -> None:
        other = create_criterion(review=self.review, reason="Wrong design")
        measured = self.run_with((EXCLUDE, EXCLUDE, ON, ON), (ON, EXCLUDE, EXCLUDE, ON))
        first, second = measuring.by_criterion(measured, [self.criterion, other])
        self.assertEqual((first.ticked, first.differs, first.causes), (3, 2, 2))
        self.assertTrue(first.is_first_to_mend)
        self.assertFalse(second.is_first_to_mend)
        self.assertEqual(first.figures.agreement, 0.5)
