"""Pages of the appraisal: what there is to do, one's own answers, and consensus."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviews import access, judgments, targets
from reviews.models import Review, Role, Stage, User
from reviews.views.htmx import HtmxRequest
from screening.appraisal import answering, consensus, pages, standing
from screening.appraisal.pages import Section
from screening.forms.appraisal import DomainForm, TargetForm


@login_required
@require_safe
def appraisal_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the included studies, how far one has come, and what is settled."""
    review = access.review(request, slug)
    user = access.person(request)
    studies = pages.studies(review, user)
    context = {
        "review": review,
        "studies": studies,
        "to_prepare": pages.to_prepare(studies),
        "instruments": review.instruments.in_force(),
        "tables": judgments.tables(review),
        "may_appraise": _is_reviewer(review, user),
        "may_set_up": targets.may_set_up(review, user),
        "is_owner": access.has_role(review, user, Role.OWNER),
        "waiting": standing.waiting(review, user),
    }
    return render(request, "screening/appraisal/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appraisal_add(
    request: HttpRequest, slug: str, study_pk: int, instrument_pk: int
) -> HttpResponse:
    """Set up something to be appraised, with the options that are fixed with it."""
    review = access.review(request, slug)
    targets.require_may_set_up(review, access.person(request))
    study = get_object_or_404(review.studies.included(), pk=study_pk)
    instrument = get_object_or_404(review.instruments.in_force(), pk=instrument_pk)
    form_of = targets.form_of(instrument)
    form = TargetForm(
        request.POST or None, study=study, instrument=instrument, form=form_of
    )
    if request.method == "POST" and form.is_valid():
        try:
            target = targets.create(
                study, instrument, by=access.person(request), **form.chosen()
            )
        except targets.DetailMissing as error:
            form.add_problems(error.problems)
        except targets.AlreadySetUp as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Set up to be appraised: {target}.")
            return redirect("screening:appraisal_list", review.slug)
    context = {
        "review": review,
        "study": study,
        "instrument": instrument,
        "form_of": form_of,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "screening/appraisal/add.html", context, status=status)


@login_required
@require_POST
def appraisal_prepare(
    request: HttpRequest, slug: str, instrument_pk: int
) -> HttpResponse:
    """Set up every included study that an instrument fits."""
    review = access.review(request, slug)
    targets.require_may_set_up(review, access.person(request))
    instrument = get_object_or_404(review.instruments.in_force(), pk=instrument_pk)
    number = targets.prepare(instrument, by=access.person(request))
    messages.success(
        request,
        f"{instrument}: {number} {'study' if number == 1 else 'studies'} set up.",
    )
    return redirect("screening:appraisal_list", review.slug)


@login_required
@require_POST
def appraisal_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take something out of the appraisal."""
    review = access.review(request, slug, role=Role.OWNER)
    target = get_object_or_404(targets.of(review), pk=pk)
    targets.remove(target, by=access.person(request))
    messages.success(request, f"Taken out of the appraisal: {target}.")
    return redirect("screening:appraisal_list", review.slug)


@login_required
@require_safe
def appraise(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show the whole form of one target with one's own answers, and no other's."""
    review = _review_to_appraise(request, slug)
    target = get_object_or_404(targets.standing(review), pk=pk)
    read = answering.of(target)
    context = pages.own_sections(read, access.person(request))
    return render(
        request,
        "screening/appraisal/appraise.html",
        {"review": review, **pages.about(read), **context},
    )


@login_required
@require_POST
def appraise_domain(
    request: HtmxRequest, slug: str, pk: int, domain: str
) -> HttpResponse:
    """Keep one's own answers to one domain."""
    review = _review_to_appraise(request, slug)
    target = get_object_or_404(targets.of(review), pk=pk)
    read = answering.of(target)
    form = _domain_form(request, read, domain)
    status = 200
    try:
        answering.answer(
            target,
            domain,
            form.written(),
            reviewer=access.person(request),
            token=form.cleaned_data.get("token"),
        )
    except answering.Unfinished as error:
        form.add_problems(error.problems)
        status = 422
    except (answering.NotOpenForAppraisal, answering.AppraisedByOthers) as error:
        form.add_error(None, str(error))
        status = 409
    if status == 200 and not request.htmx:
        messages.success(request, f"Saved: {form.domain.name}.")
        return redirect(f"{_page(review, pk)}#domain-{domain}")
    context = pages.own_sections(
        read,
        access.person(request),
        domain=domain,
        form=None if status == 200 else form,
    )
    template = "_saved.html" if request.htmx else "appraise.html"
    return render(
        request,
        f"screening/appraisal/{template}",
        {"review": review, **pages.about(read), **context},
        status=status,
    )


@login_required
@require_POST
def appraisal_preview(
    request: HttpRequest, slug: str, pk: int, domain: str
) -> HttpResponse:
    """Answer which questions are asked and what is proposed, storing nothing.

    The questions themselves are not sent again: a late answer would undo what the
    reviewer has ticked since.
    """
    review = access.review(request, slug)
    pages.require_may_fill_in(review, access.person(request))
    read = answering.of(get_object_or_404(targets.of(review), pk=pk))
    form = _domain_form(request, read, domain)
    section = Section(form=form, proposal=pages.proposal(read, form, {}))
    return render(
        request,
        "screening/appraisal/_proposal.html",
        {"review": review, "section": section},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appraisal_consensus(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what differs side by side, to those who may settle it, and settle it."""
    review = access.review(request, slug)
    user = access.person(request)
    pages.require_may_fill_in(review, user)
    target = get_object_or_404(targets.standing(review), pk=pk)
    read = answering.of(target)
    domain, form, status = "", None, 200
    if request.method == "POST":
        domain = request.POST.get("domain", "")
        form = _domain_form(request, read, domain)
        try:
            consensus.resolve(
                target,
                domain,
                form.written(),
                resolver=user,
                token=form.cleaned_data.get("token"),
            )
        except answering.Unfinished as error:
            form.add_problems(error.problems)
            status = 422
        except consensus.NotInConflict as error:
            messages.warning(request, f"{error} Somebody settled or changed it.")
        else:
            messages.success(request, f"Settled: {form.domain.name}.")
        if status == 200:
            return redirect("screening:appraisal_consensus", review.slug, pk)
    context = {
        "review": review,
        **pages.about(read),
        "disputes": pages.disputes(read, user, domain=domain, form=form),
    }
    return render(request, "screening/appraisal/consensus.html", context, status=status)


def _review_to_appraise(request: HttpRequest, slug: str) -> Review:
    return access.review(request, slug, role=Role.REVIEWER, stage=Stage.APPRAISAL)


def _is_reviewer(review: Review, user: User) -> bool:
    return access.has_role(review, user, Role.REVIEWER, stage=Stage.APPRAISAL)


def _domain_form(
    request: HttpRequest, read: answering.Appraisal, domain: str
) -> DomainForm:
    try:
        found = read.domain(domain)
    except answering.UnknownDomain as error:
        raise Http404(str(error)) from error
    form = DomainForm(request.POST, domain=found, options=read.options)
    form.is_valid()
    return form


def _page(review: Review, pk: int) -> str:
    return reverse("screening:appraise", args=[review.slug, pk])
