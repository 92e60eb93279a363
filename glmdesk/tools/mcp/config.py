"""How a server is started or reached: values that say all of it, and a digest that consent is given to."""

import hashlib
import json
import re
import shlex
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from glmdesk.domain.endpoint import is_loopback
from glmdesk.domain.errors import Problem, UsageError
from glmdesk.i18n import N_, _

Pairs = tuple[tuple[str, str], ...]
"""Names with their values, in the order they were written."""

# What a text holds that gives access to something; what stands behind such an option is one too.
_SECRET_NAME: Final = re.compile(r"key|token|secret|passw|auth|credential|bearer", re.IGNORECASE)
_SECRET_SHAPE: Final = re.compile(
    r"bearer\s|\bsk-[\w-]{16,}|\bgh[a-z]_\w{16,}|://[^/@\s]+:[^/@\s]+@", re.IGNORECASE
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
        return shlex.join((self.command, *self.args))


@dataclass(frozen=True, slots=True)
class Site:
    """A server that is reached with streamable HTTP. `headers` go with every request."""

    url: str
    headers: Pairs = ()

    @property
    def shown(self) -> str:
        """The exact address."""
        return self.url

    @property
    def host(self) -> str:
        """The host, which is told what the model asks of its tools."""
        return urlsplit(self.url).hostname or ""


Way = Program | Site


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
    def digest(self) -> str:
        """A SHA-256 of all that decides what is run or reached: consent is to this and to nothing else."""
        told = json.dumps([type(self.way).__name__, *_parts(self.way)], ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def checked(self) -> "ServerConfig":
        """Return it without spaces around what it says. Raises UsageError for what cannot be used."""
        name = " ".join(self.name.split())
        if not name:
            raise UsageError(_NO_NAME)
        way = self.way
        if isinstance(way, Program):
            if not way.command.strip():
                raise UsageError(_NO_COMMAND)
            words = (way.command, *way.args, way.folder, *(part for pair in way.env for part in pair))
            if any("\0" in word for word in words) or any(
                "=" in name or not name for name, _value in way.env
            ):
                raise UsageError(_UNUSABLE_VARIABLE)
            return ServerConfig(name, replace(way, command=way.command.strip(), folder=way.folder.strip()))
        return ServerConfig(name, _checked_site(way))

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is to be known before it is run or reached, in the current language."""
        return tuple(_doubts(self.way))


def _parts(way: Way) -> tuple[object, ...]:
    if isinstance(way, Program):
        return way.command, way.args, way.env, way.folder
    return way.url, way.headers


def _checked_site(site: Site) -> Site:
    url = site.url.strip()
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or not url.isprintable() or " " in url:
        raise UsageError(_NO_ADDRESS)
    for name, value in site.headers:
        is_header = re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) and value.isprintable()
        if not is_header or not value.isascii():
            raise UsageError(replace(_NO_HEADER, details={"name": name}))
    return replace(site, url=url)


def _doubts(way: Way) -> "list[str]":
    found: list[str] = []
    if isinstance(way, Program):
        found.append(_("It runs with all your rights: it can read, change and send whatever you can."))
        if way.command in ("npx", "uvx", "bunx", "pipx", "docker", "podman") or way.command.endswith(
            ("/npx", "/uvx")
        ):
            found.append(
                _("{command} fetches a program from the network and runs it.").format(command=way.command)
            )
        if _has_secret(way.args):
            found.append(
                _("Its command seems to hold a key. Commands are kept in a file; variables are not.")
            )
    else:
        found.append(_("{host} is told what the model asks of its tools.").format(host=way.host))
        if way.url.startswith("http:") and not is_loopback(way.host):
            found.append(_("Nothing is encrypted on the way there."))
        if _has_secret((way.url,)) or urlsplit(way.url).query:
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
_NO_ADDRESS = Problem(
    "server-address", N_("This is no address of a server."), N_("It begins with https:// or http://.")
)
_NO_HEADER = Problem(
    "header-unusable",
    N_("“{name}” cannot be sent as a header."),
    N_("Write one in each line, for example Authorization: Bearer abc."),
)
