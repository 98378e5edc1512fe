from django import forms


class BecauseForm(forms.Form):
    """Why screening goes on, though a stop was begun or signed."""

    because = forms.CharField(
        label="Why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It stands in the history, and with the certificate.",
        error_messages={"required": "Say why."},
    )
