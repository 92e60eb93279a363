"""Date and time: now, in time zones, between two moments, and working days. No lunar calendar, no holidays.

Working days are Monday to Friday; which of them are free, and which days of a weekend are worked, is said
with the call, as China's holidays are set anew each year.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import partial
from typing import Annotated, Final, Literal, assert_never
from zoneinfo import ZoneInfo

from msgspec import Meta

from glmdesk.domain.tool import Scene, Tool
from glmdesk.i18n import _
from glmdesk.tools.builtin.tool import Refused, built_in

Now = Callable[[], datetime]
Operation = Literal["now", "convert", "difference", "add", "weekday", "working_days", "add_working_days"]

_MOST_CHARACTERS: Final = 64
_MOST_DAYS: Final = 4_000_000
"""More than the calendar has."""
_MOST_WORKING_DAYS: Final = 100_000
_DATE: Final = 10
"""Characters."""
_WEEKEND: Final = 5
_MONTHS: Final = 12
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Not those of `strftime`, which speaks the language of the desktop."""

_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_CHINESE_DATE: Final = re.compile(r"(\d{4})\s*[年/.]\s*(\d{1,2})\s*[月/.]\s*(\d{1,2})\s*日?")
_ZONES: Final = {
    "": None,
    "local": None,
    "utc": UTC,
    "gmt": UTC,
    "z": UTC,
    "beijing": "Asia/Shanghai",
    "china": "Asia/Shanghai",
    "cst": "Asia/Shanghai",
    "北京": "Asia/Shanghai",
    "北京时间": "Asia/Shanghai",
    "中国": "Asia/Shanghai",
    "上海": "Asia/Shanghai",
    "东京": "Asia/Tokyo",
    "伦敦": "Europe/London",
    "纽约": "America/New_York",
}

