"""The addresses of both apps, the accounts and the admin console."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from config import look

# One way to sign in: the console's own would take any number of guesses.
secured = secure_admin_login(admin.site.login)
admin.site.login = secured  # type: ignore[method-assign]  # allauth's own way

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("look/", look.look, name="look"),
    path("", include("screening.urls")),
    path("", include("reviews.urls")),
]
