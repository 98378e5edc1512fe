from typing import Any

from django import forms

from screening.self_checks.setting import SHARES, Setting


class CheckForm(forms.Form):
    """Names one of one's own by its token: a key that counts would tell of others."""

    check = forms.UUIDField()


class SettingForm(forms.Form):
    """Whether one's own decisions come back, and who sees the figures."""

    share = forms.TypedChoiceField(
        label="Of a hundred records that I judge",
        choices=[
            (share, f"{share} of my own come back" if share else "None: off")
            for share in SHARES
        ],
        coerce=int,
    )
    is_shared = forms.BooleanField(
        label="Owners of the review may see my figures",
        required=False,
        help_text="The figures alone, never what was said of a record.",
    )

    def __init__(self, *args: Any, now: Setting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"share": now.share, "is_shared": now.is_shared}
