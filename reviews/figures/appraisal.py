"""What the figures of an appraisal draw, whichever instrument it was made with."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reviews.figures.levels import Level, legend


@dataclass(frozen=True)
class Domain:
    """A column: a domain, a question of a checklist, or the overall judgment."""

    code: str
    name: str
    # The domain's own id, for a link to what stands behind a number.
    key: str = ""
    is_overall: bool = False
    is_applicability: bool = False


@dataclass(frozen=True)
class Line:
    """What was appraised, and its level in each domain, in their order."""

    label: str
    levels: tuple[Level, ...]
    detail: str = ""
    group: str = ""
    weight: float | None = None
    url: str = ""


@dataclass(frozen=True)
class Appraisal:
    """An appraisal with one instrument; `unit` is one of what was appraised."""

    name: str
    unit: str
    units: str
    domains: tuple[Domain, ...]
    lines: tuple[Line, ...]
    # What the weights are, where lines have some.
    weighted_by: str = ""

    @property
    def legend(self) -> tuple[Level, ...]:
        """Every level that occurs, the best first, with a symbol of its own."""
        return legend(level for line in self.lines for level in line.levels)

    @property
    def shown(self) -> dict[Level, Level]:
        """Each level with the one that the legend shows for it."""
        plain = dict.fromkeys(level for line in self.lines for level in line.levels)
        ordered = sorted(plain, key=lambda level: level.order)
        return dict(zip(ordered, self.legend, strict=True))

    @property
    def has_overall(self) -> bool:
        return any(domain.is_overall for domain in self.domains)

    def without_overall(self) -> "Appraisal":
        """Return the same without the overall judgment."""
        return self.only(domain for domain in self.domains if not domain.is_overall)

    def unlinked(self) -> "Appraisal":
        """Return the same without links, which lead nowhere outside a page."""
        return replace(self, lines=tuple(replace(line, url="") for line in self.lines))

    def only(self, domains: Iterable[Domain]) -> "Appraisal":
        """Return the same with these of its domains."""
        kept = tuple(domains)
        places = [self.domains.index(domain) for domain in kept]
        return replace(
            self,
            domains=kept,
            lines=tuple(
                replace(line, levels=tuple(line.levels[place] for place in places))
                for line in self.lines
            ),
        )

    def told(self, line: Line, domain: Domain, level: Level) -> str:
        """Say in words what one mark shows."""
        named = f"{line.label}, {line.detail}" if line.detail else line.label
        return f"{named}: {domain.code} {domain.name}: {level.label}"
