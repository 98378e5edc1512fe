from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.uploads import was_too_large
from reviews import access, imports
from reviews.formats.parsed import UnreadableFile
from reviews.forms.imports import ImportForm
from reviews.models import Import, Review, Role, Search

PROBLEMS_PER_PAGE = 100
PROBLEMS_AT_ONCE = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a file of the search with this pk to look at."""
    review = access.review(request, slug, role=Role.OWNER)
    search = get_object_or_404(review.searches, pk=pk)
    if request.method != "POST":
        return _upload_page(request, search, ImportForm())
    form = ImportForm(request.POST, request.FILES, dropped=was_too_large(request))
    if not form.is_valid():
        return _upload_page(request, search, form)
    file = form.cleaned_data["file"]
    try:
        made = imports.preview(
            search, file_name=file.name, data=file.read(), by=access.person(request)
        )
    except imports.AlreadyImported as error:
        messages.warning(request, str(error))
        return redirect("reviews:import_detail", review.slug, error.earlier.pk)
    except UnreadableFile as error:
        form.add_error("file", f"{error} Nothing was imported.")
        return _upload_page(request, search, form)
    if imports.errors(made).exists():
        return _upload_page(request, search, form, broken=made)
    return redirect("reviews:import_detail", review.slug, made.pk)


@login_required
@require_GET
def import_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug)
    made = get_object_or_404(_imports(review).select_related("uploaded_by"), pk=pk)
    waits = made.state == Import.State.PREVIEWED
    problems = Paginator(imports.problems(made), PROBLEMS_PER_PAGE)
    return render(
        request,
        "reviews/import/detail.html",
        {
            "review": review,
            "search": made.search,
            "import": made,
            "waits": waits,
            "first_records": imports.first_records(made) if waits else [],
            "error_count": imports.errors(made).count(),
            "new_count": imports.count_new(made),
            "page_obj": problems.get_page(request.GET.get("page")),
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_POST
def import_take_in(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(_imports(review), pk=pk)
    try:
        made = imports.take_in(made, by=access.person(request))
    except (imports.NotWaiting, imports.AlreadyImported) as error:
        messages.warning(request, str(error))
    except imports.HasErrors as error:
        messages.error(request, str(error))
    else:
        messages.success(request, imports.tell(made))
    return redirect("reviews:import_detail", review.slug, pk)


@login_required
@require_POST
def import_discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(_imports(review), pk=pk)
    try:
        imports.discard(made, by=access.person(request))
    except imports.NotWaiting as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"The file {made.file_name} was not imported.")
    return redirect("reviews:search_detail", review.slug, made.search_id)


def _imports(review: Review) -> QuerySet[Import]:
    return imports.of(review).select_related("search__review")


def _upload_page(
    request: HttpRequest,
    search: Search,
    form: ImportForm,
    *,
    broken: Import | None = None,
) -> HttpResponse:
    return render(
        request,
        "reviews/import/create.html",
        {
            "review": search.review,
            "search": search,
            "form": form,
            "broken": broken,
            "error_count": imports.errors(broken).count() if broken else 0,
            "problems": imports.errors(broken)[:PROBLEMS_AT_ONCE] if broken else [],
        },
        status=422 if request.method == "POST" else 200,
    )
