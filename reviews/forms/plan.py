from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from reviews import plan
from reviews.forms.amendment import ask_why
from reviews.models import Review, ScreeningPlan

Order, Stopping = ScreeningPlan.Order, ScreeningPlan.Stopping

# What each choice means, and the fields that matter for it alone.
ORDERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    Order.IMPORTED: (
        "Every reviewer goes through the files in their order. Fit where everything "
        "is screened anyway.",
        (),
    ),
    Order.RELEVANCE: (
        "What is probably relevant comes first, learned from settled records and the "
        "reviewer's own decisions. It changes nothing but the order: no record is "
        "ever excluded by it.",
        ("random_share",),
    ),
}
STOPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    Stopping.EVERYTHING: (
        "Nothing is left unread. The only choice with few relevant records: with ten "
        "of them, 95% recall is certain only after 95% of the rest is read.",
        (),
    ),
    Stopping.RECALL: (
        "The test of Callaghan and Müller-Hansen shows, with 95% confidence, that the "
        "recall wanted is reached. It needs records by predicted relevance, and saves "
        "work where many are relevant.",
        ("target_recall",),
    ),
    Stopping.RUN: (
        "Easy to follow, and no evidence that enough was found: in simulations such "
        "rules often left half of the relevant records unread. Say so in the report.",
        ("run_length",),
    ),
}


@dataclass(frozen=True)
class Choice:
    """One of several: its button, what it means, and the fields that go with it."""

    button: Any
    meaning: str
    fields: list[forms.BoundField]


class PlanForm(forms.ModelForm[ScreeningPlan]):
    class Meta:
        model = ScreeningPlan
        fields = plan.FIELDS
        widgets = {
            "order": forms.RadioSelect,
            "stopping": forms.RadioSelect,
        }
        labels = {
            "random_share": "Random records among them, in per cent",
            "target_recall": "Recall wanted, in per cent",
            "run_length": "Irrelevant records in a row",
            "audit_size": "Random sample of the rest, in records",
            "gate_measure": "Full screening opens",
            "gate_value": "At least, in hundredths",
            "bulk_decisions": "Several records may be decided at once, in a list",
        }
        help_texts = {
            "hides_year": (
                "Hidden on the pages where titles and abstracts are judged. A link to "
                "the DOI or to PubMed opens elsewhere and shows all three, and so do "
                "the pages of the records, which are open to the team; a full text "
                "hides nothing."
            ),
            "random_share": (
                "They show what the ranking does not expect, and how many relevant "
                "records there are."
            ),
            "target_recall": (
                "Of all relevant records. 95 is usual; 90 and 80 save more work and "
                "may miss more."
            ),
            "audit_size": (
                "So many of the records that would be left are drawn at random and "
                "judged as all others before a stop is signed. It assumes nothing of "
                "the order. It matters only where screening may stop."
            ),
            "gate_measure": (
                "A pilot round is a random sample that everybody judges. Until it "
                "reaches the figure, nobody screens on."
            ),
            "gate_value": "80 is 80% or 0.80. It matters only where a figure is named.",
            "states_reason_first": (
                "In a conflict each names the deciding criterion or quotes the text "
                "before the other's judgment is shown."
            ),
            "bulk_decisions": "Asked twice, and undone at once.",
        }

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_begun = review.records.screened().exists()
        ask_why(self, review)

    def traps(self) -> list[str]:
        """Say where parts of the plan, as it is on the page, do not go together."""
        return plan.traps(
            order=str(self["order"].value()),
            stopping=str(self["stopping"].value()),
            has_begun=self._has_begun,
        )

    def orders(self) -> Iterator[Choice]:
        """Yield the orders with what each means."""
        return self._choices("order", ORDERS)

    def stops(self) -> Iterator[Choice]:
        """Yield the ways to stop with what each means."""
        return self._choices("stopping", STOPS)

    def facts(self) -> dict[str, Any]:
        """Return the plan as it was written."""
        return {name: self.cleaned_data[name] for name in plan.FIELDS}

    def _choices(
        self, name: str, meanings: Mapping[str, tuple[str, tuple[str, ...]]]
    ) -> Iterator[Choice]:
        for button in self[name]:
            meaning, fields = meanings[button.data["value"]]
            yield Choice(button, meaning, [self[field] for field in fields])
