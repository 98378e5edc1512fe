"""The checks of `make check`, so that whoever runs the tests runs them too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)


@pytest.mark.parametrize(
    "command",
    [
        "ruff format --check .",
        "ruff check .",
        "djlint --lint --quiet templates",
        "mypy .",
        "manage.py makemigrations --check --dry-run",
        "manage.py check --deploy --fail-level WARNING",
    ],
)
def test_check_is_clean(command: str, tmp_path: Path) -> None:
    name, *rest = command.split()
    program = (
        [sys.executable, name] if name == "manage.py" else [sys.executable, "-m", name]
    )
    # Playwright needs it set in this process; a deployment must not have it.
    here = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    ran = subprocess.run(
        [*program, *rest],
        cwd=BASE,
        env={**here, "HTTPS": "on", "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
