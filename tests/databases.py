"""Databases of the tests, and those of processes of their own that a test kills."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader


def migrated(folder: Path) -> Path:
    """Return where in the folder a database of all migrations is kept, once it is.

    The name is made of every migration as it is written, and of Django's version.
    """
    said = hashlib.sha256(django.get_version().encode())
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for key, each in sorted(loader.disk_migrations.items()):
        written = sys.modules[type(each).__module__].__file__ or ""
        said.update(repr(key).encode() + Path(written).read_bytes())
    return folder / f"{said.hexdigest()[:20]}.sqlite3"


def bring(kept: Path) -> bool:
    """Lay the kept database where the tests expect theirs, if there is one."""
    if connection.vendor != "sqlite" or not kept.exists():
        return False
    name = Path(connection.creation._get_test_db_name())
    for old in name.parent.glob(f"{name.name}*"):
        old.unlink()
    _copy(kept, name)
    return True


def keep(kept: Path) -> None:
    """Keep the database that the tests have just made."""
    if connection.vendor != "sqlite" or kept.exists():
        return
    for old in kept.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    own = kept.with_suffix(f".{os.getpid()}")
    _copy(Path(connection.settings_dict["NAME"]), own)
    own.replace(kept)


def _copy(old: Path, new: Path) -> None:
    with closing(sqlite3.connect(old)) as ours, closing(sqlite3.connect(new)) as copy:
        ours.backup(copy)


def lay(path: Path, environment: Mapping[str, str]) -> None:
    """Lay an empty database of all migrations there, which the environment names.

    Where the tests run on SQLite it is a copy of theirs, as migrating takes longer than
    most tests do. Whoever calls it says that it needs theirs: by the mark `django_db`,
    and by the fixture `django_db_setup` where it is called for a whole class.
    """
    if connection.vendor == "sqlite":
        _copy(Path(connection.settings_dict["NAME"]), path)
        with closing(sqlite3.connect(path)) as new:
            # The first row of each table has the key 1, whatever ours has held.
            new.execute("DELETE FROM sqlite_sequence")
            new.commit()
        return
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
        capture_output=True,
    )
