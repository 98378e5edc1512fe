from collections.abc import Sequence
from typing import Any

from django import forms

from reviews.models import Review, Stage, User
from screening.pilots import rounds


class BeginForm(forms.Form):
    """What a pilot round is drawn with."""

    size = forms.IntegerField(
        label="Number of records",
        min_value=rounds.LEAST,
        max_value=rounds.MOST,
        initial=20,
        help_text="Twenty to fifty are usual: few enough to talk over, enough for a "
        "figure that says something. Where fewer are left to draw, it is all of "
        "them.",
    )
    people = forms.MultipleChoiceField(
        label="Judged by",
        widget=forms.CheckboxSelectMultiple,
        help_text="Each judges every record of the round, alone.",
    )
    counts = forms.TypedChoiceField(
        label="What is judged",
        choices=[
            (
                "no",
                "Does not count: the records wait for screening afterwards as before",
            ),
            ("yes", "Counts for the review: the judgments are decisions"),
        ],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, review: Review, stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(user.pk): user for user in rounds.reviewers(review, stage)}
        people = self.fields["people"]
        assert isinstance(people, forms.MultipleChoiceField)
        people.choices = [(key, str(user)) for key, user in self.by_key.items()]
        people.initial = list(self.by_key)
        if stage == Stage.FULL_TEXT:
            self.fields["size"].label = "Number of full texts"

    def chosen(self) -> list[User]:
        """Return the people who were chosen."""
        return [self.by_key[key] for key in self.cleaned_data["people"]]


class PersonForm(forms.Form):
    """Who is taken out of an open round."""

    person: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Who is taken out", empty_label=None
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[each.pk for each in people])


class EndForm(forms.Form):
    """How a round ends: closed and measured, or abandoned for a reason."""

    how = forms.ChoiceField(
        label="How it ends",
        choices=[
            ("close", "Close it: everybody of the round sees what each said"),
            ("abandon", "Abandon it: nothing is measured, what was said is kept"),
        ],
        initial="close",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why it is abandoned",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
