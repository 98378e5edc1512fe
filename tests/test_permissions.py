"""Every page against everybody: who may open it, who gets 403, who gets 404.

A page that is missing from ROWS fails the test. To add one, add a line:

    Row("reviews:record_detail", MEMBERS, pk="record")

- the name of the page, then the roles that may open it: MEMBERS (all four), or
  JUDGES, REVIEWERS, ADJUDICATOR, OWNER, or any set of the names in PEOPLE;
  ANYBODY for a page outside every review, open to whoever is signed in;
- then, for each argument of the address but `slug`, what fills it: the name of an
  object of `World` (its key is taken), or a value that is no text ("=word" for a text);
- `codes={...}` where the page answers those who may with something else than 200, a
  redirect, 400, 409 or 422 (sending an empty form is a fair answer, too).

Each page is asked with GET and with an empty POST; a method that it does not take
answers 405 to everybody, but one of the two must be taken. What a POST writes is
taken back. Whoever is not signed in is sent to sign in; an outsider gets 404.
Objects that a page needs are made in `World.setUpTestData`, at the end of this file.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.test import TestCase
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from reviews import dismissals, previous, reports, snapshots, waves
from reviews.imports import looking
from reviews.models import (
    AppraisalTarget,
    DuplicateSet,
    Job,
    RelatedList,
    Review,
    SavedFilter,
    Stage,
)
from screening.allocation import changing
from screening.models import BulkDecision, Handover, Label, SetAside, WordList
from screening.pilots import rounds
from tests.cast import Cast
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_instrument,
    create_record,
    create_report,
    create_search,
    create_staffed_review,
    create_study,
)
from tests.reviews.pdfs import create_pdf
from tests.screening.moving_in import moved
from tests.screening.stopping.made import create_certificate

OWNER = frozenset({"owner"})
REVIEWERS = frozenset({"reviewer"})
SCREENERS = frozenset({"reviewer", "owner"})
ADJUDICATOR = frozenset({"adjudicator"})
ADJUDICATORS = frozenset({"adjudicator"})
JUDGES = REVIEWERS | ADJUDICATORS
MEMBERS = frozenset({"viewer", "reviewer", "adjudicator", "owner"})
ANYBODY = MEMBERS | {"outsider"}
PEOPLE = {
    "viewer": "vera",
    "reviewer": "bob",
    "adjudicator": "dan",
    "owner": "alice",
    "outsider": "mallory",
}
WORD_LIST = UUID(int=1)
LABEL = UUID(int=2)
BULK = "6f5b3c1e-6b0e-4a1e-9a5c-0d6f2b7c9e10"
FAIR = frozenset({200, 302, 303, 400, 409, 422})


@dataclass(frozen=True, init=False)
class Row:
    name: str
    roles: frozenset[str]
    codes: frozenset[int] = frozenset()
    arguments: dict[str, Any] = field(default_factory=dict)

    def __init__(
        self,
        name: str,
        roles: frozenset[str],
        *,
        codes: set[int] | None = None,
        **arguments: Any,
    ) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "roles", roles)
        object.__setattr__(self, "codes", frozenset(codes or ()))
        object.__setattr__(self, "arguments", arguments)


ROWS = [
    # review
    Row("reviews:review_create", ANYBODY),
    Row("reviews:review_detail", MEMBERS),
    Row("reviews:review_settings", OWNER),
    # protocol
    Row("reviews:protocol_detail", MEMBERS),
    Row("reviews:protocol_edit", OWNER),
    Row("reviews:plan_edit", OWNER),
    Row("reviews:criterion_create", OWNER),
    Row("reviews:criterion_detail", MEMBERS, pk="criterion"),
    Row("reviews:criterion_edit", OWNER, pk="criterion"),
    Row("reviews:criterion_move", OWNER, pk="criterion"),
    Row("reviews:criterion_retire", OWNER, pk="criterion"),
    Row("reviews:criterion_reinstate", OWNER, pk="criterion"),
    Row("reviews:field_create", OWNER),
    Row("reviews:field_detail", MEMBERS, pk="extraction_field"),
    Row("reviews:field_edit", OWNER, pk="extraction_field"),
    Row("reviews:field_move", OWNER, pk="extraction_field"),
    Row("reviews:field_retire", OWNER, pk="extraction_field"),
    Row("reviews:field_reinstate", OWNER, pk="extraction_field"),
    Row("reviews:instrument_list", MEMBERS),
    Row("reviews:instrument_adopt", OWNER, key="=nos_cohort"),
    Row("reviews:instrument_detail", MEMBERS, pk="instrument"),
    Row("reviews:instrument_edit", OWNER, pk="instrument"),
    Row("reviews:instrument_retire", OWNER, pk="instrument"),
    # member
    Row("reviews:member_list", MEMBERS),
    Row("reviews:member_add", OWNER),
    Row("reviews:member_edit", OWNER, pk="member"),
    Row("reviews:member_remove", OWNER, pk="member"),
    # search and import
    Row("reviews:search_list", MEMBERS),
    Row("reviews:search_create", OWNER),
    Row("reviews:search_detail", MEMBERS, pk="search"),
    Row("reviews:search_edit", OWNER, pk="search"),
    Row("reviews:search_remove", OWNER, pk="search"),
    Row("reviews:import_create", OWNER, pk="search"),
    Row("reviews:import_detail", MEMBERS, pk="file_import"),
    Row("reviews:import_files", OWNER),
    Row("reviews:import_waiting", MEMBERS),
    Row("reviews:import_take_in_several", OWNER),
    Row("reviews:import_take_in", OWNER, pk="file_import"),
    Row("reviews:import_read_again", OWNER, pk="file_import"),
    Row("reviews:import_map", OWNER, pk="file_import"),
    Row("reviews:import_undo", OWNER, pk="file_import"),
    Row("reviews:import_redo", OWNER, pk="file_import"),
    Row("reviews:import_discard", OWNER, pk="file_import"),
    # job
    Row("reviews:job_list", OWNER),
    Row("reviews:job_detail", MEMBERS, pk="job"),
    Row("reviews:job_cancel", OWNER, pk="job"),
    # saved filter: everybody changes what they saved themselves
    Row("reviews:saved_filter_create", MEMBERS),
    Row("reviews:saved_filter_edit", MEMBERS, codes={404}, pk="saved_filter"),
    Row("reviews:saved_filter_remove", MEMBERS, codes={404}, pk="saved_filter"),
    Row("reviews:saved_filter_put_back", MEMBERS, codes={404}, pk="saved_filter"),
    # wave
    Row("reviews:wave_list", MEMBERS),
    Row("reviews:wave_begin", OWNER),
    Row("reviews:wave_edit", OWNER, pk="wave"),
    Row("reviews:wave_undo", OWNER, pk="wave"),
    # previous version of the review
    Row("reviews:previous_list", MEMBERS),
    Row("reviews:previous_add", OWNER),
    Row("reviews:previous_remove", OWNER, pk="previous_report"),
    Row("reviews:previous_restore", OWNER, pk="previous_report"),
    # record
    Row("reviews:record_list", MEMBERS),
    Row("reviews:record_detail", MEMBERS, pk="record"),
    Row("reviews:record_create", OWNER, pk="search"),
    Row("reviews:record_edit", OWNER, pk="record"),
    Row("reviews:record_add_abstract", SCREENERS, pk="record"),
    Row("reviews:record_put_back_values", OWNER, codes={404}, pk="record", event="=1"),
    Row("reviews:record_take_out", OWNER, pk="record"),
    Row("reviews:record_put_back", OWNER, pk="record"),
    Row("reviews:record_remove", OWNER, pk="record"),
    Row("reviews:record_restore", OWNER, pk="record"),
    # duplicate
    Row("reviews:duplicate_list", MEMBERS),
    Row("reviews:duplicate_check", OWNER),
    Row("reviews:duplicate_take_back", OWNER),
    Row("reviews:duplicate_same", OWNER, number=1),
    Row("reviews:duplicate_different", OWNER, number=1),
    Row("reviews:duplicate_related", MEMBERS),
    Row("reviews:duplicate_distinct", MEMBERS),
    Row("reviews:duplicate_find", OWNER),
    Row("reviews:duplicate_merge_all", OWNER),
    Row("reviews:duplicate_add", SCREENERS, pk="record"),
    Row("reviews:duplicate_merge", OWNER, number=1),
    Row("reviews:duplicate_unmerge", OWNER, number=1),
    Row("reviews:duplicate_tell_apart", OWNER, number=1),
    Row("reviews:duplicate_put_back", OWNER, number=1),
    Row("reviews:duplicate_split", OWNER, number=1, pk="copy"),
    # report
    Row("reviews:report_list", MEMBERS),
    Row("reviews:report_detail", MEMBERS, pk="report"),
    Row("reviews:report_retrieval", OWNER | REVIEWERS, pk="report"),
    Row("reviews:report_classify", OWNER | REVIEWERS, pk="report"),
    Row("reviews:report_file_add", OWNER | REVIEWERS, pk="report"),
    Row("reviews:report_file", MEMBERS, report_pk="report", pk="report_file"),
    Row(
        "reviews:report_file_remove",
        OWNER | REVIEWERS,
        report_pk="report",
        pk="report_file",
    ),
    Row(
        "reviews:report_file_restore",
        OWNER | REVIEWERS,
        report_pk="report",
        pk="report_file",
    ),
    # study
    Row("reviews:study_list", MEMBERS),
    Row("reviews:study_create", OWNER | REVIEWERS),
    Row("reviews:study_group_each", OWNER | REVIEWERS),
    Row("reviews:study_detail", MEMBERS, pk="study"),
    Row("reviews:study_edit", OWNER | REVIEWERS, pk="study"),
    Row("reviews:study_move", OWNER | REVIEWERS, pk="included_report"),
    Row("reviews:study_undo_move", OWNER | REVIEWERS, pk="included_report"),
    # flow
    Row("reviews:flow", MEMBERS),
    Row("reviews:flow_diagram", MEMBERS),
    Row("reviews:diagram", MEMBERS),
    Row("reviews:diagram_file", MEMBERS, suffix="=svg"),
    Row("reviews:diagram_edit", OWNER),
    Row("reviews:diagram_reset", OWNER),
    Row("reviews:diagram_take_up", OWNER),
    Row("reviews:diagram_csv", MEMBERS),
    Row("reviews:flow_days", MEMBERS),
    Row("reviews:flow_compare", MEMBERS),
    Row("reviews:flow_moved", MEMBERS, codes={404}),
    Row("reviews:flow_dismiss", OWNER),
    Row("reviews:flow_withdraw", OWNER, pk="dismissal"),
    Row("reviews:snapshot_list", MEMBERS),
    Row("reviews:snapshot_take", OWNER),
    Row("reviews:snapshot_detail", MEMBERS, pk="snapshot"),
    Row("reviews:snapshot_json", MEMBERS, pk="snapshot"),
    Row("reviews:snapshot_csv", MEMBERS, pk="snapshot"),
    Row("reviews:flow_box", MEMBERS, box="=identified"),
    # table1
    Row("reviews:table1", MEMBERS),
    Row("reviews:table1_group", OWNER),
    Row("reviews:table1_columns", OWNER),
    Row("reviews:table1_columns_undo", OWNER),
    Row("reviews:table1_columns_reset", OWNER),
    Row("reviews:table1_column_edit", OWNER, key="=fact-design"),
    Row("reviews:table1_column_move", OWNER, key="=fact-design"),
    Row("reviews:table1_column_remove", OWNER, key="=fact-design"),
    # tables of the manuscript
    Row("reviews:manuscript_edit", OWNER),
    Row("reviews:overlap_records", MEMBERS, codes={404}, selection="=only-0"),
    Row("reviews:table_page", MEMBERS, what="=characteristics"),
    Row("reviews:table_file", MEMBERS, what="=table1", suffix="=docx"),
    # figure
    Row("reviews:appraisal_figures", MEMBERS),
    Row("reviews:appraisal_file", MEMBERS, suffix="=docx"),
    Row("reviews:appraisal_behind", MEMBERS, codes={404}),
    Row("reviews:appraisal_robvis", MEMBERS),
    Row("reviews:overlap_figure", MEMBERS),
    Row("reviews:overlap_file", MEMBERS, suffix="=svg"),
    # audit
    Row("reviews:audit", MEMBERS),
    Row("reviews:audit_download", MEMBERS, ending="=csv"),
    Row("reviews:audit_dismiss", OWNER, key="=0"),
    Row("reviews:audit_reopen", OWNER, pk="audit_dismissal"),
    Row("reviews:related_list", MEMBERS),
    Row("reviews:related_add", OWNER),
    Row("reviews:related_detail", MEMBERS, pk="related_list"),
    Row("reviews:related_remove", OWNER, pk="related_list"),
    Row("reviews:related_restore", OWNER, pk="related_list"),
    Row("reviews:criterion_coding", OWNER, pk="criterion"),
    Row("reviews:field_meaning", OWNER, pk="extraction_field"),
    # references, words and checklists
    Row("reviews:reference_list", MEMBERS),
    Row("reviews:reference_file", MEMBERS, suffix="=bib"),
    Row("reviews:words", MEMBERS),
    Row("reviews:words_file", MEMBERS, kind="=methods", suffix="=md"),
    Row("reviews:words_settled", MEMBERS, unit="=records", way="=two"),
    Row("reviews:checklist_list", MEMBERS),
    Row("reviews:checklist_detail", MEMBERS, key="=prisma2020"),
    Row("reviews:checklist_edit", OWNER, key="=prisma_s"),
    Row("reviews:checklist_file", MEMBERS, key="=prisma_s", suffix="=csv"),
    # export
    Row("reviews:export_records", MEMBERS),
    Row("reviews:export_ris", MEMBERS),
    Row("reviews:export_flow", MEMBERS),
    Row("reviews:export_duplicates", MEMBERS),
    # event
    Row("reviews:event_list", MEMBERS),
    # desk
    Row("screening:desk", ANYBODY),
    # decision
    Row("screening:screen", REVIEWERS),
    Row("screening:judge_record", REVIEWERS, pk="record"),
    Row("screening:decide", REVIEWERS, pk="record"),
    Row("screening:full_text_queue", REVIEWERS),
    Row("screening:judge_report", REVIEWERS, pk="report"),
    Row("screening:decide_report", REVIEWERS, pk="report"),
    Row("screening:take_back", REVIEWERS, codes={404}),
    Row("screening:my_decisions", REVIEWERS),
    Row("screening:screen_list", REVIEWERS),
    Row("screening:screen_list_decide", REVIEWERS, pk="record"),
    Row("screening:screen_list_take_back", REVIEWERS, codes={404}, pk="record"),
    Row("screening:screen_several", REVIEWERS),
    Row("screening:screen_several_make", REVIEWERS),
    Row("screening:screen_bulk", REVIEWERS, token=f"={BULK}"),
    Row("screening:screen_bulk_go_on", REVIEWERS, token=f"={BULK}"),
    Row("screening:screen_bulk_undo", REVIEWERS, token=f"={BULK}"),
    # later
    Row("screening:later", REVIEWERS),
    Row("screening:postpone_record", REVIEWERS, pk="record"),
    Row("screening:postpone_report", REVIEWERS, pk="report"),
    # conflict: where there is none, whoever might settle one finds nothing
    Row("screening:conflict_list", JUDGES),
    Row("screening:conflict_record", JUDGES, pk="record", codes={404}),
    Row("screening:conflict_report", JUDGES, pk="report", codes={404}),
    Row("screening:reopen_record", JUDGES, pk="record"),
    Row("screening:reopen_report", JUDGES, pk="report"),
    Row("screening:statement_record", JUDGES, pk="record"),
    Row("screening:statement_report", JUDGES, pk="report"),
    Row("screening:call_in_record", JUDGES, pk="record"),
    Row("screening:call_in_report", JUDGES, pk="report"),
    Row("screening:wordings", OWNER | ADJUDICATORS),
    Row(
        "screening:wording_conflicts", OWNER | ADJUDICATORS, codes={404}, pk="criterion"
    ),
    # extraction
    Row("screening:extraction_list", JUDGES),
    Row("screening:extract", REVIEWERS, pk="study"),
    Row("screening:extraction_consensus", JUDGES, pk="study", codes={404}),
    Row("screening:extraction_reopen", JUDGES, pk="study", field_pk="extraction_field"),
    # appraisal
    Row("screening:appraisal_list", MEMBERS),
    Row(
        "screening:appraisal_add",
        OWNER | REVIEWERS,
        study_pk="study",
        instrument_pk="instrument",
    ),
    Row("screening:appraisal_prepare", OWNER | REVIEWERS, instrument_pk="instrument"),
    Row("screening:appraise", REVIEWERS, pk="target"),
    Row("screening:appraise_domain", REVIEWERS, pk="target", domain="=D1"),
    Row("screening:appraisal_preview", JUDGES, pk="target", domain="=D1"),
    Row("screening:appraisal_consensus", JUDGES, pk="target", codes={404}),
    Row("screening:appraisal_remove", OWNER, pk="target"),
    # words to highlight: everybody has their own, owners those of the team
    Row("screening:word_list_list", MEMBERS),
    Row("screening:word_list_create", MEMBERS),
    Row("screening:word_list_suggest", MEMBERS),
    Row("screening:word_list_csv", MEMBERS),
    Row("screening:word_list_import", MEMBERS),
    Row("screening:word_list_edit", OWNER, token=WORD_LIST),
    Row("screening:word_list_switch", MEMBERS, token=WORD_LIST),
    *(
        Row(f"screening:word_list_{act}", OWNER, token=WORD_LIST)
        for act in ("share", "retire", "reinstate")
    ),
    # label
    Row("screening:label_list", MEMBERS),
    Row("screening:label_create", OWNER),
    Row("screening:label_detail", MEMBERS, token=LABEL),
    *(
        Row(f"screening:label_{act}", OWNER, token=LABEL)
        for act in ("rename", "merge", "unmerge", "retire", "reinstate", "share")
    ),
    Row("screening:label_record", REVIEWERS, pk="record"),
    Row("screening:label_report", REVIEWERS, pk="report"),
    # quote: another's is not there
    Row("screening:quote_record", REVIEWERS, pk="record"),
    Row("screening:quote_report", REVIEWERS, pk="report"),
    *(
        Row(f"screening:quote_{act}", REVIEWERS, codes={404}, token=LABEL)
        for act in ("change", "take_away", "put_back")
    ),
    # progress
    Row("screening:progress", MEMBERS),
    Row("screening:progress_list", MEMBERS, key="=records"),
    # allocation
    Row("screening:allocation", MEMBERS),
    Row("screening:allocation_change", OWNER),
    Row("screening:allocation_return", OWNER, pk="allocation"),
    Row("screening:waiting", OWNER | REVIEWERS),
    Row("screening:hand_over", OWNER),
    Row("screening:hand_back", OWNER, pk="handover"),
    # leaving
    Row("screening:leaving", OWNER, pk="member"),
    Row("screening:set_aside_undo", OWNER, pk="set_aside"),
    Row("screening:number_change", OWNER, stage="=title_abstract", number=1),
    # moving in
    Row("screening:moving_in_list", OWNER),
    Row("screening:moving_in_create", OWNER),
    *(
        Row(f"screening:moving_in_{page}", OWNER, pk="vote_import")
        for page in (
            "detail",
            "say",
            "read",
            "invite",
            "records",
            "move",
            "take_back",
            "again",
            "discard",
            "report",
        )
    ),
    # ranking
    Row("screening:ranking", MEMBERS),
    # stopping
    Row("screening:stopping", MEMBERS),
    Row("screening:stopping_records", MEMBERS, what="=read"),
    Row("screening:stopping_missed", OWNER),
    Row("screening:stopping_missed_records", OWNER, cell="=both", codes={404}),
    Row("screening:stop_begin", OWNER),
    Row("screening:stop_detail", MEMBERS, number=1),
    Row("screening:stop_records", MEMBERS, number=1),
    Row("screening:stop_never_screened", MEMBERS, number=1),
    Row("screening:stop_sign", OWNER, number=1),
    Row("screening:stop_give_up", OWNER, number=1),
    Row("screening:stop_lift", OWNER, number=1),
    Row("screening:stop_certificate", MEMBERS, number=1, suffix="=pdf"),
    # pilot
    Row("screening:pilot_list", SCREENERS | ADJUDICATOR),
    Row("screening:pilot_begin", OWNER, stage="=title_abstract"),
    Row("screening:pilot_detail", SCREENERS | ADJUDICATOR, pk="pilot"),
    Row("screening:pilot_end", OWNER, pk="pilot"),
    Row("screening:pilot_person", OWNER, pk="pilot"),
    Row("screening:pilot_items", SCREENERS | ADJUDICATOR, pk="pilot", what="=judged"),
    Row("screening:pilot_file", SCREENERS | ADJUDICATOR, pk="pilot", kind="=judgments"),
    # self-check
    Row("screening:my_consistency", SCREENERS),
    Row("screening:my_consistency_delete", REVIEWERS),
    # agreement
    Row("screening:agreement", OWNER),
    Row("screening:agreement_file", OWNER, suffix="=csv"),
    Row("screening:agreement_drift", OWNER),
    Row("screening:agreement_behind", OWNER, codes={404}, stage="=title_abstract"),
    Row("screening:agreement_items", OWNER, codes={404}, stage="=title_abstract"),
    # ledger
    Row("screening:ledger", OWNER | ADJUDICATORS),
    Row("screening:ledger_file", OWNER | ADJUDICATORS),
    # export
    Row("screening:export_list", MEMBERS),
    Row("screening:export_decisions", OWNER),
    # archive
    Row("screening:archive_detail", OWNER),
    Row("screening:archive_whole", OWNER),
    Row("screening:archive_public", OWNER),
]


class World(TestCase):
    """The review that the pages are asked of, with one of everything."""

    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="held")
        cls.member = cls.review.members.get(user=cls.cast.bob)
        cls.criterion = create_criterion(review=cls.review)
        cls.extraction_field = create_extraction_field(review=cls.review)
        cls.instrument = create_instrument(review=cls.review)
        cls.search = create_search(review=cls.review)
        cls.file_import = looking.preview(
            cls.search,
            file_name="one.ris",
            data=b"TY  - JOUR\nTI  - A trial\nER  - \n",
            by=cls.cast.alice,
        )
        cls.job = Job.objects.create(review=cls.review, subject="import 1")
        cls.wave = waves.begin(cls.review, name="Update", by=cls.cast.alice)
        (cls.previous_report,) = previous.add(
            cls.review, "Brody 2020: A trial", by=cls.cast.alice
        )
        cls.record = create_record(review=cls.review, search=cls.search)
        cls.duplicate_set = DuplicateSet.objects.create(review=cls.review, number=1)
        cls.copy, _ = (
            create_record(
                review=cls.review, search=cls.search, duplicate_set=cls.duplicate_set
            )
            for _ in range(2)
        )
        cls.report = create_report(review=cls.review)
        cls.report_file = reports.add_file(
            cls.report, name="one.pdf", data=create_pdf(), by=cls.cast.alice
        )
        cls.study = create_study(review=cls.review)
        cls.included_report = cls.study.reports.get()
        cls.snapshot = snapshots.take(cls.review, name="Kept", by=cls.cast.alice)
        cls.dismissal = dismissals.dismiss(
            cls.review, "flow", "F1", what="F1", reason="So", by=cls.cast.alice
        )
        cls.related_list = RelatedList.objects.create(review=cls.review, name="Related")
        cls.audit_dismissal = dismissals.dismiss(
            cls.review, "date_window", "0", what="", reason="So", by=cls.cast.alice
        )
        cls.vote_import = moved.looked_at(
            cls.review,
            moved.table([moved.row(cls.record, "Bob B", "include")]),
            by=cls.cast.alice,
            people={"Bob B": cls.cast.bob},
        )
        cls.word_list = WordList.objects.create(
            review=cls.review,
            token=WORD_LIST,
            name="Words",
            words="trial",
            is_shared=True,
            made_by=cls.cast.alice,
        )
        cls.label = Label.objects.create(
            review=cls.review,
            token=LABEL,
            name="Later",
            key="later",
            made_by=cls.cast.alice,
        )
        cls.allocation = changing.change(
            cls.review, Stage.TITLE_ABSTRACT, "open", [], by=cls.cast.alice
        )
        cls.handover = Handover.objects.create(
            review=cls.review,
            allocation=cls.allocation,
            giver=cls.cast.bob,
            taker=cls.cast.carol,
            made_by=cls.cast.alice,
        )
        cls.set_aside = SetAside.objects.create(
            review=cls.review,
            person=cls.cast.bob,
            stage=Stage.TITLE_ABSTRACT,
            reason="So",
            made_by=cls.cast.alice,
        )
        create_certificate(cls.review, by=cls.cast.alice)
        cls.saved_filter = SavedFilter.objects.create(
            review=cls.review,
            owner=cls.cast.vera,
            page=SavedFilter.Page.RECORDS,
            name="Rats",
            query="text=rats",
        )
        BulkDecision.objects.create(
            review=cls.review, reviewer=cls.cast.bob, choice="exclude", token=BULK
        )
        for _ in range(2):
            create_record(review=cls.review, search=cls.search)
        cls.pilot = rounds.close(
            rounds.begin(
                cls.review,
                Stage.TITLE_ABSTRACT,
                size=2,
                people=[cls.cast.bob, cls.cast.carol],
                counts=False,
                by=cls.cast.alice,
            ),
            by=cls.cast.alice,
        )
        cls.target = AppraisalTarget.objects.create(
            study=cls.study, instrument=cls.instrument, outcome="Depression"
        )


class PermissionTests(World):
    def test_no_page_is_missing_from_the_table(self) -> None:
        pages = {
            f"{resolver.namespace}:{pattern.name}"
            for resolver in get_resolver().url_patterns
            if isinstance(resolver, URLResolver)
            and resolver.namespace in ("reviews", "screening")
            for pattern in resolver.url_patterns
            if isinstance(pattern, URLPattern)
        }
        self.assertEqual(sorted(pages - {row.name for row in ROWS}), [])

    def test_no_page_stands_in_the_table_twice(self) -> None:
        names = [row.name for row in ROWS]
        self.assertEqual(sorted(set(names)), sorted(names))

    def test_whoever_is_not_signed_in_is_sent_to_sign_in(self) -> None:
        for row in ROWS:
            url = self.address(row)
            with self.subTest(row.name):
                statuses = [self.ask(url, method)[0] for method in ("get", "post")]
                self.assertLessEqual(set(statuses), {302, 405})
                for method in ("get", "post"):
                    status, location = self.ask(url, method)
                    if status == 302:
                        self.assertTrue(location.startswith(self.sign_in()))

    def test_each_page_opens_to_its_roles_and_to_no_other(self) -> None:
        for role, name in PEOPLE.items():
            self.client.force_login(getattr(self.cast, name))
            for row in ROWS:
                with self.subTest(row.name, role=role):
                    self.check(row, role)

    def check(self, row: Row, role: str) -> None:
        if role in row.roles:
            wanted = FAIR | row.codes
        elif role == "outsider":
            wanted = frozenset({404})
        else:
            wanted = frozenset({403})
        url, taken = self.address(row), 0
        for method in ("get", "post"):
            status, location = self.ask(url, method)
            if status == 405:
                continue
            taken += 1
            self.assertIn(status, wanted, method)
            self.assertFalse(location.startswith(self.sign_in()), method)
        self.assertTrue(taken, "The page takes neither GET nor POST.")

    def ask(self, url: str, method: str) -> tuple[int, str]:
        """Return the status and where a redirect leads, and take back what it wrote."""
        with transaction.atomic():
            response = getattr(self.client, method)(url)
            if response.streaming:
                # Reading to the end also closes what was opened.
                for _ in response.streaming_content:
                    pass
            transaction.set_rollback(True)
        return response.status_code, response.get("Location", "")

    def address(self, row: Row) -> str:
        filled = {name: self.fill(value) for name, value in row.arguments.items()}
        if row.roles != ANYBODY:
            filled["slug"] = self.review.slug
        url = reverse(row.name, kwargs=filled)
        self.assertEqual(resolve(url).view_name, row.name)
        return url

    def fill(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value.startswith("="):
            return value[1:]
        return getattr(self, value).pk

    def sign_in(self) -> str:
        return reverse(settings.LOGIN_URL)
