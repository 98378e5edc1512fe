"""The addresses of what people judge, a block a noun."""

from django.urls import URLPattern, path

from screening.views import appraisal, extraction

app_name = "screening"

urlpatterns: list[URLPattern] = [
    # desk
    # decision (titles and abstracts, full texts)
    # conflict
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
    # export
]
