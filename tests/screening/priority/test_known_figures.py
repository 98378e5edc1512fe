"""The figures that ASReview's default reaches on a set that everybody knows.

Measured apart from this program, as the mean of three starts with one relevant and one
irrelevant record: WSS@95 .902 with a deviation of .001, recall at 10% 1.00, loss .011
(van de Schoot et al. 2018, in SYNERGY). A start of another draw differs by little.
"""

import json
from io import StringIO

from django.core.management import call_command
from django.test import SimpleTestCase

from tests.shared import shared_path

SET = "data/screening/synergy_van_de_Schoot_2018.csv.gz"


class KnownFiguresTests(SimpleTestCase):
    def test_van_de_schoot_is_screened_as_well_as_by_asreview(self) -> None:
        out = StringIO()
        call_command(
            "simulate_screening",
            str(shared_path(SET)),
            "--seed=0",
            "--priors=1,1",
            "--format=json",
            stdout=out,
        )
        found = json.loads(out.getvalue())
        self.assertEqual((found["records"], found["relevant"]), (4544, 38))
        self.assertAlmostEqual(found["wss95"], 0.902, delta=0.005)
        self.assertEqual(found["recall10"], 1)
        self.assertLess(found["loss"], 0.02)
