from typing import Any

from django import forms

from reviews import setup
from reviews.models import Review, User


class ReviewForm(forms.Form):
    title = forms.CharField(
        label="Title", help_text="The working title of the review.", max_length=1000
    )
    slug = forms.CharField(
        label="Short name",
        help_text=(
            "Stands in the address of every page: letters, digits, hyphens. "
            "Left empty, it is made from the title. It does not change later."
        ),
        max_length=setup.LONGEST_SLUG,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    also_reviews = forms.BooleanField(
        label="I also review: I am one of those who judge",
        help_text="You become the owner either way, and may change this later.",
        required=False,
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        title = cleaned.get("title")
        # The same form sent twice makes one review.
        if title and not cleaned.get("slug") and setup.has_titled(self.owner, title):
            self.add_error(
                "title",
                "You have made a review of this title already. To make another, give "
                "it a short name of its own.",
            )
        elif title and "slug" in cleaned:
            cleaned["slug"] = cleaned["slug"] or setup.free_slug(title)
        return cleaned


class SettingsForm(forms.ModelForm[Review]):
    class Meta:
        model = Review
        fields = (
            "title",
            "title_abstract_reviewers",
            "full_text_reviewers",
            "reasons_must_agree",
            "appraisal_reviewers",
            "extraction_reviewers",
        )
        widgets = {"title": forms.TextInput}
        labels = {
            "title_abstract_reviewers": "Titles and abstracts are judged by",
            "full_text_reviewers": "Full texts are judged by",
            "appraisal_reviewers": "Studies are appraised by",
            "extraction_reviewers": "Data are extracted by",
            "reasons_must_agree": "Differing reasons at full text are a conflict",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entered = setup.stages_entered(self.instance)
        for name in setup.rule_fields():
            stage = setup.stage_of(name)
            if stage in entered:
                self.fields[name].disabled = True
                self.fields[name].help_text = (
                    f"{setup.ENTERED[stage]}, so this stays as it is"
                    + (
                        " here: “Who judges what” changes it."
                        if name in setup.ON_THE_WAY
                        else "."
                    )
                )

    def rules(self) -> dict[str, Any]:
        """Return the rules of the stages as they were chosen."""
        return {name: self.cleaned_data[name] for name in setup.rule_fields()}
