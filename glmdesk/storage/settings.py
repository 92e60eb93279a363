"""The settings: every one declared once, kept in a TOML file that people may edit too."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, cast
from urllib.parse import urlsplit

from glmdesk.domain.errors import Problem
from glmdesk.domain.tier import TIERS, Tier
from glmdesk.i18n import LANGUAGES, N_, Language
from glmdesk.storage.setting import Choice, Setting, Text, Whole, is_setting

T = TypeVar("T", bound=int | str)

Theme = Literal["system", "light", "dark"]
SendKey = Literal["enter", "ctrl-enter"]
TrayUse = Literal["resident", "icon", "none"]
Telling = Literal["full", "hidden", "off"]
QuickText = Literal["offered", "never"]
QuickHistory = Literal["continued", "always"]


def _service_address(text: str) -> str:
    # Only a change asks for it; the start does without.
    from glmdesk.domain.endpoint import Endpoint  # noqa: PLC0415

    return Endpoint.parse(text).base_url


def _limit(text: str) -> str:
    # Only a change asks for it; the start does without.
    from glmdesk.domain.budget import parse_limit  # noqa: PLC0415

    return parse_limit(text)


def _folder(text: str) -> str:
    # Only a change asks for it; the start does without.
    from glmdesk.storage.backup_folder import require_whole  # noqa: PLC0415

    return require_whole(text)


def _shortcut(text: str) -> str:
    if not text:
        return ""
    # Most people have none; the start does without.
    from glmdesk.domain.global_shortcut import normal  # noqa: PLC0415

    return normal(text)


def _usable_shortcut(text: str) -> str:
    # Only a change asks for it; the start does without.
    from glmdesk.domain.global_shortcut import require_usable  # noqa: PLC0415

    return require_usable(text)


def _proxy(text: str) -> str:
    text = text.strip()
    if text not in ("system", "none"):
        url = urlsplit(text)
        schemes = ("http", "https", "socks5", "socks5h")
        if url.scheme not in schemes or not url.hostname or url.port == 0:  # `port` checks itself
            raise ValueError(text)
    return text


FONT_SIZES = Whole(9, 24, automatic=0)
"""Points."""


class Settings:
    """The settings in force, and their file.

    A file that is no TOML, or a value that is not allowed, leaves the default in force and a notice; neither
    is overwritten unasked: the value stays as it is until it is changed, the file is kept aside before the
    first change. Comments and keys of other versions stay.
    """

    language = Setting[Language | Literal["system"]](
        Choice(("system", *LANGUAGES)),
        "system",
        label=N_("Language"),
        help=N_("The language of the window, the command line and the messages."),
    )
    theme = Setting[Theme](
        Choice(("system", "light", "dark")),
        "system",
        label=N_("Appearance"),
        help=N_("Light or dark, or as the desktop has it."),
    )
    font_size = Setting(
        FONT_SIZES,
        0,
        label=N_("Font size"),
        help=N_("In points."),
    )
    send_with = Setting[SendKey](
        Choice(("enter", "ctrl-enter")),
        "enter",
        label=N_("Send with"),
        help=N_("The other of Enter and Ctrl+Enter breaks the line; Shift+Enter always does."),
    )
    model = Setting(
        Text(),
        "",
        label=N_("Model"),
        help=N_("Answers in new chats, until another is chosen there."),
    )
    service = Setting(
        Text(),
        "",
        label=N_("Service"),
        help=N_("Who is asked. What you add here can be on this computer: Ollama, vLLM, llama.cpp, SGLang."),
    )
    base_url = Setting(
        Text(),
        "https://open.bigmodel.cn/api/paas/v4",
        label=N_("Service address"),
        help=N_("Where questions are sent if no service of your own is chosen. Each host has its own key."),
        choose=_service_address,
    )
    tier = Setting[Tier](
        Choice(TIERS),
        "V0",
        label=N_("Concurrency tier"),
        help=N_(
            "It decides how many questions one model is asked at once; the others wait in a queue. The "
            "console shows yours on the page “用户权益” (user rights)."
        ),
    )
    proxy = Setting(
        Text(_proxy),
        "system",
        label=N_("Proxy"),
        help=N_("system, none, or an address such as http://127.0.0.1:7890 or socks5://127.0.0.1:1080."),
    )
    silence_s = Setting(
        Whole(5, 600),
        60,
        label=N_("Longest silence"),
        help=N_("Seconds without a sign of life after which an answer counts as interrupted."),
    )
    waiting_notice_s = Setting(
        Whole(5, 600),
        60,
        label=N_("Waiting notice"),
        help=N_("Seconds without a first word after which glmdesk says that it is still waiting."),
    )

    monthly_budget = Setting(
        Text(_limit),
        "",
        label=N_("Monthly budget"),
        help=N_("In the currency of the service. Questions stop when it is used up, until you go on."),
    )
    backup_folder = Setting(
        Text(),
        "",
        label=N_("Backup folder"),
        help=N_("Where a copy of the history is kept each day. Without one it is kept beside the history."),
        choose=_folder,
    )

    tray = Setting[TrayUse](
        Choice(("resident", "icon", "none")),
        "resident",
        label=N_("Icon in the panel"),
        help=N_("Where the desktop shows no such icon, closing the window always ends glmdesk."),
    )
    notifications = Setting[Telling](
        Choice(("full", "hidden", "off")),
        "full",
        label=N_("Notifications"),
        help=N_("When an answer or other work ends while no window of glmdesk is active."),
    )
    quick_shortcut = Setting(
        Text(_shortcut),
        "",
        label=N_("Shortcut"),
        help=N_("Opens the quick ask window, whatever program has the keyboard."),
        choose=_usable_shortcut,
    )
    quick_model = Setting(
        Text(),
        "",
        label=N_("Model of quick questions"),
        help=N_("Answers in the quick ask window."),
    )
    quick_preset = Setting(
        Text(),
        "",
        label=N_("Preset of quick questions"),
        help=N_("Its system prompt and way of asking hold in the quick ask window; tools are left out."),
    )
    quick_text = Setting[QuickText](
        Choice(("offered", "never")),
        "offered",
        label=N_("Text for quick questions"),
        help=N_(
            "What was selected or copied last is offered when the window opens, and sent with a question."
        ),
    )
    quick_history = Setting[QuickHistory](
        Choice(("continued", "always")),
        "continued",
        label=N_("History of quick questions"),
        help=N_(
            "Without it they are gone five minutes after the last one; what they cost is always counted."
        ),
    )

    tools_python = Setting(
        Text(),
        "",
        label=N_("Python for your tools"),
        help=N_("Runs the functions of your own tools. Without one it is the Python that there is."),
    )

    def __init__(self, path: Path) -> None:
        """Read the file; a missing one means defaults."""
        self._path = path
        self._values: dict[str, object] = {}
        self.notices: tuple[Problem, ...] = self._read()

    @classmethod
    def declared(cls) -> tuple[Setting[Any], ...]:
        """Return every setting, in the order of declaration."""
        return tuple(filter(is_setting, vars(cls).values()))

    def value(self, setting: Setting[T]) -> T:
        """Return the value in force of a setting that is known by its declaration only."""
        return cast("T", self._values.get(setting.key, setting.default))

    async def change(self, setting: Setting[T], value: T) -> None:
        """Put another value in force and store it.

        Raises:
            ValueError: The value is not allowed; nothing is changed.
            UsageError: It could not be used, for the reason that is said; nothing is changed.
            LocalDataError: It could not be stored; it is in force until the program ends.
        """
        # What writes is loaded with the first change: a start that changes nothing is faster without it.
        from glmdesk.storage.settings_file import store  # noqa: PLC0415

        normal = setting.checked(value)
        self._values[setting.key] = normal
        await store(self._path, setting.key, normal)

    def _read(self) -> tuple[Problem, ...]:
        try:
            text = self._path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            return (_unreadable(self._path, error),)
        return self._take_all(text)

    def _take_all(self, text: str) -> tuple[Problem, ...]:
        import tomllib  # noqa: PLC0415 - most people have no file, and every start is measured

        try:
            found = tomllib.loads(text)
        except ValueError as error:
            return (_unreadable(self._path, error),)
        return tuple(problem for setting in self.declared() if (problem := self._take(setting, found)))

    def _take(self, setting: Setting[Any], found: Mapping[str, object]) -> Problem | None:
        """Put what the file says of a setting in force, or return what is wrong with it."""
        if setting.key not in found:
            return None
        try:
            self._values[setting.key] = setting.kind.read(found[setting.key])
        except ValueError:
            return _not_allowed(self._path, setting, found[setting.key])
        return None


def _unreadable(path: Path, error: Exception) -> Problem:
    return Problem(
        "settings-broken",
        N_("{path} could not be read: {reason}."),
        N_("The defaults are used. The file is kept aside when a setting is changed."),
        details={"path": str(path), "reason": str(error)},
    )


def _not_allowed(path: Path, setting: Setting[Any], value: object) -> Problem:
    return Problem(
        "setting-not-allowed",
        N_("{path}: {key} cannot be {value}."),
        N_("{default} is used instead."),
        details={
            "path": str(path),
            "key": setting.key,
            "value": repr(value),
            "default": repr(setting.default),
        },
    )
