"""Blocks as Markdown, for pieces that have no source of their own. What is written reads as the same text."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, assert_never

from glmdesk.render import blocks as b
from glmdesk.render.inlines import as_inlines
from glmdesk.render.markdown import parse
from glmdesk.render.runs import flat_blocks

_MARKS: Final = re.compile(r"[\\`*_{}<>#+\-.!|~$&=:]")
_BRACKETS: Final = re.compile(r"[\[\]()]")
"""With a backslash they would begin a formula."""

_BACKTICKS: Final = re.compile("`+")
_FENCES: Final = re.compile("`+|~+")
_ALIGNMENT: Final = {None: "---", "left": ":--", "center": ":-:", "right": "--:"}


def written(blocks: b.Blocks) -> str:
    """Return Markdown for blocks, with as few backslashes as they need.

    Where marks stand so close to each other that they would be taken for others, the styles are left out.
    """
    text = ""
    for writer in (_Writer(), _Writer(escapes=True), _Writer(escapes=True, styles=False)):
        text = writer.blocks(blocks)
        if flat_blocks(parse(text)) == flat_blocks(blocks):
            break
    return text


class _Writer:
    def __init__(self, *, escapes: bool = False, styles: bool = True) -> None:
        self._escapes = escapes
        self._styles = styles

    def blocks(self, blocks: Iterable[b.Block], *, gap: str = "\n\n") -> str:
        texts: list[str] = []
        before: b.Block | None = None
        is_other = False
        for block in blocks:
            # A list that follows a list is one of its own if its marks are others.
            is_other = type(block) is type(before) and not is_other
            texts.append(self._block(block, has_other_mark=is_other))
            before = block
        return gap.join(filter(None, texts))

    def _block(self, block: b.Block, *, has_other_mark: bool) -> str:
        match block:
            case b.Heading(level=level, inlines=inlines):
                text = f"{'#' * level} {_line(self._inlines(inlines))}"
            case b.Paragraph(inlines=inlines):
                text = self._inlines(inlines)
            case b.BulletList() | b.OrderedList():
                # Where readers take dashes below a bar for a table, stars are no such thing.
                bullets = "-*" if not self._escapes else "*-"
                text = self._list(block, (bullets[has_other_mark], ".)"[has_other_mark]))
            case b.Quote(blocks=nested):
                text = _hanging("> ", self.blocks(nested), "> ")
            case b.Footnote(label=label, blocks=nested):
                text = _hanging(f"[^{label}]: ", self.blocks(nested), "    ")
            case b.Details(summary=summary, blocks=nested):
                text = self.blocks((b.Written(summary), *nested))
            case _:
                text = self._leaf(block)
        return text

    def _leaf(self, block: b.Leaf) -> str:
        match block:
            case b.Code(language=language, text=code):
                text = _fenced(language, code)
            case b.Math(tex=tex):
                in_brackets = "$" in tex and r"\]" not in tex
                opening, closing = (r"\[", r"\]") if in_brackets else ("$$", "$$")
                text = f"{opening}\n{tex}\n{closing}" if tex else ""
            case b.Table():
                text = self._table(block)
            case b.Rule():
                text = "---"
            case b.Written(text=said):
                text = self._inlines(as_inlines(said))
            case _:
                assert_never(block)
        return text

    def _list(self, block: b.BulletList | b.OrderedList, marks: tuple[str, str]) -> str:
        bullet, stop = marks
        between = "\n" if block.tight else "\n\n"
        items: list[str] = []
        for number, item in enumerate(block.items):
            mark = f"{block.start + number}{stop} " if isinstance(block, b.OrderedList) else f"{bullet} "
            task = {None: "", True: "[x] ", False: "[ ] "}[item.checked]
            items.append(_hanging(mark, task + self.blocks(item.blocks, gap=between), " " * len(mark)))
        return between.join(items)

    def _table(self, table: b.Table) -> str:
        rows = [[self._cell(cell) for cell in row] for row in (table.header, *table.rows)]
        rows.insert(1, [_ALIGNMENT[alignment] for alignment in table.alignments])
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def _cell(self, cell: b.Inlines) -> str:
        text = _line(self._inlines(cell))
        return text if self._escapes else text.replace("|", r"\|")

    def _inlines(self, inlines: b.Inlines) -> str:
        return "".join(map(self._inline, _joined(inlines if self._styles else _unstyled(inlines))))

    def _inline(self, inline: b.Inline) -> str:
        match inline:
            case b.Text(text):
                text = self._plain(text)
            case b.CodeSpan(code):
                text = _code_span(code)
            case b.MathSpan():
                text = self._formula(inline)
            case b.LineBreak(hard):
                text = "\\\n" if hard else "\n"
            case b.FootnoteRef(label):
                text = f"[^{label}]"
            case b.SourceRef(href=href):
                text = f"[{inline.mark}](<{href}>)" if href else inline.mark
            case b.Image(src, alt):
                text = f"![{self._plain(alt)}](<{src}>)" if src else self._plain(alt)
            case b.Strong() | b.Emphasis() | b.Strike() | b.Link():
                text = self._styled(inline)
            case _:
                assert_never(inline)
        return text

    def _plain(self, text: str) -> str:
        if not self._escapes:
            return text
        return _BRACKETS.sub(lambda found: f"&#{ord(found[0])};", _MARKS.sub(r"\\\g<0>", text))

    def _formula(self, span: b.MathSpan) -> str:
        # A backslash at the end would take the mark behind it for its own.
        tex = f"{span.tex} " if span.tex.endswith("\\") else span.tex
        if span.display:
            return rf"\[{tex}\]" if self._escapes else f"$${tex}$$"
        return rf"\({tex}\)" if self._escapes else f"${tex}$"

    def _styled(self, inline: b.Strong | b.Emphasis | b.Strike | b.Link) -> str:
        nested = self._inlines(inline.inlines)
        match inline:
            case b.Strong():
                return f"**{nested}**"
            case b.Emphasis():
                return f"*{nested}*"
            case b.Strike():
                return f"~~{nested}~~"
            case b.Link(href=href):
                return href if nested == href else f"[{nested}](<{href}>)"


def _unstyled(inlines: b.Inlines) -> Iterator[b.Inline]:
    for inline in inlines:
        match inline:
            case b.Strong() | b.Emphasis() | b.Strike() | b.Link():
                yield from _unstyled(inline.inlines)
            case _:
                yield inline


def _joined(inlines: Iterable[b.Inline]) -> Iterator[b.Inline]:
    """Yield inlines in which code beside code is one, and so are breaks: else they mean something else."""
    for kind, group in groupby(inlines, type):
        if kind is b.CodeSpan:
            yield b.CodeSpan("".join(inline.text for inline in group if isinstance(inline, b.CodeSpan)))
        elif kind is b.LineBreak:
            yield b.LineBreak(hard=any(isinstance(inline, b.LineBreak) and inline.hard for inline in group))
        else:
            yield from group


def _hanging(mark: str, text: str, indent: str) -> str:
    """Return lines of which the first begins with `mark` and the others with `indent`."""
    return mark + text.replace("\n", "\n" + indent)


def _line(text: str) -> str:
    """Return Markdown without line breaks, for where there is but one line."""
    return text.replace("\\\n", " ").replace("\n", " ")


def _fenced(language: str, code: str) -> str:
    # A bar could make the line the header of a table.
    language = language.replace("|", "")
    # Backticks cannot stand behind backticks.
    fence = ("~" if "`" in language else "`") * max(3, _longest(_FENCES, code) + 1)
    # What begins as the fence does would make it longer.
    gap = " " * language.startswith(fence[0])
    return f"{fence}{gap}{language}\n{code}\n{fence}"


def _code_span(code: str) -> str:
    fence = "`" * (_longest(_BACKTICKS, code) + 1)
    return f"{fence} {code} {fence}" if "`" in code else f"{fence}{code}{fence}"


def _longest(run: re.Pattern[str], text: str) -> int:
    return max(map(len, run.findall(text)), default=0)
