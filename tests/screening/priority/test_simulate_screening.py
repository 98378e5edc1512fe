"""The command that plays a screening offline."""

import csv
import gzip
import json
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import CommandError, call_command
from django.test import SimpleTestCase

from screening.priority import features, labelled, simulation

ROWS = [
    ["Esketamine in depression", f"Trial {at} of nasal esketamine", 1]
    for at in range(10)
] + [["Bridges", f"Survey {at} of concrete and steel", 0] for at in range(90)]
COLUMNS = ["title", "abstract", "label_included"]


class SimulateScreeningTests(SimpleTestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "set.csv"
        self.write(ROWS)

    def write(self, rows: list[list[object]], columns: list[str] = COLUMNS) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *rows])

    def run_with(self, *said: str) -> dict[str, object]:
        out = StringIO()
        call_command(
            "simulate_screening", str(self.path), *said, "--format=json", stdout=out
        )
        found: dict[str, object] = json.loads(out.getvalue())
        for name in ("seconds", "feature_seconds"):
            self.assertRegex(str(found.pop(name)), r"^\d+\.\d+$")
        return found

    def refused(self, *said: str) -> str:
        with self.assertRaises(CommandError) as caught:
            call_command("simulate_screening", str(self.path), *said)
        return str(caught.exception)

    def test_known_records_put_the_relevant_ones_first(self) -> None:
        found = self.run_with("--priors=1,1", "--seed=4")
        self.assertEqual(found["loss"], 0)
        self.assertEqual(found["ndcg"], 1)
        self.assertEqual(found["wss95"], round(0.95 - 9 / 98, 6))

    def test_a_question_finds_the_first_relevant_record_at_once(self) -> None:
        found = self.run_with("--question=nasal esketamine for depression")
        self.assertEqual(found["first_relevant"], 1)
        self.assertEqual(found["priors"], [0, 0])

    def test_the_same_seed_gives_the_same_run_and_another_another(self) -> None:
        self.assertEqual(self.run_with("--seed=5"), self.run_with("--seed=5"))
        first = {self.run_with(f"--seed={seed}")["first_relevant"] for seed in range(6)}
        self.assertGreater(len(first), 1)

    def test_a_gzipped_file_is_read_whatever_its_name(self) -> None:
        wanted = self.run_with("--priors=1,1")
        self.path.write_bytes(gzip.compress(self.path.read_bytes()))
        self.assertEqual(self.run_with("--priors=1,1"), wanted)

    def test_every_record_is_screened_once(self) -> None:
        known = labelled.read(self.path)
        built = features.build(known.texts)
        for start in (simulation.Start(), simulation.Start(2, 3)):
            played = simulation.play(built, known.labels, start, seed=1)
            everything = sorted([*played.priors, *played.order])
            self.assertEqual(everything, list(range(100)))

    def test_text_for_people(self) -> None:
        out = StringIO()
        call_command("simulate_screening", str(self.path), "--seed=1", stdout=out)
        self.assertIn("Loss: ", out.getvalue())
        self.assertIn("Question: no", out.getvalue())

    def test_a_bad_file_is_told_in_a_sentence(self) -> None:
        self.write(ROWS, ["title", "abstract", "included"])
        self.assertIn("no column label_included", self.refused())
        self.write([["Title", "Abstract", "perhaps"]])
        self.assertIn("Line 2: label_included is “perhaps”", self.refused())
        self.write([["Title", "Abstract", 1]])
        self.assertIn("nothing to tell apart", self.refused())
        self.write([])
        self.assertIn("no records", self.refused())
        self.write([["", "", 1], ["", "", 0]])
        self.assertIn("No record has a word", self.refused())
        self.path.write_bytes(b"title,abstract,label_included\n\xff\xfe,a,1\n")
        self.assertIn("not text in UTF-8", self.refused())
        self.path.write_bytes(gzip.compress(b"title,abstract,label_included\n")[:-9])
        self.assertIn("damaged", self.refused())
        self.path.unlink()
        self.assertIn("cannot be read: no such file", self.refused())

    def test_a_start_that_the_set_does_not_have_is_refused(self) -> None:
        self.assertIn("has 10 relevant records, not 11", self.refused("--priors=11,1"))
        self.assertIn("leave no record", self.refused("--priors=10,1"))
        for said in ("--priors=1", "--seed=-1", "--batch=0"):
            self.refused(said)
