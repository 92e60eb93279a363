"""No core files: the memory of a process that crashes holds the API key.

The process stays dumpable (`PR_SET_DUMPABLE`): the root folder of one that is not cannot be opened, by which
xdg-desktop-portal knows its callers, and file dialogs, links and the dark mode would be refused.
"""

import sys


def forbid_core_files() -> None:
    """Let no crash of this process or of its children write a core file. Windows writes none."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        # The hard limit stays, so that a program we start can ask for more.
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
