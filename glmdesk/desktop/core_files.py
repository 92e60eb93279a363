"""No core dumps: the memory of a process that crashes holds the API key.

The process stays dumpable (`PR_SET_DUMPABLE`): the root folder of one that is not cannot be opened, by which
xdg-desktop-portal knows its callers, and file dialogs, links and the dark mode would be refused.
"""

import sys

# Bytes. Linux pays no heed to the limit where core dumps are piped to a program (`core(5)`), as apport and
# systemd-coredump have it; only at one byte no dump is made there either (fs/coredump.c), and none is written
# to a file below the size of a page.
_NO_DUMP = 1 if sys.platform == "linux" else 0


def forbid_core_files() -> None:
    """Let no crash of this process or of its children leave its memory behind. Windows never does."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        # The hard limit stays, so that a program we start can ask for more.
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (_NO_DUMP if hard else 0, hard))
