"""Writes the manual page (man 1) from what the command line knows of itself: `manual.py FILE`.

It is in the language of the system. No library does: argparse-manpage comes as source only and knows sections
in English alone, help2man reads English help.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from glmdesk import __version__
from glmdesk.cli.arguments import command_parser
from glmdesk.i18n import system_language

NAME = ("NAME", "名称")
DESCRIPTION = ("DESCRIPTION", "描述")
PURPOSE = ("desktop assistant for the GLM models", "GLM 模型桌面助手")
SECTIONS = (
    (
        ("FILES", "文件"),
        (
            ("~/.local/share/glmdesk", ("history, attached files, backups", "历史记录、附件、备份")),
            ("~/.config/glmdesk", ("settings, own models and services", "设置、自定义模型和服务")),
            ("~/.local/state/glmdesk/log", ("logs, without messages and keys", "日志，不含消息和密钥")),
        ),
    ),
    (
        ("ENVIRONMENT", "环境变量"),
        (
            (
                "GLMDESK_HOME",
                ("one folder for all of these, as --home", "以上内容全部放在此文件夹，同 --home"),
            ),
            (
                "GLMDESK_API_KEY",
                ("a key that beats the keyring and is never stored", "优先于密钥环且从不保存的密钥"),
            ),
            ("GLMDESK_BASE_URL", ("another address of the service", "服务的其他地址")),
        ),
    ),
    (
        ("EXIT STATUS", "退出码"),
        (
            ("0", ("done", "完成")),
            ("2", ("usage", "用法错误")),
            ("3", ("no key, or the key was refused", "没有密钥或密钥被拒绝")),
            ("4", ("refused by the service or by the budget", "被服务拒绝或预算已用完")),
            ("5", ("network", "网络")),
            ("6", ("local data", "本地数据")),
            ("130", ("interrupted", "被中断")),
        ),
    ),
)
"""Titles and entries: what is meant, and its meaning. All in English and Chinese."""


def main() -> None:
    """Write it."""
    parser = command_parser()
    day = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC).date()
    told = ("en", "zh-CN").index(system_language())
    lines = [
        f'.TH GLMDESK 1 "{day}" "glmdesk {__version__}"',
        *_section(NAME[told]),
        f"glmdesk \\- {_plain(PURPOSE[told])}",
        *_section(DESCRIPTION[told]),
        _plain(parser.description or ""),
        *_options(parser),
    ]
    for name, command in _commands(parser):
        lines += [*_section(f"glmdesk {name}"), _plain(command.description or ""), *_options(command)]
    for title, entries in SECTIONS:
        lines += _section(title[told])
        for term, meaning in entries:
            lines += [".TP", rf"\fB{_plain(term)}\fR", _plain(meaning[told])]
    Path(sys.argv[1]).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _section(title: str) -> tuple[str]:
    return (f'.SH "{_plain(title)}"',)


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:  # noqa: SLF001 - argparse shows it to nobody
        choices = cast("object", action.choices)
        if isinstance(choices, dict):
            yield from cast("dict[str, argparse.ArgumentParser]", choices).items()


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001 - likewise
        if isinstance(action.choices, dict):
            continue
        names = ", ".join(rf"\fB{_plain(name)}\fR" for name in action.option_strings)
        takes_value = action.nargs != 0
        value = action.metavar or "|".join(map(str, action.choices or ())) or action.dest
        shown = rf"\fI{_plain(str(value))}\fR" if takes_value else ""
        yield from (".TP", " ".join(filter(None, (names, shown))), _plain(action.help or ""))


def _plain(text: str) -> str:
    """Return text in which nothing is a command of troff."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return rf"\&{escaped}" if escaped.startswith((".", r"\(aq")) else escaped


if __name__ == "__main__":
    main()
