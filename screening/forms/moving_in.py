from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField

from reviews import members
from reviews.formats.votes import told
from reviews.forms.upload import UploadForm
from reviews.models import Criterion, Search, User
from screening.models import VoteImport
from screening.moving_in import telling
from screening.stages import STAGES

SOURCES = [
    ("covidence", "Covidence: a list as CSV"),
    ("rayyan", "Rayyan: its export as it is sent (ZIP), or CSV or RIS"),
    ("asreview", "ASReview: CSV, XLSX or RIS"),
    ("csv", "A table: CSV or XLSX"),
]
WHOLE_LISTS = [
    ("", "The file itself says what was decided"),
    ("include", "Everything in this list was included"),
    ("exclude", "Everything in this list was excluded"),
]
FIELDS = {
    "title": "Title",
    "year": "Year",
    "doi": "DOI",
    "pmid": "PubMed number",
    "source_id": "Number of the source",
    "who": "Who decided",
    "decision": "Decision",
    "reason": "Reasons for exclusion",
    "labels": "Labels",
    "note": "Note",
    "date": "Date of the decision",
    "stage": "Stage",
}


class VotesForm(UploadForm):
    """A file of votes, and what it is."""

    source = forms.ChoiceField(label="Where it comes from", choices=SOURCES)
    stage = forms.ChoiceField(
        label="Votes on",
        choices=[(stage.value, stage.label) for stage in STAGES],
        help_text="Votes that the file itself says are of another stage stay out.",
    )
    whole_list = forms.ChoiceField(
        label="A list of Covidence",
        choices=WHOLE_LISTS,
        required=False,
        help_text="Covidence exports a list for each outcome, and not what it is.",
    )
    field_order = ("source", "stage", "whole_list", "file")
    noun = "A file of votes"

    def limit(self) -> int:
        return int(settings.IMPORT_MAX_BYTES)


class InviteForm(forms.Form):
    """Somebody whose votes the file has and who has no account here."""

    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="E-mail address", max_length=254)


