"""When screening may stop: what the rule says, the sample, and the certificate."""

from collections.abc import Callable, Sequence
from typing import overload

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from reviews import access
from reviews.flow.among import Among
from reviews.flow.names import RECORD_BOXES
from reviews.jobs import AlreadyAtWork
from reviews.models import Record, Review, Role, ScreeningPlan
from screening.agreement.reading import may_see_pairs
from screening.forms.stopping import BecauseForm
from screening.models import Stop
from screening.stopping import (
    background,
    both,
    outlook,
    paper,
    reading,
    rule,
    sampling,
    stops,
    urn,
    wording,
)
from screening.stopping.looking import CannotStop

PER_PAGE = 50
LISTS = {
    "read": "Records screened",
    "relevant": "Relevant records, in the order of reading",
    "known": "Relevant records, known beforehand",
    "since": "Irrelevant records since the last relevant one",
    "conflicts": "Records that wait for a resolution",
    "unread": "Records not screened yet",
    "waiting": "Records that wait to be screened",
}


_REMOVED = {
    Record.Removal.AUTOMATION: "by_automation",
    Record.Removal.OTHER: "for_other_reasons",
}


class _Rows(Sequence[Record]):
    """Records in an order of their own, read a page at a time: they may be many."""

    def __init__(self, review: Review, keys: Sequence[int]) -> None:
        self.review, self.keys = review, keys

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, part: int) -> Record: ...
    @overload
    def __getitem__(self, part: slice) -> Sequence[Record]: ...
    def __getitem__(self, part: int | slice) -> Record | Sequence[Record]:
        if isinstance(part, int):
            return self[part : part + 1][0]
        shown = self.keys[part]
        rows = Record.stored.filter(Among(shown), review=self.review)
        rows = rows.select_related("search", "counted_reason")
        by_key = {row.pk: row for row in rows.defer("abstract", "original")}
        return [by_key[key] for key in shown if key in by_key]


