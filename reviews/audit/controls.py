"""Whether a study had a control, as its design and its values tell."""

import re

from reviews.audit.facts import Facts, Meaning, StudyFacts

# Designs that have no control of their own.
_WITHOUT = frozenset({"before_after", "case_series", "case_report", "prevalence"})
_UNCONTROLLED = re.compile(
    r"\b(?:uncontrolled|not controlled|single[- ](?:arm|group)|one[- ]arm"
    r"|(?:no|without (?:an? )?|lack\w* (?:of )?(?:an? )?)\s*"
    r"(?:control|controls|untreated|comparison|comparator|placebo)"
    r"(?: (?:group|arm)s?)?)\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:compared (?:to|with)|versus|vs\.?|against|than|to|relative to)"
    r"(?: \w+){0,3}? (?:controls?|comparison|placebo|untreated)(?: (?:group|arm)s?)?\b"
    r"|\b(?:than )?in the (?:control|comparison|placebo) (?:group|arm)s?\b"
    r"|(?<!un)(?<!un-)(?<!not )(?<!non-)\bcontrolled (?:trial|study)\b",
    re.IGNORECASE,
)


def uncontrolled(facts: Facts, study: StudyFacts) -> str | None:
    """Return the words that tell that a study had no control; None where none do."""
    if study.design in _WITHOUT:
        return study.design.replace("_", " ")
    for value in facts.told(
        study, Meaning.DESIGN, Meaning.COMPARATOR, Meaning.METHODS, Meaning.NONE
    ):
        if found := _UNCONTROLLED.search(value):
            return found[0]
    return None


def compared(text: str) -> str | None:
    """Return the words by which a text compares with a control; None where none do."""
    if _UNCONTROLLED.search(text):
        return None
    found = _COMPARED.search(text)
    return found[0] if found else None
