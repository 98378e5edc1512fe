"""BibTeX and BibLaTeX come in whole, and a broken entry is named, not lost."""

import time

import pytest

from reviews.formats import tex
from reviews.formats.parsed import ParsedRecord, UnreadableFile
from tests.reviews.formats.told import one, parse, problems

ENTRY = r"""@Article{ WOS:0001,
Author = {M{\"u}ller, J{\"u}rgen and O'Brien, III, John and {World Health and
   Development Group} and others},
Title = {The {DNA} of 5\% \& {\textit{E. coli}}: $\alpha$-blockers},
Journal = jphys # { Suppl},
Year = 2017,
Volume = "18",
Number = {2},
Pages = {48--98},
DOI = {10.1007/999-9\_3},
URL = {https://example.org/a_b?c=1&amp;d=2},
Abstract = {Costs were $5 and 20% of all.},
Keywords = {one; two},
PMID = {12345678},
Language = {English},
}"""
STRINGS = "@string{jphys = {Journal of Physics}}\n\n"


def test_reads_an_entry() -> None:
    assert one(STRINGS + ENTRY + "\n") == ParsedRecord(
        source_id="WOS:0001",
        title="The DNA of 5% & E. coli: α-blockers",
        abstract="Costs were $5 and 20% of all.",
        authors=(
            "Müller, Jürgen",
            "O'Brien, John, III",
            "World Health and Development Group",
        ),
        year=2017,
        journal="Journal of Physics Suppl",
        volume="18",
        issue="2",
        pages="48-98",
        doi="10.1007/999-9_3",
        pmid="12345678",
        keywords=("one", "two"),
        language="English",
        publication_type="article",
        url="https://example.org/a_b?c=1&amp;d=2",
        original=ENTRY,
        first_line=3,
    )


def test_takes_from_the_whole_what_its_part_leaves_out() -> None:
    first, _ = parse(
        "@incollection{part, author = {Ng, A}, title = {Part}, crossref = {whole}}\n"
        "@collection{whole, editor = {Li, B}, title = {Whole}, date = {2000-05}}\n"
    ).records
    assert (first.title, first.journal, first.year) == ("Part", "Whole", 2000)
    assert first.authors == ("Ng, A",)


def test_takes_what_entries_share() -> None:
    _, entry = parse(
        "@xdata{shared, journaltitle = {J}, date = {2001}}\n"
        "@article{k, title = {T}, author = {Ng, A}, xdata = {shared, none}}\n"
    ).records
    assert (entry.journal, entry.year) == ("J", 2001)


def test_takes_nothing_from_an_entry_without_a_key() -> None:
    first, second = parse(
        "@article{, title={No key}, author={Li, B}, year={2020}}\n"
        "@book{b, title={Other}}\n"
    ).records
    assert first.title == "No key"
    assert (second.authors, second.year, second.journal) == ((), None, "")


def test_reads_the_field_behind_a_forgotten_comma() -> None:
    text = '@article{a, title={One} year={2020}\n author = "Ng, A" volume = 3 }\n'
    found = one(text)
    assert (found.title, found.year, found.volume) == ("One", 2020, "3")
    assert found.authors == ("Ng, A",)
    assert problems(text) == [(1, "warning")]


def test_reads_a_broken_entry_of_one_line() -> None:
    text = "@article{a, title={Two {B}}, author={Ng, A}, year=2020,,}\n"
    found = one(text)
    assert (found.title, found.authors, found.year) == ("Two B", ("Ng, A",), 2020)
    assert problems(text) == [(1, "warning")]


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ng, Ann; Li, Bo; O'Brien, C", ("Ng, Ann", "Li, Bo", "O'Brien, C")),
        ("{Health; Section, 2; Third, 3}", ("Health; Section, 2; Third, 3",)),
        ("Ann Ng; Bo", ("Ann Ng; Bo",)),
    ],
)
def test_reads_names_between_semicolons(author: str, names: tuple[str]) -> None:
    assert one(f"@article{{a, title={{T}}, author={{{author}}}}}\n").authors == names


