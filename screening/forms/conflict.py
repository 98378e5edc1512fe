import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.crypto import salted_hmac

from reviews.models import Criterion, Stage
from screening.models import Choice, Decision, Resolution

# Stands for a decision that is none of those that count now; no decision has this key.
UNKNOWN = 0


# What the text of a record is at each stage.
TEXTS = {Stage.TITLE_ABSTRACT: "The abstract", Stage.FULL_TEXT: "The full text"}
CAUSES = [
    (Resolution.Cause.MISREAD.value, Resolution.Cause.MISREAD.label),
    (Resolution.Cause.WORDING.value, Resolution.Cause.WORDING.label),
    (Resolution.Cause.ABSTRACT.value, "{text} lacks what it takes"),
    (Resolution.Cause.DATA.value, Resolution.Cause.DATA.label),
    (Resolution.Cause.JUDGMENT.value, Resolution.Cause.JUDGMENT.label),
]


class KeyedRadios(forms.RadioSelect):
    """Radio buttons of which some have a key of their own."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__()
        self.keys = keys

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, *args, **kwargs)
        if key := self.keys.get(str(value)):
            option["attrs"]["aria-keyshortcuts"] = key
        return option


class ResolutionForm(forms.Form):
    """How a conflict is settled: the verdict, the criterion where it excludes, why.

    `seen` are the decisions that the page showed.
    """

    choice = forms.ChoiceField(
        label="It is settled as",
        choices=[(Choice.INCLUDE.value, "Include"), (Choice.EXCLUDE.value, "Exclude")],
        widget=KeyedRadios({Choice.INCLUDE.value: "i", Choice.EXCLUDE.value: "e"}),
    )
    criterion = forms.ChoiceField(
        label="Excluded for", required=False, widget=forms.RadioSelect
    )
    cause = forms.ChoiceField(
        label="What the conflict came from",
        widget=KeyedRadios({value: str(at) for at, (value, _) in enumerate(CAUSES, 1)}),
    )
    reason = forms.CharField(
        label="Why",
        widget=forms.Textarea(attrs={"rows": 3, "aria-keyshortcuts": "n"}),
        strip=True,
    )
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        stage: str,
        criteria: list[Criterion],
        sides: Sequence[Decision],
        names: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stage = stage
        cause = self.fields["cause"]
        assert isinstance(cause, forms.ChoiceField)
        text = TEXTS[Stage(stage)]
        cause.choices = [(value, label.format(text=text)) for value, label in CAUSES]
        self.by_key = {str(each.pk): each for each in criteria}
        self.seen_now = {named(side): side.vote_key for side in sides}
        self.initial.update({"token": uuid.uuid4(), "seen": ".".join(self.seen_now)})
        field = self.fields["criterion"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *([] if stage == Stage.FULL_TEXT else [("", "No criterion is named")]),
            *((key, _worded(each, sides, names)) for key, each in self.by_key.items()),
        ]
        if stage == Stage.FULL_TEXT:
            field.help_text = "An excluded full text is counted under one criterion."
        else:
            field.help_text = "Only where it is excluded; it may stay open."

    def clean_seen(self) -> list[int]:
        """Return the keys of the decisions seen, UNKNOWN for one that changed since."""
        named = self.cleaned_data["seen"].split(".")
        return [self.seen_now.get(each, UNKNOWN) for each in named]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("choice") != Choice.EXCLUDE:
            given["criterion"] = ""
        elif (
            self.stage == Stage.FULL_TEXT
            and not given.get("criterion")
            and "criterion" not in self.errors
        ):
            self.add_error("criterion", "Name the criterion that the full text fails.")
        return given

    def named_criterion(self) -> Criterion | None:
        """Return the criterion that is counted, if one was named."""
        return self.by_key.get(self.cleaned_data["criterion"])


class ReopeningForm(forms.Form):
    """Why a conflict is opened again that was settled."""

    reason = forms.CharField(
        label="Why it is opened again",
        widget=forms.Textarea(attrs={"rows": 2}),
        strip=True,
    )
    resolution = forms.IntegerField(widget=forms.HiddenInput)


def named(side: Decision) -> str:
    """Return a name of a decision that does not count: its key would tell of others."""
    return salted_hmac("screening.conflict", str(side.pk)).hexdigest()


class StatementForm(forms.Form):
    """What decided for somebody who judged: a criterion, or words that they quote."""

    criterion = forms.ChoiceField(
        label="The criterion that decided",
        required=False,
        widget=forms.RadioSelect,
    )
    quote = forms.CharField(
        label="Or the words that decided",
        help_text="Quoted from the record; both may be given.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "aria-keyshortcuts": "n"}),
    )

    def __init__(
        self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(each.pk): each for each in criteria}
        field = self.fields["criterion"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "None of them"),
            *((key, f"{each.code} {each.text}") for key, each in self.by_key.items()),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("criterion") and not given.get("quote"):
            raise forms.ValidationError(
                "Name the criterion or quote the words that decided."
            )
        return given

    def named_criterion(self) -> Criterion | None:
        """Return the criterion that decided, if one was named."""
        return self.by_key.get(self.cleaned_data["criterion"])


class NarrowingForm(forms.Form):
    """What narrows a list of conflicts: a pair, a criterion."""

    pair = forms.RegexField(r"^\d{1,18}-\d{1,18}$", required=False)
    criterion = forms.IntegerField(required=False, min_value=1)


def _worded(
    criterion: Criterion, sides: Sequence[Decision], names: Mapping[int, str]
) -> str:
    """Return a criterion in words, with who ticked it."""
    who = [
        names[side.reviewer_id]
        for side in sides
        if any(tick.criterion.criterion_id == criterion.pk for tick in side.ticks.all())
    ]
    ticked = f" (ticked by {' and '.join(who)})" if who else ""
    return f"{criterion.code} {criterion.reason}{ticked}"
