"""How dates are written."""

import pytest
from PySide6.QtCore import QDate, QLocale

from glmdesk.app.stage import locale_of
from glmdesk.i18n import Language


@pytest.mark.parametrize(
    ("language", "system", "written"),
    [
        ("en", "en_GB", "27/11/2026"),
        ("en", "zh_CN", "11/27/26"),
        ("en", "C", "11/27/26"),
        ("zh-CN", "zh_CN", "2026/11/27"),
        ("zh-CN", "de_DE", "2026/11/27"),
    ],
)
def test_dates_are_written_as_on_this_computer_where_that_has_the_language(
    language: Language, system: str, written: str
) -> None:
    locale = locale_of(language, QLocale(system))

    assert locale.toString(QDate(2026, 11, 27), QLocale.FormatType.ShortFormat) == written
