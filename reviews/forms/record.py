from typing import Any

from django import forms

from reviews.bibliography import values as said
from reviews.formats import values
from reviews.models import Record


class RemovalForm(forms.Form):
    """Why a record is taken out before screening."""

    removal = forms.ChoiceField(
        label="How",
        choices=[
            (choice.value, choice.label)
            for choice in (Record.Removal.OTHER, Record.Removal.AUTOMATION)
        ],
        widget=forms.RadioSelect,
        initial=Record.Removal.OTHER,
    )
    reason = forms.CharField(
        label="Reason",
        help_text="Such as “a retraction notice” or the tool and its rule.",
    )


class LinesField(forms.CharField):
    """Several values, each on a line of its own."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        lines = (super().to_python(value) or "").splitlines()
        return [values.one_line(line) for line in lines if line.strip()]


class ParagraphsField(forms.CharField):
    """Text of several lines, of which a browser sends other line ends than it got."""

    widget = forms.Textarea(attrs={"rows": 10})

    def to_python(self, value: Any) -> str:
        lines = (super().to_python(value) or "").splitlines()
        return "\n".join(map(values.one_line, lines)).strip()


_ON_A_LINE = ("journal", "volume", "issue", "pages", "url", "language")


class RecordForm(forms.ModelForm[Record]):
    """What a record says of its publication."""

    authors = LinesField(
        required=False,
        help_text="One a line: family name, then a comma and the given names.",
    )
    year = forms.IntegerField(required=False, min_value=1500, max_value=2099)
    doi = forms.CharField(label="DOI", required=False)
    pmid = forms.RegexField(
        r"^[0-9]{1,9}$",
        label="PubMed number",
        required=False,
        error_messages={"invalid": "A PubMed number has digits only, up to nine."},
    )
    abstract = ParagraphsField(required=False)
    keywords = LinesField(required=False, help_text="One a line.")
    publication_type = forms.CharField(label="Type", required=False)
    # The last edit that the page shows the outcome of.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Record
        fields = said.FIELDS
        labels = {"url": "Address on the web"}
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            **dict.fromkeys(_ON_A_LINE, forms.TextInput),
        }

    def clean_title(self) -> str:
        return values.one_line(self.cleaned_data["title"])

    def clean_doi(self) -> str:
        given: str = self.cleaned_data["doi"]
        if "doi" not in self.changed_data:
            return given
        found = values.doi_alone(given)
        if given and not found:
            raise forms.ValidationError(
                "This is no DOI. It begins with 10. and has a slash: 10.1000/182."
            )
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        named = cleaned.get("title") or cleaned.get("authors")
        if not named and not {"title", "authors"} & set(self.errors):
            self.add_error("title", str(said.Nameless()))
        return cleaned


class AbstractForm(forms.Form):
    """An abstract that the source left out."""

    abstract = ParagraphsField(
        help_text="As the publication has it, headings included."
    )
