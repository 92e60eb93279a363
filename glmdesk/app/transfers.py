"""Histories that come in, and conversations that go out: what is asked, what is done, and what is said."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from glmdesk.app.stage import Stage
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.errors import LocalDataError
from glmdesk.export.files import export_files
from glmdesk.export.names import file_name
from glmdesk.export.texts import TextFormat, write_text
from glmdesk.i18n import _, ngettext
from glmdesk.storage.database import Database
from glmdesk.storage.transfer.importing import Imported, Importer
from glmdesk.ui.dialogs.export import ExportDialog
from glmdesk.ui.dialogs.files import SaveDialog
from glmdesk.ui.dialogs.import_history import ImportDialog
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.banner import Kind

Form = TextFormat | Literal["pdf"]

_T = TypeVar("_T")

_UNDO: Final = "undo-import:"
_UNDO_S: Final = 60.0
"""Seconds. Whoever has imported a history looks through it first."""


class Transfers(QObject):
    """Imports and exports, one import at a time.

    Signals:
        imported(): there are other conversations now.
        taken_back(conversation_ids: list[str]): these are there no more.
        done(words: str): an import or an export has ended well.
    """

    imported = Signal()
    done = Signal(str)
    taken_back = Signal(list)

    def __init__(
        self, stage: Stage, database: Database, catalog: Catalog, tasks: TaskRunner, model: Callable[[], str]
    ) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._database = database
        self._catalog = catalog
        self._tasks = tasks
        self._model = model
        self._last: Imported | None = None
        self._folder: Path | None = None
        """Where something was exported last."""
        stage.window.chat.banner.acted.connect(self._act)

    def ask_what_to_import(self, *, is_folder: bool) -> None:
        """Ask for the file of a history, or for a folder of Markdown."""
        dialog = QFileDialog(self._stage.window, _("Import"))
        mode = QFileDialog.FileMode.Directory if is_folder else QFileDialog.FileMode.ExistingFile
        dialog.setFileMode(mode)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, is_folder)
        if not is_folder:
            dialog.setNameFilters(
                [_("Histories") + " (*.jsonl *.json *.zip *.md *.sqlite *.db)", _("All files") + " (*)"]
            )
        dialog.fileSelected.connect(self.import_history)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def import_history(self, file: str) -> None:
        """Show what a file or a folder would add, and add it if that is wanted."""
        path = Path(file)
        dialog = ImportDialog(self._stage.window, path.name)
        importer = Importer(self._database, self._model())
        dialog.confirmed.connect(
            lambda: self._tasks.start("import", partial(self._import, importer, path, dialog))
        )
        dialog.cancelled.connect(lambda: self._tasks.cancel("import"))
        dialog.open()
        self._tasks.start("import", partial(self._preview, importer, path, dialog))

    async def _preview(self, importer: Importer, path: Path, dialog: ImportDialog) -> None:
        tally = await _told_in(dialog, importer.preview(path, dialog.show_progress))
        if tally is not None:
            dialog.show_preview(tally)

    async def _import(self, importer: Importer, path: Path, dialog: ImportDialog) -> None:
        imported = await _told_in(dialog, importer.run(path, dialog.show_progress))
        if imported is None:
            # It may be that not all of it could be taken back.
            self.imported.emit()
            return
        self._last = imported
        dialog.accept()
        count = imported.tally.new_messages
        words = ngettext("{count} message was imported.", "{count} messages were imported.", count).format(
            count=f"{count:,}"
        )
        self._stage.window.chat.banner.show_message(
            Kind.NOTICE, words, action=_UNDO, label=_("Undo"), seconds=_UNDO_S
        )
        self.imported.emit()
        self.done.emit(words)

    def _act(self, action: str) -> None:
        if action == _UNDO and self._last is not None:
            self._tasks.start("take-back", partial(self._take_back, self._last))

    async def _take_back(self, imported: Imported) -> None:
        self._last = None
        await Importer(self._database, self._model()).take_back(imported)
        self.taken_back.emit(imported.conversation_ids)
        self.imported.emit()

    def export(self, conversation_ids: Sequence[str] | None, title: str = "") -> None:
        """Ask in which form these conversations, or all, are to be written, and where; then write them."""
        count = None if conversation_ids is None else len(conversation_ids)
        dialog = ExportDialog(self._stage.window, count)
        dialog.chosen.connect(partial(self._ask_where, conversation_ids, title))
        dialog.open()

    def _ask_where(self, ids: Sequence[str] | None, title: str, form: Form) -> None:
        name = file_name(title) or _("Conversations")
        if form == "md" and (ids is None or len(ids) > 1):
            dialog: QFileDialog = QFileDialog(self._stage.window, _("Export"), str(self._folder or ""))
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
            dialog.fileSelected.connect(partial(self.write, ids, form))
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()
            return
        save = SaveDialog(self._stage.window, _("Export"), f"{name}.{form}", self._folder)
        save.chosen.connect(partial(self.write, ids, form))
        save.open()

    def write(self, ids: Sequence[str] | None, form: Form, place: str | Path) -> None:
        """Write conversations into a file, or into files in a folder."""
        path = Path(place)
        self._folder = path if path.is_dir() else path.parent
        self._tasks.start(f"export:{path}", partial(self._write, ids, form, path))

    async def _write(self, ids: Sequence[str] | None, form: Form, path: Path) -> None:
        title = self._catalog.title
        if await asyncio.to_thread(path.is_dir):
            path = await export_files(self._database, ids, path, model_title=title)
        elif form == "pdf":
            from glmdesk.app.printing import Printing  # noqa: PLC0415 - for who prints

            printing = Printing(self._stage, self._database, self._tasks)
            await printing.print_pdf(ids, path, model_title=title)
        else:
            await write_text(self._database, ids, form, path, model_title=title)
        self._say_where(path)

    def _say_where(self, path: Path) -> None:
        words = _("Exported to “{path}”.").format(path=path)
        self._stage.window.chat.banner.show_message(Kind.NOTICE, words, seconds=10)
        self.done.emit(words)


async def _told_in(dialog: ImportDialog, work: Awaitable[_T]) -> _T | None:
    """Return what comes of work. A dialog says what goes wrong, and None is returned.

    A fault of the program is said elsewhere, and the dialog goes.
    """
    try:
        return await work
    except LocalDataError as error:
        dialog.show_problem(error.problem)
        return None
    except asyncio.CancelledError:
        # So was the dialog, which may be no more.
        raise
    except BaseException:
        dialog.accept()
        raise
