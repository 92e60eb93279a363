"""What a message consists of once its Markdown is understood: a closed union of blocks and one of inlines.

Everything is an immutable value. Text is text: no value holds markup, and no value makes its holder fetch
anything. Nesting is bounded (`rules.MAX_BLOCK_DEPTH`, `inlines.MAX_DEPTH`), so walking recursively is safe.
"""

from dataclasses import dataclass
from typing import Literal

Alignment = Literal["left", "center", "right"] | None
"""Of a table's column; None where the source leaves it open."""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters to be shown as they are, without line breaks."""

    text: str


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """Code within a line."""

    text: str


@dataclass(frozen=True, slots=True)
class MathSpan:
    """A TeX formula within a line, without its delimiters; `display` when it asked to be set large."""

    tex: str
    display: bool = False

    @property
    def source(self) -> str:
        """It with delimiters."""
        return f"$${self.tex}$$" if self.display else f"${self.tex}$"


@dataclass(frozen=True, slots=True)
class LineBreak:
    """The end of a line; `hard` where the source asks for it, and not only for a new line of its own.

    Both are shown: models end a line to end it, and Chinese has no space to join lines with.
    """

    hard: bool = False


@dataclass(frozen=True, slots=True)
class FootnoteRef:
    """A mark that points to the `Footnote` of the same label, which may be missing or come later."""

    label: str


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A mark that names a source of the answer by its number in the list below the answer.

    `href` is as that of a `Link`, and empty where the source has none, or is not known yet.
    """

    number: int
    href: str = ""
    title: str = ""

    @property
    def mark(self) -> str:
        """What is shown of it."""
        return f"[{self.number}]"


@dataclass(frozen=True, slots=True)
class Image:
    """An image that nobody has loaded. `src` is an http or https URL, or None when it was anything else."""

    src: str | None
    alt: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Strong:
    """Bold text."""

    inlines: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Italic text."""

    inlines: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Strike:
    """Text that is struck out."""

    inlines: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `href` is an http, https or mailto URL, percent-encoded, its host in ASCII. Never empty.

    That of a file which goes with a question is of a scheme of ours (`render.attachments`).
    """

    href: str
    title: str
    inlines: tuple["Inline", ...]


Inline = (
    Text | CodeSpan | MathSpan | LineBreak | FootnoteRef | SourceRef | Image | Strong | Emphasis | Strike
    | Link
)  # fmt: skip
Inlines = tuple[Inline, ...]
Row = tuple[Inlines, ...]
"""The cells of one row of a table."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the normalised source (`source.normalize`): the characters from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """What blocks have in common: where a top-level block stands in its source; None in a nested block."""

    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Heading(_Placed):
    """A heading of level 1 to 6."""

    level: int
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Paragraph(_Placed):
    """Running text."""

    inlines: Inlines


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a list. `checked` is None unless it is a task."""

    blocks: tuple["Block", ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class BulletList(_Placed):
    """A list without numbers; the paragraphs of a `tight` one stand without space between them."""

    items: tuple[ListItem, ...]
    tight: bool = True


@dataclass(frozen=True, slots=True)
class OrderedList(_Placed):
    """A list numbered from `start` on; the paragraphs of a `tight` one stand without space between them."""

    start: int
    items: tuple[ListItem, ...]
    tight: bool = True


@dataclass(frozen=True, slots=True)
class Quote(_Placed):
    """Quoted blocks."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Code(_Placed):
    """Code, without the line break that ends its last line.

    `language` is the first word after the fence, as written, or empty. `closed` is False while the closing
    fence is missing.
    """

    language: str
    text: str
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Table(_Placed):
    """A table. A row never has more cells than the header; the cells it lacks are empty ones."""

    alignments: tuple[Alignment, ...]
    header: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Math(_Placed):
    """A TeX formula on its own lines, without its delimiters; not `closed` while the last one is missing."""

    tex: str
    closed: bool = True

    @property
    def source(self) -> str:
        """It with delimiters, as far as they are there."""
        return f"$$\n{self.tex}\n$$" if self.closed else f"$$\n{self.tex}"


@dataclass(frozen=True, slots=True)
class Rule(_Placed):
    """A horizontal line between two parts."""


@dataclass(frozen=True, slots=True)
class Footnote(_Placed):
    """What a footnote says; it stands where its definition stands in the source, always at the top level."""

    label: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Written(_Placed):
    """Text in which nothing is Markdown, as a person wrote it or the program says it."""

    text: str


@dataclass(frozen=True, slots=True)
class Details(_Placed):
    """Blocks that are shown below their summary when the reader asks for them. No Markdown makes one."""

    summary: str
    blocks: tuple["Block", ...]


Block = (
    Heading | Paragraph | BulletList | OrderedList | Quote | Code | Table | Math | Rule | Footnote | Written
    | Details
)  # fmt: skip
Blocks = tuple[Block, ...]
Leaf = Code | Math | Table | Rule | Written
"""What holds neither other blocks nor styled text of its own."""
