from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from reviews import diagrams
from reviews.diagram import paper, prisma2009, wording
from reviews.flow.balance.form import TEMPLATES
from reviews.forms.upload import CsvForm
from reviews.models import Diagram, ExtractionField, Instrument, Review

COLOURS = [("", "In colour"), ("no", "Black and white")]
DOTS = [
    (96, "96, for a screen"),
    (300, "300, for print"),
    (600, "600, for line drawings"),
    (1200, "1200, the finest"),
]
PAPERS = [("", "As large as the diagram"), *paper.NAMES.items()]
FORM_2009 = {
    name: text for name, text in prisma2009.LABELS.items() if name not in wording.LABELS
}
# The parts of the form in which a label stands, in order.
PARTS: dict[str, tuple[str, ...]] = {
    "Bars and headings": (
        "identification",
        "screening",
        "included",
        "hdr_previous",
        "hdr_dbr",
        "hdr_other",
    ),
    "Identified, and removed before screening": (
        "identified",
        "database_results",
        "register_results",
        "removed",
        "duplicates",
        "excluded_automatic",
        "excluded_other",
    ),
    "Screened, sought and assessed": (
        "records_screened",
        "records_excluded",
        "records_excluded_human",
        "records_excluded_auto",
        "dbr_sought_reports",
        "dbr_notretrieved_reports",
        "dbr_assessed",
        "dbr_excluded",
    ),
    "Other methods": (
        "other_identified",
        "website_results",
        "organisation_results",
        "citations_results",
        "other_sought_reports",
        "other_notretrieved_reports",
        "other_assessed",
        "other_excluded",
    ),
    "Included": (
        "new_studies",
        "new_reports",
        "previous_studies",
        "previous_reports",
        "total_studies",
        "total_reports",
        "total_studies_ma",
        "total_reports_ma",
        "synthesis",
    ),
    "What is not known, and the credit": ("not_known", "not_known_note", "credit"),
    "Only in the form of 2009": tuple(FORM_2009),
}
_LABEL = "label_"


class LookForm(forms.Form):
    """How a diagram is drawn and taken along."""

    template = forms.ChoiceField(label="Form", required=False)
    colour = forms.ChoiceField(label="Colour", choices=COLOURS, required=False)
    dpi = forms.TypedChoiceField(
        label="Dots to the inch of a PNG",
        choices=DOTS,
        coerce=int,
        empty_value=None,
        initial=300,
        required=False,
    )

    paper = forms.ChoiceField(label="Page of a PDF", choices=PAPERS, required=False)

    def dots(self) -> int:
        """Return the dots to the inch, those for print unless others are chosen."""
        return int(self.cleaned_data.get("dpi") or 300)

    def _choice(self, name: str) -> forms.ChoiceField:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)
        return found


class TakeForm(LookForm):
    """The diagram of a review: which, whether it is final, and whether it links."""

    links = forms.BooleanField(
        label="Links on the numbers of the SVG, for a page on the web", required=False
    )
    final = forms.BooleanField(
        label="Final: only if everything adds up or has its reason",
        required=False,
    )

    def __init__(self, *args: Any, usual: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin, *others = Diagram.Form.choices
        self._choice("template").choices = [(begin[0], usual), *others]


class SheetForm(CsvForm, LookForm):
    """A CSV of the R package to draw: a file, or the text of one that was drawn."""

    field_order = ("file", "template", "colour", "dpi", "paper", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = ("", "As the numbers need")
        self._choice("template").choices = [usual, *TEMPLATES.items()]


class DiagramForm(forms.Form):
    """How the team wants its diagram."""

    # Not "form": an element of that name hides the form from a script.
    template = forms.ChoiceField(
        label="Form", choices=Diagram.Form.choices, required=False
    )
    monochrome = forms.BooleanField(label="Black and white", required=False)
    synthesis_field = forms.ModelChoiceField(
        ExtractionField.objects.none(),
        label="Box of studies in synthesis, by a field",
        required=False,
        empty_label="No such box",
        help_text="Included studies by what was settled of them, such as the outcome.",
    )
    synthesis_instrument = forms.ModelChoiceField(
        Instrument.objects.none(),
        label="Or by the overall judgment of an instrument",
        required=False,
        empty_label="No such box",
    )
    footnotes = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=diagrams.LONGEST_NOTES,
        help_text="One on each line, under those that the numbers ask for.",
    )
    has_credit = forms.BooleanField(
        label="Credit the authors of the form under the diagram",
        required=False,
        help_text="Its licence asks for it. Without it, the caption has to say it.",
    )

    def __init__(
        self, *args: Any, review: Review, diagram: Diagram, **kwargs: Any
    ) -> None:
        kwargs["initial"] = _initial(diagram)
        super().__init__(*args, **kwargs)
        self._choose(
            "synthesis_field",
            review.extraction_fields.in_force(),
        )
        self._choose(
            "synthesis_instrument",
            review.instruments.in_force(),
        )
        for name in (name for names in PARTS.values() for name in names):
            self.fields[_LABEL + name] = forms.CharField(
                label=diagrams.LABELS[name],
                required=False,
                max_length=diagrams.LONGEST_LABEL,
                widget=forms.TextInput(attrs={"placeholder": diagrams.LABELS[name]}),
            )

    def clean_footnotes(self) -> str:
        text: str = self.cleaned_data["footnotes"]
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > diagrams.MOST_NOTES:
            raise forms.ValidationError(
                f"At most {diagrams.MOST_NOTES} footnotes fit under a diagram."
            )
        return text

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if data and data.get("synthesis_field") and data.get("synthesis_instrument"):
            self.add_error(
                "synthesis_instrument", "Choose a field or an instrument, not both."
            )
        return data

    def wishes(self) -> dict[str, Any]:
        """Return what was said, as the rules take it."""
        data = self.cleaned_data
        names = [
            name
            for name in self.fields
            if not name.startswith(_LABEL) and name != "template"
        ]
        labels = {
            name.removeprefix(_LABEL): data[name]
            for name in self.fields
            if name.startswith(_LABEL) and data[name]
        }
        said = {name: data[name] for name in names}
        return {**said, "form": data["template"], "labels": labels}

    def main_fields(self) -> list[BoundField]:
        """Return the fields that are no labels."""
        return [self[name] for name in self.fields if not name.startswith(_LABEL)]

    def label_parts(self) -> Iterator[tuple[str, list[BoundField], bool]]:
        """Yield the labels by the part of the diagram, and whether one is renamed."""
        for part, names in PARTS.items():
            fields = [self[_LABEL + name] for name in names]
            yield part, fields, any(field.value() or field.errors for field in fields)

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows


def _initial(diagram: Diagram) -> dict[str, Any]:
    labels = {f"{_LABEL}{name}": text for name, text in diagram.labels.items()}
    return {
        "template": diagram.form,
        "monochrome": diagram.monochrome,
        "synthesis_field": diagram.synthesis_field_id,
        "synthesis_instrument": diagram.synthesis_instrument_id,
        "footnotes": diagram.footnotes,
        "has_credit": diagrams.has_credit(diagram),
        **labels,
    }