_DESCRIPTION: Final = (
    "Date and time. now: the current date, time and weekday. convert: start in another zone. difference: "
    "from start to end. add: years, months, weeks, days, hours and minutes to start (a month that is too "
    "short ends at its last day). weekday: weekday, ISO week and day of the year. working_days: how many "
    "from start to end, both included. add_working_days: the date so many working days (days) after start. "
    "Without start: now. Knows no holidays: give them."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be known of time."""

    operation: Operation
    start: Annotated[str, Meta(description="ISO 8601 date or date and time, such as 2026-03-01T09:30")] = ""
    end: Annotated[str, Meta(description="The same, for difference and working_days")] = ""
    zone: Annotated[
        str, Meta(description="IANA time zone or offset of what is given, such as Asia/Shanghai; else local")
    ] = ""
    to_zone: Annotated[str, Meta(description="The time zone wanted by convert")] = ""
    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    holidays: Annotated[tuple[str, ...], Meta(description="Dates that are not worked", max_length=400)] = ()
    worked: Annotated[
        tuple[str, ...], Meta(description="Dates of weekends that are worked", max_length=400)
    ] = ()


def clock(now: Now = lambda: datetime.now(UTC)) -> Tool:
    """Return the tool."""
    return built_in("date_time", _("Date and time"), _DESCRIPTION, Asked, partial(_run, now))


async def _run(now: Now, asked: Asked, _scene: Scene) -> str:
    try:
        return answer(asked, now())
    except OverflowError as error:
        raise Refused("The calendar goes from the year 1 to 9999.") from error


def answer(asked: Asked, now: datetime) -> str:
    """Return what is to be known. Raises Refused or OverflowError where that cannot be."""
    zone = _zone(asked.zone)
    start = _moment(asked.start, zone) if asked.start.strip() else now.astimezone(zone)
    off = _DaysOff(frozenset(map(_only_date, asked.holidays)), frozenset(map(_only_date, asked.worked)))
    match asked.operation:
        case "now":
            result = _said(now.astimezone(_zone(asked.to_zone or asked.zone)))
        case "convert":
            result = f"{_said(start)} = {_said(start.astimezone(_zone(asked.to_zone)))}"
        case "difference":
            result = _difference(start, _end(asked, zone).astimezone(start.tzinfo))
        case "add":
            result = _said(_sum(start, asked, zone))
        case "weekday":
            result = _weekday(start)
        case "working_days":
            result = _working_days(start.date(), _end(asked, zone).date(), off)
        case "add_working_days":
            result = _day(_after(start.date(), asked.days, off))
        case _:
            assert_never(asked.operation)
    return result


def _zone(name: str) -> tzinfo | None:
    """Return a time zone; None for that of this computer."""
    plain = name.strip()
    known = _ZONES.get(plain.casefold(), plain)
    if not isinstance(known, str):
        return known
    if len(plain) <= _MOST_CHARACTERS and (found := _OFFSET.fullmatch(plain)):
        size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if size < timedelta(days=1):
            return timezone(-size if found[1] == "-" else size)
    try:
        return ZoneInfo(known.replace(" ", "_"))
    except (KeyError, ValueError, OSError) as error:
        shown = plain[:_MOST_CHARACTERS]
        raise Refused(
            f"“{shown}” is no known time zone. Write one such as Europe/Berlin or +08:00."
        ) from error


def _moment(text: str, zone: tzinfo | None) -> datetime:
    plain = text.strip()[:_MOST_CHARACTERS]
    plain = _CHINESE_DATE.sub(lambda found: f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}", plain)
    try:
        found = datetime.fromisoformat(plain)
    except ValueError as error:
        raise Refused(f"“{plain}” is no date. Write 2026-03-01 or 2026-03-01T09:30.") from error
    if found.tzinfo is not None:
        return found
    try:
        return found.replace(tzinfo=zone) if zone else found.astimezone()
    except (ValueError, OSError) as error:  # years that the computer's own clock does not know
        raise OverflowError from error


def _end(asked: Asked, zone: tzinfo | None) -> datetime:
    if not asked.end.strip():
        raise Refused("`end` is missing.")
    return _moment(asked.end, zone)


def _said(moment: datetime) -> str:
    """Return a moment with its zone, and the day of the week, which models get wrong."""
    name = getattr(moment.tzinfo, "key", None) or moment.tzname()
    return f"{moment.isoformat(timespec='minutes')} ({_DAYS[moment.weekday()]}, {name})"


def _day(day: date) -> str:
    return f"{day.isoformat()} ({_DAYS[day.weekday()]})"


def _weekday(moment: datetime) -> str:
    week = moment.isocalendar()
    number = moment.timetuple().tm_yday
    return f"{_day(moment.date())}, ISO week {week.week} of {week.year}, day {number} of the year"


def _difference(start: datetime, end: datetime) -> str:
    """Return what lies between two moments, by the calendar and by the clock."""
    # Of two moments of one zone Python takes away what clocks show, whether these were set in between or not.
    seconds = round((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds())
    sign = "-" if seconds < 0 else ""
    first, last, seconds = (end, start, -seconds) if sign else (start, end, seconds)
    days, rest = divmod(seconds, 86_400)
    years, months, left = _calendar_steps(first.replace(tzinfo=None), last.replace(tzinfo=None))
    by_clock = f"{days} days {rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    by_calendar = f"by the calendar {years} years, {months} months, {left} days"
    parts = "; ".join((by_clock, f"{seconds} seconds", by_calendar))
    return f"end is before start, by {parts}" if sign else parts


def _calendar_steps(first: datetime, last: datetime) -> tuple[int, int, int]:
    """Return years, months and days, so that stepping by them leads from one to the other, short of a day."""
    months = (last.year - first.year) * _MONTHS + last.month - first.month
    while months and _month_later(first, months) > last:
        months -= 1
    days = (last - _month_later(first, months)).days
    return months // _MONTHS, months % _MONTHS, days


def _month_later(moment: datetime, months: int) -> datetime:
    """Return the same day some months later, or the last one of a month that is too short."""
    year, month = divmod(moment.year * _MONTHS + moment.month - 1 + months, _MONTHS)
    if not 1 <= year <= date.max.year:
        raise OverflowError
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def _sum(start: datetime, asked: Asked, zone: tzinfo | None) -> datetime:
    """Add by the calendar first, as clocks of the zone show it, and then hours and minutes as they pass."""
    steps = asked.years * _MONTHS + asked.months
    days = asked.weeks * 7 + asked.days
    if max(abs(steps), abs(days), abs(asked.hours) // 24, abs(asked.minutes) // 1440) > _MOST_DAYS:
        raise OverflowError
    clock = _month_later(start.replace(tzinfo=None), steps) + timedelta(days=days)
    own = start.tzinfo if zone or isinstance(start.tzinfo, ZoneInfo) else None
    moment = clock.replace(tzinfo=own) if own else clock.astimezone()
    passed = timedelta(hours=asked.hours, minutes=asked.minutes)
    return (moment.astimezone(UTC) + passed).astimezone(own)


@dataclass(frozen=True, slots=True)
class _DaysOff:
    holidays: frozenset[date]
    worked: frozenset[date]

    def is_worked(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < _WEEKEND and day not in self.holidays)


def _only_date(text: str) -> date:
    return _moment(text, UTC).date()


def _working_days(first: date, last: date, off: _DaysOff) -> str:
    sign = "-" if last < first else ""
    first, last = sorted((first, last))
    weeks, rest = divmod((last - first).days + 1, 7)
    tail = [first + timedelta(days=weeks * 7 + number) for number in range(rest)]
    count = weeks * _WEEKEND + sum(day.weekday() < _WEEKEND for day in tail)
    count -= sum(first <= day <= last and day.weekday() < _WEEKEND for day in off.holidays - off.worked)
    count += sum(first <= day <= last and day.weekday() >= _WEEKEND for day in off.worked)
    return f"{sign}{count} working days from {_day(first)} to {_day(last)}, both included"


def _after(start: date, count: int, off: _DaysOff) -> date:
    if abs(count) > _MOST_WORKING_DAYS:
        raise Refused(f"add_working_days takes up to {_MOST_WORKING_DAYS} days.")
    step = timedelta(days=1 if count >= 0 else -1)
    day, left = start, abs(count)
    while left:
        day += step
        left -= off.is_worked(day)
    return day
