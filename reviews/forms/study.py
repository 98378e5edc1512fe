from typing import Any

from django import forms

from reviews import studies
from reviews.models import ExtractionField, Report, Review, Study


class StudyForm(forms.Form):
    """What a study is called and how it was done."""

    label = forms.CharField(
        label="Name",
        max_length=studies.LONGEST_LABEL,
        help_text='Such as "Brody 2024".',
    )
    design = forms.ChoiceField(
        label="Study design",
        required=False,
        choices=[("", "Not stated"), *studies.DESIGNS.items()],
        help_text="It decides which appraisal instruments are offered.",
    )
    notes = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The whole team can read them.",
    )

    @classmethod
    def of(cls, study: Study) -> "StudyForm":
        """Return the form filled with a study as it is."""
        return cls(
            initial={
                "label": study.label,
                "design": study.design,
                "notes": study.notes,
            }
        )

    def add_problem(self, error: Exception) -> None:
        """Show a rule's refusal where it belongs."""
        of_label = isinstance(error, studies.LabelTaken | studies.LabelMissing)
        self.add_error("label" if of_label else None, str(error))


class ReportsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # plain
    """Reports, each told apart by its first author and year."""

    def clean(self, value: Any) -> Any:
        # A number that no key can be would break the query: it is no report.
        return super().clean([each if len(each) < 19 else "0" for each in value or ()])

    def label_from_instance(self, obj: Report) -> str:
        named = " ".join(str(part) for part in (obj.first_author, obj.year) if part)
        return f"{named}: {obj.title}" if named else obj.title


class GroupForm(StudyForm):
    """A new study, made of reports that have none yet."""

    reports = ReportsField(
        queryset=Report.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one report."},
    )

    field_order = ("reports", "label", "design", "notes")

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reports"].queryset = (  # type: ignore[attr-defined]  # a model field
            review.reports.without_study().order_by("year", "pk")
        )


class MoveForm(forms.Form):
    """The study that a report belongs to."""

    study = forms.ModelChoiceField(
        queryset=Study.objects.none(), required=False, empty_label="In no study"
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["study"].queryset = (  # type: ignore[attr-defined]  # a model field
            review.studies.by_label()
        )


class GroupingForm(forms.Form):
    """The field by which Table 1 is grouped."""

    field = forms.ModelChoiceField(
        queryset=ExtractionField.objects.none(),
        required=False,
        label="Group by",
        empty_label="No field",
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].queryset = (  # type: ignore[attr-defined]  # a model field
            review.extraction_fields.in_force()
        )
