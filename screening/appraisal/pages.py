"""What the pages of the appraisal show, gathered for the person who looks.

One's own pages hold one's own answers only. The page of what differs holds the
domains that as many as the protocol asks for have answered and that differ, for those
who may settle them.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from reviews import access, targets
from reviews.instruments import sheets, words
from reviews.instruments.conditions import codes
from reviews.instruments.definition import OVERALL, Domain, Judgement, Question
from reviews.instruments.judging import Proposal
from reviews.instruments.phrasing import askable
from reviews.instruments.sheets import Sheet
from reviews.models import Instrument, Review, Role, Stage, Study, User
from screening.appraisal import answering
from screening.appraisal import standing as appraisal_standing
from screening.appraisal.answering import Appraisal
from screening.appraisal.standing import Standing
from screening.forms.appraisal import DomainForm, option_words
from screening.models import AppraisalAnswer

Kind = AppraisalAnswer.Kind


@dataclass(frozen=True)
class StudyRow:
    """An included study, what of it is appraised, and what may be set up."""

    study: Study
    design: str
    standings: list[Standing] = field(default_factory=list)
    unopened: list[Instrument] = field(default_factory=list)
    fitting: list[Instrument] = field(default_factory=list)
    others: list[Instrument] = field(default_factory=list)


def studies(review: Review, user: User) -> list[StudyRow]:
    """Return the included studies by label, with how each target stands for one."""
    instruments = list(review.instruments.in_force())
    rows: dict[int, StudyRow] = {}
    for study in review.studies.included().by_label():
        fits = targets.fitting(instruments, study.design)
        rows[study.pk] = StudyRow(
            study=study,
            design=words.label(study.design) if study.design else "",
            fitting=fits,
            others=[each for each in instruments if each not in fits],
        )
    for standing in appraisal_standing.standings(review, user):
        row = rows[standing.target.study_id]
        row.standings.append(standing)
        _leave_out(row, standing.target.instrument)
    for study, instrument in targets.opening(appraisal_standing.unopened(review)):
        rows[study.pk].unopened.append(instrument)
        rows[study.pk].fitting.remove(instrument)
    return list(rows.values())


def _leave_out(row: StudyRow, instrument: Instrument) -> None:
    """Offer no second appraisal of what a study has only one of."""
    if instrument.unit in (targets.Unit.STUDY, targets.Unit.REVIEW):
        for offered in (row.fitting, row.others):
            if instrument in offered:
                offered.remove(instrument)


def to_prepare(rows: list[StudyRow]) -> list[tuple[Instrument, int]]:
    """Return the instruments to set up, with the number of studies for each."""
    return list(Counter(each for row in rows for each in row.unopened).items())


def require_may_fill_in(review: Review, user: User) -> None:
    """Raise WrongRole unless the person appraises or settles what differs."""
    roles = (Role.REVIEWER, Role.ADJUDICATOR)
    if not any(
        access.has_role(review, user, role, stage=Stage.APPRAISAL) for role in roles
    ):
        raise access.WrongRole("This needs the role of reviewer or adjudicator.")


def about(read: Appraisal) -> dict[str, Any]:
    """Return what every page of one target names."""
    return {
        "target": read.target,
        "form_of": read.form,
        "options": option_words(read.form, read.options),
        "reports": read.target.study.reports.order_by("pk"),
    }


@dataclass(frozen=True)
class Section:
    """One domain on a page: its form, what is proposed, and where it stands."""

    form: DomainForm
    proposal: Proposal
    save_url: str = ""
    preview_url: str = ""
    is_saved: bool = False
    is_settled: bool = False
    in_conflict: bool = False
    was_just_saved: bool = False

    @property
    def domain(self) -> Domain:
        return self.form.domain

    @property
    def proposed(self) -> Judgement | None:
        return sheets.level(self.domain, self.proposal.code or "")

    @property
    def has_rules(self) -> bool:
        """Tell whether a judgment can depart from anything."""
        return bool(self.domain.parts) or self.domain.id == OVERALL


def own_sections(
    read: Appraisal, user: User, *, domain: str = "", form: DomainForm | None = None
) -> dict[str, Any]:
    """Return the domains of the form with one's own answers.

    `domain` was just sent: with `form` it could not be kept.
    """
    mine = answering.own(read.target, user)
    own = {key: answering.sheet(each) for key, each in mine.items()}
    settled = answering.settled(read.target)
    standing = appraisal_standing.standing(read, user)
    sections = []
    for each in answering.open_to(read, user):
        filled = form if form and each.id == domain else None
        sheet = own.get(each.id)
        shown = filled or DomainForm(domain=each, options=read.options, sheet=sheet)
        sections.append(
            Section(
                form=shown,
                proposal=proposal(read, shown, own),
                save_url=_url("appraise_domain", read, each.id),
                preview_url=_url("appraisal_preview", read, each.id),
                is_saved=each.id in own,
                is_settled=each.id in own and each.id in settled,
                in_conflict=each.id in own and each.id in standing.conflicts,
                was_just_saved=each.id == domain and form is None,
            )
        )
    by_id = {section.domain.id: section for section in sections}
    return {
        "sections": sections,
        "current": by_id.get(domain),
        "overall": by_id.get(OVERALL),
        "standing": standing,
    }


def proposal(read: Appraisal, form: DomainForm, others: dict[str, Sheet]) -> Proposal:
    """Return what the rules make of what stands in the form."""
    return read.proposal(form.domain, form.written().answers, others)


@dataclass(frozen=True)
class Side:
    """What one of those who appraised wrote on a domain."""

    answer: AppraisalAnswer
    level: Judgement | None
    proposed: Judgement | None


@dataclass(frozen=True)
class Compared:
    """One question with what each side answered, in words, by the person's name."""

    question: Question
    answers: list[tuple[str, str]]

    @property
    def differs(self) -> bool:
        return len({said for _, said in self.answers}) > 1


