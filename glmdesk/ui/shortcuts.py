"""Every key of the program: where it works and what it does. The window, its help and the README follow."""

import sys
from typing import NamedTuple

from glmdesk.i18n import N_, _


class Shortcut(NamedTuple):
    """A key or a chord, as Qt reads it but for arrows, and what it does, to be translated."""

    keys: str
    does: str

    @property
    def shown_keys(self) -> str:
        """The keys as they are called on this system."""
        return self.keys.replace("Ctrl+", "⌘") if sys.platform == "darwin" else self.keys

    @property
    def sequence(self) -> str:
        """The keys as Qt reads them."""
        return self.keys.replace("↑", "Up").replace("↓", "Down").replace("→", "Right")

    def added_to(self, text: str) -> str:
        """Return a tool tip that names the keys too."""
        return _("{text} ({keys})").format(text=text, keys=self.shown_keys)


class Group(NamedTuple):
    """Shortcuts that work in the same place, whose name is to be translated."""

    where: str
    shortcuts: tuple[Shortcut, ...]


NEW_CHAT = Shortcut("Ctrl+N", N_("New chat"))
SIDEBAR = Shortcut("Ctrl+B", N_("Show or hide the sidebar"))
MESSAGE = Shortcut("Ctrl+L", N_("Go to the message being written"))
ATTACH = Shortcut("Ctrl+O", N_("Attach files"))
PREVIOUS = Shortcut("Ctrl+↑", N_("Go to the previous message"))
NEXT = Shortcut("Ctrl+↓", N_("Go to the next message"))
PALETTE = Shortcut("Ctrl+K", N_("Find chats, messages and commands"))
SEARCH = Shortcut("Ctrl+Shift+F", N_("Search conversations"))
FIND = Shortcut("Ctrl+F", N_("Find in chat"))
FIND_NEXT = Shortcut("F3", N_("Next match"))
FIND_PREVIOUS = Shortcut("Shift+F3", N_("Previous match"))
LARGER = Shortcut("Ctrl++", N_("Larger letters"))
SMALLER = Shortcut("Ctrl+-", N_("Smaller letters"))
USUAL_SIZE = Shortcut("Ctrl+0", N_("Letters of the usual size"))
MODEL = Shortcut("Ctrl+I", N_("About the model"))
SETTINGS = Shortcut("Ctrl+,", N_("Settings"))
HELP = Shortcut("F1", N_("Keyboard shortcuts"))
QUIT = Shortcut("Ctrl+Q", N_("Quit"))


def groups(*, sends_with_control: bool) -> tuple[Group, ...]:
    """Return all shortcuts, in the order in which they are read."""
    send, line = ("Ctrl+Enter", "Enter") if sends_with_control else ("Enter", "Shift+Enter")
    return (
        Group(
            N_("Everywhere"),
            (
                NEW_CHAT,
                SIDEBAR,
                MESSAGE,
                ATTACH,
                PREVIOUS,
                NEXT,
                PALETTE,
                SEARCH,
                FIND,
                FIND_NEXT,
                FIND_PREVIOUS,
                LARGER,
                SMALLER,
                USUAL_SIZE,
                MODEL,
                SETTINGS,
                HELP,
                QUIT,
            ),
        ),
        Group(
            N_("While writing"),
            (
                Shortcut(send, N_("Send")),
                Shortcut(line, N_("New line")),
                Shortcut("Esc", N_("Stop the answer, or leave editing")),
                Shortcut("↑", N_("Edit the last question, while nothing is written")),
            ),
        ),
        Group(
            N_("In the quick ask window"),
            (
                Shortcut("Alt+1", N_("Explain the text; 2 to 5 translate, summarise, polish, answer it")),
                Shortcut("Ctrl+Enter", N_("Ask")),
                Shortcut("Esc", N_("Hide it; an answer goes on")),
            ),
        ),
        Group(
            N_("In the list of conversations"),
            (
                Shortcut("Enter", N_("Open")),
                Shortcut("F2", N_("Rename")),
                Shortcut("Delete", N_("Delete, with undo")),
            ),
        ),
        Group(
            N_("Among the messages"),
            (
                Shortcut("Tab", N_("Go to the next link or button")),
                Shortcut("Enter", N_("Open the link, or load the image")),
                Shortcut("Home", N_("Go to the beginning")),
                Shortcut("End", N_("Go to the end")),
                Shortcut("Space", N_("Go on by a page")),
                Shortcut("Shift+→", N_("Select on, by letter; by line with ↓, by word with Ctrl")),
                Shortcut("Ctrl+A", N_("Select everything")),
                Shortcut("Ctrl+C", N_("Copy what is selected")),
            ),
        ),
    )
