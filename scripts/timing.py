"""Rows of a table of measured times, in Markdown."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

HEADING = "| what | median | 95th percentile | queries |\n| --- | --- | --- | --- |"

Measured = tuple[float, int]


@contextmanager
def once(name: str) -> Iterator[None]:
    """Print how long one long thing takes."""
    began = time.perf_counter()
    yield
    print(f"| {name} | {time.perf_counter() - began:.1f} s | | |", flush=True)


def many(name: str, get: Callable[[], object], times: int = 20) -> None:
    """Print how long a page takes, after one call to warm up."""
    get()
    row(name, [timed(get) for _ in range(times)])


def timed(act: Callable[[], object]) -> Measured:
    """Return seconds and queries of one request, which must succeed."""
    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        response = act()
        seconds = time.perf_counter() - began
    status = response.status_code  # type: ignore[attr-defined]
    assert status in (200, 302), status
    return seconds, len(queries)


def row(name: str, measured: list[Measured]) -> None:
    """Print the median and the 95th percentile of many requests."""
    seconds = sorted(second for second, _ in measured)
    late = seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))]
    queries = max(number for _, number in measured)
    print(
        f"| {name} | {statistics.median(seconds) * 1000:.1f} ms "
        f"| {late * 1000:.1f} ms | {queries} |",
        flush=True,
    )
