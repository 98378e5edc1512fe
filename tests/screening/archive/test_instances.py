"""From one instance to another, each with a database and a disk of its own.

TEST_POSTGRESQL_URL names a PostgreSQL server on which a database may be made, such as
postgres://postgres@127.0.0.1:5432/postgres; without it that part is skipped.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings

from tests import databases

# Each has a copy of the database of the tests.
pytestmark = pytest.mark.django_db

SERVER = os.environ.get("TEST_POSTGRESQL_URL", "")
PLAY = "from tests.screening.archive.whole import create_whole_review as c; c()"
ADD = (
    "from reviews.models import Review, Search; "
    "Search.objects.create(review=Review.objects.get(), name='After')"
)
WRITE = (
    "from pathlib import Path; from reviews.exports.options import Options; "
    "from reviews.models import Review; from screening.archive import writing; "
    "Path({!r}).write_bytes(b''.join(writing.parts(Review.objects.get(), Options())))"
)


class Instance:
    """A database and a disk."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder = folder
        folder.mkdir()
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "MEDIA_ROOT": str(folder / "media"),
            "DATABASE_URL": url or f"sqlite:///{folder}/db.sqlite3",
        }
        if url:
            self.manage("migrate", "--verbosity=0")
        else:
            databases.lay(folder / "db.sqlite3", self.environment)

    def manage(self, *arguments: str) -> None:
        ran = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def archive(self) -> Path:
        path = self.folder / "archive.zip"
        self.manage("shell", "--no-imports", "-c", WRITE.format(str(path)))
        return path


@pytest.fixture(scope="module")
def origin(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    instance = Instance(tmp_path_factory.mktemp("origin") / "instance")
    instance.manage("shell", "--no-imports", "-c", PLAY)
    return instance.archive()


@pytest.fixture
def postgresql() -> Iterator[str]:
    """Make a database on the server that is named, and drop it."""
    if not SERVER:
        pytest.skip("TEST_POSTGRESQL_URL names no server")
    name = f"twofold_archive_{os.getpid()}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_restored_on_sqlite_it_has_the_same_bytes(origin: Path, tmp_path: Path) -> None:
    instance = Instance(tmp_path / "other")
    instance.manage("restore", str(origin))
    assert instance.archive().read_bytes() == origin.read_bytes()
    instance.manage("check_settled")


def test_restored_on_postgresql_and_back_it_has_the_same_bytes(
    origin: Path, tmp_path: Path, postgresql: str
) -> None:
    other = Instance(tmp_path / "postgresql", postgresql)
    other.manage("restore", str(origin))
    there = other.archive()
    assert there.read_bytes() == origin.read_bytes()
    other.manage("check_settled")
    # The next row gets a key that is free.
    other.manage("shell", "--no-imports", "-c", ADD)
    back = Instance(tmp_path / "back")
    back.manage("restore", str(there))
    assert back.archive().read_bytes() == origin.read_bytes()
