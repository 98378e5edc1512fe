"""The addresses of what the team has settled, a block a noun."""

from django.urls import URLPattern, path

from reviews.views import (
    audit,
    criterion,
    duplicate,
    event,
    export,
    field,
    flow,
    imports,
    instrument,
    member,
    previous,
    protocol,
    record,
    report,
    review,
    search,
    snapshot,
    study,
    table1,
    tables,
    wave,
)

app_name = "reviews"

urlpatterns: list[URLPattern] = [
    # review (the review itself, its settings)
    path("reviews/new/", review.review_create, name="review_create"),
    path("reviews/<slug:slug>/", review.review_detail, name="review_detail"),
    path(
        "reviews/<slug:slug>/settings/",
        review.review_settings,
        name="review_settings",
    ),
    # protocol
    path(
        "reviews/<slug:slug>/protocol/",
        protocol.protocol_detail,
        name="protocol_detail",
    ),
    path(
        "reviews/<slug:slug>/protocol/edit/",
        protocol.protocol_edit,
        name="protocol_edit",
    ),
    path(
        "reviews/<slug:slug>/protocol/criteria/new/",
        criterion.criterion_create,
        name="criterion_create",
    ),
    path(
        "reviews/<slug:slug>/protocol/criteria/<int:pk>/",
        criterion.criterion_detail,
        name="criterion_detail",
    ),
    path(
        "reviews/<slug:slug>/protocol/criteria/<int:pk>/edit/",
        criterion.criterion_edit,
        name="criterion_edit",
    ),
    path(
        "reviews/<slug:slug>/protocol/criteria/<int:pk>/move/",
        criterion.criterion_move,
        name="criterion_move",
    ),
    path(
        "reviews/<slug:slug>/protocol/criteria/<int:pk>/retire/",
        criterion.criterion_retire,
        name="criterion_retire",
    ),
    path(
        "reviews/<slug:slug>/protocol/criteria/<int:pk>/reinstate/",
        criterion.criterion_reinstate,
        name="criterion_reinstate",
    ),
    path(
        "reviews/<slug:slug>/protocol/fields/new/",
        field.field_create,
        name="field_create",
    ),
    path(
        "reviews/<slug:slug>/protocol/fields/<int:pk>/",
        field.field_detail,
        name="field_detail",
    ),
    path(
        "reviews/<slug:slug>/protocol/fields/<int:pk>/edit/",
        field.field_edit,
        name="field_edit",
    ),
    path(
        "reviews/<slug:slug>/protocol/fields/<int:pk>/move/",
        field.field_move,
        name="field_move",
    ),
    path(
        "reviews/<slug:slug>/protocol/fields/<int:pk>/retire/",
        field.field_retire,
        name="field_retire",
    ),
    path(
        "reviews/<slug:slug>/protocol/fields/<int:pk>/reinstate/",
        field.field_reinstate,
        name="field_reinstate",
    ),
    path(
        "reviews/<slug:slug>/protocol/instruments/",
        instrument.instrument_list,
        name="instrument_list",
    ),
    path(
        "reviews/<slug:slug>/protocol/instruments/adopt/<slug:key>/",
        instrument.instrument_adopt,
        name="instrument_adopt",
    ),
    path(
        "reviews/<slug:slug>/protocol/instruments/<int:pk>/",
        instrument.instrument_detail,
        name="instrument_detail",
    ),
    path(
        "reviews/<slug:slug>/protocol/instruments/<int:pk>/edit/",
        instrument.instrument_edit,
        name="instrument_edit",
    ),
    path(
        "reviews/<slug:slug>/protocol/instruments/<int:pk>/retire/",
        instrument.instrument_retire,
        name="instrument_retire",
    ),
    # member
    path("reviews/<slug:slug>/team/", member.member_list, name="member_list"),
    path("reviews/<slug:slug>/team/add/", member.member_add, name="member_add"),
    path(
        "reviews/<slug:slug>/team/<int:pk>/edit/",
        member.member_edit,
        name="member_edit",
    ),
    path(
        "reviews/<slug:slug>/team/<int:pk>/remove/",
        member.member_remove,
        name="member_remove",
    ),
    # search and import
    path("reviews/<slug:slug>/searches/", search.search_list, name="search_list"),
    path(
        "reviews/<slug:slug>/searches/new/", search.search_create, name="search_create"
    ),
    path(
        "reviews/<slug:slug>/searches/<int:pk>/",
        search.search_detail,
        name="search_detail",
    ),
    path(
        "reviews/<slug:slug>/searches/<int:pk>/edit/",
        search.search_edit,
        name="search_edit",
    ),
    path(
        "reviews/<slug:slug>/searches/<int:pk>/remove/",
        search.search_remove,
        name="search_remove",
    ),
    path(
        "reviews/<slug:slug>/searches/<int:pk>/import/",
        imports.import_create,
        name="import_create",
    ),
    path(
        "reviews/<slug:slug>/imports/<int:pk>/",
        imports.import_detail,
        name="import_detail",
    ),
    path(
        "reviews/<slug:slug>/imports/<int:pk>/take-in/",
        imports.import_take_in,
        name="import_take_in",
    ),
    path(
        "reviews/<slug:slug>/imports/<int:pk>/discard/",
        imports.import_discard,
        name="import_discard",
    ),
    # wave
    path("reviews/<slug:slug>/waves/", wave.wave_list, name="wave_list"),
    path("reviews/<slug:slug>/waves/begin/", wave.wave_begin, name="wave_begin"),
    path("reviews/<slug:slug>/waves/<int:pk>/edit/", wave.wave_edit, name="wave_edit"),
    path("reviews/<slug:slug>/waves/<int:pk>/undo/", wave.wave_undo, name="wave_undo"),
    # previous version of the review
    path("reviews/<slug:slug>/previous/", previous.previous_list, name="previous_list"),
    path(
        "reviews/<slug:slug>/previous/add/",
        previous.previous_add,
        name="previous_add",
    ),
    path(
        "reviews/<slug:slug>/previous/<int:pk>/remove/",
        previous.previous_remove,
        name="previous_remove",
    ),
    path(
        "reviews/<slug:slug>/previous/<int:pk>/restore/",
        previous.previous_restore,
        name="previous_restore",
    ),
    # record
    path("reviews/<slug:slug>/records/", record.record_list, name="record_list"),
    path(
        "reviews/<slug:slug>/records/<int:pk>/",
        record.record_detail,
        name="record_detail",
    ),
    path(
        "reviews/<slug:slug>/records/<int:pk>/remove/",
        record.record_remove,
        name="record_remove",
    ),
    path(
        "reviews/<slug:slug>/records/<int:pk>/restore/",
        record.record_restore,
        name="record_restore",
    ),
    # duplicate
    path(
        "reviews/<slug:slug>/duplicates/",
        duplicate.duplicate_list,
        name="duplicate_list",
    ),
    path(
        "reviews/<slug:slug>/duplicates/find/",
        duplicate.duplicate_find,
        name="duplicate_find",
    ),
    path(
        "reviews/<slug:slug>/duplicates/merge/",
        duplicate.duplicate_merge_all,
        name="duplicate_merge_all",
    ),
    path(
        "reviews/<slug:slug>/duplicates/add/<int:pk>/",
        duplicate.duplicate_add,
        name="duplicate_add",
    ),
    path(
        "reviews/<slug:slug>/duplicates/<int:number>/merge/",
        duplicate.duplicate_merge,
        name="duplicate_merge",
    ),
    path(
        "reviews/<slug:slug>/duplicates/<int:number>/unmerge/",
        duplicate.duplicate_unmerge,
        name="duplicate_unmerge",
    ),
    path(
        "reviews/<slug:slug>/duplicates/<int:number>/tell-apart/",
        duplicate.duplicate_tell_apart,
        name="duplicate_tell_apart",
    ),
    path(
        "reviews/<slug:slug>/duplicates/<int:number>/put-back/",
        duplicate.duplicate_put_back,
        name="duplicate_put_back",
    ),
    path(
        "reviews/<slug:slug>/duplicates/<int:number>/split/<int:pk>/",
        duplicate.duplicate_split,
        name="duplicate_split",
    ),
    # report
    path("reviews/<slug:slug>/reports/", report.report_list, name="report_list"),
    path(
        "reviews/<slug:slug>/reports/<int:pk>/",
        report.report_detail,
        name="report_detail",
    ),
    path(
        "reviews/<slug:slug>/reports/<int:pk>/retrieval/",
        report.report_retrieval,
        name="report_retrieval",
    ),
    path(
        "reviews/<slug:slug>/reports/<int:pk>/classification/",
        report.report_classify,
        name="report_classify",
    ),
    path(
        "reviews/<slug:slug>/reports/<int:pk>/files/add/",
        report.report_file_add,
        name="report_file_add",
    ),
    path(
        "reviews/<slug:slug>/reports/<int:report_pk>/files/<int:pk>/",
        report.report_file,
        name="report_file",
    ),
    path(
        "reviews/<slug:slug>/reports/<int:report_pk>/files/<int:pk>/remove/",
        report.report_file_remove,
        name="report_file_remove",
    ),
    path(
        "reviews/<slug:slug>/reports/<int:report_pk>/files/<int:pk>/restore/",
        report.report_file_restore,
        name="report_file_restore",
    ),
    # study
    path("reviews/<slug:slug>/studies/", study.study_list, name="study_list"),
    path("reviews/<slug:slug>/studies/new/", study.study_create, name="study_create"),
    path(
        "reviews/<slug:slug>/studies/each/",
        study.study_group_each,
        name="study_group_each",
    ),
    path(
        "reviews/<slug:slug>/studies/<int:pk>/",
        study.study_detail,
        name="study_detail",
    ),
    path(
        "reviews/<slug:slug>/studies/<int:pk>/edit/",
        study.study_edit,
        name="study_edit",
    ),
    path(
        "reviews/<slug:slug>/studies/move/<int:pk>/",
        study.study_move,
        name="study_move",
    ),
    path(
        "reviews/<slug:slug>/studies/move/<int:pk>/undo/",
        study.study_undo_move,
        name="study_undo_move",
    ),
    # flow
    path("reviews/<slug:slug>/flow/", flow.flow, name="flow"),
    path(
        "reviews/<slug:slug>/flow/diagram.svg", flow.flow_diagram, name="flow_diagram"
    ),
    path("reviews/<slug:slug>/flow/days/", flow.flow_days, name="flow_days"),
    path("reviews/<slug:slug>/flow/compare/", flow.flow_compare, name="flow_compare"),
    path("reviews/<slug:slug>/flow/findings/", flow.flow_dismiss, name="flow_dismiss"),
    path(
        "reviews/<slug:slug>/flow/findings/<int:pk>/take-back/",
        flow.flow_withdraw,
        name="flow_withdraw",
    ),
    path(
        "reviews/<slug:slug>/flow/snapshots/",
        snapshot.snapshot_list,
        name="snapshot_list",
    ),
    path(
        "reviews/<slug:slug>/flow/snapshots/take/",
        snapshot.snapshot_take,
        name="snapshot_take",
    ),
    path(
        "reviews/<slug:slug>/flow/snapshots/<int:pk>/",
        snapshot.snapshot_detail,
        name="snapshot_detail",
    ),
    path(
        "reviews/<slug:slug>/flow/snapshots/<int:pk>/figures.json",
        snapshot.snapshot_json,
        name="snapshot_json",
    ),
    path(
        "reviews/<slug:slug>/flow/snapshots/<int:pk>/figures.csv",
        snapshot.snapshot_csv,
        name="snapshot_csv",
    ),
    # After the pages above, whose names no box has.
    path("reviews/<slug:slug>/flow/<slug:box>/", flow.flow_box, name="flow_box"),
    # table1
    path("reviews/<slug:slug>/table1/", table1.table1_page, name="table1"),
    path(
        "reviews/<slug:slug>/table1/group/",
        table1.table1_group,
        name="table1_group",
    ),
    path(
        "reviews/<slug:slug>/table1/columns/",
        table1.table1_columns,
        name="table1_columns",
    ),
    path(
        "reviews/<slug:slug>/table1/columns/undo/",
        table1.table1_columns_undo,
        name="table1_columns_undo",
    ),
    path(
        "reviews/<slug:slug>/table1/columns/reset/",
        table1.table1_columns_reset,
        name="table1_columns_reset",
    ),
    path(
        "reviews/<slug:slug>/table1/columns/<slug:key>/",
        table1.table1_column_edit,
        name="table1_column_edit",
    ),
    path(
        "reviews/<slug:slug>/table1/columns/<slug:key>/move/",
        table1.table1_column_move,
        name="table1_column_move",
    ),
    path(
        "reviews/<slug:slug>/table1/columns/<slug:key>/remove/",
        table1.table1_column_remove,
        name="table1_column_remove",
    ),
    # tables of the manuscript
    path(
        "reviews/<slug:slug>/manuscript/",
        tables.manuscript_edit,
        name="manuscript_edit",
    ),
    path(
        "reviews/<slug:slug>/overlap/<slug:selection>/",
        tables.overlap_records,
        name="overlap_records",
    ),
    path(
        "reviews/<slug:slug>/tables/<slug:what>/",
        tables.table_page,
        name="table_page",
    ),
    path(
        "reviews/<slug:slug>/tables/<slug:what>.<slug:suffix>",
        tables.table_file,
        name="table_file",
    ),
    # export
    path(
        "reviews/<slug:slug>/exports/records.csv",
        export.export_records,
        name="export_records",
    ),
    path(
        "reviews/<slug:slug>/exports/records.ris",
        export.export_ris,
        name="export_ris",
    ),
    path(
        "reviews/<slug:slug>/exports/excluded.csv",
        export.export_excluded,
        name="export_excluded",
    ),
    path(
        "reviews/<slug:slug>/exports/table1.csv",
        export.export_table1,
        name="export_table1",
    ),
    path(
        "reviews/<slug:slug>/exports/flow.csv",
        export.export_flow,
        name="export_flow",
    ),
    path(
        "reviews/<slug:slug>/exports/duplicates.csv",
        export.export_duplicates,
        name="export_duplicates",
    ),
    # event
    path("reviews/<slug:slug>/history/", event.event_list, name="event_list"),
    # audit
    path("reviews/<slug:slug>/audit/", audit.audit, name="audit"),
    path(
        "reviews/<slug:slug>/audit/download.<slug:ending>",
        audit.audit_download,
        name="audit_download",
    ),
    path(
        "reviews/<slug:slug>/audit/findings/<slug:key>/dismiss/",
        audit.audit_dismiss,
        name="audit_dismiss",
    ),
    path(
        "reviews/<slug:slug>/audit/reasons/<int:pk>/take-back/",
        audit.audit_reopen,
        name="audit_reopen",
    ),
    path("reviews/<slug:slug>/audit/related/", audit.related_list, name="related_list"),
    path(
        "reviews/<slug:slug>/audit/related/new/", audit.related_add, name="related_add"
    ),
    path(
        "reviews/<slug:slug>/audit/related/<int:pk>/remove/",
        audit.related_remove,
        name="related_remove",
    ),
    path(
        "reviews/<slug:slug>/audit/related/<int:pk>/restore/",
        audit.related_restore,
        name="related_restore",
    ),
    path(
        "reviews/<slug:slug>/protocol/criteria/<int:pk>/coding/",
        audit.criterion_coding,
        name="criterion_coding",
    ),
    path(
        "reviews/<slug:slug>/protocol/fields/<int:pk>/meaning/",
        audit.field_meaning,
        name="field_meaning",
    ),
]