def test_keeps_both_entries_of_one_key() -> None:
    text = "@article{a, title={One}}\n@article{a, title={Two}}\n"
    assert [r.title for r in parse(text).records] == ["One", "Two"]
    assert problems(text) == []


def test_reads_a_field_that_stands_twice() -> None:
    text = "@article{a, title={One}, keywords={x}, keywords={y}}\n"
    assert one(text).keywords == ("x", "y")
    assert problems(text) == [(1, "warning")]


def test_reads_a_broken_entry_line_by_line() -> None:
    text = (
        "@article{1,\nTitle = {Whole},\n}\n\n"
        "@article{2,\nAuthor = {Ng, Ann},\nKeywords = {a}, b}, function() { x, y},\n"
        "Title = {Broken},\nYear = {2018},\n}\n\n@article{3,\nTitle = {After},\n}\n"
    )
    parsed = parse(text)
    assert [r.title for r in parsed.records] == ["Whole", "Broken", "After"]
    broken = parsed.records[1]
    assert (broken.authors, broken.year) == (("Ng, Ann",), 2018)
    assert (
        broken.original == text[text.index("@article{2") : text.index("\n\n@article{3")]
    )
    assert problems(text) == [(5, "warning")]


@pytest.mark.parametrize("cut", [4, 20, 40])
def test_names_a_last_entry_that_was_cut_off(cut: int) -> None:
    text = (
        "@article{a, title={One}}\n"
        "@article{b,\n  title = {Two and more},\n  year = {2020}\n}\n"
    )
    assert parse(text[:-cut]).gaps


def test_refuses_nonsense_soon() -> None:
    with pytest.raises(UnreadableFile, match="broken"):
        parse("\n@a{\n" * 1_000_000)


@pytest.mark.parametrize("field", ["b={a} ", "b={a}, ", 'b="a" '])
def test_reads_many_fields_of_one_name_soon(field: str) -> None:
    before = time.process_time()
    assert one("@article{a, title={T}, " + field * 100_000 + "}").title == "T"
    assert time.process_time() - before < 10


def test_reads_any_number_of_entries_without_a_key() -> None:
    assert len(parse("@article{,title={T}}\n" * 3000).records) == 3000


def test_reads_biblatex() -> None:
    found = one(
        "@online{k, author = {given=Ann, family=Ng}, title = {T}, "
        "date = {2019-02-03}, journaltitle = {J}, issue = {4}, langid = {german}, "
        "eprinttype = {pubmed}, eprint = {99}}\n"
    )
    assert found.authors == ("Ng, Ann",)
    assert (found.year, found.journal, found.issue) == (2019, "J", "4")
    assert (found.language, found.pmid) == ("german", "99")


def test_reads_the_entries_between_comments_and_other_line_ends() -> None:
    text = "Exported by X\r@comment{x}\r@book{a,\r title = {One},\r}\r"
    assert (one(text).title, one(text).first_line) == ("One", 3)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (r"Aks{\i}n, {\"O}zge", "Aksın, Özge"),
        (r"{\c{C}}etinkaya", "Çetinkaya"),
        (r"\'{\i}\v{c}{\v S}\o re \ss", "íčŠøre ß"),
        (r"J.~Amer. ~50 \%", "J. Amer. ~50 %"),
        (r"$H_2O$ and $5 or $6", "H_2O and $5 or $6"),
        (r"20% of all \emph{x} and 30% more", "20% of all x and 30% more"),
        (r"\textless{} y \textgreater{} \textbraceleft{}", "< y > {"),
        (r"{\unknown{a}}", "a"),
        (r"{\~{}}50 of 10\^{}3", "~50 of 10^3"),
        (r"{\~{}}50 \emph{of} 10\^{}3", "~50 of 10^3"),
        (r"A &amp; B \emph{x} R&D", "A & B x R&D"),
        (r"a \ b", "a b"),
    ],
)
def test_makes_tex_text(value: str, text: str) -> None:
    assert tex.plain(value) == text


def test_keeps_what_tex_cannot_be_read() -> None:
    assert "x" in tex.plain("{" * 200 + r"\alpha x" + "}" * 200)
