"""What the simulated service hears of the servers of tools that it is to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from glmdesk.demo.chat import Connector
from glmdesk.demo.phrases import Finding

_TOOLS = ("search", "read_page")
_FOUND = 2
_QUERY_CHARACTERS = 80
_NOWHERE = ".invalid"
"""What no host name ends with: a server there is not reached."""


@dataclass(frozen=True, slots=True)
class Asked:
    """That a server was asked something: which tools it has, or, with a name, to do something."""

    server: str
    name: str = ""
    arguments: str = ""
    output: object = None
    error: str | None = None


def ask(connector: Connector, question: str, findings: Sequence[Finding]) -> tuple[Asked, ...]:
    """Return what comes of asking a server for a question, in order."""
    label, names = connector.server_label, connector.allowed_tools or _TOOLS
    host = urlsplit(connector.server_url).hostname or ""
    if host.endswith(_NOWHERE):
        return (Asked(label, error=f"{host}: no such host"),)
    tools = [
        {"name": name, "description": "", "annotations": {}, "input_schema": {"type": "object"}}
        for name in names
    ]
    arguments = msgspec.json.encode({"query": question[:_QUERY_CHARACTERS]}).decode()
    found = [{"title": one.title, "text": one.summary} for one in findings[:_FOUND]]
    return Asked(label, output=tools), Asked(label, names[0], arguments, {"found": found})
