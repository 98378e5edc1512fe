from typing import Any

from django import forms

from reviews import previous
from reviews.models import Review

LONGEST_TEXT = 500_000


class PreviousForm(forms.Form):
    text = forms.CharField(
        label="Reports, one on each line",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text="The study, a colon, the citation. Brody 2020: Brody A, et al. …",
    )

    def __init__(self, *args: Any, review: Review) -> None:
        super().__init__(*args)
        self.review = review
        self.reading: previous.Reading | None = None

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        self.reading = previous.look_at(self.review, text)
        if self.reading.problems:
            raise forms.ValidationError(
                "Nothing was added. Mend the lines that are named below."
            )
        return text
