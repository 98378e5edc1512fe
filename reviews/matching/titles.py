"""Read a title: what it says, without what databases add around it.

A number, an erratum's "Correction to", or "in women" tells two reports apart even
where all other words are the same.
"""

import html
import re

from reviews.matching.folding import fold

# What databases add around a title. "Retracted" is a state of the article, while
# a retraction notice is another report and keeps its words.
_ADDED_BEFORE = re.compile(
    r"^\s*(?:\W*(?:retracted article|retracted|withdrawn)\W+)+", re.IGNORECASE
)
# The section that a journal printed it in; without more it is the whole title.
_SECTION = re.compile(
    r"^\s*(?:(?:guest )?editorial|(?:short|brief|case) report|(?:original|research)"
    r" (?:article|paper)|short communication|review article)\s*(?::|\s[-‐-―]\s)\s*"
    r"(?=.{30})",
    re.IGNORECASE,
)
_ADDED_AFTER = re.compile(
    r"\s*(?:\[[^\[\]]*\b(?:refs?|review|letter|comment|abstract|see comments?|editorial"
    r"|retracted|errat\w+|corrections?|corrigend\w+|republished\w*"
    r"|in process citation)\b[^\[\]]*\]"
    r"|\((?:vol|volume)\b[^()]*\)"
    r"|\((?:retract(?:ed|ion)|correct(?:ed|ion)|errat\w+|corrigend\w+)\b[^()]*\))"
    r"\s*\.?\s*$",
    re.IGNORECASE,
)
# Web of Science so names a correction after the article that it corrects; "[Erratum
# appears in ...]" is a note to the article itself.
_CORRECTS = re.compile(
    r"\((?:vol|volume|(?:correction|erratum|corrigendum) (?:to|of|for)) [^()]*\)\s*\.?$"
    r"|[\[(](?:published )?(?:errat\w+|corrigend\w+|corrections?)[\])]\s*\.?$",
    re.IGNORECASE,
)
_RETRACTS = re.compile(r"\(retraction (?:of|notice)[^()]*\)\s*\.?$", re.IGNORECASE)
_THOUSANDS = re.compile(r"(\d)[, ](?=\d{3}\b)")
_DIGITS = re.compile(r"\d+|(?<=第)[一二三四五六]")
_LONG_ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9",
    "xi": "11", "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16",
    "xvii": "17", "xviii": "18", "xix": "19", "xx": "20",
}  # fmt: skip
_SHORT_ROMAN = {"i": "1", "v": "5", "x": "10"}
_COUNTED = frozenset(
    ("part", "phase", "type", "study", "stage", "grade", "class", "volume", "paper")
)
_SPELLED = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10",
    "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6",
}  # fmt: skip

