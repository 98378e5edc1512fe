"""Forms by which an owner deals out, hands over, sets aside and changes the number."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from reviews.models import Review, Stage, User
from screening.allocation import planning
from screening.allocation.dealing import Dealt, Part
from screening.allocation.planning import Batch
from screening.models import Allocation

Way = Allocation.Way
ROWS = 6
MOST = 10_000_000
SCREENED = [
    (stage.value, stage.label) for stage in (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT)
]


class WantedForm(forms.Form):
    """How a stage is to be dealt out: what the way that was chosen asks for."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    reason = forms.CharField(
        label="Why",
        help_text="Stands in the history of the review. Optional.",
        max_length=500,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        review: Review,
        stage: Stage,
        way: str,
        people: Sequence[User],
        asker: User,
        now: Dealt,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.review, self.stage, self.way = review, stage, way
        self.people, self.now, self.asker = people, now, asker
        self.required = review.reviewers_required(stage)
        {
            Way.OPEN: lambda: None,
            Way.SHARE: self._add_shares,
            Way.PAIR: self._add_core,
            Way.PERSON: self._add_numbers,
            Way.BATCH: self._add_batches,
        }[Way(way)]()

    def _add_shares(self) -> None:
        equal = planning.equally([each.pk for each in self.people], self.required)
        held = self.now.parts[0].shares if self.now.way == Way.SHARE else None
        for person in self.people:
            self.fields[f"share-{person.pk}"] = forms.IntegerField(
                label=str(person),
                min_value=0,
                max_value=100,
                required=False,
                initial=(held or equal).get(person.pk, 0),
            )

    def _add_core(self) -> None:
        held = self.now.parts[0].core if self.now.way == Way.PAIR else frozenset()
        for person in self.people:
            self.fields[f"core-{person.pk}"] = forms.BooleanField(
                label=str(person), required=False, initial=person.pk in held
            )

    def _add_numbers(self) -> None:
        for person in self.people:
            self.fields[f"number-{person.pk}"] = forms.IntegerField(
                label=str(person), min_value=0, max_value=MOST, required=False
            )

    def _add_batches(self) -> None:
        searches = self.review.searches.order_by("position", "pk")
        saved = planning.saved_filters_for(self.review, self.stage, self.asker)
        has_saved = saved.exists()
        people = [(str(each.pk), str(each)) for each in self.people]
        for row in range(ROWS):
            self.fields[f"name-{row}"] = forms.CharField(
                label=f"Name of batch {row + 1}", max_length=200, required=False
            )
            self.fields[f"count-{row}"] = forms.IntegerField(
                label="The next so many", min_value=1, max_value=MOST, required=False
            )
            self.fields[f"search-{row}"] = forms.ModelChoiceField(
                queryset=searches,
                label="or all of the search",
                required=False,
                empty_label="None",
            )
            if has_saved:
                self.fields[f"saved-{row}"] = forms.ModelChoiceField(
                    queryset=saved,
                    label="or what a saved filter finds today",
                    required=False,
                    empty_label="None",
                )
            self.fields[f"people-{row}"] = forms.MultipleChoiceField(
                label="For",
                choices=people,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def people_fields(self) -> list[BoundField]:
        """Return the fields of which each person has one."""
        kinds = ("share-", "core-", "number-")
        return [self[name] for name in self.fields if name.startswith(kinds)]

    @property
    def has_saved(self) -> bool:
        """Tell whether a batch can be made from a saved filter."""
        return "saved-0" in self.fields

    def batch_rows(self) -> list[list[BoundField]]:
        """Return the fields of each batch."""
        if self.way != Way.BATCH:
            return []
        names = ("name", "count", "search", "saved", "people")
        return [
            [self[f"{name}-{row}"] for name in names if f"{name}-{row}" in self.fields]
            for row in range(ROWS)
        ]

    def hidden(self) -> list[tuple[str, str]]:
        """Return all that was typed, to be sent again with the confirmation."""
        return [
            (name, value)
            for name in self.fields
            for value in self.data.getlist(name)  # type: ignore[attr-defined]  # a QueryDict
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.parts = self._parts(cleaned)
            except planning.CannotAllocate as error:
                self.add_error(None, str(error))
        return cleaned

    def _parts(self, cleaned: dict[str, Any]) -> list[Part]:
        people = [each.pk for each in self.people]
        if self.way == Way.SHARE:
            return planning.by_share(
                {each: cleaned[f"share-{each}"] or 0 for each in people}
            )
        if self.way == Way.PAIR:
            core = [each for each in people if cleaned[f"core-{each}"]]
            return planning.by_pair(core, people)
        if self.way == Way.PERSON:
            numbers = {each: cleaned[f"number-{each}"] or 0 for each in people}
            return planning.by_person(self.review, self.stage, numbers)
        if self.way == Way.BATCH:
            batches = [each for row in range(ROWS) if (each := self._batch(row))]
            return planning.by_batch(self.review, self.stage, batches)
        return []

    def _batch(self, row: int) -> Batch | None:
        name, count, search, saved, people = (
            self.cleaned_data.get(f"{part}-{row}")
            for part in ("name", "count", "search", "saved", "people")
        )
        if not (name or count or search or saved or people):
            return None
        name = name or (saved.name if saved else f"Batch {row + 1}")
        if sum(map(bool, (count, search, saved))) != 1:
            raise planning.CannotAllocate(
                f"{name}: say how many come next, or choose a search or a saved "
                "filter: one of them."
            )
        chosen = [each for each in self.people if str(each.pk) in (people or ())]
        return Batch(name, chosen, count=count, search=search, saved=saved)


class WaitingForm(forms.Form):
    """Which of the waiting items are asked for."""

    stage = forms.ChoiceField(label="Stage", choices=SCREENED)
    person: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="For",
        empty_label="Anybody",
        required=False,
    )
    days = forms.IntegerField(
        label="For at least (days)", min_value=0, max_value=10_000, required=False
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[each.pk for each in people])


class HandOverForm(forms.Form):
    """What is handed over, from whom to whom; without items, all that waits."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    stage = forms.ChoiceField(choices=SCREENED, widget=forms.HiddenInput)
    giver = forms.ModelChoiceField(queryset=User.objects.none(), label="From")
    taker = forms.ModelChoiceField(queryset=User.objects.none(), label="To")

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("giver", "taker"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = User.objects.filter(pk__in=[each.pk for each in people])


class LeavingForm(forms.Form):
    """What becomes of the votes and of the work of somebody."""

    KEEP, SET_ASIDE = "keep", "set_aside"

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    votes = forms.ChoiceField(
        label="Their votes",
        choices=[(KEEP, "Go on counting"), (SET_ASIDE, "Are set aside")],
        widget=forms.RadioSelect,
        initial=KEEP,
    )
    stages = forms.MultipleChoiceField(
        label="Set aside at",
        choices=SCREENED,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=[value for value, _ in SCREENED],
    )
    reason = forms.CharField(
        label="Why they are set aside",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )
    heir: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="What waits for them goes to",
        empty_label="Nobody in particular: it is everybody’s",
        required=False,
    )
    leaves = forms.BooleanField(label="They leave the team", required=False)

    def __init__(
        self, *args: Any, heirs: Sequence[User], may_leave: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["heir"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[each.pk for each in heirs])
        if not heirs:
            del self.fields["heir"]
        if not may_leave:
            del self.fields["leaves"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("votes") == self.SET_ASIDE:
            if not cleaned.get("stages"):
                self.add_error("stages", "Tick at least one stage.")
            if not (cleaned.get("reason") or "").strip():
                self.add_error("reason", "Say why the votes are set aside.")
        return cleaned


class NumberForm(forms.Form):
    """Why so many judge each from now on."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    because = forms.CharField(
        label="Reason for this amendment",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
    )
