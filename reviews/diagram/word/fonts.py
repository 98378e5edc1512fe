"""The fonts of a drawing in a Word document, as Word brings them along."""

import re

FONT = "Arial"
CHINESE = "Microsoft YaHei"
_EASTERN = (
    (re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"), "Malgun Gothic"),
    (re.compile(r"[\u3040-\u30ff]"), "MS Gothic"),
)


def eastern_font(text: str) -> str:
    """Return the font for Chinese, Japanese or Korean."""
    for letters, font in _EASTERN:
        if letters.search(text):
            return font
    return CHINESE
