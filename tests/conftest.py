"""What holds for every test: fast passwords, plain static files, own media."""

import os
import shutil
import tempfile

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

# Playwright's loop runs in the thread of the test; Django takes it for an async one.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


# In CI the same cases every time; elsewhere new ones with every run.
hypothesis_settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis_settings.register_profile("here", deadline=None)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")


def pytest_configure(config: pytest.Config) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # live_server serves through the finders, where hashed names are unknown.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        },
    }
    # Work in the background is carried out at once; see tests/background.py.
    settings.TASKS = {"default": {"BACKEND": "tests.background.AtOnceBackend"}}
    settings.WORKER = "external"
    settings.MEDIA_ROOT = tempfile.mkdtemp(prefix="twofold-media-")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    # Whitenoise would look for collected files that a test run need not have.
    settings.WHITENOISE_AUTOREFRESH = True
    # The limit on sign-in attempts is allauth's own; tests sign in often.
    settings.ACCOUNT_RATE_LIMITS = False


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
