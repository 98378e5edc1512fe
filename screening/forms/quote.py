from typing import Any

from django import forms

from reviews.models import Criterion
from screening.models import Quote
from screening.quotes import LONGEST, LONGEST_REMARK


class QuoteRemarkForm(forms.Form):
    """What a quote speaks to: a criterion, and a remark."""

    quote_criterion = forms.ChoiceField(required=False)
    quote_remark = forms.CharField(required=False, max_length=LONGEST_REMARK)

    def __init__(self, *args: Any, criteria: list[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(each.pk): each for each in criteria}
        field = self.fields["quote_criterion"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", ""), *((key, key) for key in self.by_key)]

    @property
    def criterion(self) -> Criterion | None:
        return self.by_key.get(self.cleaned_data["quote_criterion"])

    @property
    def problem(self) -> str:
        """What is wrong, in words."""
        return " ".join(str(each) for found in self.errors.values() for each in found)


class QuoteForm(QuoteRemarkForm):
    """Words to mark: selected on the page, or pasted."""

    quote_field = forms.ChoiceField(choices=Quote.Field.choices)
    quote_words = forms.CharField(required=False, max_length=LONGEST)
    quote_start = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    quote_end = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    quote_version = forms.CharField(required=False, max_length=64)

    @property
    def place(self) -> tuple[int, int] | None:
        """Where the selection stands, if there was one."""
        start = self.cleaned_data["quote_start"]
        end = self.cleaned_data["quote_end"]
        return None if start is None or end is None else (start, end)
