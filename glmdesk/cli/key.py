"""`glmdesk key`: the API key in the keyring of the system. It is never an argument and never printed."""

import asyncio
import getpass
import sys

from glmdesk.chat.key_state import Found, Missing, Unneeded, describe
from glmdesk.cli.options import Options
from glmdesk.cli.question import decoded
from glmdesk.cli.streams import Output, piped_input, tell
from glmdesk.cli.surroundings import Surroundings
from glmdesk.desktop.secrets import KeptForSession, Origin, Secrets
from glmdesk.domain.api_key import parse_api_key
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import KeyProblem, KeyringProblem
from glmdesk.i18n import _


def manage_key(options: Options, surroundings: Surroundings) -> int:
    """Do what is to be done with the key of the service in use, and return the exit code.

    Raises UsageError for an address that cannot be used, KeyProblem for what cannot be a key, and
    KeyringProblem.
    """
    endpoint = surroundings.connection().endpoint
    host = endpoint.host
    match options.key_action:
        case "set":
            # Read before there is a loop, which would keep Ctrl+C from ending the prompt.
            key = parse_api_key(_entered_key(host), host)
            return asyncio.run(_set(surroundings.secrets, host, key))
        case "status":
            return asyncio.run(_report(surroundings.secrets, endpoint))
        case "delete":
            return asyncio.run(_delete(surroundings.secrets, host))


def _entered_key(host: str) -> str:
    if not sys.stdin.isatty():
        return decoded(piped_input(), "stdin")
    try:
        return getpass.getpass(_("API key for {host} (not shown): ").format(host=host))
    except EOFError:
        return ""


async def _set(secrets: Secrets, host: str, key: str) -> int:
    outcome = await secrets.store(host, key)
    if isinstance(outcome, KeptForSession):
        raise KeyringProblem(outcome.reason)
    _say(_("The key for {host} is in the keyring.").format(host=host))
    _mention_variable(secrets, host)
    return 0


async def _report(secrets: Secrets, endpoint: Endpoint) -> int:
    if not endpoint.needs_key:
        _say(describe(Unneeded(endpoint)))
        return 0
    origin = await secrets.locate(endpoint.host)
    if origin is Origin.KEYRING:
        words = _("In the keyring of this system ({keyring}), for {host}.")
        _say(words.format(keyring=await secrets.describe(), host=endpoint.host))
    else:
        _say(describe(Found(endpoint, origin) if origin else Missing(endpoint)))
    return 0 if origin else KeyProblem.exit_code


async def _delete(secrets: Secrets, host: str) -> int:
    await secrets.delete(host)
    _say(_("The key for {host} is deleted.").format(host=host))
    _mention_variable(secrets, host)
    return 0


def _mention_variable(secrets: Secrets, host: str) -> None:
    if secrets.is_from_variable(host):
        tell(_("The variable GLMDESK_API_KEY is set and beats the keyring."))


def _say(text: str) -> None:
    Output().write(f"{text}\n")
