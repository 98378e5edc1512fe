from django import forms

from reviews.models import Record


class RemovalForm(forms.Form):
    """Why a record is taken out before screening."""

    removal = forms.ChoiceField(
        label="How",
        choices=[
            (choice.value, choice.label)
            for choice in (Record.Removal.OTHER, Record.Removal.AUTOMATION)
        ],
        widget=forms.RadioSelect,
        initial=Record.Removal.OTHER,
    )
    reason = forms.CharField(
        label="Reason",
        help_text="Such as “a retraction notice” or the tool and its rule.",
    )
