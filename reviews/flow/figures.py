"""The numbers of a flow, and what has to be said of them; no database is asked.

What enters a box leaves it again or still waits in it. What does not add up, and
what is not done yet, is a finding in words (PRISMA 2020, item 16a).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any

from reviews.diagram.filling import part_key
from reviews.flow.balance import checking, findings, form, waiting
from reviews.flow.names import (
    BELOW,
    BOXES_OF_COUNTS,
    COLUMN,
    KINDS,
    OTHER,
    UNEVEN,
    UPDATE,
    reason_name,
    search_name,
)
from reviews.flow.synthesis import Part
from reviews.models import Search

_LEVELS = ("error", "warning", "info")
_FORM_NAMES = {
    Search.Kind.WEBSITE: "website_results",
    Search.Kind.ORGANISATION: "organisation_results",
    Search.Kind.CITATION: "citations_results",
}
_SPECIFIC = {
    Search.Kind.DATABASE: "database_specific",
    Search.Kind.REGISTER: "register_specific",
    Search.Kind.OTHER: "other_specific",
}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A reason for exclusion at full text, with the reports counted under it."""

    criterion: int
    code: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Source:
    """A search, with the records that it found."""

    search: int
    name: str
    kind: Search.Kind
    sources: str
    is_combined: bool
    reported: int | None
    count: int

    @property
    def is_main(self) -> bool:
        return self.kind in Search.MAIN_KINDS


