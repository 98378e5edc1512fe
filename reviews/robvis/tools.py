"""The templates of robvis: their domains, and the words and letters of their levels."""

from dataclasses import dataclass

from reviews.figures.levels import Level, Tone

STUDY, OVERALL, WEIGHT = "Study", "Overall", "Weight"

LOW = Level("low", "Low", Tone.GOOD, "+", "#02C100")
SOME = Level("some_concerns", "Some concerns", Tone.MIDDLE, "-", "#E2DF07")
MODERATE = Level("moderate", "Moderate", Tone.MIDDLE, "-", "#E2DF07")
UNCLEAR = Level("unclear", "Unclear", Tone.UNCLEAR, "?", "#E2DF07")
HIGH = Level("high", "High", Tone.BAD, "x", "#BF0000")
SERIOUS = Level("serious", "Serious", Tone.BAD, "x", "#BF0000")
CRITICAL = Level("critical", "Critical", Tone.WORST, "!", "#820000")
VERY_HIGH = Level("very_high", "Very high", Tone.WORST, "!", "#820000")
SILENT = Level("no_information", "No information", Tone.UNKNOWN, "?", "#4EA1F7")
NONE = Level("not_applicable", "Not applicable", Tone.NOT_APPLICABLE)


@dataclass(frozen=True)
class Tool:
    """A template of robvis: its domains, and the words and letters of its levels."""

    key: str
    name: str
    domains: tuple[str, ...]
    levels: tuple[Level, ...]
    unit: str = "study"
    units: str = "studies"

    @property
    def words(self) -> dict[str, Level]:
        """Each level by its words, with "risk" or without, and by its letters."""
        found: dict[str, Level] = {}
        for level in (*self.levels, NONE):
            words = level.label.casefold()
            found[words] = found[f"{words} risk"] = level
            found[f"{words} risk of bias"] = level
        letters = [(level, _letters(level)) for level in (*self.levels, NONE)]
        for level, short in letters:
            # A letter that could be two levels is none.
            if [each for _, each in letters].count(short) == 1:
                found.setdefault(short, level)
        return found


def _letters(level: Level) -> str:
    if level in (SILENT, NONE):
        return "".join(word[0] for word in level.label.casefold().split())
    return level.label[0].casefold()


ROB2 = Tool(
    "rob2",
    "RoB 2",
    (
        "Randomisation process",
        "Deviations from intended interventions",
        "Missing outcome data",
        "Measurement of the outcome",
        "Selection of the reported result",
    ),
    (LOW, SOME, HIGH, SILENT),
    "result",
    "results",
)
ROBINS_I = Tool(
    "robins_i",
    "ROBINS-I",
    (
        "Confounding",
        "Selection of participants",
        "Classification of interventions",
        "Deviations from intended interventions",
        "Missing data",
        "Measurement of outcomes",
        "Selection of the reported result",
    ),
    (LOW, MODERATE, SERIOUS, CRITICAL, SILENT),
    "result",
    "results",
)
QUADAS2 = Tool(
    "quadas2",
    "QUADAS-2",
    ("Patient selection", "Index test", "Reference standard", "Flow and timing"),
    (LOW, SOME, UNCLEAR, HIGH, SILENT),
)
GENERIC = Tool(
    "generic",
    "Risk of bias",
    (),
    (LOW, SOME, MODERATE, UNCLEAR, HIGH, SERIOUS, CRITICAL, VERY_HIGH, SILENT),
)
TOOLS = (ROB2, ROBINS_I, QUADAS2, GENERIC)