@login_required
@require_GET
def stopping(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the rule of the protocol says of what was screened."""
    review = access.review(request, slug)
    person = access.person(request)
    plan = get_object_or_404(ScreeningPlan, review=review)
    found = reading.read(review, person)
    said = rule.say(plan, found)
    listed = list(stops.of(review).select_related("certificate").order_by("-number"))
    signed = _first(listed, Stop.State.SIGNED)
    return render(
        request,
        "screening/stopping/stopping.html",
        {
            "review": review,
            "plan": plan,
            "rule": wording.rule(plan),
            "reading": found,
            "said": said,
            "says": wording.says(plan, found, said),
            "outlook": wording.outlook(plan, found, said),
            "certified_percent": wording.percent(said.certified.recall),
            "threshold": urn.THRESHOLD,
            "p": wording.p_value(said.p),
            "unread": found.waiting + found.stopped,
            "waiting": found.waiting,
            "sample_size": min(plan.audit_size, found.waiting),
            "heuristics": outlook.heuristics(found.screened),
            "stops": listed,
            "going": _first(listed, Stop.State.SAMPLING),
            "signed": signed,
            "uncovered": _came_since(review, signed) if signed else 0,
            "is_owner": access.has_role(review, person, Role.OWNER),
        },
    )


@login_required
@require_GET
def stopping_records(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    """List the records behind a number of the page."""
    review = access.review(request, slug)
    if what not in LISTS:
        raise Http404("No such number.")
    found: Sequence[int]
    if what == "waiting":
        waits = review.records.awaiting_screening().order_by("pk")
        found = list(waits.values_list("pk", flat=True))
    elif what == "unread":
        rows = (reading.unread(review), reading.never_screened(review))
        found = sorted(pk for each in rows for pk in each.values_list("pk", flat=True))
    else:
        told = reading.read(review, access.person(request))
        found = {
            "read": told.read,
            "relevant": told.relevant,
            "known": told.known,
            "since": told.since_last,
            "conflicts": told.conflicts,
        }[what]
    return _list(request, review, LISTS[what], found)


@login_required
@require_POST
def stop_begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the stop: the sample of the rest is drawn."""
    review = access.review(request, slug, role=Role.OWNER)
    try:
        stop = stops.begin(review, by=access.person(request))
    except CannotStop as error:
        messages.warning(request, str(error))
        return redirect("screening:stopping", review.slug)
    messages.success(request, "The sample is drawn and waits for the reviewers.")
    return redirect("screening:stop_detail", review.slug, stop.number)


@login_required
@require_GET
def stop_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a stop: its sample, and then its certificate."""
    review = access.review(request, slug)
    return _detail(request, review, _stop(review, number))


@login_required
@require_GET
def stop_records(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """List the sample of a stop, in the order of the draw."""
    review = access.review(request, slug)
    stop = _stop(review, number)
    drawn = stop.sample.order_by("position").values_list("record", flat=True)
    return _list(request, review, f"Sample of stop {number}", list(drawn))


@login_required
@require_GET
def stop_never_screened(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """List what left the flow by a certificate."""
    review = access.review(request, slug)
    stop = _signed(review, number)
    left = stop.certificate.removal.records.order_by("record")
    keys = list(left.values_list("record", flat=True))
    return _list(request, review, f"Never screened: stop certificate {number}", keys)


@login_required
@require_POST
def stop_sign(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Sign the certificate; where many records leave by it, in the background."""
    review = access.review(request, slug, role=Role.OWNER)
    stop = _stop(review, number)
    try:
        background.sign(stop, by=access.person(request))
    except (CannotStop, AlreadyAtWork) as error:
        messages.warning(request, str(error))
    return redirect("screening:stop_detail", review.slug, number)


@login_required
@require_POST
def stop_give_up(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Go on screening, with a reason."""
    review = access.review(request, slug, role=Role.OWNER)
    return _end(request, review, number, stops.give_up, "Screening goes on.")


@login_required
@require_POST
def stop_lift(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Lift a signed stop, with a reason; many come back in the background."""
    review = access.review(request, slug, role=Role.OWNER)
    return _end(request, review, number, background.lift)


def _end(
    request: HttpRequest,
    review: Review,
    number: int,
    rule_of: Callable[..., object],
    told: str = "",
) -> HttpResponse:
    """End a stop by a rule that asks for a reason, and tell what came of it."""
    stop = _stop(review, number)
    form = BecauseForm(request.POST)
    if not form.is_valid():
        return _detail(request, review, stop, form)
    try:
        rule_of(stop, because=form.cleaned_data["because"], by=access.person(request))
    except (CannotStop, AlreadyAtWork) as error:
        messages.warning(request, str(error))
    else:
        if told:
            messages.success(request, told)
    return redirect("screening:stop_detail", review.slug, number)


@login_required
@require_GET
def stop_certificate(
    request: HttpRequest, slug: str, number: int, suffix: str
) -> HttpResponse:
    """Download the certificate as PDF or JSON."""
    review = access.review(request, slug)
    stop = _signed(review, number)
    name = content_disposition_header(
        True, f"{review.slug}-stop-certificate-{number}.{suffix}"
    )
    if suffix == "json":
        made = stop.certificate
        told = {**made.facts, "sha256": made.sha256, "lifted": _lifted(stop)}
        answer: HttpResponse = JsonResponse(told, json_dumps_params={"indent": 2})
    elif suffix == "pdf":
        answer = HttpResponse(_pdf(stop), content_type="application/pdf")
    else:
        raise Http404(f"No certificate as {suffix}.")
    answer["Content-Disposition"] = name or ""
    return answer


@login_required
@require_GET
def stopping_missed(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the estimate of what both reviewers of a pair missed."""
    review = access.review(request, slug, role=Role.OWNER)
    may_see = may_see_pairs(review, both.AT, access.person(request))
    return render(
        request,
        "screening/stopping/missed.html",
        {
            "review": review,
            "pairs": both.pairs(review) if may_see else [],
            "is_hidden": not may_see,
        },
    )


@login_required
@require_GET
def stopping_missed_records(request: HttpRequest, slug: str, cell: str) -> HttpResponse:
    """List the records behind a number of the estimate."""
    review = access.review(request, slug, role=Role.OWNER)
    if not may_see_pairs(review, both.AT, access.person(request)):
        raise Http404("No such number.")
    try:
        pair = int(request.GET.get("first", "")), int(request.GET.get("second", ""))
        found = both.behind(review, *pair, cell)
    except (LookupError, ValueError) as error:
        raise Http404("No such number.") from error
    return _list(
        request, review, "Relevant records that were found", found, missed=True
    )


def _stop(review: Review, number: int) -> Stop:
    return get_object_or_404(
        stops.of(review).select_related("review", "certificate__signed_by"),
        number=number,
    )


def _first(listed: Sequence[Stop], state: Stop.State) -> Stop | None:
    return next((each for each in listed if each.state == state), None)


def _signed(review: Review, number: int) -> Stop:
    stop = _stop(review, number)
    if not hasattr(stop, "certificate"):
        raise Http404("This stop was not signed.")
    return stop


def _detail(
    request: HttpRequest, review: Review, stop: Stop, form: BecauseForm | None = None
) -> HttpResponse:
    person = access.person(request)
    made = getattr(stop, "certificate", None)
    is_owner = access.has_role(review, person, Role.OWNER)
    judged = sampling.judged(stop)
    cannot = ""
    if is_owner and stop.state == Stop.State.SAMPLING and not judged.waiting:
        try:
            stops.require_signable(stop)
        except CannotStop as error:
            cannot = str(error)
    job = background.latest(stop)
    return render(
        request,
        "screening/stopping/detail.html",
        {
            "review": review,
            "stop": stop,
            "judged": judged,
            "standing": judged.drawn - judged.gone,
            "leaving": reading.unread(review).count(),
            "box": RECORD_BOXES[f"removed_{_REMOVED[stops.removal(review)]}"],
            "cannot": cannot,
            "certificate": made,
            "sections": wording.sections(made.facts) if made else [],
            "came_since": _came_since(review, stop),
            "form": form or BecauseForm(),
            "is_owner": is_owner,
            "may_edit": is_owner,
            "job": job if job and job.state != job.State.DONE else None,
        },
        status=422 if form else 200,
    )


def _came_since(review: Review, stop: Stop) -> int:
    """Count what waits to be screened though screening was stopped."""
    if stop.state != Stop.State.SIGNED:
        return 0
    return review.records.awaiting_screening().count()


def _lifted(stop: Stop) -> dict[str, str] | None:
    if stop.state != Stop.State.LIFTED or stop.ended_at is None:
        return None
    return {
        "at": stop.ended_at.isoformat(),
        "by": str(stop.ended_by),
        "because": stop.ended_because,
    }


def _pdf(stop: Stop) -> bytes:
    lifted = _lifted(stop)
    facts = stop.certificate.facts
    return paper.pdf(
        f"Stop certificate {stop.number}",
        str(facts["review"]["title"]),
        wording.sections(facts),
        warning=f"Lifted on {lifted['at'][:10]}: {lifted['because']}" if lifted else "",
        foot=f"SHA-256 {stop.certificate.sha256}",
    )


def _list(
    request: HttpRequest,
    review: Review,
    label: str,
    keys: Sequence[int],
    *,
    missed: bool = False,
) -> HttpResponse:
    page = Paginator(_Rows(review, keys), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "screening/stopping/records.html",
        {"review": review, "label": label, "page_obj": page, "missed": missed},
    )
