import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from reviews.models import Criterion, Stage
from screening.models import Choice, Decision, PilotVote

AT_TITLES = (Choice.INCLUDE, Choice.MAYBE, Choice.EXCLUDE)
AT_FULL_TEXT = (Choice.INCLUDE, Choice.EXCLUDE)
LONGEST_NOTE = 20_000


@dataclass(frozen=True)
class CriterionRow:
    """A criterion as it is ticked."""

    criterion: Criterion
    is_ticked: bool


class TakeBackForm(forms.Form):
    """Names one's own decision by its token: a key that counts would tell of others."""

    decision = forms.UUIDField()


class SaidForm(forms.Form):
    """Names one's own decision by all that was sent to make it.

    Whoever takes back what is not sent yet cannot know the token that it will keep.
    """

    stage = forms.ChoiceField(
        choices=[(each, each) for each in (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT)]
    )
    item = forms.IntegerField()
    token = forms.UUIDField()
    choice = forms.CharField()
    criteria = forms.TypedMultipleChoiceField(required=False, coerce=int)
    note = forms.CharField(required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        keys = [key for key in data.getlist("criteria") if key.isdecimal()]
        field = self.fields["criteria"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(key, key) for key in keys]


class PostponeForm(forms.Form):
    """Made with the press of the key: a press that is sent twice counts once."""

    token = forms.UUIDField()


def sent_token(data: QueryDict) -> uuid.UUID | None:
    """Return the token that the form of a decision was sent with, if it is one."""
    form = PostponeForm(data)
    return form.cleaned_data["token"] if form.is_valid() else None


class DecisionForm(forms.Form):
    """One decision: which button was pressed, what was ticked, and a private note.

    `wording` names the criteria and their versions as the page showed them, so that
    a tick never counts for words that its reader has not seen.
    """

    choice = forms.ChoiceField(
        error_messages={"required": "Press one of the buttons to decide."}
    )
    criteria = forms.MultipleChoiceField(
        required=False,
        error_messages={
            "invalid_choice": (
                "The criteria were changed while this page was open. "
                "Look at them again, then decide."
            )
        },
    )
    note = forms.CharField(
        required=False,
        widget=forms.Textarea,
        max_length=LONGEST_NOTE,
        error_messages={
            "max_length": f"A note has at most {LONGEST_NOTE:,} characters."
        },
    )
    token = forms.UUIDField(required=False)
    # Where each sending of a form has a token of its own: that of the form.
    form_token = forms.UUIDField(required=False)
    wording = forms.CharField(required=False)
    # The number of the pilot round that does not count, where it asks.
    pilot = forms.IntegerField(required=False)

    def __init__(
        self,
        *args: Any,
        stage: Stage | str,
        criteria: list[Criterion],
        last: Decision | PilotVote | None = None,
        token: uuid.UUID | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked_by = token
        choices = AT_TITLES if stage == Stage.TITLE_ABSTRACT else AT_FULL_TEXT
        self.by_key = {str(criterion.pk): criterion for criterion in criteria}
        for name, allowed in (
            ("choice", [(each.value, each.label) for each in choices]),
            ("criteria", [(key, key) for key in self.by_key]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = allowed
        if last is not None:
            ticked = [tick.criterion.criterion_id for tick in last.ticks.all()]
            self.initial = {"note": last.note, "criteria": [str(pk) for pk in ticked]}

    def clean_wording(self) -> str:
        shown: str = self.cleaned_data["wording"]
        if shown and shown != self.current_wording:
            raise forms.ValidationError(
                "The criteria were changed while this page was open. "
                "Look at them again, then decide."
            )
        return shown

    @property
    def current_wording(self) -> str:
        """The criteria and versions that the page shows now."""
        return "-".join(f"{each.pk}.{each.version}" for each in self.by_key.values())

    @property
    def fresh_token(self) -> uuid.UUID:
        """The token of this form: what was sent, so that a repair counts once."""
        sent: uuid.UUID | None = getattr(self, "cleaned_data", {}).get("token")
        return sent or self.asked_by or uuid.uuid4()

    @property
    def rows(self) -> list[CriterionRow]:
        """The criteria in protocol order, each with whether it is ticked."""
        ticked = set(self["criteria"].value() or [])
        return [
            CriterionRow(criterion, key in ticked)
            for key, criterion in self.by_key.items()
        ]

    @property
    def problems(self) -> list[str]:
        """What is wrong, in words, each once."""
        found = [str(error) for errors in self.errors.values() for error in errors]
        return list(dict.fromkeys(found))

    def ticked(self) -> list[Criterion]:
        """Return the criteria that were ticked."""
        return [self.by_key[key] for key in self.cleaned_data["criteria"]]
