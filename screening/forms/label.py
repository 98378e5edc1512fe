from typing import Any

from django import forms

from screening.labels.book import LONGEST
from screening.models import Label

MOST_AT_ONCE = 100


class LabelsForm(forms.Form):
    """The labels on an item as they were left, and as they were when it was shown.

    Only the difference counts, so that a page that was open for long takes nothing
    away that was put meanwhile.
    """

    labels_were = forms.CharField(required=False)
    new_label = forms.CharField(required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.ticked = [name for name in data.getlist("labels") if name.strip()]

    @property
    def was_shown(self) -> bool:
        """Whether the page that sent this has labels at all."""
        return "labels_were" in self.data

    @property
    def typed(self) -> str:
        """The name that was typed, as it was sent."""
        return str(self.data.get("new_label", ""))

    @property
    def put(self) -> list[str]:
        """The labels to put on the item."""
        were = self.cleaned_data["labels_were"].splitlines()
        new = self.cleaned_data["new_label"]
        named = [name for name in self.ticked if name not in were]
        return [*named, new][:MOST_AT_ONCE]

    @property
    def off(self) -> list[str]:
        """The labels to take off."""
        were = self.cleaned_data["labels_were"].splitlines()
        kept = {*self.ticked, self.cleaned_data["new_label"]}
        return [name for name in were if name not in kept]


class LabelForm(forms.Form):
    """What a label says."""

    name = forms.CharField(
        label="Label", widget=forms.TextInput(attrs={"maxlength": LONGEST})
    )


class MergeForm(forms.Form):
    """The label that another one is read as."""

    into = forms.ChoiceField(label="Merge into")

    def __init__(self, *args: Any, others: list[Label], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_token = {str(each.token): each for each in others}
        field = self.fields["into"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(token, each.name) for token, each in self.by_token.items()]

    @property
    def chosen(self) -> Label:
        return self.by_token[self.cleaned_data["into"]]
