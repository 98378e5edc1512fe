from datetime import datetime
from typing import Any

from django import forms

from reviews import moments
from reviews.models import FlowSnapshot, Review


class ComparisonForm(forms.Form):
    """Two moments, each by its day or by a snapshot."""

    before = forms.CharField(
        label="Before", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    before_snapshot = forms.ModelChoiceField(
        FlowSnapshot.objects.none(),
        label="or a snapshot",
        required=False,
        empty_label="None",
    )
    after = forms.CharField(
        label="After", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    after_snapshot = forms.ModelChoiceField(
        FlowSnapshot.objects.none(),
        label="or a snapshot",
        required=False,
        empty_label="None",
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = review.flow_snapshots.defer("figures").order_by("-as_of", "-pk")
        for name in ("before_snapshot", "after_snapshot"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = kept
        if not kept.exists():
            del self.fields["before_snapshot"], self.fields["after_snapshot"]

    def clean_before(self) -> datetime | None:
        return self._moment("before")

    def clean_after(self) -> datetime | None:
        return self._moment("after")

    def _moment(self, name: str) -> datetime | None:
        try:
            return moments.read(self.cleaned_data[name])
        except moments.NotADate as error:
            raise forms.ValidationError(str(error)) from error

    def moment(self, name: str) -> datetime | None:
        """Return the moment that was chosen; None for today."""
        snapshot = self.cleaned_data.get(f"{name}_snapshot")
        if isinstance(snapshot, FlowSnapshot):
            return snapshot.as_of
        found = self.cleaned_data[name]
        return found if isinstance(found, datetime) else None
