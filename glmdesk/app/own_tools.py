"""The dialog about the functions of the user."""

from glmdesk.app.stage import Stage
from glmdesk.tools.own.source import OwnTools
from glmdesk.ui.controllers.own_tools import OwnToolsController
from glmdesk.ui.dialogs.own_tools import OwnToolsDialog
from glmdesk.ui.tasks import TaskRunner


def open_own_tools(stage: Stage, own: OwnTools, tasks: TaskRunner) -> None:
    """Open the dialog, which has a controller of its own for as long as it is there."""
    controller = OwnToolsController(own, tasks)
    dialog = OwnToolsDialog(
        stage.window,
        str(controller.path),
        controller.log,
        stage.appearance.style,
        has_python=controller.has_python,
    )
    stage.appearance.changed.connect(dialog.set_style)
    controller.setParent(dialog)
    controller.listed.connect(dialog.show_files)
    controller.refused.connect(dialog.show_problem)
    dialog.use_requested.connect(controller.use)
    dialog.stop_requested.connect(controller.stop)
    dialog.reading_requested.connect(controller.look)
    dialog.finished.connect(controller.leave)
    dialog.open()
    controller.look()
