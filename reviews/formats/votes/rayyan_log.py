"""Rayyan's log of events (customizations_log.csv), which says who and when.

The articles beside it say neither when a person decided nor whose a reason is. An
event sets a key for an article: `included` to 1, 0 (maybe) or -1, a reason under
__EXR__ and any other key, a label, to 1; what was taken back is "deleted". The last
word of each person on each article counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from reviews.formats import values
from reviews.formats.parsed import Problem
from reviews.formats.votes import told
from reviews.formats.votes.rows import Row
from reviews.formats.votes.told import Decision, RecordKey, Stage, Vote

_HEADINGS = frozenset({"article_id", "user_email", "key", "value"})
_DECISIONS = {"1": Decision.INCLUDE, "0": Decision.MAYBE, "-1": Decision.EXCLUDE}
_REASON = "__EXR__"
_TAKEN_BACK = frozenset({"deleted", "0", "-1", ""})


def is_log(headings: Sequence[str]) -> bool:
    """Say whether the headings are those of the log."""
    return set(headings) >= _HEADINGS


def votes(
    rows: Iterable[Row], *, stage: Stage = Stage.TITLE_ABSTRACT
) -> Iterator[Vote | Problem]:
    """Yield the last vote of each person on each article."""
    said: dict[tuple[str, str], dict[str, Row]] = {}
    for row in sorted(rows, key=_at):
        of = row.cell("article id").strip(), row.cell("user email").strip()
        said.setdefault(of, {})[_key(row)] = row
    for (article, who), events in said.items():
        decided = events.pop("included", None)
        word = decided.cell("value").strip() if decided else ""
        decision = _DECISIONS.get(word)
        last = decided or max(events.values(), key=_at)
        if decided and decision is None and word not in _TAKEN_BACK:
            yield told.unknown(decided.line, word, who)
        kept = [key for key, row in events.items() if _is_set(row)]
        reasons = tuple(k.removeprefix(_REASON) for k in kept if _REASON in k)
        vote = Vote(
            RecordKey(source_id=f"rayyan-{article}"),
            who,
            decision,
            reasons if decision is Decision.EXCLUDE else (),
            tuple(key for key in kept if _REASON not in key),
            "",
            told.moment(last.cell("created at")),
            stage,
            last.line,
            str(decision or ""),
        )
        if vote.decision or vote.labels:
            yield vote


def _at(row: Row) -> tuple[bool, float, int]:
    moment: datetime | None = told.moment(row.cell("created at"))
    return moment is not None, moment.timestamp() if moment else 0.0, row.line


def _key(row: Row) -> str:
    return values.plain_text(row.cell("key")).strip('"')


def _is_set(row: Row) -> bool:
    return row.cell("value").strip() not in _TAKEN_BACK
