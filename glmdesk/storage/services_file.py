"""The services that the user has added: a TOML file in the folder of settings, which people may edit too."""

from collections.abc import Mapping, MutableMapping, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from glmdesk.domain.checked_toml import Plain, Table
from glmdesk.domain.own_service import DIALECTS, OwnService
from glmdesk.i18n import N_, _
from glmdesk.storage.own_file import read_file, write_file

NAME = "services.toml"

_HEAD = """\
# Services that glmdesk can ask beside BigModel and Z.ai. Keys are not here but in the keyring.
#
# [services."At home"]
# base_url = "http://192.168.1.5:11434/v1"
# models = ["glm4:9b"]
# speaks = "openai"      # or "bigmodel", for a gateway that takes all that BigModel takes
# key = false            # true: it is asked with the key that is kept for its host
# unencrypted = true     # plain http is agreed to; on this computer that needs no agreement

"""
_KEYS = frozenset({"base_url", "models", "speaks", "key", "unencrypted"})


class ServicesFile:
    """What is in the file, and writing it. What people wrote beside the services stays."""

    def __init__(self, config: Path) -> None:
        self.path = config / NAME
        found, self.notices = read_file(
            self.path, _services, N_("The services you have added are missing until this is mended.")
        )
        """What is wrong with the file; then no service is taken from it."""
        self.services: tuple[OwnService, ...] = found or ()

    async def save(self, services: Sequence[OwnService]) -> None:
        """Put other services in force and write them. A file that could not be read is kept aside.

        Raises LocalDataError when they could not be written; they are in force until the program ends.
        """
        self.services = tuple(services)
        edit = partial(_edited, services=self.services)
        await write_file(self.path, edit, head=_HEAD, is_kept_aside=bool(self.notices))
        self.notices = ()


def _services(document: Plain) -> tuple[OwnService, ...]:
    table = Table(document, known={"services"})
    return tuple(_service(name, entry) for name, entry in table.tables("services"))


def _service(name: str, table: Table) -> OwnService:
    table.allow(_KEYS)
    base_url = table.text("base_url", "")
    if not base_url:
        raise table.fault("base_url", _("A service needs “{key}”."))
    return OwnService(
        name,
        base_url,
        models=table.texts("models"),
        dialect=table.word("speaks", DIALECTS, "openai"),
        needs_key=table.flag("key"),
        is_plain_allowed=table.flag("unencrypted"),
    )


def _edited(text: str, services: Sequence[OwnService]) -> str:
    """Return the text of a file with these services in it and no others."""
    import tomlkit  # noqa: PLC0415 - only a change needs what writes

    document = tomlkit.parse(text)
    # The library declares neither what is in a document nor what is in its tables.
    whole = cast("Mapping[str, Mapping[str, MutableMapping[str, object]]]", document)
    found = whole.get("services", {})
    tables = tomlkit.table(is_super_table=True)
    for service in services:
        entry = found.get(service.name) or cast("MutableMapping[str, object]", tomlkit.table())
        entry.update(_entries(service))
        tables[service.name] = entry
    document["services"] = tables
    return document.as_string()


def _entries(service: OwnService) -> dict[str, object]:
    return {
        "base_url": service.base_url,
        "models": list(service.models),
        "speaks": service.dialect,
        "key": service.needs_key,
        "unencrypted": service.is_plain_allowed,
    }
