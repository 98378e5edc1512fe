from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings

from reviews import codings, related, studies
from reviews.audit import registry
from reviews.audit.finding import Severity
from reviews.forms.upload import UploadForm
from reviews.models import Criterion, ExtractionField, Review

LONGEST_REASON = 2000
SEVERITIES: dict[str, str] = {
    Severity.CRITICAL: "Critical",
    Severity.MAJOR: "Major",
    Severity.MINOR: "Minor",
    Severity.REPORTING: "Reporting",
    Severity.INFO: "Cannot be told yet",
}


class AuditFilterForm(forms.Form):
    """Which findings are shown."""

    check = forms.ChoiceField(
        label="Check",
        choices=[("", "All"), *registry.TITLES.items()],
        required=False,
    )
    severity = forms.ChoiceField(
        choices=[("", "All"), *SEVERITIES.items()], required=False
    )
    status = forms.ChoiceField(
        choices=[("", "All"), ("open", "Open"), ("dismissed", "Let stand")],
        required=False,
    )


class ReasonForm(forms.Form):
    """Asks why a finding is let stand."""

    reason = forms.CharField(
        label="Why it stands",
        help_text="Everybody on the team reads it, and what is published carries it.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
    )


class RelatedListForm(UploadForm):
    noun = "The file"
    name = forms.CharField(
        max_length=related.LONGEST_NAME,
        help_text="The review that it is from, such as Costi et al. 2025.",
    )
    field_order = ("name", "file")

    def __init__(self, *args: object, dropped: bool = False) -> None:
        super().__init__(*args, dropped=dropped)
        file = self.fields["file"]
        file.label = "RIS file"
        file.help_text = (
            f"Its reference list, at most {related.MOST_REFERENCES:,} references."
        )
        file.widget.attrs["accept"] = ".ris,.txt,application/x-research-info-systems"

    def limit(self) -> int:
        return int(settings.IMPORT_MAX_BYTES)


class MeaningForm(forms.ModelForm[ExtractionField]):
    class Meta:
        model = ExtractionField
        fields = ("meaning",)
        labels = {"meaning": "The field holds"}


class CodingForm(forms.Form):
    """What a criterion speaks of, and which values of which fields meet it."""

    topic = forms.ChoiceField(
        label="The criterion speaks of",
        choices=Criterion.Topic.choices,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        review: Review,
        coded: Mapping[int | None, list[str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.extraction_fields = [
            field
            for field in review.extraction_fields.in_force()
            if field.meaning in codings.MEANINGS or field.pk in coded
        ]
        self.fields["design"] = forms.MultipleChoiceField(
            label="Designs of a study",
            choices=list(studies.DESIGNS.items()),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            initial=coded.get(None, []),
        )
        for field in self.extraction_fields:
            self.fields[f"field-{field.pk}"] = _values_field(
                field, coded.get(field.pk, [])
            )

    def values(self) -> dict[int | None, list[str]]:
        """Return the values as they were chosen or written, one a line."""
        found: dict[int | None, list[str]] = {None: self.cleaned_data["design"]}
        for field in self.extraction_fields:
            written = self.cleaned_data[f"field-{field.pk}"]
            found[field.pk] = (
                written if isinstance(written, list) else written.splitlines()
            )
        return found


def _values_field(field: ExtractionField, coded: list[str]) -> forms.Field:
    Kind = ExtractionField.Kind
    if field.kind in (Kind.CHOICE, Kind.MULTIPLE):
        return forms.MultipleChoiceField(
            label=field.label,
            choices=[(choice, choice) for choice in field.choices],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            initial=coded,
        )
    return forms.CharField(
        label=field.label,
        help_text=(
            "Numbers or ranges, one a line: “at least 2”, “at most 65”, “18 to 65”."
            if field.kind == Kind.NUMBER
            else "Words that a value may have, one a line. Words only ask."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        initial="\n".join(coded),
    )
