"""The way to the shared reference material that some tests are held against."""

import os
from pathlib import Path
from unittest import SkipTest

import pytest

_SHARED = Path(os.environ.get("SHARED", Path(__file__).resolve().parents[2] / "shared"))


def shared_path(relative: str) -> Path:
    """Return a path in the shared material; skip without it, but fail in CI."""
    path = _SHARED / relative
    if path.exists():
        return path
    reason = f"the shared material holds no {relative}"
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(reason)
    # An Exception, unlike pytest's own: Django then rolls back what the class began.
    raise SkipTest(reason)
