"""What an API key looks like, and what people paste around it."""

import re

from glmdesk.domain.errors import Action, KeyProblem, Problem
from glmdesk.i18n import N_

KEY_VARIABLE = "GLMDESK_API_KEY"

# `<id>.<secret>`: the service takes the key apart at its one dot.
_BIGMODEL_KEY = re.compile(r"[^.]+\.[^.]+")
_BIGMODEL_DOMAINS = ("bigmodel.cn", "z.ai")

_WRAPPINGS = re.compile(
    r"""^(?:authorization\s*:|bearer\s|[\s"'`“”‘’「」\ufeff\u200b])+ | [\s"'`“”‘’「」\ufeff\u200b,;]+$""",
    re.VERBOSE | re.IGNORECASE,
)


def parse_api_key(pasted: str, host: str) -> str:
    """Return the key in a pasted text, without quotes, line ends and the `Bearer` of a header around it.

    A key of BigModel has exactly one dot; other services' keys are only held to what fits into a header.
    Raises KeyProblem for what cannot be a key of `host`; its text does not repeat what was pasted.
    """
    key = _WRAPPINGS.sub("", pasted)
    if not key:
        raise KeyProblem(_problem("key-empty", N_("There is no API key in this.")))
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise KeyProblem(
            _problem("key-characters", N_("An API key has no blanks and no Chinese characters."))
        )
    if _is_bigmodel(host) and not _BIGMODEL_KEY.fullmatch(key):
        raise KeyProblem(_problem("key-shape", N_("A BigModel key is two parts with one dot between them.")))
    return key


def _is_bigmodel(host: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in _BIGMODEL_DOMAINS)


def _problem(code: str, what: str) -> Problem:
    return Problem(
        code, what, N_("Copy the whole key from the console and paste it again."), Action.ENTER_KEY
    )