@dataclass(frozen=True, kw_only=True)
class Column:
    """The numbers of one column of the diagram."""

    # Records.
    identified: int = 0
    duplicates: int = 0
    removed_by_automation: int = 0
    removed_for_other_reasons: int = 0
    screened: int = 0
    awaiting_screening: int = 0
    excluded: int = 0
    # Reports.
    sought: int = 0
    not_retrieved: int = 0
    awaiting_retrieval: int = 0
    assessed: int = 0
    excluded_reports: int = 0
    awaiting_decision: int = 0
    included_reports: int = 0
    # In the order of the protocol.
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What does not add up, or is not done, with the boxes that it is about."""

    rule: str
    level: findings.Level
    message: str
    boxes: tuple[str, ...] = ()

    @property
    def records_box(self) -> str:
        """Return the box of the very records it is about, where there is one."""
        if self.rule == "F4":
            return UNEVEN
        return self.boxes[0] if len(self.boxes) == 1 else ""

    @property
    def key(self) -> str:
        """Return what tells this finding, with its numbers, from every other."""
        told = dumps([self.rule, self.message, self.boxes], ensure_ascii=False)
        return sha256(told.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Flow(Column):
    """The whole flow: the main column, and beside it that of other methods."""

    other: Column
    sources: tuple[Source, ...]
    studies_included: int
    reports_included: int
    reports_without_study: int
    # Included here and in a version made elsewhere: counted there, and not again.
    studies_again: int = 0
    # Sought and not judged yet, because too little is known or no results are out.
    awaiting_classification: int = 0
    ongoing: int = 0
    # Those of them that are not known to be out of reach.
    classified_and_open: int = 0
    # None where nothing was included before.
    previous_studies: int | None = None
    previous_reports: int | None = None
    total_studies: int | None = None
    total_reports: int | None = None
    # Empty where the team wants no such box.
    synthesis: tuple[Part, ...] = ()
    # The moment that it shows, None for today; the number of the wave, None for all.
    as_of: datetime | None = None
    wave: int | None = None
    # What the history does not tell of that moment, in words.
    unknown: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        """Return the template of the official form that the review needs."""
        begin = "new" if self.previous_studies is None else "update"
        return f"{begin}_v{1 if all(s.is_main for s in self.sources) else 2}"

    @property
    def studies_here(self) -> int:
        """Return how many studies the included reports of this review are of."""
        return self.studies_included + self.studies_again

    @property
    def is_final(self) -> bool:
        """Tell whether records were identified and nothing waits any more."""
        return not self.open_work and self.identified + self.other.identified > 0

    @property
    def numbers(self) -> dict[str, int]:
        """Return every number by the name of its box."""
        found = {name: getattr(self, name) for name in COLUMN}
        found |= {OTHER + name: getattr(self.other, name) for name in COLUMN}
        for kind, (name, _) in KINDS.items():
            found[name] = _total(self.of_kind(kind))
        for source in self.sources:
            found[search_name(source.search)] = source.count
        for other, column in ((False, self), (True, self.other)):
            for reason in column.reasons:
                found[reason_name(reason.criterion, other=other)] = reason.count
        found |= {name: getattr(self, name) for name in BELOW}
        for name in UPDATE:
            if (number := getattr(self, name)) is not None:
                found[name] = number
        return found | {part.box: part.count for part in self.synthesis}

    def of_kind(self, kind: Search.Kind) -> list[Source]:
        """Return the searches of one kind."""
        return [source for source in self.sources if source.kind == kind]

    def counts(self) -> form.Counts:
        """Return the numbers by the names of the official form."""
        databases = self.of_kind(Search.Kind.DATABASE)
        registers = self.of_kind(Search.Kind.REGISTER)
        other_ways: dict[str, Any] = {
            name: _total(found) if (found := self.of_kind(kind)) else None
            for kind, name in _FORM_NAMES.items()
        }
        return form.Counts(
            # A review without any search has identified nothing; of the two kinds
            # of source, one that was not searched is left out.
            database_results=None if registers and not databases else _total(databases),
            database_specific=_specific(databases),
            register_results=_total(registers) if registers else None,
            register_specific=_specific(registers),
            duplicates=self.duplicates,
            excluded_automatic=self.removed_by_automation,
            excluded_other=self.removed_for_other_reasons,
            records_screened=self.screened,
            records_excluded=self.excluded,
            other_specific={
                source.name: source.count for source in self.of_kind(Search.Kind.OTHER)
            }
            or None,
            new_studies=self.studies_included,
            new_reports=self.reports_included,
            **{name: getattr(self, name) for name in UPDATE},
            **other_ways,
            **_reports_by_form("dbr", self),
            **_reports_by_form("other", self.other),
            synthesis={part.label: part.count for part in self.synthesis} or None,
            awaiting_screening=self.awaiting_screening,
            awaiting_retrieval=self.awaiting_retrieval,
            awaiting_decision=self.awaiting_decision,
            other_awaiting_screening=self.other.awaiting_screening,
            other_awaiting_retrieval=self.other.awaiting_retrieval,
            other_awaiting_decision=self.other.awaiting_decision,
        )

    @property
    def labels(self) -> dict[str, str]:
        """Return the reasons in words, by their keys in the diagram."""
        reasons = {r.criterion: r for r in (*self.reasons, *self.other.reasons)}
        used = [reason.label for reason in reasons.values()]
        return {
            part_key(name, reason.code): reason.label
            if used.count(reason.label) == 1
            else f"{reason.label} ({reason.code})"
            for reason in reasons.values()
            for name in ("dbr_excluded", "other_excluded")
        }

    @property
    def boxes_by_count(self) -> dict[str, str]:
        """Return the box behind each number of the diagram."""
        found = dict(BOXES_OF_COUNTS)
        for source in self.sources:
            if name := _SPECIFIC.get(source.kind):
                found[part_key(name, source.name)] = search_name(source.search)
        for part in self.synthesis:
            found[part_key("synthesis", part.label)] = part.box
        for name, column in (("dbr_excluded", self), ("other_excluded", self.other)):
            for reason in column.reasons:
                found[part_key(name, reason.code)] = reason_name(
                    reason.criterion, other=name == "other_excluded"
                )
        return found

    @property
    def open_work(self) -> str:
        """Say what still waits before the flow is final; empty if nothing does."""
        said = [waiting.open_work(self.counts())]
        if number := self.reports_without_study:
            stand = "report stands" if number == 1 else "reports stand"
            begin = "" if said[0] else "Not final: "
            said.append(f"{begin}{number:,} included {stand} in no study yet.")
        said.append(self._only_classified if any(said) else "")
        return " ".join(filter(None, said))

    @property
    def _only_classified(self) -> str:
        """Say that nothing waits but what is classified, where it is so."""
        columns = (self, self.other)
        waiting = sum(c.awaiting_retrieval + c.awaiting_decision for c in columns)
        screening = sum(column.awaiting_screening for column in columns)
        if screening or self.reports_without_study or not waiting:
            return ""
        if waiting != self.classified_and_open:
            return ""
        return "All that is still open awaits classification or is of an ongoing study."

    @property
    def classified(self) -> str:
        """Say how many reports await classification or are of ongoing studies."""
        waiting, ongoing = self.awaiting_classification, self.ongoing
        named = [
            _told(waiting, "awaits classification", "await classification"),
            _told(ongoing, "is of an ongoing study", "are of ongoing studies"),
        ]
        said = " and ".join(filter(None, named))
        return f"{said}." if said else ""

    @property
    def included_again(self) -> str:
        """Say how many studies a previous version had included already."""
        if not (number := self.studies_again):
            return ""
        return (
            "1 study with reports in this update was included in the previous version "
            "already: it is counted once, there, and its reports here are new."
            if number == 1
            else f"{number:,} studies with reports in this update were included in the "
            "previous version already: each is counted once, there, and its reports "
            "here are new."
        )

    @property
    def footnotes(self) -> tuple[str, ...]:
        """Return what has to be said under the diagram."""
        combined = [s for s in self.sources if s.is_combined]
        return tuple(
            filter(
                None,
                [
                    *(_tell_combined(source) for source in combined),
                    self._between,
                    self.included_again,
                    self.classified,
                    self.open_work,
                    *self.unknown,
                ],
            )
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what does not add up, the errors first, and what is not done."""
        found = [
            Finding(
                rule=finding.rule,
                level=finding.level,
                message=finding.message,
                boxes=self._boxes_of(finding.counts),
            )
            for finding in checking.check(self.counts(), self.template)
            if not (finding.rule == "F7" and self._between_is_whole)
        ]
        if self._between:
            boxes = ("other_duplicates", "other_excluded", "other_sought")
            found.append(
                Finding(rule="F7", level="info", message=self._between, boxes=boxes)
            )
        if told := self.included_again:
            named = ("studies_again",)
            found.append(Finding(rule="again", level="info", message=told, boxes=named))
        if self.reports_without_study:
            found.append(_without_study(self.reports_without_study))
        found += [
            Finding(rule="history", level="warning", message=message)
            for message in self.unknown
        ]
        found += [
            _reported(s) for s in self.sources if s.reported not in (None, s.count)
        ]
        return tuple(sorted(found, key=lambda f: _LEVELS.index(f.level)))

    def _boxes_of(self, counts: Iterable[str]) -> tuple[str, ...]:
        names = (BOXES_OF_COUNTS.get(count) for count in counts)
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def _left(self) -> dict[str, int]:
        """Return what of the records of other methods did not come to be sought."""
        other = self.other
        removed = other.removed_by_automation + other.removed_for_other_reasons
        return {
            "{} duplicate{s}": other.duplicates,
            "{} removed before screening": removed,
            "{} excluded on title and abstract": other.excluded,
            "{} that await{s_verb} screening": other.awaiting_screening,
        }

    @property
    def _between(self) -> str:
        """Say what became of the records of other methods that were not sought."""
        told = [
            words.format(
                f"{number:,}",
                s="" if number == 1 else "s",
                s_verb="s" if number == 1 else "",
            )
            for words, number in self._left.items()
            if number
        ]
        if not told:
            return ""
        identified = self.other.identified
        record = "record" if identified == 1 else "records"
        return (
            f"Of {identified:,} {record} identified by other methods, these were not "
            f"sought: {', '.join(told)}."
        )

    @property
    def _between_is_whole(self) -> bool:
        lost = sum(self._left.values())
        return self.other.identified - lost == self.other.sought


