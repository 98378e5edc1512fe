"""Databases for processes of their own, such as are killed in a test."""

import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection


def lay(path: Path, environment: Mapping[str, str]) -> None:
    """Lay an empty database of all migrations there, which the environment names.

    Where the tests run on SQLite it is a copy of theirs, as migrating takes longer than
    most tests do. Whoever calls it says that it needs theirs: by the mark `django_db`,
    and by the fixture `django_db_setup` where it is called for a whole class.
    """
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as ours,
            closing(sqlite3.connect(path)) as new,
        ):
            ours.backup(new)
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
