from typing import Any

from django import forms
from django.conf import settings

from reviews.forms.upload import UploadForm
from reviews.models import Report


class FullTextForm(UploadForm):
    noun = "A full text"

    def __init__(self, *args: object, dropped: bool = False) -> None:
        super().__init__(*args, dropped=dropped)
        file = self.fields["file"]
        file.label = "PDF of the full text"
        file.widget.attrs["accept"] = ".pdf,application/pdf"

    def limit(self) -> int:
        return int(settings.FULL_TEXT_MAX_BYTES)


class RetrievalForm(forms.Form):
    """Whether the report was retrieved, and if not, why."""

    retrieval = forms.ChoiceField(
        label="Full text", choices=Report.Retrieval.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Reason, if it was not retrieved",
        required=False,
        help_text=(
            "Such as “not held by any library we asked; the authors did not answer”."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        missing = not cleaned.get("reason")
        if cleaned.get("retrieval") == Report.Retrieval.NOT_RETRIEVED and missing:
            self.add_error("reason", "Say why the report could not be retrieved.")
        return cleaned


class ClassificationForm(forms.Form):
    """Why a report that seems eligible has no verdict yet."""

    classification = forms.ChoiceField(
        label="Classification",
        choices=Report.Classification.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    note = forms.CharField(
        label="What is known",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="When results are expected, whom the team asked.",
    )
