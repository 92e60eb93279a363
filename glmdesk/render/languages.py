"""What is written after a fence: the language for Pygments, its name for people, the names of its files.

Pygments is loaded with the first language that is asked for. Only its own list is read; what another
installed package adds to it would be code run for a message.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

_WORD: Final = re.compile(r"[\w+#-][\w+#.-]*")
# What models write after a fence, where Pygments knows the language by another name.
_OTHER_NAMES: Final = {
    "astro": "html",
    "cc": "cpp",
    "cmd": "bat",
    "conf": "ini",
    "cuh": "cuda",
    "env": "bash",
    "gradle": "groovy",
    "h": "c",
    "hpp": "cpp",
    "html5": "html",
    "ipython": "python",
    "javascriptreact": "jsx",
    "jsonc": "json",
    "kt": "kotlin",
    "node": "js",
    "patch": "diff",
    "pgsql": "postgres",
    "plain": "text",
    "plaintext": "text",
    "sqlite": "sql",
    "svelte": "html",
    "svg": "xml",
    "terminal": "console",
    "txt": "text",
    "typescriptreact": "tsx",
    "wasm": "wast",
}
# What people call a language that Pygments calls otherwise, or takes for another one.
_CALLED: Final = {
    "astro": "Astro",
    "conf": "conf",
    "csv": "CSV",
    "env": "env",
    "http": "HTTP",
    "latex": "LaTeX",
    "mermaid": "Mermaid",
    "nginx": "Nginx",
    "nim": "Nim",
    "output": "Output",
    "r": "R",
    "sqlite": "SQLite",
    "svelte": "Svelte",
    "svg": "SVG",
    "tsv": "TSV",
    "verilog": "Verilog",
    "vhdl": "VHDL",
}
_SHORTER: Final = {
    "Bash Session": "Shell session",
    "Batchfile": "Batch",
    "PostgreSQL SQL dialect": "PostgreSQL",
    "Python console session": "Python session",
    "Text only": "Text",
}
# Endings of files that Pygments does not name.
_ENDINGS: Final = {
    "astro": "astro",
    "console": "txt",
    "csv": "csv",
    "fortran": "f90",
    "mermaid": "mmd",
    "mysql": "sql",
    "pgsql": "sql",
    "postgres": "sql",
    "postgresql": "sql",
    "svelte": "svelte",
    "svg": "svg",
    "terminal": "txt",
    "tsv": "tsv",
}
_USABLE_PATTERN: Final = re.compile(r"(\*\.)?[\w.]+")
_FILE_NAME: Final = r"(?:[\w.@-]+/)*(?P<name>[\w@-][\w.@-]*\.[a-z]\w*|Dockerfile|Makefile)"
# As in "python:app.py".
_GLUED: Final = re.compile(rf"[^:=]*[:=]{_FILE_NAME}", re.ASCII | re.IGNORECASE)
# A comment in which nothing stands but the name of a file, with "file:" or "filename:" before it or without.
_COMMENTED: Final = re.compile(
    rf"(?:\#|//|--|;|%|/\*|<!--)[ \t]*(?:file(?:name)?:[ \t]*)?{_FILE_NAME}[ \t]*(?:\*/|-->)?[ \t]*",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Language:
    """A language.

    Attributes:
        name: What people call it; as it was written where nobody knows it, empty where nothing was.
        lexer: What Pygments calls it, or empty.
        pattern: What its files are called, with an asterisk for what is free.
    """

    name: str
    lexer: str
    pattern: str


@lru_cache(maxsize=64)
def language_of(words: str) -> Language:
    """Return the language for what stands after a fence.

    Whatever is glued to it is left out (`{.python}`, `js:app.js`).
    """
    found = _WORD.search(words)
    if found is None:
        return Language("", "", "*.txt")
    written = found[0]
    word = written.lower()
    known = _known().get(_OTHER_NAMES.get(word, word))
    if known is None:
        return Language(_CALLED.get(word, written), "", f"*.{_ENDINGS.get(word, 'txt')}")
    lexer, patterns = known
    return Language(_CALLED.get(word) or _SHORTER.get(lexer, lexer), lexer, _pattern(word, patterns))


def file_name(words: str, code: str) -> str:
    """Return a name for a file with some code; `words` is what stands after its fence.

    Models often write the name in the first line or behind the language. Folders before it are left out.
    """
    first_line = code.partition("\n")[0].strip()
    found = _GLUED.fullmatch(words) or _COMMENTED.fullmatch(first_line)
    return found["name"] if found else language_of(words).pattern.replace("*", "code")


def _pattern(word: str, patterns: tuple[str, ...]) -> str:
    """Return how files are called: by what was written if that is an ending, else as most of them are."""
    if word in _ENDINGS:
        return f"*.{_ENDINGS[word]}"
    usable = [pattern for pattern in patterns if _USABLE_PATTERN.fullmatch(pattern)] or ["*.txt"]
    names = {pattern.lower(): pattern for pattern in reversed(usable)}
    return names.get(word) or (names.get(f"*.{word}") if "*" in usable[0] else None) or usable[0]


@cache
def _known() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return, by alias, what Pygments calls a language and its files."""
    from pygments.lexers import get_all_lexers  # noqa: PLC0415 - not every answer holds code

    return {
        alias: (name, patterns)
        for name, aliases, patterns, _ in get_all_lexers(plugins=False)
        for alias in aliases
    }
