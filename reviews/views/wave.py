from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reviews import access, waves
from reviews.forms.amendment import posted
from reviews.forms.wave import FirstUpdateForm, WaveForm
from reviews.models import Role


@login_required
@require_GET
def wave_list(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    listed = list(waves.with_counts(review))
    last = listed[-1] if listed else None
    return render(
        request,
        "reviews/wave/list.html",
        {
            "review": review,
            "waves": listed,
            "last": last,
            "kept_because": waves.why_not_undone(last) if last else "",
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wave_begin(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    is_first = waves.latest(review) is None
    form = (FirstUpdateForm if is_first else WaveForm)(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            wave = waves.begin(review, **form.cleaned_data, by=access.person(request))
        except (waves.NameMissing, waves.NameTaken) as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"{wave} has begun; new searches belong to it.")
            return redirect("reviews:wave_list", review.slug)
    return render(
        request,
        "reviews/wave/begin.html",
        {"review": review, "form": form, "is_first": is_first},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wave_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    wave = get_object_or_404(review.waves.select_related("review"), pk=pk)
    form = WaveForm(posted(request), initial={"name": wave.name})
    if request.method == "POST" and form.is_valid():
        try:
            waves.rename(wave, form.cleaned_data["name"], by=access.person(request))
        except (waves.NameMissing, waves.NameTaken) as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "Saved.")
            return redirect("reviews:wave_list", review.slug)
    return render(
        request,
        "reviews/wave/edit.html",
        {"review": review, "wave": wave, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_POST
def wave_undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    wave = get_object_or_404(review.waves.select_related("review"), pk=pk)
    try:
        waves.undo(wave, by=access.person(request))
    except waves.WaveInUse as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{wave.name} is undone.")
    return redirect("reviews:wave_list", review.slug)
