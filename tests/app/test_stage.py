"""How dates are written, and the language of what Qt itself says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QLocale

from glmdesk.app.stage import locale_of
from glmdesk.i18n import Language

ROOT = Path(__file__).resolve().parents[2]

# What stands on dialogs and menus that are made by Qt alone, a line each. The folder has one file.
QT_SPEAKS = """
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtWidgets import (
    QFileDialog, QLabel, QLineEdit, QMessageBox, QPlainTextEdit, QAbstractButton, QTreeView, QWidget
)

from glmdesk.app.stage import Application
from glmdesk.ui.dialogs.files import FilesDialog, SaveDialog

application = Application()
application.speak(sys.argv[1])
parent, folder = QWidget(), Path(sys.argv[2])
for dialog in (FilesDialog(parent, "", folder), SaveDialog(parent, "", "a.md", folder)):
    waiting = QEventLoop()
    tree = dialog.findChild(QTreeView)
    tree.model().rowsInserted.connect(waiting.quit)
    dialog.open()
    if not tree.model().rowCount(tree.rootIndex()):
        waiting.exec()
    for widget in dialog.findChildren(QWidget):
        print(widget.toolTip())
        print(widget.text() if isinstance(widget, (QLabel, QAbstractButton)) else "")
    for action in dialog.findChildren(type(dialog.addAction(""))):
        print(action.text())
    for column in range(tree.model().columnCount()):
        print(tree.model().headerData(column, Qt.Orientation.Horizontal))
    print(tree.model().index(0, 2, tree.rootIndex()).data())
box = QMessageBox()
box.setStandardButtons(QMessageBox.StandardButton(0x0FFFFC00))
for button in box.buttons():
    print(button.text())
for text in (QLineEdit("x"), QPlainTextEdit("x")):
    for action in text.createStandardContextMenu().actions():
        print(action.text().partition(chr(9))[0])
"""


def said_by_qt(language: Language, folder: Path) -> list[str]:
    """Return what stands on Qt's own dialogs and menus, without the letters that are keys."""
    (folder / "inside").mkdir()
    ended = subprocess.run(
        [sys.executable, "-c", QT_SPEAKS, language, str(folder)],
        cwd=ROOT,
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return [re.sub(r"\(&.\)|&", "", line) for line in ended.stdout.splitlines() if line.strip()]


def test_qt_speaks_chinese_where_the_program_does(tmp_path: Path) -> None:
    said = said_by_qt("zh-CN", tmp_path)

    assert {"查找范围：", "文件类型：", "文件名称：", "打开", "保存", "取消", "剪切", "粘贴", "文件夹"} <= {
        *said
    }
    assert [text for text in said if re.search("[A-Za-z]{2}", text)] == []


def test_qt_speaks_english_where_the_program_does(tmp_path: Path) -> None:
    said = said_by_qt("en", tmp_path)

    assert {"Look in:", "Files of type:", "Cancel", "Cut", "Folder"} <= {*said}
    assert [text for text in said if re.search("[一-鿿]", text)] == []


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
