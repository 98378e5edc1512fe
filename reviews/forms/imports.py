from django.conf import settings

from reviews.forms.upload import UploadForm


class ImportForm(UploadForm):
    noun = "An import file"

    def __init__(self, *args: object, dropped: bool = False) -> None:
        super().__init__(*args, dropped=dropped)
        file = self.fields["file"]
        file.label = "RIS file"
        file.help_text = "As the database or your reference manager exports it."
        file.widget.attrs["accept"] = ".ris,.txt,application/x-research-info-systems"

    def limit(self) -> int:
        return int(settings.IMPORT_MAX_BYTES)
