"""What boxes are made of."""

import pytest
from PySide6.QtWidgets import QApplication

from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.widgets.boxes.voices import Voices
from tests.ui.furnished import style_of, voices_of


@pytest.fixture(scope="module")
def voices(dressed: QApplication) -> Voices:
    """The fonts of the light theme."""
    return voices_of(style_of(), Formulas())
