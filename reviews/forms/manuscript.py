from typing import Any

from django import forms

from reviews import manuscripts, table1_columns
from reviews.models import Manuscript, Review
from reviews.references import styles


class ManuscriptForm(forms.ModelForm[Manuscript]):
    """How the review is written up."""

    citation_style = forms.ChoiceField(
        choices=[(name, style.label) for name, style in styles.STYLES.items()],
        help_text="Of the reference list, and of every table with citations.",
    )

    class Meta:
        model = Manuscript
        fields = ("citation_style", "abbreviations", "abstract", "body")
        labels = {"body": "Text"}
        help_texts = {
            "abbreviations": (
                "One on each line, such as “TRD: treatment-resistant depression”. "
                "Those that stand in a table are explained under it."
            ),
            "abstract": "Paste it here, so that the audit can hold it to the records.",
            "body": (
                "The same: methods, results and discussion as you wrote them, and the "
                "list of references after a line “References”."
            ),
        }
        widgets = {
            "abbreviations": forms.Textarea(attrs={"rows": 6}),
            "abstract": forms.Textarea(attrs={"rows": 8}),
            "body": forms.Textarea(attrs={"rows": 16}),
        }

    def clean_abbreviations(self) -> str:
        text: str = self.cleaned_data["abbreviations"]
        try:
            manuscripts.parse(text)
        except manuscripts.NotAnAbbreviation as error:
            raise forms.ValidationError(str(error)) from error
        return text


class AddColumnForm(forms.Form):
    """A column of Table 1 that it does not have yet."""

    key = forms.ChoiceField(label="Column")

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = {place.key for place in table1_columns.arrangement(review)}
        self.fields["key"].choices = [  # type: ignore[attr-defined]  # a choice
            (key, label)
            for key, label in table1_columns.labels(review).items()
            if key not in there
        ]


class ColumnForm(forms.Form):
    """What a column of Table 1 is headed by, and whether it sorts the rows."""

    heading = forms.CharField(
        required=False,
        max_length=200,
        help_text="Leave empty for the name of the field. Its unit is added.",
    )
    sorts = forms.BooleanField(
        required=False,
        label="Sort the rows by this column",
        help_text="One column sorts at most; without any the names of the studies do.",
    )
