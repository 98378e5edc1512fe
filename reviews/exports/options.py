"""What may be asked of an export, whoever asks: a page or the command line."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reviews.models import Review, Wave


class CannotExport(ValueError):
    """The file cannot be written as asked; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """Choices for one file; what a file has no use for is left alone."""

    # The form of the diagram, as reviews.models.Diagram names it; empty: the team's.
    template: str = ""
    # Dots to the inch of a PNG, 72 to 1200.
    dpi: int = 300
    # The paper of a PDF, as reviews.diagram.paper names it; empty: as its drawing.
    page: str = ""
    monochrome: bool = False
    # Refuse what does not balance, unless a reason is written down.
    final: bool = False
    # The flow, the diagram and the lists of boxes as they stood at this moment.
    as_of: datetime | None = None
    # The flow in words of one wave of searching; None: of all.
    wave: Wave | None = None
    # The box of the flow whose records are meant.
    box: str = ""
    # The style of citations by its CSL name; empty: the one that the team chose.
    style: str = ""
    # Which of several: the checklist, the figure, the table.
    kind: str = ""
    # An instrument of the protocol, by its key.
    instrument: str = ""
    # An extraction field, by its code, whose settled numbers weigh the bars.
    weight: str = ""
    # The address of the server to which the numbers of a picture link; empty: none.
    links: str = ""
    # Without names, notes and files that may not be shared.
    public: bool = False


Writer = Callable[[Review, Options], Iterable[bytes]]
# What can be written, and how, by the ending of the file's name (".csv").
Writers = Mapping[str, Mapping[str, Writer]]
