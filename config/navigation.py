"""The navigation of a review, in the order of the flow.

It names pages of both apps, as data. A page that a reader may not open is not listed.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from reviews.models import MemberRole, Review, Role, Stage

Held = set[tuple[str, str]]
JUDGING = (Role.REVIEWER, Role.ADJUDICATOR)


@dataclass(frozen=True)
class Item:
    """A page that the navigation leads to.

    `family` are the beginnings of the names of the pages that belong to it; `roles`
    and `stages` (empty: all members, any stage) say who finds it.
    """

    label: str
    name: str
    family: tuple[str, ...]
    roles: tuple[Role, ...] = ()
    stages: tuple[str, ...] = ()

    def is_for(self, held: Held) -> bool:
        if not self.roles:
            return True
        return any(
            role in self.roles and (not self.stages or stage in ("", *self.stages))
            for role, stage in held
        )


@dataclass(frozen=True)
class Group:
    label: str
    items: tuple[Item, ...]


GROUPS = (
    Group("", (Item("Overview", "reviews:review_detail", ("reviews:review_",)),)),
    Group(
        "Plan",
        (
            Item(
                "Protocol",
                "reviews:protocol_detail",
                (
                    "reviews:protocol_",
                    "reviews:plan_",
                    "reviews:criterion_",
                    "reviews:field_",
                    "reviews:instrument_",
                ),
            ),
            Item("Team", "reviews:member_list", ("reviews:member_",)),
        ),
    ),
    Group(
        "Identification",
        (
            Item(
                "Searches",
                "reviews:search_list",
                ("reviews:search_", "reviews:import_", "reviews:wave_"),
            ),
            Item(
                "Records",
                "reviews:record_list",
                ("reviews:record_", "reviews:saved_filter_"),
            ),
            Item("Duplicates", "reviews:duplicate_list", ("reviews:duplicate_",)),
        ),
    ),
    Group(
        "Screening",
        (
            Item(
                "Titles and abstracts",
                "screening:screen",
                (
                    "screening:screen",
                    "screening:judge_record",
                    "screening:my_",
                    "screening:quote_",
                    "screening:later",
                ),
                roles=(Role.REVIEWER,),
                stages=(Stage.TITLE_ABSTRACT,),
            ),
            Item(
                "Who judges what",
                "screening:allocation",
                (
                    "screening:allocation",
                    "screening:waiting",
                    "screening:hand_",
                    "screening:leaving",
                    "screening:set_aside",
                    "screening:number_",
                ),
            ),
            Item(
                "Pilot rounds",
                "screening:pilot_list",
                ("screening:pilot_",),
                roles=(Role.OWNER, *JUDGING),
                stages=(Stage.TITLE_ABSTRACT, Stage.FULL_TEXT),
            ),
            Item("Reports sought", "reviews:report_list", ("reviews:report_",)),
            Item(
                "Full texts",
                "screening:full_text_queue",
                ("screening:full_text", "screening:judge_report"),
                roles=(Role.REVIEWER,),
                stages=(Stage.FULL_TEXT,),
            ),
            Item(
                "Conflicts",
                "screening:conflict_list",
                (
                    "screening:conflict_",
                    "screening:statement_",
                    "screening:call_in_",
                    "screening:wording",
                ),
                roles=JUDGING,
                stages=(Stage.TITLE_ABSTRACT, Stage.FULL_TEXT),
            ),
            Item("Progress", "screening:progress", ("screening:progress",)),
            Item("Word lists", "screening:word_list_list", ("screening:word_list_",)),
            Item("Labels", "screening:label_list", ("screening:label_",)),
            Item("Ranking", "screening:ranking", ("screening:ranking",)),
            Item("Stopping", "screening:stopping", ("screening:stop",)),
            Item(
                "Move in votes",
                "screening:moving_in_list",
                ("screening:moving_in_",),
                roles=(Role.OWNER,),
            ),
        ),
    ),
    Group(
        "Included",
        (
            Item("Studies", "reviews:study_list", ("reviews:study_",)),
            Item("Appraisal", "screening:appraisal_list", ("screening:apprais",)),
            Item(
                "Extraction",
                "screening:extraction_list",
                ("screening:extract",),
                roles=JUDGING,
                stages=(Stage.EXTRACTION,),
            ),
        ),
    ),
    Group(
        "Report",
        (
            Item(
                "Flow",
                "reviews:flow",
                (
                    "reviews:flow",
                    "reviews:diagram",
                    "reviews:snapshot_",
                    "reviews:previous_",
                ),
            ),
            Item("Table 1", "reviews:table1", ("reviews:table1",)),
            Item(
                "Manuscript",
                "screening:export_list",
                (
                    "screening:export_",
                    "reviews:manuscript_",
                    "reviews:table_",
                    "reviews:overlap_",
                    "reviews:appraisal_",
                    "screening:agreement",
                    "screening:ledger",
                    "screening:archive_",
                    "reviews:reference_",
                    "reviews:words",
                    "reviews:checklist_",
                ),
            ),
            Item("Audit", "reviews:audit", ("reviews:audit", "reviews:related_")),
            Item("History", "reviews:event_list", ("reviews:event_", "reviews:job_")),
        ),
    ),
)


# From a page of `reviews` to the one of `screening` on the same thing.
BESIDE = {
    "reviews:member_list": ("screening:allocation", False),
    "reviews:member_edit": ("screening:leaving", True),
    "reviews:member_remove": ("screening:leaving", True),
    "reviews:review_settings": ("screening:allocation", False),
}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation of the review whose page this is.

    `stage_urls` leads from a page of `reviews` to where one judges a stage,
    `beside_url` to the page of `screening` on the same thing.
    """
    review = request.META.get("twofold.review")
    if not isinstance(review, Review):
        return {}
    held: Held = set(
        MemberRole.objects.filter(
            member__review=review, member__user=request.user.pk, member__removed_at=None
        ).values_list("role", "stage")
    )
    here = request.resolver_match.view_name if request.resolver_match else ""
    stage_urls: dict[str, str] = {}
    listed = []
    for group in GROUPS:
        items = []
        for item in group.items:
            url = _url(item, review) if item.is_for(held) else ""
            if not url:
                continue
            if item.roles == (Role.REVIEWER,):
                stage_urls.update(dict.fromkeys(item.stages, url))
            current = here.startswith(item.family)
            items.append({"label": item.label, "url": url, "current": current})
        if items:
            listed.append({"label": group.label, "items": items})
    return {
        "review": review,
        "navigation": listed,
        "stage_urls": stage_urls,
        "beside_url": _beside(request, here, review),
    }


def _beside(request: HttpRequest, here: str, review: Review) -> str:
    """Return the page of `screening` beside one of `reviews`, or nothing."""
    name, has_key = BESIDE.get(here, ("", False))
    if not name or request.resolver_match is None:
        return ""
    key = request.resolver_match.kwargs.get("pk")
    return reverse(name, args=(review.slug, key) if has_key else (review.slug,))


def _url(item: Item, review: Review) -> str:
    try:
        return reverse(item.name, args=(review.slug,))
    except NoReverseMatch:
        return ""
