"""Date and time, as of a moment that is given."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmdesk.domain.tool import Tool
from glmdesk.tools.builtin.clock import clock
from tests.tools.builtin.asking import answered, refused, told

pytestmark = pytest.mark.anyio

# A Friday.
NOW = datetime(2026, 11, 27, 16, 45, 30, tzinfo=UTC)


@pytest.fixture
def tool() -> Tool:
    return clock(lambda: NOW)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"operation": "now", "zone": "北京"}, "2026-11-28T00:45+08:00 (Saturday, Asia/Shanghai)"),
        ({"operation": "now", "zone": "utc"}, "2026-11-27T16:45+00:00 (Friday, UTC)"),
        (
            {"operation": "now", "to_zone": "America/New York"},
            "2026-11-27T11:45-05:00 (Friday, America/New_York)",
        ),
        (
            {
                "operation": "convert",
                "start": "2026-07-01T12:00",
                "zone": "Europe/Berlin",
                "to_zone": "UTC+8",
            },
            "2026-07-01T12:00+02:00 (Wednesday, Europe/Berlin) = "
            "2026-07-01T18:00+08:00 (Wednesday, UTC+08:00)",
        ),
        (
            {"operation": "difference", "start": "2024-02-29", "end": "2026-11-27", "zone": "UTC"},
            "1002 days 00:00:00; 86572800 seconds; by the calendar 2 years, 8 months, 29 days",
        ),
        (
            {"operation": "difference", "start": "2026-03-02", "end": "2026-03-01T06:00", "zone": "UTC"},
            "end is before start, by 0 days 18:00:00; 64800 seconds; "
            "by the calendar 0 years, 0 months, 0 days",
        ),
        # The clocks of Berlin were set an hour on in that night.
        (
            {
                "operation": "difference",
                "start": "2026-03-28T12:00",
                "end": "2026-03-29T12:00",
                "zone": "Europe/Berlin",
            },
            "0 days 23:00:00; 82800 seconds; by the calendar 0 years, 0 months, 1 days",
        ),
        (
            {"operation": "add", "start": "2026-03-28T12:00", "zone": "Europe/Berlin", "days": 1},
            "2026-03-29T12:00+02:00 (Sunday, Europe/Berlin)",
        ),
        (
            {"operation": "add", "start": "2026-03-28T12:00", "zone": "Europe/Berlin", "hours": 24},
            "2026-03-29T13:00+02:00 (Sunday, Europe/Berlin)",
        ),
        (
            {"operation": "add", "start": "2024-01-31", "months": 1, "zone": "UTC"},
            "2024-02-29T00:00+00:00 (Thursday, UTC)",
        ),
        (
            {"operation": "add", "start": "2024-02-29", "years": -1, "zone": "UTC"},
            "2023-02-28T00:00+00:00 (Tuesday, UTC)",
        ),
        (
            {"operation": "weekday", "start": "2027年1月1日"},
            "2027-01-01 (Friday), ISO week 53 of 2026, day 1 of the year",
        ),
        (
            {"operation": "working_days", "start": "2026-11-23", "end": "2026-12-06"},
            "10 working days from 2026-11-23 (Monday) to 2026-12-06 (Sunday), both included",
        ),
        (
            {
                "operation": "working_days",
                "start": "2026-10-01",
                "end": "2026-10-31",
                "holidays": ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-01"],
                "worked": ["2026-10-10", "2026-11-01"],
            },
            "21 working days from 2026-10-01 (Thursday) to 2026-10-31 (Saturday), both included",
        ),
        ({"operation": "add_working_days", "start": "2026-11-27", "days": 3}, "2026-12-02 (Wednesday)"),
        (
            {"operation": "add_working_days", "start": "2026-11-27", "days": 1, "worked": ["2026-11-28"]},
            "2026-11-28 (Saturday)",
        ),
        ({"operation": "add_working_days", "start": "2026-11-30", "days": -1}, "2026-11-27 (Friday)"),
    ],
)
async def test_the_calendar_is_known(tool: Tool, arguments: dict[str, object], expected: str) -> None:
    assert await told(tool, **arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"operation": "now", "zone": "../../etc/passwd"}, "no known time zone"),
        ({"operation": "now", "zone": "Asia"}, "no known time zone"),
        ({"operation": "now", "zone": "+99:00"}, "no known time zone"),
        ({"operation": "now", "zone": "\0"}, "no known time zone"),
        ({"operation": "difference", "start": "soon", "end": "later"}, "no date"),
        ({"operation": "difference", "start": "2026-01-01"}, "`end` is missing"),
        ({"operation": "add", "start": "9999-12-31", "days": 1}, "9999"),
        ({"operation": "add", "years": 10**30}, "9999"),
        ({"operation": "add_working_days", "days": 10**9}, "up to"),
        ({"operation": "sleep"}, "operation"),
        ({"operation": "working_days", "end": "2026-12-01", "holidays": ["x"]}, "no date"),
    ],
)
async def test_what_no_calendar_has_is_refused(tool: Tool, arguments: dict[str, object], words: str) -> None:
    assert words in await refused(tool, **arguments)


OPERATIONS = ["now", "convert", "difference", "add", "weekday", "working_days", "add_working_days"]
MOMENTS = st.one_of(
    st.datetimes().map(datetime.isoformat),
    st.dates().map(str),
    st.text(max_size=20),
    st.just("2026-03-01T09:30+08:00"),
)
ZONES = st.sampled_from(["", "UTC", "Asia/Shanghai", "+14:00", "-12", "Europe/Berlin", "x"])


@settings(max_examples=300)
@given(
    st.fixed_dictionaries(
        {"operation": st.sampled_from(OPERATIONS)},
        optional={
            "start": MOMENTS,
            "end": MOMENTS,
            "zone": ZONES,
            "to_zone": ZONES,
            **{
                part: st.integers(-(10**12), 10**12)
                for part in ("years", "months", "weeks", "days", "hours", "minutes")
            },
            "holidays": st.lists(MOMENTS, max_size=3),
        },
    )
)
async def test_anything_is_answered_in_bounds(arguments: dict[str, object]) -> None:
    await answered(clock(lambda: NOW), arguments)
