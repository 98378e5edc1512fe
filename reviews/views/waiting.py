from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.uploads import was_too_large
from reviews import access, jobs
from reviews.forms.imports import FilesForm
from reviews.imports import keeping
from reviews.imports.looking import TOLD_BY_CONTENT
from reviews.models import Role
from reviews.views import imports


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_files(request: HttpRequest, slug: str) -> HttpResponse:
    """Take files of several searches to look at, each into its own."""
    review = access.review(request, slug, role=Role.OWNER)
    form = FilesForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        searches=review.searches.order_by("position", "pk"),
        dropped=was_too_large(request),
    )
    if request.method == "POST" and form.is_valid():
        for search, files in form.chosen():
            imports.look_at_each(request, search, files, TOLD_BY_CONTENT)
        return redirect("reviews:import_waiting", review.slug)
    return render(
        request,
        "reviews/import/files.html",
        {"review": review, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_GET
def import_waiting(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the files that wait to be taken in, and how far their reading is."""
    review = access.review(request, slug)
    waiting = keeping.waiting(review)
    at_work = [each.job for each in waiting if each.job]
    for job in at_work:
        jobs.look_after(job)
    return render(
        request,
        "reviews/import/waiting.html",
        {
            "review": review,
            "waiting": waiting,
            "at_work": at_work,
            "ready": [each.made for each in waiting if each.is_ready],
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_POST
def import_take_in_several(request: HttpRequest, slug: str) -> HttpResponse:
    """Take in the files that the person looked at."""
    review = access.review(request, slug, role=Role.OWNER)
    chosen = set(request.POST.getlist("import"))
    rows = keeping.of(review).select_related("search__review").order_by("pk")
    for made in [row for row in rows if str(row.pk) in chosen]:
        imports.take_in(request, made, by=access.person(request))
    place = "import_waiting" if keeping.waiting(review) else "search_list"
    return redirect(f"reviews:{place}", review.slug)
