"""Votes of other tools come in with what their files say, and no more than that."""

import io
import time
import zipfile
from datetime import UTC, datetime

import pytest

from reviews.formats.parsed import Mapping, ParsedRecord, UnreadableFile
from reviews.formats.votes import rayyan
from reviews.formats.votes.reading import read
from reviews.formats.votes.told import Decision, Stage, Telling, Vote, moment
from tests.shared import shared_path

RAYYAN_CSV = (
    "key,title,year,authors,notes\n"
    'rayyan-1,A trial,2020,"Ng, A and Li, B",'
    '"RAYYAN-INCLUSION: {""Ann""=>""Included"", ""Bob O\'Brien""=>""Excluded""} | '
    "RAYYAN-LABELS: rct,adults | "
    "RAYYAN-EXCLUSION-REASONS: wrong population,wrong design | "
    'USER-NOTES: {""Ann""=>[""look, at [this]"", ""again""]}"\n'
    "rayyan-2,Another,2021,Li B,plain note\n"
    'rayyan-3,Third,2021,Li B,"RAYYAN-INCLUSION: {""Ann""=>""Maybe""}"\n'
)
RAYYAN_RIS = (
    "TY  - JOUR\nAN  - rayyan-1\nTI  - A trial\nAU  - Ng, A\nDO  - 10.1000/x\n"
    'N1  - RAYYAN-INCLUSION: {"Ann"=>"Excluded", "Bob"=>"Excluded"} | '
    "RAYYAN-EXCLUSION-REASONS: wrong outcome\nER  - \n"
)


def test_reads_rayyans_votes_from_its_table() -> None:
    found = read(RAYYAN_CSV.encode(), "rayyan")
    ann, bob, maybe = found.votes
    assert found.people == ("Ann", "Bob O'Brien")
    assert (ann.decision, ann.reasons) == (Decision.INCLUDE, ())
    assert ann.labels == ("rct", "adults")
    assert ann.note == "look, at [this] again"
    assert ann.record.source_id == "rayyan-1"
    assert (bob.decision, bob.reasons) == (
        Decision.EXCLUDE,
        ("wrong population", "wrong design"),
    )
    assert (maybe.decision, maybe.record.title) == (Decision.MAYBE, "Third")
    assert found.unmapped == ()


def test_says_that_rayyan_names_nobody_with_a_reason() -> None:
    found = read(RAYYAN_RIS.encode(), "rayyan")
    assert [vote.who for vote in found.votes] == ["Ann", "Bob"]
    assert {vote.reasons for vote in found.votes} == {("wrong outcome",)}
    assert found.votes[0].record.doi == "10.1000/x"
    (problem,) = found.unmapped
    assert "Ann, Bob" in problem.message


def test_keeps_rayyans_labels_that_nobody_voted_with() -> None:
    text = (
        "key,title,notes\nrayyan-1,A,RAYYAN-LABELS: later\n"
        'rayyan-2,B,"RAYYAN-INCLUSION: {""Ann""=>""Maybe""}"\n'
    )
    labelled, _ = read(text.encode(), "rayyan").votes
    assert (labelled.labels, labelled.decision) == (("later",), None)


def test_reads_who_and_when_from_rayyans_log() -> None:
    text = (
        "article_id,user_id,user_email,key,value,created_at\n"
        "7,1,ann@e.org,included,1,2024-01-02 10:00:00 UTC\n"
        '7,1,ann@e.org,"""__EXR__wrong design""",1,2024-01-03 10:00:00 UTC\n'
        "7,1,ann@e.org,included,-1,2024-01-03 10:00:00 UTC\n"
        "7,2,bob@e.org,included,0,2024-01-02 09:00:00 UTC\n"
        "7,2,bob@e.org,rct,1,2024-01-02 09:00:01 UTC\n"
        "8,2,bob@e.org,included,1,2024-01-02 09:00:00 UTC\n"
        "8,2,bob@e.org,included,deleted,2024-01-02 09:00:02 UTC\n"
    )
    bob, ann = read(text.encode(), "rayyan").votes
    assert (ann.who, ann.decision) == ("ann@e.org", Decision.EXCLUDE)
    assert ann.reasons == ("wrong design",)
    assert ann.date == datetime(2024, 1, 3, 10, tzinfo=UTC)
    assert (bob.decision, bob.labels) == (Decision.MAYBE, ("rct",))
    assert bob.record.source_id == "rayyan-7"


