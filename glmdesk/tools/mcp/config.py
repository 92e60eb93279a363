"""How a server is started or reached: values that say all of it, and a digest that consent is given to."""

import hashlib
import json
import re
import shlex
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from glmdesk.domain.connector import Connector, Pairs, checked_headers, checked_url
from glmdesk.domain.endpoint import is_loopback
from glmdesk.domain.errors import Problem, UsageError
from glmdesk.domain.own_service import is_at_home
from glmdesk.domain.unseen import unmasked
from glmdesk.i18n import N_, _, listed

# What a text holds that gives access to something; what stands behind such an option is one too.
_SECRET_NAME: Final = re.compile(r"key|token|secret|passw|auth|credential|bearer", re.IGNORECASE)
_SECRET_SHAPE: Final = re.compile(
    r"bearer\s|\bsk-[\w-]{16,}|\bgh[a-z]_\w{16,}|://[^/@\s]+:[^/@\s]+@", re.IGNORECASE
)

# Variables that let another program run in place of the one that is shown.
_RULING: Final = re.compile(
    "PATH|PATHEXT|COMSPEC|LD_.*|DYLD_.*|NODE_OPTIONS|BASH_ENV|ENV|PERL5OPT|RUBYOPT|_?JAVA_.*OPTIONS|GIT_SSH.*",
    re.IGNORECASE,
)
# Variables that decide where its code comes from.
_LEADING: Final = re.compile(
    "PYTHON(PATH|HOME|STARTUP)|NODE_PATH|PERL5LIB|RUBYLIB|CLASSPATH|.*(INDEX|REGISTRY).*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Program:
    """A server that is started here and spoken to on its standard streams.

    `folder` is where it is started; empty: in the home folder. `env` are the variables it gets beside those
    that every server gets.
    """

    command: str
    args: tuple[str, ...] = ()
    env: Pairs = ()
    folder: str = ""

    @property
    def shown(self) -> str:
        """The exact command, as it would be typed."""
        return unmasked(shlex.join((self.command, *self.args)))


@dataclass(frozen=True, slots=True)
class Site:
    """A server that is reached with streamable HTTP. `headers` go with every request."""

    url: str
    headers: Pairs = ()

    @property
    def shown(self) -> str:
        """The exact address."""
        return unmasked(self.url)

    @property
    def host(self) -> str:
        """The host, which is told what the model asks of its tools."""
        return urlsplit(self.url).hostname or ""


Way = Program | Site | Connector
"""It is started here, reached from here, or asked by the service."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """A server as the user, or what was pasted, describes it."""

    name: str
    way: Way

    @property
    def secrets(self) -> Pairs:
        """The values that are kept in the keyring: variables and headers."""
        return self.way.env if isinstance(self.way, Program) else self.way.headers

    def with_secrets(self, secrets: Pairs) -> "ServerConfig":
        """Return it with other variables or headers."""
        if isinstance(self.way, Program):
            return replace(self, way=replace(self.way, env=secrets))
        return replace(self, way=replace(self.way, headers=secrets))

    @property
    def shown_secrets(self) -> tuple[str, ...]:
        """The variables or headers, each as a line; of those that give access to something the name alone."""
        mark = "=" if isinstance(self.way, Program) else ": "
        return tuple(_shown_pair(name, value, mark) for name, value in self.secrets)

    def checked(self) -> "ServerConfig":
        """Return it without spaces around what it says. Raises UsageError for what cannot be used."""
        name = " ".join(self.name.split())
        if not name:
            raise UsageError(_NO_NAME)
        match self.way:
            case Program() as way:
                return ServerConfig(name, _checked_program(way))
            case Site(url, headers):
                checked_headers(headers)
                return ServerConfig(name, Site(checked_url(url), headers))
            case Connector() as way:
                return ServerConfig(name, way.checked())

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is to be known before it is run or reached, in the current language."""
        return tuple(_doubts(self.way))


@dataclass(frozen=True, slots=True)
class Review:
    """All that decides what is run or reached: it is shown to the user, and consent is to it as a whole.

    `config` has the values of its variables or headers. `file` is what its command names on this computer;
    empty where there is none, and for what is not started here.
    """

    config: ServerConfig
    file: str = ""

    @property
    def digest(self) -> str:
        """A SHA-256 of all of it but the name: consent is to this and to nothing else."""
        way = self.config.way
        told = json.dumps([type(way).__name__, *_parts(way), self.file], ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()


def _shown_pair(name: str, value: str, mark: str) -> str:
    if _SECRET_NAME.search(name) or _SECRET_SHAPE.search(value):
        return _("{name} (its value is in the keyring)").format(name=unmasked(name))
    # A value of several lines could look like more variables.
    return unmasked(f"{name}{mark}{value}").replace("\n", "\\u000a")


def _parts(way: Way) -> tuple[object, ...]:
    match way:
        case Program(command, args, env, folder):
            return command, args, env, folder
        case Site(url, headers):
            return url, headers
        case Connector(label, url, transport, tools, headers):
            return label, url, transport, tools, headers


def _checked_program(program: Program) -> Program:
    if not program.command.strip():
        raise UsageError(_NO_COMMAND)
    variables = (part for pair in program.env for part in pair)
    words = (program.command, *program.args, program.folder, *variables)
    if any("\0" in word for word in words) or any("=" in name or not name for name, _value in program.env):
        raise UsageError(_UNUSABLE_VARIABLE)
    ruling = listed(name for name, _value in program.env if _RULING.fullmatch(name))
    if ruling:
        raise UsageError(replace(_RULING_VARIABLE, details={"names": ruling}))
    return replace(program, command=program.command.strip(), folder=program.folder.strip())


def _doubts(way: Way) -> list[str]:
    match way:
        case Program():
            return _doubts_of_program(way)
        case Site():
            return [_told(way.host), *_doubts_of_address(way.url)]
        case Connector():
            return [*_doubts_of_connector(way), *_doubts_of_address(way.url)]


def _doubts_of_program(program: Program) -> list[str]:
    found = [_("It runs with all your rights: it can read, change and send whatever you can.")]
    command = program.command
    if command in ("npx", "uvx", "bunx", "pipx", "docker", "podman") or command.endswith(("/npx", "/uvx")):
        found.append(_("{command} fetches a program from the network and runs it.").format(command=command))
    if _has_secret(program.args):
        found.append(_("Its command seems to hold a key. Commands are kept in a file; variables are not."))
    leading = listed(
        unmasked(f"{name}={value}" if value else name)
        for name, value in program.env
        if _LEADING.fullmatch(name)
    )
    if leading:
        found.append(
            _("Its variables decide where its code comes from: {variables}.").format(variables=leading)
        )
    return found


def _doubts_of_connector(connector: Connector) -> list[str]:
    found = [_("The service itself calls its tools: you see its calls afterwards, and are not asked before.")]
    if connector.url:
        found.append(_told(connector.host))
        if is_at_home(connector.host):
            words = _("{host} is not in the public network: the service cannot reach it.")
            found.append(words.format(host=connector.host))
    if connector.headers:
        found.append(_("The values of its headers go to the service, which passes them on."))
    return found


def _told(host: str) -> str:
    return _("{host} is told what the model asks of its tools.").format(host=host)


def _doubts_of_address(url: str) -> list[str]:
    found: list[str] = []
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        found.append(_("Nothing is encrypted on the way there."))
    if _has_secret((url,)) or parts.query:
        found.append(_("Its address may hold a key. Addresses are kept in a file; headers are not."))
    return found


def _has_secret(words: tuple[str, ...]) -> bool:
    named = any(
        word.startswith("-") and _SECRET_NAME.search(word) and ("=" in word or place + 1 < len(words))
        for place, word in enumerate(words)
    )
    return named or any(_SECRET_SHAPE.search(word) for word in words)


_NO_NAME = Problem(
    "server-without-name", N_("The server has no name."), N_("Give it one; its tools are called by it.")
)
_NO_COMMAND = Problem(
    "server-without-command", N_("There is no command to run."), N_("Name a program, for example uvx or npx.")
)
_UNUSABLE_VARIABLE = Problem(
    "variable-unusable",
    N_("A variable is not written as NAME=value."),
    N_("Write one in each line, for example TOKEN=abc."),
)
_RULING_VARIABLE = Problem(
    "variable-ruling",
    N_("With these variables another program may run than the one that is shown: {names}."),
    N_("Leave them out, and name the program by its whole path."),
)
