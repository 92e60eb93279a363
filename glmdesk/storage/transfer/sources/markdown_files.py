"""Markdown: one file or a folder of them, with a heading or bold letters before what each side says."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from glmdesk.domain.conversation import title_of
from glmdesk.domain.message import Role
from glmdesk.storage.transfer.incoming import Incoming, Loss, Thread

SUFFIXES: Final = frozenset((".md", ".markdown", ".txt"))

_USER: Final = r"you|user|human|me|prompt|question|你|我|用户|提问|问题"
_ASSISTANT: Final = (
    r"assistant|answer|response|reply|ai|bot|model|chatgpt|claude|gemini|助手|回答|回复|模型"
    r"|(?:gpt|glm|claude|gemini|deepseek|qwen|llama|kimi|o[134])[-\w. ]*"
)
# A name stands alone in a heading, or in bold letters with or without words after it.
_SPEAKER: Final = re.compile(
    rf"(?:\#{{1,6}}[ ]+\**(?:(?P<user>{_USER})|(?P<model>{_ASSISTANT}))\**[ ]*[:：]?\**[ ]*"
    rf"|\*\*(?:(?P<bold_user>{_USER})|(?P<bold_model>{_ASSISTANT}))[ ]*"
    r"(?:\*\*[ ]*[:：]|[:：][ ]*\*\*|\*\*$)[ ]*(?P<rest>.*))",
    re.IGNORECASE,
)
_FENCE: Final = re.compile(r"[ ]{0,3}(```+|~~~+)")
_TITLE: Final = re.compile(r"#[ ]+(?P<title>.*\S)")


def read(path: Path, _names: Sequence[str | None]) -> Iterator[Incoming | Loss]:
    """Yield a conversation for each file, in the order of their names."""
    is_folder = path.is_dir()
    files = sorted(file for file in path.rglob("*") if _is_wanted(file)) if is_folder else [path]
    for file in files:
        inside = file.relative_to(path) if is_folder else Path(file.name)
        try:
            text = file.read_text(encoding="utf-8-sig")
            at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        except (OSError, UnicodeDecodeError) as error:
            yield Loss(str(inside), str(error))
            continue
        folder = inside.parts[0] if len(inside.parts) > 1 else ""
        yield _conversation(text, inside, folder, at)


def _is_wanted(file: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in file.parts[-2:])
    # Those are files of messages, beside the text that they go with.
    is_asset = file.parent.suffix == ".assets"
    return file.suffix.lower() in SUFFIXES and not (is_hidden or is_asset) and file.is_file()


def _conversation(text: str, file: Path, folder: str, at: datetime) -> Incoming | Loss:
    titles = [found["title"] for line in text.splitlines() if (found := _TITLE.fullmatch(line.strip()))]
    thread = Thread("markdown", text, titles[0] if titles else title_of(file.stem))
    thread.created = at
    thread.folder = folder
    said: list[tuple[Role | None, str | None, str]] = list(_said(text))
    if not any(role for role, _model, _text in said):
        # Nobody is named: notes.
        said = [("user", None, text.strip())]
    for role, model, words in said:
        if role is not None and words:
            thread.add("", role, words, parent=thread.last, at=at, model=model)
    return thread.finished(str(file))


def _said(text: str) -> Iterator[tuple[Role | None, str | None, str]]:
    """Yield who says what: role, model, text. What stands before the first name is nobody's."""
    role: Role | None = None
    model: str | None = None
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        speaker = None if fence else _SPEAKER.fullmatch(line.strip())
        if speaker is not None:
            yield role, model, "\n".join(lines).strip()
            named = speaker["model"] or speaker["bold_model"]
            role, model = ("assistant", named.strip()) if named else ("user", None)
            lines = [speaker["rest"] or ""]
            continue
        if found := _FENCE.match(line):
            fence = "" if fence and found[1].startswith(fence) else fence or found[1]
        lines.append(line)
    yield role, model, "\n".join(lines).strip()
