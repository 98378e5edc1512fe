"""The addresses of what people judge, a block a noun."""

from django.urls import URLPattern, path

from screening.views import (
    agreement,
    appraisal,
    archive,
    conflict,
    decision,
    desk,
    export,
    extraction,
    moving_in,
    progress,
)

app_name = "screening"

urlpatterns: list[URLPattern] = [
    # desk
    path("", desk.desk, name="desk"),
    # decision (titles and abstracts, full texts)
    path("reviews/<slug:slug>/screen/", decision.screen, name="screen"),
    path(
        "reviews/<slug:slug>/records/<int:pk>/judge/",
        decision.judge_record,
        name="judge_record",
    ),
    path(
        "reviews/<slug:slug>/records/<int:pk>/decide/", decision.decide, name="decide"
    ),
    path(
        "reviews/<slug:slug>/full-texts/judge/",
        decision.full_text_queue,
        name="full_text_queue",
    ),
    path(
        "reviews/<slug:slug>/reports/<int:pk>/judge/",
        decision.judge_report,
        name="judge_report",
    ),
    path(
        "reviews/<slug:slug>/reports/<int:pk>/decide/",
        decision.decide_report,
        name="decide_report",
    ),
    path(
        "reviews/<slug:slug>/decisions/take-back/", decision.take_back, name="take_back"
    ),
    path(
        "reviews/<slug:slug>/decisions/mine/",
        decision.my_decisions,
        name="my_decisions",
    ),
    # conflict
    path(
        "reviews/<slug:slug>/conflicts/", conflict.conflict_list, name="conflict_list"
    ),
    path(
        "reviews/<slug:slug>/records/<int:pk>/conflict/",
        conflict.conflict_record,
        name="conflict_record",
    ),
    path(
        "reviews/<slug:slug>/records/<int:pk>/conflict/open-again/",
        conflict.reopen_record,
        name="reopen_record",
    ),
    path(
        "reviews/<slug:slug>/reports/<int:pk>/conflict/",
        conflict.conflict_report,
        name="conflict_report",
    ),
    path(
        "reviews/<slug:slug>/reports/<int:pk>/conflict/open-again/",
        conflict.reopen_report,
        name="reopen_report",
    ),
    # moving in
    path("reviews/<slug:slug>/votes/", moving_in.moving_in_list, name="moving_in_list"),
    path(
        "reviews/<slug:slug>/votes/add/",
        moving_in.moving_in_create,
        name="moving_in_create",
    ),
    path(
        "reviews/<slug:slug>/votes/<int:pk>/",
        moving_in.moving_in_detail,
        name="moving_in_detail",
    ),
    path(
        "reviews/<slug:slug>/votes/<int:pk>/say/",
        moving_in.moving_in_say,
        name="moving_in_say",
    ),
    path(
        "reviews/<slug:slug>/votes/<int:pk>/read/",
        moving_in.moving_in_read,
        name="moving_in_read",
    ),
    path(
        "reviews/<slug:slug>/votes/<int:pk>/invite/",
        moving_in.moving_in_invite,
        name="moving_in_invite",
    ),
    path(
        "reviews/<slug:slug>/votes/<int:pk>/records/",
        moving_in.moving_in_records,
        name="moving_in_records",
    ),
    path(
        "reviews/<slug:slug>/votes/<int:pk>/move/",
        moving_in.moving_in_move,
        name="moving_in_move",
    ),
    path(
        "reviews/<slug:slug>/votes/<int:pk>/take-back/",
        moving_in.moving_in_take_back,
        name="moving_in_take_back",
    ),
    path(
        "reviews/<slug:slug>/votes/<int:pk>/again/",
        moving_in.moving_in_again,
        name="moving_in_again",
    ),
    path(
        "reviews/<slug:slug>/votes/<int:pk>/discard/",
        moving_in.moving_in_discard,
        name="moving_in_discard",
    ),
    path(
        "reviews/<slug:slug>/votes/<int:pk>/report.csv",
        moving_in.moving_in_report,
        name="moving_in_report",
    ),
    # extraction
    path(
        "reviews/<slug:slug>/extraction/",
        extraction.extraction_list,
        name="extraction_list",
    ),
    path(
        "reviews/<slug:slug>/studies/<int:pk>/extract/",
        extraction.extract,
        name="extract",
    ),
    path(
        "reviews/<slug:slug>/studies/<int:pk>/consensus/",
        extraction.consensus,
        name="extraction_consensus",
    ),
    path(
        "reviews/<slug:slug>/studies/<int:pk>/consensus/<int:field_pk>/reopen/",
        extraction.consensus_reopen,
        name="extraction_reopen",
    ),
    # appraisal
    path(
        "reviews/<slug:slug>/appraisal/",
        appraisal.appraisal_list,
        name="appraisal_list",
    ),
    path(
        "reviews/<slug:slug>/appraisal/add/<int:study_pk>/<int:instrument_pk>/",
        appraisal.appraisal_add,
        name="appraisal_add",
    ),
    path(
        "reviews/<slug:slug>/appraisal/prepare/<int:instrument_pk>/",
        appraisal.appraisal_prepare,
        name="appraisal_prepare",
    ),
    path(
        "reviews/<slug:slug>/appraisal/<int:pk>/",
        appraisal.appraise,
        name="appraise",
    ),
    path(
        "reviews/<slug:slug>/appraisal/<int:pk>/domain/<slug:domain>/",
        appraisal.appraise_domain,
        name="appraise_domain",
    ),
    path(
        "reviews/<slug:slug>/appraisal/<int:pk>/preview/<slug:domain>/",
        appraisal.appraisal_preview,
        name="appraisal_preview",
    ),
    path(
        "reviews/<slug:slug>/appraisal/<int:pk>/consensus/",
        appraisal.appraisal_consensus,
        name="appraisal_consensus",
    ),
    path(
        "reviews/<slug:slug>/appraisal/<int:pk>/remove/",
        appraisal.appraisal_remove,
        name="appraisal_remove",
    ),
    # progress
    path("reviews/<slug:slug>/progress/", progress.progress, name="progress"),
    path(
        "reviews/<slug:slug>/progress/<slug:key>/",
        progress.progress_list,
        name="progress_list",
    ),
    # agreement
    path("reviews/<slug:slug>/agreement/", agreement.agreement, name="agreement"),
    path(
        "reviews/<slug:slug>/agreement/file/<slug:suffix>/",
        agreement.agreement_file,
        name="agreement_file",
    ),
    path(
        "reviews/<slug:slug>/agreement/<slug:stage>/",
        agreement.agreement_items,
        name="agreement_items",
    ),
    # export
    path("reviews/<slug:slug>/exports/", export.export_list, name="export_list"),
    path(
        "reviews/<slug:slug>/exports/decisions.csv",
        export.export_decisions,
        name="export_decisions",
    ),
    # archive
    path("reviews/<slug:slug>/archive/", archive.archive_detail, name="archive_detail"),
    path(
        "reviews/<slug:slug>/archive/whole.zip",
        archive.archive_whole,
        name="archive_whole",
    ),
    path(
        "reviews/<slug:slug>/archive/public.zip",
        archive.archive_public,
        name="archive_public",
    ),
]
