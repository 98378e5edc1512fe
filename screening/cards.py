"""Cards: what a reviewer reads of a record or report, and the form to judge it by.

Several are made at once, in a constant number of queries, so that the next ones are at
hand before they are asked for. A card holds what its reader may see and no more: their
own words, and of a title and abstract what the protocol does not hide from its judges
(to be blind to names is optional: Cochrane Handbook, section 4.6.4).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, prefetch_related_objects

from reviews.models import Criterion, Record, Report, ReportFile, Review, Stage, User
from screening import arrangements, decisions, marks, reading
from screening.arrangements import Arrangements
from screening.decisions import Item
from screening.forms.decision import DecisionForm
from screening.marks import Marked
from screening.models import Choice, Decision, PilotRound, PilotVote
from screening.pilots import voting
from screening.ranking import ordering
from screening.ranking.ordering import Why
from screening.self_checks import drawing
from screening.stages import item_name

Judgment = Decision | PilotVote


@dataclass(frozen=True)
class Hidden:
    """What the protocol hides from those who judge titles and abstracts."""

    authors: bool = False
    journal: bool = False
    year: bool = False

    @property
    def anything(self) -> bool:
        return self.authors or self.journal or self.year


@dataclass(frozen=True)
class Card:
    """One record or report before one reviewer."""

    item: Item
    # What is read; a report's own record where it has one.
    record: Record | None
    files: list[ReportFile]
    form: DecisionForm
    # All that the reviewer ever said of it, the latest first.
    history: Sequence[Judgment]
    # Why the reviewer cannot judge it now; empty where they can.
    closed: str
    hidden: Hidden
    # The highlights, and the reviewer's own quotes and labels.
    marks: Marked
    # Why it comes now, where the queue is ordered by predicted relevance.
    why: Why | None = None
    # The round that does not count, in which it is asked.
    pilot: PilotRound | None = None

    @property
    def current(self) -> Judgment | None:
        last = self.history[0] if self.history else None
        return None if last is None or last.choice == Choice.WITHDRAWN else last

    @property
    def links(self) -> list[reading.Link]:
        return reading.links(self.record) if self.record else []


def hidden(review: Review, stage: Stage) -> Hidden:
    """Return what the protocol hides at the stage: a full text hides nothing."""
    if stage != Stage.TITLE_ABSTRACT:
        return Hidden()
    plan = review.plan
    return Hidden(plan.hides_authors, plan.hides_journal, plan.hides_year)


def deal(
    review: Review,
    stage: Stage,
    items: Sequence[Item],
    reviewer: User,
    *,
    waiting: bool = True,
    come_back: bool = True,
    form: DecisionForm | None = None,
    in_use: Arrangements | None = None,
    criteria: list[Criterion] | None = None,
) -> list[Card]:
    """Return a card for each item, in their order.

    What is `waiting` stands in the reviewer's queue, and is open by definition; what
    they judged before comes back there unmarked, unless it does not `come_back`. With
    `form`, the one card holds what was sent and refused. `in_use` and `criteria` are
    asked for where they are not known.
    """
    if not items:
        return []
    if criteria is None:
        criteria = list(review.criteria.in_force())
    in_use = in_use or arrangements.of(review, stage, reviewer)
    # What waits was never judged, unless it was taken back or came back.
    said: Mapping[int, list[Decision]] = {}
    may_be_judged = not waiting or not come_back
    if may_be_judged or in_use.has_taken_back or in_use.checks_self:
        said = _histories(stage, items, reviewer)
    tried, votes = (
        voting.histories(review, stage, items, reviewer)
        if in_use.has_round
        else (None, {})
    )
    not_shown = hidden(review, stage)
    why = ordering.why(review, stage, reviewer, items)
    _read_documents(items)
    marked = marks.on_pages(
        review, stage, [(item, _record(item)) for item in items], reviewer, in_use
    )
    dealt = []
    for item in items:
        item.review = review
        pilot = tried if item.pk in votes else None
        decided = said.get(item.pk, [])
        comes_back = waiting and come_back and not pilot
        again = decisions.standing_word(decided) if comes_back else None
        # What came back has a form as any other, that knows what it checks.
        history: Sequence[Judgment] = [] if again else votes.get(item.pk, decided)
        last = next((each for each in history if each.choice != Choice.WITHDRAWN), None)
        dealt.append(
            Card(
                item=item,
                record=_record(item),
                files=_files(item),
                form=form
                or DecisionForm(
                    stage=stage,
                    criteria=criteria,
                    last=last,
                    token=drawing.token_of(again) if again else None,
                ),
                history=history,
                closed=""
                if waiting or pilot
                else decisions.why_closed(item, reviewer, decided),
                hidden=not_shown,
                marks=marked[item.pk],
                why=why.get(item.pk),
                pilot=pilot,
            )
        )
    return dealt


def _histories(
    stage: Stage, items: Sequence[Item], reviewer: User
) -> dict[int, list[Decision]]:
    name = item_name(stage)
    found: dict[int, list[Decision]] = defaultdict(list)
    for made in (
        Decision.objects.filter(
            Q(**{f"{name}__in": [item.pk for item in items]}), reviewer=reviewer
        )
        .select_related("imported__vote_import")
        .prefetch_related("ticks__criterion__criterion")
        .order_by("-pk")
    ):
        found[getattr(made, f"{name}_id")].append(made)
    return found


def _read_documents(items: Sequence[Item]) -> None:
    """Read the records and the files of reports, all at once."""
    reports = [item for item in items if isinstance(item, Report)]
    if reports:
        prefetch_related_objects(
            reports,
            Prefetch(
                "records",
                Record.objects.select_related("review").order_by("pk"),
                to_attr="read_records",
            ),
            Prefetch("files", ReportFile.objects.in_use(), to_attr="read_files"),
        )


def _record(item: Item) -> Record | None:
    if isinstance(item, Record):
        return item
    return next(iter(getattr(item, "read_records", ())), None)


def _files(item: Item) -> list[ReportFile]:
    return list(getattr(item, "read_files", ()))
