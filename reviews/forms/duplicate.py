from typing import Any

from django import forms

from reviews.models import DuplicateSet, Record, Review


class KeepForm(forms.Form):
    """Which copy of a set goes on."""

    keep = forms.ModelChoiceField(
        queryset=Record.objects.none(),
        label="Copy to keep",
        error_messages={
            "required": "Choose the copy to keep.",
            "invalid_choice": "The copy to keep is not in this set any more.",
        },
    )

    def __init__(self, *args: Any, duplicate_set: DuplicateSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["keep"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = duplicate_set.records.all()


class MergeAllForm(forms.Form):
    """How many sets the person saw when they agreed to merge them all."""

    expected = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class PlaceForm(forms.Form):
    """After which set the next question is asked."""

    after = forms.IntegerField(min_value=0, max_value=2**31 - 2, required=False)


class CopyForm(forms.Form):
    """Of which record another is a duplicate."""

    to = forms.ModelChoiceField(
        queryset=Record.objects.none(),
        error_messages={
            "required": "Choose the record that is kept.",
            "invalid_choice": "That record is not in this review.",
        },
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = review.records.all()
