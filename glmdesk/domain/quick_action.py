"""What can be done with a text by one key: its name, what the model is told, and in which language."""

from dataclasses import dataclass
from typing import Final

from glmdesk.i18n import N_, _

TEXT: Final = "{text}"
"""Stands in a prompt for the text."""
LANGUAGE: Final = "{language}"
"""Stands in a prompt for the language into which the text is to be translated."""

KEYS: Final = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""With Alt they start an action."""

_HAN: Final = (("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U000323af"))
_KANA: Final = (("\u3041", "\u30ff"), ("\u31f0", "\u31ff"))

_MOSTLY: Final = 0.2
"""The share of Chinese characters from which a text is Chinese: one stands for several letters."""
_FOREIGN: Final = 0.01
"""The share of letters that English has not, from which a text is in a third language."""


@dataclass(frozen=True, slots=True)
class QuickAction:
    """Attributes say what is on its button, what is asked, its key with Alt, and who answers.

    `key` is one of `KEYS`, or empty; an empty `model` is the one of quick questions.
    """

    name: str
    prompt: str
    key: str = ""
    model: str = ""

    def question(self, text: str) -> str:
        """Return what is asked about a text. It stands at the end of a prompt that has no place for it."""
        before, place, after = self.prompt.partition(TEXT)
        language = target_language(text)
        head, tail = before.replace(LANGUAGE, language), after.replace(LANGUAGE, language)
        return f"{head}{text}{tail}" if place else f"{head}\n\n{text}"


def target_language(text: str) -> str:
    """Return, in the current language, what a text is to be translated into.

    Chinese becomes English and English Chinese; any other language becomes that of the program.
    """
    if _is_chinese(text):
        return _("English")
    letters = [letter for letter in text if letter.isalpha()]
    foreign = sum(not letter.isascii() for letter in letters)
    if foreign > _FOREIGN * len(letters):
        return _("the language of these instructions")
    return _("Chinese")


def _is_chinese(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    han = sum(_is_in(letter, _HAN) for letter in letters)
    kana = sum(_is_in(letter, _KANA) for letter in letters)
    return han > _MOSTLY * len(letters) and kana <= _FOREIGN * len(letters)


def _is_in(letter: str, scripts: tuple[tuple[str, str], ...]) -> bool:
    return any(first <= letter <= last for first, last in scripts)


def built_in_actions() -> tuple[QuickAction, ...]:
    """Return the actions that there are until the user has others, in the current language."""
    return tuple(
        QuickAction(_(name), _(prompt), key) for key, (name, prompt) in zip(KEYS, _BUILT_IN, strict=False)
    )


_BUILT_IN: Final = (
    (
        N_("Explain"),
        N_(
            "Explain the text below in English, clearly and briefly. Say first what it means at heart; then "
            "explain the terms, names and abbreviations that a reader may not know. If it is code, say what "
            "it does; if it is an error message, say what went wrong and how to mend it. Do not repeat the "
            "text.\n\n{text}"
        ),
    ),
    (
        N_("Translate"),
        N_(
            "Translate the text below into {language}. It should read as if it had been written in that "
            "language: natural, faithful in meaning and tone, with nothing added or left out. Keep its "
            "formatting, code, names, numbers and links. Answer with the translation only.\n\n{text}"
        ),
    ),
    (
        N_("Summarise"),
        N_(
            "Summarise the text below in English. Begin with its main point in one sentence; then list the "
            "most important facts, numbers, decisions and open questions as at most five short bullet "
            "points. Add nothing that is not in the text.\n\n{text}"
        ),
    ),
    (
        N_("Polish"),
        N_(
            "Polish the text below in the language it is written in: correct mistakes, make it fluent, clear "
            "and concise, and keep its meaning, tone, facts and formatting. Answer with the polished text "
            "only.\n\n{text}"
        ),
    ),
    (
        N_("Reply"),
        N_(
            "Write a reply to the message below, in the language it is written in. Answer each of its "
            "questions and requests, match its tone, be polite and to the point. Where the answer is not "
            "known, leave a gap in [brackets] to be filled in. Answer with the reply only.\n\n{text}"
        ),
    ),
)
