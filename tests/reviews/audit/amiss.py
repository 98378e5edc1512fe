"""Facts of reviews in which all is amiss that the checks look for; no database."""

from dataclasses import replace

from reviews.audit.facts import (
    ExcludedReport,
    InstrumentFacts,
    Item,
    Limits,
)
from reviews.models import Criterion
from tests.reviews.audit.cases import (
    Kind,
    Meaning,
    Topic,
    criterion,
    facts,
    field,
    flow,
    reference,
    search,
    study,
)

TITLE = "Ketamine for depression in Canadian adults on a hospital ward"
RATS = "Ketamine in rats under chronic stress and what followed"
FIELDS = (
    field(1, Meaning.AUTHORS),
    field(2, Meaning.YEAR),
    field(3, Meaning.COUNTRY),
    field(4, Meaning.METHODS),
    field(5, Meaning.FINDINGS),
    field(6, Meaning.HUMANS, Kind.CHOICE),
    field(7, Meaning.OUTCOMES, Kind.MULTIPLE),
    field(8, Meaning.DIRECTION, Kind.CHOICE, choices=("Favourable", "Not significant")),
    field(9, Meaning.DURATION),
    field(10, Meaning.REGISTRATION),
    field(11, Meaning.FAILED_TREATMENTS, Kind.NUMBER),
    field(12, Meaning.INTERVENTION),
    field(13, kind=Kind.CHOICE, groups_table1=True),
    field(14, Meaning.PARTICIPANTS, Kind.NUMBER),
    field(15, Meaning.SCALE),
)
BRODY = study(
    "Vincenzo 2021",
    1,
    design="cohort",
    references=(
        reference(1, title=TITLE, authors=("Di Vincenzo, J",), year=2012),
        reference(2, title=f"{TITLE}."),
    ),
    values={
        1: ("Vincenzo",),
        2: ("2020",),
        3: ("US",),
        4: ("Uncontrolled. 84 mg had to succeed before 56 mg could be tested.",),
        5: (
            f"{TITLE}: 19 of 41 (46.5%) and 9 of 4 (20%) responded. 84 mg missed "
            "significance; 56 mg was significant. Better than in the control group.",
        ),
        7: ("Spine density",),
        8: ("Favourable",),
        9: ("7 days",),
        10: ("NCT1",),
        11: ("1",),
        12: ("Ketamine with a drug, by injection and infusion",),
        13: ("Rapid", "Slow"),
        14: None,
        15: ("60% fewer on the scale",),
    },
    judgments_without_support=1,
    appraised_with=frozenset({"rob2"}),
)
MODA = study(
    "Moda-Sava 2019",
    2,
    references=(
        reference(3, title=RATS, authors=("Moda-Sava, R", "Roe, R"), year=2019),
    ),
    values={
        3: ("USA",),
        5: ("Spines grew.",),
        6: ("No",),
        7: ("Spine density",),
        14: ("9",),
        8: ("Favourable",),
        10: ("NCT1",),
    },
)
PHILLIPS = study(
    "Phillips 2020",
    3,
    references=(reference(4, title="Another one", authors=("Moda-Sava, R", "Roe, R")),),
    design="rct_crossover",
    values={
        3: None,
        5: ("40% responded",),
        7: ("Spine density", "Anxiety"),
        14: ("9",),
        8: ("Not significant",),
    },
)
# More is screened than was identified, and a report stands in no study.
FLOW = flow(
    identified=10,
    screened=12,
    awaiting_screening=1,
    studies_included=4,
    reports_included=5,
    reports_without_study=1,
)
SEARCHES = (
    search(
        "Databases",
        source="SID, Medline",
        is_combined=True,
        strategy="1 cat",
        searched_on="2020",
        notes="About 65 records.",
    ),
)
CRITERIA = (
    criterion("I1", Topic.POPULATION, (11, ["at least 2"]), text="Adults with"),
    criterion("I2", Topic.INTERVENTION, (12, ["esketamine"])),
    criterion("I33", Topic.OUTCOME, (7, ["Response"])),
    criterion(
        "I444",
        Topic.DESIGN,
        (None, ["rct_parallel", "rct_crossover", "case_control"]),
    ),
    criterion("I5555", Topic.DATE, text="Published in 10 years, 2014-2024"),
    criterion(
        "E66666", Topic.DESIGN, (None, ["case_control"]), kind=Criterion.Kind.EXCLUSION
    ),
    criterion("E777777", Topic.NONE, kind=Criterion.Kind.EXCLUSION),
)
LISTED = {
    1: TITLE,
    2: RATS,
    3: "Ketamine for the mind: a systematic review",
    4: f"{TITLE}, printed again",
}
ABSTRACT = (
    "Eight studies were included from Medline, 2010–2020, and 99% responded. One study "
    "showed no effect of ketamine. Two studies showed no effect of ketamine.\n\n"
    "Conclusion\nCognition is better. Anxiety fell. It is effective."
)
BODY = (
    "Methods\nSID was searched, 2014–2024. Two studies were included.\n\n"
    "Results\nModa-Sava treated rats. Ketamine was effective (1, 3, 4). It lasts many "
    "months in 12% of people (2).\n\n"
    "Everybody found it effective.\n\n"
    "In the trial of Vincenzo nobody slept (3)."
)
FLAWS = (
    reference(20, authors=("M. T.",), title="On cats and what they do all day long"),
    reference(21, authors=("Organization, World Health",), title="On dogs and more"),
    reference(22, year=None, title="On horses and how they are kept in winter"),
    reference(23, volume="", title="On goats and where they go in the mountains"),
    reference(24, pages="", title="On sheep and how they are shorn in the spring"),
    reference(25, volume="1", issue="350", title="On hens and eggs and their colour"),
    reference(26, pages="612-606", title="On ducks and water and rain in autumn"),
    reference(27, pages="536-580", title="On geese and their long way to the south"),
    reference(28, journal="AJP", year=2017, volume="174", title="On owls at night"),
    reference(29, journal="AJP", year=2024, volume="96", title="On mice in the barn"),
    reference(30, journal="J Affect Disord", title="On bees and how they find home"),
    reference(31, title="Twice the same on ants and on the way that they carry"),
    reference(32, title="Twice the same on ants and on the way that they carry"),
)
AMISS = facts(
    flow=FLOW,
    limits=Limits(
        population="depression",
        intervention="esketamine",
        published_from="2014",
        published_to="2024",
        languages="English",
    ),
    criteria=CRITERIA,
    fields=FIELDS,
    studies=(BRODY, MODA, PHILLIPS),
    excluded=(
        ExcludedReport(pk=1, title="A"),
        ExcludedReport(pk=2, title="B", criterion=7, criterion_retired=True),
    ),
    searches=SEARCHES,
    instruments=(InstrumentFacts("rob2", "RoB 2", ("rct_parallel",)),),
    items=(
        Item(number="5", topic="Criteria", status="partly"),
        Item(number="1", topic="Title"),
    ),
    references=(*BRODY.references[:1], *FLAWS),
    references_of="Full texts",
    sets_to_settle=1,
    related=(
        reference(
            40,
            title="Esketamine in depression: a randomised trial",
            of_list="Costi",
        ),
    ),
    settled_by_one={"full_text": 2},
    reviewers_required={"title_abstract": 1},
    abstract=ABSTRACT,
    body=BODY,
    listed=LISTED,
)
# The same without text, list, instruments and codes; and a review without anything.
BARE = replace(
    AMISS,
    abstract="",
    body="",
    criteria=(),
    instruments=(),
    related=(),
    fields=(),
    flow=replace(FLOW, identified=0),
    searches=(),
)
CITING = replace(AMISS, listed={})
UNTOLD = replace(
    AMISS,
    studies=(replace(PHILLIPS, design="", values={}, appraised_with=frozenset()),),
)


SILENT = replace(UNTOLD, abstract="", body="", listed={})

REVIEWS = (AMISS, BARE, CITING, UNTOLD, SILENT)
