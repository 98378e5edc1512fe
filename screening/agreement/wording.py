"""The agreement in words: what a figure means, and where kappa misleads.

The words for kappa are those of Landis and Koch 1977, doi:10.2307/2529310, which are a
custom and no law. Kappa sinks where nearly everything is of one class, however well two
agree (Feinstein and Cicchetti 1990, doi:10.1016/0895-4356(90)90158-L).
"""

from reviews.models import Stage
from screening.agreement import statistics
from screening.agreement.judged import EXCLUDE, ON
from screening.agreement.reading import Agreement, Pair
from screening.agreement.statistics import Crossed, Estimate

NOT_ESTIMABLE = "not estimable"
_WORDS = (
    (0.0, "less than chance would give"),
    (0.2, "slight"),
    (0.4, "fair"),
    (0.6, "moderate"),
    (0.8, "substantial"),
    (1.0, "almost perfect"),
)
# From here on AC1 and kappa tell two stories.
APART = 0.2
FEW = 30


def figure(value: float | None) -> str:
    """Write a figure with two places, or that there is none."""
    return NOT_ESTIMABLE if value is None else f"{value:z.2f}"


def exact(value: float | None) -> str:
    """Write a figure with four places, or that there is none."""
    return NOT_ESTIMABLE if value is None else f"{value:z.4f}"


def percent(value: float | None) -> str:
    """Write a share as per cent."""
    return NOT_ESTIMABLE if value is None else f"{100 * value:.1f}%"


def interval(estimate: Estimate | None) -> str:
    """Write a 95 per cent interval."""
    if estimate is None:
        return NOT_ESTIMABLE
    return f"{estimate.low:z.2f} to {estimate.high:z.2f}"


def meaning(pair: Pair) -> str:
    """Say in a sentence what the figures of two people mean."""
    table = pair.came_to
    share = statistics.observed(table)
    said = (
        f"{pair.first} and {pair.second} came to the same on {table.agreed:,} of "
        f"{table.items:,} ({percent(share)})"
    )
    kappa = statistics.kappa(table)
    if kappa is None:
        return (
            f"{said}; as both said the same of everything, kappa cannot be estimated."
        )
    return (
        f"{said}; beyond chance the agreement is {_word(kappa.value)} by the words of "
        f"Landis and Koch: kappa {figure(kappa.value)} ({interval(kappa)})."
    )


NAMES = {
    Stage.TITLE_ABSTRACT: ("title and abstract", "titles and abstracts"),
    Stage.FULL_TEXT: ("full text", "full texts"),
}


def sentence(agreement: Agreement) -> str:
    """Return a sentence for the manuscript; empty where no two judged.

    It gives each figure with its interval, and how many it is of.
    """
    share = agreement.observed
    if share is None:
        return ""
    one, many = NAMES[agreement.stage]
    where = f"In pilot round {agreement.pilot}, " if agreement.pilot else ""
    items = f"{agreement.items:,} {one if agreement.items == 1 else many}"
    together = [
        f"Gwet’s AC1 {_with_interval(agreement.ac1)}",
        f"Krippendorff’s alpha {_with_interval(agreement.alpha)}",
    ]
    if len(agreement.pairs) != 1:
        return (
            f"{where}{agreement.people} reviewers judged {items} independently, "
            f"{_of_them_each(agreement)}; before any discussion they agreed on "
            f"{percent(share)} of the pairs of judgments ({'; '.join(together)})."
        )
    (pair,) = agreement.pairs
    table = pair.came_to
    figures = [
        f"Cohen’s kappa {_with_interval(statistics.kappa(table))}",
        f"PABAK {_with_interval(statistics.pabak(table))}",
        together[0],
    ]
    two = "two reviewers" if where else "Two reviewers"
    return (
        f"{where}{two} judged {items} independently; before any discussion they "
        f"agreed on {table.agreed:,} ({percent(share)}; {'; '.join(figures)})."
    )


def _of_them_each(agreement: Agreement) -> str:
    """Say how many judged each item: in a pilot round it may have been more."""
    numbers = sorted({len(said) for said in agreement.units})
    if len(numbers) == 1:
        number = numbers[0]
        return "all of them each" if agreement.pilot else f"{number} of them each"
    return f"{numbers[0]} to {numbers[-1]} of them each"


def _with_interval(estimate: Estimate | None) -> str:
    if estimate is None:
        return NOT_ESTIMABLE
    return f"{figure(estimate.value)}, 95% CI {interval(estimate)}"


def caution(table: Crossed) -> str:
    """Say where kappa misleads here; empty where it does not."""
    kappa, other = statistics.kappa(table), statistics.ac1(table)
    if kappa is not None and other is not None and other.value - kappa.value >= APART:
        most = max(
            (ON, EXCLUDE), key=lambda name: table.rows[table.classes.index(name)]
        )
        what = "let go on" if most == ON else "excluded"
        share = statistics.of_class(table, ON if most == EXCLUDE else EXCLUDE)
        rare = "going on" if most == EXCLUDE else "excluding"
        return (
            f"Nearly everything was {what}, and kappa sinks with such an imbalance "
            f"however well two agree. Read AC1 ({figure(other.value)}) and the "
            f"agreement on {rare} ({percent(share)}) beside it."
        )
    if table.items < FEW:
        return f"On {table.items} items the interval says more than the figure."
    return ""


def _word(kappa: float) -> str:
    for most, word in _WORDS:
        if kappa <= most:
            return word
    return _WORDS[-1][1]
