from typing import Any

from django import forms

from screening.models import Colour, Meaning, WordList
from screening.words import typed
from screening.words.lists import COLOURS, Facts

LARGEST_FILE = 1_000_000


class WordListForm(forms.Form):
    """A list of words to highlight."""

    name = forms.CharField(max_length=80, help_text="As the legend calls it.")
    meaning = forms.ChoiceField(
        label="What its words mean",
        choices=Meaning.choices,
        help_text="Decides the line under the words, so that no colour is needed.",
    )
    colour = forms.ChoiceField(choices=Colour.choices)
    words = forms.CharField(
        label="Words and phrases, one a line",
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=(
            "* stands for any letters, ? for one: randomi?ed, wom?n, depress*. A space "
            "also finds a hyphen, and accents make no difference."
        ),
    )
    whole_words = forms.BooleanField(
        label="Whole words only",
        required=False,
        help_text="Otherwise ketamine is also marked within esketamine.",
    )
    matches_case = forms.BooleanField(
        label="Capitals matter",
        required=False,
        help_text="For abbreviations: AIDS, not aids.",
    )

    def __init__(
        self, *args: Any, word_list: WordList | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if word_list is None:
            self.initial.setdefault("whole_words", True)
            self.initial.setdefault("meaning", Meaning.INCLUDE)
            meaning = Meaning(self.initial["meaning"])
            self.initial.setdefault("colour", COLOURS[meaning])
            return
        for name in self.fields:
            self.initial.setdefault(name, getattr(word_list, name))

    def clean_words(self) -> str:
        try:
            return "\n".join(typed.lines(self.cleaned_data["words"]))
        except typed.WordsRefused as error:
            raise forms.ValidationError(list(error.problems)) from error

    @property
    def facts(self) -> Facts:
        """What was typed."""
        return Facts(**{name: self.cleaned_data[name] for name in self.fields})


class SuggestedForm(forms.Form):
    """The words that were chosen of those that the protocol suggests."""

    words = forms.MultipleChoiceField(
        required=False,
        error_messages={
            "invalid_choice": (
                "The protocol was changed while this page was open. Look at the words "
                "again, then choose."
            )
        },
    )
    is_shared = forms.BooleanField(required=False)

    def __init__(self, *args: Any, suggested: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["words"]
        assert isinstance(field, forms.ChoiceField)
        names = [f"{meaning}:{word}" for meaning, word in suggested]
        field.choices = [(name, name) for name in names]

    @property
    def chosen(self) -> dict[str, list[str]]:
        """The chosen words by what they mean."""
        found: dict[str, list[str]] = {}
        for each in self.cleaned_data["words"]:
            meaning, _, word = each.partition(":")
            found.setdefault(meaning, []).append(word)
        return found


class WordFileForm(forms.Form):
    """A file of lists that was taken from another review."""

    file = forms.FileField(label="A CSV file of word lists")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than lists can be.")
        return file
