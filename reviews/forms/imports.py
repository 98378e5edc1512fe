from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from reviews.formats import reading
from reviews.formats.encodings import ENCODINGS
from reviews.formats.parsed import Mapping
from reviews.formats.reading import Sample
from reviews.imports.looking import Hints
from reviews.models import Import, Search

BY_CONTENT = "As the content tells"
FORMATS = [("", BY_CONTENT), *reading.FORMATS.items()]
READ_AS = [("", BY_CONTENT), *ENCODINGS.items()]
ACCEPTED = ".ris,.nbib,.xml,.enw,.bib,.ciw,.txt,.csv,.tsv,.xlsx"
FIELDS = {
    "title": "Title",
    "abstract": "Abstract",
    "authors": "Authors",
    "year": "Year",
    "journal": "Journal",
    "volume": "Volume",
    "issue": "Issue",
    "pages": "Pages",
    "first_page": "First page",
    "last_page": "Last page",
    "article_number": "Article number",
    "doi": "DOI",
    "pmid": "PubMed number",
    "keywords": "Keywords",
    "language": "Language",
    "publication_type": "Type of publication",
    "url": "Link",
    "source_id": "Number that the source gives",
    "citation": "Journal, year, volume and pages in one",
}
APART = [
    ("", "What the cells show"),
    ("; ", "Semicolon"),
    (", ", "Comma"),
    ("., ", "Comma behind initials: Ng, A., Li, B."),
    ("|", "Upright line"),
    (" and ", "The word “and”"),
]


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    widget = ManyFilesInput(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = (data if isinstance(data, list | tuple) else [data]) or [None]
        return [super(ManyFilesField, self).clean(each, initial) for each in given]


class ImportForm(forms.Form):
    """One file or several, and how they are read where that must be said.

    `dropped` says that a file was so large that it was never kept: then it is missing
    here, and the message must say why.
    """

    file = ManyFilesField(
        label="Files",
        allow_empty_file=True,
        help_text="One or several, as the database or your reference manager exports "
        "them: RIS, PubMed, EndNote, BibTeX, Web of Science, CSV or Excel.",
    )
    format = forms.ChoiceField(label="Format", choices=FORMATS, required=False)
    encoding = forms.ChoiceField(label="Encoding", choices=READ_AS, required=False)

    def __init__(self, *args: Any, dropped: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields["file"]
        file.error_messages["required"] = (
            _dropped() if dropped else "Choose a file first."
        )

    def clean_file(self) -> Any:
        if told := _too_large(self.cleaned_data["file"]):
            raise forms.ValidationError(told)
        return self.cleaned_data["file"]

    def hints(self) -> Hints:
        """Return what was said of the files."""
        return Hints(self.cleaned_data["format"], self.cleaned_data["encoding"])


class FilesForm(forms.Form):
    """Files of several searches at once: for each search its own, or none."""

    def __init__(
        self,
        *args: Any,
        searches: Iterable[Search],
        dropped: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.searches = list(searches)
        self.dropped = dropped
        for search in self.searches:
            self.fields[_files_of(search)] = ManyFilesField(
                label=search.name, allow_empty_file=True, required=False
            )
            self.fields[_files_of(search)].widget.attrs["class"] = "form-control"

    def rows(self) -> list[tuple[Search, forms.BoundField]]:
        """Return each search with the field of its files."""
        return [(search, self[_files_of(search)]) for search in self.searches]

    def clean(self) -> None:
        chosen = self.chosen()
        for search, files in chosen:
            if told := _too_large(files):
                self.add_error(_files_of(search), told)
        if self.dropped:
            raise forms.ValidationError(_dropped())
        if not chosen:
            raise forms.ValidationError("Choose the files of at least one search.")

    def chosen(self) -> list[tuple[Search, list[UploadedFile[bytes]]]]:
        """Return each search of which files were chosen, with them."""
        given = (
            (search, self.cleaned_data.get(_files_of(search)) or [])
            for search in self.searches
        )
        return [(search, files) for search, files in given if any(files)]


class HintsForm(forms.Form):
    """Format and encoding of a file that was read wrongly."""

    format = forms.ChoiceField(label="Format", choices=FORMATS, required=False)
    encoding = forms.ChoiceField(label="Encoding", choices=READ_AS, required=False)

    def __init__(self, data: Any = None, *, made: Import) -> None:
        super().__init__(
            data, initial={"format": made.format_hint, "encoding": made.encoding_hint}
        )
        self.fields["format"].choices = _with_told(FORMATS, made.format)  # type: ignore[attr-defined]  # a choice field
        self.fields["encoding"].choices = _with_told(READ_AS, made.encoding)  # type: ignore[attr-defined]  # a choice field

    def hints(self) -> Hints:
        """Return what was said of the file."""
        return Hints(self.cleaned_data["format"], self.cleaned_data["encoding"])


class MappingForm(forms.Form):
    """Which column of a table gives which field, with the first cells beside each."""

    authors_apart = forms.ChoiceField(
        label="Between two authors stands", choices=APART, required=False
    )
    keywords_apart = forms.ChoiceField(
        label="Between two keywords stands", choices=APART, required=False
    )

    def __init__(self, data: Any = None, *, sample: Sample) -> None:
        super().__init__(data)
        self.sample = sample
        taken = {
            name: field
            for field, names in sample.mapping.columns.items()
            for name in names
        }
        for number, name in enumerate(sample.headings):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=name or f"Column {number + 1}",
                choices=[("", "Original text only"), *FIELDS.items()],
                initial=taken.get(name, ""),
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
        for name in ("authors_apart", "keywords_apart"):
            told = getattr(sample.mapping, name)
            known = {value for value, _ in APART}
            self.fields[name].initial = told if told in known else ""

    def columns(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Return each column with the cells of the first rows."""
        return [
            (self[f"column-{number}"], _cells(self.sample, number))
            for number in range(len(self.sample.headings))
        ]

    def clean(self) -> None:
        chosen = self.cleaned_data
        if "title" not in (chosen.get(f"column-{n}") for n in self._numbers()):
            raise forms.ValidationError("Say which column is the title.")

    def mapping(self) -> Mapping:
        """Return the mapping; of columns for one field the order stays as it was."""
        columns: dict[str, list[str]] = {}
        for number in self._numbers():
            if field := self.cleaned_data[f"column-{number}"]:
                columns.setdefault(field, []).append(self.sample.headings[number])
        before = self.sample.mapping.columns
        ordered = {
            field: _as_before(names, before.get(field, ()))
            for field, names in columns.items()
        }
        apart = (
            self._apart("authors_apart", ordered),
            self._apart("keywords_apart", ordered),
        )
        return Mapping(ordered, *apart)

    def _apart(self, name: str, columns: dict[str, tuple[str, ...]]) -> str:
        """Return what was chosen; unchanged, it stays what the cells showed."""
        chosen, told = self.cleaned_data[name], getattr(self.sample.mapping, name)
        field = name.removesuffix("_apart")
        same = columns.get(field, ()) == self.sample.mapping.columns.get(field, ())
        known = {value for value, _ in APART}
        return str(told if not chosen and same and told not in known else chosen)

    def _numbers(self) -> range:
        return range(len(self.sample.headings))


def _files_of(search: Search) -> str:
    return f"files-{search.pk}"


def _too_large(files: Iterable[UploadedFile[bytes]]) -> str:
    """Say of a file over the limit that it is."""
    for file in files:
        if file.size is not None and file.size > settings.IMPORT_MAX_BYTES:
            return (
                f"{file.name} has {filesizeformat(file.size)}; at most "
                f"{filesizeformat(settings.IMPORT_MAX_BYTES)} can be taken. "
                "Nothing was kept."
            )
    return ""


def _dropped() -> str:
    return (
        "An import file is too large: at most "
        f"{filesizeformat(settings.IMPORT_MAX_BYTES)} can be taken at once. "
        "Nothing was kept."
    )


def _as_before(names: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
    order = {name: place for place, name in enumerate(before)}
    ranked = sorted(names, key=lambda name: order.get(name, len(order)))
    return tuple(dict.fromkeys(ranked))


def _cells(sample: Sample, number: int) -> list[str]:
    return [row[number] for row in sample.rows if number < len(row) and row[number]]


def _with_told(choices: Sequence[tuple[str, str]], told: str) -> list[tuple[str, str]]:
    """Return the choices, the first with what the content told."""
    known = dict(choices).get(told) if told else None
    first = f"{BY_CONTENT}: {known}" if known else BY_CONTENT
    return [("", first), *choices[1:]]
