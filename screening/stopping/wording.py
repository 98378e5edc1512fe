"""What the rule says, and what a certificate says, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviews.models import ScreeningPlan
from screening.stopping.reading import Reading
from screening.stopping.rule import Said

Stopping = ScreeningPlan.Stopping
Fact = tuple[str, str]


@dataclass(frozen=True)
class Section:
    """A part of a certificate: its heading, and its facts."""

    title: str
    facts: tuple[Fact, ...]


def rule(plan: ScreeningPlan) -> str:
    """Say the rule of the protocol in a sentence."""
    if plan.stopping == Stopping.RECALL:
        return (
            f"Screening may stop once a test shows that at least {plan.target_recall}% "
            "of the relevant records are found, with 95% confidence."
        )
    if plan.stopping == Stopping.RUN:
        return (
            f"Screening may stop after {plan.run_length:,} irrelevant records in a "
            "row. This is a heuristic and guarantees nothing."
        )
    return "Every record is screened."


def says(plan: ScreeningPlan, reading: Reading, said: Said) -> str:
    """Say what the rule says now."""
    if not reading.screened.pool:
        return "Nothing was imported yet that could be left unread."
    if not reading.screened.unread:
        return "Everything is screened."
    if reading.stopped == reading.screened.unread:
        return "Screening is stopped."
    if said.stopping == Stopping.EVERYTHING:
        return "The protocol asks for every record to be screened."
    if said.stopping == Stopping.RECALL and not reading.is_ordered:
        return "The rule cannot be used: records come in the order of import."
    if said.holds:
        return "The rule holds: screening may stop."
    more = said.more or 0
    records = "record" if more == 1 else "records"
    if said.stopping == Stopping.RECALL and more >= reading.screened.unread:
        return "The rule does not hold before everything is screened."
    return (
        f"Screening goes on. If the next {more:,} {records} are all irrelevant, the "
        "rule holds."
    )


def outlook(plan: ScreeningPlan, reading: Reading, said: Said) -> str:
    """Say plainly where the test cannot save work; empty where it can."""
    if said.saves_work or not reading.screened.read:
        return ""
    found = reading.screened.found
    relevant = "record is" if found == 1 else "records are"
    return (
        f"Only {found:,} relevant {relevant} known so far. With so few, a recall of "
        f"{plan.target_recall}% is certain only once about {percent(said.share)} of "
        "what is left after the last relevant one is read without another: the test "
        "can hardly save work here. Plan to screen everything."
    )


def sections(facts: Mapping[str, Any]) -> list[Section]:
    """Return the parts of a certificate, in words."""
    rule, order = facts["rule"], facts["order"]
    screening, sample = facts["screening"], facts["sample"]
    return [
        Section(
            "The rule, set in the protocol beforehand",
            (
                ("Rule", str(rule["label"])),
                *_rule_facts(rule),
                ("Records came", _order(order)),
                ("Ranking", _ranking(facts["ranking"])),
            ),
        ),
        Section(
            "What was read",
            (
                ("Records in the pool", _number(screening["records"])),
                ("Screened, with the sample", _number(screening["screened"])),
                ("Relevant among them", _number(screening["relevant"])),
                (
                    "Relevant, known beforehand",
                    _number(screening["relevant_known_beforehand"]),
                ),
                ("Never screened", _number(facts["never_screened"])),
                (
                    "Reviewers for each record",
                    _number(facts["reviewers_for_each_record"]),
                ),
            ),
        ),
        Section("What the test says", _test_facts(facts["test"])),
        Section(
            "The random sample of the rest",
            (
                ("Drawn", f"{sample['drawn']:,} of {sample['drawn_from']:,} records"),
                ("Judged as all others", _number(sample["judged"])),
                ("Relevant among them", _number(sample["relevant"])),
                (
                    "Relevant records in the rest",
                    f"at most {sample['missed_at_most']:,}, with 95% confidence, "
                    "whatever the order of reading",
                ),
                ("Recall by the sample alone", _at_least(sample["recall_at_least"])),
                ("Seed", f"{sample['seed']}, for “{sample['purpose']}”"),
            ),
        ),
        Section(
            "Who and when",
            (
                ("Sample drawn", _by(facts["begun"])),
                ("Signed", _by(facts["signed"])),
                (
                    "Team",
                    "; ".join(
                        f"{each['name']} ({', '.join(each['roles']) or 'viewer'})"
                        for each in facts["people"]
                    ),
                ),
                ("Amendments in force", _amendments(facts["amendments"])),
            ),
        ),
    ]


def _rule_facts(rule: Mapping[str, Any]) -> list[Fact]:
    if rule["run_length"] is not None:
        return [
            ("Irrelevant records in a row", _number(rule["run_length"])),
            ("Guarantee", "None: this rule is a heuristic"),
        ]
    return [
        ("Recall wanted", f"{rule['target_recall_percent']}%"),
        (
            "Threshold",
            f"p below {rule['threshold']}, so that “95%” holds though it is looked "
            "at again and again",
        ),
    ]


def _test_facts(test: Mapping[str, Any]) -> tuple[Fact, ...]:
    if test["p"] is None:
        return (("Recall", "Not tested: records came in the order of import"),)
    return (
        ("p for the recall wanted", p_value(test["p"])),
        ("Recall", _at_least(test["recall_at_least"])),
        ("Missed", f"at most {test['missed_at_most']:,}"),
    )


def _order(order: Mapping[str, Any]) -> str:
    if order["name"] == ScreeningPlan.Order.IMPORTED:
        return str(order["label"])
    return f"{order['label']}; {order['random_share_percent']}% of the queue at random"


def _ranking(ranking: Mapping[str, Any] | None) -> str:
    if not ranking:
        return "No ranking is recorded"
    libraries = ", ".join(
        f"{name} {version}" for name, version in sorted(ranking["libraries"].items())
    )
    return (
        f"{ranking['model']}, version {ranking['version']}, seed {ranking['seed']}"
        + (f" ({libraries})" if libraries else "")
    )


def _amendments(amendments: list[Mapping[str, Any]]) -> str:
    if not amendments:
        return "None"
    return " ".join(
        f"{each['number']} ({_day(each['at'])}): {each['what']}. Reason: "
        f"{each['reason'].rstrip('.')}."
        for each in amendments
    )


def _by(act: Mapping[str, str]) -> str:
    return f"{_day(act['at'])}, by {act['by']}"


def _day(at: str) -> str:
    moment = datetime.fromisoformat(at)
    return f"{moment.day} {moment:%B %Y}, {moment:%H:%M} UTC"


def _number(number: int) -> str:
    return f"{number:,}"


def _at_least(share: float | None) -> str:
    return "not known" if share is None else f"at least {percent(share)}"


def p_value(p: float) -> str:
    """Return a p as it is printed."""
    return f"{p:.4f}" if p >= 0.0001 else "below 0.0001"


def percent(share: float) -> str:
    """Return a share in per cent, rounded down, so that none is promised too much."""
    return f"{int(1000 * share + 1e-9) / 10:g}%"
