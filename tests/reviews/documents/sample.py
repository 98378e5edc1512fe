"""Tables with what is awkward in any format."""

from reviews.documents.table import Cell, Column, Group, Row, Table

AWKWARD = (
    "=1+1",
    "+33 1",
    "@here",
    "a | b",
    r"50% of \textbf{A} & B_1 #2 ~x^2 {y} $3",
    "<script>alert('x')</script>",
    "**bold** [link](http://x) `code`",
    "line one\nline two",
    "治療 抵抗性",
    "טיפול",
    "≥ 0.5 × “quoted” – O'Brien",
    "bell\x07 and \x00 nothing",
)


def awkward(*, title: str = "Awkward, all of it", landscape: bool = True) -> Table:
    """Return a table of two groups with every awkward text in each column."""
    rows = [
        Row((Cell(f"Study {number}", mark="a"), Cell(text), Cell(str(number))))
        for number, text in enumerate(AWKWARD, start=1)
    ]
    return Table(
        title,
        (Column("Study", 2), Column("What it says & does", 5), Column("n", 1, True)),
        (
            Group("First_group", rows[:6]),
            Group("Second group", rows[6:]),
        ),
        ("NR, not reported.", "a 100% of them."),
        landscape,
        grouped_by="Effect",
    )
