from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reviews import access
from reviews.filters.event import EventFilter
from reviews.models import Role

PER_PAGE = 50


@login_required
@require_GET
def event_list(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    listed = EventFilter(request.GET, review.events.all(), review=review)
    rows = listed.qs.select_related("by").order_by("-at", "-pk")
    pages = Paginator(rows.defer("old"), PER_PAGE)
    return render(
        request,
        "reviews/event/list.html",
        {
            "review": review,
            "filter": listed,
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
            "page_obj": pages.get_page(request.GET.get("page")),
        },
    )
