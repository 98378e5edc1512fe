"""Two moments are told apart by their numbers, and by what moved between the boxes."""

from django.test import SimpleTestCase

from reviews.flow.comparison import NOWHERE, Comparison, compare
from reviews.flow.rows import INCLUDED, ReasonRow, SearchRow
from reviews.flow.state import RecordAt, ReportAt, State

MEDLINE = SearchRow(1, "MEDLINE", "database", "", False, None, None)
CITATIONS = SearchRow(2, "Citations", "citation", "", False, None, None)
REASONS = {7: ReasonRow(1, "E1", "Wrong design"), 8: ReasonRow(2, "E2", "Animals")}


def state(
    records: dict[int, tuple[int, str]], reports: dict[int, ReportAt] | None = None
) -> State:
    return State(
        at=None,
        searches={1: MEDLINE, 2: CITATIONS},
        records={pk: RecordAt(*record) for pk, record in records.items()},
        reports=reports or {},
        reasons=REASONS,
        elsewhere={},
    )


def report(
    *records: int,
    retrieval: str = "retrieved",
    verdict: str = "",
    reason: int | None = None,
    study: int | None = None,
) -> ReportAt:
    return ReportAt(records, retrieval, verdict, reason, "", study)


def moves(found: Comparison) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(move.before, move.after, move.keys) for move in found.moves]


class CompareTests(SimpleTestCase):
    def test_a_moment_does_not_differ_from_itself(self) -> None:
        same = state({1: (1, "excluded")})
        found = compare(same, same)
        self.assertEqual((found.changed, found.moves), ((), ()))

    def test_records_move_from_box_to_box(self) -> None:
        before = state(dict.fromkeys((1, 2, 3), (1, "awaiting_screening")))
        after = state({1: (1, "excluded"), 2: (1, "excluded"), 3: (1, INCLUDED)})
        found = compare(before, after)
        self.assertEqual(
            moves(found),
            [
                ("awaiting_screening", "excluded", (1, 2)),
                ("awaiting_screening", INCLUDED, (3,)),
            ],
        )
        changed = {number.box: number.difference for number in found.changed}
        self.assertEqual(
            changed, {"screened": 3, "excluded": 2, "awaiting_screening": -3}
        )

    def test_what_is_new_comes_from_nowhere(self) -> None:
        found = compare(state({}), state({1: (2, "awaiting_screening")}))
        self.assertEqual(moves(found), [(NOWHERE, "other_awaiting_screening", (1,))])
        self.assertEqual(found.moves[0].before_label, "Not in the flow")
        self.assertIn("by other methods", found.moves[0].after_label)

    def test_a_report_moves_from_reason_to_reason(self) -> None:
        records = {1: (1, INCLUDED), 2: (1, INCLUDED)}
        one = report(1, verdict="exclude", reason=7)
        before = state(records, {5: one, 6: report(2, retrieval="awaiting")})
        other = report(1, verdict="exclude", reason=8)
        after = state(records, {5: other, 6: report(2, verdict="include", study=9)})
        found = compare(before, after)
        self.assertEqual(
            moves(found),
            [
                ("awaiting_retrieval", "included_reports", (6,)),
                ("reason-7", "reason-8", (5,)),
                (NOWHERE, "studies_included", (9,)),
            ],
        )

    def test_one_wave_is_compared_by_itself(self) -> None:
        second = MEDLINE._replace(pk=3, wave=2)
        states = [
            State(
                at=None,
                searches={1: MEDLINE._replace(wave=1), 3: second},
                records={1: RecordAt(1, place), 2: RecordAt(3, place)},
                reports={},
                reasons={},
                elsewhere={},
            )
            for place in ("awaiting_screening", "excluded")
        ]
        found = compare(states[0], states[1], wave=2)
        self.assertEqual(moves(found), [("awaiting_screening", "excluded", (2,))])