def _total(sources: Iterable[Source]) -> int:
    return sum(source.count for source in sources)


def _specific(sources: list[Source]) -> dict[str, int] | None:
    """Return the number of each source; nothing where the split is not known."""
    if not sources or (len(sources) == 1 and sources[0].is_combined):
        return None
    return {source.name: source.count for source in sources}


def _reports_by_form(route: str, column: Column) -> dict[str, Any]:
    return {
        f"{route}_sought_reports": column.sought,
        f"{route}_notretrieved_reports": column.not_retrieved,
        f"{route}_assessed": column.assessed,
        f"{route}_excluded": {reason.code: reason.count for reason in column.reasons},
    }


def _tell_combined(source: Source) -> str:
    named = " ".join(source.sources.split()).rstrip(".") or source.name
    mark = "* " if source.is_main else ""
    return (
        f"{mark}{named}: exported together. How many records each source gave is not "
        "known, and none is estimated."
    )


def _told(number: int, one: str, many: str) -> str:
    if not number:
        return ""
    return f"1 report {one}" if number == 1 else f"{number:,} reports {many}"


def _without_study(number: int) -> Finding:
    stand = "report stands" if number == 1 else "reports stand"
    return Finding(
        rule="study",
        level="info",
        message=f"{number:,} included {stand} in no study yet.",
        boxes=("reports_without_study",),
    )


def _reported(source: Source) -> Finding:
    return Finding(
        rule="reported",
        level="warning",
        message=(
            f"{source.name} reported {source.reported:,} records, but {source.count:,} "
            "are in the review."
        ),
        boxes=(search_name(source.search),),
    )
