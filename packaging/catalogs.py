"""Keep the translations complete: `update` brings the catalogues up to date with the source, `check` judges.

`packaging/dev.py` starts it inside `.venv`, because it needs Babel. Beside each `.po` lies the `.mo` made of
it, so that running from source needs no build step; and beside `qt.ts`, which has the words that Qt's own
translation lacks, its `.qm`.
"""

import io
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import PySide6
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "glmdesk"
CATALOGUES = ROOT / "resources" / "locale"

# Part of PySide6_Essentials.
LRELEASE = Path(PySide6.__file__).with_name("lrelease")

# One text, or the forms of one that counts.
Text = str | Sequence[str]

# "{count}" and "{price:.2f}" of str.format.
FIELD = re.compile(r"\{(\w*)[^{}]*\}")


def extract(source: Path) -> Catalog:
    """Return every message marked in the Python files below `source`."""
    template = Catalog(project="glmdesk")
    for name, line, text, comments, context in extract_from_dir(
        source, [("**.py", "python")], comment_tags=("Translators:",)
    ):
        template.add(
            text, locations=[(f"{source.name}/{name}", line)], auto_comments=comments, context=context
        )
    return template


def compiled(catalogue: Catalog) -> bytes:
    """Return the `.mo` file of `catalogue`."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def problems(template: Catalog, catalogue: Catalog) -> Iterator[str]:
    """Yield what keeps `catalogue` from being the complete translation of `template`."""
    for message in template:
        if message.id and message.id not in catalogue:
            yield f"not in the catalogue: {message.id!r}"
    for message in catalogue:
        if not message.id:
            continue
        if message.id not in template:
            yield f"no longer in the source: {message.id!r}"
        if message.fuzzy:
            yield f"fuzzy: {message.id!r}"
        text = message.string or ""
        if not all(_texts(text)):
            yield f"not translated: {message.id!r}"
        elif _fields(text) - _fields(message.id):
            yield f"asks for a field the source does not give: {message.id!r}"
        yield from (f"{error}: {message.id!r}" for error in message.check(catalogue))


def _texts(text: Text) -> Sequence[str]:
    return [text] if isinstance(text, str) else text


def _fields(text: Text) -> set[str]:
    return {name for form in _texts(text) for name in FIELD.findall(form)}


def read(path: Path) -> Catalog:
    """Return the catalogue at `path`, which ends in <locale>/LC_MESSAGES/<domain>.po."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, domain=path.stem)


def check(template: Catalog, path: Path) -> list[str]:
    """Return what is wrong with the catalogue at `path` and the `.mo` beside it."""
    catalogue = read(path)
    found = list(problems(template, catalogue))
    made = path.with_suffix(".mo")
    if not made.exists() or made.read_bytes() != compiled(catalogue):
        found.append("the .mo file is not made of this .po file")
    return found


def update(template: Catalog, path: Path) -> None:
    """Bring the catalogue at `path` and the `.mo` beside it up to date, without guessing translations."""
    catalogue = read(path)
    template.creation_date = catalogue.creation_date  # else every update would be a change
    catalogue.update(template, no_fuzzy_matching=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, ignore_obsolete=True, include_lineno=False)
    # Read again: the header on disk is not letter by letter the one in memory.
    path.with_suffix(".mo").write_bytes(compiled(read(path)))


def released(words: Path) -> bytes:
    """Return the `.qm` file of words of Qt; none of them may be without a translation."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / "qt.qm"
        command = (LRELEASE, "-silent", "-fail-on-unfinished", words, "-qm", made)
        subprocess.run(command, check=True)
        return made.read_bytes()


def main(action: str) -> int:
    """Do `action`; return 0 when all is well."""
    template = extract(SOURCE)
    paths = sorted(CATALOGUES.glob("*/LC_MESSAGES/glmdesk.po"))
    words_of_qt = sorted(CATALOGUES.glob("*/qt.ts"))
    if action == "update":
        for path in paths:
            update(template, path)
        for words in words_of_qt:
            words.with_suffix(".qm").write_bytes(released(words))
        return 0
    found = [f"{path.relative_to(ROOT)}: {problem}" for path in paths for problem in check(template, path)]
    found += [
        f"{words.relative_to(ROOT)}: the .qm file is not made of it"
        for words in words_of_qt
        if not words.with_suffix(".qm").exists() or words.with_suffix(".qm").read_bytes() != released(words)
    ]
    print("\n".join(found) or "All catalogues are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
