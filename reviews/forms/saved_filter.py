from django import forms

from reviews.models import SavedFilter
from reviews.saved_filters import LONGEST


class SavedFilterForm(forms.ModelForm[SavedFilter]):
    """The name of a filter, and whether the team may use it."""

    class Meta:
        model = SavedFilter
        fields = ("name", "is_shared")


class NewFilterForm(SavedFilterForm):
    """Also what the list was asked, as its address told it."""

    query = forms.CharField(
        max_length=LONGEST, required=False, widget=forms.HiddenInput()
    )

    class Meta(SavedFilterForm.Meta):
        fields = ("name", "is_shared", "page")  # type: ignore[assignment]  # one more
        widgets = {"page": forms.HiddenInput()}
