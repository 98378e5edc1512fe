from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from reviews import access, jobs
from reviews.imports import keeping
from reviews.models import Job, Role
from reviews.views.htmx import HtmxRequest

PER_PAGE = 50


@login_required
@require_GET
def job_list(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    shown = jobs.shown_to(review, access.person(request))
    rows = shown.select_related("created_by").order_by("-created_at", "-pk")
    pages = Paginator(rows.defer("result"), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    keys = [key for key in map(_import_key, page) if key is not None]
    names = dict(keeping.of(review).filter(pk__in=keys).values_list("pk", "file_name"))
    return render(
        request,
        "reviews/job/list.html",
        {
            "review": review,
            "page_obj": page,
            "rows": [(job, names.get(_import_key(job) or 0, "")) for job in page],
        },
    )


@login_required
@require_GET
def job_detail(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Show how far a job is; a page that shows it asks again each second."""
    review = access.review(request, slug)
    person = access.person(request)
    job = get_object_or_404(jobs.shown_to(review, person), pk=pk)
    jobs.look_after(job)
    if request.htmx and job.is_finished:
        # Whatever page it was: it shows what came of it.
        return HttpResponseClientRefresh()
    template = "_progress" if request.htmx else "detail"
    return render(
        request,
        f"reviews/job/{template}.html",
        {
            "review": review,
            "job": job,
            "place": _place(job),
            "may_edit": access.has_role(review, person, Role.OWNER),
        },
    )


@login_required
@require_POST
def job_cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    shown = jobs.shown_to(review, access.person(request))
    job = get_object_or_404(shown, pk=pk)
    job = jobs.cancel(job, by=access.person(request))
    if job.is_finished:
        messages.info(request, f"{job.get_kind_display()}: {job.get_state_display()}.")
    return redirect(_place(job) or reverse("reviews:job_detail", args=[slug, pk]))


def _place(job: Job) -> str:
    """Return the page that shows what the job is about, where `reviews` has it."""
    slug = job.review.slug
    key = _import_key(job)
    if key is not None:
        return reverse("reviews:import_detail", args=[slug, key])
    if job.kind == Job.Kind.FIND_DUPLICATES:
        return reverse("reviews:duplicate_list", args=[slug])
    return ""


def _import_key(job: Job) -> int | None:
    noun, _, key = job.subject.partition(" ")
    return int(key) if noun == "import" and key.isdecimal() else None
