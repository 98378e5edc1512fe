from typing import Any

from django import forms

from reviews import moments, snapshots


class SnapshotForm(forms.Form):
    name = forms.CharField(
        max_length=snapshots.LONGEST_NAME,
        help_text="Such as “As reported in the protocol amendment of May 2026”.",
    )
    note = forms.CharField(
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it is kept for. A snapshot is never changed or removed.",
    )
    as_of = forms.CharField(
        label="As it stood on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Leave empty for this moment.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = str(self.initial.get("as_of") or "")
        if len(typed) > len("2026-05-31"):
            # A moment that is more than a day does not fit a field for days.
            self.fields["as_of"].widget = forms.TextInput()

    def clean_as_of(self) -> Any:
        try:
            return moments.read(self.cleaned_data["as_of"])
        except moments.NotADate as error:
            raise forms.ValidationError(str(error)) from error
