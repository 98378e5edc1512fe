"""What an appraisal instrument is, whichever tool it comes from.

Every instrument, checklist and scale is brought to one shape: options chosen
beforehand, domains of questions, rules that propose a judgement for a domain, and a
rule for the overall judgement. All values are frozen, so that a definition that a
review has stored means the same for as long as it is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from reviews.instruments.conditions import Condition

OVERALL = "overall"
"""Stands for the whole where a domain is named; no domain may be called so."""

LONGEST_CODE = 40
"""The length that a domain id or a judgement code may have, to be stored."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The paper or manual that the instrument comes from."""

    citation: str
    doi: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """What may be done with the official wording; ours is a paraphrase."""

    spdx: str = ""
    note: str = ""
    verified: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A level that a domain or the whole can be judged at.

    A higher rank is worse; without a rank the level cannot be put in order.
    """

    code: str
    label: str
    symbol: str = ""
    rank: int | None = None
    colour: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A response to a question."""

    code: str
    label: str
    symbol: str = ""
    colour: str = ""
    star: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A code with its words: an option chosen beforehand, or a direction of bias."""

    code: str
    label: str


class PreliminaryKind(StrEnum):
    CHOICE = "choice"  # codes that become options of the appraisal
    TEXT = "text"  # one free text
    LIST = "list"  # several short texts


@dataclass(frozen=True, slots=True)
class Preliminary:
    """Something to settle before the questions are answered.

    `minimum` is the number of options that must be chosen before the appraisal can
    be judged; 0 where it is only a note.
    """

    id: str
    label: str
    kind: PreliminaryKind
    options: tuple[Option, ...] = ()
    multiple: bool = False
    minimum: int = 0
    default: tuple[str, ...] = ()
    ask_if: Condition | None = None

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(option.code for option in self.options)

    def pairs(self) -> list[tuple[str, str]]:
        """Give code and label of each option, as a form field wants them."""
        return [(option.code, option.label) for option in self.options]


@dataclass(frozen=True, slots=True)
class Hint:
    """Points to look for, and what they are needed for."""

    label: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A signalling question, checklist item, scale item or step.

    `choices` are the responses offered when the question is asked. `item` joins the
    parts of one item (9a and 9b are item 9).
    """

    id: str
    number: str
    text: str
    choices: tuple[Choice, ...]
    item: str
    note: str = ""
    level: str = ""
    required: bool = True
    multiple: bool = False
    critical: bool = False
    ask_if: Condition | None = None
    hints: tuple[Hint, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(choice.code for choice in self.choices)

    def pairs(self) -> list[tuple[str, str]]:
        """Give code and label of each response, as a form field wants them."""
        return [(choice.code, choice.label) for choice in self.choices]

    def label(self, code: str) -> str:
        """Give the words of a response code, or the code where it is unknown."""
        return dict(self.pairs()).get(code, code)


@dataclass(frozen=True, slots=True)
class Rule:
    """When the condition holds, the judgement follows, or is asked of the assessor."""

    id: str
    when: Condition
    then: str | None
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Domain:
    """A group of questions that is judged as one.

    Without `judgements` only the answers count. Each of `parts` is a list of rules of
    which the first that holds wins; the domain takes the worst of its parts. Of each
    set in `needs` at least one option must be chosen before the domain is complete.
    `screening` marks questions that come before the appraisal proper, and
    `is_applicability` a concern that is no bias and stays out of the overall judgement.
    """

    id: str
    name: str
    short: str
    questions: tuple[Question, ...]
    judgements: tuple[Judgement, ...] = ()
    parts: tuple[tuple[Rule, ...], ...] = ()
    directions: tuple[Option, ...] = ()
    use_when: Condition | None = None
    needs: tuple[frozenset[str], ...] = ()
    group: str = ""
    screening: bool = False
    is_applicability: bool = False

    @property
    def is_judged(self) -> bool:
        return bool(self.judgements)

    def pairs(self) -> list[tuple[str, str]]:
        """Give code and label of each level, as a form field wants them."""
        return [(level.code, level.label) for level in self.judgements]

    def judgement(self, code: str) -> Judgement:
        """Give the level with this code, or raise KeyError."""
        return {level.code: level for level in self.judgements}[code]


class OverallKind(StrEnum):
    """How the overall judgement follows; named as in the definitions."""

    NONE = "none"  # the instrument has none
    MANUAL = "manual"  # the assessor judges freely
    WORST_DOMAIN = "worst_domain_with_prompt"  # RoB 2
    PRECEDENCE = "rules_over_domains"  # ROBINS-I
    ALL_LOW = "rules"  # QUADAS-2
    AMSTAR2 = "amstar2"  # critical and other weaknesses
    NOS_AHRQ = "nos_ahrq"  # stars to good, fair or poor
    SUM_CLAMPED = "sum_clamped"  # GRADE


@dataclass(frozen=True, slots=True)
class Overall:
    """The judgement over all domains.

    `precedence` lists the codes of PRECEDENCE, the first found wins; `start` and
    `levels` are GRADE's numbers by option and by level; `explain` names the
    judgements that always need a reason.
    """

    kind: OverallKind
    judgements: tuple[Judgement, ...] = ()
    precedence: tuple[str, ...] = ()
    start: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    levels: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    directions: tuple[Option, ...] = ()
    use_when: Condition | None = None
    explain: tuple[str, ...] = ()
    prompt: str = ""
    note: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """Give code and label of each level, as a form field wants them."""
        return [(level.code, level.label) for level in self.judgements]

    def judgement(self, code: str) -> Judgement:
        """Give the level with this code, or raise KeyError."""
        return {level.code: level for level in self.judgements}[code]


@dataclass(frozen=True, slots=True)
class Instrument:
    """An appraisal instrument in one version.

    `unit` says what is appraised: a study, a result, an outcome or a review.
    """

    key: str
    name: str
    short_name: str
    version: str
    kind: str
    unit: str
    designs: tuple[str, ...]
    reference: Reference
    licence: Licence
    judgements: tuple[Judgement, ...]
    preliminaries: tuple[Preliminary, ...]
    domains: tuple[Domain, ...]
    overall: Overall
    notes: tuple[str, ...] = ()

    def domain(self, domain_id: str) -> Domain:
        """Give the domain with this id, or raise KeyError."""
        return {domain.id: domain for domain in self.domains}[domain_id]
