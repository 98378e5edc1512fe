"""What holds for every test: fast passwords, plain static files, own media."""

import copy
import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Template
from django.test import client
from django.test.utils import ContextList
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from tests import databases

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
    # Each process keeps its files by itself: keys are the same in all.
    settings.DATA_DIR = Path(tempfile.mkdtemp(prefix="twofold-data-"))
    settings.MEDIA_ROOT = tempfile.mkdtemp(prefix="twofold-media-")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    # Whitenoise would look for collected files that a test run need not have.
    settings.WHITENOISE_AUTOREFRESH = True
    # The limit on sign-in attempts is allauth's own; tests sign in often.
    settings.ACCOUNT_RATE_LIMITS = False

    client.store_rendered_templates = keep_page


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> bool:
    """Lay the database of an earlier run, if no migration has changed since.

    Migrating takes longer than most files of tests do.
    """
    if django_db_keepdb or django_db_createdb:
        return django_db_keepdb
    return databases.bring(databases.migrated(_kept_in(request)))


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Keep the database for the next run."""
    with django_db_blocker.unblock():
        databases.keep(databases.migrated(_kept_in(request)))


def _kept_in(request: pytest.FixtureRequest) -> Path:
    assert request.config.cache is not None
    return request.config.cache.mkdir("databases")


def pytest_collection_finish() -> None:
    """Let the collector of rubbish pass over all that stays until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def keep_page(
    store: dict[str, Any],
    signal: object,
    sender: Template,
    template: Template,
    context: Any,
    **more: object,
) -> None:
    """Keep what a page was made of, for the test to look at.

    Django's own keeps what each fragment on it was made of as well, some fifty times
    for a page, which takes a tenth of the time of the tests.
    """
    store.setdefault("templates", []).append(template)
    if "context" not in store:
        store["context"] = ContextList([copy.copy(context)])


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
