"""An XDG desktop portal with global shortcuts, as strict as a test wants it, whose user is the test."""

from collections.abc import Mapping
from typing import Any, Literal

from tests.support.bus_service import Answer, BusService, Call, Played, Reply

PORTAL = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"

Verdict = Literal["granted", "declined", "broken", "later"]
CODES = {"granted": 0, "declined": 1, "broken": 2}


class Portal(Played):
    """Owns the name of the portal on the bus at `address` inside its `with` block.

    `installed` are the programs it has desktop files of; None is a portal of old that asks nobody who it is.
    `keys` is what it calls the keys of whatever it grants.
    """

    def __init__(
        self,
        address: str,
        *,
        verdict: Verdict = "granted",
        installed: tuple[str, ...] | None = ("glmdesk",),
        has_shortcuts: bool = True,
        keys: str = "Press <Control><Alt>g",
    ) -> None:
        self.verdict = verdict
        self.keys = keys
        self.wishes: list[tuple[str, Mapping[str, Any]]] = []
        """What was asked for, by its id."""
        self._installed = installed
        self._known: set[str] = set()
        self._session = ""
        self._request = ""
        answers: dict[str, Answer] = {}
        if installed is not None:
            answers["Register"] = self._register
        if has_shortcuts:
            answers |= {
                "Get": lambda _call: Reply("v", (("u", 1),)),
                "CreateSession": self._create_session,
                "BindShortcuts": self._bind,
            }
        self._service = BusService(address, PORTAL, PATH, answers)

    def await_call(self, member: str) -> None:
        """Wait until a method has been called once more."""
        self._service.next_call(member)

    def press(self, token: str = "", *, session: str = "", which: str = "quick-ask") -> None:
        """Press the keys of a shortcut; without other words that of the program."""
        options = {"activation_token": ("s", token)} if token else {}
        values = (session or self._session, which, 12345, options)
        self._service.emit(SHORTCUTS, "Activated", "osta{sv}", *values)

    def give_keys(self, keys: str) -> None:
        """Let the user have chosen other keys in the settings of the desktop."""
        self.keys = keys
        values = (self._session, self._shortcuts)
        self._service.emit(SHORTCUTS, "ShortcutsChanged", "oa(sa{sv})", *values)

    def close_session(self) -> None:
        """Take the shortcut back."""
        self._service.emit("org.freedesktop.portal.Session", "Closed", path=self._session)

    def decide(self, verdict: Verdict) -> None:
        """Answer what has been asked for."""
        results = {"shortcuts": ("a(sa{sv})", self._shortcuts)} if verdict == "granted" else {}
        self._respond(self._request, CODES[verdict], results)

    @property
    def _shortcuts(self) -> list[tuple[str, dict[str, tuple[str, str]]]]:
        facts = {"trigger_description": ("s", self.keys)} if self.keys else {}
        return [(which, facts) for which, _wish in self.wishes]

    def _register(self, call: Call) -> Reply | None:
        if call.arguments[0] not in (self._installed or ()):
            return None
        self._known.add(call.sender)
        return Reply()

    def _create_session(self, call: Call) -> Reply | None:
        if self._installed is not None and call.sender not in self._known:
            return None
        (options,) = call.arguments
        self._session = f"{PATH}/session/{_part_of_a_path(call.sender)}/{options['session_handle_token'][1]}"
        request = _request_of(call, options)
        self._respond(request, 0, {"session_handle": ("s", self._session)})
        return Reply("o", (request,))

    def _bind(self, call: Call) -> Reply:
        session, self.wishes, _window, options = call.arguments
        assert session == self._session
        self._request = _request_of(call, options)
        if self.verdict != "later":
            self.decide(self.verdict)
        return Reply("o", (self._request,))

    def _respond(self, request: str, code: int, results: Mapping[str, Any]) -> None:
        self._service.emit(
            "org.freedesktop.portal.Request", "Response", "ua{sv}", code, dict(results), path=request
        )


def _request_of(call: Call, options: Mapping[str, Any]) -> str:
    return f"{PATH}/request/{_part_of_a_path(call.sender)}/{options['handle_token'][1]}"


def _part_of_a_path(name: str) -> str:
    return name.removeprefix(":").replace(".", "_")
