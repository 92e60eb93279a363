"""The language of everything a person reads: the window, the command line and the errors share one catalogue.

`_` translates now; `N_` only marks a literal so that it is found for translation and translated where it is
shown. Catalogues are GNU gettext files below `resources/locale`.
"""

import gettext
import os

TYPE_CHECKING = False  # type checkers know the name; importing it from `typing` would cost the time it saves
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Literal

    Language = Literal["en", "zh-CN"]
else:
    Language = str

LANGUAGES: "tuple[Language, ...]" = ("en", "zh-CN")
"""Languages with a complete catalogue. English is the text in the source."""

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_language: "Language" = "en"


def set_language(language: "Language", folder: "Path | str") -> None:
    """Translate into `language` from now on, with the catalogues below `folder`.

    Raises FileNotFoundError where there is none; then it stays as it was.
    """
    global _catalogue, _language  # noqa: PLW0603 - one process speaks one language
    if language == "en":
        _catalogue = gettext.NullTranslations()
    else:
        _catalogue = gettext.translation("glmdesk", folder, languages=[language.replace("-", "_")])
    _language = language


def current_language() -> "Language":
    """Return the language that is translated into."""
    return _language


def system_language() -> "Language":
    """Return the language the desktop asks for: Chinese of any region reads zh-CN, all others English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return _from_locale_name(value)
    import locale  # noqa: PLC0415 - only where the environment does not tell

    return _from_locale_name(locale.getlocale()[0] or "")


def _from_locale_name(name: str) -> "Language":
    return "zh-CN" if name.lower().startswith(("zh", "chinese")) else "en"


def _(text: str) -> str:
    """Return `text` in the current language."""
    # The entry of the empty text is the catalogue's own head, and argparse asks for None where it has none.
    return text and _catalogue.gettext(text)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form for `count`, in the current language."""
    return _catalogue.ngettext(singular, plural, count)


def listed(items: "Iterable[str]") -> str:
    """Return items one after the other, as a sentence of the current language lists them."""
    # Translators: what stands between the items of a list.
    return _(", ").join(items)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a deferred translation
    """Return `text` unchanged; it is translated where it is shown."""
    return text
