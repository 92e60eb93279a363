"""A check box of one line in little room: what is cut of it, and what never is."""

import pytest
from pytestqt.qtbot import QtBot

from glmdesk.ui.widgets.elided_check_box import ElidedCheckBox

NAME = "“R&D and other things that are said at the beginning of a long part”"


@pytest.fixture
def box(qtbot: QtBot) -> ElidedCheckBox:
    box = ElidedCheckBox(NAME, lambda name: f"{name} · ≈ 12,345 tokens")
    qtbot.addWidget(box)
    box.show()
    return box


def shown(box: ElidedCheckBox) -> str:
    return box.text().replace("&&", "&")


def test_all_of_it_is_shown_where_there_is_room(box: ElidedCheckBox) -> None:
    box.resize(box.sizeHint())

    assert shown(box) == f"{NAME} · ≈ 12,345 tokens"
    assert box.toolTip() == ""


@pytest.mark.parametrize("share", [0.9, 0.5, 0.0])
def test_only_the_name_is_cut(box: ElidedCheckBox, share: float) -> None:
    least, most = box.minimumSizeHint().width(), box.sizeHint().width()
    box.resize(int(least + share * (most - least)), box.height())

    assert shown(box).endswith("… · ≈ 12,345 tokens")
    assert box.fontMetrics().horizontalAdvance(shown(box)) <= box.width()
    assert box.accessibleName() == f"{NAME} · ≈ 12,345 tokens"
    assert "R&amp;D" in box.toolTip()
