"""The PRISMA 2020 flow diagram from its counts, in the four official templates.

Wording and arrangement follow Page MJ, et al. BMJ 2021;372:n71 (CC BY 4.0, credited
under the diagram). A line that does not apply is left out; a number that the form
asks for and nobody knows says so, and is never made up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviews.diagram.boxes import Arrow, Box, Chart, Header, Line, SideBar
from reviews.diagram.filling import Filling, box, in_words
from reviews.diagram.text import clean
from reviews.diagram.wording import LABELS, UPDATE_LABELS
from reviews.flow.balance.form import TEMPLATES, Counts, Parts, has_other, has_previous

# Widths in px. Two columns fill a portrait page, five or six a landscape one.
COLUMNS_V1 = {"main": 250.0, "main_side": 270.0}
COLUMNS_V2 = {"main": 214.0, "main_side": 240.0, "other": 204.0, "other_side": 222.0}
COLUMN_PREVIOUS = {"previous": 170.0}


def chart(
    counts: Counts,
    *,
    template: str,
    title: str,
    links: Mapping[str, str] | None = None,
    footnotes: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
) -> Chart:
    """Arrange the counts as the boxes of a template, with nothing placed yet.

    Links and labels go by the name of the count, or `part_key(name, part)` for one
    source or reason; labels also by the boxes' names in LABELS. A footnote that
    begins with * or ** sets that mark at the records identified or excluded.
    An empty label for "credit" leaves the credit out, where a caption gives it.
    Raises ValueError for an unknown template.
    """
    if template not in TEMPLATES:
        raise ValueError(f"There is no template {template!r}.")
    updated = UPDATE_LABELS if has_previous(template) else {}
    words = Filling.of(
        {**LABELS, **updated}, links=links, footnotes=footnotes, own_labels=labels
    )
    form = _Form(counts, template, words)
    boxes = tuple(box for box in form.boxes() if box.lines)
    bars = tuple(form.side_bars())
    return Chart(
        title=clean(title),
        description=in_words(boxes, bars),
        columns=form.columns(),
        boxes=boxes,
        headers=tuple(form.headers()),
        side_bars=bars,
        arrows=tuple(form.arrows({box.key for box in boxes})),
        notes=tuple(words.notes(boxes)),
    )


@dataclass(frozen=True)
class _Form:
    """One filling-in of the official form."""

    counts: Counts
    template: str
    words: Filling

    def columns(self) -> dict[str, float]:
        """Give the template's columns and their widths."""
        own = COLUMNS_V2 if has_other(self.template) else COLUMNS_V1
        return {**(COLUMN_PREVIOUS if has_previous(self.template) else {}), **own}

    def headers(self) -> Iterator[Header]:
        """Yield the bars on top."""
        if has_previous(self.template):
            yield self.words.header("hdr_previous", ("previous",), grey=True)
        yield self.words.header("hdr_dbr", ("main", "main_side"))
        if has_other(self.template):
            yield self.words.header("hdr_other", ("other", "other_side"), grey=True)

    def side_bars(self) -> Iterator[SideBar]:
        """Yield the three stages."""
        for key, first, last in (
            ("identification", 1, 1),
            ("screening", 2, 4),
            ("included", 5, 8),
        ):
            text = self.words.labels[key]
            yield SideBar(key=key, text=text, first_row=first, last_row=last)

    def boxes(self) -> Iterator[Box]:
        """Yield every box of the template; one without lines does not apply."""
        yield box("identified", "main", 1, self._identified())
        removed = ("duplicates", "excluded_automatic", "excluded_other")
        yield box("removed", "main_side", 1, self._optional("removed", removed))
        yield box("screened", "main", 2, [self._line("records_screened")])
        yield box("excluded", "main_side", 2, self._excluded())
        yield from self._retrieval("dbr", "main", "", grey=False)
        if has_other(self.template):
            yield box("other_identified", "other", 1, self._others(), grey=True)
            yield from self._retrieval("other", "other", "other_", grey=True)
        new = [self._line("new_studies"), self._line("new_reports")]
        yield box("included_box", "main", 5, new)
        if has_previous(self.template):
            yield from self._previous()
        if self.counts.total_studies_ma is not None:
            lines = [self._line("total_studies_ma")]
            if self.counts.total_reports_ma is not None:
                lines.append(self._line("total_reports_ma"))
            yield box("meta_analysis", "main", 7, lines)
        if synthesis := self.counts.synthesis:
            parts = self.words.parts("synthesis", synthesis, depth=1)
            yield box("synthesis", "main", 8, [self.words.head("synthesis"), *parts])

    def arrows(self, present: set[str]) -> Iterator[Arrow]:
        """Yield the arrows between boxes that are there."""
        last = "total" if has_previous(self.template) else "included_box"
        for start, end in (
            ("identified", "removed"),
            ("screened", "excluded"),
            ("sought", "notretrieved"),
            ("assessed", "ft_excluded"),
            ("other_sought", "other_notretrieved"),
            ("other_assessed", "other_ft_excluded"),
        ):
            if {start, end} <= present:
                yield Arrow(start=start, end=end, way="right")
        for start, end in (
            ("identified", "screened"),
            ("screened", "sought"),
            ("sought", "assessed"),
            ("assessed", "included_box"),
            ("other_identified", "other_sought"),
            ("other_sought", "other_assessed"),
            ("included_box", "total"),
            (last, "meta_analysis"),
            ("meta_analysis" if "meta_analysis" in present else last, "synthesis"),
        ):
            if {start, end} <= present:
                yield Arrow(start=start, end=end, way="down")
        if "other_assessed" in present:
            yield Arrow(start="other_assessed", end="included_box", way="down_left")
        if "previous" in present:
            yield Arrow(start="previous", end="total", way="down_right")

    def _retrieval(
        self, route: str, column: str, prefix: str, *, grey: bool
    ) -> Iterator[Box]:
        side = f"{column}_side"
        for key, where, row, lines in (
            ("sought", column, 3, [self._line(f"{route}_sought_reports")]),
            ("notretrieved", side, 3, [self._line(f"{route}_notretrieved_reports")]),
            ("assessed", column, 4, [self._line(f"{route}_assessed")]),
            ("ft_excluded", side, 4, self._reasons(f"{route}_excluded")),
        ):
            yield box(prefix + key, where, row, lines, grey=grey)

    def _previous(self) -> Iterator[Box]:
        lines = [self._line("previous_studies")]
        if self.counts.previous_reports is not None:
            lines.append(self._line("previous_reports"))
        yield box("previous", "previous", 1, lines, grey=True)
        total = [self._line("total_studies"), self._line("total_reports")]
        yield box("total", "main", 6, total, grey=True)

    def _identified(self) -> list[Line]:
        counts = self.counts
        lines = [self.words.head("identified", mark=self.words.mark("*"))]
        # One kind of source left blank was not searched; both blank are not known.
        known = (counts.database_results, counts.register_results) != (None, None)
        for name, parts in (
            ("database_results", "database_specific"),
            ("register_results", "register_specific"),
        ):
            named: Parts = getattr(counts, parts) or {}
            if getattr(counts, name) is None and known and not named:
                continue
            lines.append(self._line(name, depth=1))
            lines += self.words.parts(parts, named, depth=2)
        return lines

    def _excluded(self) -> list[Line]:
        lines = [self._line("records_excluded", mark=self.words.mark("**"))]
        for name in ("records_excluded_human", "records_excluded_auto"):
            if getattr(self.counts, name) is not None:
                lines.append(self._line(name, depth=1))
        return lines

    def _others(self) -> list[Line]:
        ways = ("website_results", "organisation_results", "citations_results")
        named = self.counts.other_specific or {}
        lines = self._optional("other_identified", ways)
        if named and not lines:
            lines.append(self.words.head("other_identified"))
        lines += self.words.parts("other_specific", named, depth=1)
        if lines:
            return lines
        # No part is given: not known; parts are given, and there are none: nought.
        none = self.counts.other_specific is not None
        return [self.words.line("other_identified", 0 if none else None)]

    def _optional(self, head: str, names: Sequence[str]) -> list[Line]:
        """Give the lines that are not blank under their head, or none at all."""
        lines = [
            self._line(name, depth=1)
            for name in names
            if getattr(self.counts, name) is not None
        ]
        return [self.words.head(head), *lines] if lines else []

    def _reasons(self, name: str) -> list[Line]:
        reasons: Parts | None = getattr(self.counts, name)
        return self.words.reasons(name, reasons)

    def _line(self, name: str, *, depth: int = 0, mark: str = "") -> Line:
        number: int | None = getattr(self.counts, name)
        return self.words.line(name, number, depth=depth, mark=mark)
