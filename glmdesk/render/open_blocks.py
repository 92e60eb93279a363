"""What is already settled inside a block that is still being written, and holds no other blocks.

Each kind of block can be parsed on from a short `head` that stands for its settled part: the opening fence
for the lines of code so far, a header for the rows of a table, a word for the lines of a paragraph. What the
parser then makes of it is put together with the settled part. `open_containers` does the same for lists and
quotes.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Final

from markdown_it.common.utils import MD_TRIM_CHARS, mdTrim

from glmdesk.render.blocks import Block, Code, Row, Span, Table
from glmdesk.render.markdown import Builder, Draft, Lines, language_in, row_in
from glmdesk.render.tables import MAX_LINE
from glmdesk.typed import override

_END_AT_BLANK_LINE: Final = frozenset(
    {"paragraph_open", "heading_open", "hr", "table", "blockquote_open", "math_block"}
)


def is_finished(draft: Draft, lines: Lines) -> bool:
    """Whether no line that may follow can change the last block of complete lines."""
    if draft.token.meta.get("closed"):
        return True
    return draft.kind in _END_AT_BLANK_LINE and draft.end < lines.complete


class OpenBlock(ABC):
    """The last block of a growing text, or of an open container."""

    parts = 0
    """How many lines of code, rows, items or blocks are settled."""

    @property
    @abstractmethod
    def head(self) -> str:
        """Whole lines of source after which the parser is where it was at the end of the settled part."""

    @abstractmethod
    def join(self, draft: Draft) -> None:
        """Change `draft`, parsed from `head` and the source behind the settled part, into what it stands for.

        Only what has been built already is missing then.
        """

    def build(self, draft: Draft, builder: Builder, span: Span | None) -> Block:
        """Return the block of a joined draft, with all that is settled."""
        return builder.build(draft, span)

    @abstractmethod
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        """Settle what no further line can change, and return the first line that is not settled.

        The draft is joined, or all of a block of which nothing has been settled.
        """

    def with_line(self, _line: str, _span: Span, /) -> Block | None:
        """Return the block with a line behind what is settled, or None where that has to be parsed.

        The line has not ended; whatever its end may be, it belongs to the block.
        """
        return None


class OpenCode(OpenBlock):
    """Fenced code, settled line by line."""

    def __init__(self, draft: Draft) -> None:
        fence = draft.token
        self._indent = fence.meta["indent"]
        self._fence = fence.markup
        self._info = fence.info
        self._text = ""

    @property
    @override
    def head(self) -> str:
        # Without the words after the fence: a bar among them could make it the header of a table.
        return f"{' ' * self._indent}{self._fence}\n"

    @override
    def join(self, draft: Draft) -> None:
        draft.token.info = self._info
        draft.text = self._text + draft.text

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        last = draft.text.rfind("\n", 0, -1) + 1
        # A blank line at the end makes the list loose that the code may stand in.
        is_blank = not draft.text[last:].strip(" \t\n")
        self._text = draft.text[:last] if is_blank else draft.text
        self.parts = self._text.count("\n")
        return draft.end - 1 if is_blank else draft.end

    @override
    def with_line(self, line: str, span: Span, /) -> Block | None:
        text = line.strip(" \t")
        if self._indent or not text or text[0] == self._fence[0]:
            return None
        return Code(language_in(self._info), self._text + line, closed=False, span=span)


class OpenIndentedCode(OpenBlock):
    """Indented code, settled line by line, but for blank lines that it may end with."""

    def __init__(self) -> None:
        self._text = ""

    @property
    @override
    def head(self) -> str:
        return "    x\n"

    @override
    def join(self, draft: Draft) -> None:
        draft.text = self._text + draft.text.removeprefix("x\n")

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        self._text = draft.text
        self.parts = self._text.count("\n")
        return draft.end


class OpenMath(OpenBlock):
    """A formula on its own lines, settled line by line. It may turn out to be a paragraph."""

    def __init__(self, draft: Draft) -> None:
        self._indent = draft.token.meta["indent"]
        self._opening = draft.token.markup
        self._text = ""

    @property
    @override
    def head(self) -> str:
        return f"{' ' * self._indent}{self._opening}\n"

    @override
    def join(self, draft: Draft) -> None:
        if draft.kind == "math_block":
            draft.text = self._text + draft.text
        else:
            draft.text = mdTrim(self._opening + self._text + draft.text.removeprefix(self._opening))

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        self._text = draft.text
        return draft.end


class OpenTable(OpenBlock):
    """A table, settled row by row."""

    def __init__(self, draft: Draft) -> None:
        self._header: list[str] = draft.token.meta["header"]
        self._alignments = draft.token.meta["alignments"]
        self._rows: tuple[Row, ...] = ()
        self._empty: Table | None = None
        """The table without rows."""

    @property
    @override
    def head(self) -> str:
        columns = len(self._header)
        return f"|{'x|' * columns}\n|{'-|' * columns}\n"

    @override
    def join(self, draft: Draft) -> None:
        draft.token.meta.update(header=self._header, alignments=self._alignments)

    @override
    def build(self, draft: Draft, builder: Builder, span: Span | None) -> Block:
        block = builder.build(draft, span)
        return replace(block, rows=self._rows + block.rows) if isinstance(block, Table) else block

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        table = builder.build(draft)
        if isinstance(table, Table):
            self._rows += table.rows
            self._empty = replace(table, rows=())
        self.parts = len(self._rows)
        return draft.end

    @override
    def with_line(self, line: str, span: Span, /) -> Block | None:
        if self._empty is None or not line.startswith("|") or len(line) > MAX_LINE:
            return None
        row = row_in(line, len(self._empty.header))
        return replace(self._empty, rows=(*self._rows, row), span=span)


class OpenParagraph(OpenBlock):
    """A paragraph, or a heading that is not underlined yet, settled line by line.

    Its text is parsed as a whole all the same: emphasis may reach over lines.
    """

    def __init__(self) -> None:
        self._text = ""

    @property
    @override
    def head(self) -> str:
        return "x\n"

    @override
    def join(self, draft: Draft) -> None:
        draft.text = mdTrim(self._text + draft.text.removeprefix("x"))

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        # The last line may become the header of a table.
        last = draft.end - 1
        # What is blank to the parser of lines' insides is left out of the text as long as it is at the end.
        is_blank = not lines.text(last, draft.end).strip(f"{MD_TRIM_CHARS}>")
        if draft.kind != "paragraph_open" or is_blank:
            return lines.settled
        self._text = draft.text.rpartition("\n")[0]
        return last
