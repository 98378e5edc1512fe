"""The encodings of text that a person may name, by the names that files give them."""

import codecs

# What a person may choose where the guess is wrong, and how it is called.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first",
    "cp1252": "Windows-1252 (Western European)",
    "latin-1": "ISO 8859-1, Latin-1 (Western European)",
    "iso8859-15": "ISO 8859-15, Latin-9 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "mac-roman": "Mac Roman",
    "gb18030": "GB18030, GBK (Chinese)",
    "big5": "Big5 (Chinese)",
    "shift-jis": "Shift JIS (Japanese)",
    "euc-jp": "EUC-JP (Japanese)",
    "euc-kr": "EUC-KR (Korean)",
}
_ALIASES = {"gbk": "gb18030", "gb2312": "gb18030", "utf8": "utf-8"}


def known_encoding(name: str) -> str:
    """Return the name under which an encoding is known here, or ""."""
    plain = name.strip().lower().replace("_", "-")
    plain = _ALIASES.get(plain, plain)
    if plain in ENCODINGS:
        return plain
    try:
        codec = codecs.lookup(plain).name
    except (LookupError, ValueError):
        return ""
    return next((e for e in ENCODINGS if codecs.lookup(e).name == codec), "")
