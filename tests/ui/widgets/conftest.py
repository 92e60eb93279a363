"""What the tests of several widgets begin with."""

import pytest
from pytestqt.qtbot import QtBot

from glmdesk.domain.catalog import Offer
from glmdesk.ui.icons import Icons
from tests.ui.widgets.reading import Reading


@pytest.fixture
def reading(qtbot: QtBot, offer: Offer, icons: Icons) -> Reading:
    return Reading(qtbot, offer, icons)
