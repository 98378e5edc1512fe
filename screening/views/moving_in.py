"""Pages on which an owner moves in the votes of a review begun elsewhere."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from config.uploads import was_too_large
from reviews import access, invitations
from reviews.exports import table
from reviews.formats.parsed import UnreadableFile
from reviews.imports import keeping, looking
from reviews.members import Part
from reviews.models import Review, Role, Stage
from reviews.views.export import download
from screening.forms.moving_in import (
    InviteForm,
    MeaningForm,
    RecordsForm,
    VotesForm,
)
from screening.models import VoteImport
from screening.moving_in import files, meaning, moving, records, telling, working

PER_PAGE = 100
REFUSED = (
    files.NotWaiting,
    files.AlreadyMovedIn,
    meaning.UnknownMeaning,
    moving.NothingToMove,
    UnreadableFile,
)


@login_required
@require_GET
def moving_in_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the files of votes."""
    review = access.review(request, slug, role=Role.OWNER)
    context = {"review": review, "files": files.of(review)}
    return render(request, "screening/moving_in/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def moving_in_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a file of votes to look at."""
    review = access.review(request, slug, role=Role.OWNER)
    if request.method != "POST":
        return _upload_page(request, review, VotesForm())
    form = VotesForm(request.POST, request.FILES, dropped=was_too_large(request))
    if not form.is_valid():
        return _upload_page(request, review, form)
    person = access.person(request)
    file = form.cleaned_data["file"]
    try:
        made = files.keep(
            review,
            source=form.cleaned_data["source"],
            stage=Stage(form.cleaned_data["stage"]),
            whole_list=form.cleaned_data["whole_list"],
            file_name=file.name,
            data=file.read(),
            by=person,
        )
    except files.AlreadyMovedIn as error:
        messages.warning(request, str(error))
        return redirect("screening:moving_in_detail", review.slug, error.earlier.pk)
    try:
        working.read(made, by=person)
    except UnreadableFile as error:
        files.discard(made, by=person)
        form.add_error("file", f"{error} Nothing was moved in.")
        return _upload_page(request, review, form)
    return redirect("screening:moving_in_detail", review.slug, made.pk)


@login_required
@require_GET
def moving_in_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what a file of votes says, and what became of it."""
    return _page(request, _file(request, slug, pk))


@login_required
@require_POST
def moving_in_say(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Store who is who and what words mean, and read the file anew."""
    made = _file(request, slug, pk)
    person = access.person(request)
    form = MeaningForm(request.POST, made=made)
    if not form.is_valid():
        return _page(request, made, form=form, status=422)
    try:
        is_new = files.say(
            made,
            people=form.people_given(),
            words=form.words_given(),
            criteria=form.criteria_given(),
            columns=form.columns_given(),
            by=person,
        )
        if is_new:
            working.read(_file(request, slug, pk), by=person)
    except REFUSED as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Saved. Nothing is moved in yet.")
    return redirect("screening:moving_in_detail", slug, pk)


@login_required
@require_POST
def moving_in_read(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Read a file anew, as the records may be others by now."""
    made = _file(request, slug, pk)
    return _do(request, made, working.read, "The file was read again.")


@login_required
@require_POST
def moving_in_invite(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put somebody on the team who has no account here."""
    made = _file(request, slug, pk)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            user = invitations.invite(
                made.review,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                parts={Part(Role.REVIEWER, made.stage)},
                by=access.person(request),
            )
        except invitations.CannotInvite as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"{user} is on the team and can be chosen below.")
            return redirect("screening:moving_in_detail", slug, pk)
    return _page(request, made, invite=form, status=422)


@login_required
@require_POST
def moving_in_records(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Look at the records of the file that the review lacks, to import them."""
    made = _file(request, slug, pk)
    form = RecordsForm(request.POST, made=made)
    if not form.is_valid():
        return _page(request, made, records_form=form, status=422)
    name = f"{made.file_name.rpartition('.')[0] or made.file_name} records.ris"
    try:
        found = looking.preview(
            form.cleaned_data["search"],
            file_name=name,
            data=records.missing(made),
            by=access.person(request),
        )
    except (
        UnreadableFile,
        keeping.AlreadyImported,
        keeping.WasTakenOut,
        keeping.NotWaiting,
    ) as error:
        messages.error(request, str(error))
        return redirect("screening:moving_in_detail", slug, pk)
    return redirect("reviews:import_detail", slug, found.pk)


@login_required
@require_POST
def moving_in_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Move the votes in."""
    made = _file(request, slug, pk)
    told = f"The votes of {made.file_name} are moved in."
    return _do(request, made, working.move_in, told)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def moving_in_take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take the votes back, after a last look."""
    made = _file(request, slug, pk)
    if request.method == "POST":
        told = f"The votes of {made.file_name} are taken back."
        return _do(request, made, working.take_back, told)
    context = {"review": made.review, "file": made}
    return render(request, "screening/moving_in/take_back.html", context)


@login_required
@require_POST
def moving_in_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Look once more at a file whose votes were taken back."""
    made = _file(request, slug, pk)
    try:
        made = files.again(made, by=access.person(request))
        working.read(made, by=access.person(request))
    except REFUSED as error:
        messages.error(request, str(error))
    return redirect("screening:moving_in_detail", slug, made.pk)


@login_required
@require_POST
def moving_in_discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a file aside."""
    made = _file(request, slug, pk)
    try:
        files.discard(made, by=access.person(request))
    except files.NotWaiting as error:
        messages.error(request, str(error))
        return redirect("screening:moving_in_detail", slug, pk)
    messages.success(request, f"{made.file_name} is put aside. Nothing was moved in.")
    return redirect("screening:moving_in_list", slug)


@login_required
@require_GET
def moving_in_report(request: HttpRequest, slug: str, pk: int) -> StreamingHttpResponse:
    """Download the report by line."""
    made = _file(request, slug, pk)
    parts = table.csv(telling.frames(made), for_spreadsheet=True)
    name = f"{made.review.slug}-votes-{made.pk}.csv"
    return download(name, parts, "text/csv; charset=utf-8")


def _file(request: HttpRequest, slug: str, pk: int) -> VoteImport:
    review = access.review(request, slug, role=Role.OWNER)
    found = review.vote_imports.select_related("review", "uploaded_by", "moved_by")
    return get_object_or_404(found, pk=pk)


def _do(request: HttpRequest, made: VoteImport, rule: Any, told: str) -> HttpResponse:
    try:
        rule(made, by=access.person(request))
    except REFUSED as error:
        messages.error(request, str(error))
    else:
        if working.is_small(made):
            messages.success(request, told)
    return redirect("screening:moving_in_detail", made.review.slug, made.pk)


def _upload_page(request: HttpRequest, review: Review, form: VotesForm) -> HttpResponse:
    return render(
        request,
        "screening/moving_in/create.html",
        {"review": review, "form": form},
        status=422 if request.method == "POST" else 200,
    )


def _page(
    request: HttpRequest,
    made: VoteImport,
    *,
    form: MeaningForm | None = None,
    invite: InviteForm | None = None,
    records_form: RecordsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    waits = made.state == VoteImport.State.PREVIEWED
    job = working.job_of(made)
    lines = Paginator(telling.problems(made), PER_PAGE)
    context = {
        "review": made.review,
        "file": made,
        "waits": waits,
        "job": job,
        "at_work": job is not None and not job.is_finished,
        "people": made.people.select_related("user").order_by("name"),
        "form": (form or MeaningForm(made=made)) if waits else None,
        "ready": telling.ready(made) if waits else None,
        "invite": invite or InviteForm(),
        "records_form": records_form or RecordsForm(made=made),
        "figures": telling.figures(made),
        "found_by": telling.found_by(made),
        "not_found": sorted(made.report.get("not_found", {}).items()),
        "page_obj": lines.get_page(request.GET.get("page")),
    }
    return render(request, "screening/moving_in/detail.html", context, status=status)
