"""Tests that live on given days, they and their servers alike: policies lapse, and what is asked of them would end then."""
import os
import sys
import time
from datetime import datetime, timedelta, timezone

BEGINS = datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=8)))


def live(zhiyun):
    """The process begins again at BEGINS, under tests/http/clock.c; its children have the same clock."""
    if "TEST_CLOCK_BASE" not in os.environ:
        os.execve(sys.executable, [sys.executable, *sys.argv], {
            **os.environ, "LD_PRELOAD": os.path.join(os.path.dirname(zhiyun), "tests", "clock.so"),
            "TEST_CLOCK_BASE": str(int((BEGINS.timestamp() - time.time()) * 1e6)),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"})


def an_hour_earlier(server, wanted):
    """A world that is built once is an hour older than its copies, each of which begins at the same time."""
    server.env["TEST_CLOCK_BASE"] = str(int(os.environ["TEST_CLOCK_BASE"]) - (3_600_000_000 if wanted else 0))


WORLD = {"begins": BEGINS.isoformat(), "before": an_hour_earlier}  # of client.World
