"""Sources that index mainly one language, and the letters of that language.

What a source indexes is known here for the regional sources that reviews name most; of
any other source nothing is said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reviews.matching.folding import fold


@dataclass(frozen=True)
class Language:
    """A language by its names, and its letters where they are not Latin."""

    names: tuple[str, ...]
    letters: re.Pattern[str] | None = None

    @property
    def name(self) -> str:
        return self.names[0]

    def is_among(self, text: str) -> bool:
        """Tell whether a text that lists languages names it."""
        words = set(fold(text).split())
        return any(fold(name) in words for name in self.names)

    def is_written(self, text: str) -> bool:
        """Tell whether a text has its letters; where they are Latin nobody knows."""
        return self.letters is None or self.letters.search(text) is not None


_ARABIC = re.compile(r"[\u0600-\u06ff]")
_PERSIAN = Language(("Persian", "Farsi"), _ARABIC)
_ARABIC_LANGUAGE = Language(("Arabic",), _ARABIC)
_CHINESE = Language(("Chinese", "Mandarin"), re.compile(r"[\u4e00-\u9fff]"))
_JAPANESE = Language(("Japanese",), re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"))
_KOREAN = Language(("Korean",), re.compile(r"[\uac00-\ud7af]"))
_RUSSIAN = Language(("Russian",), re.compile(r"[\u0400-\u04ff]"))
_TURKISH = Language(("Turkish",))
_SPANISH = Language(("Spanish",))
_PORTUGUESE = Language(("Portuguese",))
_FRENCH = Language(("French",))

_SOURCES: Mapping[str, tuple[Language, ...]] = MappingProxyType(
    {
        "sid": (_PERSIAN,),
        "scientific information database": (_PERSIAN,),
        "magiran": (_PERSIAN,),
        "irandoc": (_PERSIAN,),
        "iranmedex": (_PERSIAN,),
        "noormags": (_PERSIAN,),
        "al manhal": (_ARABIC_LANGUAGE,),
        "e marefa": (_ARABIC_LANGUAGE,),
        "cnki": (_CHINESE,),
        "wanfang": (_CHINESE,),
        "vip": (_CHINESE,),
        "cqvip": (_CHINESE,),
        "sinomed": (_CHINESE,),
        "cbm": (_CHINESE,),
        "airiti": (_CHINESE,),
        "ichushi": (_JAPANESE,),
        "cinii": (_JAPANESE,),
        "kmbase": (_KOREAN,),
        "riss": (_KOREAN,),
        "kiss": (_KOREAN,),
        "dbpia": (_KOREAN,),
        "elibrary": (_RUSSIAN,),
        "cyberleninka": (_RUSSIAN,),
        "ulakbim": (_TURKISH,),
        "tr dizin": (_TURKISH,),
        "lilacs": (_SPANISH, _PORTUGUESE),
        "scielo": (_SPANISH, _PORTUGUESE),
        "redalyc": (_SPANISH, _PORTUGUESE),
        "ibecs": (_SPANISH,),
        "dialnet": (_SPANISH,),
        "cairn": (_FRENCH,),
        "persee": (_FRENCH,),
    }
)


def languages(source: str) -> tuple[Language, ...]:
    """Return the languages that a source mainly indexes; none where it is not known."""
    words = f" {fold(source)} "
    return next((of for name, of in _SOURCES.items() if f" {name} " in words), ())
