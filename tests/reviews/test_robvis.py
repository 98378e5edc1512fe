"""Tables of robvis: written as it reads them, read without a guess."""

from django.test import SimpleTestCase

from reviews.figures.appraisal import Appraisal
from reviews.figures.levels import Tone
from reviews.formats.delimited import Unreadable
from reviews.robvis import reading

ROB2 = "Study,D1,D2,D3,D4,D5,Overall,Weight\n"
ROBINS = "Study,D1,D2,D3,D4,D5,D6,D7,Overall\n"


def read(text: str, tool: str = "") -> Appraisal:
    return reading.read(text.encode(), tool=tool)


def problems(text: str, tool: str = "") -> list[str]:
    try:
        read(text, tool)
    except Unreadable as error:
        return [str(problem) for problem in error.problems]
    return []


class ReadTests(SimpleTestCase):
    def test_tells_rob_2_by_its_columns(self) -> None:
        found = read(ROB2 + "Brody 2024,Low,Some concerns,High,L,ni,High,33.3\n")
        self.assertEqual(found.name, "RoB 2")
        self.assertEqual(found.domains[0].name, "Randomisation process")
        (line,) = found.lines
        self.assertEqual(
            [level.tone for level in line.levels],
            [Tone.GOOD, Tone.MIDDLE, Tone.BAD, Tone.GOOD, Tone.UNKNOWN, Tone.BAD],
        )
        self.assertEqual(line.weight, 33.3)

    def test_tells_robins_i_and_quadas_2(self) -> None:
        line = "A,Low,Moderate,Serious,Critical,No information,Low,Low,Critical\n"
        self.assertEqual(read(ROBINS + line).name, "ROBINS-I")
        quadas = "Study,D1,D2,D3,D4,Overall\nA,Low,Unclear,High,Low,High\n"
        self.assertEqual(read(quadas).name, "QUADAS-2")

    def test_other_words_under_seven_columns_are_not_robins_i(self) -> None:
        line = "A,Low,Very high,High,Some concerns,Low,Low,Low,Very high\n"
        found = read(ROBINS + line)
        self.assertEqual(found.name, "Risk of bias")
        self.assertEqual(found.lines[0].levels[1].label, "Very high")

    def test_named_columns_are_drawn_as_they_are_called(self) -> None:
        found = read("Study;Selection;Blinding\nA;Low;Unclear\nB;High;\n")
        self.assertEqual([d.name for d in found.domains], ["Selection", "Blinding"])
        self.assertFalse(found.has_overall)
        self.assertEqual(found.lines[1].levels[1].tone, Tone.NOT_APPLICABLE)

    def test_an_unknown_word_is_named_with_its_place(self) -> None:
        text = ROB2 + "A,Low,Low,Low,Low,Low,Low,1\nB,Low,Lo,Low,Hgih,Low,Low,many\n"
        self.assertEqual(
            problems(text),
            [
                "Line 3, column Weight: “many” is no number.",
                "Line 3, column D2: “Lo” is no level of RoB 2 (Low, Some concerns, "
                "High, No information, Not applicable).",
                "Line 3, column D4: “Hgih” is no level of RoB 2 (Low, Some concerns, "
                "High, No information, Not applicable).",
            ],
        )

    def test_a_letter_that_could_be_two_levels_is_no_level(self) -> None:
        (problem,) = problems("Study,Bias\nA,S\n")
        self.assertIn("Line 2, column Bias: “S” is no level", problem)

    def test_says_what_is_wrong_with_the_table(self) -> None:
        for text, wanted in (
            ("", "The file is empty."),
            ("Study,D1\n", "no line under its headings"),
            ("Name,D1\nA,Low\n", "The first column is “Study”, not “Name”."),
            ("Study,D1,D1\nA,Low,Low\n", "Two columns are called “d1”."),
            ("Study,Overall\nA,Low\n", "no column of a domain"),
            ("Study,D1,\nA,Low,Low\n", "Column 3 has no heading."),
            ("Study,D1,Overall\nA,Low\n", "Line 2: 2 cells where"),
            ("Study,D1,Overall\n,Low,Low\n", "Line 2, column Study"),
            ("%PDF-1.7 Study,D1", "The file is a PDF document"),
        ):
            with self.subTest(text=text):
                self.assertIn(wanted, " ".join(problems(text)))

    def test_a_weight_too_long_to_be_drawn_is_refused(self) -> None:
        (problem,) = problems(ROB2 + f"A,Low,Low,Low,Low,Low,Low,{'9' * 400}\n")
        self.assertIn("Line 2, column Weight", problem)
        (line,) = read(ROB2 + f"A,Low,Low,Low,Low,Low,Low,{1 / 3}\n").lines
        self.assertEqual(line.weight, 1 / 3)

    def test_a_hundred_thousand_columns_are_refused_at_once(self) -> None:
        (problem,) = problems("a," * 100_000 + "\n1\n")
        self.assertEqual(problem, "Line 1: More than 40 columns.")

    def test_the_tool_that_is_named_must_fit(self) -> None:
        (problem,) = problems("Study,A,B\nX,Low,Low\n", "rob2")
        self.assertEqual(problem, "Line 1: RoB 2 has 5 domains, and the file has 2.")
        self.assertEqual(read("Study,D1\nX,Low\n", "generic").name, "Risk of bias")
