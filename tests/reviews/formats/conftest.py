"""What the tests of the formats share."""

from pathlib import Path

import pytest

from tests.shared import shared_path


@pytest.fixture
def shared_demo() -> Path:
    """Return the folder of the demonstration review."""
    return shared_path("demo")
