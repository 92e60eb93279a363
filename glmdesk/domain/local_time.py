"""When days and months begin here. The offset of a moment may be another one than that of today."""

from datetime import datetime, timedelta


def month_of(moment: datetime) -> datetime:
    """Return when the month of a moment began."""
    return _day_of(moment).replace(day=1).astimezone()


def midnight_after(moment: datetime) -> datetime:
    """Return when the day of a moment ends."""
    return (_day_of(moment) + timedelta(days=1)).astimezone()


def _day_of(moment: datetime) -> datetime:
    """Return the beginning of a day as clocks here show it, without an offset."""
    return moment.astimezone().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
