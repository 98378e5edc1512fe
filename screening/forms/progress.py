from django import forms

from screening.models import Resolution
from screening.progress_lists import NO_CRITERION, Asked


class AskedForm(forms.Form):
    """Which of the items behind a number are asked for."""

    first = forms.DateField(required=False)
    last = forms.DateField(required=False)
    how = forms.ChoiceField(choices=Resolution.How.choices, required=False)
    criterion = forms.RegexField(rf"^(\d{{1,18}}|{NO_CRITERION})$", required=False)

    def asked(self) -> Asked:
        return Asked(**self.cleaned_data)
