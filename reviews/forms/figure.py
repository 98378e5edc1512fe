from collections.abc import Sequence
from typing import Any

from django import forms

from reviews import appraisals
from reviews.appraisals import Settled
from reviews.exports.appraisal import SUMMARY, TRAFFIC, Choice
from reviews.figures.levels import Palette
from reviews.forms.upload import CsvForm
from reviews.models import ExtractionField, Review
from reviews.robvis.tools import TOOLS

KINDS = [(TRAFFIC, "Traffic lights, one by one"), (SUMMARY, "Summary in bars")]
COLOURS = [
    (Palette.COCHRANE.value, "As Cochrane reviews print them"),
    (Palette.COLOUR_BLIND.value, "For every eye"),
    (Palette.MONOCHROME.value, "Black and white"),
]
OVERALL = [("yes", "Shown"), ("no", "Left out")]


class LookForm(forms.Form):
    """How a figure of an appraisal looks."""

    kind = forms.ChoiceField(label="Figure", choices=KINDS, required=False)
    colours = forms.ChoiceField(label="Colours", choices=COLOURS, required=False)
    overall = forms.ChoiceField(
        label="Overall judgment", choices=OVERALL, required=False
    )

    def choice(self) -> Choice:
        """Return what was chosen; what was not is as it stands first."""
        data = self.cleaned_data
        return Choice(
            kind=data["kind"] or TRAFFIC,
            palette=Palette(data["colours"] or Palette.COCHRANE),
            with_overall=data["overall"] != "no",
            weights=data.get("weights"),
        )


class FigureForm(LookForm):
    """Which appraisal is drawn, and how."""

    instrument = forms.ChoiceField(label="Instrument", required=False)
    weights = forms.ModelChoiceField(
        ExtractionField.objects.none(),
        label="Bars weighted by",
        required=False,
        empty_label="Nothing",
    )
    field_order = ("instrument", "kind", "colours", "overall", "weights")

    def __init__(
        self, *args: Any, review: Review, found: Sequence[Settled], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        instrument = self.fields["instrument"]
        assert isinstance(instrument, forms.ChoiceField)
        instrument.choices = [
            (str(each.instrument.pk), each.instrument.name) for each in found
        ]
        weights = self.fields["weights"]
        assert isinstance(weights, forms.ModelChoiceField)
        weights.queryset = appraisals.weight_fields(review)
        if len(found) < 2:
            del self.fields["instrument"]


class RobvisForm(CsvForm, LookForm):
    """A table of judgments to draw: a file, or the text of one that was drawn."""

    tool = forms.ChoiceField(
        label="Instrument",
        choices=[
            ("", "Told by its columns"),
            *((tool.key, tool.name) for tool in TOOLS),
        ],
        required=False,
    )
    field_order = ("file", "tool", "kind", "colours", "overall", "text")
