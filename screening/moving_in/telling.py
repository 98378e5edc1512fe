"""What is told of a file of votes, and to whom.

The owner learns at once what the file and the records say, and what became of a vote
only once its record or report is settled. Each person learns what became of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from django.db.models import Q, QuerySet

from reviews import members
from reviews.exports import table
from reviews.models import Review, User, Verdict
from screening.models import ImportedDecision, VoteImport, VoteProblem
from screening.moving_in import finding

COLUMNS = ("line", "what")
NOT_NAMED = "whom the file does not name"
BY = {
    finding.SOURCE_ID: "by the number that the source gave it",
    finding.DOI: "by DOI",
    finding.PMID: "by PubMed number",
    finding.TITLE: "by title and year",
}


@dataclass(frozen=True)
class Figures:
    """What became of the votes that have a person and something to be on.

    `counted` and `kept_out` are on what is settled; of the others, `waiting`, nothing
    is told yet.
    """

    total: int
    counted: int
    kept_out: int

    @property
    def waiting(self) -> int:
        return self.total - self.counted - self.kept_out


def figures(made: VoteImport) -> Figures:
    """Return what an owner may know."""
    counted = made.decisions.all()
    kept_out = made.problems.filter(reviewer__isnull=False)
    return Figures(
        total=counted.count() + kept_out.count(),
        counted=counted.filter(_settled("decision__")).count(),
        kept_out=kept_out.filter(_settled("")).count(),
    )


def _settled(prefix: str) -> Q:
    settled = [verdict for verdict in Verdict.values if verdict]
    return Q(**{f"{prefix}record__verdict__in": settled}) | Q(
        **{f"{prefix}report__verdict__in": settled}
    )


def problems(made: VoteImport) -> QuerySet[VoteProblem]:
    """Return the lines of the report that an owner may see."""
    return made.problems.open_to_owners().order_by("line", "pk")


def frames(made: VoteImport) -> Iterator[pd.DataFrame]:
    """Return the lines that an owner may see, as a table."""
    rows = problems(made).values_list("line", "message").iterator(chunk_size=2000)
    return table.frames((dict(zip(COLUMNS, row, strict=True)) for row in rows), COLUMNS)


def own_problems(review: Review, person: User) -> QuerySet[VoteProblem]:
    """Return what a person's votes in other tools did not come to, and why."""
    return (
        VoteProblem.objects.filter(
            vote_import__review=review,
            vote_import__state=VoteImport.State.MOVED_IN,
            reviewer=person,
        )
        .select_related("vote_import", "record", "report")
        .order_by("vote_import", "line", "pk")
    )


def imported(review: Review, keys: list[int]) -> dict[int, ImportedDecision]:
    """Return what other tools said of these decisions."""
    found = ImportedDecision.objects.filter(
        decision__in=keys, decision__review=review
    ).select_related("vote_import")
    return {each.pk: each for each in found}


def found_by(made: VoteImport) -> list[tuple[str, int]]:
    """Return in words how the votes found what they are on."""
    found = made.report.get("found_by", {})
    return [(words, found[name]) for name, words in BY.items() if found.get(name)]


def reviewers(made: VoteImport) -> set[int]:
    """Return who may judge at the stage of a file."""
    found = members.reviewers(made.review, made.stage)
    return set(found.values_list("user", flat=True))


@dataclass(frozen=True)
class Ready:
    """What stands between a file that was looked at and its votes here."""

    votes: int
    nobody: list[str]
    not_reviewers: list[User]
    has_missing: bool


def ready(made: VoteImport) -> Ready:
    """Return what an owner should see to before the votes are moved in."""
    may_judge = reviewers(made)
    people = list(made.people.select_related("user").order_by("name"))
    return Ready(
        votes=sum(each.found_count for each in people if each.user_id in may_judge),
        nobody=[each.name or NOT_NAMED for each in people if each.user is None],
        not_reviewers=[
            each.user
            for each in people
            if each.user is not None and each.user_id not in may_judge
        ],
        has_missing=finding.NOWHERE in made.report.get("not_found", {}),
    )
