"""The addresses of both apps, the accounts and the admin console."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("", include("screening.urls")),
    path("", include("reviews.urls")),
]
