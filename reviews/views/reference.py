from itertools import islice
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reviews import access
from reviews.exports import formats
from reviews.exports.options import Options
from reviews.forms.reference import ReferenceForm
from reviews.references import citations, rows, styles, writing
from reviews.views.tables import send

# References that the page shows; the files hold them all.
SHOWN = 50
WRITERS = writing.WRITERS["references"]


@login_required
@require_GET
def reference_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the references of a box (?box=) as they are printed in a style (?style=)."""
    review = access.review(request, slug)
    asked = {
        "box": request.GET.get("box") or rows.DEFAULT,
        "style": request.GET.get("style") or styles.of(review),
    }
    form = ReferenceForm(asked, review=review)
    if not form.is_valid():
        raise Http404("No such box or style.")
    chosen = rows.choose(review, asked["box"])
    shown = citations.entries(chosen.first(SHOWN).items(), asked["style"])
    return render(
        request,
        "reviews/reference/list.html",
        {
            "review": review,
            "form": form,
            "chosen": chosen,
            "query": urlencode(asked),
            "count": chosen.count(),
            "entries": list(islice(shown, SHOWN)),
            "is_numbered": styles.find(asked["style"]).is_numbered,
            "files": [(ending[1:], formats.NAMES[ending]) for ending in WRITERS],
        },
    )


@login_required
@require_GET
def reference_file(
    request: HttpRequest, slug: str, suffix: str
) -> HttpResponse | StreamingHttpResponse:
    """Download the references of a box (?box=) in a style (?style=)."""
    review = access.review(request, slug)
    writer = WRITERS.get(f".{suffix}")
    if writer is None:
        raise Http404(f"No file references.{suffix}.")
    box = request.GET.get("box", "")
    name = f"references-{box}" if box and box != rows.DEFAULT else "references"
    options = Options(box=box, style=request.GET.get("style", ""))
    return send(request, review, f"{name}.{suffix}", writer, options)
