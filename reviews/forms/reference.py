from django import forms

from reviews.flow import boxes, names
from reviews.models import Review
from reviews.references import styles


class StyleForm(forms.Form):
    """How references are printed."""

    style = forms.ChoiceField(
        label="Style of the references",
        choices=[(name, style.label) for name, style in styles.STYLES.items()],
    )


class ReferenceForm(StyleForm):
    """Which references are meant, and how they are printed."""

    box = forms.ChoiceField(label="References of")
    field_order = ("box", "style")

    def __init__(self, *args: object, review: Review, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on
        self.fields["box"].choices = _choices(review)  # type: ignore[attr-defined]  # a choice


def _choices(review: Review) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the boxes of the flow in their groups, by name and label."""
    named = boxes.BOXES.values()
    groups = {
        "Included": ("reports_included", "studies_included", "reports_without_study"),
        "Databases and registers": tuple(
            box.name for box in named if not box.name.startswith(names.OTHER)
        ),
        "Other methods": tuple(
            box.name for box in named if box.name.startswith(names.OTHER)
        ),
    }
    of_included = groups["Included"]
    found = [
        (
            label,
            [
                (name, boxes.BOXES[name].label)
                for name in of_group
                if label == "Included" or name not in of_included
            ],
        )
        for label, of_group in groups.items()
    ]
    searches = [
        (names.search_name(search.pk), search.name)
        for search in review.searches.order_by("position", "pk")
    ]
    reasons = [
        (names.reason_name(criterion.pk, other=other), f"{criterion.reason}{route}")
        for criterion in review.criteria.order_by("position", "pk")
        for other, route in ((False, ""), (True, ", by other methods"))
    ]
    found.append(("One search", searches))
    found.append(("One reason for exclusion in full text", reasons))
    return found
