"""Bytes to text by what the bytes say, never by the name of the file.

The order: byte order mark, the NUL pattern of UTF-16, strict UTF-8, what an XML
declaration says, GB18030 where the result is common Chinese, Windows-1252. Every
step past UTF-8 is a guess and therefore a warning. A person who knows better names
the encoding.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from reviews.formats.encodings import ENCODINGS, known_encoding
from reviews.formats.parsed import Problem, Severity, UnreadableFile

_LINE = re.compile(r"(?!\Z)([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_BYTE_LINE = re.compile(rb"(?!\Z)[^\r\n]*(?:\r\n|\r|\n|\Z)")

# UTF-32 comes first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_DECLARATION = re.compile(
    rb"""\s*<\?xml[^>]{0,80}?encoding\s*=\s*["']([\w.:-]{2,30})"""
)

_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"{\\rtf", "a word-processor document (RTF)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x7fELF", "a program"),
)

# Tab, line ends, vertical tab, form feed, end-of-file mark and escape do stray
# into real exports; the other control bytes hardly ever do.
_ODD_CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 26, 27})
_MOST_ODD_CONTROLS = 0.05
_SAMPLE = 65536


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, the encoding it was read in, and what was doubtful."""

    text: str
    encoding: str
    problems: tuple[Problem, ...] = ()


def decode(data: bytes, encoding_hint: str = "") -> Decoded:
    """Return the text of a file, in the encoding that a person named if any.

    Raises UnreadableFile for an empty file, a binary file and an encoding that
    cannot be recognised or does not fit.
    """
    if not data.strip():
        raise UnreadableFile("The file is empty.")
    if encoding_hint:
        return _as_named(data, encoding_hint)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _without_nul(_strictly(data[len(mark) :], encoding))
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableFile(f"The file is {kind}, not a list of records.")
    if encoding := _encoding_by_nul(data):
        return _without_nul(_strictly(data, encoding))
    if _is_binary(data):
        raise UnreadableFile("The file is binary data, not a list of records.")
    return _without_nul(_decode_bytewise(data))


def _as_named(data: bytes, name: str) -> Decoded:
    encoding = known_encoding(name)
    if not encoding:
        raise UnreadableFile(f"The encoding “{name[:40]}” is not one that can be read.")
    for mark, of in _MARKS:
        if of == encoding:
            data = data.removeprefix(mark)
    try:
        return _without_nul(Decoded(data.decode(encoding), encoding))
    except UnicodeDecodeError as error:
        if _cut_at_the_end(data, error):
            return _without_nul(_cut(data[: error.start].decode(encoding), encoding))
        line = len(_BYTE_LINE.findall(data[: error.start] + b"x"))
        raise UnreadableFile(
            f"Line {line} of the file is not {ENCODINGS[encoding]}; choose another "
            "encoding."
        ) from error


def lines(text: str) -> Iterator[tuple[int, int, str]]:
    r"""Yield start, end and text of each line, ended by \r\n, \r or \n only.

    ``str.splitlines`` also breaks at form feeds and U+2028, which occur inside
    abstracts.
    """
    for match in _LINE.finditer(text):
        yield match.start(), match.end(1), match[1]


def _encoding_by_nul(data: bytes) -> str:
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    # Even Chinese text has ASCII tags, digits and blanks enough for a tenth.
    if even + odd < len(sample) * 0.1:
        return ""
    if odd > 20 * even:
        return "utf-16-le"
    if even > 20 * odd:
        return "utf-16-be"
    return ""


def _is_binary(data: bytes) -> bool:
    kept = len(data.translate(None, _ODD_CONTROLS))
    return len(data) - kept > max(8, len(data) * _MOST_ODD_CONTROLS)


def _strictly(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        if _cut_at_the_end(data, error):
            return _cut(data[: error.start].decode(encoding), encoding)
        line = 1 + data[: error.start].decode(encoding).count("\n")
        raise UnreadableFile(
            f"The file says that it is {encoding.upper()}, but line {line} is not; "
            "save it as UTF-8 and try again."
        ) from error


def _cut_at_the_end(data: bytes, error: UnicodeDecodeError) -> bool:
    reasons = ("unexpected end of data", "truncated data", "incomplete")
    return len(data) - error.start <= 3 and error.reason.startswith(reasons)


def _cut(text: str, encoding: str) -> Decoded:
    problem = Problem(
        _last_line(text),
        "The file ends in the middle of a character: it has been cut off.",
        Severity.INCOMPLETE,
    )
    return Decoded(text, encoding, (problem,))


def _last_line(text: str) -> int:
    return sum(1 for _ in lines(text.rstrip("\r\n")))


def _decode_bytewise(data: bytes) -> Decoded:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if _cut_at_the_end(data, error) and not data[: error.start].isascii():
            return _cut(data[: error.start].decode("utf-8"), "utf-8")
    if (match := _DECLARATION.match(data)) and (
        name := known_encoding(match[1].decode())
    ):
        try:
            return Decoded(data.decode(name), name)
        except UnicodeDecodeError:
            pass  # the declaration is wrong
    mixed = _mostly_utf8(data)
    if mixed:
        return mixed
    chinese = _common_chinese(data)
    if chinese:
        return _doubtful(chinese, "gb18030", "GB18030 (Chinese)")
    return _doubtful(_windows(data), "cp1252", "Windows-1252 (Western European)")


def _doubtful(text: str, encoding: str, name: str) -> Decoded:
    line = next(
        (n for n, (_, _, part) in enumerate(lines(text), 1) if not part.isascii()), 1
    )
    problem = Problem(
        line,
        f"The file is not UTF-8 and was read as {name}; check the letters that are "
        "not plain English in the preview.",
        Severity.WARNING,
    )
    return Decoded(text, encoding, (problem,))


def _mostly_utf8(data: bytes) -> Decoded | None:
    """Read a UTF-8 file into which lines of another encoding were pasted."""
    parts = [match[0] for match in _BYTE_LINE.finditer(data)]
    foreign = [(n, part) for n, part in enumerate(parts, 1) if not part.isascii()]
    wrong = {number: part for number, part in foreign if not _is_utf8(part)}
    if len(wrong) * 2 > len(foreign):
        return None
    problems = tuple(
        Problem(
            number,
            "This line is not UTF-8 as the others are; it was read as "
            "Windows-1252 (Western European).",
            Severity.WARNING,
        )
        for number in wrong
    )
    text = "".join(
        _windows(part, number) if number in wrong else part.decode("utf-8")
        for number, part in enumerate(parts, 1)
    )
    return Decoded(text, "utf-8", problems)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _common_chinese(data: bytes) -> str:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    foreign = [character for character in text if not character.isascii()]
    common = sum(map(_is_common_chinese, foreign))
    return text if common > 0.7 * len(foreign) else ""


def _is_common_chinese(character: str) -> bool:
    # Western letters read as GB18030 give rare characters; the first level of
    # GB2312 (lead bytes B0 to D7) and its signs (A1 to A3) are what people write.
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return 0xB0 <= code[0] <= 0xD7 or 0xA1 <= code[0] <= 0xA3


def _windows(data: bytes, line: int = 1) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        line += len(_BYTE_LINE.findall(data[: error.start] + b"x")) - 1
        raise UnreadableFile(
            f"The encoding of the file could not be recognised (line {line}); "
            "save it as UTF-8 and try again."
        ) from error


def _without_nul(decoded: Decoded) -> Decoded:
    """Take NUL characters out, which no database can store."""
    text = decoded.text.rstrip("\x1a")
    if "\0" not in text:
        return Decoded(text, decoded.encoding, decoded.problems)
    found = [n for n, (_, _, part) in enumerate(lines(text), 1) if "\0" in part]
    problem = Problem(
        found[0],
        "NUL characters were taken out here"
        + (f" and in {len(found) - 1} more lines." if found[1:] else "."),
        Severity.WARNING,
    )
    return Decoded(
        text.replace("\0", ""), decoded.encoding, (*decoded.problems, problem)
    )
