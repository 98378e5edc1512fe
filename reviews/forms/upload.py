from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat

from reviews.formats import delimited


class UploadForm(forms.Form):
    """One file, no larger than it may be.

    `dropped` says that the file was so large that it was never kept: then it is
    missing here, and the message must say why.
    """

    file = forms.FileField(label="File", allow_empty_file=True)
    noun = "The file"

    def __init__(self, *args: Any, dropped: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages["required"] = (
            f"{self.noun} is too large: at most {filesizeformat(self.limit())} can "
            "be taken. Nothing was kept."
            if dropped
            else "Choose a file first."
        )

    def limit(self) -> int:
        """Return the largest size in bytes."""
        raise NotImplementedError

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size is not None and file.size > self.limit():
            raise forms.ValidationError(
                f"{self.noun} has {filesizeformat(file.size)}; at most "
                f"{filesizeformat(self.limit())} can be taken. Nothing was kept."
            )
        return file


class CsvForm(forms.Form):
    """A small CSV to draw: a file, or the text of one that was drawn before."""

    file = forms.FileField(label="File", required=False, allow_empty_file=True)
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file and file.size > delimited.MOST_BYTES:
            raise forms.ValidationError(
                f"The file has {filesizeformat(file.size)}; at most "
                f"{filesizeformat(delimited.MOST_BYTES)} can be drawn."
            )
        return file

    def data_to_read(self) -> bytes:
        """Return the bytes of the table, from the file where there is one."""
        if file := self.cleaned_data.get("file"):
            read = file.read()
            assert isinstance(read, bytes)
            return read
        text: str = self.cleaned_data.get("text", "")
        return text.encode()
