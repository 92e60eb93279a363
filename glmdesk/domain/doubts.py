"""Why a link is not simply opened: what there is to know about where it leads before it is followed.

Whoever writes the links, a model that has read hostile text, may want to lead the reader astray, or to have
what was said here carried away in an address. A plain address to a plain name gives no reason to ask.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from itertools import chain, islice
from typing import Final, NamedTuple, assert_never
from urllib.parse import unquote

from glmdesk.domain.address import Address, MailAddress, WebAddress
from glmdesk.domain.hostname import Disguise, Host
from glmdesk.domain.legible import shortened, visible
from glmdesk.domain.unseen import FORMAT_CHARACTERS
from glmdesk.i18n import N_, _, listed

MOST_DATA: Final = 200
"""Characters, once decoded, of the host and all around it. Of 88,000 addresses in the documentation of a
Debian system, of Node.js and of Python's libraries two have more: one holds a program, the other an image."""

_READ: Final = 4096
"""Characters. More of a link's text is not read at a glance."""

_LONGEST_DETAIL: Final = 48
"""Characters that a sentence quotes of an address."""

_UNSEEN: Final = re.compile(f"[\x00-\x20\x7f-\x9f\u2028\u2029{FORMAT_CHARACTERS}]")
# Encoded, a space or a line end is ordinary: it is a part of words that are looked for.
_UNSEEN_ENCODED: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029{FORMAT_CHARACTERS}]")
_FORMAT: Final = re.compile(f"[{FORMAT_CHARACTERS}]")
_REORDERING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")

_CHINESE: Final = "\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
# Chinese has no spaces, so a host ends where other letters do, but for one that begins in Chinese.
_WORD: Final = re.compile(
    f"https?://(?P<chinese>(?:www\\.)?[{_CHINESE}][\\w.@-]*)"
    f"|(?P<scheme>https?://)?(?P<word>(?:[^\\W{_CHINESE}]|[.@-])+)",
    re.IGNORECASE,
)
_CHINESE_DOT: Final = re.compile(r"(?<=\w)。(?=[A-Za-z])", re.ASCII)
# A word that ends in one of them is read as a host. Other endings are those of files (`main.py`, `lib.rs`),
# and `.NET` in capitals that of products.
_ENDINGS: Final = frozenset(
    (
        *("ai", "app", "biz", "cn", "co", "com", "de", "dev", "edu", "eu", "fr", "gov", "hk", "info", "io"),
        *("jp", "kr", "mil", "net", "org", "ru", "top", "tw", "uk", "us", "vip", "xyz"),
    )
)
_PRODUCTS: Final = ".NET"


class Doubt(Enum):
    """A reason to ask first, the gravest one first, with what is said of it."""

    LABEL = N_("The link reads {said}, but leads to {host}.")
    USER_INFO = N_("What stands before the “@”, {user}, is not the host. The address leads to {host}.")
    ODD = N_("The address is malformed: programs may disagree about where it leads.")
    MIXED = N_("The host {shown} mixes letters of several scripts. Its real name is {host}.")
    ALIKE = N_("The host {shown} has letters that are easily mistaken. Its real name is {host}.")
    CODE = N_("The name of the host, {host}, is a code that stands for no valid letters.")
    NUMBER = N_("The host is a number, {host}, and has no name.")
    LOCAL = N_("The address leads to this computer or into your own network.")
    PORT = N_("The address leads to an unusual port, {port}.")
    UNSEEN = N_("The link contains characters that are not seen, or that change the order of others.")
    FIELDS = N_("The mail would not be empty. These fields are filled in: {fields}.")
    DATA = N_("The address carries {count} characters. What was said here may be among them.")


class Reason(NamedTuple):
    """A doubt and what it is about, in words."""

    doubt: Doubt
    words: str


_DISGUISES: Final = {
    Disguise.MIXED: Doubt.MIXED,
    Disguise.ALIKE: Doubt.ALIKE,
    Disguise.CODE: Doubt.CODE,
}


def reasons_to_ask(address: Address, text: str) -> tuple[Reason, ...]:
    """Return why a link that reads `text` is not simply opened; nothing where there is no reason to ask."""
    match address:
        case WebAddress():
            found = [*_label(address, text), *_place(address)]
        case MailAddress():
            found = [*_mail_label(address, text), *_mail(address)]
        case _:
            assert_never(address)
    if (
        _UNSEEN.search(address.url)
        or _UNSEEN_ENCODED.search(unquote(address.url))
        or _REORDERING.search(text)
    ):
        found.append(_reason(Doubt.UNSEEN))
    count = len(address.data)
    if count > MOST_DATA:
        found.append(_reason(Doubt.DATA, count=f"{count:,}"))
    return tuple(sorted(found, key=lambda reason: list(Doubt).index(reason.doubt)))


def _reason(doubt: Doubt, **details: str) -> Reason:
    words = {name: visible(shortened(text, _LONGEST_DETAIL)) for name, text in details.items()}
    return Reason(doubt, _(doubt.value).format(**words))


def _label(address: WebAddress, text: str) -> Iterator[Reason]:
    named = list(_hosts_in(text))
    if named and not any(address.host.is_related_to(host) for _word, host in named):
        yield _reason(Doubt.LABEL, said=named[0][0], host=address.host.name)


def _place(address: WebAddress) -> Iterator[Reason]:
    host = address.host
    if address.user_info:
        yield _reason(Doubt.USER_INFO, user=unquote(address.user_info), host=host.name)
    if address.is_odd:
        yield _reason(Doubt.ODD)
    if host.ip is not None:
        yield _reason(Doubt.NUMBER, host=host.name)
    if host.is_local and not host.is_odd:
        yield _reason(Doubt.LOCAL)
    if address.port:
        yield _reason(Doubt.PORT, port=address.port)
    yield from _disguise(host)


def _disguise(host: Host) -> Iterator[Reason]:
    if (disguise := host.disguise) is not None:
        yield _reason(_DISGUISES[disguise], shown=host.shown, host=host.name)


def _mail_label(address: MailAddress, text: str) -> Iterator[Reason]:
    named = [word for word, _ in _words(text) if "@" in word.strip("@")]
    recipients = {recipient.lower() for recipient in address.recipients}
    if named and not any(word.lower() in recipients for word in named):
        yield _reason(Doubt.LABEL, said=named[0], host=listed(address.recipients))


def _mail(address: MailAddress) -> Iterator[Reason]:
    fields = list(dict.fromkeys(field for field in address.fields if field != "subject"))
    if fields:
        yield _reason(Doubt.FIELDS, fields=listed(fields))
    if address.is_odd:
        yield _reason(Doubt.ODD)
    yield from islice(chain.from_iterable(map(_disguise, address.hosts)), 1)


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of what is read of a link, and whether each is certainly a host.

    They are what they look like: full-width letters are like others.
    """
    seen = _FORMAT.sub("", unicodedata.normalize("NFKC", text[:_READ]))
    for found in _WORD.finditer(_CHINESE_DOT.sub(".", seen)):
        word = (found["word"] or found["chinese"]).strip(".-")
        yield word, not found["word"] or bool(found["scheme"]) or word.lower().startswith("www.")


def _hosts_in(text: str) -> Iterator[tuple[str, Host]]:
    """Yield what in a text is read as a host."""
    for word, is_certain in _words(text):
        name = word.rpartition("@")[2]
        before, _, ending = name.rpartition(".")
        if is_certain or (before and ending.lower() in _ENDINGS and not name.endswith(_PRODUCTS)):
            yield name, Host.parse(name)
