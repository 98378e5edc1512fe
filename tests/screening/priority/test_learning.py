"""What the model learns from, and the order and the words that come of it."""

import numpy as np
from django.test import SimpleTestCase

from screening.priority import features, learning, model, reasons
from screening.priority.learning import Known

TEXTS = [
    *(
        f"Esketamine for depression, trial {at} of resistant patients"
        for at in range(8)
    ),
    *(f"Concrete bridges under load, survey {at} of the river" for at in range(60)),
]
BUILT = features.build(TEXTS)
QUESTION = BUILT.terms.weigh(
    "Is esketamine effective in treatment-resistant depression?"
)


def known(relevant: list[int], irrelevant: list[int]) -> Known:
    places = np.array([*relevant, *irrelevant], dtype=np.int64)
    labels = np.array([1] * len(relevant) + [0] * len(irrelevant), dtype=np.int8)
    return Known(places, labels)


def pool(of: Known) -> model.Places:
    return np.setdiff1d(np.arange(len(TEXTS)), of.places)


class LearningTests(SimpleTestCase):
    def test_irrelevant_records_together_count_a_ninth_of_the_relevant(self) -> None:
        counts = model.balance(np.array([1, 1, 0, 0, 0], dtype=np.int8))
        self.assertAlmostEqual(counts.sum(), 5)
        self.assertAlmostEqual(counts[:2].sum() / counts[2:].sum(), 9.8)

    def test_the_protocol_alone_brings_relevant_records_to_the_top(self) -> None:
        nothing = known([], [])
        line = learning.learn(BUILT.matrix, nothing, pool(nothing), question=QUESTION)
        assert line is not None
        order = model.ranked(line.scores(BUILT.matrix), pool(nothing))
        self.assertEqual(set(order[:8].tolist()), set(range(8)))

    def test_without_text_or_both_kinds_nothing_is_learned(self) -> None:
        for one in (known([], []), known([0], []), known([], [20])):
            self.assertIsNone(learning.learn(BUILT.matrix, one, pool(one)))

    def test_irrelevant_records_are_presumed_until_five_are_relevant(self) -> None:
        self.assertTrue(learning.presumes(known([0, 1, 2, 3], [20])))
        self.assertFalse(learning.presumes(known([0, 1, 2, 3, 4], [20])))
        self.assertTrue(learning.presumes(known([0, 1, 2, 3, 4], [])))

    def test_the_text_counts_as_one_relevant_record_all_along(self) -> None:
        one = known([0, 1, 2, 3, 4], [20, 21])
        with_text = learning.learn(BUILT.matrix, one, pool(one), question=QUESTION)
        without = learning.learn(BUILT.matrix, one, pool(one))
        assert with_text is not None
        assert without is not None
        column = int(QUESTION.indices[QUESTION.data.argmax()])
        self.assertGreater(with_text.weights[column], without.weights[column])

    def test_the_same_labels_and_seed_give_the_same_order(self) -> None:
        for one in (known([0], [20]), known([0, 1, 2, 3, 4], [20, 21])):
            lines = [
                learning.learn(BUILT.matrix, one, pool(one), question=QUESTION, seed=7)
                for _ in range(2)
            ]
            assert lines[0] is not None
            assert lines[1] is not None
            self.assertEqual(lines[0].weights.tobytes(), lines[1].weights.tobytes())

    def test_the_words_told_are_those_that_speak_for_the_record(self) -> None:
        one = known([0, 1, 2, 3, 4], [20, 21])
        line = learning.learn(BUILT.matrix, one, pool(one))
        assert line is not None
        told = reasons.words(BUILT.matrix[6], line, BUILT.terms)
        self.assertIn("esketamine", " ".join(told))
        for term in told:
            self.assertNotRegex(term, r"\b(for|of|\d+)\b")
        self.assertEqual(reasons.words(BUILT.matrix[40], line, BUILT.terms), [])