def test_reads_covidences_list_as_what_it_is_said_to_be() -> None:
    text = (
        "Title,Authors,Published Year,Covidence #,Study,Notes,Tags\n"
        'A trial,"Ng, A.",2020,#12,Ng 2020,"Exclusion reason: Wrong design; see p. 3",'
        '"RCT; adults"\n'
        'B trial,"Li, B.",2021,#13,Li 2021,,\n'
    )
    found = read(text.encode(), "covidence", decision=Decision.EXCLUDE)
    first, second = found.votes
    assert (first.who, first.decision) == ("", Decision.EXCLUDE)
    assert first.reasons == ("Wrong design",)
    assert (first.labels, first.note) == (("RCT", "adults"), "see p. 3")
    assert (first.stage, first.record.source_id) == (Stage.FULL_TEXT, "#12")
    assert second.stage is Stage.TITLE_ABSTRACT
    unsaid = read(text.encode(), "covidence")
    assert [problem.line for problem in unsaid.unmapped] == [3]


def test_reads_covidences_votes_by_reviewer() -> None:
    text = (
        "Title,Covidence #,Reviewer 1 Name,Reviewer 1 Vote,Reviewer 2 Vote\n"
        "A trial,#1,Ann Ng,Yes,No\nB trial,#2,Ann Ng,later,\n"
    )
    found = read(text.encode(), "covidence")
    assert [(vote.who, vote.decision) for vote in found.votes] == [
        ("Ann Ng", Decision.INCLUDE),
        ("Reviewer 2", Decision.EXCLUDE),
    ]
    assert "later" in found.unmapped[0].message


def test_reads_asreviews_labels_of_both_versions() -> None:
    new = (
        "title,authors,doi,asreview_label,asreview_time,asreview_note,"
        "asreview_tag_pico_adults\nA,Ng A,10.1000/a,1,1704067200.5,good,1\n"
        "B,Li B,,0,,,0\nC,Wu C,,,,,0\nD,Xu,,7,,,\n"
    )
    found = read(new.encode(), "asreview")
    assert [vote.decision for vote in found.votes] == [
        Decision.INCLUDE,
        Decision.EXCLUDE,
    ]
    assert found.votes[0].date == datetime(2024, 1, 1, 0, 0, 0, 500000, tzinfo=UTC)
    assert (found.votes[0].note, found.votes[0].labels) == ("good", ("pico adults",))
    assert [problem.line for problem in found.unmapped] == [5]
    old = "record_id,title,included,asreview_ranking\n1,A,1,1\n2,B,0,2\n3,C,-1,3\n"
    assert len(read(old.encode(), "asreview").votes) == 2


def test_reads_asreviews_labels_from_the_notes_of_ris() -> None:
    record = "TY  - JOUR\nTI  - {0}\nAU  - A\nN1  - ASReview_{0}\nER  - \n"
    words = ("relevant", "irrelevant", "not_seen", "prior", "validate_relevant")
    found = read("".join(map(record.format, words)).encode(), "asreview")
    assert [(vote.record.title, vote.decision) for vote in found.votes] == [
        ("relevant", Decision.INCLUDE),
        ("irrelevant", Decision.EXCLUDE),
        ("validate_relevant", Decision.INCLUDE),
    ]


def test_reads_the_votes_of_a_real_export_of_rayyan() -> None:
    path = shared_path("data/imports/ris_rayyan.ris")
    found = read(path.read_bytes(), "rayyan")
    assert found.people == ("Emily",)
    assert {vote.decision for vote in found.votes} == set(Decision)
    assert found.unmapped == ()


