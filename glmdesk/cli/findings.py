"""What the doctor looks at, one section each. None changes anything, and only `online` asks the service."""

import platform
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from glmdesk import __version__
from glmdesk.api.proxy import choose_proxy
from glmdesk.chat.connection import Connection
from glmdesk.cli.report import Fact, Section
from glmdesk.desktop.input_method import corrected
from glmdesk.desktop.paths import Paths
from glmdesk.desktop.secrets import Origin, Secrets
from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import KeyProblem, LocalDataError, Problem
from glmdesk.i18n import N_, _
from glmdesk.storage.files import is_there
from glmdesk.storage.health import SCHEMA, folder_problem, look_at, sqlite_version
from glmdesk.storage.models_file import NAME as MODELS_NAME
from glmdesk.storage.services_file import ServicesFile
from glmdesk.storage.settings import Settings

_PACKAGES = ("PySide6_Essentials", "qasync", "httpx", "apsw", "keyring", "markdown-it-py", "msgspec")

_ORIGINS = {
    Origin.ENVIRONMENT: N_("the variable GLMDESK_API_KEY"),
    Origin.SESSION: N_("memory"),
    Origin.KEYRING: N_("the keyring"),
}

_DESKTOP_VARIABLES = (
    *("LANG", "LC_ALL", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "DISPLAY", "WAYLAND_DISPLAY"),
    *("QT_QPA_PLATFORM", "QT_IM_MODULE", "QT_IM_MODULES", "GTK_IM_MODULE", "XMODIFIERS", "IBUS_USE_PORTAL"),
)


def versions() -> Section:
    """Return what runs here. Packages are looked up and not imported: no command imports Qt."""
    facts = [
        Fact("glmdesk", "glmdesk", __version__),
        Fact("python", "Python", platform.python_version()),
        Fact("system", _("Operating system"), platform.platform()),
        Fact("sqlite", "SQLite", sqlite_version()),
        *(Fact(name, name, _installed(name)) for name in _PACKAGES),
    ]
    return Section("versions", _("Versions"), facts)


def folders(paths: Paths) -> Section:
    """Return where the files are."""
    found = (
        ("data", _("Data"), paths.data),
        ("config", _("Settings"), paths.config),
        ("cache", _("Cache"), paths.cache),
        ("logs", _("Logs"), paths.logs),
    )
    facts = [Fact(key, label, str(folder)) for key, label, folder in found]
    problems = [problem for _key, _label, folder in found if (problem := folder_problem(folder))]
    return Section("folders", _("Folders"), facts, problems)


def settings_in_force(settings: Settings) -> Section:
    """Return the settings that are not at their default."""
    facts = [
        Fact(setting.key, _(setting.label), settings.value(setting))
        for setting in Settings.declared()
        if settings.value(setting) != setting.default
    ]
    return Section("settings", _("Changed settings"), facts, settings.notices)


def own_models(config: Path, catalog: Catalog) -> Section:
    """Return how the user's own file of models is."""
    path = config / MODELS_NAME
    facts = [Fact("path", _("File"), str(path)), Fact("exists", _("Is there"), is_there(path))]
    return Section("own_models", _("Your own models"), facts, catalog.notices)


def own_services(services: ServicesFile) -> Section:
    """Return which services the user has added."""
    facts = [
        Fact("path", _("File"), str(services.path)),
        Fact("services", _("Services"), tuple(service.name for service in services.services)),
    ]
    return Section("own_services", _("Your own services"), facts, services.notices)


def database(path: Path) -> Section:
    """Return how the history is. Takes seconds when it is large."""
    facts = [Fact("path", _("File"), str(path)), Fact("exists", _("Is there"), is_there(path))]
    if not is_there(path):
        return Section("database", _("History"), facts)
    try:
        health = look_at(path)
    except LocalDataError as error:
        return Section("database", _("History"), facts, [error.problem])
    facts += [
        Fact("size_bytes", _("Bytes"), health.size_bytes),
        Fact("schema", _("Version of the schema"), health.schema),
        Fact("schema_known", _("Version that this glmdesk writes"), SCHEMA),
        Fact("conversations", _("Conversations"), health.conversations),
        Fact("messages", _("Messages"), health.messages),
        Fact("writable", _("Can be written"), health.problem is None),
        Fact("network_filesystem", _("Network file system"), health.network),
    ]
    return Section("database", _("History"), facts, [health.problem] if health.problem else [])


def service(endpoint: Endpoint, settings: Settings, offer: Offer, environ: Mapping[str, str]) -> Section:
    """Return where questions go, on which way, and which models answer there."""
    choice = choose_proxy(settings.proxy, endpoint.base_url, environ)
    facts = [
        Fact("base_url", _("Address"), endpoint.base_url),
        Fact("proxy", _("Proxy"), choice.url),
        Fact("proxy_warning", _("Warning"), choice.warning),
        Fact("model", _("Model in new chats"), offer.preselected(settings.model)),
        Fact("models", _("Models on offer"), tuple(model.id for model in offer)),
    ]
    replacement = offer.replacement(settings.model)
    return Section("service", _("Service"), facts, [replacement] if replacement else [])


async def key(secrets: Secrets, host: str) -> Section:
    """Return where the key is, and what keeps it."""
    origin = keyring = None
    problems: list[Problem] = []
    try:
        origin = await secrets.locate(host)
        keyring = await secrets.describe()
    except KeyProblem as error:
        problems.append(error.problem)
    facts = [
        Fact("host", _("For"), host),
        Fact("origin", _("From"), origin and origin.value, _(_ORIGINS[origin]) if origin else ""),
        Fact("keyring", _("Keyring"), keyring),
    ]
    return Section("key", _("API key"), facts, problems)


async def online(connection: Connection) -> Section:
    """Ask the service for its models, which costs nothing.

    Raises KeyProblem, ServiceRefused, NetworkFault.
    """
    client = await connection.client()
    return Section("online", _("Models"), [Fact("models", _("Models"), await client.list_models())])


def desktop(environ: Mapping[str, str]) -> Section:
    """Return what decides about the screen and about Chinese input."""
    changes = corrected(environ, _plugin_folders(), sys.platform)
    facts = [
        *(Fact(name, name, environ.get(name)) for name in _DESKTOP_VARIABLES),
        Fact(
            "input_method_changes",
            _("Changed for Chinese input"),
            tuple(f"{name}={value or ''}" for name, value in changes.items()),
        ),
    ]
    return Section("desktop", _("Desktop"), facts)


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _plugin_folders() -> list[Path]:
    """Return where the plugins of PySide6 are, which is not imported for it."""
    found = find_spec("PySide6")
    places = found.submodule_search_locations if found else None
    return [Path(place, "Qt", "plugins") for place in places or ()]
