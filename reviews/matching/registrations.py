"""Read the number under which a register of trials holds a record.

A registration has a number of its own, and its title says little: one sponsor gives
the same title to several trials. An article only names the number.
"""

import re
from functools import lru_cache

from reviews.matching.candidates import Candidate

# ClinicalTrials.gov, the European registers, ISRCTN, those of Australia, China,
# Germany, India, Iran, Japan, Korea, the Netherlands, Africa, Brazil and Thailand.
# The country at the end of a European number is that of one trial.
_NUMBER = re.compile(
    r"\b(nct\d{8}|euctr\d{4}-\d{6}-\d\d|ctis\d{4}-\d{6}-\d\d-\d\d|isrctn\d{8}"
    r"|actrn\d{14}|chictr[-a-z]*\d{8,10}|drks\d{8}|ctri/\d{4}/\d\d/\d+|irct\d{9,}n\d+"
    r"|jprn-[a-z]+\d+|jrcts?\d{9,10}|umin\d{9}|kct\d{7}|n(?:tr|l)\d{3,5}|pactr\d{15}"
    r"|rbr-\w{6,8}|tctr\d{11})\b",
    re.IGNORECASE,
)
_REGISTER = re.compile(
    r"clinicaltrials?\.gov|trialsearch|isrctn|clinicaltrialsregister|ictrp|anzctr"
    r"|trials? regist",
    re.IGNORECASE,
)


def registration(candidate: Candidate) -> str:
    """Return the number of a record of a register, or nothing for any other record."""
    whole = (_whole(candidate.accession), *map(_whole, candidate.authors[:1]))
    for found in (*whole, _shown(candidate.journal), _shown(candidate.url)):
        if found:
            return found
    if _is_register(candidate.journal) or _is_register(candidate.url):
        return _shown(candidate.title)
    return ""


# The same journals and no addresses stand in many records.
@lru_cache(maxsize=10_000)
def _shown(text: str) -> str:
    found = _NUMBER.search(text)
    return found.group(1).casefold() if found else ""


@lru_cache(maxsize=10_000)
def _is_register(text: str) -> bool:
    return _REGISTER.search(text) is not None


def _whole(text: str) -> str:
    """Return the number if the text is no more than that."""
    found = _NUMBER.match(text)
    return found.group(1).casefold() if found and len(text) < 30 else ""
