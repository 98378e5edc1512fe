"""The figures of an appraisal: every level told twice, and nothing over anything."""

import re
from dataclasses import replace
from itertools import cycle, islice

from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.figures import levels, summary, traffic
from reviews.figures.appraisal import Appraisal, Domain, Line
from reviews.figures.levels import NOT_PART, UNSETTLED, Level, Palette, Tone
from tests.reviews.figures import placed

LOW = Level("low", "Low risk", Tone.GOOD, "+", "#02C100")
SOME = Level("some", "Some concerns", Tone.MIDDLE, "-", "#E2DF07")
HIGH = Level("high", "High risk", Tone.BAD, "x", "#BF0000")
CRITICAL = Level("critical", "Critical risk", Tone.WORST, "!", "#820000")
SILENT = Level("ni", "No information", Tone.UNKNOWN, "?", "#4EA1F7")
ALL = (LOW, SOME, HIGH, CRITICAL, SILENT, UNSETTLED, NOT_PART)
NAMES = (
    "Brody 2024",
    "Ståhl-Ångström and the collaborative group of investigators 2019a",
    "山田太郎・鈴木花子による二〇二三年の大変に長い名前の研究",
    "דוד כהן ואחרים 2021",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau 2020",
    "A",
)


def appraisal(
    lines: int,
    domains: int,
    *,
    found: tuple[Level, ...] = ALL,
    overall: bool = True,
    groups: int = 0,
) -> Appraisal:
    columns = [
        Domain(f"D{n}", f"Bias of kind {n}, which takes some words to name", f"D{n}")
        for n in range(1, domains + 1)
    ]
    if overall:
        columns.append(Domain("Overall", "Overall judgment", "overall", True))
    turn = cycle(found)
    return Appraisal(
        "RoB 2",
        "result",
        "results",
        tuple(columns),
        tuple(
            Line(
                f"{NAMES[n % len(NAMES)]} {n}",
                tuple(islice(turn, len(columns))),
                detail="24 hours after one infusion, against saline" if n % 2 else "",
                group=f"Outcome {n * groups // lines}" if groups else "",
                weight=float(n + 1),
            )
            for n in range(lines)
        ),
    )


class TrafficTests(SimpleTestCase):
    def test_nothing_overlaps_and_nothing_leaves_the_sheet(self) -> None:
        for lines, domains in ((1, 1), (1, 20), (8, 5), (100, 7), (30, 20)):
            for palette in Palette:
                with self.subTest(lines=lines, domains=domains, palette=palette):
                    drawn = traffic.draw(
                        appraisal(lines, domains, groups=2), palette=palette
                    )
                    self.assertEqual(placed.collisions(drawn), [])
                    self.assertEqual(placed.outside(drawn), [])

    def test_every_mark_says_itself_in_words(self) -> None:
        drawn = traffic.draw(appraisal(2, 2, found=(LOW, HIGH)))
        self.assertIn(
            "Brody 2024 0: D1 Bias of kind 1, which takes some words to name: Low risk",
            placed.told(drawn),
        )
        self.assertEqual(
            sum(
                told.endswith(("Low risk", "High risk")) for told in placed.told(drawn)
            ),
            6,
        )

    def test_a_long_table_goes_on_over_pages_and_loses_no_line(self) -> None:
        whole = appraisal(100, 5, groups=3)
        pages = traffic.pages(whole)
        self.assertGreater(len(pages), 3)
        words = [box.words for page in pages for box in placed.texts(page)]
        for number in range(0, 100, 6):
            self.assertEqual(words.count(f"Brody 2024 {number}"), 1)
        for number, page in enumerate(pages, start=1):
            shown = [box.words for box in placed.texts(page)]
            self.assertIn(f"Page {number} of {len(pages)}", shown)
            self.assertIn("Judgement", shown)
            self.assertTrue([each for each in shown if each.startswith("Outcome")])
            self.assertLess(placed.size(page)[1], 1300)
            self.assertEqual(placed.collisions(page), [])

    def test_what_is_not_settled_is_a_state_of_its_own(self) -> None:
        drawn = traffic.draw(appraisal(1, 2, found=(LOW, UNSETTLED), overall=False))
        self.assertIn("Not settled", [box.words for box in placed.texts(drawn)])
        self.assertIn("stroke-dasharray", drawn)

    def test_leaves_the_overall_judgment_out(self) -> None:
        whole = appraisal(2, 3)
        self.assertIn("Overall", traffic.draw(whole))
        without = traffic.draw(whole.without_overall())
        self.assertNotIn("Overall", [box.words for box in placed.texts(without)])

    def test_sets_applicability_apart(self) -> None:
        whole = appraisal(2, 4, overall=False)
        last = replace(whole.domains[-1], is_applicability=True)
        whole = replace(whole, domains=(*whole.domains[:-1], last))
        shown = [box.words for box in placed.texts(traffic.draw(whole))]
        self.assertIn("Applicability", shown)
        self.assertIn("Risk of bias", shown)

    def test_monochrome_has_no_colour_and_still_tells_every_level_apart(self) -> None:
        drawn = traffic.draw(appraisal(7, 7), palette=Palette.MONOCHROME)
        for colour in set(re.findall(r"#[0-9a-fA-F]{6}", drawn)):
            self.assertEqual(colour[1:3], colour[3:5])
            self.assertEqual(colour[3:5], colour[5:7])
        symbols = [level.symbol for level in appraisal(7, 7).legend if level.is_said]
        self.assertEqual(len(set(symbols)), len(symbols))

    @given(st.text(max_size=60), st.text(max_size=60))
    @settings(max_examples=30, deadline=None)
    def test_any_name_is_drawn(self, name: str, detail: str) -> None:
        line = Line(name, (LOW,), detail=detail)
        whole = Appraisal("X", "study", "studies", (Domain("D1", name),), (line,))
        self.assertEqual(placed.outside(traffic.draw(whole)), [])
        self.assertEqual(placed.outside(summary.draw(whole)), [])


