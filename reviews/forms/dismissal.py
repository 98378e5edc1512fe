from django import forms


class DismissalForm(forms.Form):
    """Why a finding is let stand."""

    finding = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It is published under a final diagram.",
        error_messages={"required": "Write down why it stands."},
    )
