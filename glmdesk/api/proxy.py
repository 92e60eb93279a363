"""Which proxy leads to an address, from the settings, the environment or the system.

The HTTP library's own reading of the environment is not used: it raises on entries that proxy programs set
every day (`socks://…`, IPv6 ranges in `NO_PROXY`). Here a bad entry is a warning and the connection goes
direct.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit
from urllib.request import getproxies

from glmdesk.domain.endpoint import is_host, is_loopback
from glmdesk.i18n import N_, _

SYSTEM = "system"
NONE = "none"

_SCHEMES = {"http": "http", "https": "https", "socks": "socks5", "socks5": "socks5", "socks5h": "socks5h"}


@dataclass(frozen=True, slots=True)
class ProxyChoice:
    """The proxy's URL, or None to connect directly. `warning` is set when an entry could not be used."""

    url: str | None = None
    warning: str | None = None


def choose_proxy(setting: str, url: str, environ: Mapping[str, str]) -> ProxyChoice:
    """Return the proxy for an http or https URL. `setting` is "system", "none" or a proxy's URL.

    "system" reads the environment and, on Windows and macOS, the system's settings where the environment is
    silent.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if setting == NONE or is_loopback(host):
        return ProxyChoice()
    if setting != SYSTEM:
        return _usable(setting)
    # Where both spellings are set, the lower case holds, as it does for other programs; it sorts last.
    variables = {name.lower(): value for name, value in sorted(environ.items())}
    entry = variables.get(f"{parts.scheme}_proxy") or variables.get("all_proxy")
    if not entry and sys.platform in {"win32", "darwin"}:
        entry = getproxies().get(parts.scheme)
    if not entry or _is_exempt(host, variables.get("no_proxy", "")):
        return ProxyChoice()
    return _usable(entry)


def _usable(entry: str) -> ProxyChoice:
    url = entry.strip() if "://" in entry else f"http://{entry.strip()}"
    try:
        parts = urlsplit(url)
        valid = is_host(parts.hostname or "") and parts.netloc.isprintable() and parts.port != 0
    except ValueError:
        return _unusable(entry)
    scheme = _SCHEMES.get(parts.scheme)
    if not valid or scheme is None:
        return _unusable(entry)
    return ProxyChoice(parts._replace(scheme=scheme, path="", query="", fragment="").geturl())


def _unusable(entry: str) -> ProxyChoice:
    without_password = entry.rpartition("@")[2]
    warning = _(N_("The proxy “{entry}” cannot be used; connecting directly.")).format(entry=without_password)
    return ProxyChoice(warning=warning)


def _is_exempt(host: str, no_proxy: str) -> bool:
    return any(_matches(host, pattern.strip().lower()) for pattern in no_proxy.split(",") if pattern.strip())


def _matches(host: str, pattern: str) -> bool:
    if pattern == "*":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        name = pattern.partition(":")[0].lstrip("*").lstrip(".")
        return bool(name) and (host == name or host.endswith(f".{name}"))
    try:
        return address in ip_network(pattern.strip("[]"), strict=False)
    except ValueError:
        return False
