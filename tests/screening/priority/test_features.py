"""The features are those of scikit-learn, number for number."""

import numpy as np
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from screening.priority import features

WORDS = st.sampled_from(
    "pain opioid opioids of the adults Müller β-blocker x 12 résumé ﬁbrosis İz".split()
)
TEXTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join), min_size=1, max_size=12)


def peer() -> TfidfVectorizer:
    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1, max_df=0.95)


class FeatureTests(SimpleTestCase):
    @given(TEXTS)
    def test_any_texts_give_the_matrix_of_scikit_learn(self, texts: list[str]) -> None:
        built = features.build(texts)
        machine = peer()
        try:
            wanted = machine.fit_transform(texts)
        except ValueError:
            # It refuses where no term is left; here every row is empty.
            self.assertEqual(built.matrix.nnz, 0)
            return
        names = list(machine.get_feature_names_out())
        self.assertEqual(names, [built.terms.term(at) for at in range(len(names))])
        np.testing.assert_allclose(built.matrix.toarray(), wanted.toarray(), 1e-13)
        other = "opioid pain unheard of the pain opioid"
        np.testing.assert_allclose(
            built.terms.weigh(other).toarray(),
            machine.transform([other]).toarray(),
            1e-13,
        )

    def test_more_texts_than_are_read_at_once_are_one_matrix(self) -> None:
        texts = [f"word{at % 7} word{at % 11} word{at}" for at in range(4500)]
        built, wanted = features.build(texts).matrix, peer().fit_transform(texts)
        self.assertEqual(built.shape, wanted.shape)
        self.assertLess(abs(built - wanted).max(), 1e-14)
