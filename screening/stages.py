"""The stages at which records and reports are screened, and what is judged there."""

from reviews.models import Stage

STAGES = (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT)


def item_name(stage: Stage | str) -> str:
    """Return the name of a judgment's key to the items of the stage."""
    return "record" if stage == Stage.TITLE_ABSTRACT else "report"