def test_reads_a_row_for_each_vote() -> None:
    text = (
        "doi,reviewer,decision,reason,labels,note,date,stage\n"
        "10.1000/a,Ann,Exclude,wrong design; mice,x|y,hm,2024-02-03 10:11,full text\n"
        "10.1000/a,Bob,include,,,,4/3/2024,abstract\n"
        "10.1000/b,Ann,perhaps,,,,,elsewhere\n"
    )
    found = read(text.encode(), "csv")
    ann, bob = found.votes
    assert ann == Vote(
        ann.record,
        "Ann",
        Decision.EXCLUDE,
        ("wrong design", "mice"),
        ("x", "y"),
        "hm",
        datetime(2024, 2, 3, 10, 11, tzinfo=UTC),
        Stage.FULL_TEXT,
        2,
        "Exclude",
    )
    assert ann.record.doi == "10.1000/a"
    assert (bob.who, bob.decision, bob.date) == ("Bob", Decision.INCLUDE, None)
    assert [problem.line for problem in found.unmapped] == [3, 4]


def test_reads_a_column_for_each_person() -> None:
    text = "Title,Year,Ann Ng,李娜\nA trial,2020,Include,exclude\nB,2021,maybe,\n"
    found = read(text.encode(), "csv")
    assert [(vote.who, vote.decision) for vote in found.votes] == [
        ("Ann Ng", Decision.INCLUDE),
        ("李娜", Decision.EXCLUDE),
        ("Ann Ng", Decision.MAYBE),
    ]


@pytest.mark.parametrize("source", ["covidence", "rayyan", "asreview", "csv", "excel"])
def test_refuses_a_file_without_votes(source: str) -> None:
    with pytest.raises(UnreadableFile):
        read(b"Title,Year\nA trial,2020\n", source)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-06", (2024, 5, 6)),
        ("2024-05-06T07:08:09Z", (2024, 5, 6)),
        ("6 May 2024", (2024, 5, 6)),
        ("06.05.2024", (2024, 5, 6)),
        ("1704067200", (2024, 1, 1)),
        ("5/6/2024", None),
        ("25/6/2024", (2024, 6, 25)),
        ("6/25/2024 14:05", (2024, 6, 25)),
        ("5/5/2024", (2024, 5, 5)),
        ("31/31/2024", None),
        ("soon", None),
    ],
)
def test_takes_a_date_only_where_it_is_one(
    text: str, day: tuple[int, int, int] | None
) -> None:
    found = moment(text)
    assert (found and (found.year, found.month, found.day)) == day


def test_a_table_shows_whether_its_dates_begin_with_the_day() -> None:
    text = "doi,who,decision,date\n10.1000/a,Ann,yes,{}\n10.1000/b,Ann,yes,{}\n"
    for first, second, found in (
        ("3/4/2024", "13/4/2024", ["2024-04-03", "2024-04-13"]),
        ("3/4/2024", "4/13/2024", ["2024-03-04", "2024-04-13"]),
        ("3/4/2024", "4/4/2024", [None, "2024-04-04"]),
    ):
        votes = read(text.format(first, second).encode(), "csv").votes
        days = [vote.date and vote.date.date().isoformat() for vote in votes]
        assert days == found


def test_what_names_an_unknown_stage_stays_out() -> None:
    text = "doi,who,decision,stage\n10.1000/a,Ann,yes,Round 2\n10.1000/b,Ann,yes,T&A\n"
    found = read(text.encode(), "csv")
    assert [vote.record.doi for vote in found.votes] == ["10.1000/b"]
    (problem,) = found.unmapped
    assert (problem.line, "stays out" in problem.message) == (2, True)


def test_the_columns_of_the_record_are_found_where_only_those_of_votes_are_said() -> (
    None
):
    text = "Title,DOI,A. Ng,Bob,Date\nA trial,10.1000/a,later,no,2024-02-03\n"
    mapping = Mapping({"people": ("A. Ng", "Bob"), "date": ("Date",)})
    (vote,) = read(text.encode(), "csv", mapping=mapping).votes
    assert (vote.who, vote.record.doi, vote.record.year) == ("Bob", "10.1000/a", None)


