"""What a rule of the form finds, with the numbers of the form that it is about."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Finding:
    """One thing that does not add up, or is not done, in plain words."""

    rule: str
    level: Level
    message: str
    counts: tuple[str, ...] = ()
