from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms
from django.forms import BoundField

from reviews.checklists.answers import Answer, Status
from reviews.checklists.definitions import Checklist, Item, by_section

LONGEST_PLACE = 500
LONGEST_NOTE = 5000


@dataclass(frozen=True)
class Line:
    """An item with the fields in which it is answered."""

    item: Item
    status: BoundField
    place: BoundField
    note: BoundField


class ChecklistForm(forms.Form):
    """All items of a checklist at once.

    What the form showed is posted with it, so that only what its reader changed is
    written, and the answers of somebody else in the meantime stay.
    """

    def __init__(
        self,
        *args: object,
        checklist: Checklist,
        standing: Mapping[str, Answer],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on
        self.checklist = checklist
        self.standing = standing
        for item in checklist.items:
            for name, field in _fields(standing[item.number]).items():
                self.fields[f"{item.number}-{name}"] = field

    def line(self, item: Item) -> Line:
        """Return the fields of one item."""
        return Line(
            item,
            *(self[f"{item.number}-{name}"] for name in ("status", "place", "note")),
        )

    def sections(self) -> Iterator[tuple[str, list[Line]]]:
        """Yield each section with its lines."""
        for name, items in by_section(self.checklist):
            yield name, [self.line(item) for item in items]

    def answers(self) -> dict[str, Answer]:
        """Return the answers that were changed here, whole."""
        found = {}
        for item in self.checklist.items:
            said = self.standing[item.number]
            new = {
                name: self.cleaned_data[f"{item.number}-{name}"]
                for name in ("status", "place", "note")
                if f"{item.number}-{name}" in self.changed_data
            }
            if new:
                found[item.number] = Answer(
                    Status(new.get("status", said.status)),
                    new.get("place", said.place),
                    new.get("note", said.note).replace("\r\n", "\n"),
                )
        return found


def _fields(said: Answer) -> dict[str, forms.Field]:
    select = forms.Select(attrs={"class": "form-select"})
    line = forms.TextInput(attrs={"class": "form-control"})
    text = forms.Textarea(attrs={"class": "form-control", "rows": 2})
    return {
        "status": forms.ChoiceField(
            label="Status",
            required=False,
            choices=Status.choices,
            initial=said.status,
            widget=select,
            show_hidden_initial=True,
        ),
        "place": forms.CharField(
            label="Page and section",
            required=False,
            max_length=LONGEST_PLACE,
            initial=said.place,
            widget=line,
            show_hidden_initial=True,
        ),
        "note": forms.CharField(
            label="Note",
            required=False,
            max_length=LONGEST_NOTE,
            initial=said.note,
            widget=text,
            show_hidden_initial=True,
        ),
    }
