"""What the demo has to say, read from `resources/demo`: one file per language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import msgspec

from glmdesk.demo.intents import Intent
from glmdesk.demo.language import Language


@dataclass(frozen=True, slots=True)
class Finding:
    """A simulated search result, and the sentence of the answer that leans on it."""

    sentence: str
    title: str
    site: str
    link: str
    published: str
    summary: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """The texts in one language. The files say what their placeholders stand for."""

    answers: Mapping[Intent, str]
    sides: tuple[str, str]
    search: str
    findings: tuple[Finding, ...]
    tool_result: str
    connector: str
    keywords: str
    reasoning: str
    json_answer: str


Library = Mapping[Language, Phrases]


def load_library(folder: Path) -> Library:
    """Return the texts in every language. Raises OSError, or ValueError for a file that is not complete."""
    languages: tuple[Language, ...] = get_args(Language)
    return {language: _phrases((folder / f"{language}.toml").read_text("utf-8")) for language in languages}


def _phrases(text: str) -> Phrases:
    phrases = msgspec.convert(tomllib.loads(text), Phrases)
    if missing := set(Intent) - phrases.answers.keys():
        raise ValueError(f"no answer for {', '.join(sorted(missing))}")
    return phrases
