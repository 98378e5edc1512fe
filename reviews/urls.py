"""The addresses of what the team has settled, a block a noun."""

from django.urls import URLPattern

app_name = "reviews"

urlpatterns: list[URLPattern] = [
    # review (the review itself, its settings)
    # protocol
    # member
    # search and import
    # record
    # duplicate
    # report
    # study
    # flow
    # table1
    # export
    # event
]
