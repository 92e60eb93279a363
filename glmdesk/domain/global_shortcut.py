"""Keys that are to work in every program: how they are written, and which would be in the way of others."""

import sys
from typing import Final, Literal, NamedTuple, cast, get_args

from glmdesk.domain.errors import Problem, UsageError
from glmdesk.i18n import N_
from glmdesk.typed import override

Modifier = Literal["Meta", "Ctrl", "Alt", "Shift"]
"""As Qt calls them: on macOS Ctrl is ⌘ and Meta is ⌃, elsewhere Meta is the key with a logo."""

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS: Final = "0123456789"
SPACE: Final = "Space"
FUNCTION_KEYS: Final = tuple(f"F{number}" for number in range(1, 21))
KEYS: Final = (*LETTERS, *DIGITS, SPACE, *FUNCTION_KEYS)

_SPARE: Final = frozenset(FUNCTION_KEYS[12:])
"""Most keyboards lack them, so no program needs them."""
_CONSOLES: Final = frozenset(FUNCTION_KEYS[:12])

_IN_USE: Final = {
    "Alt+F4": N_("{keys} closes windows."),
    "Ctrl+F4": N_("{keys} closes tabs."),
    "Meta+L": N_("{keys} locks the screen."),
    "Meta+V": N_("{keys} pastes what was copied before."),
    "Meta+Space": N_("{keys} changes the input method."),
    "Ctrl+Space": N_("{keys} changes the input method."),
}
_EDITING_ON_MAC: Final = "CFV"
"""With ⌘⌥ they copy and paste formats, and replace."""


class GlobalShortcut(NamedTuple):
    """One key with the modifiers that are held down for it."""

    modifiers: frozenset[Modifier]
    key: str

    @classmethod
    def parse(cls, text: str) -> "GlobalShortcut":
        """Return what a text such as "Ctrl+Alt+G" says, in any case and order.

        Raises ValueError for other texts.
        """
        *held, key = (word.strip().capitalize() for word in text.split("+"))
        modifiers = frozenset(cast("list[Modifier]", held))
        if key not in KEYS or len(modifiers) < len(held) or not modifiers <= set(get_args(Modifier)):
            raise ValueError(text)
        return cls(modifiers, key)

    @override
    def __str__(self) -> str:
        return "+".join(filter(None, (_held(self.modifiers), self.key)))

    @property
    def shown_keys(self) -> str:
        """The keys as they are called on this system."""
        match sys.platform:
            case "darwin":
                signs = (("Meta", "⌃"), ("Alt", "⌥"), ("Shift", "⇧"), ("Ctrl", "⌘"))
                return "".join(sign for one, sign in signs if one in self.modifiers) + self.key
            case "win32":
                return str(self).replace("Meta", "Win")
            case _:
                return str(self).replace("Meta", "Super")


def _held(modifiers: frozenset[Modifier]) -> str:
    return "+".join(one for one in get_args(Modifier) if one in modifiers)


def proposed(platform: str = sys.platform) -> GlobalShortcut:
    """Return keys to begin with: G as in GLM.

    No desktop that is common has them, nor QQ, WeChat, DingTalk or Feishu; and on no common keyboard AltGr,
    which is Ctrl+Alt to Windows, writes a letter with G. On macOS ⌘⌥G is used by programs for drawing.
    """
    return GlobalShortcut.parse("Meta+Alt+G" if platform == "darwin" else "Ctrl+Alt+G")


def normal(text: str) -> str:
    """Return how a shortcut is stored; none stays none. Raises ValueError for what is none."""
    return str(GlobalShortcut.parse(text)) if text.strip() else ""


def require_free(shortcut: GlobalShortcut, platform: str = sys.platform) -> None:
    """Raise UsageError where programs could not be used any more as everybody does."""
    held, key = _held(shortcut.modifiers - {"Shift"}), shortcut.key
    use = _IN_USE.get(str(shortcut))
    if platform == "darwin" and held == "Ctrl+Alt" and key in _EDITING_ON_MAC:
        use = N_("{keys} edits text.")
    elif platform == "linux" and held == "Ctrl+Alt" and key in _CONSOLES:
        use = N_("{keys} leads to another console of Linux.")
    elif use is None and not _is_beyond_programs(held, key, platform):
        use = N_("Programs use {keys} for writing, editing and commands.")
    if use is not None:
        advice = N_("Choose other keys, such as {proposed}.")
        details = {"keys": shortcut.shown_keys, "proposed": proposed(platform).shown_keys}
        raise UsageError(Problem("shortcut-in-use", use, advice, details=details))


def _is_beyond_programs(held: str, key: str, platform: str) -> bool:
    """Whether programs leave a key to the desktop with what is held down for it beside Shift."""
    if key in _SPARE or "+" in held:
        return True
    if key in FUNCTION_KEYS:
        return bool(held)
    # Launchers have always had Alt+Space. Emacs keys, which every input of macOS has, are with ⌃.
    return (key == SPACE and held == "Alt") or (held == "Meta" and platform != "darwin")


def require_usable(text: str) -> str:
    """Return how a shortcut is stored that is to be put in force; none stays none.

    Raises ValueError for what is none, and UsageError for one that is needed elsewhere.
    """
    if text:
        require_free(GlobalShortcut.parse(text))
    return normal(text)