@dataclass(frozen=True)
class Dispute:
    """A domain on which those who appraised it differ."""

    domain: Domain
    sides: list[Side]
    compared: list[Compared]
    section: Section


def disputes(
    read: Appraisal, user: User, *, domain: str = "", form: DomainForm | None = None
) -> list[Dispute]:
    """Return what differs and the person may settle, in the order of the form."""
    may_settle = appraisal_standing.standing(read, user).conflicts
    answers = (
        AppraisalAnswer.objects.current()
        .filter(target=read.target, kind=Kind.INDEPENDENT, domain__in=may_settle)
        .select_related("reviewer")
        .order_by("pk")
    )
    sides: dict[str, list[AppraisalAnswer]] = {}
    for answer in answers:
        sides.setdefault(answer.domain, []).append(answer)
    settled = {
        key: answering.sheet(judgment)
        for key, judgment in answering.settled(read.target).items()
    }
    return [
        _dispute(
            read,
            each,
            sides[each.id],
            settled,
            form if form and each.id == domain else None,
        )
        for each in read.domains
        if each.id in sides
    ]


def _dispute(
    read: Appraisal,
    domain: Domain,
    answers: list[AppraisalAnswer],
    settled: dict[str, Sheet],
    sent: DomainForm | None,
) -> Dispute:
    first = answers[0].answers
    shared = {
        key: answer
        for key, answer in first.items()
        if all(each.answers.get(key) == answer for each in answers)
    }
    form = sent or DomainForm(
        domain=domain,
        options=read.options,
        sheet=Sheet(shared),
        support_label="Why it is settled so",
    )
    return Dispute(
        domain=domain,
        sides=[
            Side(
                each,
                sheets.level(domain, each.judgment),
                sheets.level(domain, each.proposed),
            )
            for each in answers
        ],
        compared=_compared(read, domain, answers),
        section=Section(
            form=form,
            proposal=proposal(read, form, settled),
            preview_url=_url("appraisal_preview", read, domain.id),
        ),
    )


def _compared(
    read: Appraisal, domain: Domain, answers: list[AppraisalAnswer]
) -> list[Compared]:
    found = []
    for question in askable(domain, read.options):
        given = [codes(each.answers.get(question.id, "")) for each in answers]
        if any(given):
            said = [
                "; ".join(question.label(code) for code in each) or "Not asked"
                for each in given
            ]
            names = [str(each.reviewer) for each in answers]
            found.append(Compared(question, list(zip(names, said, strict=True))))
    return found


def _url(name: str, read: Appraisal, domain: str) -> str:
    return reverse(f"screening:{name}", args=[read.review.slug, read.target.pk, domain])
