"""Running one command: what it needs around it, and where its errors end."""

# ruff: noqa: PLC0415 - each command imports what it needs, and no other command does

import logging
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from glmdesk.chat.backends import service_host
from glmdesk.cli.options import Options
from glmdesk.cli.streams import OutputClosed, open_missing_streams, tell, tell_problem
from glmdesk.cli.surroundings import Surroundings
from glmdesk.desktop.logs import LOG_NAME, log_to
from glmdesk.desktop.paths import Paths, resources
from glmdesk.desktop.redaction import Redactor
from glmdesk.desktop.secrets import Secrets
from glmdesk.domain.errors import Action, KeyringProblem, UserError, joined
from glmdesk.i18n import _, set_language, system_language
from glmdesk.storage.services_file import ServicesFile
from glmdesk.storage.settings import Settings

if TYPE_CHECKING:
    from glmdesk.cli.options import Command

logger = logging.getLogger(__name__)

_FAULT = 1


def run_command(command: "Command", options: Options) -> int:
    """Run a command and return the exit code of the program."""
    open_missing_streams()
    surroundings = _look_around(options)
    with ExitStack() as files:
        try:
            _open_log(command, options, surroundings, files)
            return _run(command, options, surroundings)
        except OutputClosed:
            return 0
        except UserError as error:
            logger.info("%s ended: %s", command, error.problem.code)
            tell(_in_words(error, command, surroundings))
            return error.exit_code
        except Exception:
            # Faults end here, as in `sys.excepthook` for the window: a terminal is to show one line.
            logger.exception("nobody caught this")
            log = surroundings.paths.logs / LOG_NAME
            tell(_("This is a fault of glmdesk. Details are in {path}").format(path=log))
            return _FAULT


def _look_around(options: Options) -> Surroundings:
    paths = Paths.locate(None if options.home is None else Path(options.home), demo=options.is_demo)
    settings = Settings(paths.config / "settings.toml")
    language = system_language() if settings.language == "system" else settings.language
    set_language(language, resources() / "locale")
    redactor = Redactor()
    services = ServicesFile(paths.config)
    secrets = Secrets(redactor, service_host(settings, os.environ, services.services))
    return Surroundings(paths, settings, redactor, secrets, services, options.is_demo)


def _open_log(command: "Command", options: Options, surroundings: Surroundings, files: ExitStack) -> None:
    folder = surroundings.paths.logs
    # The doctor makes nothing, and what is wrong with a folder is in its report.
    if command == "doctor" and not os.access(folder, os.W_OK | os.X_OK):
        return
    problem = files.enter_context(log_to(folder, level=options.log_level, redactor=surroundings.redactor))
    if problem:
        tell_problem(problem)


def _run(command: "Command", options: Options, surroundings: Surroundings) -> int:
    match command:
        case "ask":
            from glmdesk.cli.ask import ask

            return ask(options, surroundings)
        case "search":
            from glmdesk.cli.search import search

            return search(options, surroundings)
        case "export":
            from glmdesk.cli.export import export

            return export(options, surroundings)
        case "import":
            from glmdesk.cli.import_history import import_history

            return import_history(options, surroundings)
        case "key":
            from glmdesk.cli.key import manage_key

            return manage_key(options, surroundings)
        case "doctor":
            from glmdesk.cli.doctor import examine

            return examine(options, surroundings)


def _in_words(error: UserError, command: "Command", surroundings: Surroundings) -> str:
    """Return an error with what there is for it here in place of a button."""
    hint = ""
    if error.problem.action is Action.ENTER_KEY:
        if isinstance(error, KeyringProblem):
            hint = _("The variable GLMDESK_API_KEY needs no keyring.")
        elif command != "key" and surroundings.secrets.is_from_variable(surroundings.connection().host):
            hint = _("It is the key in the variable GLMDESK_API_KEY, which beats the keyring.")
        elif command != "key":
            hint = _("The command for it: {command}").format(command="glmdesk key set")
    return joined(str(error), hint)
