import uuid
from typing import Any

from django import forms
from django.utils.crypto import salted_hmac

from reviews.models import Criterion, Stage
from screening.models import Choice, Decision

# Stands for a decision that is none of those that count now; no decision has this key.
UNKNOWN = 0


class ResolutionForm(forms.Form):
    """How a conflict is settled: the verdict, the criterion where it excludes, why.

    `seen` are the decisions that the page showed.
    """

    choice = forms.ChoiceField(
        label="It is settled as",
        choices=[(Choice.INCLUDE.value, "Include"), (Choice.EXCLUDE.value, "Exclude")],
        widget=forms.RadioSelect,
    )
    criterion = forms.ChoiceField(
        label="Excluded for", required=False, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Why", widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        stage: str,
        criteria: list[Criterion],
        sides: list[Decision],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stage = stage
        self.by_key = {str(each.pk): each for each in criteria}
        self.seen_now = {named(side): side.pk for side in sides}
        self.initial.update({"token": uuid.uuid4(), "seen": ".".join(self.seen_now)})
        field = self.fields["criterion"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *([] if stage == Stage.FULL_TEXT else [("", "No criterion is named")]),
            *((key, _worded(each, sides)) for key, each in self.by_key.items()),
        ]
        if stage == Stage.FULL_TEXT:
            field.help_text = "An excluded full text is counted under one criterion."
        else:
            field.help_text = "Only where it is excluded; it may stay open."

    def clean_seen(self) -> list[int]:
        """Return the keys of the decisions seen, UNKNOWN for one that changed since."""
        named = self.cleaned_data["seen"].split(".")
        return [self.seen_now.get(each, UNKNOWN) for each in named]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("choice") != Choice.EXCLUDE:
            given["criterion"] = ""
        elif (
            self.stage == Stage.FULL_TEXT
            and not given.get("criterion")
            and "criterion" not in self.errors
        ):
            self.add_error("criterion", "Name the criterion that the full text fails.")
        return given

    def named_criterion(self) -> Criterion | None:
        """Return the criterion that is counted, if one was named."""
        return self.by_key.get(self.cleaned_data["criterion"])


class ReopeningForm(forms.Form):
    """Why a conflict is opened again that was settled."""

    reason = forms.CharField(
        label="Why it is opened again",
        widget=forms.Textarea(attrs={"rows": 2}),
        strip=True,
    )
    resolution = forms.IntegerField(widget=forms.HiddenInput)


def named(side: Decision) -> str:
    """Return a name of a decision that does not count: its key would tell of others."""
    return salted_hmac("screening.conflict", str(side.pk)).hexdigest()


def _worded(criterion: Criterion, sides: list[Decision]) -> str:
    """Return a criterion in words, with who ticked it."""
    who = [
        str(side.reviewer)
        for side in sides
        if any(tick.criterion.criterion_id == criterion.pk for tick in side.ticks.all())
    ]
    ticked = f" (ticked by {' and '.join(who)})" if who else ""
    return f"{criterion.code} {criterion.reason}{ticked}"
