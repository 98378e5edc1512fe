"""The addresses of what people judge, a block a noun."""

from django.urls import URLPattern

app_name = "screening"

urlpatterns: list[URLPattern] = [
    # desk
    # decision (titles and abstracts, full texts)
    # conflict
    # extraction
    # appraisal
    # export
]
