"""Does the sweeper go on whatever happens, and stop when asked?"""

import logging
import threading

import pytest

from config import sweeper
from config.sweeper import Sweeper, sweeping_in_background


@pytest.mark.django_db  # after each turn the sweeper looks after its connection
def test_a_duty_that_fails_stops_no_later_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sweeping = Sweeper()
    turns: list[int] = []

    def run_due_jobs() -> int:
        turns.append(len(turns))
        if len(turns) == 3:
            sweeping.stop()
        raise RuntimeError("canary")

    monkeypatch.setattr(sweeper, "run_due_jobs", run_due_jobs)
    monkeypatch.setattr(sweeper, "SECONDS", 0)
    with caplog.at_level(logging.ERROR):
        sweeping.run()
    assert turns == [0, 1, 2]
    assert [record.msg for record in caplog.records] == ["sweep_failed"] * 3


def test_it_sweeps_beside_the_server_and_finishes_what_it_has_in_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def run_due_jobs() -> int:
        began.set()
        may_end.wait(10)
        ended.set()
        return 1

    monkeypatch.setattr(sweeper, "run_due_jobs", run_due_jobs)
    with sweeping_in_background(wanted=True):
        assert began.wait(10)
        may_end.set()
    assert ended.is_set()
    assert "sweeper" not in [thread.name for thread in threading.enumerate()]


def test_it_does_not_sweep_where_others_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "run_due_jobs", pytest.fail)
    with sweeping_in_background(wanted=False):
        assert "sweeper" not in [thread.name for thread in threading.enumerate()]
