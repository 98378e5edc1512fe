from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.uploads import was_too_large
from reviews import access, jobs
from reviews.formats import reading
from reviews.formats.encodings import ENCODINGS
from reviews.formats.parsed import UnreadableFile
from reviews.forms.imports import HintsForm, ImportForm, MappingForm
from reviews.imports import keeping, later, loading, looking, mapping, undoing
from reviews.imports.looking import Hints
from reviews.models import Import, Review, Role, Search, User

LINES_PER_PAGE = 100
PROBLEMS_AT_ONCE = 20
SETS_AT_ONCE = 50
# What a file that is known already, or read by somebody else, is refused for.
KNOWN = (keeping.AlreadyImported, keeping.WasTakenOut, keeping.NotWaiting)
REFUSED = (
    *KNOWN,
    keeping.HasErrors,
    loading.ChangedMeanwhile,
    jobs.AlreadyAtWork,
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take files of the search with this pk to look at."""
    review = access.review(request, slug, role=Role.OWNER)
    search = get_object_or_404(review.searches, pk=pk)
    if request.method != "POST":
        return _upload_page(request, search, ImportForm())
    form = ImportForm(request.POST, request.FILES, dropped=was_too_large(request))
    if not form.is_valid():
        return _upload_page(request, search, form)
    files = form.cleaned_data["file"]
    if len(files) > 1:
        look_at_each(request, search, files, form.hints())
        return redirect("reviews:import_waiting", review.slug)
    try:
        made = look_at(search, files[0], form.hints(), by=access.person(request))
    except KNOWN as error:
        messages.warning(request, str(error))
        return redirect("reviews:import_detail", review.slug, _known(error).pk)
    except (UnreadableFile, keeping.NotKept) as error:
        form.add_error("file", f"{error} Nothing was imported.")
        return _upload_page(request, search, form)
    if made.read_count and keeping.errors(made).exists():
        return _upload_page(request, search, form, broken=made)
    return redirect("reviews:import_detail", review.slug, made.pk)


@login_required
@require_GET
def import_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug)
    made = get_object_or_404(_imports(review).select_related("uploaded_by"), pk=pk)
    return _detail_page(request, made)


@login_required
@require_POST
def import_read_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Read a file again, in the format and encoding that a person names."""
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(_imports(review), pk=pk)
    form = HintsForm(request.POST, made=made)
    if form.is_valid() and _read_again(request, made, form, form.hints()):
        return redirect("reviews:import_detail", review.slug, pk)
    return _detail_page(request, made, hints_form=form)


@login_required
@require_POST
def import_map(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Read a table again, by the columns that a person names."""
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(_imports(review), pk=pk)
    if made.format not in looking.TABLES or made.state != Import.State.PREVIEWED:
        messages.warning(request, "This file is no table that waits.")
        return redirect("reviews:import_detail", review.slug, pk)
    form = MappingForm(request.POST, sample=looking.sample(made))
    if form.is_valid():
        hints = Hints(made.format_hint, made.encoding_hint, form.mapping())
        if _read_again(request, made, form, hints):
            return redirect("reviews:import_detail", review.slug, pk)
    return _detail_page(request, made, mapping_form=form)


@login_required
@require_POST
def import_take_in(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(_imports(review), pk=pk)
    by = access.person(request)
    take_in(request, made, by=by, despite_errors="despite_errors" in request.POST)
    return redirect("reviews:import_detail", review.slug, pk)


@login_required
@require_POST
def import_discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(_imports(review), pk=pk)
    loading.clear_left(made)
    try:
        keeping.discard(made, by=access.person(request))
    except keeping.NotWaiting as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"The file {made.file_name} was not imported.")
    return redirect("reviews:search_detail", review.slug, made.search_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what goes along with a file, and take it out."""
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(_imports(review), pk=pk)
    if request.method == "POST":
        _take_out(request, made, by=access.person(request))
        return redirect("reviews:import_detail", review.slug, pk)
    if made.state != Import.State.IMPORTED:
        return redirect("reviews:import_detail", review.slug, pk)
    forecast = undoing.forecast(made)
    return render(
        request,
        "reviews/import/undo.html",
        {
            "review": review,
            "search": made.search,
            "import": made,
            "forecast": forecast,
            "sets": undoing.shown(forecast.sets[:SETS_AT_ONCE]),
            "more_sets": max(0, len(forecast.sets) - SETS_AT_ONCE),
        },
    )


@login_required
@require_POST
def import_redo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a file in again that was taken out."""
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(_imports(review), pk=pk)
    by = access.person(request)
    try:
        if loading.is_short(made):
            messages.success(request, undoing.tell(undoing.redo(made, by=by)))
        else:
            later.take_back(made, by=by)
            messages.success(request, f"{made.file_name} is being taken in again.")
    except (undoing.NotTakenOut, jobs.AlreadyAtWork) as error:
        messages.warning(request, str(error))
    return redirect("reviews:import_detail", review.slug, pk)


def look_at(
    search: Search, file: UploadedFile[bytes], hints: Hints, *, by: User
) -> Import:
    """Look at a file, now or in the background.

    Raises UnreadableFile, NotKept or what is in KNOWN.
    """
    if later.reads_later(file.size or 0):
        return later.preview(search, file=file, hints=hints, by=by)
    data: bytes = file.read()
    name = file.name or ""
    return looking.preview(search, file_name=name, data=data, hints=hints, by=by)


def look_at_each(
    request: HttpRequest, search: Search, files: list[UploadedFile[bytes]], hints: Hints
) -> None:
    """Look at every file; one that is refused does not stop the others."""
    for file in files:
        try:
            look_at(search, file, hints, by=access.person(request))
        except (UnreadableFile, keeping.NotKept, *KNOWN) as error:
            messages.warning(request, f"{file.name}: {error}")


def take_in(
    request: HttpRequest, made: Import, *, by: User, despite_errors: bool = False
) -> None:
    """Take a file in, now or in the background, and say what came of it."""
    try:
        if despite_errors:
            made = keeping.accept_errors(made, by=by)
        if loading.is_short(made):
            messages.success(request, keeping.tell(loading.take_in(made, by=by)))
        else:
            later.take_in(made, by=by)
            messages.success(request, f"{made.file_name} is being taken in.")
    except REFUSED as error:
        is_error = isinstance(error, keeping.HasErrors)
        (messages.error if is_error else messages.warning)(request, str(error))


def _imports(review: Review) -> QuerySet[Import]:
    return keeping.of(review).select_related("search__review")


def _known(error: Exception) -> Import:
    """Return the import that a file was refused for."""
    found = error.made if isinstance(error, keeping.NotWaiting) else error.earlier  # type: ignore[attr-defined]  # the others have it
    assert isinstance(found, Import)
    return found


def _read_again(
    request: HttpRequest, made: Import, form: HintsForm | MappingForm, hints: Hints
) -> bool:
    by = access.person(request)
    read = later.read_again if later.reads_later(made.size) else looking.read_again
    try:
        read(made, hints, by=by)
    except (UnreadableFile, keeping.NotWaiting) as error:
        form.add_error(None, f"{error} The file stays as it was read before.")
        return False
    return True


def _take_out(request: HttpRequest, made: Import, *, by: User) -> None:
    try:
        if loading.is_short(made):
            undoing.undo(made, by=by)
            messages.success(request, f"{made.file_name} was taken out again.")
        else:
            later.take_out(made, by=by)
            messages.success(request, f"{made.file_name} is being taken out.")
    except (undoing.NotTakenIn, jobs.AlreadyAtWork) as error:
        messages.warning(request, str(error))


def _detail_page(
    request: HttpRequest,
    made: Import,
    *,
    hints_form: HintsForm | None = None,
    mapping_form: MappingForm | None = None,
) -> HttpResponse:
    review = made.search.review
    waits = made.state == Import.State.PREVIEWED
    context: dict[str, Any] = {
        "review": review,
        "search": made.search,
        "import": made,
        "waits": waits,
        "format_name": reading.FORMATS.get(made.format, made.format.upper()),
        "encoding_name": ENCODINGS.get(made.encoding, made.encoding.upper()),
        "job": later.job_told(made),
        "error_count": keeping.errors(made).count(),
        "gaps": keeping.gaps(made),
        "new_count": keeping.count_new(made),
        "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        "undo": undoing.standing_undo(made),
        "at_work": keeping.is_worked_on(made),
        "is_open": keeping.is_open(made),
        **_lines(request, made),
    }
    if waits:
        context |= _asked(made, hints_form, mapping_form)
    status = 422 if hints_form or mapping_form else 200
    return render(request, "reviews/import/detail.html", context, status=status)


def _asked(
    made: Import, hints_form: HintsForm | None, mapping_form: MappingForm | None
) -> Mapping[str, Any]:
    """Return what is shown of a file that waits, and what may be corrected."""
    context: dict[str, Any] = {
        "first_records": looking.first_records(made),
        "hints_form": hints_form or HintsForm(made=made),
    }
    if made.format in looking.TABLES:
        sample = looking.sample(made)
        context["mapping_form"] = mapping_form or MappingForm(sample=sample)
        context["remembered"] = mapping.row_of(made.search.review, sample.headings)
    return context


def _lines(request: HttpRequest, made: Import) -> Mapping[str, Any]:
    """Return a page of the report by line: problems, what is new, what was there."""
    taken_in = made.state in (Import.State.IMPORTED, Import.State.UNDONE)
    kinds: dict[str, QuerySet[Any]] = {"problems": keeping.problems(made)}
    if taken_in:
        kinds["new"] = keeping.new_records(made).defer("abstract", "original")
        kinds["there"] = keeping.already_there(made)
    kind = request.GET.get("lines", "")
    kind = kind if kind in kinds else "problems"
    pages = Paginator(kinds[kind], LINES_PER_PAGE)
    problems = pages.count if kind == "problems" else kinds["problems"].count()
    return {
        "lines": kind,
        "page_obj": pages.get_page(request.GET.get("page")),
        "problem_count": problems,
        "taken_in": taken_in,
        # Of a file whose reading goes on, or was stopped, there is nothing to tell.
        "was_read": made.state != Import.State.READING
        and bool(made.read_count or problems),
    }


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
            "error_count": keeping.errors(broken).count() if broken else 0,
            "problems": keeping.errors(broken)[:PROBLEMS_AT_ONCE] if broken else [],
        },
        status=422 if request.method == "POST" else 200,
    )
