from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from reviews import access, members
from reviews.forms.amendment import posted
from reviews.forms.member import MemberForm, PartsForm, ticked
from reviews.models import Role


@login_required
@require_GET
def member_list(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    team = [
        (each, members.told(members.parts_of(each))) for each in members.team(review)
    ]
    return render(
        request,
        "reviews/member/list.html",
        {
            "review": review,
            "team": team,
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_add(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = members.find_person(form.cleaned_data["name"])
            members.add(review, user, form.parts(), by=access.person(request))
        except members.UnknownPerson as error:
            told = f"{error} Ask them to sign up here first, then add them."
            form.add_error("name", told)
        except members.AlreadyMember as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"{user} ({user.email}) is on the team.")
            return redirect("reviews:member_list", review.slug)
    return render(
        request,
        "reviews/member/add.html",
        {"review": review, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    member = get_object_or_404(members.team(review), pk=pk)
    form = PartsForm(posted(request), initial=ticked(member))
    if request.method == "POST" and form.is_valid():
        try:
            members.change_parts(member, form.parts(), by=access.person(request))
        except members.LastOwner as error:
            form.add_error("owner", str(error))
        except members.NoMember as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The roles of {member.user} are saved.")
            return redirect("reviews:member_list", review.slug)
    return render(
        request,
        "reviews/member/edit.html",
        {"review": review, "member": member, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    member = get_object_or_404(review.members.select_related("user"), pk=pk)
    if request.method == "POST":
        try:
            members.remove(member, by=access.person(request))
        except (members.LastOwner, members.NoMember) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{member.user} is not on the team any more.")
            if member.user == request.user:
                return redirect(settings.LOGIN_REDIRECT_URL)
        return redirect("reviews:member_list", review.slug)
    return render(
        request, "reviews/member/remove.html", {"review": review, "member": member}
    )
