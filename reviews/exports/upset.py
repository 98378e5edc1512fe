"""The overlap of sources as a figure."""

from django.urls import reverse

from reviews import overlap
from reviews.exports import drawings
from reviews.exports.drawings import Drawing
from reviews.exports.options import CannotExport, Options, Writers
from reviews.figures import upset
from reviews.models import Review

TITLE = "Overlap of sources"


def drawing(review: Review, options: Options, *, with_links: bool = False) -> Drawing:
    """Draw which searches found the same. Raises CannotExport where there are none."""
    found = overlap.overlap(review)
    if not found.combinations:
        raise CannotExport("No record is identified yet, so no sources overlap.")
    places = {source.search.pk: at for at, source in enumerate(found.sources)}

    def url(selection: str) -> str:
        if not with_links:
            return ""
        return reverse("reviews:overlap_records", args=[review.slug, selection])

    whole = upset.draw(
        [
            upset.Set(each.search.name, each.distinct, url(each.distinct_name))
            for each in found.sources
        ],
        [
            upset.Combination(
                frozenset(places[search.pk] for search in each.searches),
                each.count,
                url(each.name),
            )
            for each in found.combinations
        ],
        monochrome=options.monochrome,
    )
    return Drawing(whole, (whole,), TITLE)


WRITERS: Writers = {"upset": drawings.writers(drawing)}