class SummaryTests(SimpleTestCase):
    def test_nothing_overlaps_and_nothing_leaves_the_sheet(self) -> None:
        for lines, domains in ((1, 1), (3, 20), (8, 5), (100, 7)):
            for weighted in ("", "Participants"):
                with self.subTest(lines=lines, domains=domains, weighted=weighted):
                    whole = replace(appraisal(lines, domains), weighted_by=weighted)
                    drawn = summary.draw(whole)
                    self.assertEqual(placed.collisions(drawn), [])
                    self.assertEqual(placed.outside(drawn), [])

    def test_every_bar_holds_every_line_the_best_first(self) -> None:
        for bar in summary.bars(appraisal(14, 5)):
            self.assertEqual(sum(part.count for part in bar.parts), 14)
            self.assertAlmostEqual(sum(part.share for part in bar.parts), 1)
            orders = [part.level.order for part in bar.parts]
            self.assertEqual(orders, sorted(orders))

    def test_weights_change_the_shares_and_not_the_counts(self) -> None:
        lines = (
            Line("A", (LOW,), weight=30),
            Line("B", (HIGH,), weight=10),
            Line("C", (HIGH,)),
        )
        whole = Appraisal("X", "study", "studies", (Domain("D1", "Bias"),), lines)
        (plain,) = summary.bars(whole)
        self.assertEqual([part.count for part in plain.parts], [1, 2])
        weighted = replace(whole, weighted_by="Participants")
        (bar,) = summary.bars(weighted)
        self.assertEqual([part.share for part in bar.parts], [0.75, 0.25])
        self.assertEqual(summary.left_out(weighted), ["C"])
        self.assertIn("Without a weight, so in no bar: C.", summary.draw(weighted))

    def test_every_number_leads_to_its_studies(self) -> None:
        drawn = summary.draw(
            appraisal(4, 2, found=(LOW, HIGH), overall=False),
            link=lambda domain, level: f"/behind/?{domain.key}={level.code}",
        )
        self.assertIn('href="/behind/?D1=low"', drawn)

    def test_refuses_a_link_that_runs(self) -> None:
        with self.assertRaises(ValueError):
            summary.draw(
                appraisal(1, 1), link=lambda domain, level: "javascript:alert(1)"
            )


class LevelTests(SimpleTestCase):
    def test_two_levels_never_share_a_symbol(self) -> None:
        other = Level("unclear", "Unclear", Tone.UNCLEAR, "?")
        more = Level("maybe", "Perhaps", Tone.MIDDLE, "-")
        found = levels.legend([SILENT, other, SOME, more, LOW])
        self.assertEqual(len({level.symbol for level in found}), 5)

    def test_the_ink_stands_out_from_every_fill(self) -> None:
        for palette in Palette:
            for level in (*ALL, Level("na", "NA", Tone.NOT_APPLICABLE)):
                colour = levels.fill(level, palette)
                self.assertGreater(contrast(colour, levels.ink_on(colour)), 4.5)


def contrast(one: str, other: str) -> float:
    light = sorted((luminance(one), luminance(other)))
    return (light[1] + 0.05) / (light[0] + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
