"""Forms of the extraction: a cell filled alone, and a cell that two settle."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.html import escape

from reviews.models import ExtractionField
from screening.extraction import values
from screening.extraction.entering import Filled
from screening.extraction.pages import Dispute
from screening.extraction.values import Kind, Reading, Value
from screening.models import ExtractionEntry

OTHER = "other"
# Stands for an entry that is none of those that count now; no entry has this key.
UNKNOWN = 0


class TokenForm(forms.Form):
    """Made with the page, so that a form that is posted twice counts once."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    @property
    def given(self) -> uuid.UUID:
        """Return the token that was posted, or a new one."""
        token = self.cleaned_data.get("token") if self.is_valid() else None
        return token or uuid.uuid4()


class ValueForm(forms.Form):
    """A value of the field's kind, or that it is not reported."""

    not_reported = forms.BooleanField(required=False, label="Not reported")

    def __init__(
        self,
        *args: Any,
        field: ExtractionField,
        standing: Value | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("prefix", f"field-{field.pk}")
        super().__init__(*args, **kwargs)
        self.about = field
        self.choices = list(field.choices)
        # A choice that an amendment took away stands until it is changed.
        kept = [standing] if isinstance(standing, str) else standing or []
        if field.kind in (Kind.CHOICE, Kind.MULTIPLE):
            self.choices += [each for each in kept if each not in self.choices]
        self.fields = {"value": self._value_field(), **self.fields}

    def _value_field(self) -> forms.Field:
        field = self.about
        label = f"{field.label} ({field.unit})" if field.unit else field.label
        # The form templates print a help text as it is.
        told: Any = {"label": label, "help_text": escape(field.instructions)}
        pairs = [(each, each) for each in self.choices]
        match field.kind:
            case Kind.CHOICE:
                return forms.ChoiceField(
                    choices=[("", "Choose one"), *pairs], required=False, **told
                )
            case Kind.MULTIPLE:
                return forms.MultipleChoiceField(
                    choices=pairs,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    **told,
                )
            case Kind.NUMBER:
                widget = forms.TextInput(
                    attrs={"inputmode": "decimal", "autocomplete": "off"}
                )
                return forms.CharField(required=False, widget=widget, **told)
            case Kind.DATE:
                told["help_text"] = f"{told['help_text']} 2024, 2024-09 or 2024-09-30."
                widget = forms.TextInput(attrs={"autocomplete": "off"})
                return forms.CharField(required=False, widget=widget, **told)
            case _:
                area = forms.Textarea(attrs={"rows": 2})
                return forms.CharField(required=False, widget=area, **told)

    def read(self) -> Value | None:
        """Return the value that was written, None where there is none."""
        written = self.cleaned_data.get("value")
        if not written:
            return None
        try:
            return values.clean(self.about.kind, written, self.choices)
        except values.NotAValue as error:
            self.add_error("value", str(error))
            return None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("value") and cleaned.get("not_reported"):
            self.add_error(
                "value", "Either write a value or say that it is not reported."
            )
        cleaned["read"] = self.read()
        return cleaned


class CellForm(ValueForm):
    """One cell, as one person fills it alone."""

    note = forms.CharField(
        required=False,
        label="Note or quotation, with its page",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    # The entry that the form showed: what differs from it is what was changed here,
    # whatever was saved from another window meanwhile. It is named by its token, as a
    # key that counts would tell of others' entries.
    shown = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        field: ExtractionField,
        entry: ExtractionEntry | None,
        shown: Mapping[uuid.UUID, ExtractionEntry] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {
            "value": entry.value if entry else None,
            "not_reported": entry.not_reported if entry else False,
            "note": entry.note if entry else "",
            "shown": entry.token if entry else None,
        }
        super().__init__(
            *args, field=field, standing=entry.value if entry else None, **kwargs
        )
        self.entry = entry
        self.entries_shown = shown or {}

    @property
    def was_posted(self) -> bool:
        """Tell whether the page that was posted held this cell."""
        return self.add_prefix("shown") in self.data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        empty = not cleaned.get("value") and not cleaned.get("not_reported")
        if empty and cleaned.get("note", "").strip():
            self.add_error(
                "note",
                "A note goes with a value. Write one or tick “Not reported”; to empty "
                "the cell, empty its note too.",
            )
        return cleaned

    def filled(self) -> Filled | None:
        """Return what the person changed in the cell, None where nothing was."""
        named = self.cleaned_data.get("shown")
        was = self.entries_shown.get(named) if named else None
        filled = Filled(
            self.about,
            value=self.cleaned_data["read"],
            not_reported=self.cleaned_data["not_reported"],
            note=self.cleaned_data["note"].replace("\r\n", "\n").strip(),
        )
        before = (
            Filled(self.about, was.value, was.not_reported, was.note)
            if was
            else Filled(self.about)
        )
        return None if filled == before else filled


class ConsensusForm(ValueForm):
    """A cell on which two differ: one of their values, or another with a reason."""

    pick = forms.ChoiceField(
        label="The value to keep",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose one of the two, or write another value.",
            "invalid_choice": "One of the two has changed since; look again.",
        },
    )
    reason = forms.CharField(
        required=False,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed where neither value is kept.",
    )
    field = forms.IntegerField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    field_order = ("pick", "value", "not_reported", "reason")

    def __init__(self, *args: Any, dispute: Dispute, **kwargs: Any) -> None:
        self.sides = {named(side.reading): side.reading for side in dispute.sides}
        kwargs["initial"] = {
            "field": dispute.field.pk,
            "shown": ",".join(self.sides),
        }
        super().__init__(*args, field=dispute.field, **kwargs)
        self.order_fields(self.field_order)
        self.fields["value"].label = "Another value"
        if dispute.field.kind != Kind.DATE:
            # The instructions stand above the two sides.
            self.fields["value"].help_text = ""
        self.fields["not_reported"].label = "Not reported, against both"
        pick = self.fields["pick"]
        assert isinstance(pick, forms.ChoiceField)
        pick.choices = [
            *(
                (named(side.reading), f"What {side.name} read")
                for side in dispute.sides
            ),
            (OTHER, "Another value, written below"),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("pick") == OTHER and not (
            cleaned.get("value") or cleaned.get("not_reported")
        ):
            self.add_error("value", "Write the value, or say that it is not reported.")
        return cleaned

    def settled(self) -> dict[str, Any]:
        """Return what was chosen, as `extraction_consensus.resolve` takes it."""
        picked = self.sides.get(self.cleaned_data["pick"])
        value = picked.value if picked else self.cleaned_data["read"]
        return {
            "value": value,
            "not_reported": value is None,
            "reason": self.cleaned_data["reason"],
            "shown": [
                self.sides[name].entry if name in self.sides else UNKNOWN
                for name in self.cleaned_data["shown"].split(",")
            ],
            "token": self.cleaned_data["token"],
        }


def named(reading: Reading) -> str:
    """Return a name of an entry that does not count: its key would tell of others."""
    return salted_hmac("screening.extraction", str(reading.entry)).hexdigest()
