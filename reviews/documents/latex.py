"""Tables as LaTeX: booktabs and longtable, so that they run over pages.

The file is a document that stands alone; what lies between its two marks is pasted into
a manuscript. Every character that LaTeX reads as a command is escaped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reviews.documents.table import Cell, Column, Row, Table, legible, whole

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        "'": r"{'}",
        "`": r"{`}",
        "-": r"{-}",
        # A cell that begins so would be read as an argument of the line before.
        "[": "{[}",
        "]": "{]}",
        "*": "{*}",
        "\u00a0": "~",
        "\t": " ",
        "≥": r"\ensuremath{\geq}",
        "≤": r"\ensuremath{\leq}",
        "±": r"\ensuremath{\pm}",
        "×": r"\ensuremath{\times}",
        "−": r"\ensuremath{-}",
    }
)
_OPENING = r"""\documentclass{article}
\usepackage{iftex}
\ifpdftex
  \usepackage[T1]{fontenc}
  \usepackage[utf8]{inputenc}
  \usepackage{textcomp}
\else
  \usepackage{fontspec}
\fi
\usepackage[a4paper,margin=20mm]{geometry}
\usepackage{array,booktabs,longtable,pdflscape}
\usepackage[hidelinks]{hyperref}
\begin{document}
% Here the tables begin: they need array, booktabs, longtable, pdflscape, hyperref."""
_CLOSING = r"""% The tables end here.
\end{document}"""


def write(tables: Sequence[Table]) -> bytes:
    """Return the document. Raises CannotExport if it would have too many rows."""
    lines = [_OPENING]
    for table, groups in whole(tables):
        lines.extend(_table(table, groups))
    lines.append(_CLOSING)
    return ("\n".join(lines) + "\n").encode()


def escape(text: str) -> str:
    """Return the text as LaTeX prints it, its line breaks kept."""
    if not text.strip():
        return ""
    lines = legible(text).translate(_ESCAPES).split("\n")
    # \newline needs a line to end: an empty one gets something without width.
    return r" \newline ".join(line if line.strip() else r"\mbox{}" for line in lines)


def _table(table: Table, groups: Sequence[tuple[str, Sequence[Row]]]) -> Iterator[str]:
    number = len(table.columns)
    if table.landscape:
        yield r"\begin{landscape}"
    yield r"\begingroup\footnotesize"
    yield r"\begin{longtable}{@{}" + "".join(map(_column, table.columns, table.shares))
    yield r"@{}}"
    yield rf"\caption{{{escape(table.title)}}}\\"
    heading = " & ".join(rf"\textbf{{{escape(c.heading)}}}" for c in table.columns)
    # The heading is repeated on each page, the caption is not.
    yield rf"\toprule {heading} \\ \midrule \endfirsthead"
    yield rf"\toprule {heading} \\ \midrule \endhead"
    yield r"\bottomrule \endfoot"
    for place, (label, rows) in enumerate(groups):
        if label:
            rule = r"\addlinespace " if place else ""
            # \\* keeps a label with the first row of its group.
            band = rf"\multicolumn{{{number}}}{{@{{}}l@{{}}}}"
            yield rf"{rule}{band}{{\textbf{{{escape(label)}}}}} \\*"
        for row in rows:
            for cells in _lines(row.cells):
                yield " & ".join(map(_cell, cells)) + r" \\"
    yield r"\end{longtable}"
    for note in table.notes:
        yield rf"\noindent {escape(note)}\par"
    yield r"\endgroup"
    if table.landscape:
        yield r"\end{landscape}"


def _column(column: Column, share: float) -> str:
    side = r"\raggedleft" if column.numeric else r"\raggedright"
    width = rf"\dimexpr {share:.4f}\linewidth-2\tabcolsep\relax"
    return rf">{{{side}\arraybackslash}}p{{{width}}}"


def _lines(cells: Sequence[Cell]) -> Iterator[Sequence[Cell]]:
    """Yield a row as rows of one line of what is set letter by letter.

    A row of a longtable never runs over a page, and a search strategy may have to.
    """
    lines = [cell.words.split("\n") if cell.verbatim else [] for cell in cells]
    for number in range(max([1, *map(len, lines)])):
        yield [
            replace(cell, text=parts[number] if number < len(parts) else "")
            if cell.verbatim
            else (Cell() if number else cell)
            for cell, parts in zip(cells, lines, strict=True)
        ]


def _cell(cell: Cell) -> str:
    text = _verbatim(cell.words) if cell.verbatim else escape(cell.text)
    if cell.link:
        text = rf"\href{{{_address(cell.link)}}}{{{text or escape(cell.link)}}}"
    return text + (rf"\textsuperscript{{{escape(cell.mark)}}}" if cell.mark else "")


def _verbatim(text: str) -> str:
    """Return the text letter by letter, its spaces kept."""
    kept = escape(text.expandtabs(4).replace("  ", "\u00a0 "))
    return rf"{{\ttfamily {kept}}}"


def _address(url: str) -> str:
    """Return an address as an argument of \\href, which reads some signs itself."""
    for sign in '\\{}^~"<>|`':
        url = url.replace(sign, f"%{ord(sign):02X}")
    return url.replace("%", r"\%").replace("#", r"\#").replace("&", r"\&")