# A report about another report is never a copy of it.
_MARKERS = {
    "correction": re.compile(
        r"^(?:\w+ )?(?:erratum|errata|corrigend\w+|corrections?|addend(?:um|a)"
        r"|clarification|korrigendum|berichtigung|korrektur|rectificati(?:f|on)"
        r"|fe de err\w+|correccion|corrigenda|correzione|correcao|popravka"
        r"|sprostowanie|rettelse)\b"
        r"|\b(?:erratum|corrigendum|addendum)$|\bcorrections? (?:to|of)\b"
        r"|^(?:更正|勘误|勘誤|訂正)|(?:更正|勘误|勘誤|訂正)$"
    ),
    "retraction": re.compile(
        r"^(?:retraction|notice of retraction|expression of concern|retractation"
        r"|retractacion|zuruckziehung)"
    ),
    "reply": re.compile(
        r"^(?:in )?(?:(?:the )?authors? )?(?:s )?(?:reply|response|rejoinder)\b"
        r"|\b(?:authors? (?:s )?|a )(?:reply|response|rejoinder)\b(?: to\b|$)"
        r"|^(?:reply|response) to\b|\b(?:reply|rejoinder)$"
        r"|^(?:antwort|erwiderung|replik) (?:auf|zu)\b|^schlusswort\b"
        r"|^(?:reponse|replique) (?:a|au|aux|de)\b|^re(?:s)?puesta (?:a|al|de)\b"
        r"|^(?:replica|resposta|risposta) (?:a|ao|al|de|alla)\b|^otvet na\b"
    ),
    "comment": re.compile(
        r"^(?:comments?|commentary|discussion|invited commentary)\b"
        r"|\b(?:comments?|commentary) on\b|^letter to\b|\bcommentary$"
        r"|^letters? (?:regarding|concerning|about|on)\b|^(?:acp )?journal club\b"
        r"|^(?:decision letter|peer review report) (?:for|on|of)\b|^e ?letter\b"
        r"|^(?:kommentar|stellungnahme|leserbrief)\b|^commentaires? (?:sur|de|du|a)\b"
        r"|^comentarios? (?:sobre|a|al|de|do)\b|^commento (?:a|al|su|sul)\b"
    ),
    "protocol": re.compile(
        r"\b(?:study|trial|review) protocol\b|\bprotocol for\b|^protocol of\b"
        r"|\bprotocol$"
        r"|\bstudienprotokoll\b|\bprotocole d\b|\bprotocolo (?:de|do)\b"
    ),
    "summary": re.compile(
        r"\b(?:executive|plain language) summary\b|\bsummary for patients\b"
    ),
    "interview": re.compile(r"^interview with\b"),
    "material": re.compile(
        r"^(?:data from|suppl\w+ (?:material|data|information|files?)"
        r"|additional files?)\b"
    ),
}
# Most titles have none of these, which saves asking for each.
_MARK = re.compile(
    "errat|fe de err|corrig|correc|correz|addend|retract|of concern|reply|respons"
    "|rejoin|comment|discussion|letter|protoco|summary|interview with|journal club"
    "|korr|clarifi|berichti|rectifi|popravka|sprost|rettel|更正|勘误|勘誤|訂正|zuruckz"
    "|antwort|erwid|repli[kq]|replica |schlussw|reponse|puesta|respost|rispost|otvet na"
    "|review report|kommentar|stellungn|leserb|coment|protokol|data from|suppl"
    "|additional file"
)
_ABOUT = re.compile(r"^\W*re\s*:\s*\w", re.IGNORECASE)
_GENERIC = re.compile(
    r"^(?:(?:guest |an? )?editors? (?:s )?(?:note|comments?|introduction|choice)"
    r"|editorial\b.{0,25}|(?:guest )?editorial|(?:front|back) matter"
    r"|issue information"
    r"|book reviews?|letters? to the editors?|in this issue|table of contents|contents"
    r"|(?:introduction to (?:the )?)?(?:special|theme) (?:issue|section)\b.{0,30}"
    r"|.*\beditors? (?:s )?(?:comments|note)"
    r"|call for papers.{0,40}|news|index|abstracts?|poster (?:session|abstracts?)"
    r"|(?:conference )?proceedings.{0,30}|acknowledge?ments?.{0,30}"
    r"|about (?:the )?authors?"
    r"|preface|foreword|introduction|perspectives?|viewpoint|in memoriam|untitled"
    r"|case reports?|research notes?|discussion|comments?|letters?"
    r"|(?:in |(?:the )?authors? (?:s )?)?(?:reply|response)"
    r"|(?:invited )?commentary|news|calendar|welcome|quiz|journal (?:club|watch)"
    r"|(?:from|message from|letter from) the (?:editors?|president|chair\w*)"
    r"|(?:president|chair\w*|editor)s? (?:s )?(?:message|column|page|letter|address)"
    r"|abstracts?|background|methods?|results|conclusions?|summary|overview"
    r"|(?:concluding|closing|opening) remarks|literature review|general discussion"
    r"|vorwort|geleitwort|einleitung|leserbriefe?|zum geleit|avant propos|introduccion"
    r"|pr(?:esent|elud|olog|eambul|efac)\w{1,6}|prologo|nota editorial|carta al editor"
    r"|cartas? ao editor|lettres? (?:a l editeur|a la redaction)|apresentacao"
    r"|前言|编者按|巻頭言|社论"
    r"|errat(?:um|a)|corrections?|corrigend(?:um|a)|annual report.{0,10}"
    r"|(?:list of |thanks to )?(?:our )?(?:ad hoc )?reviewers.{0,20}"
    r"|obituary.{0,25}|announcements?|correspondence|(?:subject|author) index)$"
)
_SHORT_TITLE = 22
# Reports that appear again each year under one title.
_SERIES = re.compile(
    r"\b(?:minitrack|mini track|annual|yearly|year in|statistics|top (?:ten|\d+)"
    r"|presidential address|highlights (?:of|from) the|abstracts? (?:of|from) the"
    r"|updates? (?:on|in)|standards of|recommended|survey results|jahres\w+"
    r"|rapport annuel|(?:informe|relatorio) anual|yearbook|census"
    r"|proceedings of the|introduction to the|special (?:issue|section))\b"
)


def title_text(title: str) -> str:
    """Return the folded title without what a database added around it."""
    # No real title is longer, and what is no title must not take for ever.
    kept = _ADDED_BEFORE.sub("", " ".join(html.unescape(title[:1000]).split()))
    kept = _SECTION.sub("", kept)
    # All that is added behind a title stands in brackets.
    while (
        ("[" in kept or "(" in kept)
        and (shorter := _ADDED_AFTER.sub("", kept)) != kept
        and shorter.strip()
    ):
        kept = shorter
    return fold(_THOUSANDS.sub(r"\1", kept))


def markers(title: str, text: str) -> frozenset[str]:
    """Name what makes a title a report about another one; `text` is it folded."""
    found = frozenset[str]()
    if _MARK.search(text):
        found = frozenset(name for name, sign in _MARKERS.items() if sign.search(text))
    if title.endswith((")", "]", ").", "].")):
        found |= {"correction"} if _CORRECTS.search(title) else frozenset()
        found |= {"retraction"} if _RETRACTS.search(title) else frozenset()
    return found | {"comment"} if _ABOUT.match(title) else found


def is_generic(text: str) -> bool:
    """Tell whether many reports bear this title ("Editorial")."""
    return _GENERIC.match(text) is not None


def is_short(title: str) -> bool:
    """Tell whether a title is too short to say much by itself."""
    # One sign of Chinese or Japanese says what three letters do.
    return len(title.encode()) < _SHORT_TITLE


def is_series(text: str) -> bool:
    """Tell whether a report of this title may appear again next year."""
    return _SERIES.search(text) is not None


def numbers(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the numbers of a title in order of size, however they are written."""
    found: list[str] = []
    before = ""
    for position, word in enumerate(words):
        if before == "part" and len(word) == 1 and word.isalpha():
            found.append(_SHORT_ROMAN.get(word, word))
        elif word in _SHORT_ROMAN:
            if before in _COUNTED or 0 < position == len(words) - 1:
                found.append(_SHORT_ROMAN[word])
        elif word in _LONG_ROMAN:
            found.append(_LONG_ROMAN[word])
        elif word in _SPELLED:
            found.append(_SPELLED[word])
        elif not word.isalpha() or not word.isascii():
            found.extend(
                _SPELLED.get(number, number.lstrip("0"))
                for number in _DIGITS.findall(word)
            )
        before = word
    return tuple(sorted(found))
