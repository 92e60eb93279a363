"""Where clocks are put forward and back, days and months begin when they begin there."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from glmdesk.domain.local_time import midnight_after, month_of

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="no time zone of its own")


@pytest.fixture(autouse=True)
def _berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as changed:
        # Europe/Berlin, also where no time zones are installed.
        changed.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


def test_a_month_began_once_whenever_it_is_looked_at() -> None:
    began = datetime(2026, 2, 28, 23, tzinfo=UTC)

    assert month_of(datetime(2026, 3, 20, 12, tzinfo=UTC)) == began
    assert month_of(datetime(2026, 3, 30, 12, tzinfo=UTC)) == began
    assert month_of(began) == began
    assert month_of(began - timedelta(microseconds=1)) == datetime(2026, 1, 31, 23, tzinfo=UTC)


def test_a_day_ends_at_midnight_also_when_it_has_another_number_of_hours() -> None:
    for day, hour in ((28, 23), (29, 22), (30, 22)):
        began = datetime(2026, 3, day, 8, tzinfo=UTC)
        assert midnight_after(began) == datetime(2026, 3, day, hour, tzinfo=UTC)
    assert midnight_after(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == datetime(2026, 10, 25, 23, tzinfo=UTC)
