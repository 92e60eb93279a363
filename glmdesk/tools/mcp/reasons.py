"""Why a server did not start or does not answer, in words, with what can be done."""

import os

from glmdesk.domain.errors import Problem, UserError
from glmdesk.i18n import N_
from glmdesk.tools.mcp.config import Program, Site

LAST_LINES = 12
"""How many of a program's last words are shown."""


class ServerFault(UserError):
    """A server did not start, has ended, or does not answer."""

    exit_code = 5


NOT_INSTALLED = Problem(
    "mcp-missing",
    N_("This installation of glmdesk has no support for servers of tools."),
    N_("Install it with: pip install glmdesk[mcp]"),
)
GONE = Problem(
    "server-gone",
    N_("The server has ended, or does not know us any more."),
    N_("Try once more: it is started anew. Its log may say why."),
)
NOT_ALLOWED = Problem(
    "server-not-allowed",
    N_("This server is switched off, or not reviewed yet."),
    N_("Review it under MCP servers, and let it run if it is what you want."),
)


def other_configuration(name: str) -> Problem:
    """What a server would be is not what was consented to."""
    return Problem(
        "server-unreviewed",
        N_("{name} is not what you have reviewed: its configuration, or the program it names, has changed."),
        N_("Review it again under MCP servers, and let it run if it is what you want."),
        details={"name": name},
    )


def same_label(label: str, name: str) -> Problem:
    """Two servers cannot be told apart in what the service says."""
    return Problem(
        "connector-label-taken",
        N_("The label {label} is that of {name}."),
        N_("Give this one another; a code that the service has needs no second server."),
        details={"label": label, "name": name},
    )


def not_found(program: Program, path: str) -> Problem:
    """There is no such program."""
    return Problem(
        "server-command",
        N_("The command {command} was not found."),
        N_("Install it, or give its whole path. These folders were searched:\n{folders}"),
        details={"command": program.command, "folders": path.replace(os.pathsep, ", ")},
    )


def no_folder(folder: str) -> Problem:
    """It cannot be started where it is to be."""
    return Problem(
        "server-folder",
        N_("The folder {folder} is not there."),
        N_("Make it, or name another one."),
        details={"folder": folder},
    )


def not_started(command: str, reason: str) -> Problem:
    """The system refuses to start the program."""
    return Problem(
        "server-not-started",
        N_("{command} could not be started: {reason}."),
        N_("Check that it may be run."),
        details={"command": command, "reason": reason},
    )


def ended(code: int, last_lines: str) -> Problem:
    """The program has ended."""
    what = N_("The program has ended with exit code {code}.")
    if code < 0:
        what = N_("The program was ended by signal {code}.")
    advice = (
        N_("Its last words may say why:\n{lines}")
        if last_lines
        else N_("It has said nothing. Run its command in a terminal to see what is missing.")
    )
    return Problem("server-ended", what, advice, details={"code": str(abs(code)), "lines": last_lines})


def silent(seconds: float, last_lines: str, rubbish: str) -> Problem:
    """The server has not answered in time."""
    if rubbish:
        return Problem(
            "server-rubbish",
            N_("The program does not speak MCP on its standard output. It wrote: {rubbish}"),
            N_("Check its command: many programs need an argument such as “mcp” or “stdio”."),
            details={"rubbish": rubbish},
        )
    return Problem(
        "server-silent",
        N_("The server has not answered within {seconds} seconds."),
        N_("It may be fetching something; try once more. What it has said:\n{lines}")
        if last_lines
        else N_("It may be fetching something; try once more."),
        details={"seconds": f"{seconds:g}", "lines": last_lines},
    )


def broken_protocol(reason: str) -> Problem:
    """What the server says is not what the protocol asks for."""
    return Problem(
        "server-protocol",
        N_("The server did not do what the protocol asks for: {reason}."),
        N_("Update the server. Its log has more."),
        details={"reason": reason},
    )


def unreachable(site: Site, reason: str) -> Problem:
    """There is no connection."""
    return Problem(
        "server-unreachable",
        N_("{address} was not reached: {reason}."),
        N_("Check the address, that the server runs, and the proxy in the settings."),
        details={"address": site.host, "reason": reason},
    )


def http_status(status: int) -> Problem:
    """The server answered, and did not want to."""
    details = {"status": str(status)}
    what = N_("The server answered with HTTP status {status}.")
    if status in (401, 403):
        return Problem(
            "server-sign-in",
            what,
            N_("It wants to know who you are: edit the server and enter a header such as Authorization."),
            details=details,
        )
    if status in (404, 405):
        return Problem(
            "server-path",
            what,
            N_("There may be no server at this address; it often ends with /mcp."),
            details=details,
        )
    return Problem("server-status", what, N_("Try again later, or ask who runs it."), details=details)
