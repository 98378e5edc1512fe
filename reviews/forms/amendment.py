from django import forms
from django.http import HttpRequest, QueryDict

from reviews import protocol
from reviews.models import Review


class AmendmentForm(forms.Form):
    """Asks why the protocol is changed, once a change of it is an amendment."""

    def __init__(self, *args: object, review: Review, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on
        ask_why(self, review)


def ask_why(form: forms.BaseForm, review: Review) -> None:
    """Let the form ask for the reason of an amendment where it will be one."""
    if protocol.is_underway(review):
        form.fields["because"] = forms.CharField(
            label="Reason for this amendment",
            help_text=(
                "The review holds records already. The reason stands in the protocol "
                "with today’s date; what was judged keeps the earlier wording."
            ),
            widget=forms.Textarea(attrs={"rows": 2}),
            # The rule says whether what was changed needs one.
            required=False,
        )


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, even where every box was left empty."""
    return request.POST if request.method == "POST" else None
