"""The dialogs that ask for files: which ones to read, and where something should be saved."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from glmdesk.i18n import _


class FilesDialog(QFileDialog):
    """The desktop's own dialog, where there is one, for files that are there; Qt's signals say which ones."""

    def __init__(self, parent: QWidget, title: str, folder: Path | None) -> None:
        super().__init__(parent, title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self.setDirectory(str(folder or _documents()))


class SaveDialog(QFileDialog):
    """The desktop's own dialog, where there is one.

    Signals:
        chosen(path: Path): the file was chosen; one that is there already may be overwritten.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget, title: str, name: str, folder: Path | None) -> None:
        super().__init__(parent, title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setFileMode(QFileDialog.FileMode.AnyFile)
        self.setDirectory(str(folder or _documents()))
        ending = Path(name).suffix
        every = _("All files") + " (*)"
        self.setNameFilters([f"*{ending} (*{ending})", every] if ending else [every])
        self.setDefaultSuffix(ending)
        self.selectFile(name)
        self.fileSelected.connect(self._choose)

    def _choose(self, file: str) -> None:
        self.chosen.emit(Path(file))


def _documents() -> str:
    """Return where files are looked for and saved at first."""
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