class RecordsForm(forms.Form):
    """The search into which the records are imported that the review lacks."""

    search: "forms.ModelChoiceField[Search]" = forms.ModelChoiceField(
        queryset=Search.objects.none(), label="Into the search", empty_label=None
    )

    def __init__(self, *args: Any, made: VoteImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["search"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = made.review.searches.order_by("position", "pk")


class MeaningForm(forms.Form):
    """Who the names of a file are here, and what its words and reasons mean."""

    def __init__(self, *args: Any, made: VoteImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.made = made
        self.people = list(made.people.select_related("user").order_by("name"))
        self.team = [member.user for member in members.team(made.review)]
        self.reviewers = telling.reviewers(made)
        self.words = _words(made)
        self.reasons = list(made.report.get("reasons", []))
        self.headings = list(made.report.get("headings", []))
        self._add_people()
        self._add_words()
        self._add_reasons()
        self._add_columns()

    def _add_people(self) -> None:
        choices = [("", "Nobody: leave these votes out")]
        choices += [(str(user.pk), self._label(user)) for user in self.team]
        for number, person in enumerate(self.people):
            self.fields[f"person-{number}"] = forms.ChoiceField(
                label=person.name or "The file does not say whose",
                choices=choices,
                required=False,
                initial=str(person.user_id or ""),
            )

    def _label(self, user: User) -> str:
        role = "" if user.pk in self.reviewers else ": not a reviewer at this stage"
        return f"{user} ({user.get_username()}){role}"

    def _add_words(self) -> None:
        decisions = [("include", "Include"), ("maybe", "Maybe"), ("exclude", "Exclude")]
        for number, word in enumerate(self.words):
            self.fields[f"word-{number}"] = forms.ChoiceField(
                label=f"“{word[:80]}”",
                choices=[*decisions, ("", "No decision")],
                required=False,
                initial=self.made.words.get(word, told.decision(word) or ""),
            )

    def _add_reasons(self) -> None:
        in_force = self.made.review.criteria.in_force()
        choices = [("", "None of them"), *map(_criterion, in_force)]
        for number, reason in enumerate(self.reasons):
            self.fields[f"reason-{number}"] = forms.ChoiceField(
                label=f"“{reason[:200]}”",
                choices=choices,
                required=False,
                initial=self.made.criteria.get(reason, ""),
            )

    def _add_columns(self) -> None:
        if not self.headings:
            return
        headings = [(name, name[:100]) for name in dict.fromkeys(self.headings) if name]
        for field, label in FIELDS.items():
            self.fields[f"column-{field}"] = forms.ChoiceField(
                label=label,
                choices=[("", "Not said"), *headings],
                required=False,
                initial=next(iter(self.made.columns.get(field, [])), ""),
            )
        self.fields["people"] = forms.MultipleChoiceField(
            label="Columns with the decisions of one person each",
            choices=headings,
            required=False,
            initial=self.made.columns.get("people", []),
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        columns = [name for name in self.fields if name.startswith("column-")]
        if any(cleaned.get(name) for name in (*columns, "people")) and not (
            cleaned.get("column-decision") or cleaned.get("people")
        ):
            self.add_error(
                "column-decision",
                "Say which column holds the decisions, or tick those of each person.",
            )
        return cleaned

    def people_given(self) -> dict[str, User | None]:
        """Return whom each name is taken for."""
        users = {str(user.pk): user for user in self.team}
        return {
            person.name: users.get(self.cleaned_data[f"person-{number}"])
            for number, person in enumerate(self.people)
        }

    def words_given(self) -> dict[str, str]:
        """Return what was said of words; those of an earlier reading are kept."""
        said = {
            word: self.cleaned_data[f"word-{number}"]
            for number, word in enumerate(self.words)
        }
        usual = {
            word: meaning
            for word, meaning in said.items()
            if meaning == (told.decision(word) or "")
        }
        kept = {**self.made.words, **said}
        return {word: kept[word] for word in kept if word not in usual}

    def criteria_given(self) -> dict[str, str]:
        """Return which criterion each reason is."""
        return {
            reason: self.cleaned_data[f"reason-{number}"]
            for number, reason in enumerate(self.reasons)
        }

    def columns_given(self) -> dict[str, list[str]]:
        """Return which columns hold what; empty where nothing was said."""
        if not self.headings:
            return dict(self.made.columns)
        found = {
            field: [name]
            for field in FIELDS
            if (name := self.cleaned_data.get(f"column-{field}"))
        }
        people = self.cleaned_data.get("people") or []
        return {**found, **({"people": list(people)} if people else {})}

    def _bound(self, prefix: str, rows: Sequence[Any]) -> list[BoundField]:
        return [self[f"{prefix}-{number}"] for number in range(len(rows))]

    def people_fields(self) -> list[tuple[Any, BoundField]]:
        """Return each person of the file with the field that names them."""
        fields = self._bound("person", self.people)
        return list(zip(self.people, fields, strict=True))

    def word_fields(self) -> list[BoundField]:
        return self._bound("word", self.words)

    def reason_fields(self) -> list[BoundField]:
        return self._bound("reason", self.reasons)

    def people_columns(self) -> list[Any]:
        return list(self["people"]) if self.headings else []

    def column_fields(self) -> list[BoundField]:
        return [self[f"column-{field}"] for field in FIELDS] if self.headings else []


def _words(made: VoteImport) -> list[str]:
    """Return the words of a table; of other tools those that are not known."""
    words = [*made.report.get("words", [])]
    if made.source == VoteImport.Source.CSV:
        return words
    return [word for word in words if word in made.words or not told.decision(word)]


def _criterion(criterion: Criterion) -> tuple[str, str]:
    return criterion.code, f"{criterion.code}: {criterion.reason or criterion.text}"
