from django import forms

from reviews import waves


class WaveForm(forms.Form):
    name = forms.CharField(
        max_length=waves.LONGEST_NAME,
        label="Name of the wave",
        help_text="Such as “Update of May 2026”.",
    )


class FirstUpdateForm(WaveForm):
    """The first update, which also names what was searched before it."""

    first_name = forms.CharField(
        max_length=waves.LONGEST_NAME,
        label="Name of what was searched so far",
        initial=waves.FIRST_NAME,
        help_text="All present searches become this first wave.",
    )