def test_asreview_names_who_labelled_where_several_did() -> None:
    text = (
        "record_id,title,doi,asreview_label,asreview_time,asreview_user_name,"
        "asreview_user_email\n"
        "0,A trial,10.1000/a,1,2024-05-13 10:21:40.123456,Ann Ng,ann@example.org\n"
        "1,B trial,10.1000/b,0,2024-05-13 10:22:40.123456,Bob,\n"
    )
    found = read(text.encode(), "asreview")
    assert found.people == ("ann@example.org", "Bob")
    assert found.votes[0].date == datetime(2024, 5, 13, 10, 21, 40, 123456, UTC)


def test_a_list_of_covidence_is_refused_until_it_is_said_what_it_is() -> None:
    text = "Title,Notes,Tags\nA trial,seen,RCT\nB trial,,\n"
    with pytest.raises(UnreadableFile, match="included or excluded"):
        read(text.encode(), "covidence")
    said = read(text.encode(), "covidence", decision=Decision.INCLUDE)
    assert [vote.decision for vote in said.votes] == [Decision.INCLUDE] * 2


def test_undecided_is_no_decision_until_it_is_said_to_be_one() -> None:
    text = "doi,who,decision\n10.1000/a,Ann,undecided\n10.1000/b,Ann,maybe\n"
    found = read(text.encode(), "csv")
    assert [vote.record.doi for vote in found.votes] == ["10.1000/b"]


def test_a_person_says_what_words_mean_and_a_meaning_can_be_none() -> None:
    text = "doi,reviewer,decision\n10.1/a,Ann,Perhaps\n10.1/b,Ann,Yes\n10.1/c,Ann,x\n"
    found = read(text.encode(), "csv")
    assert found.words == ("yes", "perhaps", "x")
    assert [vote.decision for vote in found.votes] == [Decision.INCLUDE]
    words = {"perhaps": "maybe", "yes": "exclude", "x": ""}
    said = read(text.encode(), "csv", words=words)
    assert [(vote.decision, vote.said) for vote in said.votes] == [
        (Decision.MAYBE, "Perhaps"),
        (Decision.EXCLUDE, "Yes"),
    ]


def test_a_person_says_which_columns_hold_the_votes() -> None:
    text = "T,A. Ng,Bob,Why\nA trial,ja,1,mice\nAnother,0,nein,\n"
    mapping = Mapping({"title": ("T",), "people": ("A. Ng", "Bob"), "reason": ("Why",)})
    words = {"ja": "include", "nein": "exclude"}
    found = read(text.encode(), "csv", mapping=mapping, words=words)
    assert [(vote.who, vote.decision, vote.record.title) for vote in found.votes] == [
        ("A. Ng", Decision.INCLUDE, "A trial"),
        ("Bob", Decision.INCLUDE, "A trial"),
        ("A. Ng", Decision.EXCLUDE, "Another"),
        ("Bob", Decision.EXCLUDE, "Another"),
    ]


def test_the_stage_of_a_file_that_names_none_is_what_a_person_says() -> None:
    for source, text in (("rayyan", RAYYAN_CSV), ("rayyan", RAYYAN_RIS)):
        found = read(text.encode(), source, stage=Stage.FULL_TEXT)
        assert {vote.stage for vote in found.votes} == {Stage.FULL_TEXT}


def test_what_tells_how_somebody_decided_names_the_record() -> None:
    (problem,) = read(RAYYAN_RIS.encode(), "rayyan").unmapped
    assert isinstance(problem, Telling)
    assert problem.record.doi == "10.1000/x"


