from typing import Any

from django import forms

from reviews import waves
from reviews.models import Search


class SearchForm(forms.ModelForm[Search]):
    class Meta:
        model = Search
        fields = (
            "name",
            "kind",
            "wave",
            "source",
            "platform",
            "searched_on",
            "reported_count",
            "is_combined",
            "strategy",
            "limits",
            "notes",
        )
        labels = {
            "source": "Source",
            "searched_on": "Date of the search",
            "reported_count": "Number of records that the source reported",
            "is_combined": "Several sources together; how many each gave is not known",
        }
        help_texts = {
            "searched_on": "A year, a month or a day: 2024, 2024-09 or 2024-09-30.",
            "reported_count": "Leave empty where it is not known.",
            "notes": (
                "Who peer-reviewed the strategy, which filters were published, "
                "when it was run again."
            ),
        }
        widgets = {
            "source": forms.TextInput,
            "platform": forms.TextInput,
            "strategy": forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
            "limits": forms.Textarea(attrs={"rows": 2}),
            "notes": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_review = self.instance.review.waves.order_by("number")
        if not of_review.exists():
            del self.fields["wave"]
            return
        self.fields["wave"] = forms.ModelChoiceField(
            of_review,
            empty_label=None,
            help_text="The round of searching that it belongs to.",
        )
        if self.instance.wave is None:
            self.initial["wave"] = waves.latest(self.instance.review)
