from typing import Any

from django import forms

from reviews import extraction_fields, protocol
from reviews.forms.amendment import AmendmentForm, ask_why
from reviews.instruments import words
from reviews.models import Criterion, ExtractionField, Protocol, Review


class ProtocolForm(forms.ModelForm[Protocol]):
    class Meta:
        model = Protocol
        fields = protocol.FIELDS
        labels = {
            "question_type": "The question is put as",
            "question": "Question, in a sentence",
            "comparator": "Comparison",
            "study_designs": "Study designs",
            "published_from": "Published from",
            "published_to": "Published until",
        }
        help_texts = {
            "published_from": "A year, a month or a day. Leave empty for no limit.",
            "published_to": "A year, a month or a day. Leave empty for no limit.",
        }
        widgets = {
            "question": forms.Textarea(attrs={"rows": 3}),
            **{
                name: forms.Textarea(attrs={"rows": 2})
                for name in (
                    "population",
                    "intervention",
                    "comparator",
                    "outcomes",
                    "study_designs",
                )
            },
            "languages": forms.TextInput,
            "registration": forms.TextInput,
            "notes": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_why(self, review)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = (cleaned.get(f"published_{end}", "") for end in ("from", "to"))
        # As exact as the less exact of the two: 2024-06 until 2024 is no mistake.
        exact = min(len(first), len(last))
        if first[:exact] > last[:exact]:
            self.add_error("published_to", f"It lies before {first}, the first.")
        return cleaned

    def facts(self) -> dict[str, str]:
        """Return the question and the limits as they were written."""
        return {name: self.cleaned_data[name] for name in protocol.FIELDS}


class CriterionForm(forms.ModelForm[Criterion]):
    kind = forms.ChoiceField(choices=[("", "Choose one"), *Criterion.Kind.choices])

    class Meta:
        model = Criterion
        fields = ("kind", "code", "text", "reason")
        labels = {"text": "Criterion", "reason": "Reason for exclusion"}
        help_texts = {
            "code": "Short, such as I1 or E3.",
            "reason": (
                "As the diagram prints it when this criterion fails, "
                "e.g. “Wrong population”."
            ),
        }
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "reason": forms.TextInput,
        }

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_why(self, review)
        if self.instance.pk and protocol.is_underway(review):
            for name in ("kind", "code"):
                self.fields[name].disabled = True


class FieldForm(forms.ModelForm[ExtractionField]):
    label = forms.CharField(label="Name", max_length=300)
    kind = forms.ChoiceField(
        choices=[("", "Choose one"), *ExtractionField.Kind.choices]
    )
    # One a line: a choice may hold any other sign.
    choices = forms.CharField(
        label="Choices",
        help_text="For the two kinds of choice: one a line.",
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )

    class Meta:
        model = ExtractionField
        fields = (
            "label",
            "kind",
            "unit",
            "choices",
            "instructions",
            "in_table1",
            "groups_table1",
        )
        labels = {
            "in_table1": "A column of Table 1",
            "groups_table1": "Groups Table 1",
        }
        help_texts = {
            "unit": "For a number, e.g. mg/kg.",
            "instructions": "What to look for, and where; both extractors read it.",
            "groups_table1": (
                "Table 1 is grouped by one field; this takes the place of another."
            ),
        }
        widgets = {
            "instructions": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["choices"] = "\n".join(self.instance.choices)
        ask_why(self, review)
        if self.instance.pk and review.studies.exists():
            self.fields["kind"].disabled = True
            self.fields[
                "kind"
            ].help_text = "The review holds studies, so the kind stays as it is."

    def clean_choices(self) -> list[str]:
        lines = self.cleaned_data["choices"].splitlines()
        return [line.strip() for line in lines if line.strip()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        names = extraction_fields.WORDING
        if all(name in cleaned for name in names):
            try:
                extraction_fields.fit(**{name: cleaned[name] for name in names})
            except extraction_fields.FieldUnfit as error:
                self.add_error(error.field, str(error))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return the definition as it was written."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class DesignsForm(AmendmentForm):
    designs = forms.MultipleChoiceField(
        label="For studies of these designs",
        help_text="A study of such a design is appraised with it.",
        choices=list(words.DESIGNS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