def test_the_day_of_a_vote_is_not_the_year_of_its_record() -> None:
    text = "title,reviewer,decision,date\nA trial,Ann,yes,2024-02-03\n"
    (vote,) = read(text.encode(), "csv").votes
    assert (vote.record.year, vote.date) == (None, datetime(2024, 2, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    "notes",
    [
        "RAYYAN-INCLUSION:" + " " * 1_000_000 + "x",
        'RAYYAN-INCLUSION: {"' + '\\"' * 500_000,
        'RAYYAN-INCLUSION: {"' + '\\"' * 500_000 + "\\",
        "RAYYAN-INCLUSION: " + '"A"=>["a" ' * 100_000,
        "RAYYAN-INCLUSION: {} | " * 50_000,
    ],
    ids=["blanks", "quotes", "broken", "lists", "names"],
)
def test_hostile_notes_of_rayyan_are_read_in_one_go(notes: str) -> None:
    record = ParsedRecord(title="A")
    begun = time.process_time()
    list(rayyan.votes_in(notes, record, 2))
    assert time.process_time() - begun < 5


def test_reads_a_list_that_breaks_off_and_a_word_without_quotes() -> None:
    notes = (
        'RAYYAN-INCLUSION: {"Ann"=>true, "Bob"=>"Excluded"} | USER-NOTES: {"Ann"=>["so'
    )
    ann, bob = rayyan.votes_in(notes, ParsedRecord(title="A"), 2)
    assert isinstance(ann, Vote)
    assert isinstance(bob, Vote)
    assert (ann.decision, ann.note) == (Decision.INCLUDE, "so")
    assert (bob.who, bob.decision) == ("Bob", Decision.EXCLUDE)


LOG = (
    "article_id,user_id,user_email,key,value,created_at\n"
    "1,1,ann@example.org,included,1,2024-01-02 10:00:00 UTC\n"
    "3,1,ann@example.org,included,0,2024-01-05 10:00:00 UTC\n"
    "1,2,bob@example.org,included,-1,2024-01-03 10:00:00 UTC\n"
    '1,2,bob@example.org,"""__EXR__wrong design""",1,2024-01-03 10:00:00 UTC\n'
)


def zipped(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"export/{name}.csv", text)
    return packed.getvalue()


def test_reads_rayyans_export_as_it_is_sent() -> None:
    data = zipped(articles=RAYYAN_CSV, customizations_log=LOG)
    found = read(data, "rayyan")
    ann, bob, maybe = found.votes
    assert (bob.who, bob.record.title) == ("Bob O'Brien", "A trial")
    assert bob.reasons == ("wrong design",)
    assert (ann.note, ann.labels) == ("look, at [this] again", ("rct", "adults"))
    assert [vote.date and vote.date.day for vote in (ann, bob, maybe)] == [2, 3, 5]
    assert found.unmapped == ()
    assert read(zipped(articles=RAYYAN_CSV), "rayyan") == read(
        RAYYAN_CSV.encode(), "rayyan"
    )


def test_a_zip_is_no_workbook_because_its_bytes_hold_the_name_of_a_part() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("articles.csv", RAYYAN_CSV.replace("plain note", "xl/ note"))
    assert len(read(packed.getvalue(), "rayyan").votes) == 3


def test_a_log_that_could_be_of_two_is_of_nobody() -> None:
    articles = (
        "key,title,notes\n"
        'rayyan-1,A,"RAYYAN-INCLUSION: {""Ann""=>""Included"", '
        '""Bob""=>""Included""}"\n'
    )
    log = (
        "article_id,user_id,user_email,key,value,created_at\n"
        "1,1,ann@example.org,included,1,2024-01-02 10:00:00 UTC\n"
        "1,2,bob@example.org,included,1,2024-01-03 10:00:00 UTC\n"
    )
    found = read(zipped(articles=articles, customizations_log=log), "rayyan")
    assert [vote.date for vote in found.votes] == [None, None]
    assert ["Ann" in found.unmapped[0].message, len(found.unmapped)] == [True, 2]


@pytest.mark.parametrize(
    "data",
    [
        zipped(other="key,title\n"),
        zipped(articles="key,title,notes\n" + "a" * 50_000_000),
        zipped(articles=RAYYAN_CSV)[:200],
        b"PK\x03\x04" + bytes(range(256)) * 20,
    ],
    ids=["no articles", "bomb", "cut", "bytes"],
)
def test_refuses_a_zip_that_is_no_export(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read(data, "rayyan")
